"""Abilities of people who were tested, on the scale of a competency, and levels that assessors gave the same people."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from merit import clock
from merit.assessment.domain.measurement import LEAST_ITEMS, ScaleItem, abilities
from merit.assessment.domain.sheets import PlaceReason
from merit.assessment.models.delivery import Attempt
from merit.assessment.models.results import CompetencyResult
from merit.assessment.models.scoring import ResponseScore, ScoreVersion
from merit.assessment.models.sittings import Candidate, Sitting
from merit.assessment.queries.calibrations import scale_in_force
from merit.db import known
from merit.exchange.models import ImportBatch

EXAM = "exam"
OWN_BATCHES = "sitting-results"
LONGEST_APART = dt.timedelta(days=3 * 366)
_CHUNK = 500
_LEFT_OUT = (PlaceReason.EVERYBODY.value, PlaceReason.NEW_KEY.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ability:
    """One person's ability in one sitting."""

    official_id: int
    dated: dt.date
    theta: float
    error: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """People with both an ability and a level given by assessors; ``tested`` and ``assessed`` count each alone."""

    theta: Sequence[float]
    levels: Sequence[int]
    tested: int
    assessed: int


def past_abilities(session: Session, competency: str) -> list[Ability]:
    """Return the abilities of everybody scored on at least five items of the scale in force, sitting by sitting."""
    scale = scale_in_force(session, competency)
    points: dict[int, dict[str, Decimal | None]] = defaultdict(dict)
    people: dict[int, tuple[int, dt.datetime]] = {}
    ids = sorted(scale)
    for start in range(0, len(ids), _CHUNK):
        rows = session.execute(
            select(
                *(ResponseScore.attempt_id, ResponseScore.version_id, ResponseScore.points),
                *(Candidate.official_id, Sitting.starts_at),
            )
            .join(ScoreVersion, ScoreVersion.id == ResponseScore.score_version_id)
            .join(Sitting, Sitting.id == ScoreVersion.sitting_id)
            .join(Attempt, Attempt.id == ResponseScore.attempt_id)
            .join(Candidate, Candidate.id == Attempt.candidate_id)
            .where(
                ScoreVersion.state == "current",
                Sitting.kind == EXAM,
                ResponseScore.version_id.in_(ids[start : start + _CHUNK]),
                ResponseScore.points.is_not(None),
                ResponseScore.reason.not_in(_LEFT_OUT),
            )
        )
        for attempt_id, version_id, earned, official_id, starts_at in rows:
            points[attempt_id][str(version_id)] = earned
            people[attempt_id] = (official_id, starts_at)
    attempts = sorted(attempt for attempt, given in points.items() if len(given) >= LEAST_ITEMS)
    items = {str(number): ScaleItem(parameters=one.parameters, steps=one.steps) for number, one in scale.items()}
    theta, error = abilities(items, [points[attempt] for attempt in attempts])
    return [
        Ability(
            official_id=people[attempt][0],
            dated=clock.local(people[attempt][1]).date(),
            theta=float(theta[row]),
            error=float(error[row]),
        )
        for row, attempt in enumerate(attempts)
        if np.isfinite(theta[row])
    ]


def load_outcomes(session: Session, competency: str) -> Outcomes:
    """Pair everybody's newest ability with the newest level assessors gave, at most three years apart.

    Levels that sittings of this program wrote are no outcomes: they come from the same answers.
    """
    newest = {one.official_id: one for one in sorted(past_abilities(session, competency), key=lambda one: one.dated)}
    rows = session.execute(
        select(CompetencyResult.official_id, CompetencyResult.level, CompetencyResult.dated)
        .outerjoin(ImportBatch, ImportBatch.id == CompetencyResult.batch_id)
        .where(
            known(CompetencyResult),
            CompetencyResult.competency == competency,
            CompetencyResult.method != "internal",
            CompetencyResult.level.is_not(None),
            or_(ImportBatch.id.is_(None), ImportBatch.kind != OWN_BATCHES),
        )
        .order_by(CompetencyResult.dated, CompetencyResult.id)
    ).all()
    given = {row.official_id: (row.level, row.dated) for row in rows}
    both = [
        (newest[official].theta, level)
        for official, (level, dated) in sorted(given.items())
        if official in newest and abs(newest[official].dated - dated) <= LONGEST_APART
    ]
    return Outcomes(
        theta=[theta for theta, _level in both],
        levels=[int(level) for _theta, level in both],
        tested=len(newest),
        assessed=len(given),
    )
