"""Items come in and go out through the pages: dry run, choice, drafts, undo, export."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from merit import db
from merit.assessment.models.items import Item, ItemVersion
from merit.assessment.services.interchange import exporting
from merit.audit.models import AuditEntry
from merit.exchange.models import ImportUpload
from merit.jobs.registry import load_handlers
from merit.jobs.runner import Runner
from merit.phrases import phrase
from merit.security.permissions import Role
from tests.assessment.template_samples import item_xml
from tests.web_client import make_user, post, sign_in, token_of

pytestmark = pytest.mark.web

GIFT = """::Ibu kota::Ibu kota Indonesia ialah {~Bandung =Jakarta#Benar ~Surabaya}.

Dua tambah dua?{#4:0}

Rusak {=a ~b

Uraikan tugas Anda.{}
"""


@pytest.fixture
def author(client: FlaskClient) -> FlaskClient:
    """Return a client signed in as an author of items."""
    make_user("penulis", Role.AUTHOR)
    sign_in(client, "penulis")
    return client


def send(client: FlaskClient, data: bytes, name: str):
    """Send a file of items."""
    token = token_of(client.get("/bank-soal/impor"))
    return client.post("/bank-soal/impor", data={"file": (io.BytesIO(data), name), "csrf_token": token})


def made_codes() -> list[str]:
    """Return the codes of the bank."""
    with db.reading() as session:
        return list(session.scalars(select(Item.code).order_by(Item.id)))


def test_file_is_tried_chosen_kept_and_taken_back(author):
    answer = send(author, GIFT.encode(), "soal.gift")
    page = author.get(answer.location)

    assert re.findall(r'name="butir" value="(\d)" aria-label="[^"]*"( checked)?', page.text) == [
        ("0", " checked"),
        ("1", " checked"),
        ("3", " checked"),
    ]
    assert "Umpan balik tidak ikut diimpor." in page.text
    assert "Kurung kurawal tidak berpasangan." in page.text
    assert made_codes() == []

    saved = author.post(
        f"{answer.location}/simpan",
        data={"butir": ["0", "3"], "competency": "M.05", "level": "3", "language": "id", "csrf_token": token_of(page)},
    )
    with db.reading() as session:
        items = session.scalars(select(Item).order_by(Item.id)).all()
        kept = session.scalars(select(ImportUpload.content)).one()
    assert saved.location == answer.location
    assert [(item.state, item.competency, item.level, item.origin) for item in items] == [
        ("draft", "M.05", 3, "soal.gift: gift-1"),
        ("draft", "M.05", 3, "soal.gift: gift-4"),
    ]
    assert kept == b""

    taken = author.get(answer.location)
    author.post(f"{answer.location}/batal", data={"csrf_token": token_of(taken)})
    with db.reading() as session:
        assert session.scalars(select(Item.state)).all() == ["retired", "retired"]
    again = author.post(f"{answer.location}/batal", data={"csrf_token": token_of(taken)})
    assert again.status_code == 409


def test_a_templated_item_is_taken_and_shown_drawn(author):
    where = send(author, item_xml().encode(), "jumlah.xml").location
    tried = author.get(where).text
    assert "setiap peserta mendapat angka sendiri" in tried
    assert "Isian angka" in tried
    data = {"butir": ["0"], "competency": "M.05", "level": "3", "language": "id"}
    post(author, f"{where}/simpan", data, page=where)
    (code,) = made_codes()

    texts = [author.get(f"/bank-soal/{code}/pratinjau?contoh={number}").text for number in (1, 2, 1)]
    numbers = [re.findall(r"(\d+)\s+orang", text) for text in texts]
    assert numbers[0] == numbers[2] != numbers[1]
    assert "Tarik lagi" in texts[0]
    assert "data-variable" not in "".join(texts)

    total = sum(map(int, numbers[1]))
    tried = post(author, f"/bank-soal/{code}/pratinjau?versi=1&contoh=2", {"jawaban-0": str(total)}, page="/bank-soal")
    assert "<strong>1,00</strong>" in tried.text
    key = author.get(f"/bank-soal/{code}/versi/1/kunci").text
    assert f"<li>{sum(map(int, numbers[0]))}</li>" in key
    assert "milik contoh yang ditampilkan" in key


def test_many_items_are_taken_by_the_worker(author, monkeypatch):
    monkeypatch.setattr("merit.assessment.import_jobs.MANY", 2)
    where = send(author, GIFT.encode(), "soal.gift").location
    data = {"butir": ["0", "1"], "competency": "M.05", "level": "3", "language": "id"}

    ordered = post(author, f"{where}/simpan", data, page=where)

    assert ordered.location == author.get(where).location  # both lead to the job
    assert post(author, f"{where}/simpan", data, page="/bank-soal/impor").status_code == 409
    assert post(author, f"{where}/buang", {}, page="/bank-soal/impor").status_code == 409
    assert made_codes() == []
    load_handlers()
    runner = Runner(db.get_database(), describe=phrase)
    assert runner.run(int(ordered.location.rpartition("/")[2]))
    runner.close()
    assert len(made_codes()) == 2
    assert "Rancangan yang dibuat" in author.get(where).text
    assert f'href="{where}"' in author.get(ordered.location).text


def test_a_cancelled_import_can_be_ordered_again(author, monkeypatch):
    monkeypatch.setattr("merit.assessment.import_jobs.MANY", 2)
    where = send(author, GIFT.encode(), "soal.gift").location
    data = {"butir": ["0", "1"], "competency": "M.05", "level": "3", "language": "id"}
    first = post(author, f"{where}/simpan", data, page=where).location

    post(author, f"{first}/batal", {}, page=first)

    assert author.get(where).status_code == 200
    assert post(author, f"{where}/simpan", data, page=where).location != first


def test_nothing_chosen_says_so_and_keeps_what_was_typed(author):
    where = send(author, GIFT.encode(), "soal.gift").location
    data = {"subject": "Ibu kota dunia", "competency": "M.05", "language": "id"}

    page = post(author, f"{where}/simpan", data, page=where)

    assert page.status_code == 422
    assert "Centang paling sedikit satu butir" in page.text
    assert 'value="Ibu kota dunia"' in page.text
    assert made_codes() == []


def test_file_of_others_does_not_exist(author, app):
    where = send(author, GIFT.encode(), "soal.gift").location
    make_user("lain", Role.AUTHOR)
    other = app.test_client()
    sign_in(other, "lain")

    assert (author.get(where).status_code, other.get(where).status_code) == (200, 404)


def test_foreign_file_is_refused_by_its_name(author):
    page = send(author, b'{"type": "mcq", "stimulus": "?", "validation": {}}', "soal.json")

    assert page.status_code == 422
    assert "Learnosity JSON" in page.text


def test_waiting_file_is_not_readable_in_the_database(author):
    send(author, GIFT.encode(), "soal.gift")

    with db.reading() as session:
        kept = session.scalars(select(ImportUpload.content)).one()
    assert b"Jakarta" not in kept
    assert len(kept) > len(GIFT)


def test_second_import_of_the_same_file_is_not_ticked(author):
    first = send(author, GIFT.encode(), "soal.gift").location
    post(author, f"{first}/simpan", {"butir": ["0"], "language": "id"}, page=first)

    page = author.get(send(author, GIFT.encode(), "soal.gift").location)

    assert re.findall(r'name="butir" value="(\d)" aria-label="[^"]*"( checked)?', page.text) == [
        ("0", ""),
        ("1", " checked"),
        ("3", " checked"),
    ]
    assert f"sama dengan {made_codes()[0]}" in page.text


def test_template_is_read_without_a_problem(author):
    book = author.get("/bank-soal/impor/templat.xlsx").data

    page = author.get(send(author, book, "templat-butir.xlsx").location)

    assert len(re.findall(r'name="butir" value="\d+" aria-label="[^"]+" checked', page.text)) == 11
    assert "butir!" not in page.text


def test_export_gives_a_package_and_is_noted(author):
    where = send(author, GIFT.encode(), "soal.gift").location
    post(author, f"{where}/simpan", {"butir": ["0", "1", "3"], "language": "id"}, page=where)

    answer = post(author, "/bank-soal/ekspor", {"format": "qti3"}, page="/bank-soal/ekspor")

    assert answer.mimetype == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as package:
        assert package.namelist()[0] == "imsmanifest.xml"
        assert len([name for name in package.namelist() if name.startswith("items/")]) == 3
    with db.reading() as session:
        noted = session.scalars(select(AuditEntry).where(AuditEntry.action == exporting.ACTION)).all()
        versions = session.scalar(select(func.count(ItemVersion.id)))
    assert (len(noted), versions) == (1, 3)


def test_export_of_nothing_says_so(author):
    page = post(author, "/bank-soal/ekspor", {"format": "xlsx", "competency": "M.08"}, page="/bank-soal/ekspor")

    assert page.status_code == 422
    assert "Tidak ada butir yang cocok" in page.text


def test_bank_is_not_emptied_export_by_export(author, monkeypatch):
    monkeypatch.setattr(exporting, "MOST_PER_DAY", 2)
    where = send(author, GIFT.encode(), "soal.gift").location
    post(author, f"{where}/simpan", {"butir": ["0"], "language": "id"}, page=where)

    answers = [post(author, "/bank-soal/ekspor", {"format": "xlsx"}, page="/bank-soal/ekspor") for _time in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 422]
    assert "2 kali dalam sehari" in answers[2].text


def test_proctor_and_admin_have_neither_page(app):
    for role in (Role.PROCTOR, Role.ADMIN, Role.AUDITOR):
        make_user(role.value, role)
        client = app.test_client()
        sign_in(client, role.value)
        assert [client.get(path).status_code for path in ("/bank-soal/impor", "/bank-soal/ekspor")] == [404, 404]
