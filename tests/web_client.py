"""What a browser does for its user: carry the CSRF token, sign in with both steps."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from typing import Any

import pyotp
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from merit import clock, db
from merit.accounts.domain import Grant
from merit.accounts.services.users import create_user
from merit.security.permissions import SYSTEM, Role

PASSWORD = "tikus putih melompat jauh"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def token_of(page: TestResponse) -> str:
    """Return the CSRF token of the first form on a page."""
    found = _TOKEN.search(page.text)
    assert found, f"no form on the page ({page.status})"
    return found.group(1)


def post(
    client: FlaskClient, path: str, data: Mapping[str, Any] | None = None, *, page: str = "/masuk"
) -> TestResponse:
    """Send a form with the token of a page that has one (the language form is on every page)."""
    response = client.get(page)
    if response.status_code in {301, 302, 303}:
        response = client.get(response.headers["Location"])
    return client.post(path, data={**(data or {}), "csrf_token": token_of(response)})


def make_user(
    login: str,
    *roles: Role,
    grants: Iterable[Grant] = (),
    nip: str = "",
    password: str | None = PASSWORD,
    secret: str | None = SECRET,
) -> int:
    """Commit an account to the process's database and return its id; staff get the usual second factor."""
    with db.unit_of_work() as session:
        user = create_user(
            session,
            SYSTEM,
            login=login,
            name=f"Nama {login}",
            grants=[*grants, *(Grant(role=role) for role in roles)],
            nip=nip,
            password=password,
            totp_secret=secret,
        )
        return user.id


def code(secret: str = SECRET, *, steps: int = 0) -> str:
    """Return the present code of the second factor, or one some steps away."""
    return pyotp.TOTP(secret).at(clock.now() + dt.timedelta(seconds=30 * steps))


def give_password(client: FlaskClient, login: str, password: str = PASSWORD, **options: Any) -> TestResponse:
    """Take the first step of a sign-in."""
    token = token_of(client.get("/masuk", **options))
    return client.post("/masuk", data={"login": login, "password": password, "csrf_token": token}, **options)


def give_code(client: FlaskClient, digits: str | None = None, **options: Any) -> TestResponse:
    """Take the second step of a sign-in."""
    token = token_of(client.get("/masuk/faktor", **options))
    return client.post("/masuk/faktor", data={"kode": digits or code(), "csrf_token": token}, **options)


def sign_in(client: FlaskClient, login: str, password: str = PASSWORD) -> TestResponse:
    """Sign in with whatever steps the account needs; return the last answer."""
    answer = give_password(client, login, password)
    if answer.headers.get("Location") == "/masuk/faktor":
        answer = give_code(client)
    return answer
