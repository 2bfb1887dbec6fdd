"""Persons who met the same items: what tests of fit are computed in, since they need complete answers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from merit.assessment.psychometrics.data import FloatArray, IntArray, SmallArray, as_matrix, ranks_of
from merit.assessment.psychometrics.estimation import parameters_of
from merit.assessment.psychometrics.expectation import Block, normal_grid
from merit.assessment.psychometrics.irt import Calibration, Population
from merit.assessment.psychometrics.models import MODELS


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """Persons of one group who answered exactly these items.

    Attributes
    ----------
    items : (Jf,) indices of the items answered that have parameters
    ranks : (n, Jf) categories 0 … C - 1; ``weights`` (n,) counts
    population : the group they belong to
    """

    items: IntArray
    ranks: SmallArray
    weights: FloatArray
    population: Population

    @property
    def persons(self) -> float:
        """Sum of the weights."""
        return float(self.weights.sum())


@dataclass(frozen=True, slots=True)
class Curves:
    """Category probabilities (Q, C) and their derivatives in the item's parameters (Q, C, K), item by item."""

    theta: FloatArray
    share: dict[int, FloatArray]
    slopes: dict[int, FloatArray]


def forms_of(
    responses: ArrayLike, calibration: Calibration, weights: ArrayLike | None, groups: ArrayLike | None, fewest: int
) -> tuple[list[Form], float]:
    """Return the forms met by at least ``fewest`` persons, and how many persons met another one.

    Raises
    ------
    ValueError
        Shapes that do not fit, or no group where the calibration has several.

    """
    matrix = as_matrix(responses)
    if matrix.shape[1] != len(calibration.codes):
        raise ValueError("The responses have another number of items than the calibration.")
    counts = np.ones(len(matrix)) if weights is None else np.asarray(weights, dtype=np.float64)
    member = _member(groups, len(matrix), calibration)
    ranks, _odd = ranks_of(matrix, calibration.codes)
    usable = np.isfinite(calibration.discrimination)
    seen = np.concatenate(((ranks >= 0) & usable, member[:, None]), axis=1).astype(np.int16)
    kept = seen[:, :-1].any(axis=1) & (counts > 0)
    patterns, place = np.unique(seen[kept], axis=0, return_inverse=True)
    size = np.bincount(place.ravel(), counts[kept], minlength=len(patterns))
    rows = np.flatnonzero(kept)
    found = []
    for number in np.flatnonzero(size >= fewest):
        items, own = np.flatnonzero(patterns[number, :-1]), rows[place.ravel() == number]
        population = calibration.populations[int(patterns[number, -1])]
        form = Form(items=items, ranks=ranks[np.ix_(own, items)], weights=counts[own], population=population)
        found.append(form)
    return found, float(size[size < fewest].sum())


def _member(groups: ArrayLike | None, persons: int, calibration: Calibration) -> IntArray:
    known = np.array([population.group for population in calibration.populations])
    if groups is None:
        if len(known) > 1:
            raise ValueError("A calibration of several groups needs the group of every row.")
        return np.zeros(persons, dtype=np.int64)
    given = np.asarray(groups)
    if given.shape != (persons,) or not np.isin(given, known).all():
        raise ValueError("Groups are those of the calibration, one per row.")
    return np.searchsorted(known, given)


def curves_of(calibration: Calibration) -> Curves:
    """Return the curves of all items with parameters on the reference grid."""
    theta, model = normal_grid().theta, MODELS[calibration.model]
    share, slopes = {}, {}
    for item in np.flatnonzero(np.isfinite(calibration.discrimination)):
        one = Block(np.array([item]), np.zeros((1, 0), dtype=np.int64), int(calibration.categories[item]))
        parameters = parameters_of(calibration, one)
        share[int(item)] = model.probabilities(parameters, theta)[0]
        slopes[int(item)] = model.derivatives(parameters, theta)[0]
    return Curves(theta, share, slopes)


def density(population: Population, theta: FloatArray) -> FloatArray:
    """Return the normalised weights of a population on the grid, (Q,)."""
    weight = np.exp(-0.5 * ((theta - population.mean) / population.sd) ** 2)
    normalised: FloatArray = weight / weight.sum()
    return normalised
