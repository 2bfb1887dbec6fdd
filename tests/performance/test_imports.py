"""Files of appraisals, feedback, unit results, agreements, complaints and satisfaction."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from merit.people.models import OrgUnit, OrgUnitRecord
from merit.performance.models import (
    AgreementTarget,
    Appraisal,
    Complaint,
    FeedbackRating,
    SatisfactionSurvey,
    UnitResult,
)
from tests.exchange.files import BUDI, counts, findings, load, load_city

pytestmark = pytest.mark.db


def one(session: Session, model: Any) -> Any:
    return session.scalars(select(model)).one()


def twice(session: Session, folder: Path, kind: str, rows: list[list[str]]) -> list[tuple[int, int, int]]:
    return [counts(load(session, folder, kind, rows)) for _ in range(2)]


@pytest.mark.parametrize(
    ("cells", "predicate"),
    [
        (["di_atas", "Di Atas Ekspektasi", "Sangat Baik"], 5),
        (["sesuai", "sesuai", ""], 4),
        (["di bawah", "sesuai", "Cukup"], 3),
        (["sesuai", "di_bawah", "Kurang"], 2),
        (["di_bawah", "di_bawah", "sangat kurang"], 1),
    ],
)
def test_appraisal_follows_the_matrix(session: Session, tmp_path: Path, cells: list[str], predicate: int) -> None:
    load_city(session, tmp_path)
    header = ["nip", "tahun", "hasil_kerja", "perilaku_kerja", "predikat"]

    assert twice(session, tmp_path, "performance", [header, [BUDI, "2025", *cells]]) == [
        (1, 0, 0),
        (0, 0, 1),
    ]
    assert one(session, Appraisal).predicate == predicate


def test_contradicting_predicate_names_what_follows(session: Session, tmp_path: Path) -> None:
    load_city(session, tmp_path)
    header = ["nip", "tahun", "hasil_kerja", "perilaku_kerja", "predikat"]

    report = load(session, tmp_path, "performance", [header, [BUDI, "2025", "sesuai", "sesuai", "Sangat Baik"]])

    assert findings(report) == [("performance.csv!E2", "predikat", "predicate-contradicts")]
    assert "menghasilkan «Baik»" in report.problems[0].message


def test_feedback(session: Session, tmp_path: Path) -> None:
    load_city(session, tmp_path)
    header = ["nip", "tahun", "penilai", "kelompok", "aspek", "nilai"]
    rows = [header, [BUDI, "2025", "R-1", "rekan", "Loyal", "4,5"]]

    assert twice(session, tmp_path, "feedback", rows) == [(1, 0, 0), (0, 0, 1)]
    assert (one(session, FeedbackRating).aspect, one(session, FeedbackRating).score) == ("loyal", Decimal("4.5"))


def test_unit_results(session: Session, tmp_path: Path) -> None:
    load_city(session, tmp_path)
    rows = [["unit", "tahun", "capaian", "predikat", "sakip"], ["DISDIK", "2025", "97,5", "Baik", "71.2"]]

    assert twice(session, tmp_path, "unit-results", rows) == [(1, 0, 0), (0, 0, 1)]
    assert (one(session, UnitResult).achievement, one(session, UnitResult).accountability) == (
        Decimal("97.5"),
        Decimal("71.2"),
    )


def test_agreements(session: Session, tmp_path: Path) -> None:
    load_city(session, tmp_path)
    header = ["unit", "tahun", "triwulan", "indikator", "target", "realisasi"]

    assert twice(session, tmp_path, "agreements", [header, ["DISDIK", "2025", "2", "APK", "85", ""]]) == [
        (1, 0, 0),
        (0, 0, 1),
    ]
    assert (one(session, AgreementTarget).target, one(session, AgreementTarget).realised) == (Decimal(85), None)


def test_complaints(session: Session, tmp_path: Path) -> None:
    load_city(session, tmp_path)
    header = ["nomor", "unit", "jenis", "kanal", "diterima", "ditanggapi", "ditutup"]
    rows = [header, ["8412377", "DISDIK", "pengawasan", "sp4n lapor", "2025-05-12", "13/05/2025", ""]]

    assert twice(session, tmp_path, "complaints", rows) == [(1, 0, 0), (0, 0, 1)]
    assert (one(session, Complaint).channel, one(session, Complaint).answered) == ("SP4N-LAPOR", dt.date(2025, 5, 13))


def test_complaint_answered_before_received(session: Session, tmp_path: Path) -> None:
    load_city(session, tmp_path)
    header = ["nomor", "unit", "jenis", "diterima", "ditanggapi"]

    report = load(session, tmp_path, "complaints", [header, ["1", "DISDIK", "normatif", "2025-05-12", "2025-05-11"]])

    assert findings(report) == [("complaints.csv!E2", "ditanggapi", "before-received")]


def test_satisfaction(session: Session, tmp_path: Path) -> None:
    load_city(session, tmp_path)
    rows = [["unit", "periode", "skm", "responden", "simpangan"], ["DISDIK", "2025-06", "84,2", "312", "9,5"]]

    assert twice(session, tmp_path, "satisfaction", rows) == [(1, 0, 0), (0, 0, 1)]
    assert (one(session, SatisfactionSurvey).period, one(session, SatisfactionSurvey).score) == (
        "2025-06",
        Decimal("84.2"),
    )


def test_capaian_above_150_is_refused(session: Session, tmp_path: Path) -> None:
    load_city(session, tmp_path)
    rows = [["unit", "tahun", "capaian"], ["DISDIK", "2025", "151"]]

    assert findings(load(session, tmp_path, "unit-results", rows)) == [
        ("unit-results.csv!C2", "capaian", "decimal-range")
    ]


SP4N = ["tracking_id", "tanggal_masuk", "dinas_tujuan", "kategori", "isi_laporan_awal", "status", "ditutup"]


def test_an_extract_of_sp4n_becomes_complaints(session: Session, tmp_path: Path) -> None:
    load_city(session, tmp_path)
    name, code = session.execute(
        select(OrgUnitRecord.name, OrgUnit.code).join(OrgUnit, OrgUnit.id == OrgUnitRecord.unit_id).limit(1)
    ).one()
    rows = [
        SP4N,
        ["11", "2026-01-05", name, "Pengaduan tidak berkadar pengawasan", "Jalan rusak", "Selesai", "2026-01-09"],
        ["12", "05/01/2026", code, "Permintaan Informasi", "", "Diproses", ""],
    ]

    report = load(session, tmp_path, "complaints", rows, format="sp4n")

    assert (counts(report), report.ignored_columns) == ((2, 0, 0), ["isi_laporan_awal"])
    found = session.scalars(select(Complaint).order_by(Complaint.number)).all()
    assert [(row.kind, row.channel, row.closed) for row in found] == [
        ("tanpa_pengawasan", "SP4N-LAPOR", dt.date(2026, 1, 9)),
        ("normatif", "SP4N-LAPOR", None),
    ]


def test_a_finished_report_without_its_day_and_a_mere_topic_are_refused(session: Session, tmp_path: Path) -> None:
    load_city(session, tmp_path)
    code = session.scalars(select(OrgUnit.code)).first()
    rows = [
        SP4N,
        ["11", "2026-01-05", code, "Permintaan Informasi", "", "Selesai", ""],
        ["12", "2026-01-05", code, "Infrastruktur", "", "Diproses", ""],
    ]

    report = load(session, tmp_path, "complaints", rows, format="sp4n")

    assert {(column, code) for _cell, column, code in findings(report)} == {
        ("ditutup", "closed-without-date"),
        ("jenis", "choice-unknown"),
    }
    assert session.scalars(select(Complaint)).all() == []


def test_achievements_that_cannot_be_are_refused_and_doubtful_ones_named(session: Session, tmp_path: Path) -> None:
    load_city(session, tmp_path)
    header = ["unit", "tahun", "triwulan", "indikator", "target", "realisasi", "satuan", "catatan"]
    rows = [
        ["DISDIK", "2025", "1", "Lulusan", "80", "720", "persen", ""],
        ["DISDIK", "2025", "2", "Lulusan", "80", "-1", "persen", ""],
        ["DISDIK", "2025", "3", "Lulusan", "80", "160", "persen", ""],
        ["DISDIK", "2025", "4", "Lulusan", "80", "160", "persen", "Dua angkatan lulus bersamaan."],
    ]

    report = load(session, tmp_path, "agreements", [header, *rows])

    assert findings(report) == [
        ("agreements.csv!F2", "realisasi", "achievement-impossible"),
        ("agreements.csv!F3", "realisasi", "achievement-negative"),
    ]
    assert "Capaian 900 persen tidak dapat dicatat" in report.problems[0].message
    assert [(one.row, one.code) for one in report.warnings] == [(4, "achievement-needs-reason")]
    assert session.scalars(select(AgreementTarget)).all() == []


def test_nobody_rates_himself_by_file(session: Session, tmp_path: Path) -> None:
    load_city(session, tmp_path)
    header = ["nip", "tahun", "penilai", "kelompok", "aspek", "nilai"]

    own = [BUDI, "2025", f"{BUDI[:8]} {BUDI[8:]}", "rekan", "loyal", "5"]
    report = load(session, tmp_path, "feedback", [header, own])

    assert findings(report) == [("feedback.csv!C2", "penilai", "feedback-self-rating")]
    assert session.scalars(select(FeedbackRating)).all() == []
