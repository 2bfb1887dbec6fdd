"""Indicators of those who lead a unit: its achievement, complaints, first answers, satisfaction."""

from __future__ import annotations

import datetime as dt

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import BigInteger, func, select, type_coerce
from sqlalchemy.orm import Session

from merit.alignment import (
    count,
    divide,
    last_per_row,
    match,
    newest_source,
    notes,
    positions,
    put_sources,
    total,
    year_end,
)
from merit.bulk import Columns, read_columns
from merit.db import MICRO, known
from merit.errors import RuleViolationError
from merit.evidence import BoolArray, Column, DateArray, EvidenceRequest, Exact, IntArray, Normal, Share, Status
from merit.people.domain import add_months
from merit.performance.domain import judge_answer, judge_closing
from merit.performance.evidence.sources import LedComplaints, PerformanceSources
from merit.performance.models import SatisfactionSurvey, UnitResult

SHORTEST_LEAD_MONTHS = 6
FEWEST_CASES = 5
_UNKNOWN = -1


def load_unit_achievement(
    session: Session, request: EvidenceRequest, sources: PerformanceSources | None = None
) -> Column:
    """Return the achievement of the led unit's performance agreement in year Y-1, in percent.

    Leads none, or led it for fewer than six months of Y-1: NOT_APPLICABLE; no figure: MISSING.
    """
    leaders = (sources or PerformanceSources(session, request)).leaders
    year = request.year - 1
    statement = select(
        UnitResult.id, UnitResult.unit_id, type_coerce(UnitResult.achievement, BigInteger).label("achievement")
    ).where(known(UnitResult, request.known_at), UnitResult.year == year)
    found = read_columns(session, statement)
    applies = leaders.leads & (leaders.since <= np.datetime64(f"{year}-07-01"))
    place = np.where(applies, positions(found["unit_id"], leaders.unit), -1)
    row = np.flatnonzero(place >= 0)
    n = len(request.officials)
    achieved = np.zeros(n, dtype=np.int64)
    achieved[row] = found["achievement"][place[row]]
    newest, dates = put_sources(n, row, found["id"][place[row]], np.full(len(row), year_end(year)))
    return Column(
        value=divide(achieved, np.full(n, MICRO), place >= 0),
        noise=Exact(),
        status=_standing(applies, place >= 0),
        as_of=dates,
        source=newest,
        stream=np.where(applies, leaders.code, ""),
        note=notes(n, leads_none=~leaders.leads, led_too_short=leaders.leads & ~applies),
    )


def load_service_complaints(
    session: Session, request: EvidenceRequest, sources: PerformanceSources | None = None
) -> Column:
    """Return the share of complaints closed within the deadline, k/n.

    Complaints received in the 12 months before the as-of date by the led unit and those below it, while the
    official led it; fewer than five: NOT_APPLICABLE.
    """
    sources = sources or PerformanceSources(session, request)
    cases = sources.complaints
    counts, in_time = judge_closing(
        closed=cases.closed,
        reopened=cases.reopened,
        deadline=cases.deadline,
        as_of=np.datetime64(request.as_of, "D"),
    )
    return _share(sources, cases, counts, in_time)


def load_service_response(
    session: Session, request: EvidenceRequest, sources: PerformanceSources | None = None
) -> Column:
    """Return the share of the same complaints, from digital channels, first answered in time.

    In time: within the policy's working days after receipt. Fewer than five: NOT_APPLICABLE.
    """
    sources = sources or PerformanceSources(session, request)
    cases = sources.complaints
    counts, in_time = judge_answer(
        answered=cases.answered, deadline=cases.answer_deadline, as_of=np.datetime64(request.as_of, "D")
    )
    return _share(sources, cases, counts & cases.is_digital, in_time)


def _share(sources: PerformanceSources, cases: LedComplaints, counts: BoolArray, in_time: BoolArray) -> Column:
    leaders, n = sources.leaders, len(sources.request.officials)
    row = cases.row[counts]
    number = count(row, n)
    good = total(row, in_time[counts].astype(np.int64), n)
    led_since = np.datetime64(add_months(sources.request.as_of, -SHORTEST_LEAD_MONTHS), "D")
    long_enough = leaders.leads & (leaders.since <= led_since)
    applies = long_enough & (number >= FEWEST_CASES)
    newest, dates = newest_source(n, row, cases.source[counts], cases.received[counts])
    return Column(
        value=divide(good, number, applies),
        noise=Share(k=np.where(applies, good, 0), n=np.where(applies, number, 0)),
        status=np.where(applies, Status.MEASURED, Status.NOT_APPLICABLE).astype(np.int8),
        as_of=dates,
        source=newest,
        stream=np.where(applies, leaders.code, ""),
        note=notes(
            n,
            leads_none=~leaders.leads,
            led_too_short=leaders.leads & ~long_enough,
            few_cases=long_enough & ~applies,
        ),
    )


