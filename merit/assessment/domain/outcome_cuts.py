"""Cuts from outcomes: how likely people of an ability are to reach a level that assessors gave them; pure.

For each level l the share of people assessed at l or higher rises with ability. Isotonic regression (Barlow et al.
1972; ``sklearn.isotonic.IsotonicRegression``) draws that curve without assuming its shape; the cut is where it
reaches the stated probability. Intervals are percentiles of a bootstrap over persons (Efron & Tibshirani 1993).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from merit.assessment.domain.workshops import CUT_LEVELS, cuts_problem
from merit.evidence import FloatArray, IntArray

LEAST_PERSONS = 100
LEAST_EACH_SIDE = 15
SAMPLES = 200
POINTS = 41
INTERVAL = (5.0, 95.0)
SEED = 20260101


class OutcomeLack(StrEnum):
    """Why outcomes give no cut; each has a sentence."""

    PERSONS = "outcomes-persons"
    REACHED = "outcomes-reached"
    BELOW = "outcomes-below"
    NO_CROSSING = "outcomes-no-crossing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lack:
    """What is missing: how many there are and how many are needed; ``level`` None speaks of all."""

    code: OutcomeLack
    count: int
    needed: int
    level: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeCurve:
    """The curve of one level: P(assessed at the level or higher) at abilities, (P,) each, and the cut with its error.

    ``cut`` is None where the curve does not reach the probability; ``low`` and ``high`` are the 5 and 95 percent
    points of the bootstrap.
    """

    level: int
    theta: FloatArray
    share: FloatArray
    low: FloatArray
    high: FloatArray
    cut: float | None
    error: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeCuts:
    """Curves of the levels that have enough outcomes, and what the others lack."""

    persons: int
    probability: float
    curves: tuple[OutcomeCurve, ...]
    lacks: tuple[Lack, ...]

    @property
    def cuts(self) -> tuple[float, ...]:
        """The four cuts, () where one is missing or they do not increase."""
        found = tuple(curve.cut for curve in self.curves if curve.cut is not None)
        return found if cuts_problem(found) is None else ()

    @property
    def errors(self) -> tuple[float, ...]:
        """The errors of the cuts."""
        return tuple(curve.error or 0.0 for curve in self.curves)


def calibrate_cuts(
    theta: Sequence[float], levels: Sequence[int], *, probability: float = 0.5, samples: int = SAMPLES
) -> OutcomeCuts:
    """Return the curves and cuts.

    Parameters
    ----------
    theta, levels
        (N,) ability of a person and the level 1-5 assessors gave the same person.
    probability
        Where on a curve its cut lies, between 0 and 1.
    samples
        Of the bootstrap; drawn from a fixed seed, so that the page shows the same twice.

    """
    at, given = np.asarray(theta, dtype=np.float64), np.asarray(levels, dtype=np.int64)
    if len(at) < LEAST_PERSONS:
        lack = Lack(code=OutcomeLack.PERSONS, count=len(at), needed=LEAST_PERSONS)
        return OutcomeCuts(persons=len(at), probability=probability, curves=(), lacks=(lack,))
    curves, lacks = [], []
    for level in CUT_LEVELS:
        reached = given >= level
        lack_here = _find_lack(level, int(reached.sum()), len(at))
        if lack_here is not None:
            lacks.append(lack_here)
            continue
        curve = _curve(at, reached.astype(np.int64), level, probability, samples)
        curves.append(curve)
        if curve.cut is None:
            lacks.append(Lack(code=OutcomeLack.NO_CROSSING, count=0, needed=0, level=level))
    return OutcomeCuts(persons=len(at), probability=probability, curves=tuple(curves), lacks=tuple(lacks))


def _find_lack(level: int, reached: int, persons: int) -> Lack | None:
    if reached < LEAST_EACH_SIDE:
        return Lack(code=OutcomeLack.REACHED, count=reached, needed=LEAST_EACH_SIDE, level=level)
    if persons - reached < LEAST_EACH_SIDE:
        return Lack(code=OutcomeLack.BELOW, count=persons - reached, needed=LEAST_EACH_SIDE, level=level)
    return None


def _curve(theta: FloatArray, reached: IntArray, level: int, probability: float, samples: int) -> OutcomeCurve:
    grid = np.linspace(theta.min(), theta.max(), POINTS)
    rng = np.random.default_rng(SEED + level)
    share, cut = _fit(theta, reached, grid, probability)
    drawn = np.empty((samples, POINTS))
    cuts = []
    for row in range(samples):
        chosen = rng.integers(0, len(theta), len(theta))
        drawn[row], at = _fit(theta[chosen], reached[chosen], grid, probability)
        if at is not None:
            cuts.append(at)
    low, high = np.percentile(drawn, INTERVAL, axis=0)
    known = cut is not None and len(cuts) > samples / 2
    error = float(np.std(cuts, ddof=1)) if known else None
    return OutcomeCurve(
        level=level, theta=grid, share=share, low=low, high=high, cut=cut if known else None, error=error
    )


def _fit(theta: FloatArray, reached: IntArray, grid: FloatArray, probability: float) -> tuple[FloatArray, float | None]:
    """Return the rising curve on the grid, and the first ability at which it reaches the probability."""
    from sklearn.isotonic import IsotonicRegression  # noqa: PLC0415 -- slow import

    fitted = IsotonicRegression(y_min=0.0, y_max=1.0, out_of_bounds="clip").fit(theta, reached)
    share: FloatArray = fitted.predict(grid)
    knots, values = fitted.X_thresholds_, fitted.y_thresholds_
    above = np.flatnonzero(values >= probability)
    if not above.size or above[0] == 0:
        return share, None
    first = int(above[0])
    run, rise = knots[first] - knots[first - 1], values[first] - values[first - 1]
    return share, float(knots[first - 1] + run * (probability - values[first - 1]) / rise)
