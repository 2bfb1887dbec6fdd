"""Rasch and partial credit models by conditional maximum likelihood: no assumption about the population.

Given the sum score r, P(answers | r) = prod eps_{j, x_j} / gamma_r: ability cancels (Andersen 1972). The elementary
symmetric functions gamma are products of polynomials with positive coefficients only, so nothing is subtracted and
no digits are lost (Fischer 1974; Verhelst, Glas & van der Sluis 1984).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize
from scipy.sparse.csgraph import connected_components
from scipy.stats import chi2

from merit.assessment.psychometrics.data import (
    DataProblem,
    FloatArray,
    IntArray,
    UnusableResponsesError,
    as_matrix,
    prepare,
    ranks_of,
)

STEP = 1e-5
EXACT = 1e-9
NEWTON_STEPS = 20
FEWEST_ITEMS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionalFit:
    """Rasch or partial credit parameters, slope 1; NaN for items that could not be estimated.

    Attributes
    ----------
    easiness : (J, C_max - 1) sums psi_k = -(b_1 + … + b_k); all of them sum to zero
    easiness_error : their standard errors
    thresholds : (J, C_max - 1) b_k, where neighbouring categories are equally likely
    log_likelihood : conditional on the sum scores
    parameters : number of estimated parameters
    """

    easiness: FloatArray
    easiness_error: FloatArray
    thresholds: FloatArray
    log_likelihood: float
    parameters: int
    converged: bool
    problems: tuple[DataProblem, ...]

    @property
    def difficulty(self) -> FloatArray:
        """(J,) mean threshold of each item."""
        counted = np.isfinite(self.thresholds).sum(axis=1)
        return np.where(counted > 0, np.nansum(self.thresholds, axis=1) / np.maximum(counted, 1), np.nan)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreAbilities:
    """Maximum likelihood abilities of the sum scores 1 … highest - 1, with their errors, (S,) each."""

    score: IntArray
    theta: FloatArray
    standard_error: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class LikelihoodRatio:
    """Andersen's (1973) test: whether the items are equally difficult for the groups."""

    statistic: float
    df: int
    p_value: float
    problems: tuple[DataProblem, ...]


def calibrate_conditionally(responses: ArrayLike, *, weights: ArrayLike | None = None) -> ConditionalFit:
    """Estimate a Rasch model, or a partial credit model where items have more than two categories.

    Parameters
    ----------
    responses
        (N, J) integers: category codes, -1 for missing.
    weights
        (N,) counts of patterns.

    Raises
    ------
    ValueError
        A shape that does not fit, or fewer than two items that can be compared.

    """
    data = prepare(responses, weights)
    counts = np.ones(len(data.origin)) if weights is None else np.asarray(weights, dtype=np.float64)
    ranks: IntArray = ranks_of(as_matrix(responses), data.codes)[0].astype(np.int64)
    ranks[:, data.categories < FEWEST_ITEMS] = -1
    apart = _apart(ranks[counts > 0], data.categories)
    ranks[:, apart] = -1
    items = np.flatnonzero((data.categories >= FEWEST_ITEMS) & ~apart)
    if len(items) < FEWEST_ITEMS:
        raise UnusableResponsesError("responses-not-comparable", "Fewer than two items can be compared.")
    problem = _Problem(_forms(ranks[:, items], counts), data.categories[items] - 1)
    estimates, errors, converged = problem.solved()
    problems = [*data.problems, *(DataProblem("item-separated", item=int(item)) for item in np.flatnonzero(apart))]
    if not converged:
        problems.append(DataProblem("not-converged"))
    steps = int(problem.steps.max())
    easiness, spread = (np.full((data.items, steps), np.nan) for _ in range(2))
    for item, own in zip(items, problem.slices, strict=True):
        easiness[item, : own.stop - own.start] = estimates[own]
        spread[item, : own.stop - own.start] = errors[own]
    return ConditionalFit(
        easiness=easiness,
        easiness_error=spread,
        thresholds=-np.diff(easiness, axis=1, prepend=0.0),
        log_likelihood=-problem.loss(estimates)[0],
        parameters=len(estimates) - 1,
        converged=converged,
        problems=tuple(problems),
    )


