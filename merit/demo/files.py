"""Write the demonstration city as files a personnel agency would send: CSV, and XLSX for what people fill in."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable
from pathlib import Path

import xlsxwriter

from merit.demo.tables import KINDS, Cell, Table

WORKBOOKS = frozenset({"units", "positions", "vacancies"})
_CREATED = dt.datetime(2026, 3, 1, 8, 0, 0)  # noqa: DTZ001 -- XLSX properties know no zone


def file_name(kind: str) -> str:
    """Return the name of a kind's file; the number is its place in the order of import."""
    suffix = "xlsx" if kind in WORKBOOKS else "csv"
    return f"{KINDS.index(kind) + 1:02d}-{kind}.{suffix}"


def write_files(tables: Iterable[Table], folder: Path) -> dict[str, Path]:
    """Write one file per table; the same tables give the same bytes. Return the path of each kind."""
    folder.mkdir(parents=True, exist_ok=True)
    return {table.kind: _write(table, folder / file_name(table.kind)) for table in tables}


def _write(table: Table, path: Path) -> Path:
    path.write_bytes(_workbook(table) if table.kind in WORKBOOKS else _csv(table))
    return path


def _csv(table: Table) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows(table.rows)
    return text.getvalue().encode()


def _workbook(table: Table) -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        book.set_properties({"title": table.kind, "author": "Merit", "created": _CREATED})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet = book.add_worksheet(table.kind)
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, table.columns)
        for number, row in enumerate(table.rows, start=1):
            for column, cell in enumerate(row):
                _write_cell(sheet, number, column, cell, day)
    return content.getvalue()


def _write_cell(
    sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, cell: Cell, day: xlsxwriter.format.Format
) -> None:
    if isinstance(cell, dt.date):
        sheet.write_datetime(row, column, cell, day)
    elif isinstance(cell, str) and cell:
        sheet.write_string(row, column, cell)
    elif isinstance(cell, int):
        sheet.write_number(row, column, cell)
