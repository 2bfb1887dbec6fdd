"""Seats of the city: which posts are filled, by which kind of employment, for any number of officials."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from merit.demo.city import City, Post, Unit, found_city
from merit.demo.draws import Draws, Stream

TEACHER_SHARE, TEACHERS_PER_SCHOOL, MOST_SCHOOLS = 0.35, 13, 400
# Posts left empty: they are the vacancies.
VACANT_POSTS = {
    "LOWONGAN-1": "1.02.10.10.B1.K",
    "LOWONGAN-2": "6.00.01.03.K02.K",
    "LOWONGAN-3": "4.00.02.01.K",
    "LOWONGAN-4": "3.00.01.01.K",
    "LOWONGAN-5": "6.00.01.02.K",
}
# Standards (M.01-M.08, SK.01) that make two vacancies ask for more than the default of the tier.
_VACANCY_STANDARDS = {
    "LOWONGAN-1": (4, 3, 3, 4, 4, 3, 3, 3, 3),
    "LOWONGAN-3": (4, 4, 4, 4, 5, 4, 4, 4, 4),
}
_OWN_STANDARDS, _STANDARD_SHIFTS, _COMPETENCIES = 0.4, (0.15, 0.62, 0.23), 9
# Filled leading posts per tier: share of all officials, at least and at most.
LEADERS = {
    "jpt_pratama": (0.005, 8, 30),
    "administrator": (0.025, 20, 146),
    "pengawas": (0.085, 60, 500),
}
LEADER_GROUP = "leader"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Officials of one kind: share of those who lead nothing, their tiers and where they work."""

    name: str
    status: str
    share: float
    tiers: tuple[tuple[str, float], ...]
    places: str


GROUPS = (
    Group(name="teacher", status="PPPK", share=0.215, tiers=(("jf_ahli_pertama", 1),), places="school"),
    Group(
        name="health", status="PPPK", share=0.085, tiers=(("jf_terampil", 6), ("jf_ahli_pertama", 4)), places="clinic"
    ),
    Group(
        name="staff",
        status="PPPK",
        share=0.17,
        tiers=(("pelaksana", 76), ("jf_pemula", 4), ("jf_terampil", 8), ("jf_ahli_pertama", 12)),
        places="office",
    ),
    Group(name="staff", status="CPNS", share=0.015, tiers=(("pelaksana", 5), ("jf_ahli_pertama", 5)), places="office"),
    Group(
        name="teacher",
        status="PNS",
        share=0.18,
        tiers=(("jf_ahli_pertama", 40), ("jf_ahli_muda", 12), ("jf_ahli_madya", 48)),
        places="school",
    ),
    Group(
        name="health",
        status="PNS",
        share=0.09,
        tiers=(
            ("jf_terampil", 15),
            ("jf_mahir", 22),
            ("jf_penyelia", 18),
            ("jf_ahli_pertama", 25),
            ("jf_ahli_muda", 12),
            ("jf_ahli_madya", 8),
        ),
        places="clinic",
    ),
    Group(
        name="staff",
        status="PNS",
        share=0.095,
        tiers=(
            ("jf_ahli_pertama", 38),
            ("jf_ahli_muda", 40),
            ("jf_ahli_madya", 10),
            ("jf_terampil", 6),
            ("jf_mahir", 6),
        ),
        places="office",
    ),
    Group(name="staff", status="PNS", share=0.15, tiers=(("pelaksana", 1),), places="office"),
)

_JF_WORD = {
    "jf_ahli_utama": "Ahli Utama",
    "jf_ahli_madya": "Ahli Madya",
    "jf_ahli_muda": "Ahli Muda",
    "jf_ahli_pertama": "Ahli Pertama",
    "jf_penyelia": "Penyelia",
    "jf_mahir": "Mahir",
    "jf_terampil": "Terampil",
    "jf_pemula": "Pemula",
}
_HEALTH_JOBS = {True: ("Dokter", "Apoteker", "Perawat", "Bidan"), False: ("Perawat", "Bidan", "Sanitarian")}
_STAFF_JOBS = {
    "komunikasi": ("Pranata Komputer", "Pranata Hubungan Masyarakat", "Statistisi"),
    "keuangan": ("Analis Keuangan Pusat dan Daerah", "Pemeriksa Pajak"),
    "kepegawaian": ("Analis SDM Aparatur", "Asesor SDM Aparatur"),
    "perencanaan": ("Perencana", "Peneliti"),
    "pengawasan": ("Auditor", "Pengawas Pemerintahan"),
    "infrastruktur": ("Teknik Jalan dan Jembatan", "Penata Ruang"),
    "lingkungan": ("Pengendali Dampak Lingkungan",),
    "sosial": ("Pekerja Sosial", "Mediator Hubungan Industrial"),
    "kesehatan": ("Administrator Kesehatan",),
    "pendidikan": ("Pamong Budaya", "Arsiparis"),
}
_COMMON_JOBS = ("Analis Kebijakan", "Arsiparis", "Perencana")
_CLERK_JOBS = (
    "Penelaah Teknis Kebijakan",
    "Pengelola Layanan Operasional",
    "Pengadministrasi Perkantoran",
    "Operator Layanan Operasional",
)


