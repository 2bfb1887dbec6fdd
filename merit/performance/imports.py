"""Files of appraisals, feedback, unit results, agreements, complaints and satisfaction."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from merit.db import MICRO, known
from merit.exchange.domain import CellError
from merit.exchange.fields import choice, code, date, decimal, integer, period, text, year
from merit.exchange.schema import Column, Context, FactSpec, Kind, Rows
from merit.i18n import lazy
from merit.people.imports.lookups import UNIT, official_column, optional, required, text_column, units
from merit.people.models import OrgUnitRecord
from merit.performance.domain import RATINGS, format_predicate, parse_predicate, parse_rating, predicate_of
from merit.performance.domain.cycle import check_ratings
from merit.performance.domain.unit_agreement import Doubt, achieved_percent, find_doubt
from merit.performance.models import (
    ASPECTS,
    AWARD_KINDS,
    COMPLAINT_CHANNELS,
    COMPLAINT_KINDS,
    RATER_GROUPS,
    UNIT_PREDICATES,
    AgreementTarget,
    Appraisal,
    Complaint,
    FeedbackRating,
    OfficialAward,
    SatisfactionSurvey,
    UnitResult,
)

YEAR = required("tahun", year, example="2025")
UNIT_COLUMN = Column(name="unit", parser=code, required=True, reference=UNIT, hint=lazy("Kode unit."), example="DISDIK")


def units_or_names(session: Session) -> dict[str, int]:
    """Return the ids of units by code, and by name where only one unit has it; a code comes first."""
    found = units(session)
    rows = session.execute(select(OrgUnitRecord.name, OrgUnitRecord.unit_id).where(known(OrgUnitRecord))).all()
    once = Counter(row.name for row in rows)
    return found | {row.name: row.unit_id for row in rows if once[row.name] == 1 and row.name not in found}


UNIT_OR_NAME = replace(UNIT, load=units_or_names)


def rating(raw: object) -> int:
    """Read di_bawah, sesuai, di_atas (also "… ekspektasi") as 1, 2, 3."""
    found = parse_rating(text(raw).replace("-", " ").casefold())
    if found is None:
        raise CellError("choice-unknown", choices=", ".join(RATINGS))
    return found


def predicate(raw: object) -> int:
    """Read a predicate's name or synonym as 1 Sangat Kurang to 5 Sangat Baik."""
    found = parse_predicate(text(raw))
    if found is None:
        names = ", ".join(format_predicate(number) for number in range(5, 0, -1))
        raise CellError("choice-unknown", choices=names)
    return found


def direction(raw: object) -> bool:
    """Read naik or turun as whether less is better."""
    return bool(choice(("naik", "turun"))(raw) == "turun")


def check_performance(_context: Context, rows: Rows) -> None:
    """Refuse a predicate that contradicts the matrix of the two ratings."""
    columns = (rows["hasil_kerja"], rows["perilaku_kerja"], rows["predikat"])
    for row, (result, behaviour, told) in enumerate(zip(*columns, strict=True)):
        if told is None or result is None or behaviour is None:
            continue
        if check_ratings(result, behaviour, told=told):
            expected = format_predicate(predicate_of(result, behaviour))
            rows.fail(row, "predikat", "predicate-contradicts", expected=expected)


def check_feedback(_context: Context, rows: Rows) -> None:
    """Refuse marks that somebody gave to himself: a pseudonym that is the NIP of the one who is rated."""
    for row, (nip, rater) in enumerate(zip(rows["nip"], rows["penilai"], strict=True)):
        if nip is not None and rater is not None and "".join(rater.split()) == nip:
            rows.fail(row, "penilai", "feedback-self-rating")


def check_awards(context: Context, rows: Rows) -> None:
    """Refuse awards that are not given yet."""
    for row, dated in enumerate(rows["tanggal"]):
        if dated is not None and dated > context.today:
            rows.fail(row, "tanggal", "award-ahead")


def check_agreements(_context: Context, rows: Rows) -> None:
    """Refuse achievements that cannot be (below zero, above 300 %); warn of those above 150 % without a word why."""
    columns = (rows[name] for name in ("target", "realisasi", "arah", "satuan", "catatan"))
    for row, (target, realised, falls, measure, note) in enumerate(zip(*columns, strict=True)):
        if target is None or realised is None or row in rows.bad:
            continue
        goal, reached = Decimal(target) / MICRO, Decimal(realised) / MICRO
        percent = achieved_percent(goal, reached, lower_is_better=bool(falls))
        doubt = find_doubt(percent, reached, note or "")
        if doubt is None:
            continue
        told = {"percent": _plain(percent), "realised": _plain(reached), "target": _plain(goal)}
        note_it = rows.warn if doubt is Doubt.NEEDS_REASON else rows.fail
        note_it(row, "realisasi", doubt, measure=measure or "", **told)


