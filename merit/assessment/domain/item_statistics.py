"""What a sitting tells about its items: facility, discrimination, counts of options (classical test theory)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from statistics import median

import numpy as np

from merit.evidence import FloatArray

LEAST_PERSONS = 10


def facilities(shares: FloatArray) -> list[float | None]:
    """Return the mean share per item of a matrix persons x items, NaN where an item was not given or not scored."""
    return [float(column[~np.isnan(column)].mean()) if (~np.isnan(column)).any() else None for column in shares.T]


def discriminations(shares: FloatArray) -> list[float | None]:
    """Return the correlation of every item with the mean share of each person's other items.

    The corrected item-total correlation (Lord & Novick 1968, ch. 15); None below ten persons or without variance.
    """
    present = ~np.isnan(shares)
    filled = np.where(present, shares, 0.0)
    totals, counts = filled.sum(axis=1), present.sum(axis=1)
    found: list[float | None] = []
    for item in range(shares.shape[1]):
        took = present[:, item] & (counts > 1)
        if took.sum() < LEAST_PERSONS:
            found.append(None)
            continue
        rest = (totals[took] - filled[took, item]) / (counts[took] - 1)
        found.append(_correlation(filled[took, item], rest))
    return found


def count_options(answers: Sequence[Sequence[str]]) -> dict[str, int]:
    """Return how often each value was given; a blank answer counts under ""."""
    counted: Counter[str] = Counter()
    for values in answers:
        counted.update(values or ("",))
    return dict(sorted(counted.items()))


def median_seconds(spent: Sequence[float]) -> float | None:
    """Return the median of the seconds candidates spent on an item, None where nobody's are known."""
    return round(median(spent), 1) if spent else None


def _correlation(first: FloatArray, second: FloatArray) -> float | None:
    if np.ptp(first) == 0 or np.ptp(second) == 0:
        return None
    return float(np.corrcoef(first, second)[0, 1])
