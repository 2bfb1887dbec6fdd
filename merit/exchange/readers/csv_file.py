"""CSV in UTF-8, with ``,`` or ``;``."""

from __future__ import annotations

import csv
import hashlib
import io
from itertools import islice
from pathlib import Path

from merit.exchange.domain import FileRefusedError
from merit.exchange.readers.table import MAX_COLUMNS, MAX_ROWS, Table, build_table, file_stem

BOM = b"\xef\xbb\xbf"
OTHER_KINDS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"{\\rtf", b"<!DOCTYPE", b"<html", b"<?xml")
WIDE_BOMS = (b"\xff\xfe", b"\xfe\xff")


def read_csv(path: Path, *, name: str = "") -> Table:
    """Return the table of a CSV file, or refuse it with the row that is wrong."""
    sheet = name or file_stem(path)
    data = path.read_bytes()
    text = _decode(data, sheet)
    rows = _parse(text, sheet)
    return build_table(rows, sheet=sheet, sha256=hashlib.sha256(data).hexdigest(), file_name=sheet, is_text=True)


def _decode(data: bytes, sheet: str) -> str:
    if not data.strip():
        raise FileRefusedError("file-empty", sheet=sheet)
    if data.startswith(OTHER_KINDS):
        raise FileRefusedError("file-not-text", sheet=sheet)
    if data.startswith(WIDE_BOMS):
        raise FileRefusedError("file-encoding", sheet=sheet, row=1, encoding="UTF-16")
    if (place := data.find(b"\0")) >= 0:
        raise FileRefusedError("file-not-text", sheet=sheet, row=_row_of(data, place))
    try:
        return data.removeprefix(BOM).decode("utf-8")
    except UnicodeDecodeError as error:
        offset = error.start + (len(BOM) if data.startswith(BOM) else 0)
        raise FileRefusedError(
            "file-encoding", sheet=sheet, row=_row_of(data, offset), encoding="windows-1252"
        ) from error


def _row_of(data: bytes, offset: int) -> int:
    return data.count(b"\n", 0, offset) + 1


def _delimiter(text: str) -> str:
    first = text.lstrip("\r\n").split("\n", 1)[0]
    return ";" if first.count(";") > first.count(",") else ","


def _parse(text: str, sheet: str) -> list[list[object]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        rows: list[list[object]] = [list(row) for row in islice(reader, MAX_ROWS + 1)]
    except csv.Error as error:
        raise FileRefusedError("file-quotes", sheet=sheet, row=reader.line_num) from error
    if len(rows) > MAX_ROWS:
        raise FileRefusedError("file-too-many-rows", sheet=sheet, row=MAX_ROWS + 1, limit=MAX_ROWS)
    width = max(map(len, rows), default=0)
    if width > MAX_COLUMNS:
        wide = next(index for index, row in enumerate(rows) if len(row) > MAX_COLUMNS)
        raise FileRefusedError(
            "file-too-many-columns", sheet=sheet, row=wide + 1, column=MAX_COLUMNS + 1, limit=MAX_COLUMNS
        )
    for row in rows:
        if len(row) < width:
            row.extend([""] * (width - len(row)))
    return rows
