"""Standard errors from the observed information (Louis 1982; equal to Oakes 1999 at the maximum).

Observed information = expected complete-data information - variance of the complete-data score given the responses.
Ability is one number, so that variance is a sum over orthonormal polynomials of each person's posterior: a few
terms give it to many digits, where a sum over pairs of grid points would cost hundreds of times as much.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from merit.assessment.psychometrics.data import FloatArray, IntArray, ResponseData
from merit.assessment.psychometrics.em import Fit, State
from merit.assessment.psychometrics.expectation import Block, Expected, log_tables, posterior
from merit.assessment.psychometrics.maximisation import gradient_and_information
from merit.assessment.psychometrics.models import FLOOR

STEP = 1e-5
LARGEST_PIECE = 1_000_000  # numbers of a projection held at once
HIGHEST_DEGREE = 40
NEGLIGIBLE = 1e-8  # share of a degree in the variance so far at which the sum ends
NARROW = 1e-9  # spread of what is left of the abscissa at which a posterior has no further polynomial


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardErrors:
    """Standard errors aligned with the parameters; NaN where nothing was estimated or the information is singular.

    Attributes
    ----------
    discrimination : (J,)
    intercepts, thresholds : (J, C_max - 1)
    means, deviations : (G,) of the populations
    covariance : (P, P) of (a, d_1 …, logit c) of every calibrated item, then (mean, log SD) of every population;
        equal rows where a slope is shared, zeros where a parameter is fixed
    first_row : (J,) row of each item's slope in ``covariance``, -1 without parameters

    """

    discrimination: FloatArray
    intercepts: FloatArray
    thresholds: FloatArray
    means: FloatArray
    deviations: FloatArray
    covariance: FloatArray
    first_row: IntArray

    @property
    def difficulty(self) -> FloatArray:
        """(J,) of items with two categories; the first threshold otherwise."""
        first: FloatArray = self.thresholds[:, 0]
        return first


def louis_covariance(fit: Fit, state: State, expected: Expected) -> FloatArray:
    """Return the covariance of all parameters, one row per parameter of every item even where slopes are shared."""
    information = _complete(fit, state, expected) - _missing(fit, state)
    tie = _ties(fit, state)
    try:
        inner = np.linalg.inv(tie.T @ information @ tie)
    except np.linalg.LinAlgError:
        inner = np.full((tie.shape[1], tie.shape[1]), np.nan)
    covariance: FloatArray = tie @ inner @ tie.T
    return covariance


def _size(state: State) -> int:
    return sum(part.size for part in state.parts)


def _complete(fit: Fit, state: State, expected: Expected) -> FloatArray:
    """Return minus the Hessian of the expected complete-data likelihood, block by item."""
    found, at = np.zeros((_size(state), _size(state))), 0
    for block, counts in zip(state.blocks, expected.counts, strict=True):
        width = block.shape[1]
        hessian = np.empty((len(block), width, width))
        for k in range(width):
            move = np.zeros(width)
            move[k] = STEP
            up = gradient_and_information(fit.model, block + move, counts, fit.theta, fit.prior)[0]
            down = gradient_and_information(fit.model, block - move, counts, fit.theta, fit.prior)[0]
            hessian[:, :, k] = (down - up) / (2 * STEP)
        for item in hessian:
            found[at : at + width, at : at + width] = (item + item.T) / 2
            at += width
    persons = expected.population.sum(axis=1)
    for group, (_mean, log_sd) in enumerate(state.populations.values):
        found[at, at] = persons[group] * np.exp(-2 * log_sd)
        found[at + 1, at + 1] = 2 * persons[group]
        at += 2
    return found


def _missing(fit: Fit, state: State) -> FloatArray:
    """Return the variance of the complete-data scores given the responses, summed over persons."""
    curves = [fit.model.probabilities(block, fit.theta) for block in state.blocks]
    tables = log_tables(fit.data, fit.blocks, curves, len(fit.theta))
    log_prior = state.populations.log_weights(fit.theta)
    scores = _Scores(fit, state)
    total = np.zeros((_size(state), _size(state)))
    for part in _pieces(fit, scores.widest):
        share, _logs = posterior(fit.data, part, tables, log_prior)
        chosen = [_chosen(fit.data, part, block) for block in fit.blocks]
        root = np.sqrt(fit.data.weights[part])[:, None]
        found = np.zeros_like(total)
        for weighted in _polynomials(share, fit.theta):
            projected = root * scores.projected(weighted, chosen, fit.data.groups[part])
            degree = projected.T @ projected
            found += degree
            if (np.diag(degree) <= NEGLIGIBLE * np.diag(found)).all():
                break
        total += found
    return total


def _pieces(fit: Fit, widest: int) -> Iterator[slice]:
    size = max(1, LARGEST_PIECE // max(widest, 1))
    for start in range(0, fit.data.persons, size):
        yield slice(start, min(start + size, fit.data.persons))


def _polynomials(share: FloatArray, theta: FloatArray) -> Iterator[FloatArray]:
    """Yield posterior times orthonormal polynomial of degree 1, 2, …, (n, Q) each (Stieltjes' recurrence)."""
    before, now = np.zeros_like(share), np.ones_like(share)
    norm = np.zeros((len(share), 1))
    for _degree in range(HIGHEST_DEGREE):
        middle = np.einsum("nq,nq,nq,q->n", share, now, now, theta)[:, None]
        after = (theta - middle) * now - norm * before
        norm = np.sqrt(np.einsum("nq,nq,nq->n", share, after, after))[:, None]
        after = np.where(norm > NARROW, after / np.maximum(norm, NARROW), 0.0)
        before, now = now, after
        yield share * now


def _chosen(data: ResponseData, part: slice, block: Block) -> IntArray:
    """Return the categories of a block's items, (n, Jb), -1 for missing."""
    cells = data.cells[part]
    dense = cells if isinstance(cells, np.ndarray) else cells.toarray()
    steps = np.arange(1, block.categories)
    found: IntArray = np.einsum("njc,c->nj", dense[:, block.columns], steps).astype(np.int64)
    if data.seen is not None:
        rows = data.seen[part]
        seen = np.ones((len(dense), data.items))
        seen[:, data.skipped] = rows if isinstance(rows, np.ndarray) else rows.toarray()
        found[seen[:, block.items] == 0] = -1
    return found


class _Scores:
    """Complete-data scores as functions of ability, and their projections for persons."""

    def __init__(self, fit: Fit, state: State) -> None:
        self.tables = []
        for values in state.blocks:
            curves = np.maximum(fit.model.probabilities(values, fit.theta), FLOOR)
            logs = fit.model.derivatives(values, fit.theta) / curves[..., None]
            self.tables.append(np.ascontiguousarray(np.moveaxis(logs, 1, 0)))  # (Q, Jb, C, K)
        self.widest = max(table[0].size for table in self.tables)
        mean, sd = state.populations.values[:, :1], np.exp(state.populations.values[:, 1:])
        standard = (fit.theta - mean) / sd
        self.latent = np.stack((standard / sd, standard**2 - 1), axis=-1)  # (G, Q, 2)

    def projected(self, weighted: FloatArray, chosen: list[IntArray], member: IntArray) -> FloatArray:
        """Return the sums over the grid of weights times scores, (n, P)."""
        columns = []
        for table, answers in zip(self.tables, chosen, strict=True):
            every = (weighted @ table.reshape(len(table), -1)).reshape(-1, *table.shape[2:])
            own = every[np.arange(len(every)), answers.ravel()]
            own[answers.ravel() < 0] = 0.0
            columns.append(own.reshape(len(weighted), -1))
        for group, scores in enumerate(self.latent):
            columns.append(np.where((member == group)[:, None], weighted @ scores, 0.0))
        return np.concatenate(columns, axis=1)


def _ties(fit: Fit, state: State) -> FloatArray:
    """Return the matrix that expands free parameters to one set per item and population."""
    size, at = _size(state), 0
    columns: list[FloatArray] = []
    shared = np.zeros(size)
    for block, values in zip(fit.blocks, state.blocks, strict=True):
        width = values.shape[1]
        for _item in range(0 if block.is_fixed else len(values)):
            for k in range(width):
                if k == 0 and fit.model.common_slope:
                    shared[at] = 1
                else:
                    columns.append(_unit(size, at + k))
            at += width
        at += values.size * block.is_fixed
    if shared.any() and not fit.anchors:
        columns.append(shared)
    for group in np.flatnonzero(state.populations.free):
        columns += [_unit(size, at + 2 * int(group)), _unit(size, at + 2 * int(group) + 1)]
    return np.stack(columns, axis=1) if columns else np.zeros((size, 0))


def _unit(size: int, place: int) -> FloatArray:
    vector = np.zeros(size)
    vector[place] = 1
    return vector


def standard_errors(fit: Fit, state: State, covariance: FloatArray, steps: int) -> StandardErrors:
    """Return the errors of slopes, intercepts and (by the delta method) thresholds b = -d / a."""
    variance = np.diag(covariance)
    shape = (fit.data.items, steps)
    slope, intercepts, thresholds = np.full(shape[0], np.nan), np.full(shape, np.nan), np.full(shape, np.nan)
    first_row, at = np.full(shape[0], -1), 0
    with np.errstate(invalid="ignore", divide="ignore"):
        for block, values in zip(fit.blocks, state.blocks, strict=True):
            rows = at + values.shape[1] * np.arange(len(values))
            first_row[block.items] = rows
            at += values.size
            if block.is_fixed:
                continue
            places = rows[:, None] + np.arange(1, block.categories)
            a, d = values[:, :1], values[:, 1 : block.categories]
            slope[block.items] = np.sqrt(variance[rows])
            intercepts[block.items, : d.shape[1]] = np.sqrt(variance[places])
            spread = variance[places] / a**2 + d**2 * variance[rows][:, None] / a**4
            spread -= 2 * d * covariance[rows[:, None], places] / a**3
            thresholds[block.items, : d.shape[1]] = np.sqrt(spread)
        latent = np.sqrt(variance[at:].reshape(-1, 2))
    latent[~state.populations.free] = np.nan
    return StandardErrors(
        discrimination=slope,
        intercepts=intercepts,
        thresholds=thresholds,
        means=latent[:, 0],
        deviations=latent[:, 1] * np.exp(state.populations.values[:, 1]),
        covariance=covariance,
        first_row=first_row,
    )
