"""Selects of appraisal cycles: sheets with names, progress of units, what waits for whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, func, or_, select
from sqlalchemy.orm import Session, aliased

from merit.accounts.models import User
from merit.db import known
from merit.errors import NotFoundError
from merit.people.models import Official, OfficialRecord, OrgUnit, OrgUnitRecord
from merit.people.queries.officials import full_name
from merit.performance.domain.cycle import SheetState
from merit.performance.models import AppraisalCycle, AppraisalSheet, AppraisalStep, UnitResult
from merit.security.permissions import Actor

PAGE_SIZE = 25
ORDERS = ("nama", "unit", "keadaan", "predikat")

_assessor = aliased(OfficialRecord)
_reviewer = aliased(OfficialRecord)


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetFilter:
    """What the list of sheets is narrowed to; ``unit_ids`` None means all units."""

    cycle_id: int = 0
    text: str = ""
    unit_ids: frozenset[int] | None = None
    state: str = ""
    predicate: int = 0
    unassigned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRow:
    """A sheet with the people behind the numbers."""

    id: int
    cycle_id: int
    year: int
    quarter: int
    due: dt.date
    is_closed: bool
    official_id: int
    nip: str
    name: str
    unit_id: int
    unit_code: str
    unit_name: str
    assessor_id: int | None
    assessor: str
    reviewer_id: int | None
    reviewer: str
    state: str
    result_rating: int | None
    behaviour_rating: int | None
    predicate: int | None
    handed_over: dt.date | None
    fact_id: int | None
    row_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRow:
    """One step of a sheet."""

    step: str
    result_rating: int | None
    behaviour_rating: int | None
    text: str
    by: str
    at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far one unit is: officials by state, and those nobody is chosen to appraise."""

    unit_id: int
    unit_code: str
    unit_name: str
    total: int
    waiting: int
    rated: int
    objected: int
    final: int
    unassigned: int


def list_cycles(session: Session) -> list[AppraisalCycle]:
    """Return the cycles, newest first; of one year the whole year before its quarters."""
    order = (AppraisalCycle.year.desc(), AppraisalCycle.quarter)
    return list(session.scalars(select(AppraisalCycle).order_by(*order)))


def get_cycle(session: Session, cycle_id: int) -> AppraisalCycle:
    """Return a cycle; raise :class:`NotFoundError`."""
    cycle = session.get(AppraisalCycle, cycle_id)
    if cycle is None:
        raise NotFoundError("appraisal-cycle-unknown")
    return cycle


def count_sheets(session: Session, chosen: SheetFilter) -> int:
    """Return how many sheets the filter leaves."""
    statement = select(func.count(AppraisalSheet.id))
    if chosen.text:
        statement = _named(statement)
    return session.scalar(_narrowed(statement, chosen)) or 0


def list_sheets(
    session: Session, chosen: SheetFilter, *, order: str = "nama", limit: int | None = None, offset: int = 0
) -> list[SheetRow]:
    """Return sheets with names as known now; one page is found first by what narrows and orders it alone."""
    if limit is None:
        return [_row(row) for row in session.execute(_narrowed(_columns(), chosen).order_by(*_order(order)))]
    wanted = _named(select(AppraisalSheet.id))
    if order.removeprefix("-") == "unit":
        wanted = wanted.outerjoin(
            OrgUnitRecord, (OrgUnitRecord.unit_id == AppraisalSheet.unit_id) & known(OrgUnitRecord)
        )
    ids = session.scalars(_narrowed(wanted, chosen).order_by(*_order(order)).limit(limit).offset(offset)).all()
    found = {row[0].id: _row(row) for row in session.execute(_columns().where(AppraisalSheet.id.in_(ids)))}
    return [found[sheet_id] for sheet_id in ids]


def get_sheet_row(session: Session, sheet_id: int) -> SheetRow:
    """Return one sheet whatever the reader may see of it; raise :class:`NotFoundError`."""
    row = session.execute(_columns().where(AppraisalSheet.id == sheet_id)).one_or_none()
    if row is None:
        raise NotFoundError("appraisal-sheet-unknown")
    return _row(row)


