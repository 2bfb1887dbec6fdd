"""Positions: the list with holders, one position, its competency standard."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import Session

from merit.db import known
from merit.errors import NotFoundError
from merit.evidence import COMPETENCIES
from merit.people.models import Official, OfficialRecord, OrgUnit, OrgUnitRecord, Position, PositionRecord
from merit.people.queries.officials import full_name
from merit.reference import load_competencies, load_tier_standards
from merit.security.permissions import Actor

PAGE_SIZE = 25
ORDERS = ("nama", "kode", "unit", "jenjang")


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionFilter:
    """What the list of positions is narrowed to; ``held`` None means held or vacant."""

    text: str = ""
    unit_ids: frozenset[int] | None = None
    tier: str = ""
    held: bool | None = None


@dataclass(frozen=True, slots=True)
class PositionRow:
    """One position in a list; ``holder`` is the first of its ``holders`` by name."""

    id: int
    code: str
    name: str
    tier: str
    unit_code: str
    unit_name: str
    grade_min: int | None
    grade_max: int | None
    has_own_standard: bool
    holders: int = 0
    holder: str = ""
    holder_nip: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionHead:
    """One position as known; ``levels`` are its own required levels by competency, None where it has none."""

    id: int
    code: str
    record_id: int
    name: str
    tier: str
    unit_id: int
    leads_unit_id: int | None
    field: str
    grade_min: int | None
    grade_max: int | None
    levels: Mapping[str, int | None]
    recorded_at: dt.datetime
    batch_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardLine:
    """The level required of one competency, and whether it is the tier's default (with its legal status)."""

    code: str
    name: str
    level: int | None
    meaning: str
    is_default: bool
    status: str


@dataclass(frozen=True, slots=True)
class Holder:
    """An official who holds a position."""

    nip: str
    name: str
    grade: int
    since: dt.date


def count_positions(session: Session, chosen: PositionFilter) -> int:
    """Return how many positions the filter leaves."""
    return session.scalar(_narrowed(select(func.count()).select_from(PositionRecord), chosen)) or 0


def list_positions(
    session: Session, chosen: PositionFilter, *, order: str = "nama", page: int = 1, size: int = PAGE_SIZE
) -> list[PositionRow]:
    """Return one page of positions with their holders."""
    rows = session.execute(_ordered(_narrowed(_columns(), chosen), order).limit(size).offset((page - 1) * size))
    positions = [PositionRow(*row) for row in rows]
    return _with_holders(session, positions)


def get_position(session: Session, actor: Actor, code: str) -> PositionHead:
    """Return a position within the actor's scope; raise :class:`NotFoundError` otherwise."""
    row = session.execute(
        select(*PositionRecord.__table__.columns, Position.code)
        .join(Position, Position.id == PositionRecord.position_id)
        .where(known(PositionRecord), Position.code == code)
    ).one_or_none()
    if row is None or not (actor.unit_ids is None or row.unit_id in actor.unit_ids):
        raise NotFoundError("position-not-found")
    return PositionHead(
        id=row.position_id,
        code=row.code,
        record_id=row.id,
        name=row.name,
        tier=row.tier,
        unit_id=row.unit_id,
        leads_unit_id=row.leads_unit_id,
        field=row.field,
        grade_min=row.grade_min,
        grade_max=row.grade_max,
        levels={competency: getattr(row, _column_of(competency)) for competency in COMPETENCIES},
        recorded_at=row.recorded_at,
        batch_id=row.batch_id,
    )


def list_holders(session: Session, position_id: int) -> list[Holder]:
    """Return who holds a position, by name."""
    rows = session.execute(
        select(
            Official.nip,
            OfficialRecord.name,
            OfficialRecord.title_before,
            OfficialRecord.title_after,
            OfficialRecord.grade,
            OfficialRecord.position_since,
        )
        .join(OfficialRecord, OfficialRecord.official_id == Official.id)
        .where(known(OfficialRecord), OfficialRecord.position_id == position_id)
        .order_by(OfficialRecord.name, Official.nip)
    )
    return [Holder(row[0], full_name(row[1], row[2], row[3]), row[4], row[5]) for row in rows]


