"""The cells of a small workbook, read from its parts: texts as written, no formulas, nothing beyond the bounds."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass

from merit.assessment.interchange.reading import Files, UnreadableError
from merit.assessment.interchange.xml import Element, parse

WORKBOOK = "xl/workbook.xml"
MAX_ROWS = 20_000
MAX_COLUMNS = 100
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


@dataclass(frozen=True, slots=True)
class Grid:
    """A sheet: its name, and the text of every filled cell by (row, column), both counted from 1."""

    name: str
    cells: Mapping[tuple[int, int], str]

    def row(self, number: int) -> dict[int, str]:
        """Return the filled cells of a row by column."""
        return {column: text for (row, column), text in self.cells.items() if row == number}


def is_workbook(files: Files) -> bool:
    """Tell whether the archive is an XLSX workbook."""
    return WORKBOOK in files.names()


def column_name(number: int) -> str:
    """Return the letters of a column: A for 1, AA for 27."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def read_grid(files: Files, *, name: str, wanted: str) -> Grid:
    """Return the sheet named ``wanted``, else the first one."""
    book = parse(_part(files, WORKBOOK, name), name=name)
    links = {
        str(link.get("Id")): str(link.get("Target"))
        for link in parse(_part(files, "xl/_rels/workbook.xml.rels", name), name=name).iter("{*}Relationship")
    }
    sheets = [(str(node.get("name")), links.get(str(node.get(_LINK)), "")) for node in book.iter("{*}sheet")]
    if not sheets:
        raise UnreadableError("items-file-empty", name=name)
    title, target = next((sheet for sheet in sheets if sheet[0].strip().casefold() == wanted), sheets[0])
    part = target.removeprefix("/") if target.startswith("/") else posixpath.join("xl", target)
    strings = _strings(files, name)
    return Grid(title, _cells(parse(_part(files, part, name), name=name), strings, title))


def _part(files: Files, part: str, name: str) -> bytes:
    data = files.get(part)
    if not data:
        raise UnreadableError("items-archive-broken", name=name)
    return data


def _strings(files: Files, name: str) -> list[str]:
    data = files.get("xl/sharedStrings.xml")
    if not data:
        return []
    return [_texts(entry) for entry in parse(data, name=name).iter("{*}si")]


def _texts(entry: Element) -> str:
    return "".join(text.text or "" for text in entry.iter("{*}t"))


def _cells(sheet: Element, strings: list[str], title: str) -> dict[tuple[int, int], str]:
    found: dict[tuple[int, int], str] = {}
    for cell in sheet.iter("{*}c"):
        match = _REFERENCE.fullmatch(cell.get("r") or "")
        if match is None:
            raise UnreadableError("items-archive-broken", name=title)
        place = (int(match[2]), _column_number(match[1]))
        text = _text_of(cell, strings, f"{title}!{match[0]}")
        if not text.strip():
            continue
        if place[0] > MAX_ROWS or place[1] > MAX_COLUMNS:
            raise UnreadableError("items-sheet-large", cell=f"{title}!{match[0]}", rows=MAX_ROWS, columns=MAX_COLUMNS)
        found[place] = text
    return found


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _text_of(cell: Element, strings: list[str], place: str) -> str:
    if cell.find("{*}f") is not None:
        raise UnreadableError("items-sheet-formula", cell=place)
    kind = cell.get("t") or "n"
    value = (cell.findtext("{*}v") or "").strip()
    if kind == "inlineStr":
        return _texts(cell)
    if kind == "s":
        return strings[int(value)] if value.isdigit() and int(value) < len(strings) else ""
    if kind == "b":
        return "ya" if value == "1" else "tidak"
    return _tidy_number(value) if kind == "n" else value


def _tidy_number(value: str) -> str:
    """Return a number as people write it: spreadsheets keep 0.1 as 0.1 or 0.10000000000000001."""
    try:
        return repr(float(value)).removesuffix(".0") if value else ""
    except ValueError:
        return value
