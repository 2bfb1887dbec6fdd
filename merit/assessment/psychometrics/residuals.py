"""Standardised residuals of answers at given abilities: infit and outfit of items."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from merit.assessment.psychometrics.data import FloatArray, as_matrix, ranks_of
from merit.assessment.psychometrics.estimation import parameters_of, score
from merit.assessment.psychometrics.expectation import Block
from merit.assessment.psychometrics.irt import Calibration
from merit.assessment.psychometrics.models import MODELS

PIECE = 4_096
SMALLEST_VARIANCE = 1e-100  # its square is still a number


@dataclass(frozen=True, slots=True, kw_only=True)
class MeanSquares:
    """Mean squares of residuals per item, (J,), about 1 where the model holds; ``_z``: as standard normal deviates."""

    infit: FloatArray
    outfit: FloatArray
    infit_z: FloatArray
    outfit_z: FloatArray


def residual_fit(
    responses: ArrayLike,
    calibration: Calibration,
    *,
    theta: ArrayLike | None = None,
    weights: ArrayLike | None = None,
) -> MeanSquares:
    """Return infit and outfit (Wright & Masters 1982, ch. 5) with the cube-root transformation of Wilson & Hilferty.

    Parameters
    ----------
    responses
        (N, J) category codes as calibrated, -1 for missing.
    theta
        (N,) abilities; None: WLE. Persons without a finite ability are left out.
    weights
        (N,) counts of patterns.

    Raises
    ------
    ValueError
        Shapes that do not fit.

    """
    matrix = as_matrix(responses)
    ability = score(matrix, calibration, "wle").theta if theta is None else np.asarray(theta, dtype=np.float64)
    counts = np.ones(len(matrix)) if weights is None else np.asarray(weights, dtype=np.float64)
    if ability.shape != (len(matrix),) or counts.shape != ability.shape:
        raise ValueError("Abilities and weights are one number per row.")
    ranks = ranks_of(matrix, calibration.codes)[0]
    total = np.zeros((6, matrix.shape[1]))
    known = np.flatnonzero(np.isfinite(ability))
    for rows in (known[start : start + PIECE] for start in range(0, len(known), PIECE)):
        for columns, sums in _sums(ranks[rows], ability[rows], calibration):
            total[:, columns] += np.einsum("snj,n->sj", sums, counts[rows])
    return _mean_squares(total)


def _sums(
    ranks: np.ndarray[tuple[int, ...], np.dtype[np.int16]], theta: FloatArray, calibration: Calibration
) -> Iterator[tuple[np.ndarray[tuple[int], np.dtype[np.int64]], FloatArray]]:
    """Yield the items of a block and per answer: one, z², residual², variance, kurtosis parts, (6, n, Jb)."""
    usable = np.isfinite(calibration.discrimination)
    for categories in np.unique(calibration.categories[usable]):
        items = np.flatnonzero(usable & (calibration.categories == categories))
        block = Block(items, np.zeros((len(items), 0), dtype=np.int64), int(categories))
        share = MODELS[calibration.model].probabilities(parameters_of(calibration, block), theta)
        step = np.arange(categories)
        mean = (share @ step)[..., None]
        variance = np.maximum((share * (step - mean) ** 2).sum(axis=-1).T, SMALLEST_VARIANCE)
        fourth = (share * (step - mean) ** 4).sum(axis=-1).T
        answers = ranks[:, items]
        square = (answers - mean[..., 0].T) ** 2
        parts = (np.ones_like(square), square / variance, square, variance, fourth / variance**2, fourth - variance**2)
        yield items, np.where(answers >= 0, np.stack(parts), 0.0)


def _mean_squares(sums: FloatArray) -> MeanSquares:
    count, standard, square, variance, kurtosis, excess = sums
    with np.errstate(invalid="ignore", divide="ignore"):
        outfit, infit = standard / count, square / variance
        outfit_spread = np.sqrt(np.maximum(kurtosis / count**2 - 1 / count, 0))
        infit_spread = np.sqrt(np.maximum(excess, 0)) / variance
        return MeanSquares(
            infit=infit, outfit=outfit, infit_z=_normal(infit, infit_spread), outfit_z=_normal(outfit, outfit_spread)
        )


def _normal(mean_square: FloatArray, spread: FloatArray) -> FloatArray:
    return (np.cbrt(mean_square) - 1) * 3 / spread + spread / 3
