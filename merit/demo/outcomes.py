"""What the units achieve: results, agreements, complaints and satisfaction, driven by those who lead them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from merit.demo.appraisals import YEARS
from merit.demo.city import City, Unit
from merit.demo.draws import Draws, Stream
from merit.demo.people import Person
from merit.demo.tables import Row, show_decimal

_OFFICES = {"dinas", "badan", "kantor", "sekretariat", "inspektorat", "satuan", "rsud", "rs", "kecamatan"}
_PREDICATES = ((110.0, "istimewa"), (90.0, "baik"), (70.0, "butuh_perbaikan"), (50.0, "kurang"))
_FIRST_DAY, _LAST_DAY = dt.date(2024, 9, 1), dt.date(2026, 2, 28)
# Expected complaints in the 18 months of the file, by kind of unit.
_COMPLAINTS = {
    "kelurahan": 9.0,
    "kecamatan": 11.0,
    "dinas": 18.0,
    "puskesmas": 8.0,
    "rsud": 30.0,
    "rs": 8.0,
    "seksi": 4.0,
    "bidang": 5.0,
    "uptd": 6.0,
    "sekolah": 0.8,
}
_COMPLAINT_KINDS = (("normatif", 0.7), ("tanpa_pengawasan", 0.25), ("pengawasan", 0.05))
_LIMITS = {"normatif": 5, "tanpa_pengawasan": 14, "pengawasan": 60}
_CHANNELS = (("langsung", 0.3), ("digital", 0.4), ("SP4N-LAPOR", 0.3))
_CALENDAR_PER_WORKING_DAY, _REOPENED = 1.45, 0.04
_NO_RESULT, _NO_SURVEY, _WITH_DEVIATION, _UPHELD = 0.015, 0.03, 0.93, 0.8
_INDICATORS = (
    ("Persentase layanan tepat waktu", "persen", 95.0),
    ("Persentase pengaduan selesai sesuai batas waktu", "persen", 92.0),
    ("Realisasi program prioritas", "persen", 90.0),
)


def unit_qualities(draws: Draws, city: City, people: Sequence[Person]) -> dict[str, float]:
    """Return the latent quality of every unit that somebody may lead: its leader's traits and luck."""
    led = {person.leads: person for person in people if person.leads}
    codes = [post.leads for post in city.posts.values() if post.leads]
    noise = draws.stream("units").normal(len(codes))
    return {code: _quality(led.get(code), float(error)) for code, error in zip(codes, noise, strict=True)}


def _quality(leader: Person | None, noise: float) -> float:
    if leader is None:
        return 0.7 * noise
    return 0.35 * leader.service + 0.3 * leader.diligence + 0.25 * leader.ability + 0.6 * noise


def unit_result_rows(draws: Draws, city: City, qualities: Mapping[str, float]) -> Iterator[Row]:
    """Rows of yearly achievement; offices carry the organisation's other scores too."""
    stream = draws.stream("unit-results")
    for code, quality in qualities.items():
        unit = city.units[code]
        is_office = unit.parent == "" and unit.kind in _OFFICES
        years = YEARS if is_office else YEARS[2:]
        noise = stream.normal(len(years), 6)
        gap = float(stream.uniform(1)[0]) < _NO_RESULT
        for year, errors in zip(years, noise, strict=True):
            if gap and not is_office and year == YEARS[-1]:
                continue
            achieved = min(135.0, max(52.0, 96 + 7 * quality + 4 * float(errors[0])))
            predicate = next((name for least, name in _PREDICATES if achieved >= least), "sangat_kurang")
            scores = _office_scores(quality, [float(e) for e in errors[1:]]) if is_office else (None,) * 5
            yield code, year, show_decimal(achieved, 2), predicate if is_office else None, *scores


def _office_scores(quality: float, errors: Sequence[float]) -> tuple[str, ...]:
    means = ((70.0, 4.0, 95.0), (3.8, 0.3, 5.0), (72.0, 5.0, 99.0), (41.0, 5.0, 60.0), (74.0, 4.0, 99.0))
    return tuple(
        show_decimal(min(top, mean + spread * (0.6 * quality + 0.6 * error)), 2)
        for (mean, spread, top), error in zip(means, errors, strict=True)
    )


