"""A table as read: header and raw cells by column, with the row numbers people see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from merit.exchange.domain import FileRefusedError

MAX_ROWS = 500_000
MAX_COLUMNS = 104
HEADER_SEARCH = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Raw cells by column; ``rows`` are the row numbers as the spreadsheet counts, ``header_row`` is the header's."""

    sheet: str
    header: tuple[str, ...]
    header_row: int
    columns: Sequence[Sequence[object]]
    rows: Sequence[int]
    sha256: str = ""
    file_name: str = ""
    is_text: bool = field(default=False)

    @property
    def height(self) -> int:
        """Number of data rows."""
        return len(self.rows)


def build_table(rows: list[list[object]], *, sheet: str, sha256: str, file_name: str, is_text: bool = False) -> Table:
    """Find the header, drop empty rows, turn rows into columns; ``rows`` is emptied."""
    top = _find_header(rows, sheet)
    cells = rows[top]
    width = max((index + 1 for index, cell in enumerate(cells) if str(cell).strip()), default=0)
    header = tuple(str(cell).strip() for cell in cells[:width])
    numbers: Sequence[int] = range(top + 2, len(rows) + 1)
    body = rows[top + 1 :] if top or len(rows) > 1 else []
    rows.clear()
    while body and not _has_content(body[-1]):
        body.pop()
    numbers = numbers[: len(body)]
    filled = [index for index, row in enumerate(body) if row[0] not in ("", None) or _has_content(row)]
    if len(filled) != len(body):
        body = [body[index] for index in filled]
        numbers = [numbers[index] for index in filled]
    _refuse_overflow(body, numbers, width, sheet)
    if not body:
        raise FileRefusedError("file-no-rows", sheet=sheet)
    columns = list(zip(*body, strict=True))[:width]
    return Table(
        sheet=sheet,
        header=header,
        header_row=top + 1,
        columns=columns,
        rows=numbers,
        sha256=sha256,
        file_name=file_name,
        is_text=is_text,
    )


def _has_content(row: list[object]) -> bool:
    return any(cell is not None and str(cell).strip() for cell in row)


def _find_header(rows: list[list[object]], sheet: str) -> int:
    for index, row in enumerate(rows[:HEADER_SEARCH]):
        if _has_content(row):
            return index
    raise FileRefusedError("file-empty", sheet=sheet)


def _refuse_overflow(body: list[list[object]], numbers: Sequence[int], width: int, sheet: str) -> None:
    if not body or len(body[0]) <= width:
        return
    for row, number in zip(body, numbers, strict=True):
        extra = row[width:]
        if _has_content(extra):
            place = next(index for index, cell in enumerate(extra) if cell is not None and str(cell).strip())
            raise FileRefusedError("row-beyond-header", sheet=sheet, row=number, column=width + place + 1)


def file_stem(path: Path) -> str:
    """Return the name shown as the sheet of a CSV file."""
    return path.name
