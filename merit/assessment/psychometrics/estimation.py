"""Ability from responses: EAP, MAP, MLE and WLE with standard errors; levels from abilities and cuts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import logit, ndtr

from merit.assessment.psychometrics.data import DataProblem, FloatArray, IntArray, ResponseData, prepare
from merit.assessment.psychometrics.expectation import (
    REACH,
    Block,
    Grid,
    blocks_of,
    likelihoods,
    log_tables,
    normal_grid,
    pieces,
)
from merit.assessment.psychometrics.irt import Calibration
from merit.assessment.psychometrics.models import FLOOR, MODELS, ResponseModel, theta_curves

FARTHEST = 12.0
FINEST_POINTS = 1_921
ROUNDS = 80
EXACT = 1e-10
METHODS = ("eap", "map", "mle", "wle")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """Ability and its standard error per person, (N,); NaN where nothing was answered (EAP and MAP: the prior).

    MLE is -inf or inf (error NaN) where all answers are lowest or highest.
    """

    theta: FloatArray
    standard_error: FloatArray
    method: str
    problems: tuple[DataProblem, ...] = ()


def score(responses: ArrayLike, calibration: Calibration, method: str = "eap") -> Scores:
    """Estimate abilities on the metric of a calibration.

    Parameters
    ----------
    responses
        (N, J) category codes as calibrated, -1 for missing. Items without parameters are left out.
    method
        ``eap`` and ``map`` under a standard normal prior; ``mle``; ``wle`` (Warm 1989, eq. 11; error 1 / sqrt(I)).

    Raises
    ------
    ValueError
        Unknown method or a number of items other than the calibration's.

    """
    if method not in METHODS:
        raise ValueError(f"Unknown method {method!r}; known: {', '.join(METHODS)}.")
    test = _Test.of(responses, calibration)
    if method == "eap":
        theta, error = _expected_a_posteriori(test)
    else:
        theta, error = _solved(test, method)
    return Scores(
        theta=theta[test.data.origin],
        standard_error=error[test.data.origin],
        method=method,
        problems=test.data.problems,
    )


def parameters_of(calibration: Calibration, block: Block) -> FloatArray:
    """Return the parameters of a block of items as the models take them, (Jb, K)."""
    parts = [calibration.discrimination[block.items, None], calibration.intercepts[block.items, : block.categories - 1]]
    if MODELS[calibration.model].guesses:
        parts.append(logit(np.clip(calibration.guessing[block.items, None], 1e-12, 1 - 1e-12)))
    return np.concatenate(parts, axis=1)


@dataclass(frozen=True, slots=True)
class _Test:
    """Responses and the items they are answers to."""

    data: ResponseData
    model: ResponseModel
    blocks: list[Block]
    parameters: list[FloatArray]

    @classmethod
    def of(cls, responses: ArrayLike, calibration: Calibration) -> _Test:
        matrix, usable = np.asarray(responses), np.isfinite(calibration.discrimination)
        if matrix.ndim != 2 or matrix.shape[1] != len(calibration.codes):  # noqa: PLR2004 -- persons by items
            raise ValueError("The responses have another number of items than the calibration.")
        if not usable.all():
            matrix = np.where(usable, matrix, -1)
        data = prepare(matrix, codes=calibration.codes)
        blocks = [block for block in blocks_of(data) if usable[block.items].any()]
        blocks = [
            Block(block.items[keep], block.columns[keep], block.categories)
            for block in blocks
            for keep in [usable[block.items]]
        ]
        return cls(data, MODELS[calibration.model], blocks, [parameters_of(calibration, block) for block in blocks])


def _expected_a_posteriori(test: _Test) -> tuple[FloatArray, FloatArray]:
    """Refine the grid until its step is at most half the smallest posterior standard deviation.

    The information of all items says beforehand about how fine it must be.
    """
    points = normal_grid().theta.size
    information = np.zeros(points)
    for values in test.parameters:
        information += theta_curves(test.model, values, normal_grid().theta).information.sum(axis=0)
    while 2 * REACH / (points - 1) > 0.5 / np.sqrt(1 + information.max()) and points < FINEST_POINTS:
        points = 2 * points - 1
    while True:
        grid = normal_grid(points, REACH)
        theta, error = _moments(test, grid)
        step = grid.theta[1] - grid.theta[0]
        if step <= error.min(initial=np.inf) / 2 or points >= FINEST_POINTS:
            return theta, error
        points = 2 * points - 1


def _moments(test: _Test, grid: Grid) -> tuple[FloatArray, FloatArray]:
    curves = [test.model.probabilities(block, grid.theta) for block in test.parameters]
    tables = log_tables(test.data, test.blocks, curves, len(grid.theta))
    log_prior = np.log(grid.weight)
    powers = np.stack((grid.theta, grid.theta**2), axis=1)
    moments = np.empty((test.data.persons, 2))
    for part in pieces(test.data):
        joint, total, _logs = likelihoods(test.data, part, tables, log_prior)
        moments[part] = (joint @ powers) / total[:, None]
    return moments[:, 0], np.sqrt(np.maximum(moments[:, 1] - moments[:, 0] ** 2, 0))


def _solved(test: _Test, method: str) -> tuple[FloatArray, FloatArray]:
    start, _error = _moments(test, normal_grid())
    theta, error = np.empty_like(start), np.empty_like(start)
    for part in _slices(test):
        responses = _Responses(test, part)
        theta[part] = _root(responses, method, start[part])
        information = responses.information(theta[part]) + (method == "map")
        error[part] = 1 / np.sqrt(np.maximum(information, FLOOR))
        silent = ~responses.answered
        if method == "mle":
            low, high = responses.extremes()
            theta[part] = np.where(low, -np.inf, np.where(high, np.inf, theta[part]))
            error[part] = np.where(low | high, np.nan, error[part])
        if method != "map":
            theta[part], error[part] = (np.where(silent, np.nan, each[part]) for each in (theta, error))
    return theta, error


def _slices(test: _Test) -> list[slice]:
    cells = sum(block.size * 2 for block in test.parameters)
    size = max(1, 2_000_000 // max(cells, 1))
    return [slice(start, min(start + size, test.data.persons)) for start in range(0, test.data.persons, size)]


class _Responses:
    """The answers of a slice of persons as indicators per block, (Jb, n, C)."""

    def __init__(self, test: _Test, part: slice) -> None:
        self.test = test
        cells = test.data.cells[part]
        cells = cells if isinstance(cells, np.ndarray) else cells.toarray()
        seen = np.ones((len(cells), test.data.items))
        if test.data.seen is not None:
            given = test.data.seen[part]
            seen[:, test.data.skipped] = given if isinstance(given, np.ndarray) else given.toarray()
        self.chosen, self.seen = [], []
        for block in test.blocks:
            above = np.moveaxis(cells[:, block.columns], 1, 0)
            asked = seen[:, block.items].T
            lowest = asked - above.sum(axis=-1)
            self.chosen.append(np.concatenate((lowest[..., None], above), axis=-1))
            self.seen.append(asked)
        self.answered = np.sum([asked.sum(axis=0) for asked in self.seen], axis=0) > 0

    def equation(self, rows: IntArray, theta: FloatArray, method: str) -> tuple[FloatArray, FloatArray]:
        """Return what must vanish at the estimates of some of the persons, and the information."""
        gradient, information, bias = np.zeros_like(theta), np.zeros_like(theta), np.zeros_like(theta)
        for values, chosen, asked in zip(self.test.parameters, self.chosen, self.seen, strict=True):
            curves = theta_curves(self.test.model, values, theta)
            ratio = curves.first / np.maximum(curves.share, FLOOR)
            given = asked[:, rows]
            gradient += np.einsum("jnc,jnc->n", chosen[:, rows], ratio)
            information += np.einsum("jn,jnc,jnc->n", given, curves.first, ratio)
            if method == "wle":
                bias += np.einsum("jn,jnc,jnc->n", given, curves.second, ratio)
        if method == "map":
            return gradient - theta, information + 1
        if method == "wle":
            return gradient + bias / (2 * np.maximum(information, FLOOR)), information
        return gradient, information

    def information(self, theta: FloatArray) -> FloatArray:
        """Return the test information at abilities, (n,)."""
        total = np.zeros_like(theta)
        for values, asked in zip(self.test.parameters, self.seen, strict=True):
            total += (asked * theta_curves(self.test.model, values, theta).information).sum(axis=0)
        return total

    def extremes(self) -> tuple[np.ndarray[tuple[int], np.dtype[np.bool_]], np.ndarray[tuple[int], np.dtype[np.bool_]]]:
        """Return who answered everything in the least, and in the most able way (slopes may be negative)."""
        low, high = np.ones(len(self.answered), dtype=np.bool_), np.ones(len(self.answered), dtype=np.bool_)
        for values, chosen, asked in zip(self.test.parameters, self.chosen, self.seen, strict=True):
            rising = values[:, 0, None] > 0
            bottom, top = chosen[..., 0] == 1, chosen[..., -1] == 1
            low &= (np.where(rising, bottom, top) | (asked == 0)).all(axis=0)
            high &= (np.where(rising, top, bottom) | (asked == 0)).all(axis=0)
        return low & self.answered, high & self.answered


def _root(responses: _Responses, method: str, start: FloatArray) -> FloatArray:
    """Solve for all persons at once: secants inside a bracket, a scoring step where the secant rises, else halves."""
    low, high = np.full_like(start, -FARTHEST), np.full_like(start, FARTHEST)
    theta, rows = start.copy(), np.arange(len(start))
    before, was = np.full_like(start, np.nan), np.full_like(start, np.nan)
    for _round in range(ROUNDS):
        at = theta[rows]
        value, information = responses.equation(rows, at, method)
        low[rows] = np.where(value > 0, at, low[rows])
        high[rows] = np.where(value < 0, at, high[rows])
        with np.errstate(divide="ignore", invalid="ignore"):
            slope = (value - was[rows]) / (at - before[rows])
        slope = np.where(slope < 0, slope, -np.maximum(information, FLOOR))
        after = at - np.clip(value / slope, -1, 1)
        outside = (after <= low[rows]) | (after >= high[rows])
        after = np.where(outside, (low[rows] + high[rows]) / 2, after)
        before[rows], was[rows], theta[rows] = at, value, after
        rows = rows[(np.abs(after - at) >= EXACT) & (value != 0)]
        if not len(rows):
            break
    return theta


@dataclass(frozen=True, slots=True, kw_only=True)
class SumScore:
    """EAP and its error for one sum score, with the share of persons the model expects there."""

    score: int
    theta: float
    standard_error: float
    expected: float


def eap_for_sum_scores(calibration: Calibration) -> list[SumScore]:
    """Return EAP(theta | sum score) by Lord & Wingersky's (1984) recursion; categories count 0 … C - 1."""
    grid = normal_grid()
    usable = np.flatnonzero(np.isfinite(calibration.discrimination))
    likelihood = np.ones((1, len(grid.theta)))
    for item in usable:
        one = Block(np.array([item]), np.zeros((1, 0), dtype=np.int64), int(calibration.categories[item]))
        share = MODELS[calibration.model].probabilities(parameters_of(calibration, one), grid.theta)[0].T
        longer = np.zeros((len(likelihood) + len(share) - 1, len(grid.theta)))
        for category, curve in enumerate(share):
            longer[category : category + len(likelihood)] += likelihood * curve
        likelihood = longer
    joint = likelihood * grid.weight
    total = joint.sum(axis=1)
    mean = joint @ grid.theta / total
    error = np.sqrt(np.maximum(joint @ grid.theta**2 / total - mean**2, 0))
    return [
        SumScore(score=number, theta=float(m), standard_error=float(e), expected=float(t))
        for number, (m, e, t) in enumerate(zip(mean, error, total, strict=True))
    ]


