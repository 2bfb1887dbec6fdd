"""The list of officials: search, filters, order, one page at a time."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, collate, func, select
from sqlalchemy.orm import Session

from merit.db import known
from merit.people.models import Official, OfficialRecord, OrgUnit, OrgUnitRecord, Position, PositionRecord

PAGE_SIZE = 25
ORDERS = ("nama", "nip", "golongan", "unit", "tmt")
_CHUNK = 2000
_FEW = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficialFilter:
    """What the list is narrowed to; ``unit_ids`` None means every unit."""

    text: str = ""
    unit_ids: frozenset[int] | None = None
    tier: str = ""
    grade: int | None = None
    employment: str = ""


@dataclass(frozen=True, slots=True)
class OfficialRow:
    """One official in a list."""

    id: int
    nip: str
    name: str
    title_before: str
    title_after: str
    grade: int
    grade_since: dt.date
    employment: str
    tier: str
    position_code: str
    position_name: str
    position_since: dt.date
    unit_code: str
    unit_name: str

    @property
    def full_name(self) -> str:
        """Name with titles."""
        return full_name(self.name, self.title_before, self.title_after)


def full_name(name: str, before: str, after: str) -> str:
    """Return the name with its titles: ``Dr. Budi Santoso, S.H.``."""
    return (f"{before} " if before else "") + name + (f", {after}" if after else "")


@dataclass(frozen=True, slots=True)
class Found:
    """What a filter leaves, in an order: how many, and after a search the first of them (all, when they are few)."""

    chosen: OfficialFilter
    order: str
    total: int
    first_ids: Sequence[int] = ()


def count_officials(session: Session, chosen: OfficialFilter) -> int:
    """Return how many officials the filter leaves."""
    return session.scalar(_narrowed(session, select(func.count()).select_from(OfficialRecord), chosen)) or 0


def find_officials(session: Session, chosen: OfficialFilter, *, order: str = "nama") -> Found:
    """Count what a filter leaves; ``order`` is one of :data:`ORDERS`, with ``-`` in front for descending.

    A search for rare words has to look at every name; what it finds is kept, so that the page needs no second look.
    """
    if not chosen.text.strip():
        return Found(chosen, order, count_officials(session, chosen))
    statement = _ordered(_narrowed(session, select(OfficialRecord.id), chosen), order)
    ids = session.scalars(statement.limit(_FEW)).all()
    return Found(chosen, order, len(ids) if len(ids) < _FEW else count_officials(session, chosen), ids)


def list_officials(session: Session, found: Found, *, page: int = 1, size: int = PAGE_SIZE) -> list[OfficialRow]:
    """Return one page of what was found; pages in the second half are read from the end of the order."""
    first = (page - 1) * size
    if first + size <= len(found.first_ids) or found.total == len(found.first_ids):
        return _rows(session, found.first_ids[first : first + size])
    statement = _narrowed(session, select(OfficialRecord.id), found.chosen)
    if first <= found.total // 2:
        return _rows(session, session.scalars(_ordered(statement, found.order).limit(size).offset(first)).all())
    length = max(min(size, found.total - first), 0)
    mirrored = _ordered(statement, found.order, mirrored=True)
    ids = session.scalars(mirrored.limit(length).offset(max(found.total - first - size, 0))).all()
    return _rows(session, ids[::-1])


def iterate_officials(session: Session, chosen: OfficialFilter, *, order: str = "nama") -> Iterator[OfficialRow]:
    """Yield the whole list in chunks, for exports."""
    ids = session.scalars(_ordered(_narrowed(session, select(OfficialRecord.id), chosen), order)).all()
    for start in range(0, len(ids), _CHUNK):
        yield from _rows(session, ids[start : start + _CHUNK])


def _rows(session: Session, record_ids: Sequence[int]) -> list[OfficialRow]:
    found = {row[0]: OfficialRow(*row[1:]) for row in session.execute(_details(record_ids))}
    return [found[record_id] for record_id in record_ids]


def _details(record_ids: Sequence[int]) -> Select[*tuple[Any, ...]]:
    return (
        select(
            OfficialRecord.id,
            Official.id,
            Official.nip,
            OfficialRecord.name,
            OfficialRecord.title_before,
            OfficialRecord.title_after,
            OfficialRecord.grade,
            OfficialRecord.grade_since,
            OfficialRecord.employment,
            OfficialRecord.tier,
            Position.code,
            func.coalesce(PositionRecord.name, Position.code),
            OfficialRecord.position_since,
            OrgUnit.code,
            func.coalesce(OrgUnitRecord.name, OrgUnit.code),
        )
        .join(Official, Official.id == OfficialRecord.official_id)
        .join(Position, Position.id == OfficialRecord.position_id)
        .join(OrgUnit, OrgUnit.id == OfficialRecord.unit_id)
        .outerjoin(PositionRecord, (PositionRecord.position_id == Position.id) & known(PositionRecord))
        .outerjoin(OrgUnitRecord, (OrgUnitRecord.unit_id == OrgUnit.id) & known(OrgUnitRecord))
        .where(OfficialRecord.id.in_(record_ids))
    )


def _narrowed(session: Session, statement: Select[int], chosen: OfficialFilter) -> Select[int]:
    statement = statement.where(known(OfficialRecord))
    if chosen.unit_ids is not None:
        statement = statement.where(OfficialRecord.unit_id.in_(sorted(chosen.unit_ids)))
    if chosen.tier:
        statement = statement.where(OfficialRecord.tier == chosen.tier)
    if chosen.grade is not None:
        statement = statement.where(OfficialRecord.grade == chosen.grade)
    if chosen.employment:
        statement = statement.where(OfficialRecord.employment == chosen.employment)
    return statement.where(*_matching(session, chosen.text))


def _matching(session: Session, text: str) -> list[ColumnElement[bool]]:
    """Match a NIP, or part of one, when only digits are given; otherwise every word somewhere in the name.

    Letters of the English alphabet match whatever their case, on both databases alike. PostgreSQL is told to fold
    them by the "C" collation, which takes half the time of a language's rules.
    """
    compact = re.sub(r"\s", "", text)
    if not compact:
        return []
    if compact.isdigit():
        found = select(Official.id).where(Official.nip.contains(compact, autoescape=True))
        return [OfficialRecord.official_id.in_(found)]
    name: SQLColumnExpression[str] = OfficialRecord.name
    if session.get_bind().dialect.name == "postgresql":
        name = collate(OfficialRecord.name, "C")
    return [func.lower(name).contains(_lower(word), autoescape=True) for word in text.split()]


def _lower(word: str) -> str:
    """Lower the letters the databases lower, no others."""
    return "".join(letter.lower() if letter.isascii() else letter for letter in word)


def _ordered(statement: Select[int], order: str, *, mirrored: bool = False) -> Select[int]:
    key, descends = order.removeprefix("-"), order.startswith("-") != mirrored
    columns: list[SQLColumnExpression[Any]] = [OfficialRecord.name, OfficialRecord.official_id]
    if key == "nip":
        statement = statement.join(Official, Official.id == OfficialRecord.official_id)
        columns = [Official.nip]
    elif key == "unit":
        statement = statement.outerjoin(
            OrgUnitRecord, (OrgUnitRecord.unit_id == OfficialRecord.unit_id) & known(OrgUnitRecord)
        )
        columns = [OrgUnitRecord.name, *columns]
    elif key == "golongan":
        columns = [OfficialRecord.grade, *columns]
    elif key == "tmt":
        columns = [OfficialRecord.position_since, *columns]
    return statement.order_by(*(column.desc() if descends else column.asc() for column in columns))
