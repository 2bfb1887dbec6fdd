"""Faults 42, 44, 50: foreign hosts, cross-site requests, missing tokens, and the headers of every answer."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import AnyConverter, BaseConverter, IntegerConverter

from merit.app import create_app
from merit.config import load_settings
from merit.security.permissions import Role
from merit.web.guard import allowed_hosts, local_path
from merit.web.headers import HEADERS
from merit.web.session import cookie_name, site_address
from tests.web_client import PASSWORD, make_user, post, sign_in, token_of


@pytest.fixture
def one_client(sqlite_database) -> FlaskClient:
    """Guards do not depend on the database, so one is enough."""
    return create_app(sqlite_database.settings, sqlite_database).test_client()


def _fail() -> str:
    raise RuntimeError("secret detail")


_fail.merit_access = "public"


@pytest.mark.web
@pytest.mark.parametrize(
    ("path", "status"), [("/masuk", 200), ("/tidak-ada", 404), ("/akun", 302), ("/static/css/merit.css", 200)]
)
def test_every_answer_has_the_headers(one_client, path, status):
    answer = one_client.get(path, buffered=True)

    assert answer.status_code == status
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS


@pytest.mark.web
def test_failure_page_has_the_headers_and_no_details(sqlite_database):
    app = create_app(sqlite_database.settings, sqlite_database)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.add_url_rule("/gagal", view_func=_fail)

    answer = app.test_client().get("/gagal")

    assert answer.status_code == 500
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert "secret detail" not in answer.text


@pytest.mark.web
def test_pages_are_never_stored_and_static_files_are(one_client):
    assert one_client.get("/masuk").headers["Cache-Control"] == "no-store"
    assert "max-age" in one_client.get("/static/css/merit.css", buffered=True).headers["Cache-Control"]


@pytest.mark.web
def test_transport_security_only_under_tls(sqlite_database, one_client):
    secure = sqlite_database.settings.model_copy(update={"secure_cookies": True})
    answer = create_app(secure, sqlite_database).test_client().get("/masuk", base_url="https://localhost")

    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert "Strict-Transport-Security" not in one_client.get("/masuk").headers


@pytest.mark.web
def test_cookie_is_bound_to_the_host_under_tls(sqlite_database):
    secure = sqlite_database.settings.model_copy(update={"secure_cookies": True})
    answer = create_app(secure, sqlite_database).test_client().get("/masuk", base_url="https://localhost")

    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-merit=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Domain" not in cookie


@pytest.mark.web
def test_cookie_is_plain_on_loopback(one_client):
    cookie = one_client.get("/masuk").headers["Set-Cookie"]

    assert cookie.startswith("merit=")
    assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))


@pytest.mark.web
@pytest.mark.parametrize("host", ["jahat.example", "localhost.jahat.example", "127.0.0.1.jahat.example:80"])
def test_foreign_host_is_refused(one_client, host):
    answer = one_client.get("/masuk", headers={"Host": host})

    assert answer.status_code == 400
    assert "MERIT_ALLOWED_HOSTS" in answer.text
    assert host not in answer.text


@pytest.mark.web
@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1:8104", "[::1]:8000", "[::1]"])
def test_loopback_is_welcome(one_client, host):
    assert one_client.get("/masuk", headers={"Host": host}).status_code == 200


@pytest.mark.web
def test_forwarded_headers_count_only_behind_a_declared_proxy(sqlite_database, one_client):
    forwarded = {"X-Forwarded-Host": "jahat.example", "X-Forwarded-For": "203.0.113.9"}
    proxied = sqlite_database.settings.model_copy(update={"proxy_hops": 1})

    assert one_client.get("/masuk", headers=forwarded).status_code == 200
    assert create_app(proxied, sqlite_database).test_client().get("/masuk", headers=forwarded).status_code == 400


@pytest.mark.web
def test_post_without_token_gets_a_friendly_page(one_client):
    answer = one_client.post("/masuk", data={"login": "a", "password": "b"})

    assert answer.status_code == 400
    assert "Formulir sudah kedaluwarsa" in answer.text


@pytest.mark.web
def test_every_unsafe_route_wants_the_token(sqlite_database):
    app = create_app(sqlite_database.settings, sqlite_database)
    client = app.test_client()
    make_user("admin", Role.ADMIN)
    sign_in(client, "admin")
    unsafe = [rule for rule in app.url_map.iter_rules() if (rule.methods or set()) & {"POST", "PUT", "PATCH", "DELETE"}]

    answers = {rule.rule: client.post(_address(app, rule)).status_code for rule in unsafe}

    assert len(answers) > 10
    assert {path: status for path, status in answers.items() if status != 400} == {}


def _address(app: Flask, rule) -> str:
    values = {name: _value(kind) for name, kind in rule._converters.items()}
    with app.test_request_context():
        return app.url_for(rule.endpoint, **values)


def _value(kind: BaseConverter) -> str:
    if isinstance(kind, AnyConverter):
        return min(kind.items)
    return "1" if isinstance(kind, IntegerConverter) else "x"


@pytest.mark.web
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors"}, 200),
        ({"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate"}, 200),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}, 200),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}, 403),
        ({"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors"}, 403),
    ],
)
def test_other_sites_may_only_link(one_client, headers, status):
    assert one_client.get("/masuk", headers=headers).status_code == status


@pytest.mark.web
def test_other_sites_may_not_post_even_with_a_token(one_client):
    token = token_of(one_client.get("/masuk"))
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}

    answer = one_client.post("/masuk", data={"login": "a", "password": "b", "csrf_token": token}, headers=headers)

    assert answer.status_code == 403


@pytest.mark.web
def test_other_sites_may_not_start_a_download(sqlite_database):
    client = create_app(sqlite_database.settings, sqlite_database).test_client()
    make_user("auditor", Role.AUDITOR)
    sign_in(client, "auditor")
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}

    assert client.get("/audit/ekspor").status_code == 200
    assert client.get("/audit/ekspor", headers=link).status_code == 403


@pytest.mark.web
def test_too_large_a_form_gets_a_friendly_page(one_client):
    answer = post(one_client, "/masuk", {"login": "x" * 3_000_000, "password": PASSWORD})

    assert answer.status_code == 413
    assert "melebihi batas" in answer.text


@pytest.mark.web
def test_strangers_cannot_send_large_uploads(one_client):
    part = b'--x\r\nContent-Disposition: form-data; name="f"; filename="a.xlsx"\r\n\r\n' + b"0" * 3_000_000

    answer = one_client.post("/masuk", data=part + b"\r\n--x--", content_type="multipart/form-data; boundary=x")

    assert answer.status_code == 413
    assert "2 MB" in answer.text


@pytest.mark.web
def test_unreadable_form_is_a_bad_request(one_client):
    answer = one_client.post("/masuk", data=b"login=\xff\xfe", content_type="application/x-www-form-urlencoded")

    assert answer.status_code == 400


@pytest.mark.unit
@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("/pegawai?cari=a&urut=-nama", True),
        ("/", True),
        ("", False),
        ("//jahat.example", False),
        ("/\\jahat.example", False),
        ("/a\\b", False),
        ("/a\nSet-Cookie: x", False),
        ("https://jahat.example/", False),
        ("javascript:alert(1)", False),
        ("pegawai", False),
    ],
)
def test_local_path(address, kept):
    assert local_path(address, "/beranda") == (address if kept else "/beranda")


@pytest.mark.unit
def test_allowed_hosts_never_include_the_wildcard(tmp_path):
    settings = load_settings(
        {"MERIT_HOST": "0.0.0.0", "MERIT_ALLOWED_HOSTS": "Merit.Balikpapan.go.id, "}, instance_path=str(tmp_path)
    )

    assert allowed_hosts(settings) == {"localhost", "127.0.0.1", "[::1]", "merit.balikpapan.go.id"}


@pytest.mark.unit
def test_names_and_addresses_follow_the_transport(tmp_path):
    plain = load_settings({}, instance_path=str(tmp_path))
    proxied = load_settings(
        {"MERIT_PROXY_HOPS": "1", "MERIT_ALLOWED_HOSTS": "merit.example"}, instance_path=str(tmp_path)
    )

    assert (cookie_name(plain), cookie_name(proxied, "device")) == ("merit", "__Host-merit-device")
    assert (site_address(plain), site_address(proxied)) == ("http://127.0.0.1:8000", "https://merit.example")
