"""The rows that were left out, with the reason beside each, to be corrected and imported again."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from merit.exchange.domain import Problem, show
from merit.exchange.readers.table import Table

REASON = "alasan"
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def rejected_path(path: Path) -> Path:
    """Return where the rejected rows of a file go: ``pegawai.xlsx`` gives ``pegawai.xlsx.rejected.csv``."""
    return path.with_name(f"{path.name}.rejected.csv")


def rejected_lines(table: Table, problems: Sequence[Problem]) -> list[list[str]]:
    """Return the header and every row with a problem as text, its reasons in the last column."""
    reasons: dict[int, list[str]] = defaultdict(list)
    for problem in problems:
        reasons[problem.row].append(problem.message)
    lines = [[*table.header, REASON]]
    for index, number in enumerate(table.rows):
        if number in reasons:
            cells = [harmless(show(column[index])) for column in table.columns]
            lines.append([*cells, " ".join(reasons[number])])
    return lines


def write_rejected(path: Path, table: Table, problems: Sequence[Problem]) -> None:
    """Write the rejected rows as CSV in UTF-8 with a byte order mark, as Excel expects it."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rejected_lines(table, problems))


def harmless(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula; numbers stay as they are."""
    if not cell.startswith(_DANGEROUS) or cell[1:].replace(".", "", 1).replace(",", "", 1).isdigit():
        return cell
    return f"'{cell}"
