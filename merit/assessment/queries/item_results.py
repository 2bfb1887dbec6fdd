"""The items of a scored sitting with their figures, and what became of their scores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, func, select
from sqlalchemy.orm import Session

from merit.assessment.domain.sheets import PlaceReason
from merit.assessment.models.items import Item, ItemStatistic, ItemVersion
from merit.assessment.models.scoring import ResponseScore
from merit.assessment.models.sittings import Paper, PaperItem


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRow:
    """One item of the sitting with its figures and what became of its scores."""

    version_id: int
    code: str
    number: int
    competency: str
    kind: str
    persons: int
    facility: float | None
    discrimination: float | None
    median_seconds: float | None
    options: Mapping[str, int]
    is_trial: bool
    voided: int
    unsupported: int
    waiting: int
    reason: str


def list_items(session: Session, sitting_id: int, version_id: int) -> list[ItemRow]:
    """Return the items of a scored sitting with their figures, by code."""
    outcomes = (
        select(
            ResponseScore.version_id,
            *(_sum(ResponseScore.outcome == name).label(name) for name in ("void", "unsupported", "to_mark")),
            _sum(ResponseScore.reason == PlaceReason.TRIAL.value).label("trial"),
            func.max(case((ResponseScore.outcome == "unsupported", ResponseScore.reason))).label("why"),
        )
        .where(ResponseScore.score_version_id == version_id)
        .group_by(ResponseScore.version_id)
        .subquery()
    )
    sealed = (
        select(PaperItem.version_id, func.max(PaperItem.competency).label("competency"))
        .join(Paper, Paper.id == PaperItem.paper_id)
        .where(Paper.sitting_id == sitting_id)
        .group_by(PaperItem.version_id)
        .subquery()
    )
    rows = session.execute(
        select(
            *(ItemVersion.id, ItemVersion.number, ItemVersion.kind, Item.code, sealed.c.competency, ItemStatistic),
            *(outcomes.c[name] for name in ("void", "unsupported", "to_mark", "trial", "why")),
        )
        .join(outcomes, outcomes.c.version_id == ItemVersion.id)
        .join(sealed, sealed.c.version_id == ItemVersion.id)
        .join(Item, Item.id == ItemVersion.item_id)
        .outerjoin(
            ItemStatistic, and_(ItemStatistic.version_id == ItemVersion.id, ItemStatistic.sitting_id == sitting_id)
        )
        .order_by(Item.code)
    )
    return [_item(row) for row in rows]


def count_outcomes(session: Session, version_id: int) -> dict[str, int]:
    """Return how many counting places wait for marks, cannot be evaluated, or are void."""
    statement = (
        select(ResponseScore.outcome, func.count())
        .where(ResponseScore.score_version_id == version_id, ResponseScore.reason != PlaceReason.TRIAL.value)
        .group_by(ResponseScore.outcome)
    )
    return {row[0]: row[1] for row in session.execute(statement)}


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _item(row: Row[*tuple[Any, ...]]) -> ItemRow:
    found: ItemStatistic | None = row.ItemStatistic
    return ItemRow(
        version_id=row.id,
        code=row.code,
        number=row.number,
        competency=row.competency,
        kind=row.kind,
        persons=found.persons if found else 0,
        facility=found.facility if found else None,
        discrimination=found.discrimination if found else None,
        median_seconds=found.median_seconds if found else None,
        options=found.options if found else {},
        is_trial=bool(row.trial),
        voided=row.void,
        unsupported=row.unsupported,
        waiting=row.to_mark,
        reason=row.why or "",
    )
