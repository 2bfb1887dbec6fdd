"""A real worker process is killed in the middle of a job; another one finishes it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import text

from merit import db
from merit.jobs.models import Job
from merit.jobs.services import enqueue
from merit.security.permissions import SYSTEM

pytestmark = pytest.mark.db

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import datetime as dt
from merit import db
from merit.config import load_settings
from merit.jobs import registry, worker
from merit.migrations import load_models
from merit.phrases import phrase
registry.MODULES = ("tests.jobs.conftest",)
load_models()
pace = worker.Pace(beat=0.2, sweep=0.3, lost_after=dt.timedelta(seconds=1.5), shutdown=5)
worker.run_worker(db.configure(load_settings()), describe=phrase, threads=1, pace=pace)
"""


def _start_worker(database: db.Database) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ,
        "MERIT_DATABASE_URL": database.settings.database_url,
        "MERIT_INSTANCE_PATH": str(database.settings.instance_path),
        "PYTHONPATH": str(ROOT),
    }
    return subprocess.Popen([sys.executable, "-c", PROGRAM], env=environment, cwd=ROOT)


def _wait(database: db.Database, condition, seconds: float = 30) -> Job:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with database.reading() as session:
            job = session.query(Job).one()
            session.expunge(job)
        if condition(job):
            return job
        time.sleep(0.05)
    raise AssertionError(f"job stays {job.state} at {job.cursor}")


@pytest.fixture
def counting(database):
    """A job that counts to 12 in committed steps of 0.2 s."""
    with database.unit_of_work() as session:
        session.execute(text("CREATE TABLE counted (number INTEGER PRIMARY KEY, process INTEGER)"))
        enqueue(session, SYSTEM, kind="test.count", title="Hitung", arguments={"to": 12, "pause": 0.2}, total=12)
    return database


def _counted(database: db.Database) -> tuple[list[int], int]:
    with database.reading() as session:
        rows = session.execute(text("SELECT number, process FROM counted ORDER BY number")).all()
    return [row.number for row in rows], len({row.process for row in rows})


def test_a_killed_worker_loses_nothing(counting):
    first = _start_worker(counting)
    _wait(counting, lambda job: job.cursor >= 3)
    first.send_signal(signal.SIGKILL)
    first.wait()

    second = _start_worker(counting)
    job = _wait(counting, lambda job: job.state == "done")
    second.terminate()

    assert second.wait(10) == 0
    assert job.attempts == 2
    assert _counted(counting) == (list(range(1, 13)), 2)


def test_a_terminated_worker_gives_its_job_back_at_once(counting):
    first = _start_worker(counting)
    _wait(counting, lambda job: job.cursor >= 2)
    first.terminate()
    left = first.wait(10)

    job = _wait(counting, lambda job: job.state != "running", seconds=1)

    assert (left, job.state, job.attempts) == (0, "queued", 0)
