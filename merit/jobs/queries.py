"""Selects of jobs for pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from merit.errors import NotFoundError
from merit.jobs.models import Job

PAGE_SIZE = 25


@dataclass(frozen=True, slots=True)
class JobView:
    """A job as a page shows it."""

    id: int
    kind: str
    title: str
    state: str
    done: int
    total: int | None
    stage: str
    attempts: int
    result: Any
    error: str
    user_id: int | None
    created_at: dt.datetime
    started_at: dt.datetime | None
    heartbeat_at: dt.datetime | None
    finished_at: dt.datetime | None

    @property
    def is_open(self) -> bool:
        """Whether it waits or runs."""
        return self.state in {"queued", "running"}

    @property
    def result_text(self) -> str:
        """The sentence the work ended with, empty when there is none."""
        return str((self.result or {}).get("text", ""))

    @property
    def file(self) -> Mapping[str, str] | None:
        """The file the work wrote for whoever ordered it: token, name and kind."""
        found: Mapping[str, str] | None = (self.result or {}).get("file")
        return found

    @property
    def result_url(self) -> str:
        """The page of what came of it: a path of this application, empty when there is none."""
        url = str((self.result or {}).get("url", ""))
        return url if url.startswith("/") and not url.startswith(("//", "/\\")) else ""


def count_jobs(session: Session, user_id: int | None = None, *, state: str = "") -> int:
    """Return the number of jobs, of one user or of everybody (None)."""
    return session.scalar(_narrowed(select(func.count()).select_from(Job), user_id, state)) or 0


def list_jobs(session: Session, user_id: int | None = None, *, state: str = "", page: int = 1) -> list[JobView]:
    """Return one page of jobs, newest first."""
    statement = _narrowed(_columns(), user_id, state).order_by(Job.id.desc())
    rows = session.execute(statement.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE))
    return [JobView(*row) for row in rows]


def get_job(session: Session, job_id: int, user_id: int | None = None) -> JobView:
    """Return a job, of one user or of anybody (None); raise :class:`NotFoundError`."""
    row = session.execute(_narrowed(_columns(), user_id, "").where(Job.id == job_id)).one_or_none()
    if row is None:
        raise NotFoundError("job-not-found")
    return JobView(*row)


def find_newest(session: Session, *, kind: str, key_prefix: str) -> JobView | None:
    """Return the newest job of a kind whose idempotency key begins so; None where nobody ordered one."""
    statement = _columns().where(Job.kind == kind, Job.idempotency_key.startswith(key_prefix, autoescape=True))
    row = session.execute(statement.order_by(Job.id.desc()).limit(1)).one_or_none()
    return None if row is None else JobView(*row)


def list_finished(session: Session, *, kind: str, key_prefix: str, limit: int) -> list[JobView]:
    """Return the newest jobs of a kind that came to an end with a result and whose idempotency key begins so."""
    statement = _columns().where(
        Job.kind == kind, Job.state == "done", Job.idempotency_key.startswith(key_prefix, autoescape=True)
    )
    return [JobView(*row) for row in session.execute(statement.order_by(Job.id.desc()).limit(limit))]


def _columns() -> Select[*tuple[Any, ...]]:
    return select(*(getattr(Job, name) for name in JobView.__slots__))


def _narrowed(statement: Any, user_id: int | None, state: str) -> Any:
    if user_id is not None:
        statement = statement.where(Job.user_id == user_id)
    if state:
        statement = statement.where(Job.state == state)
    return statement
