"""Units and leading posts of the demonstration city, built from the two data files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from merit.config import ROOT

CITY_FILE = ROOT / "merit" / "data" / "balikpapan.yaml"
STRUCTURE_FILE = Path(__file__).with_name("structure.yaml")
EDUCATION_OFFICE, HEALTH_OFFICE = "1.01.01.01", "1.01.02.00"
GRADE_RANGES = {
    "jpt_pratama": ("IV/b", "IV/d"),
    "administrator": ("III/d", "IV/b"),
    "pengawas": ("III/b", "III/d"),
}
# Tiers of those who lead schools and health centres beside their functional work.
SCHOOL_LEADER, CLINIC_LEADER = "jf_ahli_madya", "jf_ahli_muda"
_SUBSECTIONS = ("Umum dan Kepegawaian", "Keuangan", "Perencanaan dan Evaluasi")
_VILLAGE_SECTIONS = ("Pemerintahan dan Ketertiban", "Ekonomi dan Pembangunan", "Kesejahteraan Rakyat")
_DISTRICT_SECTIONS = (
    "Pemerintahan",
    "Ketenteraman dan Ketertiban",
    "Pemberdayaan Masyarakat",
    "Pelayanan Publik",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A unit of the city; ``field`` is the line of work, ``is_public`` whether citizens come to it."""

    code: str
    name: str
    kind: str
    parent: str = ""
    district: str = ""
    field: str = "pemerintahan"
    office: str = ""
    is_public: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A position; ``leads`` is the code of the unit it leads."""

    code: str
    name: str
    tier: str
    unit: str
    leads: str = ""
    field: str = ""
    standard: tuple[int, ...] = ()

    @property
    def grades(self) -> tuple[str, str]:
        """Lowest and highest golongan of a structural post, empty for the others."""
        return GRADE_RANGES.get(self.tier, ("", ""))


@dataclass(slots=True)
class City:
    """All units and leading posts, in the order in which they are founded."""

    units: dict[str, Unit] = field(default_factory=dict)
    posts: dict[str, Post] = field(default_factory=dict)

    def add_unit(self, unit: Unit) -> Unit:
        """Found a unit."""
        self.units[unit.code] = unit
        return unit

    def add_post(self, name: str, tier: str, unit: Unit, *, leads: Unit | None = None, code: str = "") -> Post:
        """Found a post; a leader's code is that of the unit led with ``.K``."""
        code = code or (f"{leads.code}.K" if leads else f"{unit.code}.P{len(self.posts)}")
        post = Post(
            code=code, name=name, tier=tier, unit=unit.code, leads=leads.code if leads else "", field=unit.field
        )
        self.posts[code] = post
        return post


@cache
def load_city_file() -> dict[str, Any]:
    """Return the city's real units as the product's data file gives them."""
    loaded: dict[str, Any] = yaml.safe_load(CITY_FILE.read_text(encoding="utf-8"))
    return loaded


@cache
def _structure() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(STRUCTURE_FILE.read_text(encoding="utf-8"))
    return loaded


def found_city(*, schools: int) -> City:
    """Build units and leading posts; the number of schools follows the number of teachers."""
    city = City()
    data = load_city_file()
    for entry in data["perangkat_daerah"]["daftar"]:
        _found_office(city, entry, _structure()[entry["kode"]])
    for entry in data["kecamatan"]["daftar"]:
        _found_district(city, entry)
    _found_clinics(city)
    _found_schools(city, schools)
    return city


def _found_office(city: City, entry: dict[str, Any], shape: dict[str, Any]) -> None:
    code, work = entry["kode"], shape["bidang_tugas"]
    public = work in {"kependudukan", "perizinan", "kesehatan", "sosial", "perekonomian", "komunikasi"}
    office = city.add_unit(
        Unit(code=code, name=entry["nama"], kind=entry["jenis"], field=work, office=code, is_public=public)
    )
    title, tier = shape["kepala"]
    city.add_post(_head_title(title, office.name, shape["singkat"]), tier, office, leads=office)
    for index, assistant in enumerate(shape.get("pimpinan", ()), start=1):
        city.add_post(assistant, "jpt_pratama", office, code=f"{code}.A{index}")
    if shape.get("sekretariat"):
        _found_secretariat(city, office, shape["singkat"])
    word = shape.get("sebutan", "Bidang")
    for index, (name, sections) in enumerate(shape.get("bidang", {}).items(), start=1):
        _found_branch(city, office, f"{code}.B{index}", f"{word} {name}", sections)
    for index, name in enumerate(shape.get("seksi", ()), start=1):
        _found_section(city, office, f"{code}.T{index}", f"Seksi {name} {shape['singkat']}")
    for index, name in enumerate(shape.get("upt", ()), start=1):
        _found_section(city, office, f"{code}.U{index}", f"{name} {shape['singkat']}", "uptd")