def get_sheet_in_scope(session: Session, actor: Actor, sheet_id: int) -> SheetRow:
    """Return a sheet of the units the actor reaches; raise :class:`NotFoundError`."""
    row = get_sheet_row(session, sheet_id)
    if actor.unit_ids is not None and row.unit_id not in actor.unit_ids:
        raise NotFoundError("appraisal-sheet-unknown")
    return row


def list_own(session: Session, official_id: int, part: str) -> list[SheetRow]:
    """Return the sheets in which somebody is the ``self``, the ``assessor`` or the ``reviewer``, newest first."""
    column = {
        "self": AppraisalSheet.official_id,
        "assessor": AppraisalSheet.assessor_id,
        "reviewer": AppraisalSheet.reviewer_id,
    }[part]
    order = (AppraisalCycle.year.desc(), AppraisalCycle.quarter, *_order("nama"))
    statement = _columns().where(column == official_id).order_by(*order)
    if part == "reviewer":
        statement = statement.where(AppraisalSheet.state == SheetState.OBJECTED.value)
    return [_row(row) for row in session.execute(statement)]


def list_steps(session: Session, sheet_id: int) -> list[StepRow]:
    """Return what was done to a sheet, oldest first."""
    rows = session.execute(
        select(AppraisalStep, User.name)
        .outerjoin(User, User.id == AppraisalStep.by_id)
        .where(AppraisalStep.sheet_id == sheet_id)
        .order_by(AppraisalStep.id)
    )
    return [
        StepRow(
            step=step.step,
            result_rating=step.result_rating,
            behaviour_rating=step.behaviour_rating,
            text=step.text,
            by=name or "",
            at=step.at,
        )
        for step, name in rows
    ]


def list_progress(session: Session, cycle_id: int, unit_ids: Collection[int] | None) -> list[Progress]:
    """Return how far every unit is that has sheets, by name."""
    sheet = AppraisalSheet
    conditions: list[ColumnElement[bool]] = [sheet.cycle_id == cycle_id]
    if unit_ids is not None:
        conditions.append(sheet.unit_id.in_(sorted(unit_ids)))
    tally = select(sheet.unit_id, sheet.state, func.count()).where(*conditions).group_by(sheet.unit_id, sheet.state)
    states: dict[int, dict[str, int]] = {}
    for unit_id, state, count in session.execute(tally):
        states.setdefault(unit_id, {})[state] = count
    open_ones = select(sheet.unit_id, func.count()).where(*conditions, sheet.assessor_id.is_(None))
    unassigned = dict(session.execute(open_ones.group_by(sheet.unit_id)).all())
    units = session.execute(
        select(OrgUnit.id, OrgUnit.code, func.coalesce(OrgUnitRecord.name, OrgUnit.code).label("name"))
        .outerjoin(OrgUnitRecord, (OrgUnitRecord.unit_id == OrgUnit.id) & known(OrgUnitRecord))
        .order_by(func.coalesce(OrgUnitRecord.name, OrgUnit.code), OrgUnit.id)
    )
    return [
        Progress(
            unit_id=unit.id,
            unit_code=unit.code,
            unit_name=unit.name,
            total=sum(states[unit.id].values()),
            **{state.value: states[unit.id].get(state.value, 0) for state in SheetState},
            unassigned=unassigned.get(unit.id, 0),
        )
        for unit in units
        if unit.id in states
    ]


def count_predicates(session: Session, cycle_id: int, unit_ids: Collection[int] | None) -> dict[int, int]:
    """Return how many officials are rated with each predicate."""
    sheet = AppraisalSheet
    statement = select(sheet.predicate, func.count()).where(sheet.cycle_id == cycle_id, sheet.predicate.is_not(None))
    if unit_ids is not None:
        statement = statement.where(sheet.unit_id.in_(sorted(unit_ids)))
    rows = session.execute(statement.group_by(sheet.predicate))
    return {predicate: count for predicate, count in rows if predicate is not None}


def find_unit_predicate(session: Session, path: Sequence[int], year: int) -> tuple[int, str] | None:
    """Return the nearest unit up the path (root first) with a predicate of the year, and that predicate."""
    statement = select(UnitResult.unit_id, UnitResult.predicate).where(
        known(UnitResult), UnitResult.year == year, UnitResult.unit_id.in_(path), UnitResult.predicate.is_not(None)
    )
    found = dict(session.execute(statement).all())
    return next(((unit_id, found[unit_id] or "") for unit_id in reversed(path) if unit_id in found), None)


