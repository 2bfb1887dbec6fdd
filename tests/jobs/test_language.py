"""A job speaks the language of whoever ordered it, whatever the worker's own is."""

from __future__ import annotations

import pytest

from merit import db
from merit.i18n import speaking
from merit.jobs.models import Job
from merit.jobs.services import enqueue
from merit.security.permissions import SYSTEM

pytestmark = pytest.mark.db


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Job not found. Open the list of jobs to see what there is."),
        ("id", "Pekerjaan tidak ditemukan. Buka daftar pekerjaan untuk melihat yang ada."),
    ],
)
def test_refusal_is_told_in_the_language_of_the_order(database: db.Database, runner, language, sentence):
    with speaking(language), database.unit_of_work() as session:
        job_id = enqueue(session, SYSTEM, kind="test.refuse", title="Uji", arguments={}).id

    runner.run(job_id)

    with database.reading() as session:
        assert session.get_one(Job, job_id).error == sentence


def test_order_in_the_usual_language_adds_nothing(database: db.Database):
    with database.unit_of_work() as session:
        job = enqueue(session, SYSTEM, kind="test.sum", title="Uji", arguments={"numbers": [1]})

    assert job.arguments == {"numbers": [1]}
