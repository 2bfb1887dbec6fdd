"""Discipline, attendance, assignments, leave and recorded documents."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

import numpy as np

from merit.demo.careers import AS_OF
from merit.demo.cases import Case, is_leader
from merit.demo.draws import Draws
from merit.demo.people import Person
from merit.demo.tables import Row

# Code, months of duration, share among findings (PP 94/2021 art. 8).
PUNISHMENTS = (
    ("R1", 0, 0.34),
    ("R2", 0, 0.28),
    ("R3", 0, 0.16),
    ("S1", 6, 0.09),
    ("S2", 9, 0.05),
    ("S3", 12, 0.04),
    ("B1", 12, 0.03),
    ("B2", 12, 0.01),
)
_MONTHS = {code: months for code, months, _share in PUNISHMENTS}
_FINDINGS, _FIRST_FINDING = 0.013, dt.date(2021, 2, 1)
_LAST_DATA = dt.date(2026, 2, 20)
_STATES = (("final", 88), ("dibatalkan", 5), ("keberatan", 4), ("banding", 1), ("proses", 2))
_STORIES = {
    Case.CASE_OPEN: ("S1", dt.date(2026, 1, 19), "proses"),
    Case.UNDER_OBJECTION: ("S1", dt.date(2026, 1, 27), "keberatan"),
    Case.IN_FORCE: ("S2", dt.date(2025, 10, 6), "final"),
    Case.PAST_FINDING: ("R3", dt.date(2023, 4, 17), "final"),
}
ATTENDANCE_YEARS = (2024, 2025)
_NO_ATTENDANCE, _LAWFUL_REFUSAL = 0.008, 0.4
_MATERNITY, _OLDEST_MOTHER, _SICK, _LONG_LEAVE = 0.22, 41, 0.985, 0.98
_DOCUMENTS = {"sehat": 0.95, "integritas": 0.97, "lhkpn": 0.94, "spt": 0.95, "bukan_parpol": 0.98}
_FOR_HIGH_POSTS = frozenset({"lhkpn", "spt", "bukan_parpol"})
_TASKS = ("Satgas Penanganan Banjir", "Tim Percepatan Pengaduan", "Tim Reformasi Birokrasi", "Penugasan ke Kecamatan")


def discipline_rows(draws: Draws, people: Sequence[Person]) -> Iterator[Row]:
    """Rows of the few findings and cases."""
    stream = draws.stream("discipline")
    u = stream.uniform(len(people), 2)
    codes = stream.pick([share for _code, _months, share in PUNISHMENTS], len(people))
    states = stream.pick([share for _state, share in _STATES], len(people))
    for person, row, code, state in zip(people, u, codes, states, strict=True):
        story = _STORIES.get(Case(person.case)) if person.case else None
        if story:
            yield _finding(person, *story)
        elif not person.is_sound and row[0] < _FINDINGS * np.exp(-0.5 * person.diligence):
            first = max(_FIRST_FINDING, person.entry)
            day = first + dt.timedelta(days=int(row[1] * (_LAST_DATA - first).days))
            yield _finding(person, PUNISHMENTS[code][0], day, _STATES[state][0])


def _finding(person: Person, code: str, day: dt.date, state: str) -> Row:
    number = f"{'BAP' if state == 'proses' else '862'}/{person.nip[2:8]}{person.nip[-3:]}/{day.year}"
    if state == "proses":
        return person.nip, code, number, day, None, None, state
    months = _MONTHS[code]
    start = day if months == 0 else _month_later(day.replace(day=1), 1)
    end = day if months == 0 else _month_later(start, months) - dt.timedelta(days=1)
    return person.nip, code, number, day, start, end, state


def _month_later(first: dt.date, months: int) -> dt.date:
    years, month = divmod(first.month - 1 + months, 12)
    return dt.date(first.year + years, month + 1, 1)


def attendance_rows(draws: Draws, people: Sequence[Person]) -> Iterator[Row]:
    """Rows of days absent without a lawful reason: few, fewer for the diligent."""
    stream = draws.stream("attendance")
    rates = np.exp(np.array([-1.0 - 0.8 * person.diligence for person in people]))
    days = [stream.poisson(rates) for _year in ATTENDANCE_YEARS]
    missing = stream.uniform(len(people)) < _NO_ATTENDANCE
    for index, person in enumerate(people):
        for year, counts in zip(ATTENDANCE_YEARS, days, strict=True):
            if person.entry.year <= year and not (missing[index] and year == ATTENDANCE_YEARS[-1]):
                yield person.nip, year, int(counts[index])


def assignment_rows(draws: Draws, people: Sequence[Person]) -> Iterator[Row]:
    """Rows of task forces and placements offered since 2024."""
    stream = draws.stream("assignments")
    u = stream.uniform(len(people), 4)
    for person, row in zip(people, u, strict=True):
        if row[0] > (0.45 if is_leader(person) else 0.12):
            continue
        day = dt.date(2024, 3, 4) + dt.timedelta(days=int(row[1] * 680))
        if day <= person.entry:
            continue
        name = f"{_TASKS[int(row[2] * len(_TASKS))]} {day.year}"
        accepts = row[3] < 0.86 + 0.06 * person.diligence
        lawful = None if accepts else ("ya" if row[1] < _LAWFUL_REFUSAL else "tidak")
        number = f"800/{person.nip[2:8]}{person.nip[-3:]}/{day.year}" if accepts else ""
        start = day + dt.timedelta(days=7) if accepts else None
        end = day + dt.timedelta(days=97) if accepts and day < dt.date(2025, 11, 1) else None
        yield person.nip, name, day, "diterima" if accepts else "ditolak", lawful, start, end, number


def leave_rows(draws: Draws, people: Sequence[Person]) -> Iterator[Row]:
    """Rows of leave; for a few it shortens an assessed year below six months."""
    u = draws.stream("leave").uniform(len(people), 3)
    for person, row in zip(people, u, strict=True):
        if person.case == Case.SHORT_YEAR:
            yield person.nip, "melahirkan", dt.date(2025, 1, 10), dt.date(2025, 4, 9)
            yield person.nip, "besar", dt.date(2025, 4, 10), dt.date(2025, 7, 31)
        elif person.case == Case.STUDY_LEAVE:
            yield person.nip, "tugas_belajar", dt.date(2024, 8, 1), dt.date(2025, 12, 31)
        elif not person.is_sound:
            yield from _common_leave(person, [float(value) for value in row])


def _common_leave(person: Person, u: list[float]) -> Iterator[Row]:
    start = dt.date(2023, 1, 9) + dt.timedelta(days=int(u[1] * 1000))
    if start <= person.entry:
        return
    age = (AS_OF - person.birth).days / 365.25
    if person.sex == "P" and age < _OLDEST_MOTHER and u[0] < _MATERNITY:
        yield person.nip, "melahirkan", start, start + dt.timedelta(days=89)
    elif u[0] > _SICK:
        yield person.nip, "sakit", start, start + dt.timedelta(days=14 + int(u[2] * 40))
    elif u[0] > _LONG_LEAVE and person.seat.status == "PNS":
        yield person.nip, "besar", start, start + dt.timedelta(days=60)


def attestation_rows(draws: Draws, people: Sequence[Person]) -> Iterator[Row]:
    """Rows of recorded documents of those who may be considered for a leading post."""
    stream = draws.stream("attestations")
    u = stream.uniform(len(people), len(_DOCUMENTS), 2)
    for person, draw in zip(people, u, strict=True):
        if person.seat.status != "PNS" or not _has_documents(person):
            continue
        for (fact, share), (chance, when) in zip(_DOCUMENTS.items(), draw, strict=True):
            is_absent = person.case == Case.NO_HEALTH if person.is_sound else chance > share
            is_needed = fact not in _FOR_HIGH_POSTS or is_leader(person) or person.tier == "jf_ahli_madya"
            if is_needed and not (is_absent and (fact == "sehat" or not person.is_sound)):
                yield _document(person, fact, float(when))


def _has_documents(person: Person) -> bool:
    return is_leader(person) or person.tier in {"jf_ahli_muda", "jf_penyelia", "jf_ahli_madya", "pelaksana"}


def _document(person: Person, fact: str, u: float) -> Row:
    day = dt.date(2025, 4, 7) + dt.timedelta(days=int(u * 310))
    end = None
    if fact == "sehat":
        end = day + dt.timedelta(days=364)
    elif fact in {"lhkpn", "spt"}:
        day = dt.date(2025, 1, 6) + dt.timedelta(days=int(u * 84))
    return person.nip, fact, day, f"{fact.upper()}/{day.year}/{person.nip[2:8]}{person.nip[-3:]}", end
