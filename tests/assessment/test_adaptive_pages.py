"""Pages of adaptive tests: the log in words, the pool's use, and shadow runs over a sitting of the past."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from merit import clock, db
from merit.app import create_app
from merit.assessment.domain.blueprints import BlueprintRow
from merit.assessment.models.adaptive import AdaptiveReplay
from merit.assessment.models.delivery import Attempt
from merit.assessment.models.scoring import CandidateResult
from merit.assessment.services.adaptive import simulating
from merit.assessment.services.blueprints import create_blueprint
from merit.assessment.services.scoring import score_sitting
from merit.audit.models import AccessEntry
from merit.jobs.models import Job
from merit.jobs.registry import load_handlers
from merit.jobs.runner import Runner
from merit.phrases import phrase
from merit.security.permissions import Role
from tests.assessment import adaptive_samples as samples
from tests.assessment.plan_samples import make_document, make_staff
from tests.assessment.services.adaptive.test_delivery import walk
from tests.assessment.sitting_rows import Seat
from tests.web_client import make_user, post, sign_in

pytestmark = pytest.mark.web


@pytest.fixture
def admin(sqlite_database: db.Database) -> FlaskClient:
    client = create_app(sqlite_database.settings, sqlite_database).test_client()
    make_user("dewi", Role.ADMIN)
    assert sign_in(client, "dewi").status_code == 302
    return client


def test_the_log_tells_why_each_item_came(admin: FlaskClient):
    with db.unit_of_work() as session:
        actor = make_staff(session)
        sitting = samples.make_adaptive(session, actor)
        seat = samples.sit_down(session, sitting)
        walk(session, seat)
        attempt = session.get_one(Attempt, seat.attempt_id)
        attempt.state, attempt.finished_at, attempt.ending = "finished", clock.now(), "candidate"
        sitting.state, sitting.closed_at = "closed", clock.now()
        score_sitting(session, actor, code=sitting.code)
        code = sitting.code

    listing = admin.get(f"/sesi-uji/{code}/adaptif").text
    assert "24 butir dibekukan saat penyegelan; 1 peserta" in listing
    with db.reading() as session:  # the list tells abilities, so it is a reading like the log
        assert session.query(AccessEntry).filter_by(what="reading-test-results").count() == 1
    page = admin.get(f"/sesi-uji/{code}/adaptif/peserta/{seat.number}").text
    assert "diundi dari 3 butir" in page
    assert "Tes selesai" in page
    assert "Benih undian" in page
    assert "Dapat diulang persis" in page
    with db.reading() as session:
        assert session.query(AccessEntry).filter_by(what="reading-adaptive-log").count() == 1
    whole = f"/sesi-uji/{code}"
    others = [f"{whole}/hasil", f"{whole}/hasil/butir", f"{whole}/integritas", f"{whole}/hasil/peserta/{seat.number}"]
    assert [admin.get(path).status_code for path in others] == [200] * 4


def test_a_shadow_run_says_what_would_have_been_saved_and_lost(admin: FlaskClient):
    with db.unit_of_work() as session:
        actor = make_staff(session)
        sitting = samples.make_fixed(session, actor)
        score_sitting(session, actor, code=sitting.code)
        code, before = sitting.code, session.query(CandidateResult).count()
    page = f"/sesi-uji/{code}/adaptif"
    wrong = post(admin, f"{page}/bayangan", {"a-competency": "M.01", "a-least": "9", "a-most": "8"}, page=page)
    assert wrong.status_code == 422
    assert "Tukar atau samakan" in wrong.text
    typed = {"a-competency": "M.01", "a-least": "5", "a-most": "10", "a-precision": "0,45", "a-certainty": ""}
    assert post(admin, f"{page}/bayangan", typed, page=page).status_code == 302
    load_handlers()
    with db.reading() as session:
        job_id = session.query(Job.id).scalar()
    Runner(db.get_database(), describe=phrase).run(job_id)

    shown = admin.get(page).text
    with db.reading() as session:
        assert session.get_one(Job, job_id).error == ""
        replay = session.query(AdaptiveReplay).one()
        assert session.query(CandidateResult).count() == before
    report = replay.report
    assert (report["persons"], report["left_out"]) == (6, 0)
    assert report["lengths"]["full"] == 15
    assert 5 <= report["lengths"]["mean"] <= 10
    assert report["theta"]["correlation"] > 0.9
    assert report["errors"]["adaptive"] > report["errors"]["full"]
    assert sum(map(sum, report["levels"]["table"])) == 6
    assert "Butir yang dihemat" in shown
    assert "Yang hilang" in shown


@pytest.fixture
def started(sqlite_database: db.Database) -> tuple[FlaskClient, Seat]:
    client = create_app(sqlite_database.settings, sqlite_database).test_client()
    with db.unit_of_work() as session:
        seat = samples.sit_down(session, samples.make_adaptive(session, make_staff(session), precision="0.9"))
        session.get_one(Attempt, seat.attempt_id).lease_hash = None
    return client, seat


def press(client: FlaskClient, seat: Seat, position: int, **fields: str):
    path = f"/ujian/{seat.token}/soal/{position}"
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(path, follow_redirects=True).text)
    assert token
    return client.post(path, data={"csrf_token": token.group(1), **fields})


def test_without_a_script_the_same_test_is_taken_question_by_question(started: tuple[FlaskClient, Seat]):
    client, seat = started
    assert "tidak dapat diubah setelah Anda melanjutkan" in client.get(f"/ujian/{seat.token}").text
    press(client, seat, 1, aksi="buka")
    first = client.get(f"/ujian/{seat.token}/soal/1").text
    assert "paling banyak 8" in first
    assert "hasilnya tidak diberi level" in client.get(f"/ujian/{seat.token}/selesai").text
    assert "Jawab dulu, lalu lanjutkan" in press(client, seat, 1, aksi="lanjut").text
    name = re.search(r'type="radio" name="([^"]+)"', first)
    assert name
    assert press(client, seat, 1, aksi="lanjut", **{name.group(1): "A"}).location.endswith("/soal/2")
    late = press(client, seat, 1, aksi="lanjut", **{name.group(1): "B"})  # from a page that was left open
    assert late.location.endswith("/soal/2")
    for position in range(2, 6):
        press(client, seat, position, aksi="lanjut", **{name.group(1): "A"})
    assert client.get(f"/ujian/{seat.token}/soal/6").location.endswith("/selesai")
    assert "hasilnya tidak diberi level" not in client.get(f"/ujian/{seat.token}/selesai").text
    with db.reading() as session:
        attempt = session.get_one(Attempt, seat.attempt_id)
        assert (attempt.items, attempt.answered, attempt.saves) == (5, 5, 5)


def test_there_is_no_page_between_the_parts_of_an_adaptive_test(started: tuple[FlaskClient, Seat]):
    client, seat = started
    press(client, seat, 1, aksi="buka")
    first = client.get(f"/ujian/{seat.token}/soal/1")

    between = client.get(f"/ujian/{seat.token}/bagian")

    assert first.status_code == 200
    assert (between.status_code, between.location) == (302, f"/ujian/{seat.token}/soal/1")


def test_the_next_item_is_asked_for_with_a_number(started: tuple[FlaskClient, Seat]):
    client, seat = started
    bodies = [{"lease": seat.lease, "done": done} for done in (-1, True, "1", None, 1.5)]
    answers = [client.post(f"/api/v1/attempts/{seat.token}/next", json=body) for body in bodies]
    assert [(each.status_code, each.json["error"]) for each in answers] == [(422, "request-malformed")] * 5


def test_a_blueprint_is_simulated_under_its_rows(admin: FlaskClient, sqlite_database: db.Database, monkeypatch):
    monkeypatch.setattr(simulating, "PERSONS", 10)
    with db.unit_of_work() as session:
        actor = make_staff(session)
        samples.calibrate_bank(session, items=20)
        document = samples.adaptive_document(BlueprintRow(competency="M.01", level=3, count=2), exposure="0.6")
        create_blueprint(session, actor, code="K-ADAPTIF", name="Adaptif", document=document)
        create_blueprint(session, actor, code="K-BIASA", name="Biasa", document=make_document())
    page = "/kisi-kisi/K-ADAPTIF"
    assert "Belum disimulasikan" in admin.get(page).text
    assert post(admin, f"{page}/simulasi", {}, page=page).status_code == 302
    assert "Lihat kemajuannya" in admin.get(page).text
    load_handlers()
    with db.reading() as session:
        job_id = session.query(Job).one().id
    Runner(sqlite_database, describe=phrase).run(job_id)

    shown = admin.get(page).text
    refused = post(admin, "/kisi-kisi/K-BIASA/simulasi", {}, page="/kisi-kisi/K-BIASA")

    assert "Panjang tes rata-rata" in shown
    assert re.search(r"batas 60 %; \d+ dari 20 butir tidak muncul", shown.replace("\xa0", " "))
    assert (refused.status_code, "tidak mempunyai bagian adaptif" in refused.text) == (409, True)
