"""Files for tests, and the small city they speak of."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter
from sqlalchemy.orm import Session

from merit.exchange.domain import ImportReport
from merit.exchange.services import Options, import_file
from merit.security.permissions import SYSTEM, Actor

UNITS = [
    ["kode", "nama", "induk", "jenis"],
    ["KOTA", "Kota Balikpapan", "", ""],
    ["DISDIK", "Dinas Pendidikan", "KOTA", "dinas"],
    ["DINKES", "Dinas Kesehatan", "KOTA", "dinas"],
]
POSITIONS = [
    ["kode", "nama", "jenjang", "unit", "memimpin", "bidang", "golongan_min", "golongan_maks"],
    ["KABID", "Kepala Bidang SMP", "administrator", "DISDIK", "DISDIK", "pendidikan", "III/d", "IV/b"],
    ["KASI", "Kepala Seksi Kurikulum", "pengawas", "DISDIK", "", "pendidikan", "III/b", "III/d"],
    ["STAF", "Pengelola Data", "pelaksana", "DINKES", "", "", "", ""],
]
OFFICIAL_HEADER = [
    "nip",
    "nama",
    "jenis_kelamin",
    "tanggal_lahir",
    "status",
    "golongan",
    "tmt_golongan",
    "pendidikan",
    "unit",
    "jabatan",
    "tmt_jabatan",
]
BUDI = "198504122010011003"
SITI = "199003152015032001"
TONO = "197801202023211007"
OFFICIALS = [
    OFFICIAL_HEADER,
    [BUDI, "Budi Santoso", "L", "1985-04-12", "PNS", "III/d", "2020-04-01", "S2", "DISDIK", "KASI", "2019-01-07"],
    [SITI, "Siti Aminah", "P", "15-03-1990", "PNS", "III/b", "01/04/2021", "S1", "DINKES", "STAF", "2016-02-01"],
    [TONO, "Tono", "L", "1978-01-20", "PPPK", "IX", "2023-03-01", "S1/D4", "DINKES", "STAF", "2023-03-01"],
]


def write_csv(path: Path, rows: Sequence[Sequence[Any]], *, delimiter: str = ",", encoding: str = "utf-8") -> Path:
    """Write rows as CSV."""
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    return path


def write_xlsx(path: Path, rows: Sequence[Sequence[Any]], *, sheet: str = "Sheet1") -> Path:
    """Write rows as XLSX."""
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet(sheet)
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    return path


def write_sheet_xml(path: Path, xml: str, *, extra: dict[str, bytes] | None = None) -> Path:
    """Write a workbook whose only sheet is the given XML, as a hostile sender would."""
    original = write_xlsx(path.with_suffix(".tmp"), [["nip"]])
    with zipfile.ZipFile(original) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename == "xl/worksheets/sheet1.xml":
                content = xml.encode()
            target.writestr(entry.filename, content)
        for name, content in (extra or {}).items():
            target.writestr(name, content)
    return path


def sheet_xml(cells: str, *, after: str = "") -> str:
    """Return the XML of a sheet with these rows."""
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"<sheetData>{cells}</sheetData>{after}</worksheet>"
    )


def load(
    session: Session,
    folder: Path,
    kind: str,
    rows: Sequence[Sequence[Any]],
    *,
    actor: Actor = SYSTEM,
    **options: Any,
) -> ImportReport:
    """Import rows of a kind from a CSV file."""
    path = write_csv(folder / f"{kind}.csv", rows)
    return import_file(session, actor, kind=kind, path=path, options=Options(**options))


def load_city(session: Session, folder: Path) -> dict[str, ImportReport]:
    """Import the units, positions and officials of the small city."""
    files = {"units": UNITS, "positions": POSITIONS, "officials": OFFICIALS}
    return {kind: load(session, folder, kind, rows) for kind, rows in files.items()}


def counts(report: ImportReport) -> tuple[int, int, int]:
    """Return created, updated, unchanged."""
    return report.created, report.updated, report.unchanged


def findings(report: ImportReport) -> list[tuple[str, str, str]]:
    """Return cell, column and code of every problem."""
    return [(problem.cell, problem.column, problem.code) for problem in report.problems]
