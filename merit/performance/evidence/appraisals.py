"""Indicators and facts from the yearly appraisals (SKP)."""

from __future__ import annotations

import numpy as np
from sqlalchemy.orm import Session

from merit.alignment import divide, make_table, newest_source, notes, year_end
from merit.evidence import Column, EvidenceRequest, Exact, FactTable, IntArray, Status
from merit.performance.domain import YEARS_BACK, YEARS_WANTED
from merit.performance.evidence.sources import PerformanceSources


def load_appraisal_result(
    session: Session, request: EvidenceRequest, sources: PerformanceSources | None = None
) -> Column:
    """Return the mean result rating of two years: di_bawah 1, sesuai 2, di_atas 3."""
    sources = sources or PerformanceSources(session, request)
    return _mean_of_two_years(sources, sources.appraisals.result)


def load_appraisal_behaviour(
    session: Session, request: EvidenceRequest, sources: PerformanceSources | None = None
) -> Column:
    """Return the mean behaviour rating of two years: di_bawah 1, sesuai 2, di_atas 3."""
    sources = sources or PerformanceSources(session, request)
    return _mean_of_two_years(sources, sources.appraisals.behaviour)


def _mean_of_two_years(sources: PerformanceSources, rating: IntArray) -> Column:
    # A year with under six months of service because of leave is skipped, back to Y-4; a year missing: MISSING.
    appraisals, n = sources.appraisals, len(sources.request.officials)
    back = sources.request.year - 1 - appraisals.year
    near = back < YEARS_BACK
    row, back, rating = appraisals.row[near], back[near], rating[near]
    ratings = np.zeros((n, YEARS_BACK), dtype=np.int64)
    ratings[row, back] = rating
    chosen = sources.assessed_years
    summed = np.where(chosen, ratings, 0).sum(axis=1)
    complete = (chosen & (ratings > 0)).sum(axis=1) == YEARS_WANTED
    used = chosen[row, back]
    ends = np.array([year_end(sources.request.year - 1 - k) for k in range(YEARS_BACK)])
    source, dated = newest_source(n, row[used], appraisals.source[near][used], ends[back[used]])
    return Column(
        value=divide(summed, np.full(n, YEARS_WANTED), complete),
        noise=Exact(),
        status=np.where(complete, Status.MEASURED, Status.MISSING).astype(np.int8),
        as_of=dated,
        source=source,
        note=notes(n, leave_year_skipped=np.asarray(~chosen[:, :YEARS_WANTED].all(axis=1))),
    )


def load_predicates(session: Session, request: EvidenceRequest, sources: PerformanceSources | None = None) -> FactTable:
    """Return the predicates of the years before Y: code the year, value 1 Sangat Kurang to 5 Sangat Baik."""
    appraisals = (sources or PerformanceSources(session, request)).appraisals
    first = int(appraisals.year.min(initial=request.year))
    years = np.arange(first, request.year + 1)
    place = appraisals.year - first
    ends = np.array([year_end(int(year)) for year in years])[place]
    return make_table(
        appraisals.row,
        code=years.astype("U4")[place],
        value=appraisals.predicate,
        start=np.array([f"{year}-01-01" for year in years], dtype="datetime64[D]")[place],
        end=ends,
        dated=ends,
        source=appraisals.source,
    )
