"""Days and years in whole numbers: gates never compare fractions of a year."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from math import ceil

import numpy as np

from merit.evidence import OPEN_END, BoolArray, DateArray, FactTable, IntArray

EPOCH = dt.date(1970, 1, 1)
FOUR_YEARS_IN_DAYS = 1461
_ROW_SPAN = 2**32
_DAY_SHIFT = 2**24


def day_number(date: dt.date) -> int:
    """Return the days since 1970-01-01."""
    return (date - EPOCH).days


def days_of_years(years: Decimal | int) -> int:
    """Return the least whole number of days d with d · 4 ≥ years · 1461 (a year is 365.25 days)."""
    return ceil(Fraction(years) * FOUR_YEARS_IN_DAYS / 4)


def shift_years(date: dt.date, years: int) -> dt.date:
    """Return the same day some years later or earlier; 29 February becomes 1 March where there is none."""
    try:
        return date.replace(year=date.year + years)
    except ValueError:
        return dt.date(date.year + years, 3, 1)


def as_days(dates: DateArray) -> IntArray:
    """Return days since 1970-01-01; NaT becomes the smallest int64."""
    return dates.astype("datetime64[D]").astype(np.int64)


def as_dates(days: IntArray, valid: BoolArray) -> DateArray:
    """Return dates, NaT where not valid."""
    dates = days.astype("datetime64[D]")
    dates[~valid] = np.datetime64("NaT", "D")
    return dates


def open_ended(ends: DateArray) -> DateArray:
    """Return ends of periods, those without one lasting still."""
    return np.where(np.isnat(ends), OPEN_END, ends)


def completed_years(birth_days: IntArray, on: dt.date) -> IntArray:
    """Return the age in completed calendar years on a date; who was born on 29 February ages on 1 March."""
    birth = birth_days.astype("datetime64[D]")
    month = birth.astype("datetime64[M]")
    year = birth.astype("datetime64[Y]").astype(np.int64) + EPOCH.year
    day_of_year = (month.astype(np.int64) % 12 + 1) * 32 + (birth - month).astype(np.int64) + 1
    had_birthday = day_of_year <= on.month * 32 + on.day
    return np.asarray(on.year - year - np.where(had_birthday, 0, 1), dtype=np.int64)


def union_days(table: FactTable, chosen: BoolArray, as_of: dt.date, n: int) -> IntArray:
    """Return per official the days covered by the chosen periods up to a date, overlaps counted once.

    A period counts end minus start; what lasts still, ends on ``as_of``.
    """
    last = day_number(as_of)
    start_all = as_days(table.start)
    picked = np.flatnonzero(chosen & ~np.isnat(table.start) & (start_all <= last))
    row, start = table.row[picked], start_all[picked]
    end = np.maximum(np.minimum(as_days(open_ended(table.end[picked])), last), start)
    order = np.lexsort((start, row))
    row, start, end = row[order], start[order] + _DAY_SHIFT, end[order] + _DAY_SHIFT
    reach = np.maximum.accumulate(row * _ROW_SPAN + end)
    before = np.concatenate(([np.int64(0)], reach[:-1])) - row * _ROW_SPAN
    added = np.maximum(end - np.maximum(start, before), 0)
    return np.bincount(row, weights=added, minlength=n).astype(np.int64)
