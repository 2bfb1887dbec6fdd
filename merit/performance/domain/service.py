"""Working days and whether the public was answered in time; pure."""

from __future__ import annotations

from functools import cache

import numpy as np

from merit.evidence import BoolArray, DateArray, IntArray


@cache
def working_calendar(first_year: int, last_year: int) -> np.busdaycalendar:
    """Return the calendar of Monday to Friday without Indonesian national holidays, both years included.

    Holidays come from the package ``holidays`` (country ID, category public: collective leave is not excluded).
    Those of the Islamic calendar are estimates for years whose joint ministerial decree is not out yet; a run
    recomputed after the decree with a newer package may then differ.
    """
    import holidays  # noqa: PLC0415 -- slow import

    days = holidays.country_holidays("ID", years=range(first_year, last_year + 1))
    return np.busdaycalendar(holidays=np.array(sorted(days), dtype="datetime64[D]"))


def add_working_days(dates: DateArray, days: IntArray | int, calendar: np.busdaycalendar) -> DateArray:
    """Return the n-th working day after each date; the day itself is not counted."""
    later: DateArray = np.busday_offset(dates, days, roll="backward", busdaycal=calendar)
    return later


def judge_closing(
    *, closed: DateArray, reopened: DateArray, deadline: DateArray, as_of: np.datetime64
) -> tuple[BoolArray, BoolArray]:
    """Return which complaints count, and which of them were closed in time, as seen on ``as_of``.

    Closed by the deadline is in time. Late is: closed after it, still open past it, or reopened. One still open
    within its deadline does not count yet.
    """
    is_closed = closed <= as_of
    is_reopened = reopened <= as_of
    counts = is_closed | is_reopened | (deadline < as_of)
    return counts, is_closed & (closed <= deadline) & ~is_reopened


def judge_answer(*, answered: DateArray, deadline: DateArray, as_of: np.datetime64) -> tuple[BoolArray, BoolArray]:
    """Return which complaints count, and which of them were first answered in time, as seen on ``as_of``."""
    is_answered = answered <= as_of
    return is_answered | (deadline < as_of), is_answered & (answered <= deadline)
