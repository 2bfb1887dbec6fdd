"""The worker process: takes ids from the queue, gives signs of life, takes back what dead workers left."""

from __future__ import annotations

import datetime as dt
import os
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Event, Thread

import structlog
from sqlalchemy.exc import SQLAlchemyError

from merit.db import Database
from merit.errors import MeritError
from merit.jobs import leases
from merit.jobs.queue import JobQueue
from merit.jobs.registry import load_handlers
from merit.jobs.runner import Describe, Runner

log = structlog.get_logger()

Chore = Callable[[Database], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often a worker does what, in seconds."""

    beat: float = 5.0
    sweep: float = 10.0
    lost_after: dt.timedelta = leases.LOST_AFTER
    shutdown: float = 8.0


class Keeper(Thread):
    """Beats for the running jobs, sweeps for lost ones, and fills an empty queue from the job table."""

    def __init__(
        self, runner: Runner, queue: JobQueue, stopping: Event, pace: Pace, chores: Sequence[Chore] = ()
    ) -> None:
        """Prepare the thread; ``start()`` begins."""
        super().__init__(name="keeper", daemon=True)
        self._runner, self._queue, self._stopping, self._pace = runner, queue, stopping, pace
        self._chores = chores
        self._parent = os.getppid()

    def run(self) -> None:
        """Work until asked to stop; a database fault is met again next time."""
        swept = float("-inf")
        while not self._stopping.wait(min(self._pace.beat, self._pace.sweep) if swept > 0 else 0):
            try:
                self._runner.beat()
                if time.monotonic() - swept >= self._pace.sweep:
                    swept = time.monotonic()
                    self.sweep()
            except (SQLAlchemyError, MeritError) as error:
                log.warning("keeper met a fault", error=str(error))
            if os.getppid() != self._parent:
                log.warning("the supervisor is gone, the worker stops")
                os.kill(os.getpid(), signal.SIGTERM)

    def sweep(self) -> None:
        """Queue lost jobs again; send waiting jobs whose message was lost with the queue."""
        lost = self._runner.take_back_lost(self._pace.lost_after)
        if self._queue.is_empty:
            with self._runner.database.reading() as session:
                lost = leases.waiting(session)
        for job_id in lost:
            self._queue.send(job_id)
        for chore in self._chores:
            chore(self._runner.database)


def run_worker(
    database: Database,
    *,
    describe: Describe,
    threads: int = 2,
    pace: Pace | None = None,
    chores: Sequence[Chore] = (),
) -> None:
    """Run jobs until SIGTERM or SIGINT; must be called in the main thread. ``chores`` are done at every sweep.

    On a signal the handlers are asked to stop at their next sign of progress and their jobs go back to the
    queue; one that does not listen within ``pace.shutdown`` seconds is left to the sweep of the next worker.
    """
    pace = pace or Pace()
    load_handlers()
    stopping = Event()
    runner = Runner(database, describe=describe, stopping=stopping)
    queue = JobQueue(database.settings, lambda job_id: _run(runner, job_id))
    consumer = queue.huey.create_consumer(
        workers=threads, periodic=False, max_delay=1.0, shutdown_timeout=pace.shutdown, check_worker_health=False
    )
    consumer.start()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    keeper = Keeper(runner, queue, stopping, pace, chores)
    keeper.start()
    log.info("worker ready", threads=threads)
    while not stopping.wait(5.0):
        consumer.check_worker_health()
    consumer.stop(graceful=True)
    keeper.join(pace.shutdown)
    runner.close()
    log.info("worker stopped")


def _run(runner: Runner, job_id: int) -> None:
    try:
        runner.run(job_id)
    except SQLAlchemyError as error:
        log.warning("job met a database fault outside its handler", job=job_id, error=str(error))
