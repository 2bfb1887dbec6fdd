"""The public satisfaction index (SKM) out of its nine elements; pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, ROUND_UP, Decimal

from merit.performance.domain.shares import Z_95
from merit.reference import load_document

LOWEST_MARK, HIGHEST_MARK = 1, 4
LOWEST, HIGHEST = 25, 100
_POINTS_PER_MARK = 25
_PLACES, _MICRO = Decimal("0.01"), Decimal("0.000001")
SKM_ELEMENTS = (
    *("persyaratan", "prosedur", "waktu", "biaya", "produk", "kompetensi", "perilaku", "sarana", "pengaduan"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """The 95 % interval of an index, within its scale."""

    low: float
    high: float


def index_of(means: Mapping[str, Decimal]) -> Decimal:
    """Return the index 25-100: 25 times the mean of the nine element means (1-4), all of the same weight.

    Raises
    ------
    ValueError
        When an element is missing or out of its scale.
    """
    if set(means) != set(SKM_ELEMENTS):
        raise ValueError("The nine elements make the index.")
    if any(not LOWEST_MARK <= mean <= HIGHEST_MARK for mean in means.values()):
        raise ValueError("Means are between 1 and 4.")
    total = sum(means.values(), Decimal(0))
    return (_POINTS_PER_MARK * total / len(SKM_ELEMENTS)).quantize(_PLACES, rounding=ROUND_HALF_EVEN)


def find_interval(score: Decimal, respondents: int | None, deviation: Decimal | None) -> Interval | None:
    """Return score ± 1.96 · deviation / √respondents within 25-100; None where either is not recorded.

    ``deviation`` is the standard deviation of the respondents' own indices, on the scale 25-100.
    """
    if respondents is None or deviation is None:
        return None
    half = Z_95 * float(deviation) / math.sqrt(respondents)
    return Interval(low=max(float(LOWEST), float(score) - half), high=min(float(HIGHEST), float(score) + half))


def class_of(score: Decimal) -> str:
    """Return the class A-D of an index."""
    rows = load_document("satisfaction")["classes"]["rows"]
    return next(str(row["code"]) for row in rows if score >= Decimal(row["floor"]))


def widest_deviation(respondents: int) -> Decimal:
    """Return the largest sample standard deviation of answers between 25 and 100: half of them at either end.

    s = (100 - 25) / 2 · √(n / (n - 1)), rounded up to six places; 0 for a single respondent.
    """
    if respondents < 2:  # noqa: PLR2004 -- one respondent has no spread
        return Decimal(0)
    half = Decimal(HIGHEST - LOWEST) / 2
    return (half * (Decimal(respondents) / (respondents - 1)).sqrt()).quantize(_MICRO, rounding=ROUND_UP)
