"""Approving a key change: a job whose end is the approval, shown on the page of key changes."""

import pytest
from sqlalchemy import select

from merit import db
from merit.assessment.domain.sheets import Correction, CorrectionKind
from merit.assessment.models.scoring import KeyChange, ScoreVersion
from merit.assessment.scoring_jobs import KEY_KIND
from merit.assessment.services.key_changes import propose_change
from merit.jobs import leases
from merit.jobs.models import Job
from merit.jobs.registry import load_handlers
from merit.jobs.runner import Runner
from merit.phrases import phrase
from merit.security.permissions import SYSTEM, Role
from tests.assessment.scoring_samples import choice_item, make_hall, score_sitting
from tests.factories import make_official
from tests.ranking.samples import make_actor
from tests.web_client import make_user, post, sign_in

pytestmark = pytest.mark.web

CODE = "UJI-KUNCI"
PAGE = f"/sesi-uji/{CODE}/hasil/kunci"


@pytest.fixture
def change_id(app):
    """A scored sitting of one person, and the proposal to void its first item."""
    with db.unit_of_work() as session:
        items = [choice_item(session), choice_item(session)]
        hall = make_hall(session, items, {"P-1": (make_official(session), ["B", "A"])}, code=CODE)
        score_sitting(session, SYSTEM, code=CODE)
        first, void = make_actor(session, "pengusul", Role.ADMIN), Correction(kind=CorrectionKind.VOID)
        change = propose_change(
            session, first, code=CODE, version_id=hall.versions[0].id, correction=void, reason="Ganda"
        )
        return change.id


@pytest.fixture
def second(app):
    make_user("kedua", Role.ADMIN)
    client = app.test_client()
    sign_in(client, "kedua")
    return client


@pytest.fixture
def runner(app):
    load_handlers()
    runner = Runner(db.get_database(), describe=phrase)
    yield runner
    runner.close()


def order(client, change_id, times=1):
    for _time in range(times):
        assert post(client, f"{PAGE}/{change_id}/putusan", {"putusan": "setuju"}).status_code == 302
    with db.reading() as session:
        (job_id,) = session.scalars(select(Job.id).where(Job.kind == KEY_KIND)).all()
    return job_id


def standing():
    with db.reading() as session:
        number = session.scalar(select(ScoreVersion.number).where(ScoreVersion.state == "current"))
        return number, session.scalars(select(KeyChange.approved)).one()


def test_the_page_shows_the_work_and_then_the_new_version(second, change_id, runner):
    job_id = order(second, change_id, times=2)

    waiting = second.get(PAGE).text
    assert (standing(), f'id="pekerjaan-{job_id}"' in waiting, "Ya, setujui" in waiting) == ((1, None), True, False)

    assert runner.run(job_id)

    assert standing() == (2, True)
    done = second.get(PAGE).text
    assert ("Menghitung ulang nilai" in done, "Ya, setujui" in done) == (False, False)
    assert "versi nilai 2 berlaku" in second.get(f"/pekerjaan/{job_id}").text


def test_what_a_dead_worker_began_is_done_by_the_next(second, change_id, runner):
    job_id = order(second, change_id)
    with db.unit_of_work() as session:
        leases.claim(session, job_id)  # the worker that takes it dies here
    with db.unit_of_work() as session:
        session.get(Job, job_id).heartbeat_at -= 2 * leases.LOST_AFTER
    runner.take_back_lost()

    assert runner.run(job_id)
    assert standing() == (2, True)


def test_a_proposal_refused_meanwhile_stays_refused_and_the_page_says_so(app, second, change_id, runner):
    job_id = order(second, change_id)
    make_user("ketiga", Role.ADMIN)
    third = app.test_client()
    sign_in(third, "ketiga")
    post(third, f"{PAGE}/{change_id}/putusan", {"putusan": "tolak"})

    assert runner.run(job_id)

    assert standing() == (1, False)
    assert phrase("key-change-decided") in second.get(f"/pekerjaan/{job_id}").text


def test_after_a_failure_the_proposal_still_waits_and_can_be_approved_again(second, change_id, runner):
    job_id = order(second, change_id)
    with db.unit_of_work() as session:
        job = session.get(Job, job_id)
        job.state, job.error = "failed", phrase("scores-inputs-changed")

    page = second.get(PAGE).text
    assert phrase("scores-inputs-changed") in page
    assert "Ya, setujui" in page
    assert order(second, change_id) == job_id
    assert runner.run(job_id)
    assert standing() == (2, True)
