"""Five years of appraisals and one round of feedback, driven by the latent traits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

import numpy as np

from merit.demo.cases import Case, is_leader
from merit.demo.city import City
from merit.demo.draws import Draws, Floats
from merit.demo.people import Person
from merit.demo.tables import Row

YEARS = (2021, 2022, 2023, 2024, 2025)
RATINGS = ("di_bawah", "sesuai", "di_atas")
ASPECTS = ("berorientasi_pelayanan", "akuntabel", "kompeten", "harmonis", "loyal", "adaptif", "kolaboratif")
SHORT_FORM = ("loyal", "berorientasi_pelayanan")
FEEDBACK_YEAR = 2025
# PermenPANRB 6/2022: result (row) by behaviour (column).
MATRIX = (
    ("Sangat Kurang", "Butuh Perbaikan", "Butuh Perbaikan"),
    ("Kurang/Misconduct", "Baik", "Baik"),
    ("Kurang/Misconduct", "Baik", "Sangat Baik"),
)
_MISSING = 0.012
_LOW, _HIGH = -1.45, 0.75
_RATERS = {"atasan": (1, 1), "rekan": (3, 5), "bawahan": (2, 5), "masyarakat": (3, 5)}
_GROUP_SHIFT = {"atasan": 0.1, "rekan": 0.0, "bawahan": 0.05, "masyarakat": -0.1}


def performance_rows(draws: Draws, people: Sequence[Person]) -> Iterator[Row]:
    """Rows of the appraisals of every year served for at least half, with a few missing."""
    stream = draws.stream("performance")
    noise = stream.normal(len(people), len(YEARS), 2)
    missing = stream.uniform(len(people), len(YEARS)) < _MISSING
    for person, errors, gaps in zip(people, noise, missing, strict=True):
        for index, year in enumerate(YEARS):
            if person.entry > dt.date(year, 6, 30) or _has_no_appraisal(person, year, gap=bool(gaps[index])):
                continue
            result, behaviour = _ratings(person, year, errors[index])
            predicate = MATRIX[result][behaviour] if (int(person.nip[-1]) + year) % 3 else ""
            yield (
                *(person.nip, year, RATINGS[result], RATINGS[behaviour], predicate),
                f"Pejabat Penilai {person.seat.post.unit}",
            )


def _has_no_appraisal(person: Person, year: int, *, gap: bool) -> bool:
    if person.is_sound:
        absent = {Case.APPRAISAL_MISSING, Case.SHORT_YEAR, Case.STUDY_LEAVE}
        return person.case in absent and year == FEEDBACK_YEAR
    return gap


def _ratings(person: Person, year: int, errors: Floats) -> tuple[int, int]:
    """Return indices of result and behaviour rating; the thresholds put about 6 % below and 25 % above."""
    result = 0.45 * person.ability + 0.4 * person.diligence + 0.65 * float(errors[0])
    behaviour = 0.5 * person.service + 0.35 * person.diligence + 0.65 * float(errors[1])
    indices = [1 + int(latent > _HIGH) - int(latent < _LOW) for latent in (result, behaviour)]
    if person.is_sound:
        indices = [max(1, index) for index in indices]
    if person.case == Case.BAD_YEAR and year == FEEDBACK_YEAR - 1:
        indices[0] = 0
    return indices[0], indices[1]


def feedback_rows(draws: Draws, city: City, people: Sequence[Person]) -> Iterator[Row]:
    """Rows of the 360 feedback: superiors fill in the full form, the others the short one."""
    stream = draws.stream("feedback")
    sampled = stream.uniform(len(people))
    raters = 0
    for person, u in zip(people, sampled, strict=True):
        if u > _sampling_share(person):
            continue
        groups = [group for group in _RATERS if group != "masyarakat" or city.units[person.seat.post.unit].is_public]
        groups = [group for group in groups if group != "bawahan" or person.leads]
        sizes = stream.uniform(len(groups))
        for group, size in zip(groups, sizes, strict=True):
            least, most = _RATERS[group]
            count = least + int(size * (most - least + 1))
            aspects = ASPECTS if group == "atasan" else SHORT_FORM
            scores = _scores(person, group, stream.normal(count, len(aspects) + 1))
            for row in scores:
                raters += 1
                pseudonym = f"P{raters * 7919 % 10_000_019:08d}"
                for aspect, score in zip(aspects, row, strict=True):
                    yield person.nip, FEEDBACK_YEAR, pseudonym, group, aspect, int(score)


def _sampling_share(person: Person) -> float:
    if is_leader(person):
        return 0.97
    if person.seat.status != "PNS":
        return 0.0
    return {"jf_ahli_muda": 0.55, "pelaksana": 0.15, "jf_ahli_pertama": 0.08}.get(person.tier, 0.0)


def _scores(person: Person, group: str, noise: Floats) -> Floats:
    """Return marks 1-5: trait, leniency of the rater (last column), noise."""
    level = 3.85 + 0.3 * person.service + 0.16 * person.diligence + _GROUP_SHIFT[group]
    marks: Floats = np.clip(np.rint(level + 0.3 * noise[:, -1:] + 0.45 * noise[:, :-1]), 1, 5)
    return marks
