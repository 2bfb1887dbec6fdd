"""Build the whole demonstration city from a number of officials and a seed; pure, no files, no database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from merit.demo import appraisals, competence, conduct, honours, outcomes, roster, vacancies
from merit.demo.cases import assign_cases
from merit.demo.city import City
from merit.demo.draws import Draws
from merit.demo.people import Person, make_people
from merit.demo.staffing import plan_city
from merit.demo.tables import KINDS, Row, Table, make_table

FEWEST, MOST = 300, 100_000
# What twins share: everything a ranking can tell two people apart by.
_SHARED_BY_TWINS = frozenset(
    {"performance", "feedback", "results", "training", "discipline", "attendance", "assignments", "leave"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Demonstration:
    """The city, its people and one table per kind of file."""

    seed: int
    city: City
    people: tuple[Person, ...]
    tables: dict[str, Table]


def build_demonstration(*, officials: int, seed: int) -> Demonstration:
    """Return the demonstration city; the same arguments always give the same rows.

    ``officials``: 300 to 100,000. Indicators correlate because three latent traits per person (ability,
    diligence, service) drive them all.
    """
    if not FEWEST <= officials <= MOST:
        raise ValueError(officials)
    draws = Draws(seed)
    city, seats = plan_city(draws, officials)
    people = make_people(city, draws, seats)
    twins = assign_cases(draws, people)
    rows = _all_rows(draws, city, people)
    tables = {
        kind: make_table(kind, _share(rows[kind], twins) if kind in _SHARED_BY_TWINS else rows[kind]) for kind in KINDS
    }
    return Demonstration(seed=seed, city=city, people=tuple(people), tables=tables)


def _all_rows(draws: Draws, city: City, people: Sequence[Person]) -> dict[str, Iterable[Row]]:
    qualities = outcomes.unit_qualities(draws, city, people)
    return {
        "units": roster.unit_rows(city),
        "positions": roster.position_rows(city),
        "officials": roster.official_rows(people),
        "career": roster.career_rows(people),
        "leave": conduct.leave_rows(draws, people),
        "performance": appraisals.performance_rows(draws, people),
        "feedback": appraisals.feedback_rows(draws, city, people),
        "results": competence.result_rows(draws, people),
        "training": competence.training_rows(draws, people),
        "discipline": conduct.discipline_rows(draws, people),
        "attendance": conduct.attendance_rows(draws, people),
        "assignments": conduct.assignment_rows(draws, people),
        "attestations": conduct.attestation_rows(draws, people),
        "unit-results": outcomes.unit_result_rows(draws, city, qualities),
        "agreements": outcomes.agreement_rows(draws, city, qualities),
        "complaints": outcomes.complaint_rows(draws, city, qualities),
        "satisfaction": outcomes.satisfaction_rows(draws, city, qualities),
        "vacancies": vacancies.vacancy_rows(),
        "applications": vacancies.application_rows(draws, people),
        "awards": honours.award_rows(draws, people),
    }


def _share(rows: Iterable[Row], twins: Sequence[Person]) -> Iterable[Row]:
    """Give the later twins the rows of the first, so that a ranking finds them exactly equal."""
    if not twins:
        yield from rows
        return
    first, others = twins[0].nip, {twin.nip for twin in twins[1:]}
    for row in rows:
        if row[0] not in others:
            yield row
        if row[0] == first:
            yield from ((nip, *row[1:]) for nip in sorted(others))
