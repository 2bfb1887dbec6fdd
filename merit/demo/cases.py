"""People with a story: just short of a gate, on hold, shortened years, exact ties."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from enum import StrEnum

from merit.demo.careers import build_career
from merit.demo.draws import Draws
from merit.demo.people import Person
from merit.demo.staffing import LEADER_GROUP


class Case(StrEnum):
    """What is special about a person; everything else about them is in order."""

    SHORT_TENURE = "short-tenure"
    GRADE_BELOW = "grade-below"
    BAD_YEAR = "bad-year"
    EDUCATION_BELOW = "education-below"
    CASE_OPEN = "case-open"
    UNDER_OBJECTION = "under-objection"
    IN_FORCE = "in-force"
    PAST_FINDING = "past-finding"
    RESULTS_EXPIRED = "results-expired"
    RESULT_MISSING = "result-missing"
    RESULTS_INTERNAL = "results-internal"
    APPRAISAL_MISSING = "appraisal-missing"
    SHORT_YEAR = "short-year"
    STUDY_LEAVE = "study-leave"
    NO_HEALTH = "no-health"
    FEW_HOURS = "few-hours"
    TWIN = "twin"
    FAULTLESS = "faultless"


_PENGAWAS_CASES = tuple(case for case in Case if case is not Case.TWIN)
_CASE_SHARE = 0.1
_TENURE = 4.5
# Three years are complete on 2026-06-01, three months after the vacancies' date.
SHORT_TENURE_START = dt.date(2023, 6, 1)


def assign_cases(draws: Draws, people: Sequence[Person]) -> list[Person]:
    """Give stories to some pengawas and make one pair of JF ahli muda twins; return the twins."""
    stream = draws.stream("cases")
    pengawas = [person for person in people if person.tier == "pengawas"]
    wanted = max(len(_PENGAWAS_CASES), round(len(pengawas) * _CASE_SHARE))
    chosen = [pengawas[index] for index in stream.order(len(pengawas))[:wanted]]
    for number, person in enumerate(chosen):
        _tell(person, _PENGAWAS_CASES[number % len(_PENGAWAS_CASES)])
    twins = [person for person in people if person.tier == "jf_ahli_muda" and person.seat.group == "staff"][:2]
    for twin in twins:
        _tell(twin, Case.TWIN)
    return twins


def _tell(person: Person, case: Case) -> None:
    person.case, person.is_sound = case, True
    person.education = "S1/D4" if person.education == "D3" else person.education
    person.grade, person.grade_since = "III/d", dt.date(2022, 4, 1)
    person.held = build_career(
        person.seat, person.entry, _TENURE, share=1.0, spans=(0.2, 0.2, 0.2), work=person.seat.post.field
    )
    if case is Case.SHORT_TENURE:
        person.held[-1].starts = SHORT_TENURE_START
        person.held[-2].ends = SHORT_TENURE_START - dt.timedelta(days=1)
    elif case is Case.GRADE_BELOW:
        person.grade, person.grade_since = "III/b", dt.date(2022, 10, 1)
    elif case is Case.EDUCATION_BELOW:
        person.education, person.study, person.titles = "D3", "Administrasi Publik", ("", "A.Md.")
    elif case is Case.SHORT_YEAR and person.sex == "L":
        person.case = Case.STUDY_LEAVE


def is_leader(person: Person) -> bool:
    """Whether the person holds a structural post."""
    return person.seat.group == LEADER_GROUP
