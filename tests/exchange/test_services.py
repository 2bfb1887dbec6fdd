"""The framework: checking, comparing, storing, all or nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from merit.errors import NotAllowedError
from merit.exchange.domain import FileRefusedError
from merit.exchange.models import ImportBatch
from merit.exchange.rejected import rejected_lines
from merit.exchange.services import Options, import_file, read_file
from merit.people.models import OfficialRecord, OrgUnit
from merit.security.permissions import Actor, Role
from tests.exchange.files import (
    BUDI,
    OFFICIAL_HEADER,
    OFFICIALS,
    SITI,
    UNITS,
    counts,
    findings,
    load,
    load_city,
    write_csv,
    write_xlsx,
)

pytestmark = pytest.mark.db


def current(session: Session) -> int:
    return (
        session.scalar(select(func.count()).select_from(OfficialRecord).where(OfficialRecord.superseded_at.is_(None)))
        or 0
    )


def test_answer_has_the_agreed_form(session: Session, tmp_path: Path) -> None:
    report = load(session, tmp_path, "units", [[*row, "x"] for row in UNITS])

    assert json.loads(json.dumps(report.to_json())) == {
        "kind": "units",
        "rows": 3,
        "created": 3,
        "updated": 0,
        "unchanged": 0,
        "problems": [],
        "warnings": [],
        "ignored_columns": ["x"],
        "batch": report.batch,
    }


def test_same_file_twice_changes_nothing(session: Session, tmp_path: Path) -> None:
    first = load_city(session, tmp_path)
    second = load_city(session, tmp_path)

    assert [counts(report) for report in first.values()] == [(3, 0, 0), (3, 0, 0), (3, 0, 0)]
    assert [counts(report) for report in second.values()] == [(0, 0, 3), (0, 0, 3), (0, 0, 3)]
    assert [report.batch for report in second.values()] == [None, None, None]


def test_csv_and_xlsx_say_the_same(session: Session, tmp_path: Path) -> None:
    load_city(session, tmp_path)
    path = write_xlsx(tmp_path / "pegawai.xlsx", OFFICIALS)

    assert counts(import_file(session, SYSTEM_ADMIN, kind="officials", path=path)) == (0, 0, 3)


SYSTEM_ADMIN = Actor(roles=frozenset({Role.ADMIN}), unit_ids=None)


def test_problem_names_cell_and_writes_nothing(session: Session, tmp_path: Path) -> None:
    load_city(session, tmp_path)
    fresh = ["198001012005011009", *OFFICIALS[1][1:3], "1980-01-02", *OFFICIALS[1][4:]]

    report = load(session, tmp_path, "officials", [OFFICIAL_HEADER, OFFICIALS[2], fresh])

    assert (findings(report), report.refused, counts(report), report.batch) == (
        [("officials.csv!D3", "tanggal_lahir", "nip-other-birth")],
        True,
        (0, 0, 0),
        None,
    )
    assert report.problems[0].message.startswith("officials.csv!D3: Tanggal lahir berbeda dari NIP.")
    assert current(session) == 3


def test_dry_run_counts_and_writes_nothing(session: Session, tmp_path: Path) -> None:
    report = load(session, tmp_path, "units", UNITS, dry_run=True)

    assert (counts(report), report.batch) == ((3, 0, 0), None)
    assert session.scalar(select(func.count()).select_from(OrgUnit)) == 0
    assert session.scalar(select(func.count()).select_from(ImportBatch)) == 0


def test_skip_invalid_keeps_the_good_rows(session: Session, tmp_path: Path) -> None:
    bad = [*UNITS[2][:2], "TIDAK-ADA", "=1+1"]
    report = load(session, tmp_path, "units", [*UNITS[:3], ["X", *bad[1:]]], skip_invalid=True)
    table = read_file(tmp_path / "units.csv", kind="units")

    assert (counts(report), report.rejected, report.refused) == ((2, 0, 0), 1, False)
    assert rejected_lines(table, report.problems) == [
        ["kode", "nama", "induk", "jenis", "alasan"],
        ["X", "Dinas Pendidikan", "TIDAK-ADA", "'=1+1", report.problems[0].message],
    ]


def test_skip_invalid_leaves_out_what_hangs_on_a_bad_row(session: Session, tmp_path: Path) -> None:
    rows = [["kode", "nama", "induk"], ["A", "", ""], ["B", "Bidang", "A"], ["C", "Seksi", "B"], ["D", "Dinas", ""]]

    report = load(session, tmp_path, "units", rows, skip_invalid=True)

    assert findings(report) == [
        ("units.csv!B2", "nama", "cell-required"),
        ("units.csv!C3", "induk", "unit-parent-unknown"),
        ("units.csv!C4", "induk", "parent-rejected"),
    ]
    assert counts(report) == (1, 0, 0)


def test_large_change_asks_first(session: Session, tmp_path: Path) -> None:
    load_city(session, tmp_path)
    renamed = [UNITS[0], *([code, f"{name} Baru", *rest] for code, name, *rest in UNITS[1:])]

    tried = load(session, tmp_path, "units", renamed, dry_run=True)
    refused = load(session, tmp_path, "units", renamed)
    done = load(session, tmp_path, "units", renamed, confirm_large=True)

    assert (tried.warnings[0].code, tried.refused) == ("import-large", False)
    assert (refused.problems[0].code, refused.refused, refused.batch) == ("import-large", True, None)
    assert refused.problems[0].message.startswith("Impor ini mengubah 3 dari 3 catatan (100 %).")
    assert counts(done) == (0, 3, 0)


def test_difference_shows_old_and_new(session: Session, tmp_path: Path) -> None:
    load_city(session, tmp_path)
    moved = [*OFFICIALS[1]]
    moved[1], moved[9] = "Budi S.", "KABID"

    report = load(session, tmp_path, "officials", [OFFICIAL_HEADER, moved], dry_run=True)

    assert [(change.row, change.key, change.column, change.old, change.new) for change in report.changes] == [
        (2, BUDI, "nama", "Budi Santoso", "Budi S."),
        (2, BUDI, "jabatan", "KASI", "KABID"),
        (2, BUDI, "jenjang", "pengawas", "administrator"),
    ]


def test_column_that_is_absent_keeps_its_value(session: Session, tmp_path: Path) -> None:
    load_city(session, tmp_path)
    with_email = [[*OFFICIAL_HEADER, "email"], [*OFFICIALS[1], "budi@balikpapan.go.id"]]
    load(session, tmp_path, "officials", with_email, confirm_large=True)
    renamed = [*OFFICIALS[1]]
    renamed[1] = "Budi S."

    report = load(session, tmp_path, "officials", [OFFICIAL_HEADER, renamed], confirm_large=True)

    record = session.scalars(select(OfficialRecord).where(OfficialRecord.name == "Budi S.")).one()
    assert (counts(report), record.email) == ((0, 1, 0), "budi@balikpapan.go.id")


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        (["kode", "induk"], "header-missing"),
        (["kode", "nama", "Kode "], "header-duplicate"),
        (["satu", "dua"], "header-missing"),
    ],
)
def test_wrong_header(session: Session, tmp_path: Path, header: list[str], reason: str) -> None:
    report = load(session, tmp_path, "units", [header, ["A", "B", "C"][: len(header)]])

    assert (report.problems[0].code, report.refused) == (reason, True)


def test_duplicate_keys_name_the_first_row(session: Session, tmp_path: Path) -> None:
    load_city(session, tmp_path)

    report = load(session, tmp_path, "officials", [OFFICIAL_HEADER, OFFICIALS[2], OFFICIALS[1], OFFICIALS[2]])

    assert findings(report) == [("officials.csv!A4", "nip", "row-duplicate")]
    assert "baris 2" in report.problems[0].message


def test_unreadable_file_is_a_refused_report(session: Session, tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_text("x")

    report = import_file(session, SYSTEM_ADMIN, kind="units", path=tmp_path / "a.xlsx")

    assert (report.refused, report.problems[0].code, report.to_json()["rows"]) == (True, "file-corrupt", 0)


def test_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefusedError) as error:
        read_file(tmp_path / "tidak-ada.csv", kind="units")

    assert error.value.reason == "file-unreadable"


def test_nobody_without_permission_imports(session: Session, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "units.csv", UNITS)

    with pytest.raises(NotAllowedError):
        import_file(session, Actor(roles=frozenset({Role.AUDITOR}), unit_ids=None), kind="units", path=path)


def unit_admin(session: Session, code: str) -> Actor:
    unit = session.scalars(select(OrgUnit.id).where(OrgUnit.code == code)).one()
    return Actor(roles=frozenset({Role.OPD_ADMIN}), unit_ids=frozenset({unit}))


def test_unit_admin_reaches_only_the_own_unit(session: Session, tmp_path: Path) -> None:
    load_city(session, tmp_path)
    actor = unit_admin(session, "DISDIK")
    rows = [["nip", "tahun", "tanpa_keterangan"], [BUDI, "2025", "0"], [SITI, "2025", "2"]]

    report = load(session, tmp_path, "attendance", rows, actor=actor)

    assert findings(report) == [("attendance.csv!A3", "nip", "row-outside-scope")]


def test_unit_admin_takes_over_nobody(session: Session, tmp_path: Path) -> None:
    load_city(session, tmp_path)
    taken = [*OFFICIALS[2]]
    taken[8:10] = "DISDIK", "KASI"

    report = load(session, tmp_path, "officials", [OFFICIAL_HEADER, taken], actor=unit_admin(session, "DISDIK"))

    assert findings(report) == [("officials.csv!A2", "nip", "row-outside-scope")]


def test_unit_admin_appoints_nobody_elsewhere(session: Session, tmp_path: Path) -> None:
    load_city(session, tmp_path)
    raised = [*OFFICIALS[2]]
    raised[9] = "KABID"  # a higher post, of another unit

    report = load(session, tmp_path, "officials", [OFFICIAL_HEADER, raised], actor=unit_admin(session, "DINKES"))

    assert findings(report) == [("officials.csv!J2", "jabatan", "row-outside-scope")]


def test_unit_admin_does_not_touch_the_tree(session: Session, tmp_path: Path) -> None:
    load_city(session, tmp_path)

    with pytest.raises(NotAllowedError):
        load(session, tmp_path, "units", UNITS, actor=unit_admin(session, "DISDIK"))


def test_many_rows_go_the_fast_way(session: Session, tmp_path: Path) -> None:
    """More rows than ``storage.BULK``: keys are checked once, for the whole batch."""
    rows = [["kode", "nama", "induk"], ["PUNCAK", "Puncak\\kota\t", ""]]
    rows += [[f"U{number}", f"Unit {number}", "PUNCAK"] for number in range(2_500)]

    report = load(session, tmp_path, "units", rows)
    again = load(session, tmp_path, "units", rows)

    assert (counts(report), counts(again)) == ((2_501, 0, 0), (0, 0, 2_501))


def test_options_default_to_caution() -> None:
    assert (Options().dry_run, Options().skip_invalid, Options().confirm_large) == (False, False, False)
