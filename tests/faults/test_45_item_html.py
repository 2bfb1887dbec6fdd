"""Fault 45: script in items, whatever the way in, never reaches a page, a paper or a file as script."""

from __future__ import annotations

import io
from html.parser import HTMLParser

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from merit import db
from merit.accounts.models import User
from merit.assessment.models.items import ItemVersion
from merit.security.permissions import Role
from tests.web_client import make_user, sign_in, token_of

pytestmark = pytest.mark.web

ATTACKS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    "<svg onload=alert(1)><circle/></svg>",
    '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    "<math><mtext><style><img src=x onerror=alert(1)></style></mtext></math>",
    '<p style="background:url(javascript:alert(1))">x</p>',
    '<form action="/keluar"><button>x</button></form>',
    '<img src="https://penyerang.example/piksel.png">',
    "<math><annotation-xml encoding='text/html'><script>alert(1)</script></annotation-xml></math>",
)
FORM = {"jenis": "single_choice", "points": "1", "aksi": "simpan", "rows": "2", "correct": "0", "kembar": "ya"}


@pytest.fixture
def author(database: db.Database, app: Flask) -> FlaskClient:
    make_user("penulis", Role.AUTHOR)
    client = app.test_client()
    assert sign_in(client, "penulis").status_code == 302
    return client


def send(client: FlaskClient, path: str, **data: object):
    return client.post(path, data={**data, "csrf_token": token_of(client.get("/bank-soal"))})


class _Live(HTMLParser):
    """Collects what a browser would run or fetch from elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if (tag == "script" and not given.get("src", "").startswith("/static/")) or tag in {
            "iframe",
            "object",
            "embed",
        }:
            self.found.append(tag)
        for name, value in given.items():
            if name.startswith("on") or name in {"style", "srcdoc"}:
                self.found.append(f"{tag} {name}")
            if name in {"src", "href", "action", "formaction"} and not value.startswith(("/", "#", "?")):
                self.found.append(f"{tag} {name}={value}")


def live_parts(page: str) -> list[str]:
    """Return everything in a page that would run, or fetch from another place."""
    parser = _Live()
    parser.feed(page)
    return parser.found


def test_attacks_typed_into_every_field_are_taken_out(author: FlaskClient):
    for number, attack in enumerate(ATTACKS):
        fields = {
            **dict.fromkeys(("question", "prompt", "rationale", "title", "note", "subject"), f"Soal {number} {attack}"),
            "row-0-id": "A",
            "row-0-html": f"satu {attack}",
            "row-1-id": "B",
            "row-1-html": f"dua {attack}",
        }
        saved = send(author, "/bank-soal/baru", **(FORM | fields | {"code": f"XSS-{number}"}))
        assert saved.status_code == 302, saved.text

        for page in ("", "/pratinjau", "/versi/1", "/versi/1/kunci", "/ubah"):
            assert (attack, live_parts(author.get(f"/bank-soal/XSS-{number}{page}").text)) == (attack, [])
    assert live_parts(author.get("/bank-soal").text) == []
    for content in _contents():
        rich = [content["body"], *(one["prompt"] for one in content["interactions"])]
        rich += [choice["html"] for one in content["interactions"] for choice in one["choices"]]
        assert live_parts("".join(rich)) == []


def test_the_check_itself_sees_every_attack():
    seen = (*ATTACKS[:5], *ATTACKS[6:7], *ATTACKS[8:])  # the others hide from parsers other than a browser's
    assert [attack for attack in seen if not live_parts(attack)] == []


def test_attacks_in_comments_notes_and_enemies_stay_letters(author: FlaskClient):
    send(
        author,
        "/bank-soal/baru",
        **(
            FORM
            | {
                "question": "Aman?",
                "code": "AMAN",
                "row-0-html": "a",
                "row-0-id": "A",
                "row-1-html": "b",
                "row-1-id": "B",
            }
        ),
    )
    attack = ATTACKS[0]

    send(author, "/bank-soal/AMAN/komentar", komentar=attack)
    send(author, "/bank-soal/AMAN/langkah", ke="review", catatan=attack)
    send(author, "/bank-soal/AMAN/tanda", code="AMAN", subject=attack, origin=attack)

    for path in ("/bank-soal/AMAN", "/bank-soal", f"/bank-soal?cari={attack}", f"/bank-soal?materi={attack}"):
        page = author.get(path).text
        assert attack not in page
    assert "&lt;script&gt;alert(1)" in author.get("/bank-soal/AMAN").text


def test_a_file_that_is_page_and_picture_at_once_is_no_page(author: FlaskClient):
    attack = b"<html><script>alert(1)</script></html>"
    polyglots = (
        attack,
        b"GIF89a" + attack,
        b"\x89PNG\r\n\x1a\n" + attack,
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    )

    for data in polyglots:
        answer = send(author, "/bank-soal/media", berkas=(io.BytesIO(data), "gambar.png"))
        assert answer.status_code == 422


def test_names_of_people_stay_letters(author: FlaskClient):
    with db.unit_of_work() as session:
        session.scalars(select(User).where(User.login == "penulis")).one().name = ATTACKS[1]
    send(
        author,
        "/bank-soal/baru",
        **(
            FORM
            | {
                "question": "Aman?",
                "code": "NAMA",
                "row-0-html": "a",
                "row-0-id": "A",
                "row-1-html": "b",
                "row-1-id": "B",
            }
        ),
    )

    for path in ("/bank-soal", "/bank-soal/NAMA"):
        page = author.get(path).text
        assert ATTACKS[1] not in page
        assert "&lt;img src=x" in page


def _contents() -> list[object]:
    with db.reading() as session:
        return list(session.scalars(select(ItemVersion.content)))
