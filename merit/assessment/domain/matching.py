"""Rules of competency results: probability of each level, and the job person match."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr

from merit.evidence import FloatArray, IntArray, Surplus

LEVELS = 5
_CUTS = np.arange(1, LEVELS) + 0.5


def level_probabilities(level: IntArray, se: FloatArray) -> FloatArray:
    """Return P(L = 1 … 5) of true levels around measured ones.

    A normal distribution around the level is cut at the half-levels, the ends absorb what lies beyond:
    P(L <= l) = Phi((l + 1/2 - level) / se). Without error the level is certain.

    Parameters
    ----------
    level
        Measured levels, 1-5, any shape.
    se
        Standard errors in levels, of the same shape; 0 means none.

    Returns
    -------
    Probabilities of shape (*level.shape, 5), each row summing to one.

    """
    certain = se == 0
    spread = np.where(certain, 1.0, se)
    below = ndtr((_CUTS - level[..., None]) / spread[..., None])
    below = np.where(certain[..., None], level[..., None] < _CUTS, below)
    edges = np.concatenate((np.zeros((*level.shape, 1)), below, np.ones((*level.shape, 1))), axis=-1)
    probabilities: FloatArray = np.diff(edges, axis=-1)
    return probabilities


def match_points(levels: IntArray, standard: IntArray, surplus: Surplus) -> IntArray:
    """Return the levels that count towards the standard, summed over the competencies (last axis).

    ``capped``: sum of min(level, standard); ``offset``: sum of levels, at most the sum of the standard.
    """
    if surplus is Surplus.CAPPED:
        points: IntArray = np.minimum(levels, standard).sum(axis=-1)
        return points
    total: IntArray = np.minimum(levels.sum(axis=-1), standard.sum())
    return total


def job_person_match(points: IntArray, standard: IntArray) -> FloatArray:
    """Return JPM = points / sum of the standard x 100, in percent: one division of exact integers."""
    percent: FloatArray = (100 * points) / standard.sum()
    return percent
