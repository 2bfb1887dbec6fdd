"""Bring rows of evidence into the order of the officials asked for; pure numpy."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

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
# A table of ids is faster than a search as long as the ids are not far sparser than the officials.
_TABLE_BASE = 1_000_000
_TABLE_FACTOR = 20
# Row and day in one integer for sorting: days since 1970 stay within +-2**22.
_DAY_BITS = 23
_DAY_SHIFT = 1 << 22


def positions(officials: IntArray, ids: IntArray) -> IntArray:
    """Return for every id its index in ``officials`` (any order, distinct), -1 when it is not there."""
    if not len(officials):
        return np.full(len(ids), -1, dtype=np.int64)
    top = int(officials.max())
    if top <= _TABLE_BASE + _TABLE_FACTOR * len(officials):
        table = np.full(top + 2, -1, dtype=np.int64)
        table[officials] = np.arange(len(officials))
        place: IntArray = table[np.minimum(ids, top + 1)]
        return place
    order = np.argsort(officials, kind="stable")
    found: IntArray = order[np.minimum(np.searchsorted(officials, ids, sorter=order), len(officials) - 1)]
    return np.where(officials[found] == ids, found, -1)


def asked_rows(officials: IntArray, found: Mapping[str, Any]) -> tuple[IntArray, dict[str, Any]]:
    """Return the rows that speak of the officials asked for: their indices, and the columns without other rows."""
    row = positions(officials, found["official_id"])
    asked = row >= 0
    if asked.all():
        return row, dict(found)
    return row[asked], {name: values[asked] for name, values in found.items()}


def last_per_row(row: IntArray, *keys: IntArray | DateArray) -> IntArray:
    """Return the index of one entry per distinct row (a small non-negative number), sorted by row.

    It is the greatest by the keys, the first key first; the keys together must tell any two entries apart.
    """
    chosen = np.arange(len(row))
    if not len(row):
        return chosen
    for key in keys:
        numbers = key.astype(np.int64)[chosen]
        best = np.full(int(row.max()) + 1, np.iinfo(np.int64).min)
        np.maximum.at(best, row[chosen], numbers)
        chosen = chosen[numbers == best[row[chosen]]]
    return chosen[np.argsort(row[chosen], kind="stable")]


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


def match(keys: IntArray, wanted: IntArray) -> tuple[IntArray, IntArray]:
    """Return all pairs (index in ``keys``, index in ``wanted``) with equal values; both may repeat."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    first = np.searchsorted(ordered, wanted, "left")
    hits = np.searchsorted(ordered, wanted, "right") - first
    offset = np.arange(hits.sum()) - np.repeat(np.cumsum(hits) - hits, hits)
    return order[np.repeat(first, hits) + offset], np.repeat(np.arange(len(wanted)), hits)


def pack(number: IntArray, dates: DateArray) -> IntArray:
    """Return one sortable integer for a number and a date (0 where there is none)."""
    packed: IntArray = (number << _DAY_BITS) + epoch_days(dates) + _DAY_SHIFT
    return packed


def cut_overlaps(group: IntArray, starts: DateArray, ends: DateArray) -> DateArray:
    """Return starts moved past the days that earlier periods of the same group cover, so none counts twice.

    Both ends belong to a period; one that is wholly covered then starts after its end.
    """
    order = np.lexsort((ends, pack(group, starts)))
    reached = np.maximum.accumulate(pack(group[order], ends[order]))
    before = np.concatenate(([-1], reached[:-1]))
    inside = before >> _DAY_BITS == group[order]
    free = (before & (1 << _DAY_BITS) - 1) - _DAY_SHIFT + 1
    days = epoch_days(starts[order])
    cut = starts.copy()
    cut[order] = _EPOCH + np.where(inside, np.maximum(days, free), days).astype("timedelta64[D]")
    return cut


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
    """Return a table of facts sorted by row, start and content; a missing ``end`` is the start.

    Only facts alike in everything are in order of their source, so that the same facts make the same table in
    whatever order they were recorded.
    """
    blank = np.full(len(row), "", dtype="U1")
    table = FactTable(
        row=row,
        code=code,
        value=np.zeros(len(row), dtype=np.int64) if value is None else value,
        start=start,
        end=start if end is None else end,
        dated=start if dated is None else dated,
        state=blank if state is None else state,
        tag=blank if tag is None else tag,
        source=source,
    )
    key = pack(row, start)
    order = np.lexsort((source, key))
    tied = np.zeros(len(row), dtype=np.bool_)
    same = key[order][1:] == key[order][:-1]
    tied[1:] = same
    tied[:-1] |= same
    alike = order[tied]
    content = (table.tag, table.state, table.dated, table.end, table.value, table.code)
    order[tied] = alike[np.lexsort((source[alike], *(part[alike] for part in content), key[alike]))]
    return FactTable(**{part.name: getattr(table, part.name)[order] for part in fields(table)})
