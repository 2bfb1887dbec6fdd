"""Placements and task forces offered, and what leave does to an assessed year; pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from merit.performance.domain.appraisal import SIX_MONTHS_DAYS


def check_answer(
    offered: dt.date, response: str, *, lawful_reason: bool | None, starts: dt.date | None, ends: dt.date | None
) -> str | None:
    """Return why an answer (diterima, ditolak) to an offer cannot stand, None when it can."""
    if response == "ditolak" and lawful_reason is None:
        return "offer-refusal-reason"
    if response == "diterima" and starts is None:
        return "offer-start"
    if starts is not None and starts < offered:
        return "offer-before"
    if starts is not None and ends is not None and ends < starts:
        return "offer-period"
    return None


def served_days(year: int, leaves: Sequence[tuple[dt.date, dt.date]]) -> int:
    """Return the days of a year not spent on leave; overlapping leaves count once, both ends are included."""
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    length, gone, reached = (last - first).days + 1, 0, first - dt.timedelta(days=1)
    for starts, ends in sorted(leaves):
        begins, finishes = max(starts, first, reached + dt.timedelta(days=1)), min(ends, last)
        if finishes >= begins:
            gone += (finishes - begins).days + 1
            reached = finishes
    return length - gone


def is_assessed(year: int, leaves: Sequence[tuple[dt.date, dt.date]]) -> bool:
    """Whether six months of a year were served, so that its appraisal counts for the indicators."""
    return served_days(year, leaves) >= SIX_MONTHS_DAYS
