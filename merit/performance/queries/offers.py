"""Selects of placements and task forces offered, and of leave."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from merit.db import known
from merit.people.models import Assignment, Official, OfficialRecord, OrgUnit, OrgUnitRecord
from merit.people.queries.officials import full_name
from merit.people.queries.record import list_leave

PAGE_SIZE = 25
ORDERS = ("nama", "unit", "ditawarkan")


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferFilter:
    """What the list is narrowed to; ``response`` is ``menunggu`` for offers without an answer."""

    text: str = ""
    unit_ids: frozenset[int] | None = None
    response: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferRow:
    """An offer with the person it was made to."""

    offer: Assignment
    official_id: int
    nip: str
    name: str
    unit_name: str


def count_offers(session: Session, chosen: OfferFilter) -> int:
    """Return how many offers the filter leaves."""
    return session.scalar(_narrowed(select(func.count(Assignment.id)), chosen)) or 0


def list_offers(
    session: Session, chosen: OfferFilter, *, order: str = "-ditawarkan", limit: int | None = None, offset: int = 0
) -> list[OfferRow]:
    """Return offers with names as known now."""
    key = order.removeprefix("-")
    first: Any = {"unit": OrgUnitRecord.name, "ditawarkan": Assignment.offered}.get(key, OfficialRecord.name)
    columns = select(Assignment, Official.nip, OfficialRecord, func.coalesce(OrgUnitRecord.name, OrgUnit.code))
    statement = _narrowed(columns, chosen).order_by(
        first.desc() if order.startswith("-") else first.asc(), OfficialRecord.name, Assignment.id
    )
    return [
        OfferRow(
            offer=offer,
            official_id=offer.official_id,
            nip=nip,
            name=full_name(person.name, person.title_before, person.title_after),
            unit_name=unit,
        )
        for offer, nip, person, unit in session.execute(statement.limit(limit).offset(offset))
    ]


def leave_spans(session: Session, official_id: int, today: dt.date) -> list[tuple[dt.date, dt.date]]:
    """Return the leaves of an official begun by a day; one that still lasts ends at the end of that day's year."""
    last = dt.date(today.year, 12, 31)
    return [(row.starts, row.ends or last) for row in list_leave(session, official_id) if row.starts <= today]


def _narrowed(statement: Select[*tuple[Any, ...]], chosen: OfferFilter) -> Select[*tuple[Any, ...]]:
    statement = (
        statement.select_from(Assignment)
        .join(Official, Official.id == Assignment.official_id)
        .join(OfficialRecord, (OfficialRecord.official_id == Assignment.official_id) & known(OfficialRecord))
        .join(OrgUnit, OrgUnit.id == OfficialRecord.unit_id)
        .outerjoin(OrgUnitRecord, (OrgUnitRecord.unit_id == OrgUnit.id) & known(OrgUnitRecord))
        .where(known(Assignment))
    )
    if chosen.unit_ids is not None:
        statement = statement.where(OfficialRecord.unit_id.in_(sorted(chosen.unit_ids)))
    if chosen.response:
        waits = chosen.response == "menunggu"
        statement = statement.where(Assignment.response.is_(None) if waits else Assignment.response == chosen.response)
    for word in chosen.text.split():
        named = func.lower(OfficialRecord.name).contains(word.lower(), autoescape=True)
        told = func.lower(Assignment.name).contains(word.lower(), autoescape=True)
        statement = statement.where(or_(named, told, Official.nip.contains(word, autoescape=True)))
    return statement
