"""Pages of the bank as authors, reviewers and auditors use them, without JavaScript."""

from __future__ import annotations

import io
import re
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from merit import db
from merit.accounts.models import User
from merit.assessment.models.items import Item, ItemVersion, Medium
from merit.assessment.queries.items import load_versions
from merit.audit.models import AuditEntry
from merit.security.permissions import Actor, Role
from tests.assessment.bank_samples import activate, make_draft, make_item, make_png
from tests.web_client import make_user, sign_in, token_of

pytestmark = pytest.mark.web

FORM = {
    "jenis": "single_choice",
    "question": "Apa warna lampu loket yang buka?",
    "points": "1",
    "aksi": "simpan",
    "rows": "3",
    "row-0-id": "A",
    "row-0-html": "Hijau",
    "row-1-id": "B",
    "row-1-html": "Merah",
    "row-2-id": "C",
    "row-2-html": "",
    "correct": "0",
    "competency": "M.05",
    "level": "1",
}


@pytest.fixture
def people(database: db.Database, app: Flask) -> dict[str, FlaskClient]:
    """Return signed-in clients by login."""
    clients = {}
    for login, role in {"penulis": Role.AUTHOR, "penelaah": Role.AUTHOR, "auditor": Role.AUDITOR}.items():
        make_user(login, role)
        clients[login] = app.test_client()
        assert sign_in(clients[login], login).status_code == 302
    return clients


def actor(login: str) -> Actor:
    with db.reading() as session:
        user = session.scalars(select(User).where(User.login == login)).one()
    return Actor(user_id=user.id, login=login, name=user.name, roles=frozenset({Role.AUTHOR}), unit_ids=None)


def send(client: FlaskClient, path: str, data: dict[str, object]):
    return client.post(path, data={**data, "csrf_token": token_of(client.get("/bank-soal"))})


def add_item(code: str = "BK-1", **options: object) -> None:
    with db.unit_of_work() as session:
        make_item(session, actor("penulis"), code=code, **options)


def test_an_author_writes_an_item_and_a_second_person_passes_it(people):
    author, reviewer = people["penulis"], people["penelaah"]
    saved = send(author, "/bank-soal/baru", FORM | {"code": "LMP-1"})
    assert saved.headers["Location"] == "/bank-soal/LMP-1"
    send(author, "/bank-soal/LMP-1/langkah", {"ke": "review"})

    own = send(author, "/bank-soal/LMP-1/langkah", {"ke": "trial"})
    assert own.status_code == 409
    assert "Anda tulis sendiri" in own.text
    assert send(reviewer, "/bank-soal/LMP-1/langkah", {"ke": "trial"}).status_code == 302
    assert send(reviewer, "/bank-soal/LMP-1/langkah", {"ke": "active"}).status_code == 302

    page = reviewer.get("/bank-soal/LMP-1").text
    assert "Apa warna lampu loket yang buka?" in page
    assert "Aktif" in page


def test_rows_are_added_without_losing_what_was_typed(people):
    page = send(people["penulis"], "/bank-soal/baru", FORM | {"aksi": "tambah"})

    assert page.status_code == 200
    assert 'name="row-3-html"' in page.text
    assert "Apa warna lampu loket yang buka?" in page.text
    with db.reading() as session:
        assert session.scalars(select(Item)).all() == []


def test_what_is_missing_is_said_and_nothing_is_lost(people):
    page = send(people["penulis"], "/bank-soal/baru", FORM | {"correct": "", "points": "x"})

    assert page.status_code == 422
    assert "Pilih tepat satu jawaban yang benar." in page.text
    assert 'value="x"' in page.text
    assert "Hijau" in page.text


def test_a_picture_goes_into_the_question_and_is_served_for_ever(people, client: FlaskClient):
    author = people["penulis"]
    page = send(
        author, "/bank-soal/baru", FORM | {"aksi": "unggah", "berkas": (io.BytesIO(make_png()), "../../lampu.png")}
    )
    with db.reading() as session:
        medium = session.scalars(select(Medium)).one()
    assert f"media:{medium.sha256}" in page.text
    assert medium.name == "lampu.png"

    with client.get(f"/media/{medium.address}") as answer:
        assert (answer.status_code, answer.mimetype) == (200, "image/png")
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert client.get(f"/media/{medium.sha256}").status_code == 404


