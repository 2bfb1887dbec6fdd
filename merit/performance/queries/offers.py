"""Selects of placements and task forces offered, and of leave."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from merit.db import known
from merit.people.models import Assignment, LeavePeriod, Official, OfficialRecord, OrgUnit, OrgUnitRecord
from merit.people.queries.officials import full_name
from merit.people.queries.record import list_leave

PAGE_SIZE = 25
ORDERS = ("nama", "unit", "ditawarkan")
LEAVE_ORDERS = ("nama", "unit", "mulai", "selesai")
ONGOING, ENDED = "berjalan", "selesai"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveFilter:
    """What the list of leave is narrowed to; ``state`` (:data:`ONGOING`, :data:`ENDED`) as of ``today``."""

    today: dt.date
    text: str = ""
    unit_ids: frozenset[int] | None = None
    kind: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveRow:
    """A leave with the person who takes it."""

    leave: LeavePeriod
    official_id: int
    nip: str
    name: str
    unit_name: str


def count_offers(session: Session, chosen: OfferFilter) -> int:
    """Return how many offers the filter leaves."""
    return session.scalar(_offers(select(func.count(Assignment.id)), chosen)) or 0


def list_offers(
    session: Session, chosen: OfferFilter, *, order: str = "-ditawarkan", limit: int | None = None, offset: int = 0
) -> list[OfferRow]:
    """Return offers with names as known now."""
    first: Any = {"unit": OrgUnitRecord.name, "ditawarkan": Assignment.offered}.get(order.removeprefix("-"))
    statement = _ordered(_offers(select(Assignment, *_PERSON), chosen), first, order, Assignment.id)
    found = session.execute(statement.limit(limit).offset(offset))
    return [OfferRow(offer=offer, official_id=offer.official_id, **_person(rest)) for offer, *rest in found]


def count_leave(session: Session, chosen: LeaveFilter) -> int:
    """Return how many leaves the filter leaves."""
    return session.scalar(_leaves(select(func.count(LeavePeriod.id)), chosen)) or 0


def search_leave(
    session: Session, chosen: LeaveFilter, *, order: str = "-mulai", limit: int | None = None, offset: int = 0
) -> list[LeaveRow]:
    """Return leaves with names as known now; one without an end stands after all others."""
    last = func.coalesce(LeavePeriod.ends, dt.date.max)
    columns: dict[str, Any] = {"unit": OrgUnitRecord.name, "mulai": LeavePeriod.starts, "selesai": last}
    first = columns.get(order.removeprefix("-"))
    statement = _ordered(_leaves(select(LeavePeriod, *_PERSON), chosen), first, order, LeavePeriod.id)
    found = session.execute(statement.limit(limit).offset(offset))
    return [LeaveRow(leave=leave, official_id=leave.official_id, **_person(rest)) for leave, *rest in found]


def leave_spans(session: Session, official_id: int, today: dt.date) -> list[tuple[dt.date, dt.date]]:
    """Return the leaves of an official begun by a day; one that still lasts ends at the end of that day's year."""
    last = dt.date(today.year, 12, 31)
    return [(row.starts, row.ends or last) for row in list_leave(session, official_id) if row.starts <= today]


_PERSON = (Official.nip, OfficialRecord, func.coalesce(OrgUnitRecord.name, OrgUnit.code))


def _person(found: list[Any]) -> dict[str, str]:
    nip, person, unit = found
    return {"nip": nip, "name": full_name(person.name, person.title_before, person.title_after), "unit_name": unit}


def _offers(statement: Select[*tuple[Any, ...]], chosen: OfferFilter) -> Select[*tuple[Any, ...]]:
    statement = _joined(statement, Assignment, chosen.unit_ids)
    if chosen.response:
        waits = chosen.response == "menunggu"
        statement = statement.where(Assignment.response.is_(None) if waits else Assignment.response == chosen.response)
    for word in chosen.text.split():
        told = func.lower(Assignment.name).contains(word.lower(), autoescape=True)
        statement = statement.where(or_(_named(word), told))
    return statement


def _leaves(statement: Select[*tuple[Any, ...]], chosen: LeaveFilter) -> Select[*tuple[Any, ...]]:
    statement = _joined(statement, LeavePeriod, chosen.unit_ids)
    if chosen.kind:
        statement = statement.where(LeavePeriod.kind == chosen.kind)
    if chosen.state == ONGOING:
        lasts = or_(LeavePeriod.ends.is_(None), LeavePeriod.ends >= chosen.today)
        statement = statement.where(LeavePeriod.starts <= chosen.today, lasts)
    elif chosen.state == ENDED:
        statement = statement.where(LeavePeriod.ends < chosen.today)
    for word in chosen.text.split():
        statement = statement.where(_named(word))
    return statement


def _named(word: str) -> ColumnElement[bool]:
    named = func.lower(OfficialRecord.name).contains(word.lower(), autoescape=True)
    return or_(named, Official.nip.contains(word, autoescape=True))


def _ordered(statement: Select[*tuple[Any, ...]], first: Any, order: str, last: Any) -> Select[*tuple[Any, ...]]:
    column = OfficialRecord.name if first is None else first
    return statement.order_by(column.desc() if order.startswith("-") else column.asc(), OfficialRecord.name, last)


def _joined(
    statement: Select[*tuple[Any, ...]], model: Any, unit_ids: frozenset[int] | None
) -> Select[*tuple[Any, ...]]:
    statement = (
        statement.select_from(model)
        .join(Official, Official.id == model.official_id)
        .join(OfficialRecord, (OfficialRecord.official_id == model.official_id) & known(OfficialRecord))
        .join(OrgUnit, OrgUnit.id == OfficialRecord.unit_id)
        .outerjoin(OrgUnitRecord, (OrgUnitRecord.unit_id == OrgUnit.id) & known(OrgUnitRecord))
        .where(known(model))
    )
    if unit_ids is not None:
        statement = statement.where(OfficialRecord.unit_id.in_(sorted(unit_ids)))
    return statement