def _plain(figure: Decimal | None) -> str:
    return "" if figure is None else f"{figure.normalize():f}"


def fill_predicate(_context: Context, rows: Rows) -> None:
    """Keep the predicate that follows from the matrix, told or not."""
    pairs = zip(rows["hasil_kerja"], rows["perilaku_kerja"], strict=True)
    rows.values["matriks"] = [predicate_of(a, b) if a and b else None for a, b in pairs]


def check_complaints(_context: Context, rows: Rows) -> None:
    """Refuse steps that come before the complaint was received, and a reopening before any closing."""
    for column in ("ditanggapi", "ditutup", "dibuka_kembali"):
        for row, (received, step) in enumerate(zip(rows["diterima"], rows[column], strict=True)):
            if received is not None and step is not None and step < received:
                rows.fail(row, column, "before-received")
    for row, (status, closed) in enumerate(zip(rows["status"], rows["ditutup"], strict=True)):
        if closed is None and any(word in (status or "").casefold() for word in ("selesai", "tutup")):
            rows.fail(row, "ditutup", "closed-without-date")
    for row, (closed, reopened) in enumerate(zip(rows["ditutup"], rows["dibuka_kembali"], strict=True)):
        if closed is not None and reopened is not None and reopened < closed and row not in rows.bad:
            rows.warn(row, "dibuka_kembali", "reopened-before-closed")


PERFORMANCE = Kind(
    name="performance",
    title=lazy("Kinerja (SKP)"),
    columns=(
        official_column(),
        YEAR,
        required("hasil_kerja", rating, ", ".join(RATINGS), "sesuai"),
        required("perilaku_kerja", rating, ", ".join(RATINGS), "di_atas"),
        optional("predikat", predicate, lazy("Boleh kosong; bila diisi dicocokkan dengan matriks."), "Baik"),
        text_column("penilai"),
    ),
    key=("nip", "tahun"),
    facts=(
        FactSpec(
            model=Appraisal,
            key={"official_id": "nip", "year": "tahun"},
            values={
                "result_rating": "hasil_kerja",
                "behaviour_rating": "perilaku_kerja",
                "predicate": "matriks",
                "assessor": "penilai",
            },
        ),
    ),
    check=check_performance,
    prepare=fill_predicate,
)

FEEDBACK = Kind(
    name="feedback",
    title=lazy("Umpan balik 360 derajat"),
    columns=(
        official_column(),
        YEAR,
        required("penilai", text, lazy("Nama samaran penilai, sama untuk satu orang."), "R-0172"),
        required("kelompok", choice(RATER_GROUPS), ", ".join(RATER_GROUPS), "rekan"),
        required("aspek", choice(ASPECTS), ", ".join(ASPECTS), "loyal"),
        required("nilai", decimal(1, 5), lazy("1–5."), "4"),
    ),
    key=("nip", "tahun", "penilai", "aspek"),
    facts=(
        FactSpec(
            model=FeedbackRating,
            key={"official_id": "nip", "year": "tahun", "rater": "penilai", "aspect": "aspek"},
            values={"rater_group": "kelompok", "score": "nilai"},
        ),
    ),
    check=check_feedback,
)

UNIT_RESULTS = Kind(
    name="unit-results",
    title=lazy("Hasil unit"),
    columns=(
        UNIT_COLUMN,
        YEAR,
        required("capaian", decimal(0, 150), lazy("Persen capaian perjanjian kinerja, 0–150."), "97,5"),
        optional("predikat", choice(UNIT_PREDICATES), ", ".join(UNIT_PREDICATES), "baik"),
        optional("sakip", decimal(0)),
        optional("pekppp", decimal(0)),
        optional("budaya_kerja", decimal(0)),
        optional("kematangan", decimal(0)),
        optional("spi", decimal(0)),
    ),
    key=("unit", "tahun"),
    facts=(
        FactSpec(
            model=UnitResult,
            key={"unit_id": "unit", "year": "tahun"},
            values={
                "achievement": "capaian",
                "predicate": "predikat",
                "accountability": "sakip",
                "service_index": "pekppp",
                "work_culture": "budaya_kerja",
                "maturity": "kematangan",
                "integrity_survey": "spi",
            },
        ),
    ),
)