def test_an_svg_is_refused_with_a_sentence(people):
    file = (io.BytesIO(b"<svg xmlns='http://www.w3.org/2000/svg'/>"), "gambar.png")

    answer = send(people["penulis"], "/bank-soal/media", {"berkas": file})

    assert answer.status_code == 422
    assert answer.json["error"] == "medium-unknown-type"
    assert "gambar.png" in answer.json["message"]


def test_near_duplicates_are_warned_of_once(people):
    add_item("BK-1", draft=make_draft("Apa warna lampu loket yang sedang buka?", ("Hijau", "Merah")))

    warning = send(people["penulis"], "/bank-soal/baru", FORM)
    assert "BK-1" in warning.text
    assert "mirip" in warning.text
    saved = send(people["penulis"], "/bank-soal/baru", FORM | {"kembar": "ya"})

    assert saved.status_code == 302


def test_known_enemies_and_unchanged_words_are_not_warned_of(people):
    add_item("BK-1", draft=make_draft(FORM["question"], ("Hijau", "Merah")))
    add_item("BK-2", draft=make_draft(FORM["question"], ("Hijau", "Merah")))
    author = people["penulis"]
    same = send(author, "/bank-soal/BK-1/ubah", FORM | edit_fields(author, "BK-1") | {"points": "2"})
    assert same.headers["Location"] == "/bank-soal/BK-1"
    new_words = {"question": "Apa warna lampu loket yang sedang buka?"}
    assert "mirip" in send(author, "/bank-soal/BK-1/ubah", FORM | edit_fields(author, "BK-1") | new_words).text

    send(author, "/bank-soal/BK-1/musuh", {"butir": "BK-2"})

    assert send(author, "/bank-soal/BK-1/ubah", FORM | edit_fields(author, "BK-1") | new_words).status_code == 302


def edit_fields(client: FlaskClient, code: str) -> dict[str, str]:
    page = client.get(f"/bank-soal/{code}/ubah").text
    return {name: re.search(rf'name="{name}" value="(\d+)"', page).group(1) for name in ("row_version", "base")}


def test_two_editors_at_once_lose_nothing(people):
    add_item("BK-1")
    first, second = people["penulis"], people["penelaah"]
    seen = edit_fields(first, "BK-1")
    assert edit_fields(second, "BK-1") == seen
    assert send(second, "/bank-soal/BK-1/ubah", FORM | seen | {"question": "Kalimat kedua"}).status_code == 302

    conflict = send(first, "/bank-soal/BK-1/ubah", FORM | seen | {"question": "Kalimat pertama saya"})
    assert conflict.status_code == 409
    assert "Nama penelaah" in conflict.text
    assert "Kalimat pertama saya" in conflict.text
    assert "<ins>" in conflict.text
    again = {
        name: re.search(rf'name="{name}" value="(\d+)"', conflict.text).group(1) for name in ("row_version", "base")
    }
    saved = send(first, "/bank-soal/BK-1/ubah", FORM | again | {"question": "Kalimat pertama saya", "kembar": "ya"})

    assert saved.status_code == 302
    with db.reading() as session:
        texts = session.scalars(select(ItemVersion.plain_text).order_by(ItemVersion.number)).all()
    assert [text.split(" Hijau")[0] for text in texts[1:]] == ["Kalimat kedua", "Kalimat pertama saya"]


def test_the_preview_scores_a_try_and_notes_that_the_key_was_seen(people):
    add_item("BK-1")
    client = people["penelaah"]
    before = client.get("/bank-soal/BK-1/pratinjau")
    assert 'name="jawaban-0"' in before.text

    page = send(client, "/bank-soal/BK-1/pratinjau", {"jawaban-0": "A"})

    assert "<strong>1,00</strong>" in page.text
    with db.reading() as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.action == "item:read-key")).all()
    assert len(entries) == 1
    assert '"purpose":"try"' in entries[0].payload


