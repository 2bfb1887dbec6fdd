"""Files about officials already recorded: past posts, discipline, attendance, assignments, leave, attestations."""

from __future__ import annotations

from merit.evidence import TIERS
from merit.exchange.domain import CellError
from merit.exchange.fields import choice, date, fold, integer, text, year, yes_no
from merit.exchange.schema import Context, FactSpec, Kind, Rows
from merit.i18n import lazy
from merit.people.imports.lookups import official_column, optional, period_order, required, text_column
from merit.people.models import (
    FINDING_CODES,
    FINDING_STATES,
    LEAVE_KINDS,
    Assignment,
    AttendanceYear,
    Attestation,
    DisciplineFinding,
    LeavePeriod,
    Post,
)

PERIOD = {"starts": "mulai", "ends": "selesai"}


def check_period(_context: Context, rows: Rows) -> None:
    """Refuse periods that end before they begin."""
    for row in period_order(rows["mulai"], rows["selesai"]):
        rows.fail(row, "selesai", "period-order")


def check_validity(_context: Context, rows: Rows) -> None:
    """Refuse documents that end before they are dated."""
    for row in period_order(rows["tanggal"], rows["berlaku_sampai"]):
        rows.fail(row, "berlaku_sampai", "period-order")


def check_discipline(context: Context, rows: Rows) -> None:
    """Refuse periods that run backwards; warn of decrees dated in the future."""
    check_period(context, rows)
    for row, dated in enumerate(rows["tanggal"]):
        if dated is not None and dated > context.today:
            rows.warn(row, "tanggal", "date-future")


def attested_fact(raw: object) -> str:
    """Read the attested fact in lower case with underscores."""
    return "_".join(text(raw).casefold().replace("-", " ").split())


def finding_code(raw: object) -> str:
    """Read the code of a punishment, R1 to B3."""
    clean = fold(text(raw)).upper()
    if clean not in FINDING_CODES:
        raise CellError("choice-unknown", choices=", ".join(FINDING_CODES))
    return clean


_START = required("mulai", date, lazy("Tanggal mulai."), "2018-02-01")
_END = optional("selesai", date, lazy("Tanggal selesai; kosong bila masih berlangsung."), "2021-12-31")

CAREER = Kind(
    name="career",
    title=lazy("Riwayat jabatan"),
    columns=(
        official_column(),
        text_column("jabatan", lazy("Nama jabatan, bukan kode."), example="Kepala Subbagian Umum"),
        required("jenjang", choice(TIERS), ", ".join(TIERS), "pengawas"),
        text_column("bidang"),
        _START,
        _END,
        text_column("nomor_sk", example="821/123/BKPSDM/2018"),
    ),
    key=("nip", "jenjang", "mulai"),
    facts=(
        FactSpec(
            model=Post,
            key={"official_id": "nip", "tier": "jenjang", "starts": "mulai"},
            values={"title": "jabatan", "field": "bidang", "ends": "selesai", "decree_number": "nomor_sk"},
            constants={"origin": "career"},
        ),
    ),
    check=check_period,
)

DISCIPLINE = Kind(
    name="discipline",
    title=lazy("Hukuman disiplin"),
    columns=(
        official_column(),
        required("kode", finding_code, ", ".join(FINDING_CODES), "R2"),
        required("nomor_sk", text, lazy("Nomor surat keputusan."), "862/45/2024"),
        required("tanggal", date, lazy("Tanggal surat keputusan."), "2024-03-05"),
        optional("mulai", date, lazy("Awal masa hukuman."), "2024-04-01"),
        optional("selesai", date, lazy("Akhir masa hukuman."), "2024-09-30"),
        required("status", choice(FINDING_STATES), ", ".join(FINDING_STATES), "final"),
    ),
    key=("nip", "nomor_sk", "kode"),
    facts=(
        FactSpec(
            model=DisciplineFinding,
            key={"official_id": "nip", "decree_number": "nomor_sk", "code": "kode"},
            values={"dated": "tanggal", **PERIOD, "state": "status"},
        ),
    ),
    check=check_discipline,
)

ATTENDANCE = Kind(
    name="attendance",
    title=lazy("Kehadiran"),
    columns=(
        official_column(),
        required("tahun", year, example="2025"),
        required("tanpa_keterangan", integer(0, 366, "days-range"), lazy("Hari kerja tanpa alasan sah."), "0"),
    ),
    key=("nip", "tahun"),
    facts=(
        FactSpec(
            model=AttendanceYear,
            key={"official_id": "nip", "year": "tahun"},
            values={"unexcused_days": "tanpa_keterangan"},
        ),
    ),
)

ASSIGNMENTS = Kind(
    name="assignments",
    title=lazy("Penugasan"),
    columns=(
        official_column(),
        required("nama", text, lazy("Nama penugasan."), "Satgas penurunan stunting"),
        required("ditawarkan", date, lazy("Tanggal ditawarkan."), "2025-02-03"),
        optional("tanggapan", choice(("diterima", "ditolak")), "diterima, ditolak", "diterima"),
        optional("alasan_sah", yes_no, lazy("ya, tidak (bila ditolak)."), "tidak"),
        optional("mulai", date),
        optional("selesai", date),
        text_column("nomor_sk"),
    ),
    key=("nip", "nama", "ditawarkan"),
    facts=(
        FactSpec(
            model=Assignment,
            key={"official_id": "nip", "name": "nama", "offered": "ditawarkan"},
            values={
                "response": "tanggapan",
                "lawful_reason": "alasan_sah",
                **PERIOD,
                "decree_number": "nomor_sk",
            },
        ),
    ),
    check=check_period,
)

LEAVE = Kind(
    name="leave",
    title=lazy("Cuti"),
    columns=(official_column(), required("jenis", choice(LEAVE_KINDS), ", ".join(LEAVE_KINDS), "sakit"), _START, _END),
    key=("nip", "jenis", "mulai"),
    facts=(
        FactSpec(
            model=LeavePeriod,
            key={"official_id": "nip", "kind": "jenis", "starts": "mulai"},
            values={"ends": "selesai"},
        ),
    ),
    check=check_period,
)

ATTESTATIONS = Kind(
    name="attestations",
    title=lazy("Surat keterangan"),
    columns=(
        official_column(),
        required("fakta", attested_fact, "sehat, lhkpn, spt, integritas…", "lhkpn"),
        required("tanggal", date, lazy("Tanggal surat."), "2026-03-31"),
        text_column("nomor"),
        optional("berlaku_sampai", date),
    ),
    key=("nip", "fakta", "tanggal"),
    facts=(
        FactSpec(
            model=Attestation,
            key={"official_id": "nip", "fact": "fakta", "dated": "tanggal"},
            values={"number": "nomor", "valid_until": "berlaku_sampai"},
        ),
    ),
    check=check_validity,
)
