"""Files of units, positions, officials and what is recorded about them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from merit.exchange.domain import ImportReport
from merit.people.models import (
    Assignment,
    AttendanceYear,
    Attestation,
    DisciplineFinding,
    GradePeriod,
    LeavePeriod,
    OfficialRecord,
    OrgUnit,
    OrgUnitRecord,
    PositionRecord,
    Post,
)
from tests.exchange.files import (
    BUDI,
    OFFICIAL_HEADER,
    OFFICIALS,
    POSITIONS,
    SITI,
    TONO,
    counts,
    findings,
    load,
    load_city,
)

pytestmark = pytest.mark.db


def one(session: Session, model: Any) -> Any:
    return session.scalars(select(model).where(model.superseded_at.is_(None))).one()


def changed(row: list[str], **values: str) -> list[str]:
    """Return an official's row with some cells replaced."""
    return [values.get(name, cell) for name, cell in zip(OFFICIAL_HEADER, row, strict=True)]


def load_official(session: Session, folder: Path, row: list[str], **options: Any) -> ImportReport:
    return load(session, folder, "officials", [OFFICIAL_HEADER, row], **options)


def warned(report: ImportReport) -> list[tuple[str, str]]:
    return [(warning.cell, warning.code) for warning in report.warnings]


def test_tree_in_any_order(session: Session, tmp_path: Path) -> None:
    rows = [
        ["kode", "nama", "induk"],
        ["SEKSI", "Seksi", "BIDANG"],
        ["BIDANG", "Bidang", "DINAS"],
        ["DINAS", "Dinas", ""],
    ]

    report = load(session, tmp_path, "units", rows)

    parents = session.execute(
        select(OrgUnit.code, OrgUnitRecord.parent_id).join(OrgUnitRecord, OrgUnitRecord.unit_id == OrgUnit.id)
    )
    ids = dict(session.execute(select(OrgUnit.code, OrgUnit.id)).all())
    assert counts(report) == (3, 0, 0)
    assert dict(parents.all()) == {"SEKSI": ids["BIDANG"], "BIDANG": ids["DINAS"], "DINAS": None}


def test_cycle_is_refused_where_it_is(session: Session, tmp_path: Path) -> None:
    rows = [
        ["kode", "nama", "induk"],
        ["A", "A", "C"],
        ["B", "B", "A"],
        ["C", "C", "B"],
        ["D", "D", "A"],
        ["E", "E", "E"],
    ]

    report = load(session, tmp_path, "units", rows)

    assert findings(report) == [(f"units.csv!C{row}", "induk", "unit-cycle") for row in (2, 3, 4, 6)]


def test_cycle_with_what_is_known(session: Session, tmp_path: Path) -> None:
    load_city(session, tmp_path)
    rows = [["kode", "nama", "induk"], ["KOTA", "Kota Balikpapan", "DISDIK"]]

    assert findings(load(session, tmp_path, "units", rows)) == [("units.csv!C2", "induk", "unit-cycle")]


def test_unknown_parent(session: Session, tmp_path: Path) -> None:
    rows = [["kode", "nama", "induk"], ["A", "A", "TIDAK-ADA"]]

    assert findings(load(session, tmp_path, "units", rows)) == [("units.csv!C2", "induk", "unit-parent-unknown")]


def test_position_with_standard(session: Session, tmp_path: Path) -> None:
    load_city(session, tmp_path)

    report = load(
        session,
        tmp_path,
        "positions",
        [["kode", "nama", "jenjang", "unit", "M.01", "SK.01"], ["X", "Lurah", "Pengawas", "DINKES", "3", "2"]],
    )

    record = session.scalars(select(PositionRecord).where(PositionRecord.name == "Lurah")).one()
    assert (counts(report), record.tier, record.m01, record.m02, record.sk01) == ((1, 0, 0), "pengawas", 3, None, 2)


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("unit", "XX", "unit-unknown"),
        ("memimpin", "XX", "unit-unknown"),
        ("jenjang", "eselon", "choice-unknown"),
        ("golongan_maks", "III/a", "grade-order"),
        ("golongan_maks", "IX", "grade-mixed"),
        ("golongan_min", "III/x", "grade-unknown"),
    ],
)
def test_position_problems(session: Session, tmp_path: Path, column: str, value: str, code: str) -> None:
    load_city(session, tmp_path)
    row = [value if name == column else cell for name, cell in zip(POSITIONS[0], POSITIONS[1], strict=True)]

    report = load(session, tmp_path, "positions", [POSITIONS[0], row])

    assert [(problem.column, problem.code) for problem in report.problems] == [(column, code)]


