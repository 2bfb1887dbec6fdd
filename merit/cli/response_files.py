"""Response files as psychometricians keep them: CSV or Parquet, one row per person, one column per item."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from merit.errors import InvalidInputError

BLANK = frozenset({"", "NA", "NaN", "nan", "None", "."})
PARQUET = frozenset({".parquet", ".pq"})


@dataclass(frozen=True, slots=True)
class ResponseFile:
    """Responses of a file: the names of its items, (N, J) codes with -1 for missing, counts of the rows.

    ``groups`` are the groups of the rows as they are written, "" where none is.
    """

    items: list[str]
    responses: np.ndarray[tuple[int, int], np.dtype[np.int64]]
    weights: np.ndarray[tuple[int], np.dtype[np.float64]] | None
    groups: list[str] | None = None


def read_responses(path: Path, weights: str | None, without: Iterable[str], group: str | None = None) -> ResponseFile:
    """Read a response file; raise :class:`InvalidInputError` naming the cell that is no code.

    ``group`` is a column of the file, or another file with one column and as many rows.
    """
    header, rows = _read_table(path)
    for name in (*without, *([weights] if weights else [])):
        if name not in header:
            raise InvalidInputError("responses-no-column", file=path.name, column=name)
    groups = None if group is None else _read_groups(path, header, rows, group)
    if weights:  # a row without a count stands for nobody; one without answers for a person who gave none
        kept = [line for line, row in enumerate(rows) if any(cell.strip() for cell in row)]
        rows = [rows[line] for line in kept]
        groups = None if groups is None else [groups[line] for line in kept]
    apart = {*without, weights, group}
    columns = [index for index, name in enumerate(header) if name not in apart]
    codes = [[_code(path, row, index, line) for index in columns] for line, row in enumerate(rows, start=2)]
    counts = None
    if weights:
        place = header.index(weights)
        counts = np.array([_count(path, row, place, line) for line, row in enumerate(rows, start=2)])
    shape = (len(rows), len(columns))
    return ResponseFile([header[index] for index in columns], np.array(codes, np.int64).reshape(shape), counts, groups)


def _read_table(path: Path) -> tuple[list[str], list[list[str]]]:
    return _read_parquet(path) if path.suffix.lower() in PARQUET else _read_csv(path)


def _read_groups(path: Path, header: Sequence[str], rows: Sequence[Sequence[str]], group: str) -> list[str]:
    """Return the group of every row, "" where none is written."""
    if group in header:
        place = header.index(group)
        cells = [_cell(path, row, place, line) for line, row in enumerate(rows, start=2)]
    elif Path(group).is_file():
        names, lines = _read_table(Path(group))
        if len(names) != 1 or len(lines) != len(rows):
            raise InvalidInputError("responses-groups-file", file=Path(group).name, rows=len(rows))
        cells = [line[0].strip() for line in lines]
    else:
        raise InvalidInputError("responses-no-group", file=path.name, group=group)
    return ["" if cell in BLANK else cell for cell in cells]


def _read_csv(path: Path) -> tuple[list[str], list[list[str]]]:
    try:
        with path.open(newline="", encoding="utf-8-sig") as stream:
            header, *rows = [row for row in csv.reader(stream) if len(row) > 1 or any(cell.strip() for cell in row)]
    except (ValueError, csv.Error) as error:
        raise InvalidInputError("responses-no-table", file=path.name) from error
    return header, rows


def _read_parquet(path: Path) -> tuple[list[str], list[list[str]]]:
    """Return the cells of a Parquet file as texts; whole numbers kept as floats lose their point."""
    import pyarrow as pa
    from pyarrow import parquet

    try:
        table = parquet.read_table(path)
    except (pa.ArrowException, OSError) as error:
        raise InvalidInputError("responses-no-parquet", file=path.name) from error
    columns = [[_text(value) for value in column.to_pylist()] for column in table.columns]
    return list(table.column_names), [list(row) for row in zip(*columns, strict=True)]


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _cell(path: Path, row: Sequence[str], index: int, line: int) -> str:
    if index >= len(row):
        raise InvalidInputError("responses-short-row", file=path.name, row=line)
    return row[index].strip()


def _code(path: Path, row: Sequence[str], index: int, line: int) -> int:
    cell = _cell(path, row, index, line)
    if cell in BLANK:
        return -1
    try:
        return int(cell)
    except ValueError:
        raise InvalidInputError(
            "responses-not-a-code", file=path.name, row=line, column=index + 1, value=cell
        ) from None


def _count(path: Path, row: Sequence[str], index: int, line: int) -> float:
    cell = _cell(path, row, index, line)
    try:
        return float(cell)
    except ValueError:
        raise InvalidInputError(
            "responses-not-a-code", file=path.name, row=line, column=index + 1, value=cell
        ) from None