def item_information(calibration: Calibration, theta: ArrayLike) -> FloatArray:
    """Return the information of every item at abilities, (J, n); NaN for items without parameters."""
    at = np.atleast_1d(np.asarray(theta, dtype=np.float64))
    found = np.full((len(calibration.codes), len(at)), np.nan)
    usable = np.isfinite(calibration.discrimination)
    for categories in np.unique(calibration.categories[usable]):
        items = np.flatnonzero(usable & (calibration.categories == categories))
        block = Block(items, np.zeros((len(items), 0), dtype=np.int64), int(categories))
        curves = theta_curves(MODELS[calibration.model], parameters_of(calibration, block), at)
        found[items] = curves.information
    return found


def marginal_reliability(calibration: Calibration) -> float:
    """Return the share of the variance of abilities that is not error, expected under theta ~ N(0, 1).

    The mean of I / (I + 1) over the population (Green et al. 1984 with a standard normal prior).
    """
    grid = normal_grid()
    information = np.nansum(item_information(calibration, grid.theta), axis=0)
    return float(grid.weight @ (information / (information + 1)))


def empirical_reliability(scores: Scores, weights: ArrayLike | None = None) -> float:
    """Return var(theta) / (var(theta) + mean SE²) of EAP abilities; NaN for fewer than two persons."""
    known = np.isfinite(scores.theta) & np.isfinite(scores.standard_error)
    counts = np.ones(len(known)) if weights is None else np.asarray(weights, dtype=np.float64)
    theta, error, counts = scores.theta[known], scores.standard_error[known], counts[known]
    if counts.sum() <= 1:
        return float("nan")
    off = theta - np.average(theta, weights=counts)
    spread, unsure = counts @ off**2 / (counts.sum() - 1), counts @ error**2 / counts.sum()
    return float(spread / (spread + unsure))


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """Levels 1 … L of persons: the level reached, P(level), and the error of the level, the spread of P."""

    level: IntArray
    probabilities: FloatArray
    standard_error: FloatArray


