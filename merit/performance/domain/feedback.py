"""Mean and standard error of ratings by several groups of raters; pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from merit.evidence import BoolArray, FloatArray, IntArray

# Scores are integers of millionths; sums of squares are taken around the middle of the scale, so that they stay
# exact in int64 and in float64.
SCALE = 1_000_000
MIDDLE = 3 * SCALE
SMALLEST_GROUP = 3
PRIOR_RATERS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupSums:
    """Exact sums per official and rater group, int64[n, G]; the first group is the superior's.

    ``count`` raters, ``shifted`` Σ (score - 3) and ``squares`` Σ (score - 3)², in millionths and their square.
    """

    count: IntArray
    shifted: IntArray
    squares: IntArray


@dataclass(frozen=True, slots=True)
class Rating:
    """Weighted mean over the groups that count, its standard error, and where there is one at all."""

    mean: FloatArray
    se: FloatArray
    applies: BoolArray


def rate(sums: GroupSums, rater_sd: float) -> Rating:
    """Return the mean over rater groups and its standard error.

    mean = Σ w_g m_g,  SE = √(Σ w_g² v_g / n_g),  v_g = ((n_g - 1) s_g² + 3 s0²) / (n_g + 2)

    The groups that count weigh the same, 1/G, but the superior at most a third. Groups other than the superior's
    count from three raters; where none does, the rating does not apply. ``rater_sd`` is s0, the prior standard
    deviation of one rater, in points of the scale 1-5. The mean is one division of exact integers.
    """
    counts = sums.count >= SMALLEST_GROUP
    counts[:, 0] = sums.count[:, 0] > 0
    applies: BoolArray = np.asarray(counts[:, 1:].any(axis=1))
    numerator, denominator = _weights(counts)
    mean = _mean(sums, counts, numerator, denominator, applies)
    n = np.where(counts, sums.count, 1)
    spread = (sums.squares - sums.shifted.astype(np.float64) ** 2 / n) / SCALE**2
    variance = (np.maximum(spread, 0.0) + PRIOR_RATERS * rater_sd**2) / (n + PRIOR_RATERS - 1)
    weight = np.where(counts, numerator, 0) / denominator[:, None]
    se = np.sqrt((weight**2 * variance / n).sum(axis=1))
    return Rating(mean, np.where(applies, se, np.nan), applies)


def _weights(counts: BoolArray) -> tuple[IntArray, IntArray]:
    # Only with one other group would the superior weigh more than a third: then 1/3 and 2/3.
    groups = counts.sum(axis=1)
    capped = counts[:, 0] & (groups == 2)  # noqa: PLR2004 -- the superior and one other group
    numerator = counts.astype(np.int64)
    numerator[:, 1:][capped] *= 2
    denominator: IntArray = np.where(capped, 3, np.maximum(groups, 1))
    return numerator, denominator


def _mean(
    sums: GroupSums, counts: BoolArray, numerator: IntArray, denominator: IntArray, applies: BoolArray
) -> FloatArray:
    n = np.where(counts, sums.count, 1)
    product = n.prod(axis=1)
    total = np.where(counts, sums.shifted + MIDDLE * sums.count, 0)
    above = (numerator * total * (product[:, None] // n)).sum(axis=1)
    below = denominator * product * SCALE
    common = np.gcd(above, below)
    mean = np.full(len(above), np.nan)
    np.divide(above // common, below // common, out=mean, where=applies)
    return mean
