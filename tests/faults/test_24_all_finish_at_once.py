"""Faults 23 and 24: three hundred finish in one second, and sign in within a minute, while others save."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from merit import db
from merit.assessment.models.delivery import Attempt, Response
from merit.assessment.models.sittings import SittingEvent
from merit.assessment.saving import close_stores
from merit.assessment.services.saving import verify_receipts
from tests.assessment.sitting_rows import Seat, make_hall
from tests.faults.serving import Page, serving

pytestmark = pytest.mark.db

FINISHING, SAVING = 300, 20


def test_three_hundred_finish_in_a_second_while_others_save(database: db.Database):
    with database.unit_of_work() as session:
        hall = make_hall(session, seats=FINISHING + SAVING, items=5)
    ending, others = hall.seats[:FINISHING], hall.seats[FINISHING:]
    done = threading.Event()

    with serving(database) as server, ThreadPoolExecutor(FINISHING + SAVING) as pool:
        saving = [pool.submit(keep_saving, server.port, seat, done) for seat in others]
        began = time.monotonic()
        ends = list(pool.map(lambda n: finish_at(server.port, ending[n], began + n / FINISHING), range(FINISHING)))
        done.set()
        pages = [each.result(30) for each in saving]

    assert {status for status, _told in ends} == {200}
    with database.reading() as session:
        for seat, (_status, told) in zip(ending, ends, strict=True):
            attempt = session.get_one(Attempt, seat.attempt_id)
            assert (attempt.state, attempt.ending, attempt.receipt) == ("finished", "candidate", told["receipt"])
            assert (attempt.answered, told["answered"]) == (1, 1)
            assert verify_receipts(session, seat.attempt_id).is_intact
        assert session.query(SittingEvent).filter_by(kind="finished").count() == FINISHING
        for page in pages:
            rows = session.query(Response).filter_by(attempt_id=page.seat.attempt_id)
            assert {row.position: (row.revision, row.value) for row in rows} == page.kept
            assert set(page.statuses) == {200}
    close_stores()


def finish_at(port: int, seat: Seat, instant: float) -> tuple[int, dict[str, object]]:
    """Save the last answer and finish; send again as long as the server is busy, as the page does."""
    page = Page(port, seat)
    time.sleep(max(0.0, instant - time.monotonic()))
    page.answer(1, 1, "A")
    status, told = page.post("finish", {})
    while status in {0, 503}:
        time.sleep(0.5)
        status, told = page.post("finish", {})
    page.close()
    return status, told


def keep_saving(port: int, seat: Seat, done: threading.Event) -> Page:
    page = Page(port, seat)
    revision = 0
    while not done.is_set():
        revision += 1
        page.answer(1 + revision % 5, revision, "B")
        time.sleep(0.1)
    page.close()
    return page
