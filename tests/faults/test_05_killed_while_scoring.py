"""Fault 5: a worker killed while scoring or publishing leaves nothing behind; the rerun gives identical bytes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select

from merit import db
from merit.assessment.models.results import CompetencyResult
from merit.assessment.models.scoring import CandidateResult, ResponseScore, ScoreVersion
from merit.assessment.models.sittings import Sitting
from merit.assessment.services.publication import ask_publication, publish_results
from merit.assessment.services.scoring import score_sitting
from merit.security.permissions import SYSTEM, Role
from tests.assessment.scoring_samples import choice_item, make_hall, sjt_item
from tests.factories import make_official
from tests.ranking.samples import make_actor

pytestmark = pytest.mark.db

CODE = "UJI-MATI"
PRELUDE = """
import os, signal
from sqlalchemy import event
from sqlalchemy.engine import Engine
from merit import db
from merit.config import load_settings
from merit.migrations import load_models
from merit.security.permissions import SYSTEM, Actor, Role

load_models()
db.configure(load_settings())

def die_at(table):
    @event.listens_for(Engine, "after_cursor_execute")
    def die(connection, cursor, statement, parameters, context, executemany):
        if statement.startswith(f"INSERT INTO {table}"):
            os.kill(os.getpid(), signal.SIGKILL)
"""
SCORING = (
    PRELUDE
    + """
from merit.assessment.services.scoring import score_sitting
die_at("candidate_results")
with db.unit_of_work() as session:
    score_sitting(session, SYSTEM, code="UJI-MATI")
"""
)
PUBLISHING = (
    PRELUDE
    + """
import sys
from merit.assessment.services.publication import publish_results
die_at("competency_results")
actor = Actor(user_id=int(sys.argv[1]), roles=frozenset({Role.ADMIN}), unit_ids=None)
with db.unit_of_work() as session:
    publish_results(session, actor, code="UJI-MATI", version_number=1)
"""
)


def run_killed(database: db.Database, script: str, *arguments: str) -> int:
    settings = database.settings
    environment = os.environ | {
        "MERIT_DATABASE_URL": settings.database_url,
        "MERIT_INSTANCE_PATH": str(settings.instance_path),
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    command = [sys.executable, "-c", script, *arguments]
    return subprocess.run(command, env=environment, check=False).returncode


def counts(database: db.Database, *models: type) -> list[int]:
    with database.reading() as session:
        return [session.scalar(select(func.count()).select_from(model)) or 0 for model in models]


def state(database: db.Database) -> str:
    with database.reading() as session:
        return session.scalar(select(Sitting.state).where(Sitting.code == CODE)) or ""


@pytest.fixture
def hall(database):
    with database.unit_of_work() as session:
        items = [choice_item(session), sjt_item(session)]
        sheets = {f"P-{at}": (make_official(session), ["A", "BCD"[at % 3]]) for at in range(6)}
        return make_hall(session, items, sheets, code=CODE)


def test_killed_scoring_leaves_the_sitting_unscored_and_repeats_the_same_bytes(database, hall):
    killed = run_killed(database, SCORING)

    assert killed == -signal.SIGKILL
    assert (counts(database, ScoreVersion, ResponseScore, CandidateResult), state(database)) == ([0, 0, 0], "closed")
    with database.unit_of_work() as session:
        first = score_sitting(session, SYSTEM, code=CODE).sha256
    with database.unit_of_work() as session:
        session.scalars(select(ScoreVersion)).one().sha256 = (
            "0" * 64
        )  # as if the former had been another: everything anew
    with database.unit_of_work() as session:
        session.get(Sitting, hall.sitting.id).state = "closed"
        again = score_sitting(session, SYSTEM, code=CODE)
    assert (again.number, again.sha256) == (2, first)


def test_killed_publication_stays_unpublished_without_a_single_fact(database, hall):
    with database.unit_of_work() as session:
        first, second = make_actor(session, "satu", Role.ADMIN), make_actor(session, "dua", Role.ADMIN)
        score_sitting(session, first, code=CODE)
        ask_publication(session, first, code=CODE)

    killed = run_killed(database, PUBLISHING, str(second.user_id))

    assert killed == -signal.SIGKILL
    assert (counts(database, CompetencyResult), state(database)) == ([0], "scored")
    with database.unit_of_work() as session:
        written = publish_results(session, second, code=CODE, version_number=1)
    assert (written.created, state(database)) == (12, "published")
