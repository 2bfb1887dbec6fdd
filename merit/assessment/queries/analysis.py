"""What the analysis of a scored sitting reads: points, answers as options, groups of persons, calibrated items."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from sqlalchemy import BigInteger, Text, and_, select, type_coerce
from sqlalchemy.orm import Session

from merit.assessment.domain.calibration_data import MICRO
from merit.assessment.domain.item_analysis import SittingPoints, points_matrix
from merit.assessment.domain.papers import authors_value
from merit.assessment.domain.sheets import COUNTING, PlaceReason
from merit.assessment.models.calibration import Calibration, CalibrationItem
from merit.assessment.models.delivery import Attempt, LateResponse, Response
from merit.assessment.models.scoring import ResponseScore
from merit.assessment.models.sittings import Candidate, PaperItem
from merit.bulk import read_columns
from merit.db import known
from merit.evidence import IntArray
from merit.people.models import OfficialRecord, OrgUnitRecord

OLDER_FROM = 45
_DAYS_PER_YEAR = 365.25
_LONGEST = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonGroups:
    """Groups of the persons of a sitting: codes by attempt; ``kinds`` are the kinds of their units."""

    is_woman: Mapping[int, int]
    is_older: Mapping[int, int]
    kinds: Mapping[int, str]

    def codes(self, persons: IntArray) -> dict[str, IntArray]:
        """Return 1, 0 or -1 per person for ``woman``, ``older`` and ``unit:<kind>``."""
        found = {
            "woman": np.array([self.is_woman.get(int(one), -1) for one in persons]),
            "older": np.array([self.is_older.get(int(one), -1) for one in persons]),
        }
        own = [self.kinds.get(int(one), "") for one in persons]
        for kind in sorted({kind for kind in own if kind}):
            found[f"unit:{kind}"] = np.array([int(one == kind) if one else -1 for one in own])
        return found


def load_points(session: Session, score_version_id: int) -> SittingPoints:
    """Return the points of everybody on every item that was scored; trial items are in."""
    statement = select(
        ResponseScore.attempt_id.label("person"),
        ResponseScore.version_id.label("version"),
        type_coerce(ResponseScore.points, BigInteger).label("points"),
        type_coerce(ResponseScore.maximum, BigInteger).label("maximum"),
    ).where(
        ResponseScore.score_version_id == score_version_id,
        ResponseScore.outcome.in_(COUNTING),
        ResponseScore.points.is_not(None),
        ResponseScore.reason != PlaceReason.EVERYBODY.value,
    )
    found = read_columns(session, statement)
    return points_matrix(found["person"], found["version"], found["points"] / MICRO, found["maximum"] / MICRO)


def load_answers(
    session: Session, sitting_id: int, version_ids: Collection[int] = ()
) -> dict[int, dict[int, tuple[str, ...]]]:
    """Return the answers as the author names them, by item version and attempt; () means every version.

    Late answers that two persons accepted replace earlier ones.
    """
    found: dict[int, dict[int, tuple[str, ...]]] = {}
    for table in (Response, LateResponse):
        statement = (
            select(table.attempt_id, PaperItem.version_id, type_coerce(PaperItem.orders, Text), table.value)
            .join(Attempt, Attempt.id == table.attempt_id)
            .join(PaperItem, and_(PaperItem.paper_id == Attempt.paper_id, PaperItem.position == table.position))
            .where(Attempt.sitting_id == sitting_id)
        )
        if table is LateResponse:
            statement = statement.where(LateResponse.accepted_at.is_not(None))
        if version_ids:
            statement = statement.where(PaperItem.version_id.in_(version_ids))
        for attempt_id, version_id, orders, value in session.execute(statement):
            found.setdefault(version_id, {})[attempt_id] = _named(orders, value)
    return found


@lru_cache(maxsize=20_000)
def _named(orders: str, value: str) -> tuple[str, ...]:
    """Return the values of an answer; many persons give the same one in the same order of options."""
    parsed = json.loads(authors_value(value, json.loads(orders)))
    if isinstance(parsed, dict):
        return tuple(f"{name}: {_short(text)}" for name, texts in sorted(parsed.items()) for text in texts)
    return tuple(_short(text) for text in parsed)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def load_groups(session: Session, sitting_id: int) -> PersonGroups:
    """Return the groups of a sitting's persons as their records stand; ages are those of the day they started."""
    statement = (
        select(Attempt.id, Attempt.started_at, OfficialRecord.sex, OfficialRecord.birth_date, OrgUnitRecord.kind)
        .join(Candidate, Candidate.id == Attempt.candidate_id)
        .join(OfficialRecord, and_(OfficialRecord.official_id == Candidate.official_id, known(OfficialRecord)))
        .outerjoin(OrgUnitRecord, and_(OrgUnitRecord.unit_id == OfficialRecord.unit_id, known(OrgUnitRecord)))
        .where(Attempt.sitting_id == sitting_id, Attempt.started_at.is_not(None))
    )
    women, older, kinds = {}, {}, {}
    for attempt_id, started_at, sex, birth_date, kind in session.execute(statement):
        women[attempt_id] = int(sex == "P")
        if birth_date is not None and started_at is not None:
            older[attempt_id] = int((started_at.date() - birth_date).days / _DAYS_PER_YEAR >= OLDER_FROM)
        kinds[attempt_id] = kind or ""
    return PersonGroups(is_woman=women, is_older=older, kinds=kinds)


def flags_in_force(session: Session, version_ids: Collection[int]) -> dict[int, frozenset[str]]:
    """Return the flags of calibrated items in force, by version."""
    statement = (
        select(CalibrationItem.version_id, CalibrationItem.flags)
        .join(Calibration, Calibration.id == CalibrationItem.calibration_id)
        .where(Calibration.state == "in_force", CalibrationItem.version_id.in_(version_ids))
    )
    return {version_id: frozenset(flags) for version_id, flags in session.execute(statement)}
