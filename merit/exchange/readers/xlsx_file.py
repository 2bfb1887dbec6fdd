"""XLSX through python-calamine, after the archive has been inspected."""

from __future__ import annotations

import hashlib
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from merit.exchange.domain import FileRefusedError
from merit.exchange.readers.archive import inspect
from merit.exchange.readers.table import Table, build_table


def read_xlsx(path: Path, *, wanted: str, name: str = "") -> Table:
    """Return the table of the sheet named ``wanted``, else of the first sheet."""
    shown = name or path.name
    try:
        sheet, rows = _read(path, wanted=wanted, name=shown)
    except PasswordError as error:
        raise FileRefusedError("file-password", sheet=shown) from error
    except (CalamineError, ValueError) as error:
        raise FileRefusedError("file-corrupt", sheet=shown) from error
    if not rows:
        raise FileRefusedError("file-empty", sheet=sheet)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return build_table(rows, sheet=sheet, sha256=digest, file_name=shown)


def _read(path: Path, *, wanted: str, name: str) -> tuple[str, list[list[object]]]:
    """Inspect the archive and read its sheet; the shared texts are read while the sheet is still inspected."""
    with ThreadPoolExecutor(1) as pool:
        opening: list[Future[CalamineWorkbook]] = []
        sheet = inspect(
            path,
            name=name,
            wanted=wanted,
            before_sheet=lambda: opening.append(pool.submit(CalamineWorkbook.from_path, str(path))),
        )
        if not opening:
            raise FileRefusedError("file-corrupt", sheet=name)
        with opening[0].result() as workbook:
            opened = workbook.get_sheet_by_name(sheet.name)
            if merged := opened.merged_cell_ranges:
                (row, column), _end = merged[0]
                raise FileRefusedError("file-merged", sheet=sheet.name, row=row + 1, column=column + 1)
            return sheet.name, opened.to_python(skip_empty_area=False)  # type: ignore[return-value] # cells are objects