def _columns() -> Select[*tuple[Any, ...]]:
    return _joined(
        select(
            AppraisalSheet,
            AppraisalCycle,
            Official.nip,
            OfficialRecord,
            OrgUnit.code,
            func.coalesce(OrgUnitRecord.name, OrgUnit.code),
            _assessor,
            _reviewer,
        )
    )


def _joined(statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    sheet = AppraisalSheet
    return (
        statement.select_from(sheet)
        .join(AppraisalCycle, AppraisalCycle.id == sheet.cycle_id)
        .join(Official, Official.id == sheet.official_id)
        .outerjoin(OfficialRecord, (OfficialRecord.official_id == sheet.official_id) & known(OfficialRecord))
        .join(OrgUnit, OrgUnit.id == sheet.unit_id)
        .outerjoin(OrgUnitRecord, (OrgUnitRecord.unit_id == OrgUnit.id) & known(OrgUnitRecord))
        .outerjoin(_assessor, (_assessor.official_id == sheet.assessor_id) & _assessor.superseded_at.is_(None))
        .outerjoin(_reviewer, (_reviewer.official_id == sheet.reviewer_id) & _reviewer.superseded_at.is_(None))
    )


def _named(statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Join only the person: enough to search and to order."""
    return statement.join(Official, Official.id == AppraisalSheet.official_id).join(
        OfficialRecord, (OfficialRecord.official_id == AppraisalSheet.official_id) & known(OfficialRecord)
    )


def _narrowed(statement: Select[*tuple[Any, ...]], chosen: SheetFilter) -> Select[*tuple[Any, ...]]:
    sheet = AppraisalSheet
    conditions: list[ColumnElement[bool]] = [sheet.cycle_id == chosen.cycle_id]
    if chosen.unit_ids is not None:
        conditions.append(sheet.unit_id.in_(sorted(chosen.unit_ids)))
    if chosen.state:
        conditions.append(sheet.state == chosen.state)
    if chosen.predicate:
        conditions.append(sheet.predicate == chosen.predicate)
    if chosen.unassigned:
        conditions.append(sheet.assessor_id.is_(None))
    for word in chosen.text.split():
        named = func.lower(OfficialRecord.name).contains(word.lower(), autoescape=True)
        conditions.append(or_(named, Official.nip.contains(word, autoescape=True)))
    return statement.where(*conditions)


def _order(order: str) -> list[SQLColumnExpression[Any]]:
    key = order.removeprefix("-")
    first: dict[str, SQLColumnExpression[Any]] = {
        "unit": OrgUnitRecord.name,
        "keadaan": AppraisalSheet.state,
        "predikat": AppraisalSheet.predicate,
    }
    columns = [*([first[key]] if key in first else []), OfficialRecord.name, AppraisalSheet.id]
    return [column.desc() if order.startswith("-") else column.asc() for column in columns]


def _row(found: Any) -> SheetRow:
    sheet, cycle, nip, person, unit_code, unit_name, assessor, reviewer = found
    return SheetRow(
        id=sheet.id,
        cycle_id=cycle.id,
        year=cycle.year,
        quarter=cycle.quarter,
        due=cycle.due,
        is_closed=cycle.closed_at is not None,
        official_id=sheet.official_id,
        nip=nip,
        name=_name(person) or nip,
        unit_id=sheet.unit_id,
        unit_code=unit_code,
        unit_name=unit_name,
        assessor_id=sheet.assessor_id,
        assessor=_name(assessor),
        reviewer_id=sheet.reviewer_id,
        reviewer=_name(reviewer),
        state=sheet.state,
        result_rating=sheet.result_rating,
        behaviour_rating=sheet.behaviour_rating,
        predicate=sheet.predicate,
        handed_over=sheet.handed_over,
        fact_id=sheet.fact_id,
        row_version=sheet.row_version,
    )


def _name(person: OfficialRecord | None) -> str:
    return "" if person is None else full_name(person.name, person.title_before, person.title_after)
