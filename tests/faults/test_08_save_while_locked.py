"""Fault 8 for candidates: the database locked for eight seconds; no answer lost, no error page, reading goes on."""

from __future__ import annotations

import threading
import time

import pytest

from merit import db
from merit.assessment.models.delivery import Response
from merit.assessment.saving import close_stores
from tests.assessment.sitting_rows import make_hall
from tests.faults.serving import Page, serving

pytestmark = pytest.mark.db

HELD = 8.5
CANDIDATES = 20


def test_locked_for_eight_seconds_every_answer_arrives(database: db.Database):
    with database.unit_of_work() as session:
        hall = make_hall(session, seats=CANDIDATES)
    with serving(database) as server:
        pages = [Page(server.port, seat) for seat in hall.seats]
        for page in pages:
            page.answer(1, 1, "A")
        threads = [threading.Thread(target=page.answer, args=(1, 2, "B")) for page in pages]
        reader = Page(server.port, hall.seats[0])
        with database.unit_of_work() as session:
            session.connection().exec_driver_sql("UPDATE attempts SET browser = 'x'")
            began = time.monotonic()
            for thread in threads:
                thread.start()
            time.sleep(1.5)
            asked = time.monotonic()
            standing, told = reader.get()
            answered = time.monotonic() - asked
            while time.monotonic() - began < HELD:
                time.sleep(0.1)
        for thread in threads:
            thread.join(30)
        statuses = {status for page in pages for status in page.statuses}
        for page in [*pages, reader]:
            page.close()

    assert statuses <= {200, 503}
    assert 503 in statuses
    assert (standing, told["state"]) == (200, "running")
    assert answered < HELD / 2
    with database.reading() as session:
        stored = session.query(Response.revision, Response.value).all()
    assert stored == [(2, '["B"]')] * CANDIDATES
    close_stores()