def test_level_six_is_refused(session: Session, tmp_path: Path) -> None:
    load_city(session, tmp_path)
    rows = [["kode", "nama", "jenjang", "unit", "M.01"], ["X", "Lurah", "pengawas", "DINKES", "6"]]

    report = load(session, tmp_path, "positions", rows)

    assert findings(report) == [("positions.csv!E2", "M.01", "level-range")]
    assert report.problems[0].message == "positions.csv!E2: Level «6» tidak ada. Isi level 1 sampai 5."


def test_official_becomes_record_grade_and_post(session: Session, tmp_path: Path) -> None:
    load_city(session, tmp_path)
    record = session.scalars(select(OfficialRecord).where(OfficialRecord.name == "Budi Santoso")).one()

    grade = session.scalars(select(GradePeriod).where(GradePeriod.official_id == record.official_id)).one()
    post = session.scalars(select(Post).where(Post.official_id == record.official_id)).one()

    assert (record.tier, record.grade, record.education) == ("pengawas", 12, "S2")
    assert (grade.grade, grade.starts) == (12, dt.date(2020, 4, 1))
    assert (post.origin, post.tier, post.field, post.starts, post.ends) == (
        "present",
        "pengawas",
        "pendidikan",
        dt.date(2019, 1, 7),
        None,
    )


@pytest.mark.parametrize(
    ("values", "column", "code"),
    [
        ({"tanggal_lahir": "1985-04-13"}, "tanggal_lahir", "nip-other-birth"),
        ({"jenis_kelamin": "P"}, "jenis_kelamin", "nip-other-sex"),
        ({"nip": "198513122010011003"}, "nip", "nip-birth"),
        ({"nip": "198504122010131003"}, "nip", "nip-start"),
        ({"nip": "198504122010211003"}, "status", "nip-start"),
        ({"nip": "198504122010013003"}, "nip", "nip-sex"),
        ({"nip": "1,98504E+17"}, "nip", "nip-rounded"),
        ({"nip": "12345"}, "nip", "nip-form"),
        ({"tanggal_lahir": "31-02-1985"}, "tanggal_lahir", "date-impossible"),
        ({"golongan": "IX"}, "golongan", "grade-status"),
        ({"golongan": "V/a"}, "golongan", "grade-unknown"),
        ({"unit": "XX"}, "unit", "unit-unknown"),
        ({"jabatan": "XX"}, "jabatan", "position-unknown"),
        ({"pendidikan": "S9"}, "pendidikan", "choice-unknown"),
        ({"status": "HONORER"}, "status", "choice-unknown"),
        ({"nama": " "}, "nama", "cell-required"),
    ],
)
def test_official_problems(session: Session, tmp_path: Path, values: dict[str, str], column: str, code: str) -> None:
    load_city(session, tmp_path)

    report = load_official(session, tmp_path, changed(OFFICIALS[1], **values))

    assert [(problem.column, problem.code) for problem in report.problems] == [(column, code)]
    assert report.problems[0].message.startswith("officials.csv!")


def test_pppk_number_has_no_month(session: Session, tmp_path: Path) -> None:
    load_city(session, tmp_path)

    assert TONO[12:14] == "21"
    assert counts(load_official(session, tmp_path, OFFICIALS[3])) == (0, 0, 1)


def test_implausible_data_only_warns(session: Session, tmp_path: Path) -> None:
    load_city(session, tmp_path)
    rival = ["198101012006041005", "Wati", "L", "1981-01-01", *OFFICIALS[1][4:]]
    odd = changed(rival, unit="DINKES", golongan="IV/c", tmt_jabatan="2005-12-01")

    report = load_official(session, tmp_path, odd)

    assert (counts(report), findings(report)) == ((1, 0, 0), [])
    assert warned(report) == [
        ("officials.csv!F2", "grade-outside-post"),
        ("officials.csv!I2", "unit-not-of-post"),
        ("officials.csv!J2", "post-several-holders"),
        ("officials.csv!K2", "post-before-service"),
    ]


def posts_of(session: Session, nip: str) -> list[tuple[str, dt.date]]:
    assert nip == BUDI
    record = session.scalars(select(OfficialRecord).where(OfficialRecord.name == "Budi Santoso")).first()
    assert record is not None
    query = select(Post.tier, Post.starts).where(Post.official_id == record.official_id, Post.superseded_at.is_(None))
    return [(tier, starts) for tier, starts in session.execute(query.order_by(Post.starts))]


def test_new_post_keeps_the_former_one(session: Session, tmp_path: Path) -> None:
    load_city(session, tmp_path)

    load_official(
        session, tmp_path, changed(OFFICIALS[1], jabatan="KABID", tmt_jabatan="2024-05-02"), confirm_large=True
    )

    assert posts_of(session, BUDI) == [("pengawas", dt.date(2019, 1, 7)), ("administrator", dt.date(2024, 5, 2))]


