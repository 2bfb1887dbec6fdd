"""Selects of the list of awards."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, extract, func, or_, select
from sqlalchemy.orm import Session

from merit.db import known
from merit.people.models import Official, OfficialRecord, OrgUnit, OrgUnitRecord
from merit.people.queries.officials import full_name
from merit.performance.models import OfficialAward

PAGE_SIZE = 25
ORDERS = ("nama", "unit", "jenis", "tanggal")


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardFilter:
    """What the list is narrowed to; ``unit_ids`` None means all units, ``year`` 0 all years."""

    text: str = ""
    unit_ids: frozenset[int] | None = None
    kind: str = ""
    year: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardRow:
    """An award with the person who received it."""

    award: OfficialAward
    official_id: int
    nip: str
    name: str
    unit_name: str


def count_awards(session: Session, chosen: AwardFilter) -> int:
    """Return how many awards the filter leaves."""
    return session.scalar(_narrowed(select(func.count(OfficialAward.id)), chosen)) or 0


def search_awards(
    session: Session, chosen: AwardFilter, *, order: str = "-tanggal", limit: int | None = None, offset: int = 0
) -> list[AwardRow]:
    """Return awards with names as known now."""
    unit = func.coalesce(OrgUnitRecord.name, OrgUnit.code)
    columns: dict[str, Any] = {"unit": unit, "jenis": OfficialAward.kind, "tanggal": OfficialAward.dated}
    first = columns.get(order.removeprefix("-"), OfficialRecord.name)
    statement = _narrowed(select(OfficialAward, Official.nip, OfficialRecord, unit), chosen)
    statement = statement.order_by(
        first.desc() if order.startswith("-") else first.asc(), OfficialRecord.name, OfficialAward.id
    )
    return [
        AwardRow(
            award=award,
            official_id=award.official_id,
            nip=nip,
            name=full_name(person.name, person.title_before, person.title_after),
            unit_name=unit_name,
        )
        for award, nip, person, unit_name in session.execute(statement.limit(limit).offset(offset))
    ]


def award_years(session: Session, unit_ids: frozenset[int] | None) -> list[int]:
    """Return the years in which anybody of the units received an award, newest first."""
    year = extract("year", OfficialAward.dated)
    statement = _narrowed(select(year), AwardFilter(unit_ids=unit_ids)).distinct()
    return sorted((int(found) for found in session.scalars(statement)), reverse=True)


def _narrowed(statement: Select[*tuple[Any, ...]], chosen: AwardFilter) -> Select[*tuple[Any, ...]]:
    award = OfficialAward
    statement = (
        statement.select_from(award)
        .join(Official, Official.id == award.official_id)
        .join(OfficialRecord, (OfficialRecord.official_id == award.official_id) & known(OfficialRecord))
        .join(OrgUnit, OrgUnit.id == OfficialRecord.unit_id)
        .outerjoin(OrgUnitRecord, (OrgUnitRecord.unit_id == OrgUnit.id) & known(OrgUnitRecord))
        .where(known(award))
    )
    if chosen.unit_ids is not None:
        statement = statement.where(OfficialRecord.unit_id.in_(sorted(chosen.unit_ids)))
    if chosen.kind:
        statement = statement.where(award.kind == chosen.kind)
    if chosen.year:
        statement = statement.where(award.dated.between(dt.date(chosen.year, 1, 1), dt.date(chosen.year, 12, 31)))
    for word in chosen.text.split():
        texts = (OfficialRecord.name, award.name, award.issuer, award.decree_number)
        told = [func.lower(text).contains(word.lower(), autoescape=True) for text in texts]
        statement = statement.where(or_(Official.nip.contains(word, autoescape=True), *told))
    return statement
