"""The way of a disciplinary case, and where a punishment stands on a day; pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum

from merit.people.domain import punishment_end


class Standing(StrEnum):
    """What a case is on a day: a case still open, a punishment ahead, running or served, or nothing any more."""

    OPEN = "open"
    AHEAD = "ahead"
    RUNNING = "running"
    SERVED = "served"
    VOID = "void"


# From an examination to a final punishment; objection and appeal (PP 94/2021, PP 79/2021) lead back or away.
NEXT: Mapping[str, tuple[str, ...]] = {
    "proses": ("final", "dibatalkan"),
    "final": ("keberatan", "banding", "dibatalkan"),
    "keberatan": ("final", "banding", "dibatalkan"),
    "banding": ("final", "dibatalkan"),
    "dibatalkan": (),
}


def period_of(
    code: str, dated: dt.date, starts: dt.date | None, ends: dt.date | None
) -> tuple[dt.date, dt.date | None]:
    """Return the first and last day of a punishment; what is not told follows from the law, None has no end."""
    first = starts or dated
    return first, ends or punishment_end(code, first)


def standing_of(state: str, period: tuple[dt.date, dt.date | None], today: dt.date) -> Standing:
    """Return where a case stands on a day."""
    if state == "dibatalkan":
        return Standing.VOID
    if state != "final":
        return Standing.OPEN
    starts, ends = period
    if starts > today:
        return Standing.AHEAD
    return Standing.RUNNING if ends is None or ends >= today else Standing.SERVED


def check_case(state: str, dated: dt.date, starts: dt.date | None, ends: dt.date | None, today: dt.date) -> str | None:
    """Return why a case cannot be recorded like this, None when it can."""
    if dated > today:
        return "discipline-dated-ahead"
    if starts is not None and ends is not None and ends < starts:
        return "discipline-period"
    if state == "proses" and ends is not None:
        return "discipline-open-ends"
    return None
