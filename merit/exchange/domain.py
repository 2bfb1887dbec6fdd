"""What an import says about a file: problems that name their cell, counts, the difference."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from merit.errors import InvalidInputError

HEADER_IGNORED = str.maketrans("", "", " _\u00a0\t\r\n")
LARGE_SHARE = 0.3
SAMPLE = 200


class CellError(ValueError):
    """A cell that cannot be read; ``code`` has a sentence in ``merit.phrases``."""

    def __init__(self, code: str, /, **details: Any) -> None:
        """Keep the code and what its sentence needs."""
        self.code = code
        self.details: Mapping[str, Any] = details
        super().__init__(code, details)


class FileRefusedError(InvalidInputError):
    """The file as a whole cannot be read; ``cell`` is the place where it shows, empty when there is none."""

    def __init__(self, reason: str, /, *, sheet: str = "", row: int = 0, column: int = 0, **details: Any) -> None:
        """Keep the place; ``column`` counts from 1, 0 when no cell is meant."""
        super().__init__(reason, **details)
        self.sheet = sheet
        self.row = row
        self.column = column


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One cell that hinders (or, as a warning, does not hinder) the import; ``row`` counts as the spreadsheet does.

    ``column`` is the kind's column name, ``cell`` the address people see, ``message`` says what to do.
    """

    sheet: str
    row: int
    column: str
    value: str
    code: str
    message: str
    cell: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the entry of the answer's ``problems``."""
        return {
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "value": self.value,
            "code": self.code,
            "message": self.message,
        }


@dataclass(frozen=True, slots=True)
class Change:
    """One value that would change: which record, which column, from what to what."""

    row: int
    key: str
    column: str
    old: str
    new: str


@dataclass(slots=True, kw_only=True)
class ImportReport:
    """Answer of a dry run or an import; see FILES.md for the JSON.

    ``changes`` is a sample for people; ``standing`` the number of records of this kind before the import.
    """

    kind: str
    file_name: str = ""
    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    standing: int = 0
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    ignored_columns: list[str] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    batch: int | None = None
    is_large: bool = False
    refused: bool = False

    @property
    def ok(self) -> bool:
        """Whether everything asked for was (or would be) done."""
        return not self.refused

    def to_json(self) -> dict[str, Any]:
        """Return the answer of FILES.md."""
        return {
            "kind": self.kind,
            "rows": self.rows,
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "problems": [problem.to_json() for problem in self.problems],
            "warnings": [warning.to_json() for warning in self.warnings],
            "ignored_columns": self.ignored_columns,
            "batch": self.batch,
        }


def normalise_header(text: object) -> str:
    """Return a header without case, spaces and underscores."""
    return str(text).translate(HEADER_IGNORED).casefold()


def column_letter(index: int) -> str:
    """Return the letters of a column counted from 1: 1 is A, 27 is AA."""
    letters = ""
    while index > 0:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def cell_name(sheet: str, column: int, row: int) -> str:
    """Return the address of a cell as people write it: ``Sheet1!C5``; only the sheet when no cell is meant."""
    if row <= 0:
        return sheet
    place = f"{column_letter(column)}{row}" if column > 0 else f"{row}:{row}"
    return f"{sheet}!{place}"


def show(value: object) -> str:
    """Return a raw cell as text for a problem."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:  # noqa: PLR2004 -- exact in a float
        return str(int(value))
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    return str(value)[:200]
