"""What units and the agency record about a unit: agreement, achievement by quarter, yearly figures, satisfaction."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy.orm import Session

from merit import clock
from merit.audit.services import record
from merit.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from merit.performance.domain.awards import AWARDS, load_awards
from merit.performance.domain.satisfaction import SKM_ELEMENTS, index_of, widest_deviation
from merit.performance.domain.unit_agreement import HIGHEST, achieved_percent, find_doubt
from merit.performance.models import AgreementTarget, SatisfactionElement, SatisfactionSurvey, UnitResult
from merit.performance.queries.units import (
    Indicator,
    find_indicator,
    find_result,
    find_survey,
    get_target,
    list_indicators,
)
from merit.performance.services.facts import write_fact
from merit.security.permissions import Actor, Permission, is_granted
from merit.security.policy import reaches_unit

QUARTERS = (1, 2, 3, 4)
MOST_INDICATORS = 100
_PERIOD = re.compile(r"^(19|20|21)\d\d(-(0[1-9]|1[0-2]))?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """An indicator of an agreement with its cumulative targets by quarter."""

    name: str
    measure: str
    source: str
    lower_is_better: bool
    quarters: Mapping[int, Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class YearFigures:
    """The figures of a unit's year; ``sources`` tells for each figure given who measured it and where it stands."""

    achievement: Decimal
    predicate: str | None = None
    awards: Mapping[str, Decimal | None] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """A satisfaction survey: nine element means (1-4), respondents, deviation of their own indices (25-100)."""

    period: str
    means: Mapping[str, Decimal]
    respondents: int
    deviation: Decimal | None = None


def require_unit(actor: Actor, permission: Permission, unit_id: int) -> None:
    """Refuse an actor without the permission, and a unit out of reach as if there were none."""
    if not is_granted(actor, permission):
        raise NotAllowedError
    if not reaches_unit(actor, unit_id):
        raise NotFoundError("unit-not-found")


def record_target(
    session: Session, actor: Actor, *, unit_id: int, year: int, target: Target, seen: int | None = None
) -> None:
    """Record an indicator of a unit's agreement; what was already achieved of it stays.

    ``seen``: :func:`newest_id` of the indicator when the form was opened, 0 for none, None where nobody looked.

    Raises
    ------
    InvalidInputError
        No quarter has a target, a target is not above zero, or the agreement is full.
    ConflictError
        Somebody recorded the indicator since.
    """
    require_unit(actor, Permission.UNIT_RECORD, unit_id)
    name = " ".join(target.name.split())
    if not name or not target.quarters:
        raise InvalidInputError("agreement-target-empty")
    if any(figure <= 0 for figure in target.quarters.values()):
        raise InvalidInputError("agreement-target-not-positive")
    standing = find_indicator(session, unit_id, year, name)
    _refuse_stale(newest_id(standing), seen)
    if standing is None and len(list_indicators(session, unit_id, year)) >= MOST_INDICATORS:
        raise InvalidInputError("agreement-full", maximum=MOST_INDICATORS)
    known = {} if standing is None else standing.quarters
    for quarter, figure in target.quarters.items():
        before = known.get(quarter)
        write_fact(
            session,
            AgreementTarget,
            key={"unit_id": unit_id, "year": year, "quarter": quarter, "indicator": name},
            values={
                "target": figure,
                "realised": None if before is None else before.realised,
                "measure": target.measure.strip(),
                "source": target.source.strip(),
                "lower_is_better": target.lower_is_better,
                "note": None if before is None else before.note,
            },
        )
    details = {"year": year, "quarters": sorted(target.quarters), "indicator": name}
    record(session, actor, action="agreement:target", subject=f"unit:{unit_id}", details=details)


def record_achievement(
    session: Session, actor: Actor, *, target_id: int, realised: Decimal, note: str = ""
) -> AgreementTarget:
    """Record what was reached of an indicator by the end of a quarter; ``note`` explains an unusual figure.

    Raises
    ------
    InvalidInputError
        Below zero; above 150 % without a reason; above 300 %, where target or measure must be wrong.
    ConflictError
        Somebody changed the row since it was read.
    """
    row = get_target(session, target_id)
    require_unit(actor, Permission.UNIT_RECORD, row.unit_id)
    percent = achieved_percent(row.target, realised, lower_is_better=bool(row.lower_is_better))
    if doubt := find_doubt(percent, realised, note):
        told = {"percent": _plain(percent), "realised": _plain(realised), "target": _plain(row.target)}
        raise InvalidInputError(doubt, measure=row.measure, **told)
    kept = ("target", "measure", "source", "lower_is_better")
    written = write_fact(
        session,
        AgreementTarget,
        key={name: getattr(row, name) for name in ("unit_id", "year", "quarter", "indicator")},
        values={name: getattr(row, name) for name in kept} | {"realised": realised, "note": note.strip() or None},
    )
    details = {"year": row.year, "quarter": row.quarter, "indicator": row.indicator, "realised": str(realised)}
    record(session, actor, action="agreement:achieve", subject=f"unit:{row.unit_id}", details=details)
    return written