def test_no_page_but_the_key_page_gives_the_key_away(people):
    with db.unit_of_work() as session:
        item = make_item(session, actor("penulis"), code="BK-1", draft=make_draft())
        version_id = session.scalars(select(ItemVersion.id).where(ItemVersion.item_id == item.id)).one()
        sealed = session.get_one(ItemVersion, version_id).sealed_key
        assert load_versions(session, [version_id])[version_id].key.maximum == Decimal(1)
    pages = ("/bank-soal", "/bank-soal/BK-1", "/bank-soal/BK-1/versi/1", "/bank-soal/BK-1/pratinjau")

    for path in pages:
        text = people["penelaah"].get(path).text
        assert sealed not in text
        assert "checked" not in re.findall(r'<input[^>]*name="jawaban[^>]*>', text)
        assert "Semua harus tepat" not in text
    assert "Semua harus tepat" in people["penelaah"].get("/bank-soal/BK-1/versi/1/kunci").text


def test_auditors_look_but_see_no_key_and_change_nothing(people):
    add_item("BK-1")
    auditor = people["auditor"]

    assert auditor.get("/bank-soal/BK-1").status_code == 200
    assert "Lihat kunci" not in auditor.get("/bank-soal/BK-1").text
    for path in ("/bank-soal/BK-1/versi/1/kunci", "/bank-soal/BK-1/ubah", "/bank-soal/baru"):
        assert auditor.get(path).status_code == 404
    tried = send(auditor, "/bank-soal/BK-1/pratinjau", {"jawaban-0": "A"})
    assert "Hasil percobaan" not in tried.text
    assert send(auditor, "/bank-soal/BK-1/langkah", {"ke": "review"}).status_code == 404


def test_bulk_tags_can_be_undone(people):
    add_item("BK-1")
    add_item("BK-2")
    client = people["penulis"]
    with db.reading() as session:
        ids = session.scalars(select(Item.id)).all()

    send(client, "/bank-soal/massal", {"butir": ids, "tindakan": "level", "nilai-level": "4"})
    assert "Urungkan" in client.get("/bank-soal").text
    with db.reading() as session:
        assert session.scalars(select(Item.level)).all() == [4, 4]
    send(client, "/bank-soal/massal/urungkan", {})

    with db.reading() as session:
        assert session.scalars(select(Item.level)).all() == [2, 2]
    assert "Urungkan" not in client.get("/bank-soal").text


def test_comments_enemies_and_tags_are_kept_from_the_page(people):
    add_item("BK-1")
    add_item("BK-2")
    client = people["penelaah"]

    send(client, "/bank-soal/BK-1/komentar", {"komentar": "Pilihan C rancu", "telaah": "ya"})
    send(client, "/bank-soal/BK-1/musuh", {"butir": "BK-2", "alasan": "mirip"})
    send(client, "/bank-soal/BK-1/tanda", {"code": "BK-9", "competency": "M.01", "level": "3", "row_version": "1"})

    page = client.get("/bank-soal/BK-9").text
    assert "Pilihan C rancu" in page
    assert "BK-2" in page
    assert "M.01 Integritas" in page


def test_a_revision_shows_what_changed_word_by_word(people):
    with db.unit_of_work() as session:
        item = make_item(session, actor("penulis"), code="BK-1", draft=make_draft("Loket tutup pukul empat sore"))
        activate(session, item, actor("penulis"), actor("penelaah"))
    client = people["penulis"]
    seen = edit_fields(client, "BK-1")
    send(client, "/bank-soal/BK-1/ubah", FORM | seen | {"question": "Loket tutup pukul lima sore", "kembar": "ya"})

    assert "<del>empat</del><ins>lima</ins>" in client.get("/bank-soal/BK-1/versi/2").text
    assert "Ada revisi yang sedang dikerjakan" in client.get("/bank-soal/BK-1").text


def test_close_pairs_are_listed(people):
    add_item("BK-1")
    add_item("BK-2")

    page = people["penulis"].get("/bank-soal/kembar").text

    assert "BK-1" in page
    assert "100 %" in page


@pytest.mark.parametrize("kind", ["sjt", "order", "match", "text_entry", "numeric_entry", "hotspot", "essay"])
def test_every_kind_has_an_editor(people, kind: str):
    page = people["penulis"].get(f"/bank-soal/baru?jenis={kind}")

    assert page.status_code == 200
    assert f'name="jenis" value="{kind}"' in page.text
