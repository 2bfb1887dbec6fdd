"""What several loaders of one request read, read once."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from merit.alignment import asked_rows, match, positions
from merit.bulk import among, ordinal, read_columns
from merit.db import known
from merit.evidence import BoolArray, DateArray, EvidenceRequest, IntArray
from merit.people.domain import MONTHS, add_months
from merit.people.evidence import Leaders, load_leaders, load_leave_days, load_parents
from merit.performance.domain import YEARS_BACK, add_working_days, choose_years, working_calendar
from merit.performance.models import COMPLAINT_KINDS, Appraisal, Complaint
from merit.performance.queries.holidays import load_own_holidays
from merit.reference import load_complaint_deadlines

DIGITAL_CHANNELS = ("digital", "SP4N-LAPOR")
PREDICATE_YEARS = 10
_DEEPEST_TREE = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Appraisals:
    """Appraisals of the officials asked for, one entry per official and year before Y."""

    row: IntArray
    source: IntArray
    year: IntArray
    result: IntArray
    behaviour: IntArray
    predicate: IntArray


@dataclass(frozen=True, slots=True, kw_only=True)
class LedComplaints:
    """Complaints received about a led unit or one below it while the official led it, one entry per pair."""

    row: IntArray
    source: IntArray
    received: DateArray
    answered: DateArray
    closed: DateArray
    reopened: DateArray
    deadline: DateArray
    answer_deadline: DateArray
    is_digital: BoolArray


class PerformanceSources:
    """Appraisals, leaders and complaints of one request, each read when first asked for."""

    def __init__(self, session: Session, request: EvidenceRequest) -> None:
        """Read nothing yet."""
        self.session = session
        self.request = request

    @cached_property
    def appraisals(self) -> Appraisals:
        """Appraisals of the last years."""
        request = self.request
        statement = select(
            Appraisal.id,
            Appraisal.official_id,
            Appraisal.year,
            Appraisal.result_rating,
            Appraisal.behaviour_rating,
            Appraisal.predicate,
        ).where(
            known(Appraisal, request.known_at),
            Appraisal.year.between(request.year - PREDICATE_YEARS, request.year - 1),
            among(Appraisal.official_id, request.officials),
        )
        found = read_columns(self.session, statement)
        row, found = asked_rows(request.officials, found)
        return Appraisals(
            row=row,
            source=found["id"],
            year=found["year"],
            result=found["result_rating"],
            behaviour=found["behaviour_rating"],
            predicate=found["predicate"],
        )

    @cached_property
    def assessed_years(self) -> BoolArray:
        """Which of the years Y-1 … Y-4 are assessed, bool[n, 4]."""
        years = [self.request.year - 1 - back for back in range(YEARS_BACK)]
        lengths = np.array([365 + calendar.isleap(year) for year in years])
        return choose_years(load_leave_days(self.session, self.request, years), lengths)

    @cached_property
    def leaders(self) -> Leaders:
        """Which unit each official leads."""
        return load_leaders(self.session, self.request)

    @cached_property
    def complaints(self) -> LedComplaints:
        """Complaints of the twelve months before the as-of date, per official who led the unit then."""
        request = self.request
        statement = select(
            Complaint.id,
            Complaint.unit_id,
            ordinal(Complaint.kind, COMPLAINT_KINDS).label("kind"),
            func.coalesce(Complaint.channel.in_(DIGITAL_CHANNELS), False).label("is_digital"),
            Complaint.received,
            Complaint.answered,
            Complaint.closed,
            Complaint.reopened,
        ).where(
            known(Complaint, request.known_at),
            Complaint.received >= add_months(request.as_of, -MONTHS),
            Complaint.received < request.as_of,
        )
        found = read_columns(self.session, statement)
        row, place = self._pairs(found["unit_id"])
        led = found["received"][place] >= self.leaders.since[row]
        row, found = row[led], {name: values[place[led]] for name, values in found.items()}
        own = load_own_holidays(self.session, request.known_at)
        workdays = working_calendar(request.year - 1, request.year + 1, own)
        allowed = np.array([load_complaint_deadlines()[kind] for kind in COMPLAINT_KINDS])[found["kind"]]
        received = found["received"]
        return LedComplaints(
            row=row,
            source=found["id"],
            received=received,
            answered=found["answered"],
            closed=found["closed"],
            reopened=found["reopened"],
            deadline=add_working_days(received, allowed, workdays),
            answer_deadline=add_working_days(received, request.response_working_days, workdays),
            is_digital=found["is_digital"],
        )

    def _pairs(self, unit: IntArray) -> tuple[IntArray, IntArray]:
        # From every complaint's unit up the tree; each led unit on the way makes a pair (official, complaint).
        units, parents = load_parents(self.session, self.request.known_at)
        leading = np.flatnonzero(self.leaders.leads)
        led = self.leaders.unit[leading]
        place = np.arange(len(unit))
        rows, places = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
        for _ in range(_DEEPEST_TREE):
            matched, hit = match(led, unit)
            rows.append(leading[matched])
            places.append(place[hit])
            above = positions(units, unit)
            unit = np.where(above >= 0, parents[above], 0) if len(parents) else np.zeros_like(unit)
            place, unit = place[unit > 0], unit[unit > 0]
            if not len(unit):
                break
        return np.concatenate(rows), np.concatenate(places)
