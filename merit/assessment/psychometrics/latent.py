"""The populations responses come from: normal, each with its mean and standard deviation, some of them estimated."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from merit.assessment.psychometrics.data import DataProblem, FloatArray

FARTHEST_MEAN = 4.0
NARROWEST, WIDEST = 0.15, 3.0


@dataclass(frozen=True, slots=True)
class Populations:
    """G normal populations on the grid.

    Attributes
    ----------
    values : (G, 2) mean and logarithm of the standard deviation
    free : (G,) whether they are estimated; the others stay as they are

    """

    values: FloatArray
    free: NDArray[np.bool_]

    @classmethod
    def standard(cls, groups: int, *, is_anchored: bool) -> Populations:
        """Return standard normal populations; all free where anchors carry the metric, else all but the first."""
        free = np.ones(groups, dtype=np.bool_)
        free[0] = is_anchored
        return cls(np.zeros((groups, 2)), free)

    def log_weights(self, theta: FloatArray) -> FloatArray:
        """Return the logarithms of the normalised weights of the grid points, (G, Q)."""
        mean, log_sd = self.values[:, :1], self.values[:, 1:]
        exponent = -0.5 * ((theta - mean) * np.exp(-log_sd)) ** 2
        logs: FloatArray = exponent - np.log(np.exp(exponent).sum(axis=1, keepdims=True))
        return logs

    def fitted(self, counts: FloatArray, theta: FloatArray, *, everywhere: bool = False) -> FloatArray:
        """Return the values that suit the expected persons at each point, (G, Q) → (G, 2); fixed ones unchanged.

        ``everywhere``: also for the group that defines the metric.
        """
        found = self.values.copy()
        total = counts.sum(axis=1)
        for group in np.flatnonzero((self.free | everywhere) & (total > 0)):
            mean = counts[group] @ theta / total[group]
            spread = counts[group] @ (theta - mean) ** 2 / total[group]
            found[group] = mean, 0.5 * np.log(np.clip(spread, NARROWEST**2 / 4, None))
        return found

    def problems(self) -> tuple[DataProblem, ...]:
        """Name populations so far from the grid or so narrow that figures about them are not to be trusted."""
        mean, sd = self.values[:, 0], np.exp(self.values[:, 1])
        odd = self.free & ((np.abs(mean) > FARTHEST_MEAN) | (sd < NARROWEST) | (sd > WIDEST))
        return (DataProblem("population-at-limit"),) if odd.any() else ()
