"""Requests as people make them: signed in, through the whole application."""

from __future__ import annotations

import time
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import event

from merit.accounts.domain import Grant
from merit.accounts.models import User
from merit.accounts.services.sessions import start
from merit.accounts.services.throttle import Origin
from merit.accounts.services.users import create_user
from merit.app import create_app
from merit.db import Database
from merit.security.crypto import create_keyring
from merit.security.permissions import SYSTEM, Role
from merit.security.sessions import Stage

ROUNDS = 15
PASSWORD = "kuda laut menari pelan"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def sign_in(database: Database, role: Role, *, nip: str = "") -> FlaskClient:
    """Return a browser in which a new user of the role is signed in."""
    if not database.settings.secret_file.exists():
        create_keyring(database.settings.secret_file)
    with database.unit_of_work() as session:
        user = create_user(
            session,
            SYSTEM,
            login=role.value,
            name="" if nip else role.value.title(),
            grants=[Grant(role=role)],
            nip=nip,
            password=PASSWORD,
            totp_secret=SECRET,
        )
        origin = Origin(network="127.0.0.0/24", device="", browser="bench")
        started = start(session, session.get_one(User, user.id), stage=Stage.OPEN, origin=origin)
    client = create_app(database.settings, database).test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = started.reference, True
    return client


def time_page(client: FlaskClient, path: str, rounds: int = ROUNDS) -> float:
    """Return the least server time of a page in milliseconds."""
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        answer = client.get(path)
        times.append((time.perf_counter() - began) * 1000)
        if answer.status_code != 200:
            raise SystemExit(f"{path} answered {answer.status}")
    return min(times)


def count_queries(database: Database, client: FlaskClient, path: str) -> int:
    """Return how many statements a page makes when it is asked for again."""
    client.get(path)
    made: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        made.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        client.get(path)
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
    return len(made)
