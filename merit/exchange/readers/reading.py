"""One door to all readers."""

from __future__ import annotations

from pathlib import Path

from merit.exchange.domain import FileRefusedError
from merit.exchange.readers.archive import OLE2, ZIP, refuse_foreign
from merit.exchange.readers.csv_file import read_csv
from merit.exchange.readers.table import Table
from merit.exchange.readers.xlsx_file import read_xlsx

SPREADSHEETS = frozenset({".xlsx", ".xls", ".xlsm", ".xlsb", ".ods"})


def read_table(path: Path, *, kind: str, name: str = "") -> Table:
    """Return the raw table of a CSV or XLSX file; the content decides, not the file's extension.

    Raises
    ------
    FileRefusedError
        The file cannot be read; the reason says why, the sentence what to do.
    """
    shown = name or path.name
    try:
        with path.open("rb") as file:
            head = file.read(8)
    except OSError as error:
        raise FileRefusedError("file-unreadable", sheet=shown) from error
    if not head:
        raise FileRefusedError("file-empty", sheet=shown)
    if head.startswith(ZIP) or head == OLE2:
        return read_xlsx(path, wanted=kind, name=shown)
    if Path(shown).suffix.lower() in SPREADSHEETS:
        refuse_foreign(path, name=shown)
    return read_csv(path, name=shown)
