"""Days of leave per year, for rules that ask how much of a year was served."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from merit.alignment import asked_rows, cut_overlaps, epoch_days
from merit.bulk import among, read_columns
from merit.db import known
from merit.evidence import OPEN_END, EvidenceRequest, IntArray
from merit.people.models import LeavePeriod


def load_leave_days(session: Session, request: EvidenceRequest, years: Sequence[int]) -> IntArray:
    """Return days of leave as int64[n, len(years)]; overlapping leaves count once, an open one still lasts."""
    first, last = dt.date(min(years), 1, 1), dt.date(max(years), 12, 31)
    statement = select(LeavePeriod.official_id, LeavePeriod.starts, LeavePeriod.ends).where(
        known(LeavePeriod, request.known_at),
        LeavePeriod.starts <= min(last, request.as_of),
        or_(LeavePeriod.ends.is_(None), LeavePeriod.ends >= first),
        among(LeavePeriod.official_id, request.officials),
    )
    found = read_columns(session, statement)
    row, found = asked_rows(request.officials, found)
    ends = np.where(np.isnat(found["ends"]), OPEN_END, found["ends"])
    from_day, to_day = epoch_days(cut_overlaps(row, found["starts"], ends)), epoch_days(ends)
    days = np.zeros((len(request.officials), len(years)), dtype=np.int64)
    for column, year in enumerate(years):
        bounds = np.array([f"{year}-01-01", f"{year}-12-31"], dtype="datetime64[D]").astype(np.int64)
        covered = np.minimum(to_day, bounds[1]) - np.maximum(from_day, bounds[0]) + 1
        np.add.at(days[:, column], row, np.maximum(covered, 0))
    return days
