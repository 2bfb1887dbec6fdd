"""Files that leave Merit: safe headers, and spreadsheets in which no cell can become a formula."""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import xlsxwriter
from flask import Response

from merit.i18n import _

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
PDF = "application/pdf"
SVG = "image/svg+xml"
JSON = "application/json"

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")
_WIDEST, _NARROWEST, _SHEET_NAME = 60, 8, 31
_MAX_EXCEL_DIGITS = 15
_FORBIDDEN_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet: its name, headings and rows of plain values; ``widths`` in characters where known."""

    name: str
    headings: Sequence[str]
    rows: Iterable[Sequence[Any]]
    widths: Sequence[int] = ()


def neutral(text: str) -> str:
    """Return text that no spreadsheet reads as a formula: a dangerous first character gets an apostrophe."""
    return f"'{text}" if text.startswith(_DANGEROUS) else text


def file_response(content: bytes, *, name: str, kind: str, inline: bool = False) -> Response:
    """Return a file as download (or shown in the browser), never sniffed and never kept by caches."""
    response = Response(content, content_type=kind)
    ascii_name = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.") or "berkas"
    disposition = f'{"inline" if inline else "attachment"}; filename="{ascii_name}"'
    if ascii_name != name:
        disposition += f"; filename*=UTF-8''{quote(name, safe='')}"
    response.headers["Content-Disposition"] = disposition
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response


def pdf_response(content: bytes, name: str, *, inline: bool = True) -> Response:
    """Return a PDF, shown in the browser unless told otherwise."""
    return file_response(content, name=f"{name}.pdf", kind=PDF, inline=inline)


def _written(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("ya") if value else _("tidak")
    if isinstance(value, (int, float, Decimal)):
        return str(value)
    if isinstance(value, (dt.date, dt.datetime)):
        return value.isoformat()
    return neutral(str(value))


def csv_bytes(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """Return a CSV that Excel opens as UTF-8; numbers stay numbers, text cannot become a formula."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([neutral(heading) for heading in headings])
    writer.writerows([_written(value) for value in row] for row in rows)
    return buffer.getvalue().encode("utf-8-sig")


def csv_response(name: str, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> Response:
    """Return a CSV download."""
    return file_response(csv_bytes(headings, rows), name=f"{name}.csv", kind=CSV)


def _fits_excel(value: Any) -> bool:
    """Whether Excel keeps the number: it knows no NaN and rounds beyond fifteen digits; a float has no more to lose."""
    if isinstance(value, float):
        return math.isfinite(value)
    exact = Decimal(str(value))
    return exact.is_finite() and len(exact.normalize().as_tuple().digits) <= _MAX_EXCEL_DIGITS


def _write(sheet: Any, row: int, column: int, value: Any, formats: dict[str, Any]) -> None:
    if value is None or value == "":
        return
    if isinstance(value, bool):
        sheet.write_string(row, column, _written(value), formats["text"])
    elif isinstance(value, (int, float, Decimal)) and _fits_excel(value):
        shown = value if isinstance(value, int) else float(value)
        sheet.write_number(row, column, shown, None if float(value).is_integer() else formats["number"])
    elif isinstance(value, dt.datetime):
        sheet.write_datetime(row, column, value.replace(tzinfo=None), formats["moment"])
    elif isinstance(value, dt.date):
        sheet.write_datetime(row, column, dt.datetime.combine(value, dt.time()), formats["date"])
    else:
        sheet.write_string(row, column, neutral(str(value)), formats["text"])


def _write_sheet(book: Any, sheet: Sheet, formats: dict[str, Any]) -> None:
    name = _FORBIDDEN_IN_SHEET_NAMES.sub(" ", sheet.name)[:_SHEET_NAME] or "Data"
    target = book.add_worksheet(name)
    widths = [max(len(heading) + 3, _NARROWEST) for heading in sheet.headings]
    for column, heading in enumerate(sheet.headings):
        target.write_string(0, column, neutral(heading), formats["heading"])
    last = 0
    for last, row in enumerate(sheet.rows, start=1):
        for column, value in enumerate(row):
            _write(target, last, column, value, formats)
            widths[column] = max(widths[column], min(len(str(value or "")) + 1, _WIDEST))
    for column, width in enumerate(sheet.widths or widths):
        target.set_column(column, column, width)
    target.freeze_panes(1, 0)
    if sheet.headings:
        target.autofilter(0, 0, max(last, 1), len(sheet.headings) - 1)


def workbook_bytes(sheets: Iterable[Sheet]) -> bytes:
    """Return an XLSX of the sheets: styled and frozen headings, filters, widths that fit, no formulas."""
    buffer = io.BytesIO()
    safe = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(buffer, safe)
    formats = {
        "heading": book.add_format(
            {"bold": True, "bg_color": "#E9F1FB", "bottom": 1, "text_wrap": True, "valign": "top"}
        ),
        "text": book.add_format({"num_format": "@"}),
        "number": book.add_format({"num_format": "0.00##"}),
        "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        "moment": book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
    }
    for sheet in sheets:
        _write_sheet(book, sheet, formats)
    book.close()
    return buffer.getvalue()


def workbook_response(name: str, sheets: Iterable[Sheet]) -> Response:
    """Return an XLSX download."""
    return file_response(workbook_bytes(sheets), name=f"{name}.xlsx", kind=XLSX)