@dataclass(frozen=True, slots=True)
class Seat:
    """One place for one official."""

    post: Post
    status: str
    group: str


def plan_city(draws: Draws, count: int) -> tuple[City, list[Seat]]:
    """Return the city and exactly ``count`` seats in it."""
    schools = max(4, min(MOST_SCHOOLS, round(count * TEACHER_SHARE / TEACHERS_PER_SCHOOL)))
    city = found_city(schools=schools)
    _set_standards(city, draws.stream("standards"))
    seats = list(_leaders(city, draws.stream("leaders"), count))
    seats += _members(city, draws, count - len(seats))
    return city, seats


def _set_standards(city: City, stream: Stream) -> None:
    """Give about two in five leading posts a competency standard of their own."""
    base = {"jpt_pratama": 4, "administrator": 3, "pengawas": 2}
    own = stream.uniform(len(city.posts))
    shifts = stream.pick(_STANDARD_SHIFTS, len(city.posts) * _COMPETENCIES).reshape(-1, _COMPETENCIES)
    for post, draw, shift in zip(list(city.posts.values()), own, shifts, strict=True):
        if post.tier in base and draw < _OWN_STANDARDS and post.code not in VACANT_POSTS.values():
            levels = tuple(int(min(5, max(1, base[post.tier] + step - 1))) for step in shift)
            city.posts[post.code] = replace(post, standard=levels)
    for vacancy, levels in _VACANCY_STANDARDS.items():
        code = VACANT_POSTS[vacancy]
        city.posts[code] = replace(city.posts[code], standard=levels)


def _leaders(city: City, stream: Stream, count: int) -> Iterator[Seat]:
    empty = set(VACANT_POSTS.values())
    for tier, (share, least, most) in LEADERS.items():
        posts = [post for post in city.posts.values() if post.tier == tier and post.code not in empty]
        wanted = max(least, min(most, round(share * count)))
        for index in sorted(stream.order(len(posts))[:wanted]):
            yield Seat(posts[index], "PNS", LEADER_GROUP)


def _members(city: City, draws: Draws, count: int) -> Iterator[Seat]:
    places = _places(city)
    total = sum(group.share for group in GROUPS)
    done = 0
    for number, group in enumerate(GROUPS):
        wanted = count - done if group is GROUPS[-1] else round(count * group.share / total)
        done += wanted
        stream = draws.stream(f"members/{number}")
        tiers = stream.pick([weight for _tier, weight in group.tiers], wanted)
        jobs = stream.integers(0, 11, wanted)
        spread = itertools.cycle([places[group.places][index] for index in stream.order(len(places[group.places]))])
        heads = _heads(city, group) if group.status == "PNS" else {}
        for tier_index, job, unit in zip(tiers, jobs, spread, strict=False):
            tier = group.tiers[int(tier_index)][0]
            post = next(heads[tier], None) if tier in heads else None
            yield Seat(post or _shared_post(city, unit, group, tier, int(job)), group.status, group.name)


def _heads(city: City, group: Group) -> dict[str, Iterator[Post]]:
    """Return the leading posts that members of the group fill beside their functional work, by tier."""
    kinds = {"teacher": "sekolah", "health": "puskesmas"}
    wanted = kinds.get(group.name)
    posts = [post for post in list(city.posts.values()) if post.leads and city.units[post.leads].kind == wanted]
    return {tier: iter([post for post in posts if post.tier == tier]) for tier in {post.tier for post in posts}}


def _places(city: City) -> dict[str, Sequence[Unit]]:
    units = list(city.units.values())
    hospitals = [unit for unit in units if unit.kind in {"rsud", "rs"}]
    return {
        "school": [unit for unit in units if unit.kind == "sekolah"],
        "clinic": [unit for unit in units if unit.kind == "puskesmas"] + hospitals * 6,
        "office": [
            unit
            for unit in units
            if unit.kind in {"bidang", "bagian", "sekretariat", "kelurahan", "kecamatan", "uptd", "kantor", "badan"}
        ],
    }


def _shared_post(city: City, unit: Unit, group: Group, tier: str, job: int) -> Post:
    name = _job_name(unit, group.name, tier, job)
    initials = "".join(word[0] for word in name.split())
    code = f"{unit.code}.F.{initials}"
    serial = 2
    while code in city.posts and city.posts[code].name != name:
        code = f"{unit.code}.F.{initials}{serial}"
        serial += 1
    return city.posts.get(code) or city.add_post(name, tier, unit, code=code)


def _job_name(unit: Unit, group: str, tier: str, job: int) -> str:
    if tier == "pelaksana":
        return _CLERK_JOBS[job % len(_CLERK_JOBS)]
    if group == "teacher":
        return f"Guru {_JF_WORD[tier]}"
    if group == "health":
        options: Sequence[str] = _HEALTH_JOBS[tier.startswith("jf_ahli")]
    elif tier.startswith("jf_ahli"):
        options = (*_STAFF_JOBS.get(unit.field, ()), *_COMMON_JOBS)
    else:
        options = ("Arsiparis", "Pranata Komputer")
    return f"{options[job % len(options)]} {_JF_WORD[tier]}"
