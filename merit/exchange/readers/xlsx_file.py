"""XLSX through python-calamine, after the archive has been inspected."""

from __future__ import annotations

import hashlib
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from merit.exchange.domain import FileRefusedError
from merit.exchange.readers.archive import inspect
from merit.exchange.readers.table import Table, build_table


def read_xlsx(path: Path, *, wanted: str, name: str = "") -> Table:
    """Return the table of the sheet named ``wanted``, else of the first sheet."""
    shown = name or path.name
    sheet = inspect(path, name=shown, wanted=wanted)
    try:
        with CalamineWorkbook.from_path(str(path)) as workbook:
            opened = workbook.get_sheet_by_name(sheet.name)
            merged = opened.merged_cell_ranges
            if merged:
                (row, column), _end = merged[0]
                raise FileRefusedError("file-merged", sheet=sheet.name, row=row + 1, column=column + 1)
            rows: list[list[object]] = opened.to_python(skip_empty_area=False)  # type: ignore[assignment]
    except PasswordError as error:
        raise FileRefusedError("file-password", sheet=shown) from error
    except (CalamineError, ValueError) as error:
        raise FileRefusedError("file-corrupt", sheet=shown) from error
    if not rows:
        raise FileRefusedError("file-empty", sheet=sheet.name)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return build_table(rows, sheet=sheet.name, sha256=digest, file_name=shown)