def standard_lines(position: PositionHead) -> list[StandardLine]:
    """Return the standard of a position: its own levels, empty ones from the default of its tier."""
    default = load_tier_standards().get(position.tier)
    lines = []
    for code, competency in load_competencies().items():
        own = position.levels.get(code)
        level = own if own is not None or default is None else default.level
        lines.append(
            StandardLine(
                code=code,
                name=competency.name,
                level=level,
                meaning="" if level is None else competency.levels[level - 1],
                is_default=own is None and level is not None,
                status="" if own is not None or default is None else default.status,
            )
        )
    return lines


def standard_levels(session: Session, position_id: int) -> dict[str, StandardLine]:
    """Return the standard of a position by competency, empty when the position is unknown."""
    code = session.scalar(select(Position.code).where(Position.id == position_id))
    if code is None:
        return {}
    try:
        position = get_position(session, Actor(unit_ids=None), code)
    except NotFoundError:
        return {}
    return {line.code: line for line in standard_lines(position)}


def _column_of(competency: str) -> str:
    return competency.replace(".", "").lower()


def _columns() -> Select[*tuple[Any, ...]]:
    own = [getattr(PositionRecord, _column_of(code)) for code in COMPETENCIES]
    return select(
        Position.id,
        Position.code,
        PositionRecord.name,
        PositionRecord.tier,
        OrgUnit.code,
        func.coalesce(OrgUnitRecord.name, OrgUnit.code),
        PositionRecord.grade_min,
        PositionRecord.grade_max,
        func.coalesce(*own).is_not(None),
    ).select_from(PositionRecord)


def _narrowed(statement: Any, chosen: PositionFilter) -> Any:
    statement = (
        statement.join(Position, Position.id == PositionRecord.position_id)
        .join(OrgUnit, OrgUnit.id == PositionRecord.unit_id)
        .outerjoin(OrgUnitRecord, (OrgUnitRecord.unit_id == OrgUnit.id) & known(OrgUnitRecord))
        .where(known(PositionRecord), *_matching(chosen.text))
    )
    if chosen.unit_ids is not None:
        statement = statement.where(PositionRecord.unit_id.in_(sorted(chosen.unit_ids)))
    if chosen.tier:
        statement = statement.where(PositionRecord.tier == chosen.tier)
    if chosen.held is not None:
        holder = exists().where(known(OfficialRecord), OfficialRecord.position_id == PositionRecord.position_id)
        statement = statement.where(holder if chosen.held else ~holder)
    return statement


def _matching(text: str) -> list[ColumnElement[bool]]:
    return [
        PositionRecord.name.icontains(word, autoescape=True) | Position.code.icontains(word, autoescape=True)
        for word in text.split()
    ]


def _ordered(statement: Any, order: str) -> Any:
    columns = {
        "nama": [PositionRecord.name, Position.code],
        "kode": [Position.code],
        "unit": [OrgUnitRecord.name, PositionRecord.name, Position.code],
        "jenjang": [PositionRecord.tier, PositionRecord.name, Position.code],
    }[order.removeprefix("-")]
    return statement.order_by(*(column.desc() if order.startswith("-") else column for column in columns))


def _with_holders(session: Session, positions: list[PositionRow]) -> list[PositionRow]:
    ids = [position.id for position in positions]
    rows = session.execute(
        select(
            OfficialRecord.position_id,
            func.count().over(partition_by=OfficialRecord.position_id).label("holders"),
            func.row_number()
            .over(partition_by=OfficialRecord.position_id, order_by=(OfficialRecord.name, OfficialRecord.official_id))
            .label("place"),
            OfficialRecord.name,
            OfficialRecord.title_before,
            OfficialRecord.title_after,
            Official.nip,
        )
        .join(Official, Official.id == OfficialRecord.official_id)
        .where(known(OfficialRecord), OfficialRecord.position_id.in_(ids))
    )
    first = {row.position_id: row for row in rows if row.place == 1}
    return [_held(position, first.get(position.id)) for position in positions]


def _held(position: PositionRow, row: Any) -> PositionRow:
    if row is None:
        return position
    return PositionRow(
        position.id,
        position.code,
        position.name,
        position.tier,
        position.unit_code,
        position.unit_name,
        position.grade_min,
        position.grade_max,
        position.has_own_standard,
        row.holders,
        full_name(row.name, row.title_before, row.title_after),
        row.nip,
    )
