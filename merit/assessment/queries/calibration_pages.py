"""What the pages of calibrations show: the scale of every competency, one calibration, its items and their past."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Text, case, func, select, type_coerce
from sqlalchemy.orm import Session, aliased

from merit.accounts.models import User
from merit.assessment.domain.states import ItemState
from merit.assessment.models.calibration import Calibration, CalibrationItem, CalibrationSource
from merit.assessment.models.items import Item, ItemVersion
from merit.assessment.models.scoring import ScoreVersion
from merit.assessment.models.sittings import Sitting
from merit.errors import NotFoundError


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleRow:
    """One competency: items in use, items with parameters, its calibration in force and drafts that wait.

    ``waiting`` is the number of the oldest draft.
    """

    competency: str
    active: int
    calibrated: int
    number: int | None
    persons: int | None
    model: str | None
    decided_at: dt.datetime | None
    drafts: int
    waiting: int | None
    drifting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationLine:
    """One calibration in a list."""

    number: int
    state: str
    model: str
    persons: int
    items: int
    made_at: dt.datetime
    made_by: str
    decided_at: dt.datetime | None
    decided_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLine:
    """One sitting that entered a calibration."""

    code: str
    name: str
    version: int
    persons: int
    items: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibratedItem:
    """One item of a calibration, with its parameters in the one before."""

    code: str
    number: int
    state: str
    level: int | None
    item: CalibrationItem
    former: CalibrationItem | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationPage:
    """One calibration with all that its page shows; ``names`` are item codes by version."""

    calibration: Calibration
    made_by: str
    decided_by: str
    previous: int | None
    sources: tuple[SourceLine, ...]
    items: tuple[CalibratedItem, ...]
    names: Mapping[int, str]


def list_scales(session: Session) -> list[ScaleRow]:
    """Return every competency that has items or a calibration."""
    is_active = case((Item.state == ItemState.ACTIVE.value, 1), else_=0)
    counted = session.execute(
        select(Item.competency, func.sum(is_active)).where(Item.competency != "").group_by(Item.competency)
    )
    active = {code: int(count) for code, count in counted}
    standing = {
        row.Calibration.competency: row
        for row in session.execute(
            select(Calibration, func.count(CalibrationItem.version_id).label("held"), _drifting())
            .join(CalibrationItem, CalibrationItem.calibration_id == Calibration.id)
            .where(Calibration.state == "in_force")
            .group_by(Calibration.id)
        )
    }
    drafts = {
        row.competency: (row.held, row.first)
        for row in session.execute(
            select(
                Calibration.competency,
                func.count().label("held"),
                func.min(Calibration.number).label("first"),
            )
            .where(Calibration.state == "draft")
            .group_by(Calibration.competency)
        )
    }
    codes = sorted({*active, *standing, *drafts})
    return [_scale_row(code, active.get(code, 0), standing.get(code), drafts.get(code, (0, None))) for code in codes]


def _drifting() -> Any:
    return func.sum(case((type_coerce(CalibrationItem.flags, Text).like('%"calibration-drift"%'), 1), else_=0)).label(
        "drifting"
    )


def _scale_row(code: str, active: int, row: Any, drafts: tuple[int, int | None]) -> ScaleRow:
    held = None if row is None else row.Calibration
    return ScaleRow(
        competency=code,
        active=active,
        calibrated=0 if row is None else row.held,
        number=held.number if held else None,
        persons=held.persons if held else None,
        model=held.model if held else None,
        decided_at=held.decided_at if held else None,
        drafts=drafts[0],
        waiting=drafts[1],
        drifting=0 if row is None else int(row.drifting or 0),
    )


def list_calibrations(session: Session, competency: str) -> list[CalibrationLine]:
    """Return the calibrations of a competency, the newest first."""
    maker, decider = aliased(User), aliased(User)
    statement = (
        select(Calibration, maker.name.label("maker"), decider.name.label("decider"))
        .outerjoin(maker, maker.id == Calibration.made_by)
        .outerjoin(decider, decider.id == Calibration.decided_by)
        .where(Calibration.competency == competency)
        .order_by(Calibration.number.desc())
    )
    return [
        CalibrationLine(
            number=row.Calibration.number,
            state=row.Calibration.state,
            model=row.Calibration.model,
            persons=row.Calibration.persons,
            items=row.Calibration.items,
            made_at=row.Calibration.made_at,
            made_by=row.maker or "",
            decided_at=row.Calibration.decided_at,
            decided_by=row.decider or "",
        )
        for row in session.execute(statement)
    ]


def find_calibration(session: Session, competency: str, number: int) -> Calibration:
    """Return a calibration by its number."""
    statement = select(Calibration).where(Calibration.competency == competency, Calibration.number == number)
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFoundError("calibration-unknown")
    return found


def find_calibrated(session: Session, version_id: int) -> tuple[CalibrationItem, Calibration] | None:
    """Return the parameters in force of an item version with the calibration they belong to."""
    row = session.execute(
        select(CalibrationItem, Calibration)
        .join(Calibration, Calibration.id == CalibrationItem.calibration_id)
        .where(Calibration.state == "in_force", CalibrationItem.version_id == version_id)
    ).one_or_none()
    return None if row is None else (row[0], row[1])


def load_calibration(session: Session, competency: str, number: int) -> CalibrationPage:
    """Return one calibration with sources and items, items of the drift alarm first, then by code."""
    found = find_calibration(session, competency, number)
    previous = None if found.previous_id is None else session.get(Calibration, found.previous_id)
    items = _items(session, found)
    wanted = [found.made_by, found.decided_by]
    people = {row.id: row.name for row in session.execute(select(User.id, User.name).where(User.id.in_(wanted)))}
    left_out = [entry["version_id"] for entry in found.left_out]
    return CalibrationPage(
        calibration=found,
        made_by=people.get(found.made_by or 0, ""),
        decided_by=people.get(found.decided_by or 0, ""),
        previous=None if previous is None else previous.number,
        sources=tuple(_sources(session, found.id)),
        items=tuple(items),
        names={**_codes(session, left_out), **{line.item.version_id: line.code for line in items}},
    )


def _items(session: Session, found: Calibration) -> list[CalibratedItem]:
    former = aliased(CalibrationItem)
    statement = (
        select(CalibrationItem, former, Item.code, Item.state, Item.level, ItemVersion.number)
        .join(ItemVersion, ItemVersion.id == CalibrationItem.version_id)
        .join(Item, Item.id == ItemVersion.item_id)
        .outerjoin(
            former, (former.version_id == CalibrationItem.version_id) & (former.calibration_id == found.previous_id)
        )
        .where(CalibrationItem.calibration_id == found.id)
        .order_by(Item.code, ItemVersion.number)
    )
    lines = [
        CalibratedItem(code=code, number=number, state=state, level=level, item=item, former=past)
        for item, past, code, state, level, number in session.execute(statement)
    ]
    return sorted(lines, key=lambda line: ("calibration-drift" not in line.item.flags, line.code))


def _sources(session: Session, calibration_id: int) -> list[SourceLine]:
    statement = (
        select(Sitting.code, Sitting.name, ScoreVersion.number, CalibrationSource.persons, CalibrationSource.items)
        .join(ScoreVersion, ScoreVersion.id == CalibrationSource.score_version_id)
        .join(Sitting, Sitting.id == ScoreVersion.sitting_id)
        .where(CalibrationSource.calibration_id == calibration_id)
        .order_by(Sitting.starts_at)
    )
    return [
        SourceLine(code=row.code, name=row.name, version=row.number, persons=row.persons, items=row[4])
        for row in session.execute(statement)
    ]


def _codes(session: Session, version_ids: list[int]) -> dict[int, str]:
    statement = select(ItemVersion.id, Item.code).join(Item, Item.id == ItemVersion.item_id)
    return dict(session.execute(statement.where(ItemVersion.id.in_(version_ids))).all()) if version_ids else {}
