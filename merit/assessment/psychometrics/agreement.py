"""How far judges agree: intraclass correlation, concordance, and agreement on one rating scale."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import chi2, rankdata

from merit.assessment.psychometrics.data import FloatArray

LEAST_RATERS, LEAST_OBJECTS = 2, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Agreement of R raters on J objects; NaN where it is not defined (no differences between objects).

    Attributes
    ----------
    icc_single, icc_average : ICC(2, 1) and ICC(2, R), absolute agreement, raters drawn from many
        (Shrout & Fleiss 1979)
    kendall_w : concordance of the orders, 0 … 1, corrected for ties (Kendall 1948); ``p_value`` by chi-square
    with_others : (R,) correlation of each rater with the mean of the others

    """

    raters: int
    objects: int
    icc_single: float
    icc_average: float
    kendall_w: float
    p_value: float
    with_others: FloatArray


@dataclass(frozen=True, slots=True)
class Variances:
    """Mean squares of a complete two-way table: between objects, between raters, and what is left."""

    objects: float
    raters: float
    rest: float

    @classmethod
    def of(cls, ratings: FloatArray) -> Variances:
        """Split the sums of squares of an (R, J) table."""
        raters, objects = ratings.shape
        mean = ratings.mean()
        by_rater, by_object = ratings.mean(axis=1), ratings.mean(axis=0)
        rest = ratings - by_rater[:, None] - by_object + mean
        return cls(
            float(raters * ((by_object - mean) ** 2).sum() / (objects - 1)),
            float(objects * ((by_rater - mean) ** 2).sum() / (raters - 1)),
            float((rest**2).sum() / ((raters - 1) * (objects - 1))),
        )


def agreement(ratings: ArrayLike) -> Agreement:
    """Return the agreement of raters.

    Parameters
    ----------
    ratings
        (R, J) numbers without gaps: rater by object.

    Raises
    ------
    ValueError
        Fewer than two raters or objects, or a gap.

    """
    table = np.asarray(ratings, dtype=np.float64)
    if table.ndim != 2 or min(table.shape) < LEAST_RATERS or not np.isfinite(table).all():  # noqa: PLR2004 -- a table
        raise ValueError("Agreement needs two raters, two objects, and no gaps.")
    raters, objects = table.shape
    parts = Variances.of(table)
    single = _ratio(
        parts.objects - parts.rest,
        parts.objects + (raters - 1) * parts.rest + raters * (parts.raters - parts.rest) / objects,
    )
    average = _ratio(parts.objects - parts.rest, parts.objects + (parts.raters - parts.rest) / objects)
    concordance = _concordance(table)
    return Agreement(
        raters=raters,
        objects=objects,
        icc_single=single,
        icc_average=average,
        kendall_w=concordance,
        p_value=float(chi2.sf(raters * (objects - 1) * concordance, objects - 1)),
        with_others=np.array(
            [_correlation(row, np.delete(table, at, axis=0).mean(axis=0)) for at, row in enumerate(table)]
        ),
    )


def _concordance(table: FloatArray) -> float:
    raters, objects = table.shape
    ranks = np.apply_along_axis(rankdata, 1, table)
    spread = ((ranks.sum(axis=0) - raters * (objects + 1) / 2) ** 2).sum()
    ties = sum(float((count**3 - count).sum()) for count in (np.unique(row, return_counts=True)[1] for row in table))
    return _ratio(12 * float(spread), raters**2 * (objects**3 - objects) - raters * ties)


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole > 0 else float("nan")


def _correlation(one: FloatArray, other: FloatArray) -> float:
    one, other = one - one.mean(), other - other.mean()
    return _ratio(float(one @ other), float(np.sqrt((one @ one) * (other @ other))))
