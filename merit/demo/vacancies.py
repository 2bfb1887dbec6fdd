"""The vacancies of the demonstration city and who applied to the open ones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from merit.demo.careers import AS_OF
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
_APPLICANTS, _UNPREPARED = 14, 3


def vacancy_rows() -> Iterator[Row]:
    """Rows of the vacancies, all as of the same day."""
    for code, (pathway, size, policy) in _TERMS.items():
        yield code, VACANT_POSTS[code], AS_OF, pathway, INAUGURATION, size, policy


def application_rows(draws: Draws, people: Sequence[Person]) -> Iterator[Row]:
    """Rows of the applications: a field for LOWONGAN-3, and three too early ones for LOWONGAN-4."""
    stream = draws.stream("applications")
    able = [p for p in people if p.tier == "administrator"]
    able += [p for p in people if p.tier == "jf_ahli_madya" and p.seat.group == "staff"]
    order = stream.order(len(able))[:_APPLICANTS]
    for number, index in enumerate(order):
        day = dt.date(2026, 2, 9) + dt.timedelta(days=number % 11)
        yield able[index].nip, "LOWONGAN-3", day, "mundur" if number == len(order) - 1 else "melamar"
    early = [p for p in people if p.tier == "pengawas"]
    for number, index in enumerate(stream.order(len(early))[:_UNPREPARED]):
        yield early[index].nip, "LOWONGAN-4", dt.date(2026, 2, 10 + number), "melamar"
