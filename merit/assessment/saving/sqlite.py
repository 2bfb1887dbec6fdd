"""The store on SQLite: one writer thread commits what has queued up meanwhile, one sync to the disk for all of it."""

from __future__ import annotations

import contextlib
import datetime as dt
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from typing import Any

import structlog

from merit.assessment.saving import sqlite_acts as acts
from merit.assessment.saving import statements
from merit.assessment.saving.values import (
    AttemptRow,
    Beat,
    Finished,
    HeartbeatRequest,
    PaperRow,
    Saved,
    SaveRequest,
    StoreBusyError,
    StoreFailedError,
)

MOST_AT_ONCE = 256
PATIENCE = 3.0  # seconds a request waits; then the browser is told to send again
STALLED = 1.0  # from here on new requests are told at once, so that reading keeps its threads
_BUSY_MILLISECONDS = 250
_IDLE_READERS = 16

Act = Callable[[sqlite3.Connection], Any]
log = structlog.get_logger()


class _Job:
    """One act, who waits for it, and what came of it."""

    __slots__ = ("act", "done", "error", "given_up", "result")

    def __init__(self, act: Act) -> None:
        self.act = act
        self.done = threading.Lock()
        self.done.acquire()
        self.result: Any = None
        self.error: Exception | None = None
        self.given_up = False


class SqliteStore:
    """A queue, its writer thread, and connections for reading."""

    def __init__(self, url: str) -> None:
        """Start the writer thread; it opens the file when the first job comes."""
        self._path = url.removeprefix("sqlite:///")
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._readers: deque[sqlite3.Connection] = deque(maxlen=_IDLE_READERS)
        self._waiting_since = 0.0
        self._is_closed = False
        self._writer = threading.Thread(target=self._work, name="saver", daemon=True)
        self._writer.start()

    def save(self, request: SaveRequest) -> Saved:
        """Keep answers."""
        saved: Saved = self._write(lambda connection: acts.save(connection, request))
        return saved

    def heartbeat(self, request: HeartbeatRequest) -> Beat:
        """Keep a sign of life."""
        beat: Beat = self._write(lambda connection: acts.heartbeat(connection, request))
        return beat

    def finish(self, token_hash: str, lease_hash: str, at: dt.datetime, ending: str) -> Finished:
        """End an attempt."""
        end: Finished = self._write(lambda connection: acts.finish(connection, token_hash, lease_hash, at, ending))
        return end

    def attempt(self, token_hash: str) -> AttemptRow | None:
        """Read an attempt."""
        rows = self._rows(statements.ATTEMPT, (token_hash,))
        if not rows:
            return None
        row = AttemptRow(*rows[0])
        return row._replace(
            started_at=acts.instant(row.started_at),
            deadline=acts.instant(row.deadline),
            paused_at=acts.instant(row.paused_at),
            finished_at=acts.instant(row.finished_at),
            section_deadline=acts.instant(row.section_deadline),
        )

    def responses(self, attempt_id: int) -> Sequence[tuple[int, int, str, bool]]:
        """Read the answers of an attempt."""
        return [(row[0], row[1], row[2], bool(row[3])) for row in self._rows(statements.RESPONSES, (attempt_id,))]

    def paper(self, token_hash: str) -> PaperRow | None:
        """Read a paper."""
        rows = self._rows(statements.PAPER, (token_hash,))
        return PaperRow(*rows[0]) if rows else None

    def close(self) -> None:
        """Let the writer finish what has queued up, then close everything."""
        self._is_closed = True
        self._jobs.put(None)
        self._writer.join(PATIENCE)
        while self._readers:
            self._readers.pop().close()

    def _rows(self, statement: str, values: tuple[Any, ...]) -> list[Any]:
        try:
            connection = self._readers.pop()
        except IndexError:
            connection = self._open_reader()
        try:
            rows = connection.execute(statement, values).fetchall()
        except BaseException as error:
            connection.close()
            if isinstance(error, sqlite3.OperationalError):
                raise StoreFailedError from error
            raise
        if self._is_closed or len(self._readers) >= _IDLE_READERS:
            connection.close()
        else:
            self._readers.append(connection)
        return rows

    def _open_reader(self) -> sqlite3.Connection:
        try:
            connection = _connect(self._path)
        except sqlite3.OperationalError as error:
            raise StoreFailedError from error
        connection.execute("PRAGMA query_only=ON")
        return connection

    def _write(self, act: Act) -> Any:
        since = self._waiting_since
        if self._is_closed or (since and time.monotonic() - since > STALLED):
            raise StoreBusyError
        job = _Job(act)
        self._jobs.put(job)
        if not job.done.acquire(timeout=PATIENCE):
            job.given_up = True
            raise StoreBusyError
        if job.error is not None:
            raise job.error
        return job.result

    def _work(self) -> None:
        connection: sqlite3.Connection | None = None
        while (job := self._jobs.get()) is not None:
            jobs, goes_on = self._gather(job)
            connection = self._do(connection, jobs)
            if not goes_on:
                break
        if connection is not None:
            connection.close()

    def _gather(self, first: _Job) -> tuple[list[_Job], bool]:
        """Return the first job and what has queued up behind it, and whether the queue goes on."""
        jobs = [first]
        with contextlib.suppress(Empty):
            while len(jobs) < MOST_AT_ONCE:
                job = self._jobs.get_nowait()
                if job is None:
                    return jobs, False
                jobs.append(job)
        return jobs, True

    def _do(self, connection: sqlite3.Connection | None, jobs: list[_Job]) -> sqlite3.Connection | None:
        """Commit the jobs together and tell who waits; return the connection to go on with."""
        try:
            connection = connection or _connect(self._path)
            self._begin(connection, jobs)
            for job in jobs:
                _act(connection, job)
            connection.execute("COMMIT")
        except Exception as error:  # noqa: BLE001 -- whoever waits is told; the one thread that saves must live
            _refuse(jobs, error)
            if connection is not None:
                _drop(connection)
            return None
        finally:
            for job in jobs:
                job.done.release()
        return connection

    def _begin(self, connection: sqlite3.Connection, jobs: list[_Job]) -> None:
        """Take the write lock, however long another process holds it, as long as somebody waits."""
        self._waiting_since = time.monotonic()
        try:
            while True:
                try:
                    connection.execute("BEGIN IMMEDIATE")
                except sqlite3.OperationalError as error:
                    if not _is_busy(error) or all(job.given_up for job in jobs):
                        raise
                else:
                    return
        finally:
            self._waiting_since = 0.0


