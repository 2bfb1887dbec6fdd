"""Template files: an empty table with headings, an example, and what each column means."""

from __future__ import annotations

import csv
import io
from typing import Any

from merit.exchange.schema import Kind
from merit.i18n import _
from merit.web.downloads import Sheet, workbook_bytes


def template_workbook(kind: Kind) -> bytes:
    """Return the XLSX template of a kind: the sheet to fill in, and a sheet that explains its columns."""
    filled = Sheet(name=kind.name, headings=[column.name for column in kind.columns], rows=[])
    rows: list[list[Any]] = [
        [column.name, _("wajib") if column.required else _("boleh kosong"), str(column.hint), column.example]
        for column in kind.columns
    ]
    guide = Sheet(name=_("Petunjuk"), headings=[_("Kolom"), _("Wajib"), _("Isi"), _("Contoh")], rows=rows)
    return workbook_bytes([filled, guide])


def template_csv(kind: Kind) -> bytes:
    """Return the CSV template of a kind: its headings."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow([column.name for column in kind.columns])
    return text.getvalue().encode("utf-8-sig")