def record_figures(
    session: Session, actor: Actor, *, unit_id: int, year: int, figures: YearFigures, seen: int | None = None
) -> UnitResult:
    """Record a unit's figures of a year, each with its source; the agency does, not the unit that is measured.

    ``seen``: id of the figures the form was opened with, 0 for none, None where nobody looked.

    Raises
    ------
    InvalidInputError
        A figure out of its scale or without a source, or a year still to come.
    ConflictError
        Somebody recorded figures of that year since.
    """
    require_unit(actor, Permission.UNIT_ASSESS, unit_id)
    if seen is not None:
        standing = find_result(session, unit_id, year)
        _refuse_stale(0 if standing is None else standing.id, seen)
    if year > clock.today().year:
        raise InvalidInputError("unit-year-future")
    if not 0 <= figures.achievement <= HIGHEST:
        raise InvalidInputError("unit-figure-range", highest=HIGHEST)
    awards = {code: figures.awards.get(code) for code in AWARDS}
    for code, figure in awards.items():
        if figure is not None and not 0 <= figure <= load_awards()[code].highest:
            raise InvalidInputError("unit-figure-range", highest=load_awards()[code].highest)
    given = {"achievement", *(code for code, figure in awards.items() if figure is not None)}
    sources = {code: told.strip() for code, told in figures.sources.items() if code in given and told.strip()}
    if given - sources.keys():
        raise InvalidInputError("unit-figure-source")
    written = write_fact(
        session,
        UnitResult,
        key={"unit_id": unit_id, "year": year},
        values={
            "achievement": figures.achievement,
            "predicate": figures.predicate,
            **awards,
            "sources": sources,
        },
    )
    details = {"year": year, "figures": sorted(given)}
    record(session, actor, action="unit:assess", subject=f"unit:{unit_id}", details=details)
    return written


def record_survey(
    session: Session, actor: Actor, *, unit_id: int, survey: Survey, seen: int | None = None
) -> SatisfactionSurvey:
    """Record a satisfaction survey: its index out of nine elements, and the elements themselves.

    ``seen``: id of the survey the form was opened with, 0 for none, None where nobody looked.

    Raises
    ------
    InvalidInputError
        A period that is none or to come, nobody asked, a mean outside 1-4, or a deviation no answers between 25 and
        100 can have.
    ConflictError
        That period has a survey already, or one other than the form was opened with.
    """
    require_unit(actor, Permission.UNIT_RECORD, unit_id)
    if seen is not None:
        standing = find_survey(session, unit_id, survey.period)
        if standing is not None and not seen:
            raise ConflictError("survey-exists", period=survey.period)
        _refuse_stale(0 if standing is None else standing.id, seen)
    score = _check_survey(survey)
    key = {"unit_id": unit_id, "period": survey.period}
    for element in SKM_ELEMENTS:
        write_fact(
            session, SatisfactionElement, key={**key, "element": element}, values={"mean": survey.means[element]}
        )
    written = write_fact(
        session,
        SatisfactionSurvey,
        key=key,
        values={"score": score, "respondents": survey.respondents, "deviation": survey.deviation},
    )
    details = {"period": survey.period, "score": str(score)}
    record(session, actor, action="survey:record", subject=f"unit:{unit_id}", details=details)
    return written


def _check_survey(survey: Survey) -> Decimal:
    """Return the index of a survey that can be."""
    if survey.period > clock.today().isoformat()[: len(survey.period)]:
        raise InvalidInputError("survey-period-future")
    if not _PERIOD.match(survey.period):
        raise InvalidInputError("survey-period")
    if survey.respondents < 1:
        raise InvalidInputError("survey-respondents")
    widest = widest_deviation(survey.respondents)
    if survey.deviation is not None and not 0 <= survey.deviation <= widest:
        raise InvalidInputError("survey-deviation-range", widest=_plain(widest))
    try:
        return index_of(survey.means)
    except ValueError:
        raise InvalidInputError("survey-elements") from None


def newest_id(indicator: Indicator | None) -> int:
    """Return what tells one state of an indicator from the next, 0 for none."""
    return 0 if indicator is None else max(row.id for row in indicator.quarters.values())


def _refuse_stale(standing_id: int, seen: int | None) -> None:
    if seen is not None:
        require_same(standing_id, seen)


def require_same(row_id: int, told: int) -> None:
    """Refuse to write over what somebody else recorded since the page was opened."""
    if row_id != told:
        raise ConflictError("changed-meanwhile")


def _plain(figure: Decimal | None) -> str:
    return "" if figure is None else f"{figure.normalize():f}"
