"""What the job tests share: kinds of work that exist only here, and a runner."""

from __future__ import annotations

import datetime as dt
import os
import time
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from merit import db
from merit.errors import InvalidInputError
from merit.jobs.handle import JobHandle
from merit.jobs.registry import handler
from merit.jobs.runner import Runner
from merit.phrases import phrase

INSTANT = dt.datetime(2026, 11, 22, 1, tzinfo=dt.UTC)


@handler("test.sum")
def add_up(job: JobHandle) -> dict[str, object]:
    """Add the numbers, telling the progress."""
    numbers = job.arguments["numbers"]
    for done, _number in enumerate(numbers, start=1):
        job.advance(done, total=len(numbers), stage="Menjumlah")
    return {"text": f"Jumlah {sum(numbers)}.", "url": "/pegawai"}


@handler("test.refuse")
def refuse(job: JobHandle) -> None:
    """Refuse with a reason code."""
    raise InvalidInputError("job-not-found")


@handler("test.break")
def break_down(job: JobHandle) -> None:
    """Fail as a program fails."""
    raise ZeroDivisionError


@handler("test.count")
def count_slowly(job: JobHandle) -> dict[str, object]:
    """Count to ``to`` in committed steps, resuming from the cursor; one step takes ``pause`` seconds."""
    database = db.get_database()
    for number in range(job.cursor + 1, job.arguments["to"] + 1):
        time.sleep(job.arguments["pause"])
        with database.unit_of_work() as session:
            row = {"n": number, "p": os.getpid()}
            session.execute(text("INSERT INTO counted (number, process) VALUES (:n, :p)"), row)
            job.checkpoint(session, number)
        job.advance(number)
    return {"text": "Selesai menghitung."}


@pytest.fixture
def runner(database: db.Database) -> Iterator[Runner]:
    """Return a runner on a fresh database."""
    runner = Runner(database, describe=phrase)
    yield runner
    runner.close()
