"""The people of a computation: search, filters, order, one page at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, func, select
from sqlalchemy.orm import Session

from merit.db import known
from merit.people.models import Official, OfficialRecord, OrgUnit, OrgUnitRecord, PositionRecord
from merit.people.queries.officials import full_name
from merit.ranking.professionalism.models import ProfessionalismLine

PAGE_SIZE = 25
ORDERS = ("nama", "nip", "indeks", "unit")
OPEN_CATEGORY = "terbuka"
_CHUNK = 2_000
_line, _record = ProfessionalismLine, OfficialRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFilter:
    """What the list is narrowed to; ``unit_ids`` None means every unit, ``scope`` the units the reader reaches.

    A line keeps the unit of its day; a reader of some units sees it while the official still serves in one of them.
    """

    run_id: int
    unit_ids: frozenset[int] | None = None
    scope: frozenset[int] | None = None
    text: str = ""
    category: str = ""
    group: str = ""
    who: str = ""
    missing: int = 0
    gap: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRow:
    """One official's line with who it is."""

    official_id: int
    nip: str
    name: str
    tier: str
    position: str
    unit_code: str
    unit_name: str
    line: ProfessionalismLine


def count_lines(session: Session, chosen: LineFilter) -> int:
    """Return how many people a filter leaves."""
    statement = select(func.count()).select_from(_line)
    if chosen.scope is not None:
        statement = statement.join(_record, (_record.official_id == _line.official_id) & known(_record))
    return session.scalar(statement.where(*_conditions(chosen))) or 0


def list_lines(session: Session, chosen: LineFilter, *, order: str = "nama", page: int = 1) -> list[LineRow]:
    """Return one page of the people."""
    ids = session.scalars(_ordered(chosen, order).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)).all()
    return _rows(session, chosen.run_id, list(ids))


def iterate_lines(session: Session, chosen: LineFilter, *, order: str = "nama") -> Iterator[LineRow]:
    """Yield everybody a filter leaves, in chunks."""
    ids = session.scalars(_ordered(chosen, order)).all()
    for first in range(0, len(ids), _CHUNK):
        yield from _rows(session, chosen.run_id, list(ids[first : first + _CHUNK]))


def _ordered(chosen: LineFilter, order: str) -> Select[int]:
    key, descends = order.removeprefix("-"), order.startswith("-")
    statement = (
        select(_line.official_id)
        .join(Official, Official.id == _line.official_id)
        .join(_record, (_record.official_id == _line.official_id) & known(_record), isouter=chosen.scope is None)
    )
    columns: list[SQLColumnExpression[Any]] = [_record.name, _line.official_id]
    if key == "nip":
        columns = [Official.nip]
    elif key == "indeks":
        columns = [_line.low, _line.high, _line.official_id]  # as the index has them
    elif key == "unit":
        statement = statement.join(
            OrgUnitRecord, (OrgUnitRecord.unit_id == _line.unit_id) & known(OrgUnitRecord), isouter=True
        )
        columns = [OrgUnitRecord.name, *columns]
    ordered = [column.desc() if descends else column.asc() for column in columns]
    return statement.where(*_conditions(chosen)).order_by(*ordered)


def _conditions(chosen: LineFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [_line.run_id == chosen.run_id]
    if chosen.unit_ids is not None:
        found.append(_line.unit_id.in_(sorted(chosen.unit_ids)))
    if chosen.scope is not None:
        found.append(_record.unit_id.in_(sorted(chosen.scope)))
    if chosen.category:
        found.append(_line.category == ("" if chosen.category == OPEN_CATEGORY else chosen.category))
    if chosen.group:
        found.append(_line.job_group == chosen.group)
    if chosen.who:
        found.append(_line.employment == "PPPK" if chosen.who == "pppk" else _line.employment != "PPPK")
    if chosen.missing:
        found.append(_line.missing.bitwise_and(chosen.missing) != 0)
    if chosen.gap:
        found.append(_line.gaps.bitwise_and(chosen.gap) != 0)
    return [*found, *_matching(chosen.text)]


def _matching(text: str) -> list[ColumnElement[bool]]:
    """Match a NIP, or part of one, when only digits are given; otherwise every word somewhere in the name.

    Names are looked through first, in the index that lists officials, so that only the lines found are fetched.
    """
    compact = re.sub(r"\s", "", text)
    if not compact:
        return []
    if compact.isdigit():
        return [_line.official_id.in_(select(Official.id).where(Official.nip.contains(compact, autoescape=True)))]
    words = [func.lower(_record.name).contains(word.lower(), autoescape=True) for word in text.split()]
    return [_line.official_id.in_(select(_record.official_id).where(known(_record), *words))]


def _rows(session: Session, run_id: int, official_ids: list[int]) -> list[LineRow]:
    statement = (
        select(
            Official.nip,
            _record.name,
            _record.title_before,
            _record.title_after,
            func.coalesce(_record.tier, ""),
            func.coalesce(PositionRecord.name, ""),
            OrgUnit.code,
            func.coalesce(OrgUnitRecord.name, OrgUnit.code),
            _line,
        )
        .join(_line, _line.official_id == Official.id)
        .join(OrgUnit, OrgUnit.id == _line.unit_id)
        .outerjoin(_record, (_record.official_id == Official.id) & known(_record))
        .outerjoin(PositionRecord, (PositionRecord.position_id == _record.position_id) & known(PositionRecord))
        .outerjoin(OrgUnitRecord, (OrgUnitRecord.unit_id == OrgUnit.id) & known(OrgUnitRecord))
        .where(_line.run_id == run_id, Official.id.in_(official_ids))
    )
    found = {}
    for nip, name, before, after, tier, position, unit_code, unit_name, line in session.execute(statement):
        found[line.official_id] = LineRow(
            official_id=line.official_id,
            nip=nip,
            name=full_name(name, before, after) if name else nip,
            tier=tier,
            position=position,
            unit_code=unit_code,
            unit_name=unit_name,
            line=line,
        )
    return [found[official_id] for official_id in official_ids]