def load_service_satisfaction(
    session: Session, request: EvidenceRequest, sources: PerformanceSources | None = None
) -> Column:
    """Return the satisfaction index (SKM, 25-100) of the led unit, newest period of Y-1.

    SE = deviation / sqrt(respondents), the policy's where one of them is not recorded. Leads none: NOT_APPLICABLE;
    no figure: MISSING.

    Raises
    ------
    RuleViolationError
        When a survey without a standard error is used and the policy has none for it.
    """
    leaders = (sources or PerformanceSources(session, request)).leaders
    found = _load_surveys(session, request)
    period_end = _period_ends(found)
    row, place = _newest_surveys(leaders.unit, leaders.leads, found, period_end)
    n = len(request.officials)
    measured = np.zeros(n, dtype=np.bool_)
    measured[row] = True
    score, se, defaulted = np.zeros(n, dtype=np.int64), np.full(n, np.nan), np.zeros(n, dtype=np.bool_)
    score[row] = found["score"][place]
    defaulted[row] = (found["respondents"][place] == _UNKNOWN) | (found["deviation"][place] == _UNKNOWN)
    default = _default_error(request) if defaulted.any() else np.nan
    recorded = found["deviation"][place] / MICRO / np.sqrt(np.maximum(found["respondents"][place], 1))
    se[row] = np.where(defaulted[row], default, recorded)
    newest, dates = put_sources(n, row, found["id"][place], period_end[place])
    return Column(
        value=divide(score, np.full(n, MICRO), measured),
        noise=Normal(se=se, is_default=defaulted),
        status=_standing(leaders.leads, measured),
        as_of=dates,
        source=newest,
        stream=np.where(leaders.leads, leaders.code, ""),
        note=notes(n, leads_none=~leaders.leads, default_error=defaulted),
    )


def _default_error(request: EvidenceRequest) -> float:
    """Return the policy's standard error of a survey; nothing unknown is taken for exact."""
    if "service.satisfaction" not in request.default_se:
        raise RuleViolationError("satisfaction-error-unknown")
    return float(request.default_se["service.satisfaction"])


def _load_surveys(session: Session, request: EvidenceRequest) -> Columns:
    statement = select(
        SatisfactionSurvey.id,
        SatisfactionSurvey.unit_id,
        SatisfactionSurvey.period,
        type_coerce(SatisfactionSurvey.score, BigInteger).label("score"),
        func.coalesce(SatisfactionSurvey.respondents, _UNKNOWN).label("respondents"),
        func.coalesce(type_coerce(SatisfactionSurvey.deviation, BigInteger), _UNKNOWN).label("deviation"),
    ).where(
        known(SatisfactionSurvey, request.known_at),
        func.substr(SatisfactionSurvey.period, 1, 4) == str(request.year - 1),
    )
    return read_columns(session, statement)


def _period_ends(found: Columns) -> DateArray:
    ends = [_period_end(str(period)) for period in found["period"].labels]
    dates: DateArray = np.array(ends, dtype="datetime64[D]")[found["period"].index]
    return dates


def _period_end(period: str) -> dt.date:
    year, _, month = period.partition("-")
    return add_months(dt.date(int(year), int(month or 12), 1), 1) - dt.timedelta(days=1)


def _newest_surveys(
    unit: IntArray, leads: BoolArray, found: Columns, period_end: DateArray
) -> tuple[IntArray, IntArray]:
    leading = np.flatnonzero(leads)
    matched, place = match(unit[leading], found["unit_id"])
    row = leading[matched]
    # Of December and the whole year the year is taken: it rests on more respondents.
    whole = np.char.str_len(found["period"].texts())[place] == len("2025")
    newest = last_per_row(row, period_end[place], whole.astype(np.int64), found["id"][place])
    return row[newest], place[newest]


def _standing(applies: BoolArray, measured: BoolArray) -> NDArray[np.int8]:
    applied = np.where(measured, Status.MEASURED, Status.MISSING)
    return np.where(applies, applied, Status.NOT_APPLICABLE).astype(np.int8)