def abilities_of_scores(fit: ConditionalFit) -> ScoreAbilities:
    """Return the abilities at which each sum score of all estimated items is expected."""
    psi = [np.append(0.0, row[np.isfinite(row)]) for row in fit.easiness if np.isfinite(row).any()]
    highest = sum(len(row) - 1 for row in psi)
    score = np.arange(1, highest)
    theta = np.log(score / (highest - score)) - np.mean([row[-1] / (len(row) - 1) for row in psi])
    for _round in range(100):
        expected, information = _expected_score(psi, theta)
        move = np.clip((score - expected) / information, -1, 1)
        theta += move
        if np.abs(move).max() < EXACT:
            break
    return ScoreAbilities(score=score, theta=theta, standard_error=1 / np.sqrt(_expected_score(psi, theta)[1]))


def _expected_score(psi: Sequence[FloatArray], theta: FloatArray) -> tuple[FloatArray, FloatArray]:
    mean, variance = np.zeros_like(theta), np.zeros_like(theta)
    for row in psi:
        step = np.arange(len(row))
        share = np.exp(theta[:, None] * step + row - (theta[:, None] * step + row).max(axis=1, keepdims=True))
        share /= share.sum(axis=1, keepdims=True)
        own = share @ step
        mean += own
        variance += share @ step**2 - own**2
    return mean, variance


def andersen_test(
    responses: ArrayLike, *, groups: ArrayLike | None = None, weights: ArrayLike | None = None
) -> LikelihoodRatio:
    """Compare one set of item parameters with one set per group.

    Parameters
    ----------
    responses
        (N, J) category codes, -1 for missing.
    groups
        (N,) integers; None: sum scores up to the median against higher ones.
    weights
        (N,) counts of patterns.

    Raises
    ------
    ValueError
        Shapes that do not fit, or groups in which fewer than two items can be compared.

    """
    matrix = np.array(as_matrix(responses))
    counts = np.ones(len(matrix)) if weights is None else np.asarray(weights, dtype=np.float64)
    if not counts.any():
        raise UnusableResponsesError("responses-not-comparable", "There is nobody to compare.")
    member = _median_split(matrix, counts) if groups is None else np.asarray(groups)
    if member.shape != (len(matrix),):
        raise UnusableResponsesError("responses-groups", "Groups are one integer per row.")
    parts = [member == group for group in np.unique(member)]
    lost = [np.isnan(calibrate_conditionally(matrix[part], weights=counts[part]).easiness[:, 0]) for part in parts]
    out = np.any(lost, axis=0)
    matrix[:, out] = -1
    whole = calibrate_conditionally(matrix, weights=counts)
    fits = [calibrate_conditionally(matrix[part], weights=counts[part]) for part in parts]
    statistic = 2 * (sum(fit.log_likelihood for fit in fits) - whole.log_likelihood)
    df = sum(fit.parameters for fit in fits) - whole.parameters
    return LikelihoodRatio(
        statistic=statistic,
        df=df,
        p_value=float(chi2.sf(statistic, df)),
        problems=tuple(DataProblem("item-not-in-all-groups", item=int(item)) for item in np.flatnonzero(out)),
    )


def _median_split(matrix: NDArray[np.int16], counts: FloatArray) -> IntArray:
    total = np.maximum(matrix, 0).sum(axis=1)
    order = np.argsort(total, kind="stable")
    running = np.cumsum(counts[order])
    middle = total[order][np.searchsorted(running, running[-1] / 2)]
    split: IntArray = (total > middle).astype(np.int64)
    return split


def _apart(ranks: IntArray, categories: IntArray) -> NDArray[np.bool_]:
    """Return the items that cannot be compared with most others: nobody did better on them, or nobody worse.

    Fischer's (1981) condition: every item is reached from every other by persons who did better on the next.
    """
    usable = np.flatnonzero(categories >= FEWEST_ITEMS)
    seen = ranks[:, usable] >= 0
    above = ((ranks[:, usable] > 0) & seen).astype(np.float64)
    below = ((ranks[:, usable] < categories[usable] - 1) & seen).astype(np.float64)
    beats = above.T @ below > 0
    np.fill_diagonal(beats, val=False)
    _count, label = connected_components(beats, directed=True, connection="strong")
    largest = np.bincount(label, minlength=1).argmax() if len(label) else 0
    apart = np.zeros(len(categories), dtype=np.bool_)
    apart[usable[label != largest]] = True
    return apart


@dataclass(frozen=True, slots=True)
class _Form:
    """Persons who met the same items: the items, how often each category and each sum score occurred."""

    items: IntArray
    chosen: list[FloatArray]
    scores: FloatArray


