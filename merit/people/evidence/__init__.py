"""Evidence from personnel records: loaders of indicators and of the facts gates read."""

from __future__ import annotations

from merit.people.evidence.careers import (
    Active,
    Careers,
    Leaders,
    load_active,
    load_careers,
    load_leaders,
    load_parents,
)
from merit.people.evidence.facts import PersonFacts, load_employment, load_person_facts
from merit.people.evidence.indicators import (
    load_assignment_accepted,
    load_attendance_unexcused,
    load_discipline_record,
)
from merit.people.evidence.leave import load_leave_days

__all__ = [
    "Active",
    "Careers",
    "Leaders",
    "PersonFacts",
    "load_active",
    "load_assignment_accepted",
    "load_attendance_unexcused",
    "load_careers",
    "load_discipline_record",
    "load_employment",
    "load_leaders",
    "load_leave_days",
    "load_parents",
    "load_person_facts",
]
