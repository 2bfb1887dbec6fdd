"""Who has learnt how much in a year: the city by unit, a unit by person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Subquery, and_, case, func, select, type_coerce
from sqlalchemy.orm import Session

from merit.db import MICRO, known
from merit.people.models import Official, OfficialRecord
from merit.people.queries.officials import full_name
from merit.people.queries.units import Unit, UnitTree
from merit.training.domain.duty import DUTY_HOURS
from merit.training.models.records import TrainingRecord

EXEMPT = "PPPK"
DUTY_SHOWS = ("short", "met", "exempt")


@dataclass(frozen=True, slots=True)
class DutyCount:
    """Of a group: those bound by the duty, those of them who met it, their hours; PPPK and theirs beside."""

    bound: int = 0
    met: int = 0
    hours: Decimal = Decimal(0)
    exempt: int = 0
    exempt_hours: Decimal = Decimal(0)

    def __add__(self, other: DutyCount) -> DutyCount:
        """Return both groups as one."""
        return DutyCount(
            self.bound + other.bound,
            self.met + other.met,
            self.hours + other.hours,
            self.exempt + other.exempt,
            self.exempt_hours + other.exempt_hours,
        )

    @property
    def share(self) -> float | None:
        """Share of the bound who met the duty (0-1), None where nobody is bound."""
        return self.met / self.bound if self.bound else None

    @property
    def mean(self) -> float | None:
        """Mean hours of the bound, None where nobody is."""
        return float(self.hours) / self.bound if self.bound else None

    @property
    def exempt_mean(self) -> float | None:
        """Mean hours of the PPPK, None where there is none."""
        return float(self.exempt_hours) / self.exempt if self.exempt else None


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyLine:
    """One official's hours of a year; ``is_bound`` is false for PPPK, whose few hours are never held against them."""

    official_id: int
    nip: str
    name: str
    employment: str
    unit_id: int
    hours: Decimal
    trainings: int

    @property
    def is_bound(self) -> bool:
        """Whether the yearly duty binds the official."""
        return self.employment != EXEMPT

    @property
    def short(self) -> Decimal:
        """Hours that are missing to the duty."""
        return max(Decimal(DUTY_HOURS) - self.hours, Decimal(0)) if self.is_bound else Decimal(0)


def count_by_unit(session: Session, year: int) -> dict[int, DutyCount]:
    """Return the counts of each unit itself, descendants not included, in one select."""
    hours = _hours(year)
    own = func.coalesce(hours.c.hours, 0)
    bound = OfficialRecord.employment != EXEMPT
    statement = (
        select(
            OfficialRecord.unit_id,
            func.sum(case((bound, 1), else_=0)),
            func.sum(case((and_(bound, own >= DUTY_HOURS * MICRO), 1), else_=0)),
            func.sum(case((bound, own), else_=0)),
            func.sum(case((bound, 0), else_=1)),
            func.sum(case((bound, 0), else_=own)),
        )
        .outerjoin(hours, hours.c.official_id == OfficialRecord.official_id)
        .where(known(OfficialRecord))
        .group_by(OfficialRecord.unit_id)
    )
    return {
        row[0]: DutyCount(int(row[1]), int(row[2]), _decimal(row[3]), int(row[4]), _decimal(row[5]))
        for row in session.execute(statement)
    }


def total_by_unit(tree: UnitTree, own: dict[int, DutyCount]) -> dict[int, DutyCount]:
    """Return the counts of each unit with everything below it."""
    totals = {unit_id: own.get(unit_id, DutyCount()) for unit_id in tree.by_id}
    for _depth, unit in reversed(list(tree.walk())):
        if unit.parent_id in totals:
            totals[unit.parent_id] += totals[unit.id]
    return totals


def together(counts: Iterable[DutyCount]) -> DutyCount:
    """Return groups as one."""
    return sum(counts, DutyCount())


def children_of(tree: UnitTree, unit: Unit | None) -> tuple[Unit, ...]:
    """Return the units directly below one, or the topmost."""
    return tree.children.get(None if unit is None else unit.id, ())


def count_people(session: Session, year: int, unit_ids: Collection[int], show: str = "") -> int:
    """Return how many officials of the units a choice leaves."""
    inner = _people(year, unit_ids, show).with_only_columns(OfficialRecord.id).subquery()
    return session.scalar(select(func.count()).select_from(inner)) or 0


def list_people(
    session: Session, year: int, unit_ids: Collection[int], show: str = "", *, limit: int | None = None, offset: int = 0
) -> list[DutyLine]:
    """Return officials of the units with their hours, those with the fewest first."""
    statement = _people(year, unit_ids, show)
    rows = session.execute(statement.order_by("hours", OfficialRecord.name, Official.id).limit(limit).offset(offset))
    return [
        DutyLine(
            official_id=row[0],
            nip=row[1],
            name=full_name(row[2], row[3], row[4]),
            employment=row[5],
            unit_id=row[6],
            hours=_decimal(row[7]),
            trainings=row[8],
        )
        for row in rows
    ]


def _people(year: int, unit_ids: Collection[int], show: str) -> Any:
    hours = _hours(year)
    own = func.coalesce(hours.c.hours, 0)
    statement = (
        select(
            Official.id,
            Official.nip,
            OfficialRecord.name,
            OfficialRecord.title_before,
            OfficialRecord.title_after,
            OfficialRecord.employment,
            OfficialRecord.unit_id,
            own.label("hours"),
            func.coalesce(hours.c.trainings, 0),
        )
        .join(OfficialRecord, OfficialRecord.official_id == Official.id)
        .outerjoin(hours, hours.c.official_id == Official.id)
        .where(known(OfficialRecord), OfficialRecord.unit_id.in_(unit_ids))
    )
    bound = OfficialRecord.employment != EXEMPT
    conditions = {
        "short": and_(bound, own < DUTY_HOURS * MICRO),
        "met": and_(bound, own >= DUTY_HOURS * MICRO),
        "exempt": OfficialRecord.employment == EXEMPT,
    }
    return statement.where(conditions[show]) if show else statement


def _hours(year: int) -> Subquery:
    """Return the hours and trainings by official of a year; a training counts in the year it ends."""
    return (
        select(
            TrainingRecord.official_id,
            func.sum(type_coerce(TrainingRecord.learning_hours, BigInteger)).label("hours"),
            func.count().label("trainings"),
        )
        .where(known(TrainingRecord), TrainingRecord.ends.between(dt.date(year, 1, 1), dt.date(year, 12, 31)))
        .group_by(TrainingRecord.official_id)
        .subquery()
    )


def _decimal(micros: Any) -> Decimal:
    return Decimal(int(micros)) / MICRO
