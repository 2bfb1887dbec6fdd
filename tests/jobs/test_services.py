"""Ordering, running, losing and finding jobs, on both databases."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import text

from merit import clock, db
from merit.errors import NotFoundError, RuleViolationError
from merit.jobs import leases
from merit.jobs.models import Job
from merit.jobs.queue import sending_queue
from merit.jobs.runner import Runner
from merit.jobs.services import cancel_job, enqueue
from merit.security.permissions import SYSTEM, Actor
from tests.jobs.conftest import INSTANT

pytestmark = pytest.mark.db


def _order(database: db.Database, kind: str = "test.sum", **arguments: object) -> int:
    with database.unit_of_work() as session:
        return enqueue(session, SYSTEM, kind=kind, title="Uji", arguments=arguments or {"numbers": [1, 2, 3]}).id


def _job(database: db.Database, job_id: int) -> Job:
    with database.reading() as session:
        job = session.get_one(Job, job_id)
        session.expunge(job)
        return job


def _queued_ids(database: db.Database) -> list[int]:
    return [task.args[0] for task in sending_queue(database.settings).huey.pending()]


def test_enqueue_sends_only_the_id_after_the_commit(database):
    with database.unit_of_work() as session:
        job = enqueue(session, SYSTEM, kind="test.sum", title="Uji", arguments={"numbers": [1]})
        before = _queued_ids(database)

    assert (before, _queued_ids(database)) == ([], [job.id])


def test_enqueue_sends_nothing_when_the_work_is_rolled_back(database):
    with database.unit_of_work() as session:
        enqueue(session, SYSTEM, kind="test.sum", title="Uji", arguments={})
        session.rollback()

    assert _queued_ids(database) == []


def test_enqueue_with_the_same_key_is_the_same_job(session):
    first = enqueue(session, SYSTEM, kind="test.sum", title="Uji", arguments={}, idempotency_key="k")
    second = enqueue(session, SYSTEM, kind="test.sum", title="Uji", arguments={}, idempotency_key="k")

    assert first.id == second.id


def test_enqueue_gives_a_failed_job_another_chance(session):
    job = enqueue(session, SYSTEM, kind="test.sum", title="Uji", arguments={}, idempotency_key="k")
    job.state, job.attempts, job.error = "failed", 3, "Gagal."
    session.flush()

    again = enqueue(session, SYSTEM, kind="test.sum", title="Uji", arguments={}, idempotency_key="k")

    assert (again.id, again.state, again.attempts, again.error) == (job.id, "queued", 0, "")


def test_run_stores_progress_and_result(database, runner):
    job_id = _order(database)

    ran = runner.run(job_id)

    job = _job(database, job_id)
    assert ran is True
    assert (job.state, job.done, job.total, job.attempts) == ("done", 1, 3, 1)
    assert job.result == {"text": "Jumlah 6.", "url": "/pegawai"}


def test_run_takes_a_job_once(database, runner):
    job_id = _order(database)

    assert [runner.run(job_id), runner.run(job_id), runner.run(999)] == [True, False, False]


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("test.refuse", "Pekerjaan tidak ditemukan."),
        ("test.break", "Pekerjaan berhenti karena kesalahan program"),
        ("test.unknown", "Pekerjaan jenis «test.unknown» tidak dikenal"),
    ],
)
def test_run_stores_what_went_wrong_as_a_sentence(database, runner, kind, sentence):
    job_id = _order(database, kind)

    runner.run(job_id)

    job = _job(database, job_id)
    assert job.state == "failed"
    assert job.error.startswith(sentence)


def test_a_lost_job_waits_again_and_its_old_worker_can_change_nothing(database, runner):
    job_id = _order(database)
    with clock.frozen(INSTANT), database.unit_of_work() as session:
        old = leases.claim(session, job_id)
        lease = leases.Lease(old.id, old.attempts)

    with clock.frozen(INSTANT + dt.timedelta(seconds=59)):
        early = runner.take_back_lost()
    with clock.frozen(INSTANT + dt.timedelta(seconds=61)):
        late = runner.take_back_lost()
    with database.unit_of_work() as session:
        leases.claim(session, job_id)
        changed = leases.write(session, lease, done=99)

    assert (early, late, changed) == ([], [job_id], False)
    assert _job(database, job_id).attempts == 2


def test_a_job_lost_three_times_fails_with_a_sentence(database, runner):
    job_id = _order(database)
    for attempt in range(3):
        with clock.frozen(INSTANT + dt.timedelta(minutes=2 * attempt)), database.unit_of_work() as session:
            leases.claim(session, job_id)
        with clock.frozen(INSTANT + dt.timedelta(minutes=2 * attempt + 1.5)):
            runner.take_back_lost()

    job = _job(database, job_id)
    assert job.state == "failed"
    assert job.error.startswith("Pekerja latar terhenti 3 kali")


def test_a_stopping_worker_gives_the_job_back_without_counting_the_attempt(database, runner):
    job_id = _order(database)
    with database.unit_of_work() as session:
        job = leases.claim(session, job_id)
    runner.stopping.set()

    from merit.jobs.handle import JobHandle

    values = runner._attempt(JobHandle(job, runner.progress, runner.stopping))

    assert values == {"state": "queued", "attempts": 0}


def test_cancelling_stops_a_running_job_at_its_next_progress(database, runner: Runner):
    job_id = _order(database)
    with database.unit_of_work() as session:
        job = leases.claim(session, job_id)
        cancel_job(session, SYSTEM, job_id=job_id, of_everybody=True)

    from merit.jobs.handle import JobHandle, JobInterrupted

    with pytest.raises(JobInterrupted):
        JobHandle(job, runner.progress, runner.stopping).advance(1)
    assert _job(database, job_id).state == "cancelled"


def test_cancelling_refuses_jobs_of_others_and_ended_ones(session):
    job = enqueue(session, SYSTEM, kind="test.sum", title="Uji", arguments={})

    with pytest.raises(NotFoundError):
        cancel_job(session, Actor(user_id=7), job_id=job.id)
    job.state = "done"
    with pytest.raises(RuleViolationError):
        cancel_job(session, SYSTEM, job_id=job.id, of_everybody=True)


def test_progress_is_left_out_while_the_handler_holds_the_lock(database, runner):
    job_id = _order(database)
    with database.unit_of_work() as session:
        job = leases.claim(session, job_id)
    lease = leases.Lease(job.id, job.attempts)

    with database.unit_of_work() as session:
        session.execute(text("UPDATE jobs SET title = 'x'"))
        told = runner.progress.write(lease, done=2)

    assert told is None
    assert runner.progress.write(lease, done=3) is True
    assert _job(database, job_id).done == 3


def test_finish_ends_the_job_in_the_handlers_own_transaction(database, runner):
    from merit.jobs.handle import JobHandle

    job_id = _order(database)
    with database.unit_of_work() as session:
        job = leases.claim(session, job_id)
    handle = JobHandle(job, runner.progress, runner.stopping)

    with database.unit_of_work() as session:
        handle.finish(session, {"text": "Beres."})
    runner._settle(handle.lease, state="done", result={})

    assert _job(database, job_id).result == {"text": "Beres."}
