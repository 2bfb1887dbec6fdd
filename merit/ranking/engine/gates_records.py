"""Gates on appraisals, tests, learning, discipline and attested facts (RANKING.md 2)."""

from __future__ import annotations

import datetime as dt

import numpy as np

from merit.evidence import PREDICATES, BoolArray, Column, DateArray, FactTable, IntArray, Status
from merit.ranking.domain import FINAL_STATE, LEVELS_OF_DISCIPLINE, PENDING_STATES, Ground, Unit
from merit.ranking.engine.calendar import as_dates, as_days, day_number, open_ended, shift_years
from merit.ranking.engine.types import GATE_COLUMNS
from merit.ranking.engine.verdict import Case, Verdict, counted, grounds, marked, newest, no_dates, take

MICRO = 10**6
ACCREDITED = "accredited"


def performance_at_least(case: Case) -> Verdict:
    """Check the predicate of each of the years Y-1 … Y-years; an absent year waits."""
    least = PREDICATES.index(case.rule.params["predicate"]) + 1
    table, n = case.facts.predicates, case.n
    lowest = np.full(n, len(PREDICATES) + 1, dtype=np.int64)
    source = np.zeros(n, dtype=np.int64)
    complete = np.ones(n, dtype=bool)
    for back in range(1, case.rule.params["years"] + 1):
        index = newest(table, table.code == str(case.vacancy.as_of.year - back), table.dated, n)
        found, value = index >= 0, take(table.value, index)
        lower = found & (value < lowest)
        lowest, source = np.where(lower, value, lowest), np.where(lower, take(table.source, index), source)
        complete &= found
    known = lowest <= len(PREDICATES)
    ground = grounds(lowest >= least)
    ground[~complete & (ground == Ground.MET)] = Ground.MISSING
    return Verdict(
        unit=Unit.PREDICATE,
        ground=ground,
        fact=np.where(known, lowest, 0),
        known=known,
        threshold=least,
        met_from=no_dates(n),
        source=source,
    )


def jpm_at_least(case: Case) -> Verdict:
    """Check job person match against the percentage; met by internal results only, it must be verified."""
    column = case.columns[GATE_COLUMNS[case.rule.kind]]
    least = int(case.rule.params["percent"] * MICRO)
    said = _column_verdict(column, least, Unit.PERCENT, case.n)
    if column.internal is not None:
        said.ground[column.internal & (said.ground == Ground.MET)] = Ground.INTERNAL_ONLY
    return said


def learning_duty(case: Case) -> Verdict:
    """Check that the learning duty of the year before is met in full; whom it does not bind passes."""
    return _column_verdict(case.columns[GATE_COLUMNS[case.rule.kind]], MICRO, Unit.SHARE, case.n)


def _column_verdict(column: Column, least: int, unit: Unit, n: int) -> Verdict:
    """Compare an indicator with a threshold, both in whole millionths."""
    measured = column.status == Status.MEASURED
    value = _micro(np.where(measured, column.value, 0.0))
    ground = grounds(value >= least)
    ground[~measured] = Ground.MISSING
    ground[column.status == Status.EXPIRED] = Ground.EXPIRED
    ground[column.status == Status.NOT_APPLICABLE] = Ground.NOT_APPLICABLE
    disputed = column.status == Status.DISPUTED
    if column.alternative is not None and disputed.any():
        contested = _micro(np.where(disputed[:, None], column.alternative, 0.0))
        first, second = contested[:, 0] >= least, contested[:, 1] >= least
        ground[disputed] = grounds(first)[disputed]
        ground[disputed & (first != second)] = Ground.DISPUTED
    return Verdict(
        unit=unit,
        ground=ground,
        fact=value,
        known=measured,
        threshold=least,
        met_from=no_dates(n),
        source=column.source,
    )