def levels(theta: ArrayLike, standard_error: ArrayLike, cuts: ArrayLike) -> Levels:
    """Return levels from abilities: level = 1 + number of cuts <= theta, P(level >= l) = Phi((theta - c_l) / SE).

    Parameters
    ----------
    theta, standard_error
        (N,) on the metric of the cuts; an error of 0 makes the level certain.
    cuts
        (L - 1,) strictly increasing.

    Raises
    ------
    ValueError
        Cuts that do not increase.

    """
    at, spread = np.asarray(theta, dtype=np.float64), np.asarray(standard_error, dtype=np.float64)
    edges = np.asarray(cuts, dtype=np.float64)
    if edges.ndim != 1 or (np.diff(edges) <= 0).any():
        raise ValueError("Cuts increase strictly.")
    distance = at[:, None] - edges
    certain = (distance >= 0).astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        reached = np.where(spread[:, None] > 0, ndtr(distance / spread[:, None]), certain)
    ends = np.ones((len(at), 1))
    probabilities = -np.diff(np.concatenate((ends, reached, 0 * ends), axis=1), axis=1)
    number = np.arange(1, len(edges) + 2)
    mean = probabilities @ number
    error = np.sqrt(np.maximum(probabilities @ number**2 - mean**2, 0))
    level: IntArray = 1 + certain.sum(axis=1).astype(np.int64)
    return Levels(level=level, probabilities=probabilities, standard_error=error)
