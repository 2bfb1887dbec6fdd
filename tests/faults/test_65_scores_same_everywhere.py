"""Fault 65: scores are the same bytes on SQLite and PostgreSQL, in any order, by one worker or by four."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from merit import db
from merit.assessment.domain.sheets import sheets_sha256
from merit.assessment.models.scoring import ScoreVersion
from merit.assessment.services.scoring import prepare_scores, score_sitting
from merit.security.permissions import SYSTEM
from tests.assessment.scoring_samples import choice_item, make_hall, sjt_item, unsupported_item
from tests.conftest import _fresh
from tests.factories import make_official, make_position

pytestmark = pytest.mark.db

CODE = "UJI-SAMA"
WORKER = """
from merit import db
from merit.assessment.services.scoring import prepare_scores, store_scores
from merit.config import load_settings
from merit.errors import RuleViolationError
from merit.migrations import load_models
from merit.security.permissions import SYSTEM

load_models()
db.configure(load_settings())
with db.reading() as session:
    prepared = prepare_scores(session, SYSTEM, code="UJI-SAMA")
with db.unit_of_work() as session:
    print(store_scores(session, SYSTEM, code="UJI-SAMA", prepared=prepared).sha256)
"""


def fill(session, *, seed: int) -> None:
    """Add the same sitting with its candidates in an order drawn from the seed, and rows of no concern before."""
    for _number in range(seed):
        make_official(session)
    position = make_position(session, code=f"JAB-{CODE}", name="Kepala Seksi", m01=3, m02=4)
    items = [choice_item(session, number=1), sjt_item(session, number=2), unsupported_item(session, number=3)]
    rng = random.Random(5)
    people = [(f"P-{at:02d}", [rng.choice("ABCD"), rng.choice(["A", "B", "C", ""]), "A"]) for at in range(30)]
    random.Random(seed).shuffle(people)
    sheets = {number: (make_official(session, position=position), answers) for number, answers in people}
    make_hall(session, items, sheets, code=CODE)


def score(database, *, seed: int) -> str:
    with database.unit_of_work() as session:
        fill(session, seed=seed)
    with database.unit_of_work() as session:
        return score_sitting(session, SYSTEM, code=CODE).sha256


def test_both_databases_and_any_order_give_the_same_scores(request, tmp_path):
    found = []
    for kind, seed in (("sqlite", 0), ("sqlite", 1), ("postgresql", 2)):
        folder = tmp_path / f"{kind}-{seed}"
        folder.mkdir()
        with _fresh(kind, request, folder) as database:
            found.append(score(database, seed=seed))

    assert len(set(found)) == 1


def test_order_of_sheets_means_nothing(database):
    with database.unit_of_work() as session:
        fill(session, seed=0)
        sheets = [scored.sheet for scored in prepare_scores(session, SYSTEM, code=CODE).sheets]

    assert sheets_sha256(sheets) == sheets_sha256(sheets[::-1])


def test_four_workers_at_once_store_what_one_would(database):
    with database.unit_of_work() as session:
        fill(session, seed=0)
    with database.reading() as session:
        alone = prepare_scores(session, SYSTEM, code=CODE).sha256
    settings = database.settings
    environment = os.environ | {
        "MERIT_DATABASE_URL": settings.database_url,
        "MERIT_INSTANCE_PATH": str(settings.instance_path),
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }

    workers = [
        subprocess.Popen([sys.executable, "-c", WORKER], env=environment, stdout=subprocess.PIPE, text=True)
        for _number in range(4)
    ]
    told = [worker.communicate(timeout=120)[0].strip() for worker in workers]

    assert told == [alone] * 4
    with db.get_database().reading() as session:
        assert session.scalars(select(ScoreVersion.sha256)).all() == [alone]