def _micro(values: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> IntArray:
    return np.rint(values * MICRO).astype(np.int64)


def technical_at_least(case: Case) -> Verdict:
    """Check every named technical competency; without a recognised result it waits."""
    table, n, level = case.facts.technical, case.n, case.rule.params["level"]
    recognised = table.tag == ACCREDITED
    lowest = np.full(n, np.iinfo(np.int64).max, dtype=np.int64)
    source = np.zeros(n, dtype=np.int64)
    complete, internal = np.ones(n, dtype=bool), np.zeros(n, dtype=bool)
    for code in case.rule.params["codes"]:
        named = table.code == code
        index = newest(table, named & recognised, table.dated, n)
        own = index < 0
        index = np.where(own, newest(table, named & ~recognised, table.dated, n), index)
        found, value = index >= 0, take(table.value, index)
        lower = found & (value < lowest)
        lowest, source = np.where(lower, value, lowest), np.where(lower, take(table.source, index), source)
        complete &= found
        internal |= found & own
    known = lowest < np.iinfo(np.int64).max
    ground = grounds(lowest >= level)
    ground[internal & (ground == Ground.MET)] = Ground.INTERNAL_ONLY
    ground[~complete & (ground != Ground.NOT_MET)] = Ground.MISSING
    fact = np.where(known, lowest, 0)
    return Verdict(
        unit=Unit.LEVEL, ground=ground, fact=fact, known=known, threshold=level, met_from=no_dates(n), source=source
    )


def training_any(case: Case) -> Verdict:
    """Check that at least one of the named trainings was completed."""
    table = case.facts.trainings
    chosen = np.zeros(table.row.shape, dtype=bool)
    for code in case.rule.params["codes"]:
        chosen |= table.code == code
    number = counted(table, chosen, case.n)
    return Verdict(
        unit=Unit.COUNT,
        ground=grounds(number > 0),
        fact=number,
        known=np.ones(case.n, dtype=bool),
        threshold=1,
        met_from=no_dates(case.n),
        source=take(table.source, newest(table, chosen, table.end, case.n)),
    )


def attested(case: Case) -> Verdict:
    """Check that a document of the named fact is recorded and valid on the as-of date."""
    table, as_of = case.facts.attestations, np.datetime64(case.vacancy.as_of, "D")
    named = (np.strings.lower(table.code) == case.rule.params["fact"].lower()) & (table.dated <= as_of)
    valid = named & (open_ended(table.end) >= as_of)
    index = newest(table, valid, table.dated, case.n)
    index = np.where(index < 0, newest(table, named, table.dated, case.n), index)
    ground = np.full(case.n, Ground.MISSING, dtype=np.int8)
    ground[marked(table, named, case.n)] = Ground.EXPIRED
    ground[marked(table, valid, case.n)] = Ground.MET
    return Verdict(
        unit=Unit.DATE,
        ground=ground,
        fact=take(as_days(table.dated), index),
        known=index >= 0,
        threshold=None,
        met_from=no_dates(case.n),
        source=take(table.source, index),
    )


def no_discipline(case: Case) -> Verdict:
    """Check that no final finding of the levels is in force or in the look-back; an open case waits.

    With a case still open no date can be promised: it is not time alone that decides.
    """
    table, n = case.facts.findings, case.n
    blocking, pending, free_from = _findings(case)
    final, waiting = counted(table, blocking, n), counted(table, pending, n)
    ground = np.full(n, Ground.MET, dtype=np.int8)
    ground[waiting > 0] = Ground.PENDING
    ground[final > 0] = Ground.NOT_MET
    last = newest(table, blocking, free_from, n)
    index = np.where(last < 0, newest(table, pending, table.dated, n), last)
    free_days = take(as_days(free_from), last)
    ends = (last >= 0) & (waiting == 0) & (free_days <= day_number(dt.date(9999, 12, 31)))
    return Verdict(
        unit=Unit.COUNT,
        ground=ground,
        fact=np.where(final > 0, final, waiting),
        known=np.ones(n, dtype=bool),
        threshold=0,
        met_from=as_dates(free_days, ends),
        source=take(table.source, index),
    )


def _findings(case: Case) -> tuple[BoolArray, BoolArray, DateArray]:
    """Return which findings block, which are still open, and from when each would no longer block."""
    table, params = case.facts.findings, case.rule.params
    as_of = np.datetime64(case.vacancy.as_of, "D")
    levels = [LEVELS_OF_DISCIPLINE.index(name) + 1 for name in params["levels"]]
    named = np.isin(table.value, levels) & ~(table.dated > as_of)
    if "lookback_years" in params:
        years = params["lookback_years"]
        since = np.datetime64(shift_years(case.vacancy.as_of, -years), "D")
        counts = unended = table.dated >= since
        free_from = _years_after(table, years)
    else:
        start = np.where(np.isnat(table.start), table.dated, table.start)
        unended = open_ended(table.end) >= as_of
        counts = unended & ~(start > as_of)
        free_from = open_ended(table.end) + np.timedelta64(1, "D")
    blocking = named & (table.state == FINAL_STATE) & counts
    pending = np.zeros(named.shape, dtype=bool)
    for state in PENDING_STATES:
        pending |= (table.state == state) & (unended | (state == PENDING_STATES[0]))
    return blocking, named & pending, free_from


def _years_after(table: FactTable, years: int) -> DateArray:
    """Return the first day on which each finding has left a look-back of so many years."""
    one_day = np.timedelta64(1, "D")
    return np.array(
        [
            np.datetime64("NaT", "D") if np.isnat(day) else shift_years((day + one_day).item(), years)
            for day in table.dated
        ],
        dtype="datetime64[D]",
    )
