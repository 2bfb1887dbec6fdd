"""Fault 46: what people put into addresses and forms reaches the database as a value or not at all."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from merit.security.permissions import Role
from tests.web_client import give_password, make_user, post, sign_in

pytestmark = pytest.mark.web

BEYOND = "9" * 30  # no 64-bit number
HOSTILE = ("'", "%00", "a%00b", "%25_", "'%20or%201=1--", BEYOND, "-1", "%F0%9F%98%80", "{{7*7}}")
PLACES = (
    "/pegawai/{}",
    "/pegawai?cari={}&unit={}&urut={}&halaman={}&golongan={}",
    "/unit/{}",
    "/jabatan/{}",
    "/jabatan?cari={}&urut={}",
    "/pengguna?cari={}&peran={}&urut={}",
    "/pengguna/{}",
    "/pekerjaan/{}",
    "/impor/{}",
    "/impor/berkas/{}",
    "/impor/templat/{}.xlsx",
    "/kebijakan/{}/1",
    "/kebijakan/loyalitas-hasil/{}",
    "/lowongan/{}",
    "/lowongan?cari={}&urut={}",
    "/bukti/posts/{}",
    "/bukti/{}/1",
    "/aktivasi/{}",
)


@pytest.fixture
def admin(app: Flask) -> FlaskClient:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    make_user("kepala", Role.ADMIN)
    client = app.test_client()
    sign_in(client, "kepala")
    return client


def test_addresses_never_break_a_page(admin: FlaskClient) -> None:
    answers = {path: admin.get(path).status_code for place in PLACES for path in _filled(place)}

    assert {path: status for path, status in answers.items() if status not in {200, 302, 404}} == {}


def _filled(place: str) -> list[str]:
    return [place.replace("{}", word) for word in HOSTILE]


@pytest.mark.parametrize("path", ["/audit", "/audit/pembacaan"])
@pytest.mark.parametrize("query", ["sejak=0001-01-01", "sampai=9999-12-31", "cari=%00", f"halaman={BEYOND}"])
def test_ends_of_the_calendar_do_not_break_the_audit(app: Flask, path: str, query: str) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    make_user("pengawas", Role.AUDITOR)
    client = app.test_client()
    sign_in(client, "pengawas")

    assert client.get(f"{path}?{query}").status_code == 200


def test_forms_with_nul_are_refused_before_the_database(app: Flask, admin: FlaskClient) -> None:
    assert give_password(app.test_client(), "a\0b").status_code == 400
    assert post(admin, "/pegawai/saringan", {"name": "a\0b", "query": ""}, page="/pegawai").status_code == 400


def test_like_wildcards_match_themselves_only(admin: FlaskClient) -> None:
    assert "kepala" in admin.get("/pengguna?cari=kepal").text.split("<table", 1)[1]
    for wildcard in ("kep%25la", "kepal_"):
        assert "/pengguna/1" not in admin.get(f"/pengguna?cari={wildcard}").text
