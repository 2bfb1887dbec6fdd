"""What a running job holds in its hands: arguments, progress, checkpoints."""

from __future__ import annotations

import time
from collections.abc import Mapping
from threading import Event
from typing import Any

from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from merit import clock
from merit.config import Settings
from merit.db import Database
from merit.i18n import DEFAULT
from merit.jobs import leases
from merit.jobs.leases import Lease
from merit.jobs.models import Job

REPORT_EVERY = 0.4  # seconds between two progress writes
PATIENCE_MS = 150  # how long a progress write waits for a lock before it is left out


class JobInterrupted(BaseException):
    """The job was cancelled, given to another worker, or this worker is asked to stop.

    A request, not an error: like ``KeyboardInterrupt`` it passes through ``except Exception``.
    """


class ProgressStore:
    """Short transactions beside the handler's own, on connections that never wait long for a lock.

    The handler may itself hold the database's write lock (SQLite) or the job's row; progress is then left out
    and told next time, instead of waiting for oneself.
    """

    def __init__(self, settings: Settings) -> None:
        """Open an engine of its own."""
        self._database = Database(settings)
        sql = f"PRAGMA busy_timeout={PATIENCE_MS}" if settings.is_sqlite else f"SET lock_timeout={PATIENCE_MS}"
        event.listen(self._database.engine, "connect", lambda connection, _record: _run(connection, sql))

    def write(self, lease: Lease, **values: Any) -> bool | None:
        """Store values with a sign of life; False when the job is no longer ours, None when it had to be left out."""
        try:
            with self._database.unit_of_work() as session:
                return leases.write(session, lease, **values)
        except OperationalError:
            return None

    def close(self) -> None:
        """Close the connections."""
        self._database.dispose()


def _run(connection: Any, sql: str) -> None:
    cursor = connection.cursor()
    cursor.execute(sql)
    cursor.close()
    if not getattr(connection, "autocommit", True):  # psycopg opened a transaction for the SET
        connection.commit()


class JobHandle:
    """One attempt at a job, given to its handler."""

    def __init__(self, job: Job, progress: ProgressStore, stopping: Event) -> None:
        """Keep what the handler may know of the job."""
        self.id = job.id
        self.kind = job.kind
        self.arguments: Mapping[str, Any] = job.arguments
        self.language = str(job.arguments.get("language", DEFAULT))
        self.user_id = job.user_id
        self.cursor = job.cursor
        self.attempt = job.attempts
        self.lease = Lease(job.id, job.attempts)
        self._total = job.total
        self._stage = job.stage
        self._progress = progress
        self._stopping = stopping
        self._told_at = 0.0

    def advance(self, done: int, *, total: int | None = None, stage: str = "") -> None:
        """Tell how far the work is, in a short transaction of its own; cheap enough to call for every row.

        Raises
        ------
        JobInterrupted
            The job was cancelled or belongs to another worker by now, or this worker is stopping; the handler's
            open transaction is rolled back on the way out.
        """
        if self._stopping.is_set():
            raise JobInterrupted
        stage = stage or self._stage
        now = time.monotonic()
        if stage == self._stage and now - self._told_at < REPORT_EVERY:
            return
        self._total = self._total if total is None else total
        self._stage, self._told_at = stage, now
        if self._progress.write(self.lease, done=done, total=self._total, stage=stage) is False:
            raise JobInterrupted

    def checkpoint(self, session: Session, cursor: int) -> None:
        """Store where to resume, in the handler's own transaction, together with the work done so far."""
        if not leases.write(session, self.lease, cursor=cursor):
            raise JobInterrupted
        self.cursor = cursor

    def finish(self, session: Session, result: Mapping[str, Any]) -> None:
        """Mark the job done in the handler's own transaction: the work and its end are one commit."""
        if not leases.write(session, self.lease, **done_values(result)):
            raise JobInterrupted


def done_values(result: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the columns of a job that has ended well."""
    return {"state": "done", "result": dict(result or {}), "finished_at": clock.now(), "stage": "", "error": ""}
