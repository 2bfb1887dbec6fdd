"""The vacancies of the demonstration city and who applied to the open ones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from merit.demo.careers import AS_OF, DAYS
from merit.demo.draws import Draws
from merit.demo.people import Person
from merit.demo.staffing import VACANT_POSTS
from merit.demo.tables import Row

INAUGURATION = dt.date(2026, 4, 1)
# Pathway, size and policy of each vacancy.
_TERMS = {
    "LOWONGAN-1": ("seleksi_internal", 3, "loyalitas-hasil"),
    "LOWONGAN-2": ("seleksi_internal", 3, "loyalitas-hasil-pengawas"),
    "LOWONGAN-3": ("seleksi_terbuka", 3, "loyalitas-hasil-jpt"),
    "LOWONGAN-4": ("seleksi_terbuka", 3, "loyalitas-hasil-jpt"),
    "LOWONGAN-5": ("suksesi", 3, "loyalitas-hasil"),
}
VACANCIES = tuple(_TERMS)
_APPLICANTS, _STRANGERS, _UNPREPARED = 20, 3, 3
_OPEN_FIELD, _FIELD_YEARS = "pemerintahan", 5.0


def vacancy_rows() -> Iterator[Row]:
    """Rows of the vacancies, all as of the same day."""
    for code, (pathway, size, policy) in _TERMS.items():
        yield code, VACANT_POSTS[code], AS_OF, pathway, INAUGURATION, size, policy


def application_rows(draws: Draws, people: Sequence[Person]) -> Iterator[Row]:
    """Rows of the applications: a field for LOWONGAN-3, and three too early ones for LOWONGAN-4."""
    stream = draws.stream("applications")
    able = [p for p in people if p.tier == "administrator" or (p.tier == "jf_ahli_madya" and p.seat.group == "staff")]
    shuffled = [able[index] for index in stream.order(len(able))]
    # Most applicants know the field of the post well enough, some do not.
    shuffled.sort(key=lambda person: _years_in(person, _OPEN_FIELD) < _FIELD_YEARS)
    applicants = shuffled[: _APPLICANTS - _STRANGERS] + shuffled[-_STRANGERS:]
    for number, person in enumerate(applicants):
        day = dt.date(2026, 2, 9) + dt.timedelta(days=number % 11)
        yield person.nip, "LOWONGAN-3", day, "mundur" if number == 0 else "melamar"
    early = [p for p in people if p.tier == "pengawas"]
    for number, index in enumerate(stream.order(len(early))[:_UNPREPARED]):
        yield early[index].nip, "LOWONGAN-4", dt.date(2026, 2, 10 + number), "melamar"


def _years_in(person: Person, work: str) -> float:
    days = sum(((post.ends or AS_OF) - post.starts).days for post in person.held if post.field == work)
    return days / DAYS
