"""Who runs a job: claiming, signs of life, finishing, and taking back what a dead worker left.

A lease is a job and the number of its attempt. Every write is conditional on the lease, so a worker that was
given up and comes back can change nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CursorResult, func, select, update
from sqlalchemy.orm import Session

from merit import clock
from merit.jobs.models import Job

LOST_AFTER = dt.timedelta(seconds=60)
MAX_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Lease:
    """One attempt at one job."""

    job_id: int
    attempt: int


def claim(session: Session, job_id: int) -> Job | None:
    """Take a waiting job; None when somebody else did, or it no longer waits."""
    now = clock.now()
    statement = (
        update(Job)
        .where(Job.id == job_id, Job.state == "queued")
        .values(
            state="running",
            attempts=Job.attempts + 1,
            started_at=func.coalesce(Job.started_at, now),
            heartbeat_at=now,
            error="",
        )
        .execution_options(synchronize_session=False)
    )
    if not _changed(session, statement):
        return None
    return session.get(Job, job_id, populate_existing=True)


def write(session: Session, lease: Lease, **values: Any) -> bool:
    """Change a job that is still ours and give a sign of life; False when it no longer is."""
    statement = (
        update(Job)
        .where(Job.id == lease.job_id, Job.attempts == lease.attempt, Job.state == "running")
        .values(heartbeat_at=clock.now(), **values)
        .execution_options(synchronize_session=False)
    )
    return _changed(session, statement)


def take_back_lost(
    session: Session, *, error: str, lost_after: dt.timedelta = LOST_AFTER, alive: Collection[int] = ()
) -> list[int]:
    """Queue again the jobs whose worker gave no sign of life; fail those out of attempts with ``error``.

    ``alive`` are jobs the caller runs itself. Returns the ids of the jobs that wait again.
    """
    lost = session.scalars(
        select(Job)
        .where(Job.state == "running", Job.heartbeat_at < clock.now() - lost_after, Job.id.not_in(alive))
        .with_for_update(skip_locked=True)
    ).all()
    for job in lost:
        if job.attempts < MAX_ATTEMPTS:
            job.state = "queued"
        else:
            job.state, job.error, job.finished_at = "failed", error, clock.now()
    session.flush()
    return [job.id for job in lost if job.state == "queued"]


def waiting(session: Session) -> list[int]:
    """Return the ids of all jobs that wait, oldest first."""
    return list(session.scalars(select(Job.id).where(Job.state == "queued").order_by(Job.id)))


def _changed(session: Session, statement: Any) -> bool:
    result = session.execute(statement)
    assert isinstance(result, CursorResult)  # noqa: S101 -- an UPDATE always answers with a cursor
    return result.rowcount == 1