def _forms(ranks: IntArray, counts: FloatArray) -> list[_Form]:
    seen = ranks >= 0
    patterns, place = np.unique(seen, axis=0, return_inverse=True)
    found = []
    for number, pattern in enumerate(patterns):
        items, rows = np.flatnonzero(pattern), place.ravel() == number
        if len(items) < FEWEST_ITEMS or not counts[rows].any():
            continue
        answers, weights = ranks[np.ix_(rows, items)], counts[rows]
        chosen = [_counts(column, weights) for column in answers.T]
        found.append(_Form(items, chosen, _counts(answers.sum(axis=1), weights)))
    return found


def _counts(values: IntArray, weights: FloatArray) -> FloatArray:
    return np.bincount(values, weights).astype(np.float64)


class _Problem:
    """The conditional likelihood of all forms as a function of the easiness sums psi."""

    def __init__(self, forms: list[_Form], steps: IntArray) -> None:
        self.forms, self.steps = forms, steps
        starts = np.concatenate(([0], np.cumsum(steps)))
        self.slices = [slice(int(a), int(b)) for a, b in pairwise(starts)]
        self.size = int(starts[-1])

    def loss(self, psi: FloatArray) -> tuple[float, FloatArray]:
        """Return minus the log-likelihood and its gradient."""
        value, gradient = 0.0, np.zeros(self.size)
        for form in self.forms:
            odds = [np.exp(np.append(0.0, psi[self.slices[item]])) for item in form.items]
            own = [row / row.sum() for row in odds]  # products of long tests stay within the range of numbers
            rest = _products_without_one(own)
            gamma = np.convolve(rest[0], own[0])
            count = np.zeros(len(gamma))
            count[: len(form.scores)] = form.scores
            used = count > 0
            value += (
                float(count[used] @ np.log(gamma[used])) + float(sum(np.log(row.sum()) for row in odds)) * count.sum()
            )
            ratio = np.divide(count, gamma, out=np.zeros_like(count), where=used)
            for place, item in enumerate(form.items):
                at = self.slices[item]
                observed = np.zeros(len(own[place]))
                observed[: len(form.chosen[place])] = form.chosen[place]
                value -= float(observed[1:] @ psi[at])
                expected = np.correlate(ratio, rest[place], mode="valid") * own[place]
                gradient[at] += expected[1:] - observed[1:]
        return value, gradient

    def solved(self) -> tuple[FloatArray, FloatArray, bool]:
        """Return the estimates that sum to zero, their errors, and whether they converged."""
        basis = np.linalg.svd(np.eye(self.size) - 1 / self.size)[0][:, : self.size - 1]
        start = minimize(
            lambda free: _projected(self.loss(basis @ free), basis), np.zeros(self.size - 1), jac=True, method="BFGS"
        )
        free, hessian = start.x, self._hessian(basis, start.x)
        for _step in range(NEWTON_STEPS):
            move = np.linalg.solve(hessian, basis.T @ self.loss(basis @ free)[1])
            free = free - np.clip(move, -1, 1)
            if np.abs(move).max() < EXACT:
                break
        covariance = basis @ np.linalg.inv(hessian) @ basis.T
        return basis @ free, np.sqrt(np.maximum(np.diag(covariance), 0)), bool(np.abs(move).max() < EXACT)

    def _hessian(self, basis: FloatArray, free: FloatArray) -> FloatArray:
        rows = []
        for axis in range(len(free)):
            move = np.zeros(len(free))
            move[axis] = STEP
            up, down = (self.loss(basis @ (free + sign * move))[1] for sign in (1, -1))
            rows.append(basis.T @ (up - down) / (2 * STEP))
        hessian = np.array(rows)
        symmetric: FloatArray = (hessian + hessian.T) / 2
        return symmetric


def _projected(found: tuple[float, FloatArray], basis: FloatArray) -> tuple[float, FloatArray]:
    return found[0], basis.T @ found[1]


def _products_without_one(polynomials: list[FloatArray]) -> list[FloatArray]:
    """Return, for every polynomial, the product of all others, by halving the list."""
    found: list[FloatArray] = [np.ones(1)] * len(polynomials)

    def walk(start: int, stop: int, others: FloatArray) -> None:
        if stop - start == 1:
            found[start] = others
            return
        middle = (start + stop) // 2
        walk(start, middle, _product(others, polynomials[middle:stop]))
        walk(middle, stop, _product(others, polynomials[start:middle]))

    walk(0, len(polynomials), np.ones(1))
    return found


def _product(start: FloatArray, polynomials: list[FloatArray]) -> FloatArray:
    for polynomial in polynomials:
        start = np.convolve(start, polynomial)
    return start
