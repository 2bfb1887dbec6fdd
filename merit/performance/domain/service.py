"""Working days and whether the public was answered in time; pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache, lru_cache
from types import MappingProxyType

import numpy as np

from merit.evidence import BoolArray, DateArray, IntArray


@lru_cache(maxsize=64)
def working_calendar(first_year: int, last_year: int, own: tuple[dt.date, ...] = ()) -> np.busdaycalendar:
    """Return the calendar of Monday to Friday without Indonesian national holidays, both years included.

    Holidays come from the package ``holidays`` (country ID, category public: collective leave is not excluded);
    ``own`` are the days the agency adds, collective leave among them where it closes. Those of the Islamic calendar
    are estimates for years whose joint ministerial decree is not out yet; a run recomputed after the decree with a
    newer package may then differ.
    """
    days = {*national_holidays(first_year, last_year), *own}
    return np.busdaycalendar(holidays=np.array(sorted(days), dtype="datetime64[D]"))


@cache
def national_holidays(first_year: int, last_year: int, language: str = "id") -> Mapping[dt.date, str]:
    """Return the national holidays of the years, both included, with their names in ``id`` or ``en``."""
    import holidays  # noqa: PLC0415 -- slow import

    names = "en_US" if language == "en" else "id"
    found = holidays.country_holidays("ID", years=range(first_year, last_year + 1), language=names)
    return MappingProxyType(dict(sorted(found.items())))


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
