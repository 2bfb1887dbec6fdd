"""Scored answers as calibrations read them: long arrays straight out of one select."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Select, func, select, type_coerce
from sqlalchemy.orm import Session

from merit.assessment.domain.answer_checks import PlacedCells
from merit.assessment.domain.calibration_data import PointCells
from merit.assessment.domain.sheets import COUNTING
from merit.assessment.models.items import Item, ItemVersion
from merit.assessment.models.scoring import KeyChange, ResponseScore, ScoreVersion
from merit.assessment.models.sittings import Sitting
from merit.bulk import read_columns

EXAM = "exam"


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One sitting whose answers may enter a calibration."""

    score_version_id: int
    sha256: str
    code: str
    name: str
    state: str
    starts_at: dt.datetime
    persons: int
    items: int


def list_sources(session: Session, competency: str) -> list[SourceRow]:
    """Return the scored exams that hold items of a competency, the newest first."""
    statement = (
        select(
            ScoreVersion.id,
            ScoreVersion.sha256,
            *(Sitting.code, Sitting.name, Sitting.state, Sitting.starts_at),
            func.count(func.distinct(ResponseScore.attempt_id)),
            func.count(func.distinct(ResponseScore.version_id)),
        )
        .join(Sitting, Sitting.id == ScoreVersion.sitting_id)
        .join(ResponseScore, ResponseScore.score_version_id == ScoreVersion.id)
        .join(ItemVersion, ItemVersion.id == ResponseScore.version_id)
        .join(Item, Item.id == ItemVersion.item_id)
        .where(ScoreVersion.state == "current", Sitting.kind == EXAM, Item.competency == competency)
        .group_by(ScoreVersion.id, Sitting.id)
        .order_by(Sitting.starts_at.desc(), Sitting.id.desc())
    )
    return [SourceRow(*row) for row in session.execute(statement)]


def load_cells(session: Session, score_version_ids: Collection[int], competency: str) -> PointCells:
    """Return the answers that count to items of a competency: those scored, blank ones as lowest.

    Places that are void, wait for marks or cannot be evaluated are left out, and items whose key was changed for a
    sitting: their points are not those of the version's own key. Places on trial are in.
    """
    found = read_columns(session, _counting(score_version_ids, competency))
    return PointCells(
        persons=found["person"], groups=found["source"], versions=found["version"], points=found["points"]
    )


def load_placed_cells(session: Session, score_version_id: int, competency: str) -> PlacedCells:
    """Return the same answers of one scoring with their positions in the papers."""
    statement = _counting([score_version_id], competency).add_columns(ResponseScore.position.label("position"))
    found = read_columns(session, statement)
    return PlacedCells(
        persons=found["person"], versions=found["version"], points=found["points"], positions=found["position"]
    )


def _counting(score_version_ids: Collection[int], competency: str) -> Select[*tuple[Any, ...]]:
    changed = (
        select(KeyChange.id)
        .join(ScoreVersion, ScoreVersion.sitting_id == KeyChange.sitting_id)
        .where(
            ScoreVersion.id == ResponseScore.score_version_id,
            KeyChange.version_id == ResponseScore.version_id,
            KeyChange.approved.is_(True),
        )
        .exists()
    )
    return (
        select(
            ResponseScore.attempt_id.label("person"),
            ResponseScore.score_version_id.label("source"),
            ResponseScore.version_id.label("version"),
            type_coerce(ResponseScore.points, BigInteger).label("points"),
        )
        .join(ItemVersion, ItemVersion.id == ResponseScore.version_id)
        .join(Item, Item.id == ItemVersion.item_id)
        .where(
            ResponseScore.score_version_id.in_(score_version_ids),
            Item.competency == competency,
            ResponseScore.outcome.in_(COUNTING),
            ResponseScore.points.is_not(None),
            ~changed,
        )
    )