def agreement_rows(draws: Draws, city: City, qualities: Mapping[str, float]) -> Iterator[Row]:
    """Rows of the performance agreements of offices and kelurahan, by quarter of two years."""
    stream = draws.stream("agreements")
    for unit in city.units.values():
        if unit.kind != "kelurahan" and not (unit.parent == "" and unit.kind in _OFFICES):
            continue
        noise = stream.normal(2, 4, len(_INDICATORS))
        for index, year in enumerate((2024, 2025)):
            for quarter in range(1, 5):
                for number, (name, measure, target) in enumerate(_INDICATORS):
                    reached = target + 3 * qualities[unit.code] + 2.5 * float(noise[index, quarter - 1, number])
                    yield (
                        *(unit.code, year, quarter, name, show_decimal(target, 1)),
                        *(show_decimal(min(100.0, reached), 1), measure, f"Perjanjian Kinerja {year}"),
                    )


def complaint_rows(draws: Draws, city: City, qualities: Mapping[str, float]) -> Iterator[Row]:
    """Rows of public complaints over eighteen months, some late, reopened or still open."""
    stream = draws.stream("complaints")
    units = [city.units[code] for code in qualities if city.units[code].is_public]
    counts = stream.poisson(np.array([_COMPLAINTS.get(unit.kind, 0.5) for unit in units]))
    number = 0
    for unit, count in zip(units, counts, strict=True):
        for draw in stream.uniform(int(count), 7):
            number += 1
            yield _complaint(number, unit, qualities[unit.code], [float(value) for value in draw], stream)


def _complaint(number: int, unit: Unit, quality: float, u: list[float], stream: Stream) -> Row:
    received = _FIRST_DAY + dt.timedelta(days=int(u[0] * ((_LAST_DAY - _FIRST_DAY).days + 1)))
    kind = _choose(_COMPLAINT_KINDS, u[1])
    channel = _choose(_CHANNELS, u[2])
    z = stream.normal(2)
    first_answer = received + dt.timedelta(days=int(max(0.0, 0.4 - 0.5 * quality + 1.3 * float(z[0]))))
    days = _LIMITS[kind] * _CALENDAR_PER_WORKING_DAY * 0.5 * np.exp(0.62 * float(z[1]) - 0.25 * quality)
    end = max(first_answer, received + dt.timedelta(days=int(days)))
    again = end + dt.timedelta(days=5 + int(u[4] * 20)) if u[3] < _REOPENED else dt.date.max
    # What happened after the last day of the data has not happened yet.
    answered, closed, reopened = (day if day <= _LAST_DAY else None for day in (first_answer, end, again))
    outcome = ("selesai" if u[5] < _UPHELD else "tidak terbukti") if closed else ""
    return f"ADU-{received.year}-{number:05d}", unit.code, kind, channel, received, answered, closed, reopened, outcome


def _choose(options: Sequence[tuple[str, float]], u: float) -> str:
    edge = 0.0
    for name, share in options:
        edge += share
        if u < edge:
            return name
    return options[-1][0]


def satisfaction_rows(draws: Draws, city: City, qualities: Mapping[str, float]) -> Iterator[Row]:
    """Rows of the satisfaction index: half-yearly where citizens come, yearly elsewhere."""
    stream = draws.stream("satisfaction")
    for code, quality in qualities.items():
        periods = ("2024-12", "2025-06", "2025-12") if city.units[code].is_public else ("2024", "2025")
        u = stream.uniform(len(periods), 3)
        for period, noise, row in zip(periods, stream.normal(len(periods)), u, strict=True):
            if row[2] < _NO_SURVEY:
                continue
            score = min(99.0, max(45.0, 81 + 5.5 * quality + 2 * float(noise)))
            spread = show_decimal(7 + 7 * float(row[1]), 2) if row[2] < _WITH_DEVIATION else None
            yield code, period, show_decimal(score, 2), 20 + int(float(row[0]) * 280), spread
