"""The demonstration's files: the exact columns of the exchange contract, the same bytes every time."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from merit.demo.files import file_name, write_files
from merit.demo.generator import build_demonstration
from merit.demo.tables import COLUMNS, KINDS, make_table

pytestmark = pytest.mark.unit

# FILES.md, the required columns of each kind.
REQUIRED = {
    "units": {"kode", "nama"},
    "positions": {"kode", "nama", "jenjang", "unit"},
    "officials": {
        *("nip", "nama", "jenis_kelamin", "tanggal_lahir", "status", "golongan", "tmt_golongan"),
        *("pendidikan", "unit", "jabatan", "tmt_jabatan"),
    },
    "career": {"nip", "jenjang", "mulai"},
    "results": {"nip", "kompetensi", "penyelenggara", "metode", "tanggal"},
    "training": {"nip", "nama", "penyelenggara", "mulai", "selesai", "jp"},
    "performance": {"nip", "tahun", "hasil_kerja", "perilaku_kerja"},
    "feedback": {"nip", "tahun", "penilai", "kelompok", "aspek", "nilai"},
    "unit-results": {"unit", "tahun", "capaian"},
    "agreements": {"unit", "tahun", "triwulan", "indikator", "target"},
    "complaints": {"nomor", "unit", "jenis", "diterima"},
    "satisfaction": {"unit", "periode", "skm"},
    "discipline": {"nip", "kode", "nomor_sk", "tanggal", "status"},
    "attendance": {"nip", "tahun", "tanpa_keterangan"},
    "assignments": {"nip", "nama", "ditawarkan"},
    "leave": {"nip", "jenis", "mulai"},
    "attestations": {"nip", "fakta", "tanggal"},
    "vacancies": {"kode", "jabatan", "tanggal"},
    "applications": {"nip", "lowongan", "tanggal"},
    "awards": {"nip", "jenis", "nama", "pemberi", "nomor_sk", "tanggal"},
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("city")
    write_files(build_demonstration(officials=300, seed=7).tables.values(), path)
    return path


def test_every_kind_is_written_in_order_of_import(folder):
    assert sorted(path.name for path in folder.iterdir()) == [file_name(kind) for kind in KINDS]
    assert set(REQUIRED) == set(KINDS)


def test_required_cells_are_filled():
    for kind, table in build_demonstration(officials=300, seed=7).tables.items():
        places = [table.columns.index(column) for column in sorted(REQUIRED[kind])]
        assert all(row[place] not in (None, "") for row in table.rows for place in places), kind


def test_csv_carries_header_and_text_nips(folder):
    with (folder / file_name("officials")).open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))

    assert tuple(rows[0]) == COLUMNS["officials"]
    assert {len(row[0]) for row in rows[1:]} == {18}
    assert len(rows) == 301


def test_workbook_has_one_sheet_named_as_the_kind(folder):
    book = CalamineWorkbook.from_path(folder / file_name("positions"))

    rows = book.get_sheet_by_name("positions").to_python()

    assert book.sheet_names == ["positions"]
    assert tuple(rows[0]) == COLUMNS["positions"]


def test_same_seed_same_bytes(folder, tmp_path):
    write_files(build_demonstration(officials=300, seed=7).tables.values(), tmp_path)

    first, second = (
        {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in place.iterdir()}
        for place in (folder, tmp_path)
    )

    assert first == second


def test_table_refuses_a_row_of_another_width():
    with pytest.raises(ValueError):
        make_table("units", [("A", "Unit A")])
