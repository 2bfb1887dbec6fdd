"""Fault 7: a database that has become read-only closes what must leave a trace, and says so politely."""

from __future__ import annotations

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select

from merit import db
from merit.audit.models import AccessEntry
from merit.security.permissions import Role
from merit.web.headers import HEADERS
from tests.conftest import POSTGRESQL
from tests.factories import make_official
from tests.web_client import give_password, make_user, post, sign_in

pytestmark = pytest.mark.web


@pytest.fixture
def reader(app: Flask, database: db.Database) -> FlaskClient:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    make_user("pembaca", Role.PANEL)
    client = app.test_client()
    sign_in(client, "pembaca")
    return client


def make_read_only(database: db.Database) -> None:
    """From the next connection on nothing can be written."""
    if database.settings.is_sqlite:
        event.listen(database.engine, "connect", lambda connection, _: connection.execute("PRAGMA query_only=ON"))
    else:
        name = database.engine.url.database
        with psycopg.connect(POSTGRESQL, autocommit=True) as connection:
            connection.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")  # type: ignore[arg-type]
    database.dispose()


def test_what_leaves_a_trace_is_closed_and_lists_stay_open(
    app: Flask, reader: FlaskClient, database: db.Database
) -> None:
    with database.unit_of_work() as session:
        nip = make_official(session, name="Nama Rahasia").nip
    make_read_only(database)

    listed, record = reader.get("/pegawai"), reader.get(f"/pegawai/{nip}")
    saved = post(reader, "/pegawai/saringan", {"name": "satu", "query": ""}, page="/pegawai")
    entered = give_password(app.test_client(), "pembaca")

    assert [answer.status_code for answer in (listed, record, saved, entered)] == [200, 503, 503, 503]
    assert "Nama Rahasia" not in record.text
    assert "Coba lagi sebentar" in record.text
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(AccessEntry)) == 0


def test_a_denial_that_cannot_be_noted_stays_a_denial(reader: FlaskClient, database: db.Database) -> None:
    make_read_only(database)

    answer = reader.get("/pengguna")

    assert answer.status_code in {404, 503}
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
