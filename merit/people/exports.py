"""The list of officials as a spreadsheet."""

from __future__ import annotations

from typing import Any

from merit.i18n import _
from merit.people.domain import format_grade
from merit.people.queries.officials import OfficialRow
from merit.web.labels import label


def headings() -> list[str]:
    """Return the headings of the spreadsheet."""
    return [
        "NIP",
        _("Nama"),
        _("Golongan"),
        _("TMT golongan"),
        _("Status"),
        _("Jenjang"),
        _("Kode jabatan"),
        _("Jabatan"),
        _("TMT jabatan"),
        _("Kode unit"),
        _("Unit kerja"),
    ]


def cells(row: OfficialRow) -> list[Any]:
    """Return one official's cells, in the order of the headings."""
    return [
        row.nip,
        row.full_name,
        format_grade(row.grade),
        row.grade_since,
        row.employment,
        label(row.tier, "tier"),
        row.position_code,
        row.position_name,
        row.position_since,
        row.unit_code,
        row.unit_name,
    ]
