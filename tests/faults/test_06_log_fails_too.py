"""Fault 6 at its worst: the disk of the log is full as well; the thread that saves tells who waits, and lives on."""

from __future__ import annotations

import io
import sqlite3
import sys

import pytest
import structlog

from merit import clock, db
from merit.assessment.models.delivery import Response
from merit.assessment.saving import SaveRequest, StoreFailedError, close_stores
from merit.assessment.saving import sqlite as sqlite_store
from merit.assessment.saving.sqlite import SqliteStore
from merit.assessment.services import saving
from tests.assessment.sitting_rows import Seat, make_hall

pytestmark = pytest.mark.db


class FullDisk(io.TextIOBase):
    """A stream to a disk without room."""

    tried = 0

    def write(self, _text: str) -> int:
        FullDisk.tried += 1
        raise OSError(28, "No space left on device")


def save(seat: Seat, revision: int) -> str:
    return saving.save_answers(seat.token, seat.lease, [answer(revision)]).status


def answer(revision: int) -> dict[str, object]:
    return {"position": 1, "revision": revision, "value": ["B"]}


def test_a_log_that_cannot_be_written_does_not_end_the_saving(sqlite_database: db.Database, monkeypatch):
    with sqlite_database.unit_of_work() as session:
        seat = make_hall(session).seats[0]
    assert save(seat, 1) == "saved"
    with sqlite3.connect(sqlite_database.settings.instance_path / "merit.db") as other:
        other.execute("ALTER TABLE response_saves RENAME TO response_saves_away")
    full = FullDisk()
    monkeypatch.setattr(sys, "stderr", full)
    monkeypatch.setattr(sqlite_store, "log", structlog.wrap_logger(structlog.PrintLogger(full)))

    for _ in range(2):
        with pytest.raises(StoreFailedError):
            save(seat, 2)

    monkeypatch.undo()
    assert FullDisk.tried >= 2
    with sqlite3.connect(sqlite_database.settings.instance_path / "merit.db") as other:
        other.execute("ALTER TABLE response_saves_away RENAME TO response_saves")
    assert save(seat, 3) == "saved"
    with sqlite_database.reading() as session:
        assert session.query(Response).one().revision == 3
    close_stores()


def test_a_fault_that_is_not_the_databases_is_told_and_the_thread_lives():
    store = SqliteStore("sqlite:////tmp/no\0where.db")  # no path at all: connecting raises ValueError
    request = SaveRequest("token", "lease", clock.now(), saving.read_answers([answer(1)]))

    for _ in range(3):
        with pytest.raises(StoreFailedError):
            store.save(request)

    store.close()
