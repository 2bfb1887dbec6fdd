"""Expert keys of situational judgement items: blind ratings of the options, their agreement, and proposed points.

Every expert rates how effective each option is, 1 … 5, without seeing the others. Agreement on an option is r_wg
(James, Demaree & Wolf 1984): 1 - s^2 / 2, where 2 is the variance of ratings at random on five steps. An option below
.70 has no consensus (LeBreton & Senter 2008) and goes back to the panel.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import linear_sum_assignment

from merit.assessment.psychometrics.agreement import Agreement, agreement
from merit.assessment.psychometrics.data import FloatArray, IntArray
from merit.assessment.psychometrics.item_set import BoolArray
from merit.assessment.psychometrics.standards import PanelProblem

LOWEST, HIGHEST = 1, 5
CONSENSUS = 0.70
RANDOM_VARIANCE = ((HIGHEST - LOWEST + 1) ** 2 - 1) / 12
LEAST_EXPERTS = 3
CLEAR = 0.5  # smallest distance of two means that makes an order


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpertKey:
    """What a panel proposes for one item with O options.

    Attributes
    ----------
    values : (O,) proposed points 1 … 5
    means, spreads : (O,) of the ratings
    consensus : (O,) r_wg, below 0 where experts are split worse than by chance
    agreed : (O,) whether the consensus suffices
    agreement : of the experts on the order of the options
    problems : options without consensus, neighbours in the order that are not told apart, experts left out

    """

    values: IntArray
    means: FloatArray
    spreads: FloatArray
    consensus: FloatArray
    agreed: BoolArray
    agreement: Agreement
    problems: tuple[PanelProblem, ...]


def expert_key(ratings: ArrayLike, *, distinct: bool = False) -> ExpertKey:
    """Return the proposed key of one item; an option's place stands in ``PanelProblem.option``.

    Parameters
    ----------
    ratings
        (R, O) ratings 1 … 5, expert by option; NaN where an expert said nothing (the expert is then left out, named).
    distinct
        Every option gets another number of points (at most five options): the assignment that departs least from the
        means. Otherwise the mean, rounded, halves away from the middle of the scale.

    Raises
    ------
    ValueError
        Ratings outside 1 … 5, one option, more than five with ``distinct``, or fewer than three complete experts.

    """
    table = np.asarray(ratings, dtype=np.float64)
    if table.ndim != 2 or table.shape[1] < 2:  # noqa: PLR2004 -- experts by options
        raise ValueError("Ratings are a table of experts by at least two options.")
    if ((table < LOWEST) | (table > HIGHEST)).any() or (distinct and table.shape[1] > HIGHEST):
        raise ValueError("Ratings go from 1 to 5, and only five options can differ.")
    complete = np.isfinite(table).all(axis=1)
    if complete.sum() < LEAST_EXPERTS:
        raise ValueError("A key needs three experts who rated every option.")
    kept = table[complete]
    means, variances = kept.mean(axis=0), kept.var(axis=0, ddof=1)
    consensus = 1 - variances / RANDOM_VARIANCE
    agreed = consensus >= CONSENSUS
    problems = [PanelProblem("rater-incomplete", rater=int(expert)) for expert in np.flatnonzero(~complete)]
    problems += [PanelProblem("option-no-consensus", option=int(option)) for option in np.flatnonzero(~agreed)]
    if distinct:
        order = np.argsort(means, kind="stable")
        near = np.flatnonzero(np.diff(means[order]) < CLEAR)
        problems += [PanelProblem("options-not-apart", option=int(order[place + 1])) for place in near]
    return ExpertKey(
        values=_apart(means) if distinct else _rounded(means),
        means=means,
        spreads=np.sqrt(variances),
        consensus=consensus,
        agreed=agreed,
        agreement=agreement(kept),
        problems=tuple(problems),
    )


def _rounded(means: FloatArray) -> IntArray:
    middle = (LOWEST + HIGHEST) / 2
    off = means - middle
    values: IntArray = (middle + np.sign(off) * np.floor(np.abs(off) + 0.5)).astype(np.int64)
    return values


def _apart(means: FloatArray) -> IntArray:
    points = np.arange(LOWEST, HIGHEST + 1)
    options, chosen = linear_sum_assignment((means[:, None] - points) ** 2)
    values = np.empty(len(means), dtype=np.int64)
    values[options] = points[chosen]
    return values
