"""Bring rows of evidence into the order of the officials asked for; pure numpy."""

from __future__ import annotations

import datetime as dt

import numpy as np

from merit.evidence import (
    NO_DATE,
    NO_SOURCE,
    BoolArray,
    DateArray,
    FactTable,
    FloatArray,
    IntArray,
    StrArray,
)

_EPOCH = np.datetime64("1970-01-01", "D")


def positions(officials: IntArray, ids: IntArray) -> IntArray:
    """Return for every id its index in ``officials`` (any order, distinct), -1 when it is not there."""
    if not len(officials):
        return np.full(len(ids), -1, dtype=np.int64)
    order = np.argsort(officials, kind="stable")
    place = np.minimum(np.searchsorted(officials, ids, sorter=order), len(officials) - 1)
    found: IntArray = order[place]
    return np.where(officials[found] == ids, found, -1)


def last_per_row(row: IntArray, *keys: IntArray | DateArray) -> IntArray:
    """Return the indices of one entry per distinct row: the greatest by the keys, the first key first."""
    order = np.lexsort((*reversed(keys), row))
    ordered = row[order]
    is_last = np.append(ordered[1:] != ordered[:-1], True) if len(row) else np.zeros(0, dtype=np.bool_)
    chosen: IntArray = order[is_last]
    return chosen


def total(row: IntArray, values: IntArray, n: int) -> IntArray:
    """Return the exact integer sum of ``values`` for each of ``n`` rows."""
    sums = np.zeros(n, dtype=np.int64)
    np.add.at(sums, row, values)
    return sums


def count(row: IntArray, n: int) -> IntArray:
    """Return the number of entries for each of ``n`` rows."""
    counts: IntArray = np.bincount(row, minlength=n).astype(np.int64)
    return counts


def divide(numerator: IntArray, denominator: IntArray, where: BoolArray) -> FloatArray:
    """Return one float64 division of exact integers, NaN elsewhere."""
    quotient = np.full(len(numerator), np.nan)
    np.divide(numerator, denominator, out=quotient, where=where)
    return quotient


def put_sources(n: int, row: IntArray, source: IntArray, dated: DateArray) -> tuple[IntArray, DateArray]:
    """Return source ids and dates per official from one entry per row."""
    sources = np.full(n, NO_SOURCE, dtype=np.int64)
    dates = np.full(n, NO_DATE)
    sources[row] = source
    dates[row] = dated
    return sources, dates


def newest_source(n: int, row: IntArray, source: IntArray, dated: DateArray) -> tuple[IntArray, DateArray]:
    """Return id and date of the newest entry per official; of one date, the greatest id."""
    newest = last_per_row(row, dated, source)
    return put_sources(n, row[newest], source[newest], dated[newest])


def epoch_days(dates: DateArray) -> IntArray:
    """Return days since 1970-01-01 (0 where there is no date)."""
    known = ~np.isnat(dates)
    return np.where(known, (dates - _EPOCH).astype(np.int64), 0)


def year_end(year: int) -> np.datetime64:
    """Return 31 December of a year."""
    return np.datetime64(dt.date(year, 12, 31), "D")


def notes(n: int, **reasons: BoolArray) -> StrArray:
    """Return a reason code per official; underscores of the names become hyphens, later ones win."""
    codes = [reason.replace("_", "-") for reason in reasons]
    text = np.full(n, "", dtype=f"U{max(map(len, codes))}")
    for code, where in zip(codes, reasons.values(), strict=True):
        text[where] = code
    return text


def make_table(
    row: IntArray,
    *,
    code: StrArray,
    source: IntArray,
    start: DateArray,
    value: IntArray | None = None,
    end: DateArray | None = None,
    dated: DateArray | None = None,
    state: StrArray | None = None,
    tag: StrArray | None = None,
) -> FactTable:
    """Return a table of facts sorted by row, start and source; a missing ``end`` is the start."""
    order = np.lexsort((source, start, row))
    blank = np.full(len(row), "", dtype="U1")
    return FactTable(
        row=row[order],
        code=code[order],
        value=(np.zeros(len(row), dtype=np.int64) if value is None else value)[order],
        start=start[order],
        end=(start if end is None else end)[order],
        dated=(start if dated is None else dated)[order],
        state=(blank if state is None else state)[order],
        tag=(blank if tag is None else tag)[order],
        source=source[order],
    )
