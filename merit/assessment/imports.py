"""The file of competency results."""

from __future__ import annotations

import re

from merit.assessment.models.results import METHODS, CompetencyResult
from merit.evidence import COMPETENCIES
from merit.exchange.domain import CellError
from merit.exchange.fields import choice, date, decimal, integer, text
from merit.exchange.schema import Context, FactSpec, Kind, Rows
from merit.i18n import lazy
from merit.people.domain import add_months
from merit.people.imports.lookups import official_column, optional, period_order, required, text_column

VALID_MONTHS = 36
POTENTIALS = tuple(f"P.{number}" for number in range(1, 9))
KNOWN = frozenset((*COMPETENCIES, *POTENTIALS, "LD", "ES", "JPM"))
_SHORT = re.compile(r"(M|SK)\.?0?([1-9])|P\.?([1-9])")
_RESERVED = re.compile(r"(?:M|SK|P)\.?[0-9]+")
_TECHNICAL = re.compile(r"[A-Z0-9][A-Z0-9._/-]{0,39}")


def competency(raw: object) -> str:
    """Read the code of a competency (``M.01``, also written ``M.1``), of a potential, or a technical code."""
    clean = text(raw).upper().replace(" ", "")
    if match := _SHORT.fullmatch(clean):
        group, number, potential = match.groups()
        clean = f"P.{potential}" if potential else f"{group}.0{number}"
    if clean in KNOWN:
        return clean
    if _RESERVED.fullmatch(clean) or not _TECHNICAL.fullmatch(clean):
        raise CellError("competency-unknown")
    return clean


def check_results(context: Context, rows: Rows) -> None:
    """Refuse rows without level and score or with a validity that runs backwards; warn of future dates."""
    for row, (level, score) in enumerate(zip(rows["level"], rows["skor"], strict=True)):
        if level is None and score is None and row not in rows.bad:
            rows.fail(row, "level", "level-or-score")
    for row in period_order(rows["tanggal"], rows["berlaku_sampai"]):
        rows.fail(row, "berlaku_sampai", "period-order")
    for row, dated in enumerate(rows["tanggal"]):
        if dated is not None and dated > context.today:
            rows.warn(row, "tanggal", "date-future")


def fill_validity(_context: Context, rows: Rows) -> None:
    """Let a result be valid for three years where the file does not say (BKN 26/2019 art. 29)."""
    ends = {dated: add_months(dated, VALID_MONTHS) for dated in set(rows["tanggal"]) if dated is not None}
    pairs = zip(rows["tanggal"], rows["berlaku_sampai"], strict=True)
    rows.values["berlaku_sampai"] = [told or ends.get(dated) for dated, told in pairs]


RESULTS = Kind(
    name="results",
    title=lazy("Hasil penilaian kompetensi"),
    columns=(
        official_column(),
        required("kompetensi", competency, lazy("M.01…M.08, SK.01, LD, ES, P.1–P.8, JPM, atau kode teknis."), "M.01"),
        optional("level", integer(1, 5, "level-range"), lazy("1–5; level atau skor wajib diisi."), "3"),
        optional("skor", decimal(0), lazy("Skor bila level tidak diberikan.")),
        optional("se", decimal(0), lazy("Galat baku dalam level."), "0,3"),
        required("penyelenggara", text, example="Puspenkom BKN"),
        required("metode", choice(METHODS), ", ".join(METHODS), "asesmen"),
        text_column("akreditasi", lazy("Kosong = belum terakreditasi."), example="A"),
        required("tanggal", date, example="2025-06-10"),
        optional("berlaku_sampai", date, lazy("Kosong = tiga tahun sejak tanggal.")),
    ),
    key=("nip", "kompetensi", "tanggal", "penyelenggara", "metode"),
    facts=(
        FactSpec(
            model=CompetencyResult,
            key={
                "official_id": "nip",
                "competency": "kompetensi",
                "dated": "tanggal",
                "provider": "penyelenggara",
                "method": "metode",
            },
            values={
                "level": "level",
                "score": "skor",
                "se": "se",
                "accreditation": "akreditasi",
                "valid_until": "berlaku_sampai",
            },
        ),
    ),
    check=check_results,
    prepare=fill_validity,
)

KINDS = (RESULTS,)
