"""A list on paper: the rows of an export as a PDF with the agency's letterhead."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from merit import clock
from merit.config import Settings
from merit.errors import RuleViolationError
from merit.i18n import _
from merit.web.downloads import Sheet
from merit.web.filters import moment, number, short_date
from merit.web.pdf import frame_of, render_pdf

MOST_PRINTED = 2_000  # rows: two seconds of one core, and fifty pages nobody reads
_THOUSANDS = 10_000
_DENSE_FROM = 12  # columns from which the print is small and leaves empty ones out
_WIDE_FROM = 6  # columns that no longer fit on an upright page


def refuse_long(rows: int) -> None:
    """Refuse to print a list of more than :data:`MOST_PRINTED` rows."""
    if rows > MOST_PRINTED:
        raise RuleViolationError("export-print-long", rows=number(rows), most=number(MOST_PRINTED))


def list_pdf(sheet: Sheet, settings: Settings) -> bytes:
    """Return the PDF of a list; it tells when it was printed, for a list is as of an instant."""
    rows = [list(row) for row in sheet.rows]
    refuse_long(len(rows))
    places = _places(sheet.headings, rows)
    now = clock.now()
    told = _("%(rows)s baris · dicetak %(when)s", rows=number(len(rows)), when=moment(now))
    data = {
        "headings": [sheet.headings[place] for place in places],
        "rows": [[printed(row[place]) for place in places] for row in rows],
        "sides": [_side(rows, place) for place in places],
        "wide": len(places) >= _WIDE_FROM,
        "dense": len(places) > _DENSE_FROM,
    }
    return render_pdf("list", data, now, frame=frame_of(settings, title=sheet.name, subtitle=told))


def printed(value: Any) -> str:
    """Return a cell's value as people read it; nothing is a dash."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("ya") if value else _("tidak")
    if isinstance(value, int) and 0 <= value < _THOUSANDS:
        return str(value)  # a year is among them
    if isinstance(value, (int, float, Decimal)):
        return number(value)
    if isinstance(value, dt.datetime):
        return moment(value)
    return short_date(value) if isinstance(value, dt.date) else str(value)


def _places(headings: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[int]:
    """Return the columns to print: all, or of many only those that say something."""
    every = list(range(len(headings)))
    if len(every) <= _DENSE_FROM:
        return every
    return [place for place in every if any(row[place] not in (None, "") for row in rows)] or every


def _side(rows: Sequence[Sequence[Any]], place: int) -> str:
    cells = [row[place] for row in rows if row[place] is not None and row[place] != ""]
    is_figure = bool(cells) and all(isinstance(cell, (int, float, Decimal)) for cell in cells)
    return "right" if is_figure else "left"
