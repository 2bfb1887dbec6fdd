"""Indicators from personnel records: discipline, unexcused absence, assignments."""

from __future__ import annotations

import datetime as dt

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from merit.alignment import (
    asked_rows,
    count,
    divide,
    newest_source,
    notes,
    put_sources,
    total,
    year_end,
)
from merit.bulk import among, ordinal, read_columns
from merit.db import known
from merit.evidence import Column, DateArray, EvidenceRequest, Exact, IntArray, Status
from merit.people.domain import MONTHS, absence_brackets, add_months
from merit.people.models import FINDING_CODES, Assignment, AttendanceYear, DisciplineFinding
from merit.reference import load_punishments

LOOKBACK_YEARS = 5
OFFER_YEARS = 2
_NO_UPPER_BOUND = 366


def load_discipline_record(session: Session, request: EvidenceRequest) -> Column:
    """Return the severity of final findings dated in the last five years.

    x = Σ severity(code), severities of ``merit/data/punishments.yaml``; both ends of the look-back are included.
    Findings under objection or appeal and dismissals are left out. Never missing.
    """
    since = add_months(request.as_of, -LOOKBACK_YEARS * MONTHS)
    row, code, source, dated = _load_final_findings(session, request, since)
    severity = np.array([load_punishments()[name].severity or 0 for name in FINDING_CODES])
    n = len(request.officials)
    counted = severity[code] > 0
    row, code, source, dated = row[counted], code[counted], source[counted], dated[counted]
    sources, dates = newest_source(n, row, source, dated)
    return Column(
        value=total(row, severity[code], n).astype(np.float64),
        noise=Exact(),
        status=np.full(n, Status.MEASURED, dtype=np.int8),
        as_of=dates,
        source=sources,
    )


def _load_final_findings(
    session: Session, request: EvidenceRequest, since: dt.date
) -> tuple[IntArray, IntArray, IntArray, DateArray]:
    statement = select(
        DisciplineFinding.id,
        DisciplineFinding.official_id,
        ordinal(DisciplineFinding.code, FINDING_CODES).label("code"),
        DisciplineFinding.dated,
    ).where(
        known(DisciplineFinding, request.known_at),
        DisciplineFinding.state == "final",
        DisciplineFinding.dated.between(since, request.as_of),
        among(DisciplineFinding.official_id, request.officials),
    )
    found = read_columns(session, statement)
    row, found = asked_rows(request.officials, found)
    return row, found["code"], found["id"], found["dated"]


def load_attendance_unexcused(session: Session, request: EvidenceRequest) -> Column:
    """Return the working days absent without a lawful reason in year Y-1.

    Days that led to a finding are left out (discipline counts once). The file does not say which days did, so a
    final finding since 1 January of Y-1 is taken to rest on absence where the year's days reach its bracket of PP
    94/2021 art. 9-11; then the days up to the end of the bracket are left out (ADR 0020).
    """
    year = request.year - 1
    statement = select(AttendanceYear.id, AttendanceYear.official_id, AttendanceYear.unexcused_days).where(
        known(AttendanceYear, request.known_at),
        AttendanceYear.year == year,
        among(AttendanceYear.official_id, request.officials),
    )
    found = read_columns(session, statement)
    row, found = asked_rows(request.officials, found)
    n = len(request.officials)
    days = np.zeros(n, dtype=np.int64)
    days[row] = found["unexcused_days"]
    punished = _punished_days(session, request, days)
    status = np.full(n, Status.MISSING, dtype=np.int8)
    status[row] = Status.MEASURED
    sources, dates = put_sources(n, row, found["id"], np.full(len(row), year_end(year)))
    return Column(
        value=np.where(status == Status.MEASURED, (days - punished).astype(np.float64), np.nan),
        noise=Exact(),
        status=status,
        as_of=dates,
        source=sources,
        note=notes(n, absence_punished=punished > 0),
    )


def _punished_days(session: Session, request: EvidenceRequest, days: IntArray) -> IntArray:
    row, code, _source, _dated = _load_final_findings(session, request, dt.date(request.year - 1, 1, 1))
    brackets = absence_brackets()
    low = np.array([brackets[name][0] for name in FINDING_CODES])
    high = np.array([brackets[name][1] or _NO_UPPER_BOUND for name in FINDING_CODES])
    led = days[row] >= low[code]
    left_out = np.zeros(len(days), dtype=np.int64)
    np.maximum.at(left_out, row[led], np.minimum(days[row[led]], high[code[led]]))
    return left_out


def load_assignment_accepted(session: Session, request: EvidenceRequest) -> Column:
    """Return accepted / offered assignments of the last two years.

    Refusals with a lawful reason and offers not yet answered are left out. None offered: NOT_APPLICABLE.
    """
    since = add_months(request.as_of, -OFFER_YEARS * MONTHS)
    statement = select(
        Assignment.id,
        Assignment.official_id,
        Assignment.offered,
        (Assignment.response == "diterima").label("accepted"),
    ).where(
        known(Assignment, request.known_at),
        Assignment.offered.between(since, request.as_of),
        Assignment.response.is_not(None),
        (Assignment.response == "diterima") | ~func.coalesce(Assignment.lawful_reason, False),
        among(Assignment.official_id, request.officials),
    )
    found = read_columns(session, statement)
    row, found = asked_rows(request.officials, found)
    n = len(request.officials)
    offered = count(row, n)
    accepted = total(row, found["accepted"].astype(np.int64), n)
    sources, dates = newest_source(n, row, found["id"], found["offered"])
    applies = offered > 0
    return Column(
        value=divide(accepted, offered, applies),
        noise=Exact(),
        status=np.where(applies, Status.MEASURED, Status.NOT_APPLICABLE).astype(np.int8),
        as_of=dates,
        source=sources,
        note=notes(n, none_offered=~applies),
    )
