"""A small committed city and clients signed in to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from merit import db
from merit.accounts.domain import Grant
from merit.security.permissions import Role
from tests.factories import make_nip, make_official, make_position, make_unit
from tests.web_client import make_user, sign_in

SITI = make_nip(birth="1970-02-03", start="1995-03", sex="P", number=7)
BUDI = make_nip(birth="1985-02-03", start="2010-03", number=8)

SignIn = Callable[..., FlaskClient]


@dataclass(frozen=True)
class City:
    """Ids of what the city holds."""

    health: int
    schools: int
    siti: int
    budi: int


@pytest.fixture
def city(database: db.Database) -> City:
    """Commit two units, each with a position and an official."""
    with database.unit_of_work() as session:
        health = make_unit(session, code="KES", name="Dinas Kesehatan")
        schools = make_unit(session, code="DIK", name="Dinas Pendidikan")
        head = make_position(
            session, code="KES.1", name="Kepala Dinas Kesehatan", tier="jpt_pratama", unit=health, leads=health
        )
        teacher = make_position(session, code="DIK.1", name="Guru", tier="jf_ahli_pertama", unit=schools)
        siti = make_official(session, nip=SITI, name="Siti Aminah", position=head, sex="P", birth="1970-02-03")
        budi = make_official(session, nip=BUDI, name="Budi Santoso", position=teacher, birth="1985-02-03")
        return City(health.id, schools.id, siti.id, budi.id)


@pytest.fixture
def signed_in(app: Flask, city: City) -> SignIn:
    """Return a function that gives a client signed in with roles: ``signed_in(Role.ADMIN)``."""

    def sign(*roles: Role, unit: str = "", nip: str = "") -> FlaskClient:
        login = "-".join([*roles, unit.lower(), nip[-3:]])
        make_user(login, grants=[Grant(role=role, unit_code=unit) for role in roles], nip=nip)
        client = app.test_client()
        sign_in(client, login)
        return client

    return sign


@contextmanager
def counted_queries(database: db.Database) -> Iterator[list[str]]:
    """Collect the statements sent to the database inside the block."""
    statements: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        statements.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
