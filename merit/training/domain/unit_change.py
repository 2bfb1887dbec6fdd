"""How a figure of units changed around a class, beside units without participants; shows what came after, not why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, variance

from scipy.special import stdtrit

_UPPER = 0.975


@dataclass(frozen=True, slots=True)
class Change:
    """A mean change over ``units`` with its 95 % interval; the interval is None where it cannot be computed."""

    mean: float
    low: float | None
    high: float | None
    units: int


def mean_change(changes: Sequence[float]) -> Change | None:
    """Return the mean with Student's interval, mean ± t(0.975, n - 1) s / sqrt(n); no interval for one unit.

    Every unit counts once, whatever its size: units are what differ, not the people in them.
    """
    n = len(changes)
    if n == 0:
        return None
    mean = fmean(changes)
    if n == 1:
        return Change(mean, None, None, n)
    half = float(stdtrit(n - 1, _UPPER)) * sqrt(variance(changes) / n)
    return Change(mean, mean - half, mean + half, n)


def difference(inside: Sequence[float], beside: Sequence[float]) -> Change | None:
    """Return how much more the one group changed than the other, with Welch's interval (Welch 1947, Satterthwaite).

    ``units`` counts both groups; None where one is empty, no interval where one has a single unit.
    """
    if not inside or not beside:
        return None
    mean, units = fmean(inside) - fmean(beside), len(inside) + len(beside)
    if len(inside) == 1 or len(beside) == 1:
        return Change(mean, None, None, units)
    parts = [variance(group) / len(group) for group in (inside, beside)]
    whole = sum(parts)
    if whole == 0:
        return Change(mean, mean, mean, units)
    freedom = whole**2 / sum(part**2 / (len(group) - 1) for part, group in zip(parts, (inside, beside), strict=True))
    half = float(stdtrit(freedom, _UPPER)) * sqrt(whole)
    return Change(mean, mean - half, mean + half, units)
