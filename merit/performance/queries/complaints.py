"""Lists of complaints, their age, and the shares handled in time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, SQLColumnExpression, and_, func, not_, or_, select
from sqlalchemy.orm import Session

from merit.bulk import ordinal, read_columns
from merit.db import known
from merit.errors import NotFoundError
from merit.evidence import BoolArray
from merit.people.models import OrgUnitRecord
from merit.people.queries.facts import FactRow, known_facts
from merit.performance.domain import add_working_days, judge_answer, judge_closing
from merit.performance.domain.complaints import Age, Case, measure_ages
from merit.performance.domain.shares import Share, wilson
from merit.performance.models import COMPLAINT_KINDS, Complaint
from merit.performance.queries.holidays import load_workdays
from merit.reference import load_complaint_deadlines

PAGE_SIZE = 50
ORDERS = ("nomor", "unit", "diterima", "ditanggapi", "ditutup")
AGE_ORDERS = ("sisa", "umur", "nomor", "unit", "diterima")
ANSWER_DAYS = 1  # working days for the first answer on a digital channel, as policies take it by default
DIGITAL = ("digital", "SP4N-LAPOR")
NEVER = dt.date.max  # what has not happened stands after what has
_LONGEST_YEARS = 2  # a deadline of 60 working days may end in the next year


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintFilter:
    """What narrows a list of complaints; ``unit_ids`` None means all units."""

    unit_ids: frozenset[int] | None = None
    kind: str = ""
    channel: str = ""
    state: str = ""
    year: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenComplaint:
    """An open complaint with its age."""

    row: FactRow
    age: Age


@dataclass(frozen=True, slots=True, kw_only=True)
class KindShare:
    """How many complaints of a class were closed in time."""

    kind: str
    days: int
    share: Share


@dataclass(frozen=True, slots=True, kw_only=True)
class Handling:
    """Shares of the complaints received from ``since`` to the day before ``until``."""

    since: dt.date
    until: dt.date
    closing: Share
    answering: Share
    kinds: list[KindShare]


def list_complaints(
    session: Session, chosen: ComplaintFilter, *, page: int = 0, order: str = "-diterima"
) -> list[FactRow]:
    """Return complaints in an order (:data:`ORDERS`), newest first by default: one page, or all for page 0."""
    columns = Complaint.__table__.columns
    statement = select(*columns).where(*_conditions(chosen)).order_by(*_order(order))
    if page:
        statement = statement.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
    return list(session.execute(statement))


def count_complaints(session: Session, chosen: ComplaintFilter) -> int:
    """Return how many complaints the filter leaves."""
    return session.scalar(select(func.count()).select_from(Complaint).where(*_conditions(chosen))) or 0


def list_years(session: Session) -> list[int]:
    """Return the years in which complaints were received, newest first."""
    first, last = session.execute(
        select(func.min(Complaint.received), func.max(Complaint.received)).where(known(Complaint))
    ).one()
    return [] if first is None else list(range(last.year, first.year - 1, -1))


def get_complaint(session: Session, number: str) -> FactRow:
    """Return a complaint as known now; raise :class:`NotFoundError`."""
    rows = known_facts(session, Complaint, Complaint.number == number)
    if not rows:
        raise NotFoundError("complaint-not-found")
    return rows[0]


def case_of(row: Any) -> Case:
    """Return the dates of a row."""
    return Case(received=row.received, answered=row.answered, closed=row.closed, reopened=row.reopened)


def list_open(
    session: Session, unit_ids: Collection[int] | None, today: dt.date, *, order: str = ""
) -> list[OpenComplaint]:
    """Return open complaints with their age in an order (:data:`AGE_ORDERS`), fewest working days left first."""
    units = None if unit_ids is None else frozenset(unit_ids)
    rows = list_complaints(session, ComplaintFilter(unit_ids=units, state="open"))
    ages = age_of(session, rows, today)
    found = [OpenComplaint(row=row, age=age) for row, age in zip(rows, ages, strict=True)]
    found.sort(key=lambda item: (item.row.received, item.row.number))
    names = _unit_names(session) if order.removeprefix("-") == "unit" else {}
    keys: dict[str, Callable[[OpenComplaint], Any]] = {
        "umur": lambda item: item.age.days,
        "nomor": lambda item: item.row.number,
        "unit": lambda item: names.get(item.row.unit_id, ""),
        "diterima": lambda item: item.row.received,
    }
    key = keys.get(order.removeprefix("-"), lambda item: item.age.left)
    return sorted(found, key=key, reverse=order.startswith("-"))


def age_of(session: Session, rows: Sequence[FactRow], today: dt.date) -> list[Age]:
    """Return the ages of complaints as if still open."""
    if not rows:
        return []
    received = [row.received for row in rows]
    workdays = load_workdays(session, min(received).year, today.year + _LONGEST_YEARS)
    deadlines = load_complaint_deadlines()
    return measure_ages(received, [deadlines[row.kind] for row in rows], today, workdays)


def measure_handling(
    session: Session, unit_ids: Collection[int] | None, *, since: dt.date, until: dt.date, as_of: dt.date
) -> Handling:
    """Return the shares closed and first answered in time, as seen on ``as_of``.

    The same rule as the indicators: one still open within its deadline is left out, a reopened one is late; first
    answers are counted on digital channels.
    """
    conditions = [known(Complaint), Complaint.received >= since, Complaint.received < until]
    if unit_ids is not None:
        conditions.append(Complaint.unit_id.in_(sorted(unit_ids)))
    found = read_columns(
        session,
        select(
            ordinal(Complaint.kind, COMPLAINT_KINDS).label("kind"),
            func.coalesce(Complaint.channel.in_(DIGITAL), False).label("is_digital"),
            Complaint.received,
            Complaint.answered,
            Complaint.closed,
            Complaint.reopened,
        ).where(*conditions),
    )
    workdays = load_workdays(session, since.year, until.year + _LONGEST_YEARS)
    allowed = [load_complaint_deadlines()[kind] for kind in COMPLAINT_KINDS]
    received, day = found["received"], np.datetime64(as_of, "D")
    counts, good = judge_closing(
        closed=found["closed"],
        reopened=found["reopened"],
        deadline=add_working_days(received, np.array(allowed)[found["kind"]], workdays),
        as_of=day,
    )
    heard, answered = judge_answer(
        answered=found["answered"], deadline=add_working_days(received, ANSWER_DAYS, workdays), as_of=day
    )
    return Handling(
        since=since,
        until=until,
        closing=_share(counts, good),
        answering=_share(heard & found["is_digital"], answered),
        kinds=[
            KindShare(kind=kind, days=allowed[place], share=_share(counts & (found["kind"] == place), good))
            for place, kind in enumerate(COMPLAINT_KINDS)
        ],
    )


def _order(order: str) -> list[SQLColumnExpression[Any]]:
    key = order.removeprefix("-") if order else "diterima"
    columns: dict[str, SQLColumnExpression[Any]] = {
        "nomor": Complaint.number,
        "unit": select(OrgUnitRecord.name)
        .where(known(OrgUnitRecord), OrgUnitRecord.unit_id == Complaint.unit_id)
        .scalar_subquery(),
        "ditanggapi": func.coalesce(Complaint.answered, NEVER),
        "ditutup": func.coalesce(Complaint.closed, NEVER),
    }
    first = columns.get(key, Complaint.received)
    return [first.desc() if order.startswith("-") or not order else first.asc(), Complaint.number]


def _unit_names(session: Session) -> dict[int, str]:
    rows = session.execute(select(OrgUnitRecord.unit_id, OrgUnitRecord.name).where(known(OrgUnitRecord)))
    return {row.unit_id: row.name.lower() for row in rows}


def _share(counts: BoolArray, good: BoolArray) -> Share:
    return wilson(int((counts & good).sum()), int(counts.sum()))


def _conditions(chosen: ComplaintFilter) -> list[ColumnElement[bool]]:
    conditions = [known(Complaint)]
    if chosen.unit_ids is not None:
        conditions.append(Complaint.unit_id.in_(sorted(chosen.unit_ids)))
    if chosen.kind:
        conditions.append(Complaint.kind == chosen.kind)
    if chosen.channel:
        conditions.append(Complaint.channel == chosen.channel)
    if chosen.year:
        first, last = dt.date(chosen.year, 1, 1), dt.date(chosen.year, 12, 31)
        conditions.append(Complaint.received.between(first, last))
    if chosen.text:
        conditions.append(Complaint.number.icontains(chosen.text, autoescape=True))
    return [*conditions, *_state_conditions(chosen.state)]


def _state_conditions(state: str) -> list[ColumnElement[bool]]:
    again = and_(Complaint.reopened.is_not(None), Complaint.closed <= Complaint.reopened)
    is_open = or_(Complaint.closed.is_(None), again)
    by_state: dict[str, list[ColumnElement[bool]]] = {
        "open": [is_open],
        "closed": [Complaint.closed.is_not(None), or_(Complaint.reopened.is_(None), not_(again))],
        "reopened": [is_open, Complaint.reopened.is_not(None)],
        "answered": [Complaint.closed.is_(None), Complaint.reopened.is_(None), Complaint.answered.is_not(None)],
        "waiting": [Complaint.closed.is_(None), Complaint.reopened.is_(None), Complaint.answered.is_(None)],
    }
    return by_state.get(state, [])
