"""Agreements, yearly figures and satisfaction of units, side by side and one by one."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from merit.db import known
from merit.errors import NotFoundError
from merit.exchange.models import ImportBatch
from merit.people.queries.facts import FactRow, known_facts
from merit.people.queries.units import Unit, load_tree
from merit.performance.domain.unit_agreement import Line, YearSoFar, sum_up
from merit.performance.models import AgreementTarget, SatisfactionElement, SatisfactionSurvey, UnitResult
from merit.security.permissions import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """One indicator of an agreement with its rows by quarter."""

    name: str
    measure: str
    source: str
    lower_is_better: bool
    quarters: dict[int, FactRow]


def list_result_years(session: Session) -> list[int]:
    """Return the years of which any unit has figures, newest first."""
    years = session.scalars(select(UnitResult.year).where(known(UnitResult)).distinct())
    return sorted(years, reverse=True)


def list_results_of(session: Session, year: int) -> dict[int, FactRow]:
    """Return the figures of a year by unit."""
    return {row.unit_id: row for row in known_facts(session, UnitResult, UnitResult.year == year)}


def find_result(session: Session, unit_id: int, year: int) -> FactRow | None:
    """Return the figures of one unit and year, None when there are none."""
    rows = known_facts(session, UnitResult, UnitResult.unit_id == unit_id, UnitResult.year == year)
    return rows[0] if rows else None


def list_file_names(session: Session, batches: Collection[int | None]) -> dict[int, str]:
    """Return the names of the files of imports by batch: the source of figures that came in by file."""
    wanted = {batch for batch in batches if batch is not None}
    rows = session.execute(select(ImportBatch.id, ImportBatch.file_name).where(ImportBatch.id.in_(sorted(wanted))))
    return {row.id: row.file_name for row in rows}


def list_agreement_years(session: Session, unit_id: int) -> list[int]:
    """Return the years of a unit's agreements, newest first."""
    years = session.scalars(
        select(AgreementTarget.year).where(known(AgreementTarget), AgreementTarget.unit_id == unit_id).distinct()
    )
    return sorted(years, reverse=True)


def list_indicators(session: Session, unit_id: int, year: int) -> list[Indicator]:
    """Return the indicators of a year's agreement by name, each with its quarters."""
    model = AgreementTarget
    rows = known_facts(
        session, model, model.unit_id == unit_id, model.year == year, order=[model.indicator, model.quarter]
    )
    grouped: dict[str, dict[int, FactRow]] = {}
    for row in rows:
        grouped.setdefault(row.indicator, {})[row.quarter] = row
    return [_indicator(name, quarters) for name, quarters in grouped.items()]


def find_indicator(session: Session, unit_id: int, year: int, name: str) -> Indicator | None:
    """Return one indicator of a year's agreement, None when there is none."""
    return next((found for found in list_indicators(session, unit_id, year) if found.name == name), None)


def get_target(session: Session, target_id: int) -> FactRow:
    """Return one indicator in one quarter as known now; raise :class:`NotFoundError`."""
    rows = known_facts(session, AgreementTarget, AgreementTarget.id == target_id)
    if not rows:
        raise NotFoundError("agreement-target-not-found")
    return rows[0]


def year_so_far(indicators: Collection[Indicator]) -> YearSoFar:
    """Return what the quarters reported so far say about the year."""
    return sum_up(line_of(row) for indicator in indicators for row in indicator.quarters.values())


def line_of(row: FactRow) -> Line:
    """Return what the rules need of a row."""
    return Line(
        indicator=row.indicator,
        quarter=row.quarter,
        target=row.target,
        realised=row.realised,
        lower_is_better=bool(row.lower_is_better),
    )


def newest_surveys(session: Session) -> dict[int, FactRow]:
    """Return the newest satisfaction survey of every unit; of December and the whole year the year is taken."""
    found: dict[int, FactRow] = {}
    for row in known_facts(session, SatisfactionSurvey):
        standing = found.get(row.unit_id)
        if standing is None or period_key(row.period) > period_key(standing.period):
            found[row.unit_id] = row
    return found


SURVEY_ORDERS = ("unit", "periode", "skm", "responden")


def list_newest(session: Session, actor: Actor, *, text: str = "", order: str = "") -> list[tuple[Unit, FactRow]]:
    """Return the newest survey of every unit within reach that a search leaves, lowest index first by default."""
    surveys, words = newest_surveys(session), text.lower().split()
    found = [
        (unit, surveys[unit.id])
        for _depth, unit in load_tree(session, actor).walk()
        if unit.id in surveys and all(word in f"{unit.name} {unit.code}".lower() for word in words)
    ]
    keys: dict[str, Callable[[tuple[Unit, FactRow]], Any]] = {
        "unit": lambda item: item[0].name.lower(),
        "periode": lambda item: period_key(item[1].period),
        "responden": lambda item: item[1].respondents or 0,
    }
    found.sort(key=lambda item: (item[0].name.lower(), item[0].code))
    key = keys.get(order.removeprefix("-"), lambda item: item[1].score)
    return sorted(found, key=key, reverse=order.startswith("-"))


def find_survey(session: Session, unit_id: int, period: str) -> FactRow | None:
    """Return the survey of a unit and period, None when there is none."""
    model = SatisfactionSurvey
    rows = known_facts(session, model, model.unit_id == unit_id, model.period == period)
    return rows[0] if rows else None


def element_means(session: Session, unit_id: int) -> dict[str, dict[str, Decimal]]:
    """Return the element means of a unit's surveys by period."""
    found: dict[str, dict[str, Decimal]] = {}
    for row in known_facts(session, SatisfactionElement, SatisfactionElement.unit_id == unit_id):
        found.setdefault(row.period, {})[row.element] = row.mean
    return found


def count_agreements(session: Session, year: int) -> dict[int, int]:
    """Return how many indicators each unit's agreement of a year has."""
    model = AgreementTarget
    rows = session.execute(
        select(model.unit_id, func.count(model.indicator.distinct()))
        .where(known(model), model.year == year)
        .group_by(model.unit_id)
    )
    return {row[0]: row[1] for row in rows}


def period_key(period: str) -> tuple[str, str]:
    """Return what orders periods: a year stands after its last month."""
    year, _, month = period.partition("-")
    return year, month or "13"


def _indicator(name: str, quarters: dict[int, FactRow]) -> Indicator:
    newest = quarters[max(quarters)]
    return Indicator(
        name=name,
        measure=newest.measure,
        source=newest.source,
        lower_is_better=bool(newest.lower_is_better),
        quarters=quarters,
    )
