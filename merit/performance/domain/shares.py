"""Shares of few cases with their interval; pure."""

from __future__ import annotations

import math
from dataclasses import dataclass

Z_95 = 1.959963984540054  # two-sided 95 % of the standard normal distribution


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """``good`` of ``total`` cases, with the ends of the 95 % interval (0-1); all None when there is no case."""

    good: int
    total: int
    value: float | None
    low: float | None
    high: float | None


def wilson(good: int, total: int, z: float = Z_95) -> Share:
    """Return a share with its score interval (Wilson 1927; Brown, Cai and DasGupta 2001, eq. 4).

    centre = (p + z²/2n) / (1 + z²/n), half width = z / (1 + z²/n) · √(p(1−p)/n + z²/4n²). Never leaves 0-1 and
    keeps its width for 0 or n good cases, where the usual p ± z·√(p(1−p)/n) has none.

    Raises
    ------
    ValueError
        When there are more good cases than cases, or fewer than none.
    """
    if not 0 <= good <= total:
        raise ValueError("Good cases are some of the cases.")
    if total == 0:
        return Share(good=0, total=0, value=None, low=None, high=None)
    p, factor = good / total, 1 + z * z / total
    centre = (p + z * z / (2 * total)) / factor
    half = z / factor * math.sqrt(p * (1 - p) / total + z * z / (4 * total * total))
    return Share(good=good, total=total, value=p, low=max(0.0, centre - half), high=min(1.0, centre + half))
