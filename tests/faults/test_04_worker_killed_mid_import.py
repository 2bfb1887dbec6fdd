"""Fault 4: a real worker is killed while it imports an upload; nothing is half written, the next worker imports it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select

from merit import db
from merit.audit.verification import verify_chain
from merit.exchange.models import ImportBatch, ImportUpload
from merit.exchange.uploads import LARGE_BYTES, Confirmation, check_upload, confirm_upload, keep_upload
from merit.jobs.models import Job
from merit.people.models import OrgUnit, OrgUnitRecord
from merit.security.permissions import Actor, Role
from tests.web_client import make_user

pytestmark = pytest.mark.db

ROOT = Path(__file__).resolve().parents[2]
ROWS = LARGE_BYTES // 24
UNITS = b"kode,nama,induk\n" + b"".join(b"U%06d,Unit kerja %06d,\n" % (n, n) for n in range(ROWS))
# The first worker says when everything is written but not committed, and then waits to be killed.
WORKER = """
import datetime as dt, sys, time
from pathlib import Path
from merit import db
from merit.config import load_settings
from merit.exchange import jobs
from merit.jobs import worker
from merit.migrations import load_models
from merit.phrases import phrase

told = sys.argv[1:]
plain = jobs._telling

def telling(job):
    tell = plain(job)
    def wait(done, stage):
        if stage == "stored":
            Path(told[0]).touch()
            time.sleep(60)
        tell(done, stage)
    return wait

if told:
    jobs._telling = telling
load_models()
pace = worker.Pace(beat=0.2, sweep=0.3, lost_after=dt.timedelta(seconds=1.5), shutdown=5)
worker.run_worker(db.configure(load_settings()), describe=phrase, threads=1, pace=pace)
"""


def start_worker(database: db.Database, *arguments: str) -> subprocess.Popen[bytes]:
    environment = os.environ | {
        "MERIT_DATABASE_URL": database.settings.database_url,
        "MERIT_INSTANCE_PATH": str(database.settings.instance_path),
        "PYTHONPATH": str(ROOT),
    }
    return subprocess.Popen([sys.executable, "-c", WORKER, *arguments], env=environment, cwd=ROOT)


def wait_for(condition, seconds: float = 40) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "nothing happened in time"
        time.sleep(0.05)


def job_state(database: db.Database, job_id: int) -> str:
    with database.reading() as session:
        return session.scalars(select(Job.state).where(Job.id == job_id)).one()


def count(database: db.Database, model: type[db.Base]) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def order_import(database: db.Database) -> int:
    """Upload, check and confirm a file large enough for the worker; return the job."""
    actor = Actor(user_id=make_user("pengimpor", Role.ADMIN), roles=frozenset({Role.ADMIN}), unit_ids=None)
    with database.unit_of_work() as session:
        token = keep_upload(session, actor, kind="units", file_name="unit.csv", content=UNITS).token
        check_upload(session, actor, token=token)
    with database.unit_of_work() as session:
        for job in session.scalars(select(Job)):  # the check has just been done here
            job.state, job.finished_at = "cancelled", job.created_at
        session.flush()
        job = confirm_upload(session, actor, token=token, confirmation=Confirmation(confirm_large=True))
    assert job is not None
    return job.id


def test_a_worker_killed_before_the_commit_leaves_nothing_and_the_next_one_imports(
    database: db.Database, tmp_path: Path
) -> None:
    job_id, written = order_import(database), tmp_path / "written"
    first = start_worker(database, str(written))
    wait_for(written.exists)
    first.send_signal(signal.SIGKILL)
    first.wait()

    assert [count(database, model) for model in (OrgUnit, OrgUnitRecord, ImportBatch)] == [0, 0, 0]

    second = start_worker(database)
    wait_for(lambda: job_state(database, job_id) == "done")
    second.terminate()
    assert second.wait(10) == 0

    assert [count(database, model) for model in (OrgUnit, OrgUnitRecord, ImportBatch)] == [ROWS, ROWS, 1]
    with database.reading() as session:
        upload = session.scalars(select(ImportUpload)).one()
        assert (upload.state, upload.batch_id is not None) == ("imported", True)
        assert verify_chain(session).is_intact
