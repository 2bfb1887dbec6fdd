"""Rules of an appraisal from the first rating to the final one; pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum
from functools import cache

from merit.evidence import PREDICATES
from merit.performance.domain.appraisal import predicate_of
from merit.reference import load_document

RATING_RANGE = (1, 2, 3)
WHOLE_YEAR = 0
QUARTERS = (1, 2, 3, 4)


class SheetState(StrEnum):
    """Where one official's appraisal stands."""

    WAITING = "waiting"
    RATED = "rated"
    OBJECTED = "objected"
    FINAL = "final"


class Step(StrEnum):
    """What was done to an appraisal."""

    ASSIGN = "assign"
    RATE = "rate"
    ACCEPT = "accept"
    OBJECT = "object"
    UPHOLD = "uphold"
    CHANGE = "change"
    LAPSE = "lapse"


STEPS: Mapping[SheetState, frozenset[Step]] = {
    SheetState.WAITING: frozenset({Step.ASSIGN, Step.RATE}),
    SheetState.RATED: frozenset({Step.ASSIGN, Step.RATE, Step.ACCEPT, Step.OBJECT, Step.LAPSE}),
    SheetState.OBJECTED: frozenset({Step.ASSIGN, Step.UPHOLD, Step.CHANGE}),
    SheetState.FINAL: frozenset(),
}


def check_ratings(result: int, behaviour: int, *, told: int | None = None) -> str | None:
    """Return why two ratings (1 to 3) and a predicate told with them (1 to 5) cannot stand, None when they can.

    The same rule for the form, the manual entry and the import: the predicate follows from the matrix.
    """
    if result not in RATING_RANGE or behaviour not in RATING_RANGE:
        return "rating-unknown"
    if told is not None and told != predicate_of(result, behaviour):
        return "predicate-contradicts"
    return None


def needs_reason(predicate: int) -> bool:
    """Whether the assessor owes a written reason for a predicate (1 Sangat Kurang to 5 Sangat Baik)."""
    return predicate in _extremes()


def last_day_to_object(handed_over: dt.date) -> dt.date:
    """Return the last day of an objection (PP 30/2019 art. 59): the days are counted from the day after."""
    days: int = load_document("appraisal")["objection"]["days"]
    return handed_over + dt.timedelta(days=days)


def may_object(handed_over: dt.date, today: dt.date) -> bool:
    """Whether an objection is still in time."""
    return today <= last_day_to_object(handed_over)


def cycle_period(year: int, quarter: int) -> tuple[dt.date, dt.date]:
    """Return the first and last day of a year (quarter 0) or of one of its quarters."""
    if quarter == WHOLE_YEAR:
        return dt.date(year, 1, 1), dt.date(year, 12, 31)
    first = dt.date(year, 3 * quarter - 2, 1)
    following = dt.date(year + quarter // 4, 3 * (quarter % 4) + 1, 1)
    return first, following - dt.timedelta(days=1)


@cache
def _extremes() -> frozenset[int]:
    return frozenset(PREDICATES.index(name) + 1 for name in load_document("appraisal")["extremes"]["predicates"])
