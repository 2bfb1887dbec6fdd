"""Pages of results: what they show, what leaves them, who is written down as a reader."""

import re
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from merit import db
from merit.assessment.models.delivery import LateResponse
from merit.assessment.models.scoring import KeyChange
from merit.assessment.scoring_jobs import order_scoring
from merit.assessment.services.publication import ask_publication, publish_results
from merit.assessment.services.scoring import score_sitting
from merit.audit.models import AccessEntry
from merit.jobs.models import Job
from merit.jobs.registry import load_handlers
from merit.jobs.runner import Runner
from merit.phrases import phrase
from merit.security.permissions import SYSTEM, Role
from tests.assessment.scoring_samples import CLOSED, choice_item, essay_item, make_hall, sjt_item
from tests.factories import make_official
from tests.ranking.samples import make_actor
from tests.web_client import make_user, post, sign_in

pytestmark = pytest.mark.web

CODE = "UJI-1"


@pytest.fixture
def hall(app):
    with db.unit_of_work() as session:
        people = [make_official(session, name=name) for name in ("=Andi", "Budi", "Citra")]
        items = [choice_item(session), sjt_item(session), essay_item(session)]
        answers = (["A", "A", ""], ["B", "B", ""], ["A", "D", "Uraian Citra"])
        sheets = {f"P-{at}": (person, row) for at, (person, row) in enumerate(zip(people, answers, strict=True), 1)}
        hall = make_hall(session, items, sheets, code=CODE)
        hall.nips = [person.nip for person in people]
        score_sitting(session, SYSTEM, code=CODE)
    return hall


@pytest.fixture
def admin(app, hall):
    make_user("admin", Role.ADMIN)
    client = app.test_client()
    sign_in(client, "admin")
    return client


def test_the_list_shows_and_sorts_results_and_notes_the_reading(admin, hall):
    page = admin.get(f"/sesi-uji/{CODE}/hasil?urut=-nilai").text

    assert page.index("Andi") < page.index("Citra")
    assert "1 esai menunggu penilai" in page
    assert "Rancangan hasil" in page
    with db.reading() as session:
        readings = session.scalars(select(AccessEntry.what)).all()
    assert readings == ["reading-test-results"] * 3


def test_late_answers_are_told_and_a_proposal_stops_the_scoring(admin, hall):
    page = f"/sesi-uji/{CODE}/hasil"
    assert "Ada jawaban terlambat" not in admin.get(page).text
    with db.unit_of_work() as session:
        late = {"attempt_id": hall.attempts["P-1"].id, "value": '["B"]', "revision": 9, "saved_at": CLOSED}
        session.add(LateResponse(position=1, proposed_by=make_actor(session, "pengusul", Role.ADMIN).user_id, **late))
        session.add(LateResponse(position=2, **late))

    assert "2 jawaban datang setelah waktu habis" in admin.get(page).text
    refused = post(admin, f"{page}/hitung", {}, page=page)
    assert refused.status_code == 409
    assert "Masih ada 1 jawaban terlambat yang diusulkan" in refused.text


def test_filters_narrow_the_list(admin, hall):
    page = admin.get(f"/sesi-uji/{CODE}/hasil?cari=budi").text

    assert "Budi" in page
    assert "Citra" not in page


def test_exports_neutralise_formulas_and_are_noted(admin, hall):
    csv = admin.get(f"/sesi-uji/{CODE}/hasil/unduh.csv").text
    book = CalamineWorkbook.from_filelike(BytesIO(admin.get(f"/sesi-uji/{CODE}/hasil/unduh.xlsx").data))

    assert "'=Andi" in csv
    assert {"'=Andi", "Budi", "Citra"} <= {row[2] for row in book.get_sheet_by_name("Hasil").to_python()}


def test_one_candidate_is_shown_with_words_and_report(admin, hall):
    page = admin.get(f"/sesi-uji/{CODE}/hasil/peserta/P-1").text
    report = admin.get(f"/sesi-uji/{CODE}/hasil/peserta/P-1/laporan.pdf")

    assert phrase("report-surely-meets") in page
    assert report.data.startswith(b"%PDF")
    assert admin.get(f"/sesi-uji/{CODE}/hasil/peserta/P-9").status_code == 404


def test_the_group_report_is_a_pdf_of_the_same_bytes(admin, hall):
    first, second = (admin.get(f"/sesi-uji/{CODE}/hasil/kelompok.pdf").data for _time in range(2))

    assert first.startswith(b"%PDF")
    assert first == second


def test_items_essays_and_integrity_answer(admin, hall):
    items = admin.get(f"/sesi-uji/{CODE}/hasil/butir").text
    essays = admin.get(f"/sesi-uji/{CODE}/hasil/esai").text

    assert "1 menunggu penilai" in items
    assert "0 dari 1" in essays
    assert "Uraian Citra" not in items + essays
    assert "bukan putusan" in admin.get(f"/sesi-uji/{CODE}/integritas").text


