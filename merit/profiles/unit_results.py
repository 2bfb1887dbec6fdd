"""Results of units before and after a class: complaints closed in time, satisfaction, agreement; never a proof."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from statistics import fmean
from typing import Any

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from merit.bulk import ordinal, read_columns
from merit.db import known
from merit.people.domain import add_months
from merit.people.queries.units import UnitTree, count_officials
from merit.performance.domain import add_working_days, judge_closing
from merit.performance.domain.cycle import cycle_period
from merit.performance.domain.shares import wilson
from merit.performance.domain.unit_agreement import HIGHEST, achieved_percent
from merit.performance.models import COMPLAINT_KINDS, AgreementTarget, Complaint, SatisfactionSurvey
from merit.performance.queries.holidays import load_workdays
from merit.reference import load_complaint_deadlines
from merit.training.domain.states import HOLDS_PLACE, ClassState
from merit.training.domain.unit_change import Change, difference, mean_change
from merit.training.models.classes import Enrolment, TrainingClass

INDICATORS = ("complaints", "satisfaction", "agreement")
MONTHS = (3, 6, 12)
_LONGEST_YEARS = 2
_DECEMBER = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure of a unit in one window: percent or index, of how many cases, its 95 % interval where there is one."""

    value: float
    n: int
    low: float | None = None
    high: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitLine:
    """A unit with participants: how many of its staff, and per indicator the figure before and after."""

    unit_id: int
    code: str
    name: str
    participants: int
    staff: int
    figures: Mapping[str, tuple[Figure | None, Figure | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorChange:
    """How an indicator changed in units with participants, in like units without, and the difference."""

    indicator: str
    inside: Change | None
    beside: Change | None
    difference: Change | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Windows:
    """The days compared; ``until`` may be cut off by today."""

    since: dt.date
    starts: dt.date
    ends: dt.date
    until: dt.date
    is_complete: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitResults:
    """What units came to around a class; ``lines`` hold the actor's units only, ``changes`` all of them."""

    windows: Windows
    lines: tuple[UnitLine, ...]
    changes: tuple[IndicatorChange, ...]
    hidden: int


def windows_of(course: TrainingClass, months: int, today: dt.date) -> Windows:
    """Return the windows: so many months before the first day and after the last."""
    end = add_months(course.ends, months)
    return Windows(
        since=add_months(course.starts, -months),
        starts=course.starts,
        ends=course.ends,
        until=min(end, today),
        is_complete=end <= today,
    )


def unit_results(
    session: Session,
    tree: UnitTree,
    course: TrainingClass,
    *,
    months: int,
    today: dt.date,
    within: Collection[int] | None,
) -> UnitResults:
    """Return the figures around a class; ``tree`` holds all units, ``within`` those the reader may see by name."""
    windows = windows_of(course, months, today)
    participants = _participants(session, TrainingClass.id == course.id)
    trained = _trained(session, course, windows)
    kinds = {tree.by_id[unit].kind for unit in participants if unit in tree.by_id}
    beside = {unit.id for unit in tree.by_id.values() if unit.kind in kinds and unit.id not in trained}
    found = {
        "complaints": _complaints(session, windows, today),
        "satisfaction": _satisfaction(session, windows),
        "agreement": _agreement(session, windows),
    }
    staff = count_officials(session)
    shown = [unit for unit in participants if unit in tree.by_id and (within is None or unit in within)]
    lines = [
        UnitLine(
            unit_id=unit,
            code=tree.by_id[unit].code,
            name=tree.by_id[unit].name,
            participants=participants[unit],
            staff=staff.get(unit, 0),
            figures={name: found[name].get(unit, (None, None)) for name in INDICATORS},
        )
        for unit in shown
    ]
    changes = []
    for name in INDICATORS:
        inside, other = _changes(found[name], participants), _changes(found[name], beside)
        changes.append(
            IndicatorChange(
                indicator=name,
                inside=mean_change(inside),
                beside=mean_change(other),
                difference=difference(inside, other),
            )
        )
    return UnitResults(
        windows=windows,
        lines=tuple(sorted(lines, key=lambda line: (line.name, line.code))),
        changes=tuple(changes),
        hidden=len(participants) - len(shown),
    )


Pairs = dict[int, tuple[Figure | None, Figure | None]]


def _changes(found: Pairs, units: Collection[int]) -> list[float]:
    pairs = [found[unit] for unit in units if unit in found]
    return [after.value - before.value for before, after in pairs if before is not None and after is not None]


def _participants(session: Session, condition: Any) -> dict[int, int]:
    statement = (
        select(Enrolment.unit_id, func.count(Enrolment.official_id.distinct()))
        .join(TrainingClass, TrainingClass.id == Enrolment.class_id)
        .where(condition, Enrolment.state.in_(tuple(sorted(HOLDS_PLACE))))
        .group_by(Enrolment.unit_id)
    )
    return {unit: int(count) for unit, count in session.execute(statement)}


def _trained(session: Session, course: TrainingClass, windows: Windows) -> set[int]:
    """Return units with participants in any class of the same programme that touches the windows."""
    same = (
        (TrainingClass.programme_id == course.programme_id)
        & (TrainingClass.state != ClassState.CANCELLED)
        & (TrainingClass.starts <= windows.until)
        & (TrainingClass.ends >= windows.since)
    )
    return set(_participants(session, same)) | set(_participants(session, TrainingClass.id == course.id))


def _complaints(session: Session, windows: Windows, today: dt.date) -> Pairs:
    """Return per unit the percent closed in time of the complaints received in each window, with Wilson's interval."""
    found = read_columns(
        session,
        select(
            Complaint.unit_id,
            ordinal(Complaint.kind, COMPLAINT_KINDS).label("kind"),
            Complaint.received,
            Complaint.closed,
            Complaint.reopened,
        ).where(known(Complaint), Complaint.received >= windows.since, Complaint.received <= windows.until),
    )
    workdays = load_workdays(session, windows.since.year, windows.until.year + _LONGEST_YEARS)
    allowed = np.array([load_complaint_deadlines()[kind] for kind in COMPLAINT_KINDS])
    counts, good = judge_closing(
        closed=found["closed"],
        reopened=found["reopened"],
        deadline=add_working_days(found["received"], allowed[found["kind"]], workdays),
        as_of=np.datetime64(today, "D"),
    )
    before = found["received"] < np.datetime64(windows.starts, "D")
    after = found["received"] > np.datetime64(windows.ends, "D")

    def figure(chosen: Any) -> Figure | None:
        share = wilson(int((chosen & counts & good).sum()), int((chosen & counts).sum()))
        if share.value is None:
            return None
        return Figure(value=share.value * 100, n=share.total, low=_percent(share.low), high=_percent(share.high))

    return {
        unit: (figure(before & (found["unit_id"] == unit)), figure(after & (found["unit_id"] == unit)))
        for unit in np.unique(found["unit_id"]).tolist()
    }


def _percent(value: float | None) -> float | None:
    return None if value is None else value * 100


def _satisfaction(session: Session, windows: Windows) -> Pairs:
    """Return per unit the newest survey that ended before the class and the first that began after it."""
    found: dict[int, list[tuple[dt.date, dt.date, Figure]]] = {}
    for row in session.scalars(select(SatisfactionSurvey).where(known(SatisfactionSurvey))):
        first, last = survey_days(row.period)
        found.setdefault(row.unit_id, []).append((first, last, _survey(row)))
    return {
        unit: (
            max(((last, one) for _first, last, one in rows if last < windows.starts), default=(None, None), key=_day)[
                1
            ],
            min(((first, one) for first, _last, one in rows if first > windows.ends), default=(None, None), key=_day)[
                1
            ],
        )
        for unit, rows in found.items()
    }


def _day(pair: tuple[Any, Any]) -> Any:
    return pair[0]


def _survey(row: SatisfactionSurvey) -> Figure:
    score, n = float(row.score), row.respondents or 0
    if row.deviation is None or not n:
        return Figure(value=score, n=n, note=row.period)
    half = 1.96 * float(row.deviation) / n**0.5
    return Figure(value=score, n=n, low=score - half, high=score + half, note=row.period)


def survey_days(period: str) -> tuple[dt.date, dt.date]:
    """Return the first and last day of a survey's period, ``2026`` or ``2026-03``."""
    year, _dash, month = period.partition("-")
    first = dt.date(int(year), int(month or 1), 1)
    return first, add_months(dt.date(int(year), int(month or _DECEMBER), 1), 1) - dt.timedelta(days=1)


def _agreement(session: Session, windows: Windows) -> Pairs:
    """Return per unit the mean achievement of its indicators in quarters wholly before and wholly after the class."""
    sums: dict[tuple[int, int], list[float]] = {}
    quarters: dict[tuple[int, int], set[str]] = {}
    statement = select(AgreementTarget).where(
        known(AgreementTarget), AgreementTarget.year.between(windows.since.year, windows.until.year)
    )
    for row in session.scalars(statement):
        first, last = cycle_period(row.year, row.quarter)
        if windows.since <= first and last < windows.starts:
            side = 0
        elif windows.ends < first and last <= windows.until:
            side = 1
        else:
            continue
        percent = achieved_percent(row.target, row.realised, lower_is_better=bool(row.lower_is_better))
        if percent is not None:
            sums.setdefault((row.unit_id, side), []).append(float(min(percent, Decimal(HIGHEST))))
            quarters.setdefault((row.unit_id, side), set()).add(f"{row.year} T{row.quarter}")

    def figure(unit: int, side: int) -> Figure | None:
        values = sums.get((unit, side))
        if not values:
            return None
        return Figure(value=fmean(values), n=len(values), note=", ".join(sorted(quarters[unit, side])))

    return {unit: (figure(unit, 0), figure(unit, 1)) for unit, _side in sums}