def _head_title(title: str, office: str, short: str) -> str:
    """Return "Kepala Dinas Sosial" for a Kepala Dinas, "Direktur RSUD", and plain "Inspektur"."""
    word, _, kind = title.partition(" ")
    if word == "Kepala" and office.startswith(kind):
        return f"Kepala {office}"
    return f"{title} {short}" if word in {"Kepala", "Direktur"} else title


def _child(parent: Unit, code: str, name: str, kind: str) -> Unit:
    return Unit(
        code=code,
        name=name,
        kind=kind,
        parent=parent.code,
        district=parent.district,
        field=parent.field,
        office=parent.office,
        is_public=parent.is_public,
    )


def _found_secretariat(city: City, office: Unit, short: str) -> None:
    unit = city.add_unit(_child(office, f"{office.code}.S", f"Sekretariat {short}", "sekretariat"))
    city.add_post(f"Sekretaris {short}", "administrator", unit, leads=unit)
    for index, name in enumerate(_SUBSECTIONS, start=1):
        _found_section(city, unit, f"{unit.code}.{index}", f"Subbagian {name} {short}", "subbagian")


def _found_branch(city: City, office: Unit, code: str, name: str, sections: list[str]) -> None:
    short = _structure()[office.code]["singkat"]
    kind = "bagian" if name.startswith("Bagian") else "bidang"
    branch = city.add_unit(_child(office, code, f"{name} {short}", kind))
    title = branch.name if name.startswith("Inspektur") else f"Kepala {branch.name}"
    city.add_post(title, "administrator", branch, leads=branch)
    for index, section in enumerate(sections, start=1):
        _found_section(city, branch, f"{code}.{index}", f"Seksi {section} {short}")


def _found_section(city: City, parent: Unit, code: str, name: str, kind: str = "seksi") -> None:
    section = city.add_unit(_child(parent, code, name, kind))
    city.add_post(f"Kepala {section.name}", "pengawas", section, leads=section)


def _found_district(city: City, entry: dict[str, Any]) -> None:
    code, name = entry["kode"], entry["nama"]
    district = city.add_unit(
        Unit(code=code, name=f"Kecamatan {name}", kind="kecamatan", district=name, office=code, is_public=True)
    )
    city.add_post(f"Camat {name}", "administrator", district, leads=district)
    secretariat = city.add_unit(_child(district, f"{code}.S", f"Sekretariat Kecamatan {name}", "sekretariat"))
    city.add_post(f"Sekretaris Kecamatan {name}", "administrator", secretariat, leads=secretariat)
    for index, section in enumerate(_SUBSECTIONS[:2], start=1):
        _found_section(city, secretariat, f"{code}.S.{index}", f"Subbagian {section} {district.name}", "subbagian")
    for index, section in enumerate(_DISTRICT_SECTIONS, start=1):
        _found_section(city, district, f"{code}.X{index}", f"Seksi {section} {district.name}")
    for index, village in enumerate(entry["kelurahan"], start=1):
        _found_village(city, district, f"{code}.K{index:02d}", village)


def _found_village(city: City, district: Unit, code: str, name: str) -> None:
    village = city.add_unit(_child(district, code, f"Kelurahan {name}", "kelurahan"))
    city.add_post(f"Lurah {name}", "pengawas", village, leads=village)
    city.add_post(f"Sekretaris Kelurahan {name}", "pengawas", village, code=f"{code}.S")
    for index, section in enumerate(_VILLAGE_SECTIONS, start=1):
        _found_section(city, village, f"{code}.{index}", f"Seksi {section} {village.name}")


def _villages() -> Iterator[tuple[str, str]]:
    for entry in load_city_file()["kecamatan"]["daftar"]:
        for village in entry["kelurahan"]:
            yield village, entry["nama"]


def _found_clinics(city: City) -> None:
    office = city.units[HEALTH_OFFICE]
    for index, (village, district) in enumerate(list(_villages())[:27], start=1):
        clinic = city.add_unit(_branch_of(office, f"{office.code}.P{index:02d}", village, district))
        city.add_post(f"Kepala {clinic.name}", CLINIC_LEADER, clinic, leads=clinic)


def _branch_of(office: Unit, code: str, village: str, district: str) -> Unit:
    return Unit(
        code=code,
        name=f"Puskesmas {village}",
        kind="puskesmas",
        parent=office.code,
        district=district,
        field=office.field,
        office=office.code,
        is_public=True,
    )


def _found_schools(city: City, count: int) -> None:
    office = city.units[EDUCATION_OFFICE]
    villages = list(_villages())
    for index in range(1, count + 1):
        village, district = villages[index % len(villages)]
        level, number = ("SMP Negeri", index // 6) if index % 6 == 0 else ("SD Negeri", index - index // 6)
        school = city.add_unit(
            Unit(
                code=f"{office.code}.N{index:03d}",
                name=f"{level} {number:03d} {village}",
                kind="sekolah",
                parent=office.code,
                district=district,
                field=office.field,
                office=office.code,
                is_public=True,
            )
        )
        city.add_post(f"Kepala {school.name}", SCHOOL_LEADER, school, leads=school)
