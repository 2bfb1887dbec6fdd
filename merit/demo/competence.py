"""Competency results of several organisers and sessions, and the trainings of recent years."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from merit.demo.cases import Case, is_leader
from merit.demo.draws import Draws, Floats, Ints, Stream
from merit.demo.people import Person
from merit.demo.staffing import LEADER_GROUP
from merit.demo.tables import Row, show_decimal

COMPETENCIES = ("M.01", "M.02", "M.03", "M.04", "M.05", "M.06", "M.07", "M.08", "SK.01")
POTENTIALS = tuple(f"P.{number}" for number in range(1, 9))


@dataclass(frozen=True, slots=True)
class Session:
    """One session of one organiser; ``accreditation`` is empty where the organiser has none."""

    provider: str
    method: str
    accreditation: str
    day: dt.date
    gives_se: bool


SESSIONS = (
    Session("Kantor Regional BKN (contoh)", "cact", "A", dt.date(2025, 11, 18), gives_se=True),
    Session("UPTD Penilaian Kompetensi Provinsi (contoh)", "asesmen", "A", dt.date(2024, 8, 13), gives_se=False),
    Session("Pusat Penilaian Kompetensi ASN (contoh)", "asesmen", "A", dt.date(2023, 9, 19), gives_se=True),
)
EXPIRED_SESSION = Session("Kantor Regional BKN (contoh)", "cact", "A", dt.date(2022, 5, 24), gives_se=True)
INTERNAL_SESSION = Session("BKPSDM Kota Balikpapan", "internal", "", dt.date(2025, 6, 11), gives_se=False)
_MEAN_LEVEL = {
    "pelaksana": 1.75,
    "jf_pemula": 1.2,
    "jf_terampil": 1.5,
    "jf_mahir": 1.8,
    "jf_ahli_pertama": 2.1,
    "jf_penyelia": 2.3,
    "pengawas": 2.7,
    "jf_ahli_muda": 2.65,
    "administrator": 3.3,
    "jf_ahli_madya": 3.1,
    "jpt_pratama": 4.1,
    "jf_ahli_utama": 4.1,
}
_TESTED = {"jf_ahli_muda": 0.4, "jf_penyelia": 0.2, "jf_ahli_madya": 0.3, "pelaksana": 0.4, "jf_ahli_pertama": 0.2}
_TESTED_LEADER, _FORMERLY, _INTERNALLY = 0.72, 0.3, 0.12


def result_rows(draws: Draws, people: Sequence[Person]) -> Iterator[Row]:
    """Rows of the competency results; most leaders are tested, others in part."""
    stream = draws.stream("results")
    u = stream.uniform(len(people), 4)
    for person, row in zip(people, u, strict=True):
        sessions = _sessions(person, [float(value) for value in row])
        for session in sessions:
            yield from _session_rows(person, session, stream)


def _sessions(person: Person, u: list[float]) -> list[Session]:
    if person.is_sound:
        special = {Case.RESULTS_EXPIRED: EXPIRED_SESSION, Case.RESULTS_INTERNAL: INTERNAL_SESSION}
        return [special[Case(person.case)]] if person.case in special else [SESSIONS[int(u[1] * len(SESSIONS))]]
    if person.seat.status != "PNS":
        return []
    share = _TESTED_LEADER if is_leader(person) else _TESTED.get(person.tier, 0.0)
    sessions = [SESSIONS[int(u[1] ** 1.3 * len(SESSIONS))]] if u[0] < share else []
    if u[2] < _FORMERLY and (sessions or is_leader(person)):
        sessions.append(EXPIRED_SESSION)
    if u[3] < _INTERNALLY and (sessions or is_leader(person)):
        sessions.append(INTERNAL_SESSION)
    return sessions


def _session_rows(person: Person, session: Session, stream: Stream) -> Iterator[Row]:
    levels = _levels(person, stream.normal(len(COMPETENCIES)))
    errors = stream.uniform(len(COMPETENCIES))
    end = _three_years_later(session.day) if session.method == "asesmen" else None
    left_out = "M.05" if person.case == Case.RESULT_MISSING else ""
    tail = (session.provider, session.method, session.accreditation, session.day, end)
    for code, level, error in zip(COMPETENCIES, levels, errors, strict=True):
        if code != left_out:
            se = show_decimal(0.26 + 0.18 * float(error), 2) if session.gives_se else None
            yield person.nip, code, int(level), None, se, *tail
    if session.method == "cact":
        for code, u in zip(("LD", "ES"), stream.uniform(2), strict=True):
            score = min(100.0, max(20.0, 66 + 9 * person.ability + 24 * (float(u) - 0.5)))
            yield person.nip, code, None, show_decimal(score, 1), None, *tail
    elif session.method == "asesmen" and person.tier in {"administrator", "jpt_pratama"}:
        for code, u in zip(POTENTIALS, stream.uniform(len(POTENTIALS)), strict=True):
            score = min(100.0, max(30.0, 72 + 8 * person.ability + 20 * (float(u) - 0.5)))
            yield person.nip, code, None, show_decimal(score, 1), None, *tail


def _levels(person: Person, noise: Floats) -> Ints:
    mean = _MEAN_LEVEL[person.tier] + 0.42 * person.ability
    levels: Ints = np.clip(np.rint(mean + 0.45 * noise), 1, 5).astype(np.int64)
    return np.maximum(levels, 2) if person.is_sound else levels


def _three_years_later(day: dt.date) -> dt.date:
    return day.replace(year=day.year + 3)


@dataclass(frozen=True, slots=True)
class Course:
    """A training that is offered every year."""

    name: str
    kind: str
    path: str
    hours: int


COURSES = (
    Course("Pelayanan Publik Prima", "teknis", "klasikal", 16),
    Course("Pengelolaan Pengaduan Masyarakat", "teknis", "klasikal", 12),
    Course("Manajemen Risiko Pemerintah Daerah", "teknis", "klasikal", 16),
    Course("Penyusunan Perjanjian Kinerja", "teknis", "nonklasikal", 8),
    Course("Pengadaan Barang dan Jasa Pemerintah", "teknis", "klasikal", 40),
    Course("Literasi Digital ASN", "teknis", "nonklasikal", 10),
    Course("Keamanan Informasi Dasar", "teknis", "nonklasikal", 6),
    Course("Core Values BerAKHLAK", "sosial_kultural", "nonklasikal", 4),
    Course("Penguatan Jabatan Fungsional", "fungsional", "klasikal", 30),
    Course("Seminar Inovasi Daerah", "seminar", "klasikal", 6),
    Course("Analisis Kebijakan Publik", "teknis", "klasikal", 24),
    Course("Pengelolaan Arsip Dinamis", "teknis", "nonklasikal", 12),
)
_PROVIDERS = ("BKPSDM Kota Balikpapan", "Pusat Pelatihan LAN (contoh)", "BPSDM Provinsi (contoh)")
_LEADERSHIP = {
    "pengawas": (("PKP", "Pelatihan Kepemimpinan Pengawas", 0.72),),
    "administrator": (
        ("PKP", "Pelatihan Kepemimpinan Pengawas", 0.85),
        ("PKA", "Pelatihan Kepemimpinan Administrator", 0.7),
    ),
    "jpt_pratama": (
        ("PKA", "Pelatihan Kepemimpinan Administrator", 0.9),
        ("PKN_II", "Pelatihan Kepemimpinan Nasional Tingkat II", 0.7),
    ),
}
_OLD_CODES = {"PKP": ("DIKLATPIM_IV", "Diklat Kepemimpinan Tingkat IV"), "PKA": ("DIKLATPIM_III", "Diklatpim III")}
TRAINING_YEARS = (2023, 2024, 2025)
_USUAL_HOURS = {LEADER_GROUP: 17, "staff": 16, "teacher": 11, "health": 12}
_MOST_COURSES, _EVALUATED_FROM_HOURS = 4, 12
_EVALUATED, _WITHOUT_SE = 0.42, 0.1  # shares of courses
_RENAMED = 2020  # Diklatpim III and IV became PKA and PKP


def training_rows(draws: Draws, people: Sequence[Person]) -> Iterator[Row]:
    """Rows of trainings; PNS aim at their twenty hours a year, PPPK are offered less."""
    stream = draws.stream("training")
    aims = stream.normal(len(people), len(TRAINING_YEARS))
    starts = stream.integers(0, len(COURSES) - 1, len(people))
    u = stream.uniform(len(people), 3)
    for person, aim, first, row in zip(people, aims, starts, u, strict=True):
        yield from _leadership_rows(person, [float(value) for value in row])
        for index, year in enumerate(TRAINING_YEARS):
            if person.entry.year < year:
                wanted = _wanted_hours(person, year, float(aim[index]))
                yield from _course_rows(person, year, wanted, int(first) + 3 * index, stream)


def _wanted_hours(person: Person, year: int, noise: float) -> float:
    if person.case == Case.FEW_HOURS and year == TRAINING_YEARS[-1]:
        return 8.0
    if person.seat.status == "PPPK":
        return 2 + 5 * noise
    wanted = _USUAL_HOURS[person.seat.group] + 7 * person.diligence + 7 * noise
    return max(20.0, wanted) if person.is_sound else wanted


def _course_rows(person: Person, year: int, wanted: float, first: int, stream: Stream) -> Iterator[Row]:
    hours = number = 0
    while hours < wanted and number < _MOST_COURSES:
        course = COURSES[(first + 5 * number) % len(COURSES)]
        if person.case == Case.FEW_HOURS and year == TRAINING_YEARS[-1]:
            course = COURSES[6]
        draw = [float(value) for value in stream.uniform(4)]
        start = dt.date(year, 1, 8) + dt.timedelta(days=int(draw[0] * 330))
        end = start + dt.timedelta(days=max(0, (course.hours - 1) // 8))
        certificate = f"{year}/{number + 1}/{person.nip[2:8]}{person.nip[-3:]}"
        yield (
            *(person.nip, course.name, "", course.kind, course.path, _PROVIDERS[int(draw[1] * len(_PROVIDERS))]),
            *(start, end, course.hours, "", certificate, *_transfer(person, course, draw[2], draw[3])),
        )
        hours += course.hours
        number += 1


def _transfer(person: Person, course: Course, chance: float, u: float) -> tuple[str | None, str | None]:
    if course.hours < _EVALUATED_FROM_HOURS or chance > _EVALUATED:
        return None, None
    value = 67 + 7 * person.ability + 5 * person.diligence + 26 * (u - 0.5)
    se = show_decimal(4.5 + 10 * chance, 1) if chance > _WITHOUT_SE else None
    return show_decimal(min(99.0, max(15.0, value)), 1), se


def _leadership_rows(person: Person, u: list[float]) -> Iterator[Row]:
    if not is_leader(person) or person.case == Case.FEW_HOURS:
        return
    for (code, name, share), draw in zip(_LEADERSHIP[person.tier], u, strict=False):
        if draw > share and not person.is_sound:
            continue
        start = max(person.entry.replace(year=person.entry.year + 4), dt.date(2013 + int(draw * 15), 5, 6))
        start = min(start, dt.date(2025, 5, 5))
        new_code, new_name = _OLD_CODES.get(code, (code, name)) if start.year < _RENAMED else (code, name)
        certificate = f"{new_code}/{start.year}/{person.nip[2:8]}{person.nip[-3:]}"
        end = start + dt.timedelta(days=110)
        yield (
            *(person.nip, new_name, new_code, "kepemimpinan", "klasikal", _PROVIDERS[1], start, end),
            *(880, "Memuaskan", certificate, None, None),
        )
