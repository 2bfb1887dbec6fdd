"""Fault 13: the database server ends every connection, as a restart does; the next saves simply connect again."""

from __future__ import annotations

import threading
import time

import psycopg
import pytest

from merit import db
from merit.assessment.models.delivery import Response
from merit.assessment.saving import close_stores
from tests.assessment.sitting_rows import make_hall
from tests.conftest import POSTGRESQL
from tests.faults.serving import Page, serving

pytestmark = pytest.mark.db

CANDIDATES = 20
ROUNDS = 30


def test_ended_connections_cost_no_answer(database: db.Database):
    if database.settings.is_sqlite:
        pytest.skip("SQLite has no server that could end connections")
    with database.unit_of_work() as session:
        hall = make_hall(session, seats=CANDIDATES)
    name = database.engine.url.database
    ended = 0
    with serving(database) as server, psycopg.connect(POSTGRESQL, autocommit=True) as administrator:
        pages = [Page(server.port, seat) for seat in hall.seats]
        threads = [threading.Thread(target=work, args=(page,)) for page in pages]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            killing = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = %s"
            ended += administrator.execute(killing, (name,)).fetchone()[0]
            time.sleep(0.3)
        for thread in threads:
            thread.join(60)

    assert ended > 10
    assert {status for page in pages for status in page.statuses} <= {200, 503}
    with database.reading() as session:
        stored = session.query(Response.revision, Response.value).all()
    assert stored == [(ROUNDS, '["A"]')] * CANDIDATES
    close_stores()


def work(page: Page) -> None:
    for revision in range(1, ROUNDS + 1):
        page.answer(1, revision, "A")
    page.close()
