"""Ranking ordered as long work: one run per order, with the orderer's present roles."""

import pytest
from sqlalchemy import select

from merit.accounts.models import User, UserRole
from merit.clock import now
from merit.jobs.models import Job
from merit.jobs.runner import Runner
from merit.phrases import phrase
from merit.ranking.jobs import order_run
from merit.ranking.models import RankingRun
from merit.security.permissions import SYSTEM, Role
from tests.ranking.samples import make_actor, make_town

pytestmark = pytest.mark.db


@pytest.fixture
def town(database):
    with database.unit_of_work() as session:
        admin = make_actor(session, "admin-uji", Role.ADMIN)
        return make_town(session, admin, make_actor(session, "ppk-uji", Role.PPK))


@pytest.fixture
def runner(database):
    runner = Runner(database, describe=phrase)
    yield runner
    runner.close()


def order(database, actor, town, **details):
    with database.unit_of_work() as session:
        return order_run(session, actor, vacancy_code=town.vacancy, **details).id


def outcome(database, job_id):
    with database.unit_of_work() as session:
        return session.get_one(Job, job_id), session.scalars(select(RankingRun).order_by(RankingRun.id)).all()


def test_job_stores_one_run_and_tells_where_it_is(database, runner, town):
    job_id = order(database, SYSTEM, town)

    runner.run(job_id)
    job, runs = outcome(database, job_id)

    assert (job.state, len(runs)) == ("done", 1)
    assert job.result["run"] == runs[0].code
    assert job.result["url"] == f"/lowongan/{town.vacancy}/peringkat/{runs[0].code}"
    assert job.result["text"] == "3 dari 6 pegawai diperingkat."


def test_the_same_order_twice_is_one_run(database, runner, town):
    jobs = {order(database, SYSTEM, town, idempotency_key="sekali") for _time in range(2)}
    for job_id in jobs:
        runner.run(job_id)
        runner.run(job_id)

    assert len(jobs) == 1
    assert len(outcome(database, job_id)[1]) == 1


def test_job_is_refused_when_the_role_is_gone_by_then(database, runner, town):
    with database.unit_of_work() as session:
        actor = make_actor(session, "admin-lama", Role.ADMIN)
        session.add(UserRole(user_id=actor.user_id, role="admin", granted_at=now()))
    job_id = order(database, actor, town)
    with database.unit_of_work() as session:
        session.delete(session.scalars(select(UserRole).where(UserRole.user_id == actor.user_id)).one())

    runner.run(job_id)
    job, runs = outcome(database, job_id)

    assert (job.state, job.error, runs) == ("failed", phrase("not-allowed"), [])


def test_job_is_refused_when_the_account_is_disabled_by_then(database, runner, town):
    with database.unit_of_work() as session:
        actor = make_actor(session, "admin-lama", Role.ADMIN)
        session.add(UserRole(user_id=actor.user_id, role="admin", granted_at=now()))
    job_id = order(database, actor, town)
    with database.unit_of_work() as session:
        session.get_one(User, actor.user_id).disabled_at = now()

    runner.run(job_id)

    assert outcome(database, job_id)[0].state == "failed"