AGREEMENTS = Kind(
    name="agreements",
    title=lazy("Perjanjian kinerja unit"),
    columns=(
        UNIT_COLUMN,
        YEAR,
        required("triwulan", integer(1, 4), "1–4", "2"),
        required("indikator", text, example="Persentase sekolah terakreditasi A"),
        required("target", decimal(), example="85"),
        optional("realisasi", decimal(), example="83,4"),
        text_column("satuan", example="persen"),
        text_column("sumber", example="Perjanjian Kinerja 2025"),
        optional(
            "arah", direction, lazy("turun bila makin rendah makin baik; kosong atau naik bila sebaliknya."), "naik"
        ),
        optional("catatan", text, lazy("Penjelasan realisasi yang tidak lazim.")),
    ),
    key=("unit", "tahun", "triwulan", "indikator"),
    facts=(
        FactSpec(
            model=AgreementTarget,
            key={"unit_id": "unit", "year": "tahun", "quarter": "triwulan", "indicator": "indikator"},
            values={
                "target": "target",
                "realised": "realisasi",
                "measure": "satuan",
                "source": "sumber",
                "lower_is_better": "arah",
                "note": "catatan",
            },
        ),
    ),
    check=check_agreements,
)

COMPLAINTS = Kind(
    name="complaints",
    title=lazy("Aduan masyarakat"),
    columns=(
        required("nomor", code, lazy("Nomor laporan."), "8412377"),
        replace(UNIT_COLUMN, reference=UNIT_OR_NAME, hint=lazy("Kode atau nama lengkap unit.")),
        required("jenis", choice(COMPLAINT_KINDS), ", ".join(COMPLAINT_KINDS), "tanpa_pengawasan"),
        optional("kanal", choice(COMPLAINT_CHANNELS), ", ".join(COMPLAINT_CHANNELS), "SP4N-LAPOR"),
        required("diterima", date, example="2025-05-12"),
        optional("ditanggapi", date, example="2025-05-13"),
        optional("ditutup", date, example="2025-05-20"),
        optional("dibuka_kembali", date),
        text_column("hasil"),
        text_column("status"),
    ),
    key=("nomor",),
    facts=(
        FactSpec(
            model=Complaint,
            key={"number": "nomor"},
            values={
                "unit_id": "unit",
                "kind": "jenis",
                "channel": "kanal",
                "received": "diterima",
                "answered": "ditanggapi",
                "closed": "ditutup",
                "reopened": "dibuka_kembali",
                "outcome": "hasil",
            },
        ),
    ),
    check=check_complaints,
)

SATISFACTION = Kind(
    name="satisfaction",
    title=lazy("Survei kepuasan masyarakat"),
    columns=(
        UNIT_COLUMN,
        required("periode", period, lazy("TTTT atau TTTT-BB."), "2025"),
        required("skm", decimal(25, 100), lazy("Nilai SKM 25–100."), "84,2"),
        optional("responden", integer(1, 10_000_000), example="312"),
        optional("simpangan", decimal(0), lazy("Simpangan baku."), "9,5"),
    ),
    key=("unit", "periode"),
    facts=(
        FactSpec(
            model=SatisfactionSurvey,
            key={"unit_id": "unit", "period": "periode"},
            values={"score": "skm", "respondents": "responden", "deviation": "simpangan"},
        ),
    ),
)

AWARDS = Kind(
    name="awards",
    title=lazy("Penghargaan"),
    columns=(
        official_column(),
        required("jenis", choice(AWARD_KINDS), ", ".join(AWARD_KINDS), "karya_satya_10"),
        required("nama", text, lazy("Nama penghargaan."), "Satyalancana Karya Satya 10 Tahun"),
        required("pemberi", text, lazy("Pejabat atau lembaga yang memberi."), "Presiden Republik Indonesia"),
        required("nomor_sk", text, lazy("Nomor keputusan atau piagam."), "88/TK/TAHUN 2024"),
        required("tanggal", date, lazy("Tanggal keputusan atau piagam."), "2024-08-12"),
        text_column("keterangan"),
    ),
    key=("nip", "nomor_sk", "jenis"),
    facts=(
        FactSpec(
            model=OfficialAward,
            key={"official_id": "nip", "decree_number": "nomor_sk", "kind": "jenis"},
            values={"name": "nama", "issuer": "pemberi", "dated": "tanggal", "note": "keterangan"},
        ),
    ),
    check=check_awards,
)

KINDS = (PERFORMANCE, FEEDBACK, UNIT_RESULTS, AGREEMENTS, COMPLAINTS, SATISFACTION, AWARDS)
