"""The filter of the audit pages, read from the address."""

from __future__ import annotations

import datetime as dt

from merit.audit.queries import Filter
from merit.web.paging import read_text

_YEARS = range(1900, 2200)


def read_filter() -> Filter:
    """Return what the auditor looks for; a date that is none does not restrict."""
    return Filter(
        search=read_text("cari"),
        action=read_text("tindakan"),
        actor=read_text("pelaku"),
        since=_date(read_text("sejak")),
        until=_date(read_text("sampai")),
    )


def _date(text: str) -> dt.date | None:
    """Return a day of this program's time; the ends of the calendar have no day before or after them."""
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return day if _YEARS.start <= day.year < _YEARS.stop else None
