"""What people and programs do with jobs: order long work, cancel it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import structlog
from sqlalchemy import event, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from merit import clock, db
from merit.errors import NotFoundError, RuleViolationError
from merit.i18n import DEFAULT, current_language
from merit.jobs.models import Job
from merit.jobs.queue import sending_queue

_PENDING = "merit_jobs"

log = structlog.get_logger()


class Orderer(Protocol):
    """Whoever orders work: an ``Actor`` of the security layer above."""

    @property
    def user_id(self) -> int | None:
        """Id of the user, None for the machine itself."""


def enqueue(
    session: Session,
    actor: Orderer,
    *,
    kind: str,
    title: str,
    arguments: Mapping[str, Any],
    total: int | None = None,
    idempotency_key: str | None = None,
) -> Job:
    """Order a job; the queue hears of it once the caller's transaction is committed.

    ``title`` is shown to people; the job will speak the language of whoever orders it. The same
    ``idempotency_key`` gives the same job again; one that failed or was cancelled is then given another chance.
    """
    job = Job(
        kind=kind,
        title=title,
        arguments=dict(arguments) | _spoken(),
        total=total,
        idempotency_key=idempotency_key,
        user_id=actor.user_id,
        created_at=clock.now(),
    )
    if idempotency_key is None:
        session.add(job)
        session.flush()
    else:
        job = _same_or_new(session, job)
    if job.state == "queued":
        _send_after_commit(session, job.id)
    return job


def _spoken() -> dict[str, str]:
    language = current_language()
    return {} if language == DEFAULT else {"language": language}


def _same_or_new(session: Session, job: Job) -> Job:
    existing = _find_by_key(session, job.idempotency_key)
    if existing is None:
        try:
            with session.begin_nested():
                session.add(job)
        except IntegrityError:
            existing = _find_by_key(session, job.idempotency_key)
            if existing is None:
                raise
        else:
            return job
    if existing.state in {"failed", "cancelled"}:
        existing.state, existing.attempts, existing.error, existing.finished_at = "queued", 0, "", None
        session.flush()
    return existing


def _find_by_key(session: Session, key: str | None) -> Job | None:
    return session.scalar(select(Job).where(Job.idempotency_key == key).with_for_update())


def cancel_job(session: Session, actor: Orderer, *, job_id: int, of_everybody: bool = False) -> Job:
    """Stop a job that waits or runs; a running one stops at its next sign of progress.

    ``of_everybody`` is granted by the caller's permission; otherwise only one's own jobs exist.
    """
    job = session.get(Job, job_id, with_for_update=True)
    if job is None or not (of_everybody or (job.user_id is not None and job.user_id == actor.user_id)):
        raise NotFoundError("job-not-found")
    if job.state not in {"queued", "running"}:
        raise RuleViolationError("job-already-ended")
    job.state, job.finished_at = "cancelled", clock.now()
    session.flush()
    return job


def _send_after_commit(session: Session, job_id: int) -> None:
    if _PENDING not in session.info:
        session.info[_PENDING] = []
        event.listen(session, "after_commit", _send_pending)
        event.listen(session, "after_rollback", _forget_pending)
    session.info[_PENDING].append(job_id)


def _send_pending(session: Session) -> None:
    if session.in_nested_transaction():  # a savepoint was released; nothing is committed yet
        return
    pending: list[int] = session.info[_PENDING]
    while pending:
        job_id = pending.pop(0)
        try:
            sending_queue(db.get_database().settings).send(job_id)
        except Exception as error:  # noqa: BLE001 -- the job is stored; the workers' sweep finds it without the queue
            log.warning("queue unreachable, the sweep will find the job", job=job_id, error=type(error).__name__)


def _forget_pending(session: Session) -> None:
    if not session.in_nested_transaction():
        session.info[_PENDING].clear()
