"""Fault 8: while somebody holds the write lock, lists answer, and what must write waits and is then done."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from merit import db
from merit.audit.models import AccessEntry
from merit.security.permissions import Role
from tests.factories import make_official
from tests.web_client import make_user, sign_in

pytestmark = pytest.mark.web

HELD = 8.0


@contextmanager
def write_lock(database: db.Database) -> Iterator[None]:
    """Hold what every writer needs: the database on SQLite, the log of readings on PostgreSQL."""
    with database.unit_of_work() as session:
        if not database.settings.is_sqlite:
            session.execute(text("LOCK TABLE access_log IN EXCLUSIVE MODE"))
        yield
        session.rollback()


def test_pages_wait_for_the_lock_and_lose_nothing(app: Flask, database: db.Database) -> None:
    make_user("pembaca", Role.PANEL)
    client = app.test_client()
    sign_in(client, "pembaca")
    with database.unit_of_work() as session:
        nip = make_official(session).nip

    with ThreadPoolExecutor(1) as pool:
        with write_lock(database):
            waiting = pool.submit(client.get, f"/pegawai/{nip}")
            other = app.test_client()
            other.set_cookie("merit", client.get_cookie("merit").value)
            started = time.monotonic()
            listed = other.get("/pegawai")
            at_once = time.monotonic() - started
            time.sleep(HELD - at_once)
            assert not waiting.done()
        answer = waiting.result(timeout=15)

    assert (listed.status_code, answer.status_code) == (200, 200)
    assert at_once < HELD / 2
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(AccessEntry)) == 1
