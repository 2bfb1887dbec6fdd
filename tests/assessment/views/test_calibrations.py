"""Pages of calibrations: choose, look, order, compare, decide by a second person, take away."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from merit import db
from merit.app import create_app
from merit.assessment.models.calibration import Calibration
from merit.jobs.models import Job
from merit.jobs.queries import get_job
from merit.jobs.registry import load_handlers
from merit.jobs.runner import Runner
from merit.phrases import phrase
from merit.security.permissions import Role
from tests.assessment.calibration_samples import DIFFICULTIES, make_scored, simulate
from tests.assessment.scoring_samples import choice_item
from tests.web_client import make_user, post, sign_in

pytestmark = pytest.mark.web


@pytest.fixture
def authors(sqlite_database):
    app = create_app(sqlite_database.settings, sqlite_database)
    with db.unit_of_work() as session:
        versions = [choice_item(session) for _difficulty in DIFFICULTIES]
        make_scored(session, versions, simulate(DIFFICULTIES, 200), code="UJI-LAMA")
    clients = []
    for name in ("penulis", "penelaah"):
        make_user(name, Role.AUTHOR)
        client = app.test_client()
        sign_in(client, name)
        clients.append(client)
    return clients


def run_jobs(database):
    load_handlers()
    runner = Runner(database, describe=phrase)
    with db.reading() as session:
        waiting = list(session.scalars(select(Job.id).where(Job.state == "queued")))
    for job_id in waiting:
        runner.run(job_id)
    runner.close()
    with db.reading() as session:
        jobs = [get_job(session, job_id) for job_id in waiting]
    return [(job.state, job.result_text) for job in jobs]


def test_a_calibration_is_looked_at_ordered_and_put_in_force_by_another(authors, sqlite_database):
    maker, decider = authors
    page = "/kalibrasi/M.01"
    assert "Belum dikalibrasi" in maker.get("/kalibrasi").text

    shown = maker.get(f"{page}?sesi=UJI-LAMA").text
    ordered = post(maker, page, {"sesi": "UJI-LAMA", "model": "2pl"}, page=f"{page}?sesi=UJI-LAMA")
    done = run_jobs(sqlite_database)

    assert "Yang akan ikut" in shown
    assert ordered.status_code == 302
    assert done == [("done", "Kalibrasi 1: 7 butir dari 200 peserta, menunggu keputusan orang kedua.")]
    own = maker.get(f"{page}/1").text
    assert ("Kecocokan model" in own, "Reliabilitas empiris" in own) == (True, True)
    assert phrase("model-fit-adequate") in own  # RMSEA2 0.052 of 200 persons
    assert "Menunggu keputusan orang lain" in own
    assert f'<a href="{page}/1"><span class="pill' in maker.get("/kalibrasi").text
    assert "Ya, berlakukan" not in own
    refused = post(maker, f"{page}/1/putusan", {"putusan": "berlakukan"}, page=f"{page}/1")
    assert (refused.status_code, "Orang lain yang memberlakukannya" in refused.text) == (409, True)
    post(decider, f"{page}/1/putusan", {"putusan": "berlakukan"}, page=f"{page}/1")
    with db.reading() as session:
        assert session.scalars(select(Calibration.state)).all() == ["in_force"]
    assert "kalibrasi 1 berlaku" in decider.get(page).text
    kept = json.loads(decider.get(f"{page}/1/unduh.json").data)
    assert (len(kept["parameters"]), kept["sources"][0]["sitting"]) == (7, "UJI-LAMA")
    assert kept["settings"]["whole_fit"]["degrees"] == 14  # 7 means and 21 products less 14 parameters
    assert decider.get(f"{page}/1/unduh.xlsx").status_code == 200


def test_what_stops_a_calibration_is_said_before_it_is_ordered(authors):
    maker = authors[0]

    page = maker.get("/kalibrasi/M.01?sesi=TIDAK-ADA")

    assert "Sesi TIDAK-ADA tidak mempunyai jawaban yang dinilai untuk M.01" in page.text
    assert maker.get("/kalibrasi/XYZ").status_code == 404


def test_a_sitting_of_few_is_greyed_with_its_reason(authors):
    with db.unit_of_work() as session:
        versions = [choice_item(session) for _difficulty in DIFFICULTIES]
        few = make_scored(session, versions, simulate(DIFFICULTIES, 12), code="UJI-DUA-BELAS")
    page = authors[0].get("/kalibrasi/M.01").text
    asked = authors[0].get(f"/kalibrasi/M.01?sesi={few}").text

    assert f'value="{few}" disabled' in page
    assert "paling sedikit 30 peserta" in page
    assert phrase("calibration-source-few", sitting=few, count=12, least=30) in asked


def test_a_job_that_finds_too_little_ends_with_a_sentence(authors, sqlite_database):
    with db.unit_of_work() as session:
        versions = [choice_item(session, competency="M.04") for _difficulty in DIFFICULTIES]
        make_scored(session, versions, simulate(DIFFICULTIES, 40), code="UJI-KECIL")
    post(authors[0], "/kalibrasi/M.04", {"sesi": "UJI-KECIL"}, page="/kalibrasi/M.04")

    assert [state for state, _text in run_jobs(sqlite_database)] == ["failed"]
