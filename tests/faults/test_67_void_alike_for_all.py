"""Fault 67: a voided item, ties and missing answers are treated alike for all."""

import pytest
from sqlalchemy import select

from merit.assessment.domain.sheets import Correction, CorrectionKind
from merit.assessment.models.scoring import CandidateResult, ResponseScore, ScoreVersion
from merit.assessment.services.key_changes import propose_change
from merit.assessment.services.scoring import score_sitting
from merit.security.permissions import Role
from tests.assessment.scoring_samples import approve, choice_item, make_hall
from tests.factories import make_official
from tests.ranking.samples import make_actor

pytestmark = pytest.mark.db

ANSWERS = {"P-1": ["A", "A", "A"], "P-2": ["B", "A", "A"], "P-3": ["", "A", "A"], "P-4": ["A", "A", ""]}


@pytest.fixture
def hall(session):
    items = [choice_item(session) for _number in range(3)]
    sheets = {number: (make_official(session), answers) for number, answers in ANSWERS.items()}
    hall = make_hall(session, items, sheets)
    hall.first, hall.second = make_actor(session, "satu", Role.ADMIN), make_actor(session, "dua", Role.ADMIN)
    score_sitting(session, hall.first, code=hall.code)
    return hall


def correct(session, hall, kind):
    change = propose_change(
        session,
        hall.first,
        code=hall.code,
        version_id=hall.versions[0].id,
        correction=Correction(kind=kind),
        reason="Butir keliru",
    )
    approve(session, hall.second, hall.code, change.id)


def standing(session, hall):
    rows = session.execute(
        select(CandidateResult.attempt_id, CandidateResult.raw, CandidateResult.maximum, CandidateResult.scaled)
        .join(ScoreVersion)
        .where(ScoreVersion.state == "current", CandidateResult.competency == "")
    )
    found = {row.attempt_id: (row.raw, row.maximum, row.scaled) for row in rows}
    return {number: found[attempt.id] for number, attempt in hall.attempts.items()}


def test_a_voided_item_is_gone_for_everybody_right_wrong_or_blank(session, hall):
    correct(session, hall, CorrectionKind.VOID)

    assert standing(session, hall) == {"P-1": (2, 2, 100), "P-2": (2, 2, 100), "P-3": (2, 2, 100), "P-4": (1, 2, 50)}
    outcomes = session.scalars(
        select(ResponseScore.outcome)
        .join(ScoreVersion)
        .where(ScoreVersion.state == "current", ResponseScore.position == 1)
    ).all()
    assert outcomes == ["void"] * 4


def test_points_for_everybody_reach_everybody(session, hall):
    correct(session, hall, CorrectionKind.EVERYBODY)

    points = {number: raw for number, (raw, _maximum, _scaled) in standing(session, hall).items()}
    assert points == {"P-1": 3, "P-2": 3, "P-3": 3, "P-4": 2}


def test_wrong_and_blank_earn_the_same_and_equals_are_equal(session, hall):
    found = standing(session, hall)

    assert found["P-2"] == found["P-3"] == found["P-4"]
