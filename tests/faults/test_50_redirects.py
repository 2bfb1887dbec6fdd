"""Fault 50: no form and no address sends the browser to another site."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from merit.security.permissions import Role
from tests.web_client import make_user, post, sign_in

pytestmark = pytest.mark.web

# Browsers and urlsplit drop tabs and line ends, so "/<tab>/x" becomes "//x", another host.
ELSEWHERE = (
    "//jahat.example",
    "/\\jahat.example",
    "/\t/jahat.example",
    "/\r\n/jahat.example",
    "\t//jahat.example",
    "https://jahat.example/",
    "https:jahat.example",
    "javascript:alert(1)",
)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    make_user("kepala", Role.ADMIN)
    client = app.test_client()
    sign_in(client, "kepala")
    return client


@pytest.mark.parametrize("address", ELSEWHERE)
def test_language_form_comes_back_here(client: FlaskClient, address: str) -> None:
    answer = post(client, "/bahasa/id", {"kembali": address})

    assert (answer.status_code, answer.headers["Location"]) == (302, "/")


@pytest.mark.parametrize("address", ELSEWHERE)
def test_sign_in_goes_on_here(client: FlaskClient, address: str) -> None:
    answer = client.get("/masuk", query_string={"lanjut": address})

    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