def test_corrected_date_replaces_the_post(session: Session, tmp_path: Path) -> None:
    load_city(session, tmp_path)

    load_official(session, tmp_path, changed(OFFICIALS[1], tmt_jabatan="2020-01-07"), confirm_large=True)

    assert posts_of(session, BUDI) == [("pengawas", dt.date(2020, 1, 7))]


def test_new_grade_keeps_the_former_one(session: Session, tmp_path: Path) -> None:
    load_city(session, tmp_path)

    load_official(
        session, tmp_path, changed(OFFICIALS[1], golongan="IV/a", tmt_golongan="2024-04-01"), confirm_large=True
    )

    official = session.scalars(select(OfficialRecord).where(OfficialRecord.grade == 13)).one().official_id
    query = select(GradePeriod.grade).where(GradePeriod.official_id == official, GradePeriod.superseded_at.is_(None))
    assert sorted(session.scalars(query)) == [12, 13]


def test_career(session: Session, tmp_path: Path) -> None:
    load_city(session, tmp_path)
    header = ["nip", "jabatan", "jenjang", "bidang", "mulai", "selesai", "nomor_sk"]
    rows = [header, [BUDI, "Pengelola Data", "pelaksana", "umum", "2012-02-01", "2019-01-06", "821/1"]]

    first, second = load(session, tmp_path, "career", rows), load(session, tmp_path, "career", rows)

    post = session.scalars(select(Post).where(Post.origin == "career")).one()
    assert (counts(first), counts(second)) == ((1, 0, 0), (0, 0, 1))
    assert (post.title, post.ends, post.decree_number) == ("Pengelola Data", dt.date(2019, 1, 6), "821/1")


def test_career_backwards_is_refused(session: Session, tmp_path: Path) -> None:
    load_city(session, tmp_path)
    rows = [["nip", "jenjang", "mulai", "selesai"], [BUDI, "pelaksana", "2012-02-01", "2011-01-06"]]

    assert findings(load(session, tmp_path, "career", rows)) == [("career.csv!D2", "selesai", "period-order")]


def test_discipline(session: Session, tmp_path: Path) -> None:
    load_city(session, tmp_path)
    header = ["nip", "kode", "nomor_sk", "tanggal", "mulai", "selesai", "status"]

    report = load(session, tmp_path, "discipline", [header, [SITI, "s1", "862/4", "2024-03-05", "", "", "final"]])

    finding = one(session, DisciplineFinding)
    assert (counts(report), finding.code, finding.state, finding.starts) == ((1, 0, 0), "S1", "final", None)


def test_attendance(session: Session, tmp_path: Path) -> None:
    load_city(session, tmp_path)

    load(session, tmp_path, "attendance", [["nip", "tahun", "tanpa_keterangan"], [SITI, "2025", "3"]])

    assert (one(session, AttendanceYear).year, one(session, AttendanceYear).unexcused_days) == (2025, 3)


def test_assignments(session: Session, tmp_path: Path) -> None:
    load_city(session, tmp_path)
    header = ["nip", "nama", "ditawarkan", "tanggapan", "alasan_sah"]

    load(session, tmp_path, "assignments", [header, [SITI, "Satgas", "2025-02-03", "ditolak", "ya"]])

    assert (one(session, Assignment).response, one(session, Assignment).lawful_reason) == ("ditolak", True)


def test_leave(session: Session, tmp_path: Path) -> None:
    load_city(session, tmp_path)

    load(
        session,
        tmp_path,
        "leave",
        [["nip", "jenis", "mulai", "selesai"], [SITI, "melahirkan", "2024-03-01", "2024-05-30"]],
    )

    assert one(session, LeavePeriod).ends == dt.date(2024, 5, 30)


def test_attestations(session: Session, tmp_path: Path) -> None:
    load_city(session, tmp_path)
    rows = [
        ["nip", "fakta", "tanggal", "berlaku_sampai"],
        [SITI, "LHKPN", "2026-03-31", ""],
        [SITI, "sehat", "2026-03-31", "2026-03-01"],
    ]

    report = load(session, tmp_path, "attestations", rows, skip_invalid=True)

    assert findings(report) == [("attestations.csv!D3", "berlaku_sampai", "period-order")]
    assert one(session, Attestation).fact == "lhkpn"


def test_unknown_official(session: Session, tmp_path: Path) -> None:
    load_city(session, tmp_path)
    rows = [["nip", "tahun", "tanpa_keterangan"], ["199912312024011001", "2025", "3"]]

    assert findings(load(session, tmp_path, "attendance", rows)) == [("attendance.csv!A2", "nip", "official-unknown")]