def test_a_key_change_is_previewed_then_proposed(admin, hall):
    path = f"/sesi-uji/{CODE}/hasil/kunci/{hall.versions[0].id}"
    answers = {"kind": "key", "kunci-R": "B", "reason": "Kunci keliru"}

    seen = post(admin, path, {**answers, "lihat": "1"}, page=path)
    with db.reading() as session:
        before = session.scalars(select(KeyChange)).all()
    done = post(admin, path, {**answers, "usulkan": "1"}, page=path)

    assert "3 jawaban berubah" in seen.text
    assert before == []
    assert done.headers["Location"].endswith("/hasil/kunci")
    assert "Menunggu orang kedua" in admin.get(f"/sesi-uji/{CODE}/hasil/kunci").text


def test_what_was_typed_about_a_key_is_kept_with_the_error(admin, hall):
    path = f"/sesi-uji/{CODE}/hasil/kunci/{hall.versions[1].id}"
    answers = {"kind": "key", "reason": "Bobot", "kunci-R-A": "lima", **{f"kunci-R-{name}": "1" for name in "BCD"}}

    page = post(admin, path, answers, page=path).text

    assert phrase("key-change-key") in page
    assert 'value="lima"' in page


def test_marking_needs_the_role_and_goes_through_the_page(app, admin, hall):
    make_user("penilai", Role.AUTHOR)
    marker = app.test_client()
    sign_in(marker, "penilai")
    page = marker.get(f"/penilaian-esai/{CODE}")

    address = page.text.split('action="')[-1].split('"')[0]
    digest = page.text.split('name="digest"')[1].split('value="')[1].split('"')[0]
    mark = {"points": "7", "comment": "Rapi <dan> runtut"}

    stale = post(marker, address, {**mark, "digest": "0" * 64}, page=f"/penilaian-esai/{CODE}")
    saved = post(marker, address, {**mark, "digest": digest}, page=f"/penilaian-esai/{CODE}")

    assert (stale.status_code, phrase("essay-text-changed") in stale.text) == (409, True)
    kept = (f'value="{digest}"', "Rapi &lt;dan&gt; runtut", "Uraian Citra")
    assert all(text in stale.text for text in kept)
    assert re.findall(r'<input[^>]* checked[^>]* value="([^"]*)"', stale.text) == ["7"]

    assert admin.get("/penilaian-esai").status_code == 404
    assert "Uraian Citra" in page.text
    assert "Citra</a>" not in page.text
    assert not any(nip in page.text for nip in hall.nips)
    assert saved.status_code == 302
    assert "antrean Anda kosong" in marker.get(f"/penilaian-esai/{CODE}").text


def test_scoring_is_a_job_with_a_sentence_and_a_link(app, hall):
    load_handlers()
    user_id = make_user("admin-kerja", Role.ADMIN)
    with db.unit_of_work() as session:
        session.get(type(hall.sitting), hall.sitting.id).name = "Sesi"
        actor = make_actor(session, "lain", Role.ADMIN)
        job_id = order_scoring(session, actor, code=CODE).id
        session.get(Job, job_id).user_id = user_id
    runner = Runner(db.get_database(), describe=phrase)

    assert runner.run(job_id)

    runner.close()
    with db.reading() as session:
        job = session.get(Job, job_id)
    assert (job.state, job.result["url"]) == ("done", f"/sesi-uji/{CODE}/hasil")
    assert job.result["text"] == "3 peserta dinilai; 1 esai menunggu penilai."


def test_practice_feedback_is_own_and_kept_nowhere(app):
    with db.unit_of_work() as session:
        official = make_official(session)
        make_hall(session, [choice_item(session)], {"P-1": (official, ["A"])}, code="LATIH", kind="practice")
        other = make_official(session)
    make_user("peserta", Role.OFFICIAL, nip=official.nip)
    make_user("orang-lain", Role.OFFICIAL, nip=other.nip)
    own, stranger = app.test_client(), app.test_client()
    sign_in(own, "peserta")
    sign_in(stranger, "orang-lain")

    page = own.get("/ujian/hasil/LATIH")

    assert "Hasilnya tidak disimpan" in page.text
    assert stranger.get("/ujian/hasil/LATIH").status_code == 404


def test_the_own_result_is_shown_after_publication(app):
    with db.unit_of_work() as session:
        official = make_official(session)
        make_hall(session, [choice_item(session)], {"P-1": (official, ["A"])}, code="TERBIT")
        first, second = make_actor(session, "satu", Role.ADMIN), make_actor(session, "dua", Role.ADMIN)
        score_sitting(session, first, code="TERBIT")
        ask_publication(session, first, code="TERBIT")
        publish_results(session, second, code="TERBIT", version_number=1)
    make_user("peserta", Role.OFFICIAL, nip=official.nip)
    client = app.test_client()
    sign_in(client, "peserta")

    assert "Nilai saya" in client.get("/ujian/hasil/TERBIT").text
    assert client.get("/ujian/hasil/TERBIT/laporan.pdf").data.startswith(b"%PDF")