def _act(connection: sqlite3.Connection, job: _Job) -> None:
    """Do one job; a fault of its own undoes only that job, a fault of the file ends the whole batch."""
    if job.given_up:
        return
    connection.execute("SAVEPOINT job")
    try:
        job.result = job.act(connection)
    except (sqlite3.OperationalError, sqlite3.InternalError):
        raise
    except Exception as error:  # noqa: BLE001 -- handed to whoever asked for this job
        connection.execute("ROLLBACK TO job")
        job.error = error
    connection.execute("RELEASE job")


def _refuse(jobs: list[_Job], error: Exception) -> None:
    """Give every job its refusal, and only then tell the log: its disk may be the one that is full."""
    refusal = StoreBusyError if _is_busy(error) else StoreFailedError
    for job in jobs:
        job.error = refusal()
        job.error.__cause__ = error
    if refusal is StoreFailedError:
        with contextlib.suppress(Exception):
            log.error("answers could not be written", error=str(error), saves=len(jobs))


def _is_busy(error: Exception) -> bool:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def _drop(connection: sqlite3.Connection) -> None:
    with contextlib.suppress(sqlite3.Error):
        if connection.in_transaction:
            connection.execute("ROLLBACK")
    with contextlib.suppress(sqlite3.Error):
        connection.close()


def _connect(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    for pragma in ("synchronous=FULL", "foreign_keys=ON", f"busy_timeout={_BUSY_MILLISECONDS}"):
        connection.execute(f"PRAGMA {pragma}")
    return connection
