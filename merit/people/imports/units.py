"""Files of the tree of units and of positions with their competency standard."""

from __future__ import annotations

from merit.evidence import COMPETENCIES, TIERS
from merit.exchange.fields import choice, code, integer, text
from merit.exchange.schema import Column, Context, FactSpec, Identity, Kind, Reference, Rows
from merit.i18n import lazy, lazy_as
from merit.people.domain import is_pppk_grade
from merit.people.imports import lookups
from merit.people.imports.lookups import grade, optional, required, text_column
from merit.people.models import OrgUnit, OrgUnitRecord, Position, PositionRecord

PARENT = Reference(load=lookups.units, unknown="unit-parent-unknown", same_file=True)
LEVEL = integer(1, 5, "level-range")


def unit_kind(raw: object) -> str:
    """Read the kind of a unit in lower case."""
    return text(raw).casefold()


def check_tree(context: Context, rows: Rows) -> None:
    """Refuse units that would stand below themselves, in this file and what is known together."""
    if "induk" not in rows.present:
        return
    parents = dict(context.once(lookups.unit_parents))
    placed = {rows.ids["kode"][row]: row for row in rows.good()}
    parents |= {placed_unit: rows.ids["induk"][row] for placed_unit, row in placed.items()}
    settled: set[int | None] = {None}
    for start in placed:
        trail: list[int | None] = []
        unit: int | None = start
        while unit not in settled and unit not in trail:
            trail.append(unit)
            unit = parents.get(unit)
        if unit not in settled:
            for member in trail[trail.index(unit) :]:
                if member in placed:
                    rows.fail(placed[member], "induk", "unit-cycle", unit=rows["kode"][placed[member]])
        settled.update(trail)


def check_positions(_context: Context, rows: Rows) -> None:
    """Refuse grade ranges that run backwards or mix PNS and PPPK grades."""
    for row, (low, high) in enumerate(zip(rows["golongan_min"], rows["golongan_maks"], strict=True)):
        if low is None or high is None or row in rows.bad:
            continue
        if is_pppk_grade(low) != is_pppk_grade(high):
            rows.fail(row, "golongan_maks", "grade-mixed")
        elif high < low:
            rows.fail(row, "golongan_maks", "grade-order")


UNITS = Kind(
    name="units",
    title=lazy_as("list", "Unit kerja"),
    columns=(
        required("kode", code, lazy("Kode unit yang tetap, dipakai berkas lain."), "DISDIK"),
        required("nama", text, example="Dinas Pendidikan dan Kebudayaan"),
        Column(name="induk", parser=code, reference=PARENT, hint=lazy("Kode unit induk; kosong untuk puncak.")),
        Column(
            name="jenis",
            parser=unit_kind,
            default="",
            hint=lazy(
                "sekretariat, dinas, badan, kantor, kecamatan, kelurahan, puskesmas, sekolah, bagian, bidang, seksi…"
            ),
            example="dinas",
        ),
        text_column("kecamatan"),
    ),
    key=("kode",),
    identity=Identity(model=OrgUnit, attribute="code", column="kode", load=lookups.unit_identities),
    facts=(
        FactSpec(
            model=OrgUnitRecord,
            key={"unit_id": "kode"},
            values={"name": "nama", "parent_id": "induk", "kind": "jenis", "district": "kecamatan"},
        ),
    ),
    check=check_tree,
    central=True,
)

POSITIONS = Kind(
    name="positions",
    title=lazy("Jabatan dan standar kompetensi"),
    columns=(
        required("kode", code, lazy("Kode jabatan yang tetap."), "DISDIK-KABID-SMP"),
        required("nama", text, example="Kepala Bidang Pembinaan SMP"),
        required("jenjang", choice(TIERS), ", ".join(TIERS), "administrator"),
        Column(
            name="unit", parser=code, required=True, reference=lookups.UNIT, hint=lazy("Kode unit."), example="DISDIK"
        ),
        Column(
            name="memimpin",
            parser=code,
            reference=Reference(load=lookups.units, unknown="unit-unknown"),
            hint=lazy("Kode unit yang dipimpin; kosong bila tidak memimpin."),
        ),
        text_column("bidang", lazy("Bidang atau rumpun jabatan.")),
        optional("golongan_min", grade, lazy("Golongan terendah, misalnya III/d."), "III/d"),
        optional("golongan_maks", grade, lazy("Golongan tertinggi."), "IV/b"),
        *(optional(name, LEVEL, lazy("Level 1–5; kosong = standar jenjang."), "3") for name in COMPETENCIES),
    ),
    key=("kode",),
    identity=Identity(model=Position, attribute="code", column="kode", load=lookups.position_identities),
    facts=(
        FactSpec(
            model=PositionRecord,
            key={"position_id": "kode"},
            values={
                "name": "nama",
                "tier": "jenjang",
                "unit_id": "unit",
                "leads_unit_id": "memimpin",
                "field": "bidang",
                "grade_min": "golongan_min",
                "grade_max": "golongan_maks",
                **{name.replace(".", "").lower(): name for name in COMPETENCIES},
            },
        ),
    ),
    check=check_positions,
    central=True,
)
