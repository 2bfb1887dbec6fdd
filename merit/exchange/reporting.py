"""Problems and warnings as people read them: the cell first, then what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from merit.exchange.domain import FileRefusedError, Problem, cell_name, show
from merit.exchange.readers.table import Table
from merit.exchange.schema import Kind
from merit.exchange.validation import match_header
from merit.phrases import phrase

Finding = tuple[int, str, str, Mapping[str, Any]]


def describe(table: Table, kind: Kind, findings: Sequence[Finding]) -> list[Problem]:
    """Return findings by row index and column as problems with their cell and sentence, in the file's order."""
    if not findings:
        return []
    places, _ignored = match_header(table, kind)
    order = {column.name: place for place, column in enumerate(kind.columns)}
    sentences: dict[tuple[Any, ...], str] = {}
    problems = []
    for row, column, code, details in sorted(findings, key=lambda f: (f[0], order.get(f[1], 0))):
        place = places.get(column)
        value = show(table.columns[place][row]) if place is not None else ""
        cell = cell_name(table.sheet, (place or 0) + 1 if place is not None else 0, table.rows[row])
        known = (code, column, value, *details.items())
        if known not in sentences:
            sentences[known] = phrase(code, **{"column": column, "value": value, **details})
        problems.append(
            Problem(
                sheet=table.sheet,
                row=table.rows[row],
                column=column,
                value=value,
                code=code,
                message=f"{cell}: {sentences[known]}",
                cell=cell,
            )
        )
    return problems


def describe_refusal(error: FileRefusedError) -> Problem:
    """Return a refusal of the whole file as a problem."""
    cell = cell_name(error.sheet, error.column, error.row)
    details = {"sheet": error.sheet, "row": error.row, **error.details}
    sentence = phrase(error.reason, **details)
    column = str(error.details.get("name") or error.details.get("names") or "")
    return Problem(
        sheet=error.sheet,
        row=error.row,
        column=column,
        value="",
        code=error.reason,
        message=f"{cell}: {sentence}" if cell else sentence,
        cell=cell,
    )
