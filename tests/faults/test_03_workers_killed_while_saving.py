"""Fault 3: SIGKILL twenty times (ten on each database) under a hundred candidates; no acknowledged answer is lost."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from merit import db
from merit.assessment.models.delivery import Response
from merit.assessment.saving import close_stores
from merit.assessment.services.saving import verify_receipts
from tests.assessment.sitting_rows import Hall, Seat, make_hall
from tests.faults.serving import Page, Server, serving

pytestmark = pytest.mark.db

CANDIDATES = 100
KILLS = 10


def check(database: db.Database, hall: Hall, pages: list[Page]) -> None:
    """Every acknowledged answer is stored in its revision, nothing else is, and every chain is whole."""
    with database.reading() as session:
        for seat, page in zip(hall.seats, pages, strict=True):
            rows = session.query(Response).filter_by(attempt_id=seat.attempt_id)
            assert {row.position: (row.revision, row.value) for row in rows} == page.kept
            assert verify_receipts(session, seat.attempt_id).is_intact


def test_no_acknowledged_answer_is_lost_in_ten_kills(database: db.Database):
    with database.unit_of_work() as session:
        hall = make_hall(session, seats=CANDIDATES, items=10)
    done = threading.Event()

    def work(server: Server, seat: Seat) -> Page:
        page = Page(server.port, seat)
        revision = 0
        while not done.is_set():
            revision += 1
            page.answer(1 + revision % 10, revision, "ABCDE"[revision % 5])
            time.sleep(0.02)
        page.close()
        return page

    with serving(database) as server, ThreadPoolExecutor(CANDIDATES) as pool:
        try:
            pages = [pool.submit(work, server, seat) for seat in hall.seats]
            for round_ in range(KILLS):
                time.sleep(0.4 + 0.037 * round_)  # ever another moment of their work
                server.kill()
                server.start()
            time.sleep(0.5)
        finally:
            done.set()
        finished = [page.result(timeout=60) for page in pages]

    assert sum(0 in page.statuses for page in finished) > CANDIDATES / 2  # the kills were felt
    assert 500 not in {status for page in finished for status in page.statuses}
    check(database, hall, finished)
    close_stores()
