"""Answers against what known item parameters and a person's other answers predict.

An answer x has, given other answers of the person, the expectation e = integral of E(x | theta) over their posterior
and the variance v of that prediction; under the model the sum of x - e over persons has mean 0 and variance sum of v,
so z = sum(x - e) / sqrt(sum(v)) is near standard normal. Where everybody gets the same items the other answers are all
of them. In an adaptive test they are those given before: the items that come later were chosen by the answer itself,
and only what came before leaves the residuals without bias (they are martingale differences; Mislevy & Wu 1996 on
selection that can be ignored). The abilities of the group are N(mean, sd) with both estimated, so that an abler group
does not make every item look easier.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from merit.assessment.psychometrics.data import FloatArray, IntArray
from merit.assessment.psychometrics.expectation import normal_grid
from merit.assessment.psychometrics.item_set import BoolArray, ItemSet

SMALLEST = 1e-300
ROUNDS, SETTLED = 100, 1e-4
LEAST_SD = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """Observed beside predicted answers, each (J,); NaN for items nobody answered.

    Attributes
    ----------
    persons : who answered
    observed, expected : mean category as a share of the highest
    z : sum of the residuals over its standard error, that of the item's difficulty included
    mean, sd : of the abilities of the group

    """

    persons: IntArray
    observed: FloatArray
    expected: FloatArray
    z: FloatArray
    mean: float
    sd: float


def predict_answers(
    responses: ArrayLike,
    items: ItemSet,
    *,
    order: ArrayLike | None = None,
    difficulty_errors: ArrayLike | None = None,
    telling: ArrayLike | None = None,
) -> Prediction:
    """Compare answers with their predictions.

    Parameters
    ----------
    responses
        (N, J) categories 0 … C - 1, -1 where not given.
    order
        (N, J) places 0, 1, … in which each person got the items of an adaptive test, -1 where not given; None: the
        same test for everybody, predicted from all other answers.
    difficulty_errors
        (J,) standard errors of the items' mean thresholds; None: taken as known.
    telling
        (J,) whether an item's answers say something about the person; those of others are predicted and predict
        nothing. None: all.

    Raises
    ------
    ValueError
        Shapes that do not fit, or a category an item does not have.

    """
    given = np.asarray(responses, dtype=np.int64)
    errors = np.zeros(len(items)) if difficulty_errors is None else np.nan_to_num(np.asarray(difficulty_errors))
    if given.ndim != 2 or given.shape[1] != len(items) or (given >= items.categories).any():  # noqa: PLR2004
        raise ValueError("Responses are persons by the items, in their categories.")
    if errors.shape != (len(items),) or (order is not None and np.shape(order) != given.shape):
        raise ValueError("One error per item, and an order of the answers' shape.")
    trusted = np.ones(len(items), dtype=np.bool_) if telling is None else np.asarray(telling, dtype=np.bool_)
    curves = _Curves.of(items, trusted)
    mean, sd = curves.population(given)
    prior = -0.5 * ((curves.theta - mean) / sd) ** 2
    if order is None:
        sums = _from_the_rest(given, curves, prior)
    else:
        sums = _from_those_before(given, np.asarray(order, dtype=np.int64), curves, prior)
    count, observed, expected, variance, slope = sums
    highest = items.categories - 1
    with np.errstate(invalid="ignore", divide="ignore"):
        return Prediction(
            persons=count.astype(np.int64),
            observed=observed / count / highest,
            expected=expected / count / highest,
            z=(observed - expected) / np.sqrt(variance + (slope * errors) ** 2),
            mean=mean,
            sd=sd,
        )


@dataclass(frozen=True, slots=True)
class _Curves:
    """Items at the points of the grid: what a category says of theta, (J, Q, C), its mean, mean square and slope.

    ``logs`` is log P(category), 0 where an item tells nothing.
    """

    theta: FloatArray
    logs: FloatArray
    mean: FloatArray
    square: FloatArray
    slope: FloatArray

    @classmethod
    def of(cls, items: ItemSet, telling: BoolArray) -> _Curves:
        theta = normal_grid().theta
        share = items.probabilities(theta)
        step = np.arange(share.shape[2])
        mean = share @ step
        logs = np.where(telling[:, None, None], np.log(np.maximum(share, SMALLEST)), 0.0)
        return cls(theta, logs, mean, share @ step**2, np.gradient(mean, theta, axis=1))

    def likelihood(self, given: IntArray) -> FloatArray:
        """Return the log-likelihood of each person's answers, (N, Q)."""
        found = np.zeros((len(given), len(self.theta)))
        for item in range(given.shape[1]):
            rows = np.flatnonzero(given[:, item] >= 0)
            found[rows] += self.logs[item][:, given[rows, item]].T
        return found

    def population(self, given: IntArray) -> tuple[float, float]:
        """Return the mean and the standard deviation of the abilities by EM."""
        told = self.likelihood(given[(given >= 0).any(axis=1)])
        mean, sd = 0.0, 1.0
        for _round in range(ROUNDS if len(told) else 0):
            share = _posterior(told - 0.5 * ((self.theta - mean) / sd) ** 2)
            moved = float((share @ self.theta).mean())
            spread = float(np.sqrt(max((share @ (self.theta - moved) ** 2).mean(), LEAST_SD**2)))
            change, mean, sd = abs(moved - mean) + abs(spread - sd), moved, spread
            if change < SETTLED:
                break
        return mean, sd


def _posterior(logs: FloatArray) -> FloatArray:
    share = np.exp(logs - logs.max(axis=1, keepdims=True))
    found: FloatArray = share / share.sum(axis=1, keepdims=True)
    return found


def _from_the_rest(given: IntArray, curves: _Curves, prior: FloatArray) -> FloatArray:
    """Return per item: answers, their sum, its expectation, variance and slope in theta, (5, J)."""
    whole = curves.likelihood(given) + prior
    found = np.zeros((5, given.shape[1]))
    for item in range(given.shape[1]):
        rows = np.flatnonzero(given[:, item] >= 0)
        answers = given[rows, item]
        share = _posterior(whole[rows] - curves.logs[item][:, answers].T)
        expected = share @ curves.mean[item]
        variance = share @ curves.square[item] - expected**2
        slope = share @ curves.slope[item]
        found[:, item] = len(rows), answers.sum(), expected.sum(), variance.sum(), slope.sum()
    return found


def _from_those_before(given: IntArray, order: IntArray, curves: _Curves, prior: FloatArray) -> FloatArray:
    known = np.tile(prior, (len(given), 1))
    found = np.zeros((5, given.shape[1]))
    for place in range(int(order.max(initial=-1)) + 1):
        rows, items = np.nonzero((order == place) & (given >= 0))
        answers, share = given[rows, items], _posterior(known[rows])
        expected = (share * curves.mean[items]).sum(axis=1)
        variance = (share * curves.square[items]).sum(axis=1) - expected**2
        slope = (share * curves.slope[items]).sum(axis=1)
        for line, values in enumerate((np.ones(len(rows)), answers, expected, variance, slope)):
            np.add.at(found[line], items, values)
        known[rows] += curves.logs[items, :, answers]
    return found
