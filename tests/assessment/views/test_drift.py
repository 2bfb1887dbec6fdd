"""Drift between calibrations: new answers against the parameters in force, and adaptive sittings told apart."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from merit import clock, db
from merit.app import create_app
from merit.assessment.drift_jobs import order_after_publication
from merit.assessment.models.adaptive import AdaptivePool
from merit.assessment.models.items import Item, ItemStatistic, ItemVersion
from merit.assessment.models.sittings import Sitting
from merit.assessment.services.calibration.estimating import estimate
from merit.assessment.services.calibration.gathering import CalibrationPlan, gather
from merit.assessment.services.calibration.keeping import keep_calibration, put_in_force
from merit.jobs.models import Job
from merit.jobs.registry import load_handlers
from merit.jobs.runner import Runner
from merit.phrases import phrase
from merit.security.permissions import SYSTEM, Role
from tests.assessment.calibration_samples import DIFFICULTIES, make_scored, simulate
from tests.assessment.scoring_samples import choice_item
from tests.ranking.samples import make_actor
from tests.web_client import make_user, post, sign_in

pytestmark = pytest.mark.web
LEAKED = 5


@pytest.fixture
def codes(sqlite_database):
    """Calibrate one sitting, then score another, abler one in which an item has leaked; return the items' codes."""
    points = simulate(DIFFICULTIES, 300, seed=2, mean=0.6)
    points[::2, LEAKED] = 1
    with db.unit_of_work() as session:
        versions = [choice_item(session) for _difficulty in DIFFICULTIES]
        make_scored(session, versions, simulate(DIFFICULTIES, 400), code="UJI-LAMA")
        maker, decider = (make_actor(session, name, Role.AUTHOR) for name in ("a", "b"))
        gathered = gather(session, CalibrationPlan(competency="M.01", sittings=("UJI-LAMA",)))
        made = keep_calibration(session, maker, gathered=gathered, outcome=estimate(gathered))
        put_in_force(session, decider, calibration_id=made.id)
        make_scored(session, versions, points, code="UJI-BARU")
        ids = [version.item_id for version in versions]
        return list(session.scalars(select(Item.code).where(Item.id.in_(ids)).order_by(Item.id)))


@pytest.fixture
def author(sqlite_database):
    make_user("penulis", Role.AUTHOR)
    client = create_app(sqlite_database.settings, sqlite_database).test_client()
    sign_in(client, "penulis")
    return client


def run(database, *job_ids):
    load_handlers()
    runner = Runner(database, describe=phrase)
    for job_id in job_ids:
        runner.run(job_id)
    runner.close()


def test_published_answers_raise_the_alarm_on_the_pages_of_calibration_and_item(sqlite_database, author, codes):
    with db.unit_of_work() as session:
        own = order_after_publication(session, SYSTEM, code="UJI-LAMA")
        jobs = [job.id for job in order_after_publication(session, SYSTEM, code="UJI-BARU")]
        again = [job.id for job in order_after_publication(session, SYSTEM, code="UJI-BARU")]
    assert (own, again) == ([], jobs)  # answers that made the parameters cannot contradict them
    before = author.get("/kalibrasi/M.01/1").text

    run(sqlite_database, *jobs)

    page = author.get("/kalibrasi/M.01/1").text
    with db.reading() as session:
        result = session.get_one(Job, jobs[0]).result
    assert result["text"] == "7 butir diperiksa dengan jawaban sesi UJI-BARU; 1 menyimpang dari parameternya."
    assert "Belum ada sesi yang diperiksa" in before
    assert page.count("Mungkin bocor") == 1
    leaked, other = (author.get(f"/bank-soal/{codes[place]}").text for place in (LEAKED, 0))
    assert ["Alarm pergeseran" in text for text in (leaked, other)] == [True, False]


def test_a_check_is_ordered_by_hand_once_there_are_new_answers(sqlite_database, author, codes):
    page = "/kalibrasi/M.01/1"

    ordered = post(author, f"{page}/periksa", {}, page=page)
    with db.reading() as session:
        [job_id] = session.scalars(select(Job.id)).all()
    run(sqlite_database, job_id)
    with db.unit_of_work() as session:
        session.scalars(select(Sitting).where(Sitting.code == "UJI-BARU")).one().kind = "rehearsal"
    refused = post(author, f"{page}/periksa", {}, page=page)

    assert ordered.headers["Location"] == f"/pekerjaan/{job_id}"
    assert "Mungkin bocor" in author.get(page).text
    assert (refused.status_code, "tidak ikut membentuk kalibrasi" in refused.text) == (409, True)


def test_an_adaptive_sitting_shows_residuals_in_place_of_facility(sqlite_database, author, codes):
    with db.unit_of_work() as session:
        sitting = session.scalars(select(Sitting).where(Sitting.code == "UJI-BARU")).one()
        pool = AdaptivePool(
            sitting_id=sitting.id, section=0, competency="M.01", rules={}, rows=[], cuts=None, enemies=[],
            sha256="0" * 64, sealed_at=clock.now(),
        )  # fmt: skip
        item_ids = dict(session.execute(select(Item.code, Item.id)).all())
        version = session.scalars(select(ItemVersion).where(ItemVersion.item_id == item_ids[codes[LEAKED]])).one()
        statistic = ItemStatistic(
            version_id=version.id, sitting_id=sitting.id, persons=300, facility=None, discrimination=None,
            median_seconds=None, options={}, computed_at=clock.now(),
        )  # fmt: skip
        session.add_all([pool, statistic])
        session.flush()
        jobs = [job.id for job in order_after_publication(session, SYSTEM, code="UJI-BARU")]
        version_id = version.id
    run(sqlite_database, *jobs)

    analysis = author.get(f"/sesi-uji/UJI-BARU/hasil/butir/{version_id}").text
    item = author.get(f"/bank-soal/{codes[LEAKED]}").text

    assert ("Daya beda" in analysis, "Diharapkan" in analysis, "Kelompok peserta" in analysis) == (False, True, False)
    assert "Lebih mudah daripada yang diharapkan dari parameternya: mungkin bocor." in analysis
    assert "bagian benar selalu mendekati separuh" in analysis
    assert ("Belum ada dari sesi dengan naskah tetap" in item, "Dipisahkan karena" in item) == (True, True)
