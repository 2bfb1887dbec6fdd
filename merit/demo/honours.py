"""Awards: decorations for years of service, and a few of the agency and the city. No ranking reads them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from merit.demo.draws import Draws
from merit.demo.people import Person
from merit.demo.tables import Row

_YEARS_OF_SERVICE = (10, 20, 30)
_FIRST_YEAR, _LAST_YEAR = 2021, 2025
_DECORATED, _HONOURED = 0.4, 0.985
_GIVEN = (
    ("instansi", "Pegawai Teladan Kota", "Wali Kota Balikpapan"),
    ("inovasi", "Inovasi Pelayanan Publik Terbaik", "Wali Kota Balikpapan"),
    ("lainnya", "Penghargaan Pelayanan Prima", "Gubernur Kalimantan Timur"),
)


def award_rows(draws: Draws, people: Sequence[Person]) -> Iterator[Row]:
    """Rows of awards of the last five years: for long service, and for what few did well."""
    u = draws.stream("awards").uniform(len(people), 3)
    for person, row in zip(people, u, strict=True):
        if person.seat.status == "PNS" and row[0] < _DECORATED:
            yield from _for_service(person)
        if row[0] > _HONOURED:
            kind, name, giver = _GIVEN[int(row[1] * len(_GIVEN))]
            day = dt.date(2023, 2, 6) + dt.timedelta(days=int(row[2] * 1000))
            if day > person.entry:
                number = f"003/{person.nip[2:8]}{person.nip[-3:]}/{day.year}"
                yield person.nip, kind, f"{name} {day.year}", giver, number, day, ""


def _for_service(person: Person) -> Iterator[Row]:
    for years in _YEARS_OF_SERVICE:
        given = dt.date(person.entry.year + years, 8, 12)
        if _FIRST_YEAR <= given.year <= _LAST_YEAR:
            name = f"Satyalancana Karya Satya {years} Tahun"
            number = f"{years + 40}/TK/TAHUN {given.year}"
            yield person.nip, f"karya_satya_{years}", name, "Presiden Republik Indonesia", number, given, ""
