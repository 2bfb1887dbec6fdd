"""The officials themselves: birth, appointment, grade, posts and the latent traits behind their records."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from merit.demo.careers import AS_OF, DAYS, Held, between, draw_career, years_before
from merit.demo.city import City
from merit.demo.draws import Draws, Floats
from merit.demo.names import draw_names, draw_titles, study_field
from merit.demo.profiles import PROFILES, Profile
from merit.demo.staffing import Seat


@dataclass(slots=True)
class Person:
    """One synthetic official; traits are standard normal, about 0.35 correlated."""

    seat: Seat
    nip: str
    name: str
    titles: tuple[str, str]
    sex: str
    birth: dt.date
    entry: dt.date
    education: str
    study: str
    grade: str
    grade_since: dt.date
    held: list[Held]
    ability: float
    diligence: float
    service: float
    email: str
    case: str = ""
    is_sound: bool = False
    unit_field: str = ""

    @property
    def tier(self) -> str:
        """Tier of the present post."""
        return self.seat.post.tier

    @property
    def leads(self) -> str:
        """Code of the unit led, empty when none."""
        return self.seat.post.leads

    @property
    def since(self) -> dt.date:
        """Start of the present post."""
        return self.held[-1].starts


GRADES = (*(f"{roman}/{ruang}" for roman in ("I", "II", "III") for ruang in "abcd"), *(f"IV/{r}" for r in "abcde"))
_START_GRADE = {"SD": "I/a", "SMP": "I/c", "SLTA": "II/a", "D3": "II/c", "S1/D4": "III/a", "S2": "III/b", "S3": "III/c"}
_EDUCATION_CAP = {"SMP": "II/d", "SLTA": "III/b", "D3": "III/d"}
_PPPK_GRADE = {"SMP": "IV", "SLTA": "V", "D3": "VII", "S1/D4": "IX", "S2": "X"}
_ENTRY_AGE = {"SMP": (19, 26), "SLTA": (19, 26), "D3": (21, 28), "S1/D4": (22, 29), "S2": (23, 30), "S3": (23, 29)}
_OLDEST = {"jpt_pratama": 59.4, "jf_ahli_madya": 59.4}
_FIRST_SERIAL = 901  # real serials are low: no real person has such a NIP
_TENTHS = 10


def make_people(city: City, draws: Draws, seats: Sequence[Seat]) -> list[Person]:
    """Return one official per seat, in the order of the seats."""
    count = len(seats)
    u = draws.stream("people").uniform(count, 16)
    sexes = ["P" if row[0] < _women(seat) else "L" for row, seat in zip(u, seats, strict=True)]
    education = [_education(seat, float(row[1])) for row, seat in zip(u, seats, strict=True)]
    fields = [city.units[seat.post.unit].field for seat in seats]
    names = draw_names(draws, sexes)
    titles = draw_titles(draws.stream("titles"), education, fields)
    traits = _traits(draws, count)
    serials: Counter[str] = Counter()
    people = []
    for i, seat in enumerate(seats):
        person = _make_person(seat, u[i], sexes[i], education[i], fields[i])
        person.name, person.titles = names[i], titles[i]
        lift = PROFILES[seat.post.tier].lift
        person.ability, person.diligence, person.service = (float(value) + lift for value in traits[i])
        number_person(person, serials)
        people.append(person)
    return people


def _women(seat: Seat) -> float:
    if seat.post.name.startswith("Bidan "):
        return 1.0
    return {"teacher": 0.7, "health": 0.72}.get(seat.group, 0.42)


def _traits(draws: Draws, count: int) -> Floats:
    """Three standard normals, correlated 0.35: one common factor and three own ones."""
    z = draws.stream("traits").normal(count, 4)
    traits: Floats = np.sqrt(0.35) * z[:, :1] + np.sqrt(0.65) * z[:, 1:]
    return traits


def _education(seat: Seat, u: float) -> str:
    options = PROFILES[seat.post.tier].education
    if seat.status != "PNS" and seat.post.tier == "pelaksana":
        options = (("SLTA", 45), ("D3", 20), ("S1/D4", 35))
    total = sum(weight for _level, weight in options)
    edge = 0.0
    for level, weight in options:
        edge += weight / total
        if u < edge:
            return level
    return options[-1][0]


def _make_person(seat: Seat, u: Floats, sex: str, education: str, work: str) -> Person:
    profile = PROFILES[seat.post.tier]
    draw = [float(value) for value in u]
    entry = _entry(seat, profile, draw)
    birth = _birth(seat, entry, education, draw)
    return Person(
        seat=seat,
        nip="",
        name="",
        titles=("", ""),
        sex=sex,
        birth=birth,
        entry=entry,
        education=education,
        study=study_field(education, work, int(draw[5] * 1000)),
        grade=_grade(seat, profile, education, entry, draw[6]),
        grade_since=_grade_since(seat, entry, draw[7]),
        held=draw_career(seat, profile, entry, draw[8:]),
        ability=0.0,
        diligence=0.0,
        service=0.0,
        email="",
        unit_field=work,
    )


def _entry(seat: Seat, profile: Profile, draw: list[float]) -> dt.date:
    if seat.status == "CPNS":
        return dt.date(2025, 6, 1)
    if seat.status == "PPPK":
        return (dt.date(2022, 5, 1), dt.date(2023, 6, 1), dt.date(2024, 5, 1), dt.date(2025, 7, 1))[int(draw[2] * 4)]
    return years_before(AS_OF, between(profile.service, draw[2] ** 1.25))


def _birth(seat: Seat, entry: dt.date, education: str, draw: list[float]) -> dt.date:
    ages = (23.0, 52.0) if seat.status == "PPPK" else _ENTRY_AGE[education]
    age = between((ages[0], ages[1]), draw[3] ** (1.6 if seat.status == "PPPK" else 1.0))
    birth = entry - dt.timedelta(days=round((age + draw[4]) * DAYS))
    oldest = _OLDEST.get(seat.post.tier, 57.4)
    earliest = AS_OF - dt.timedelta(days=round(oldest * DAYS))
    return birth if birth > earliest else earliest + dt.timedelta(days=int(draw[4] * 700))


def _grade(seat: Seat, profile: Profile, education: str, entry: dt.date, u: float) -> str:
    if seat.status == "PPPK":
        return _PPPK_GRADE[education]
    low, high = (GRADES.index(code) for code in profile.grades)
    start = GRADES.index(_START_GRADE[education])
    if seat.status == "CPNS":
        return GRADES[start]
    steps = int(((AS_OF - entry).days / DAYS + 2 * u - 1) / 4)
    cap = GRADES.index(_EDUCATION_CAP.get(education, profile.grades[1]))
    return GRADES[max(min(start + steps, high, max(cap, low)), min(low, cap))]


def _grade_since(seat: Seat, entry: dt.date, u: float) -> dt.date:
    if seat.status != "PNS":
        return entry
    return max(entry, years_before(AS_OF, 0.2 + 3.8 * u))


def number_person(person: Person, serials: Counter[str]) -> None:
    """Give a NIP that agrees with birth, appointment and sex, and a reserved e-mail address."""
    month = f"{person.entry:%m}" if person.seat.status != "PPPK" else "21"
    stem = f"{person.birth:%Y%m%d}{person.entry:%Y}{month}{'1' if person.sex == 'L' else '2'}"
    serials[stem] += 1
    person.nip = f"{stem}{_FIRST_SERIAL + serials[stem] - 1:03d}"
    local = ".".join("".join(c for c in part.lower() if c.isalpha()) for part in person.name.split()[:2])
    person.email = f"{local}.{person.nip[-10:]}@pegawai.example" if int(person.nip[7]) % _TENTHS else ""
