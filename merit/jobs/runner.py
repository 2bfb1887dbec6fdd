"""Running one job from claim to end; what goes wrong becomes a sentence stored with the job."""

from __future__ import annotations

from threading import Event
from typing import Any, Protocol

import structlog
from sqlalchemy.exc import OperationalError

from merit.db import Database
from merit.errors import MeritError
from merit.i18n import speaking
from merit.jobs import leases
from merit.jobs.handle import JobHandle, JobInterrupted, ProgressStore, done_values
from merit.jobs.leases import Lease
from merit.jobs.registry import get_handler

log = structlog.get_logger()


class Describe(Protocol):
    """Turns a reason code into a sentence (``merit.phrases.phrase``, a layer above)."""

    def __call__(self, code: str, /, **details: Any) -> str:
        """Return the sentence."""


class Runner:
    """Runs jobs in this process and knows which ones it is running."""

    def __init__(self, database: Database, *, describe: Describe, stopping: Event | None = None) -> None:
        """Keep the database, the words for errors, and the flag that asks handlers to stop."""
        self.database = database
        self.describe = describe
        self.stopping = stopping or Event()
        self.progress = ProgressStore(database.settings)
        self._running: dict[int, Lease] = {}

    def run(self, job_id: int) -> bool:
        """Run a waiting job; False when it was not ours to run."""
        if self.stopping.is_set():
            return False
        with self.database.unit_of_work() as session:
            job = leases.claim(session, job_id)
        if job is None:
            return False
        handle = JobHandle(job, self.progress, self.stopping)
        self._running[job.id] = handle.lease
        try:
            with speaking(handle.language):
                ended = self._attempt(handle)
            self._settle(handle.lease, **ended)
        finally:
            del self._running[job.id]
        return True

    def _attempt(self, handle: JobHandle) -> dict[str, Any]:
        """Call the handler and return the columns its end changes."""
        try:
            return done_values(get_handler(handle.kind)(handle))
        except JobInterrupted:
            return {"state": "queued", "attempts": handle.attempt - 1}
        except MeritError as error:
            return self._failed(self.describe(error.reason, **error.details))
        except OperationalError as error:
            log.warning("job met a database fault", job=handle.id, error=str(error.orig))
            if handle.attempt < leases.MAX_ATTEMPTS:
                return {"state": "queued"}
            return self._failed(self.describe("job-database-fault", job=handle.id))
        except Exception as error:
            log.exception("job failed", job=handle.id, kind=handle.kind, error=type(error).__name__)
            return self._failed(self.describe("job-failed", job=handle.id))

    def _failed(self, sentence: str) -> dict[str, Any]:
        return done_values(None) | {"state": "failed", "result": None, "error": sentence}

    def _settle(self, lease: Lease, **values: Any) -> None:
        with self.database.unit_of_work() as session:
            if not leases.write(session, lease, **values):
                log.debug("job ended in its own transaction or elsewhere", job=lease.job_id)

    def beat(self) -> None:
        """Give a sign of life for every job this process runs."""
        for lease in list(self._running.values()):
            self.progress.write(lease)

    def take_back_lost(self, lost_after: Any = leases.LOST_AFTER) -> list[int]:
        """Queue again what dead workers left behind; return the ids."""
        sentence = self.describe("job-lost", attempts=leases.MAX_ATTEMPTS)
        with self.database.unit_of_work() as session:
            return leases.take_back_lost(session, error=sentence, lost_after=lost_after, alive=list(self._running))

    def close(self) -> None:
        """Close what the runner opened."""
        self.progress.close()
