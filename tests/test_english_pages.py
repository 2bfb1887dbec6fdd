"""With English chosen every page speaks English: no Indonesian is left outside the records themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException

from merit import db
from merit.app import create_app
from merit.jobs.services import enqueue
from merit.locale import collect
from merit.performance.domain.awards import load_awards
from merit.ranking.services.runs import create_run
from merit.reference import load_competencies
from merit.security.permissions import SYSTEM, Role
from tests.factories import make_complaint, make_official, make_position, make_survey, make_unit
from tests.ranking.samples import make_actor, make_town
from tests.web_client import make_user, post, sign_in

pytestmark = pytest.mark.web

TELLTALE = re.compile(
    r"\b(pegawai|jabatan|lowongan|peringkat|berkas|belum|sudah|tidak|simpan|daftar|kembali|yang|dengan|untuk|atau|dan"
    r"|dari|pada|kata sandi|masuk|keluar|semua|cari|lihat|buka|isi|pilih|nilai|syarat|catatan|tanggal|tahun|baru)\b",
    re.IGNORECASE,
)
# Records, names of policies, and column names of files stay as they are.
RECORDS = re.compile(
    r"Kebijakan contoh|Aturan setempat|Kepala Bagian Organisasi|Bagian Umum|Pegawai \d+|Jabatan J\d+|LOWONGAN-\w+"
    r"|nama@\S+|\S+@pegawai\S*|Bahasa Indonesia|Nama [\w-]+",
)
LAW = frozenset(text for one in load_competencies().values() for text in (one.definition, *one.levels))
OFFICES = frozenset(award.measured_by for award in load_awards().values())
FILE_COLUMNS = "exchange.templates"
SAMPLES = "develop.components"  # invented people and units


class Words(HTMLParser):
    """Collects what a page says, aloud and on screen."""

    _ATTRIBUTES = frozenset({"aria-label", "title", "placeholder", "alt"})

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag, attrs):
        self._silent += tag in {"script", "style"}
        self.said += [value for name, value in attrs if name in self._ATTRIBUTES and value]

    def handle_endtag(self, tag):
        self._silent -= tag in {"script", "style"}

    def handle_data(self, data):
        if not self._silent and data.strip():
            self.said.append(" ".join(data.split()))


@pytest.fixture(scope="module")
def indonesian() -> frozenset[str]:
    """Return the texts whose English is another one, and no other text's English."""
    texts = {str(message.id): str(message.string) for message in collect.read() if message.id}
    return frozenset(text for text, english in texts.items() if text != english) - frozenset(texts.values())


@pytest.fixture
def app(sqlite_database: db.Database) -> Flask:
    """Return the application on a town with a ranking, complaints, a survey and a job."""
    with sqlite_database.unit_of_work() as session:
        admin = make_actor(session, "admin-uji", Role.ADMIN)
        town = make_town(session, admin, make_actor(session, "ppk-uji", Role.PPK))
        create_run(session, admin, vacancy_code=town.vacancy)
        unit = make_unit(session, code="UMUM", name="Bagian Umum", kind="bagian")
        make_official(session, position=make_position(session, unit=unit, leads=unit, tier="pelaksana"))
        make_complaint(session, unit, "2025-03-03")
        make_survey(session, unit, "2025", "84.5")
        enqueue(session, SYSTEM, kind="exchange.check", title="units.csv", arguments={})
    make_user("andi-uji", Role.OFFICIAL, nip=town.nips["andi"], secret=None)
    return create_app(sqlite_database.settings, sqlite_database)


def in_english(app: Flask, login: str, *roles: Role) -> FlaskClient:
    client = app.test_client()
    if roles:
        make_user(login, *roles)
    sign_in(client, login)
    post(client, "/bahasa/en", page="/akun")
    return client


def leftovers(said: list[str], indonesian: frozenset[str]) -> Iterator[str]:
    for words in said:
        rest = RECORDS.sub("", words)
        if words not in LAW | OFFICES and (words in indonesian or TELLTALE.search(rest)):
            yield words


def walk(app: Flask, client: FlaskClient, indonesian: frozenset[str]) -> tuple[set[str], list[str]]:
    """Visit one address of every page that links lead to; return the pages and what is Indonesian on them."""
    addresses = app.url_map.bind("localhost")
    waiting, seen, found = ["/", "/tidak-ada"], set(), []
    while waiting:
        path = waiting.pop(0)
        try:
            endpoint, values = addresses.match(path.partition("?")[0])
        except HTTPException:
            endpoint, values = path, {}
        page = " ".join([endpoint, *(str(values[part]) for part in ("section", "table") if part in values)])
        if page in seen or endpoint == "static":
            continue
        seen.add(page)
        answer = client.get(path, follow_redirects=True)
        if answer.mimetype != "text/html":
            continue
        reader = Words()
        reader.feed(answer.text)
        if endpoint not in {FILE_COLUMNS, SAMPLES}:
            found += [f"{path}: {words}" for words in leftovers(reader.said, indonesian)]
        waiting += [link.replace("&amp;", "&") for link in re.findall(r'href="(/[^"#]*)"', answer.text)]
    return seen, found


def test_staff_pages_are_english(app: Flask, indonesian: frozenset[str]):
    client = in_english(app, "uji", Role.ADMIN, Role.AUDITOR)

    pages, found = walk(app, client, indonesian)

    assert found == [], "\n".join(found)
    assert len(pages) > 40
    assert {"ranking.shortlist", "ranking.explanation", "ranking.considered", "audit.entries"} <= pages


def test_own_pages_are_english(app: Flask, indonesian: frozenset[str]):
    pages, found = walk(app, in_english(app, "andi-uji"), indonesian)

    assert found == [], "\n".join(found)
    assert {"portal.home", "portal.runs", "portal.explanation", "portal.readings"} <= pages


def test_sign_in_page_is_english(app: Flask, indonesian: frozenset[str]):
    client = app.test_client()
    post(client, "/bahasa/en")

    answer = client.get("/masuk")
    reader = Words()
    reader.feed(answer.text)

    assert '<html lang="en">' in answer.text
    assert list(leftovers(reader.said, indonesian)) == []


def test_refused_form_answers_in_english(app: Flask):
    client = app.test_client()
    post(client, "/bahasa/en")

    answer = post(client, "/masuk", {"login": "", "password": ""})

    assert "Enter the NIP or user name." in answer.text
    assert "Isi NIP" not in answer.text


def test_wtforms_own_messages_are_english(app: Flask):
    client = in_english(app, "uji", Role.ADMIN)

    answer = post(client, "/lowongan/baru", {"as_of": "besok"}, page="/lowongan/baru")

    assert "Enter a date like 01-03-2026." in answer.text
    assert "Enter the vacancy code." in answer.text
