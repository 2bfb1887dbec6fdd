"""Linking two calibrations by their common items, so that a scale stays the same across years.

The line theta_old = A theta_new + B is found from items calibrated on both scales: by the moments of their difficulties
(mean/sigma, Marco 1977; mean/mean, Loyd & Hoover 1980) or by their curves (Haebara 1980: every category's curve;
Stocking & Lord 1983: the test's curve), both directions counted (Kim & Kolen 2007). Anchors that moved more than the
others are found by robust z (Huynh & Meyer 2010) and by the distance of their curves, left out, and named.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import least_squares

from merit.assessment.psychometrics.data import DataProblem, FloatArray, IntArray
from merit.assessment.psychometrics.expectation import normal_grid
from merit.assessment.psychometrics.item_set import BoolArray, ItemSet

METHODS = ("stocking-lord", "haebara", "mean-sigma", "mean-mean")
LEAST_ANCHORS, FEW_ANCHORS = 2, 5
DRIFT_Z = 2.7
DRIFT_DISTANCE = 0.05  # mean distance of the curves, as a share of the item's points
SMALLEST_SPREAD = 0.05  # logits: differences below this are noise whatever their spread
IQR_TO_SD = 0.7413
LOWEST_LINE = np.array([-3.0, -12.0])  # of log A and B
CONTRADICTORY = 1 / 3  # share of the anchors that may drift before they contradict each other

Line = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchorDrift:
    """How far one anchor moved, after the link.

    Attributes
    ----------
    item : place of the anchor
    displacement : mean difficulty on the old scale less the linked new one, in logits of the old scale
    robust_z : the displacement in spreads of all displacements, from their median and interquartile range
    slope_ratio : old discrimination in terms of the linked new one
    distance : root mean squared distance of expected scores over N(0, 1), as a share of the item's points
    error_z : the displacement in terms of the standard errors of both difficulties, None without errors
    is_drifting : the anchor was left out of the link

    """

    item: int
    displacement: float
    robust_z: float
    slope_ratio: float
    distance: float
    error_z: float | None
    is_drifting: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Linking:
    """The line theta_old = slope theta_new + intercept.

    Attributes
    ----------
    slope_error, intercept_error : from leaving out one anchor after the other (jackknife): what another choice of
        anchors would change; NaN with two anchors
    anchors : places of the items used
    drift : of every anchor that could be compared
    distance : root mean squared distance of the test curves over N(0, 1), as a share of the points

    """

    method: str
    slope: float
    intercept: float
    slope_error: float
    intercept_error: float
    anchors: IntArray
    drift: tuple[AnchorDrift, ...]
    distance: float
    problems: tuple[DataProblem, ...]


def link(
    new: ItemSet,
    old: ItemSet,
    *,
    method: str = "stocking-lord",
    purify: bool = True,
    new_errors: ArrayLike | None = None,
    old_errors: ArrayLike | None = None,
) -> Linking:
    """Link a new calibration to an old one by J common items, in the same order in both sets.

    Parameters
    ----------
    method
        ``stocking-lord``, ``haebara``, ``mean-sigma`` or ``mean-mean``.
    purify
        Leave out drifting anchors, the worst first, and link again.
    new_errors, old_errors
        (J,) standard errors of the mean difficulties, each on its own scale.

    Raises
    ------
    ValueError
        Unknown method, sets of different size, or fewer than two anchors with the same categories in both.

    """
    if method not in METHODS:
        raise ValueError(f"Unknown method {method!r}; known: {', '.join(METHODS)}.")
    if len(new) != len(old):
        raise ValueError("Both sets hold the same anchors in the same order.")
    same = np.flatnonzero(new.categories == old.categories)
    problems = [
        DataProblem("anchor-categories", item=int(item)) for item in np.flatnonzero(new.categories != old.categories)
    ]
    if len(same) < LEAST_ANCHORS:
        raise ValueError("A link needs two anchors with the same categories on both scales.")
    pair = _Pair(new.subset(same), old.subset(same))
    kept = _purified(pair, method) if purify else np.ones(len(same), dtype=np.bool_)
    line = pair.only(kept).line(method)
    problems += _anchor_problems(same, kept)
    slope_error, intercept_error = pair.only(kept).jackknife(method, line)
    errors = (_errors(new_errors, same), _errors(old_errors, same))
    return Linking(
        method=method,
        slope=line[0],
        intercept=line[1],
        slope_error=slope_error,
        intercept_error=intercept_error,
        anchors=same[kept],
        drift=_drift(pair, line, kept, same, errors),
        distance=pair.only(kept).test_distance(line),
        problems=tuple(problems),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Pair:
    """The same items on two scales."""

    new: ItemSet
    old: ItemSet

    def only(self, kept: BoolArray) -> _Pair:
        places = np.flatnonzero(kept)
        return _Pair(self.new.subset(places), self.old.subset(places))

    def line(self, method: str, start: Line | None = None) -> Line:
        """Return (A, B) by a method."""
        if method == "mean-mean":
            slope = _slopes(self.new).mean() / _slopes(self.old).mean()
            return float(slope), float(_difficulties(self.old).mean() - slope * _difficulties(self.new).mean())
        if method == "mean-sigma":
            return self._mean_sigma()
        return self._by_curves(method, start or self._start())

    def _mean_sigma(self) -> Line:
        new, old = _all_thresholds(self.new), _all_thresholds(self.old)
        if new.std() == 0 or old.std() == 0:
            raise ValueError("Anchors of one difficulty give no mean/sigma link.")
        slope = old.std() / new.std()
        return float(slope), float(old.mean() - slope * new.mean())

    def _start(self) -> Line:
        """Return a line that single wild anchors do not throw far off."""
        slope = float(np.median(_slopes(self.new) / _slopes(self.old)))
        slope = slope if slope > 0 else 1.0
        return slope, float(np.median(_difficulties(self.old) - slope * _difficulties(self.new)))

    def _by_curves(self, method: str, start: Line) -> Line:
        residuals = self._test_residuals if method == "stocking-lord" else self._curve_residuals
        inside = np.clip((np.log(start[0]), start[1]), 0.99 * LOWEST_LINE, -0.99 * LOWEST_LINE)
        found = least_squares(
            _of_log(residuals), inside, bounds=(LOWEST_LINE, -LOWEST_LINE), xtol=1e-12, ftol=1e-12, gtol=1e-12
        )
        return float(np.exp(found.x[0])), float(found.x[1])

    def _test_residuals(self, line: Line) -> FloatArray:
        """Differences of the test curves on both scales, weighted."""
        grid = normal_grid()
        slope, intercept = line
        root = np.sqrt(grid.weight)
        there = self.old.expected(grid.theta) - self.new.expected((grid.theta - intercept) / slope)
        back = self.old.expected(slope * grid.theta + intercept) - self.new.expected(grid.theta)
        return np.concatenate((root * there.sum(axis=0), root * back.sum(axis=0)))

    def _curve_residuals(self, line: Line) -> FloatArray:
        """Differences of all category curves on both scales, weighted."""
        grid = normal_grid()
        slope, intercept = line
        root = np.sqrt(grid.weight)[None, :, None]
        there = self.old.probabilities(grid.theta) - self.new.probabilities((grid.theta - intercept) / slope)
        back = self.old.probabilities(slope * grid.theta + intercept) - self.new.probabilities(grid.theta)
        return np.concatenate(((root * there).ravel(), (root * back).ravel()))

    def jackknife(self, method: str, line: Line) -> Line:
        """Return the errors of the line from leaving out each anchor once (Haberman, Lee & Qian 2009)."""
        size = len(self.new)
        if size <= LEAST_ANCHORS:
            return float("nan"), float("nan")
        lines = np.array([self.only(np.arange(size) != item).line(method, line) for item in range(size)])
        spread = np.sqrt((size - 1) / size * ((lines - lines.mean(axis=0)) ** 2).sum(axis=0))
        return float(spread[0]), float(spread[1])

    def distances(self, line: Line) -> FloatArray:
        """Return the distance of each item's expected score on both scales, as a share of its points, (J,)."""
        grid = normal_grid()
        gap = self.old.expected(grid.theta) - self.new.expected((grid.theta - line[1]) / line[0])
        found: FloatArray = np.sqrt(gap**2 @ grid.weight) / (self.old.categories - 1)
        return found

    def test_distance(self, line: Line) -> float:
        """Return the distance of the test curves, as a share of the points."""
        grid = normal_grid()
        gap = (self.old.expected(grid.theta) - self.new.expected((grid.theta - line[1]) / line[0])).sum(axis=0)
        return float(np.sqrt(gap**2 @ grid.weight) / (self.old.categories - 1).sum())


def _of_log(residuals: Callable[[Line], FloatArray]) -> Callable[[FloatArray], FloatArray]:
    return lambda at: residuals((float(np.exp(at[0])), float(at[1])))


def _slopes(items: ItemSet) -> FloatArray:
    return np.array([each.discrimination for each in items.parameters])


def _difficulties(items: ItemSet) -> FloatArray:
    return np.array([float(np.mean(each.thresholds)) for each in items.parameters])


def _all_thresholds(items: ItemSet) -> FloatArray:
    return np.concatenate([each.thresholds for each in items.parameters])


def _displacements(pair: _Pair, line: Line) -> FloatArray:
    return _difficulties(pair.old) - (line[0] * _difficulties(pair.new) + line[1])


def _robust_z(values: FloatArray) -> FloatArray:
    low, middle, high = np.percentile(values, (25, 50, 75))
    found: FloatArray = (values - middle) / max(IQR_TO_SD * (high - low), SMALLEST_SPREAD)
    return found


def _purified(pair: _Pair, method: str) -> BoolArray:
    """Leave out the worst drifting anchor and link again, until none drifts or two are left."""
    kept = np.ones(len(pair.new), dtype=np.bool_)
    while kept.sum() > LEAST_ANCHORS:
        line = pair.only(kept).line(method)
        z = _robust_z(_displacements(pair, line))
        drifting = kept & _moved(z, pair.distances(line))
        if not drifting.any():
            break
        kept[np.argmax(np.where(drifting, pair.distances(line), -1))] = False
    return kept


def _moved(z: FloatArray, distance: FloatArray) -> BoolArray:
    """Whether an anchor stands out among the others, or by its slope alone, and the curves differ visibly."""
    found: BoolArray = ((np.abs(z) > DRIFT_Z) & (distance > DRIFT_DISTANCE)) | (distance > 2 * DRIFT_DISTANCE)
    return found


def _drift(
    pair: _Pair, line: Line, kept: BoolArray, places: IntArray, errors: tuple[FloatArray | None, FloatArray | None]
) -> tuple[AnchorDrift, ...]:
    moved, distance = _displacements(pair, line), pair.distances(line)
    z = _robust_z(moved)
    new_error, old_error = errors
    spread = None if new_error is None or old_error is None else np.hypot(line[0] * new_error, old_error)
    ratio = _slopes(pair.old) / (_slopes(pair.new) / line[0])
    return tuple(
        AnchorDrift(
            item=int(place),
            displacement=float(moved[at]),
            robust_z=float(z[at]),
            slope_ratio=float(ratio[at]),
            distance=float(distance[at]),
            error_z=float(moved[at] / spread[at]) if spread is not None and spread[at] > 0 else None,
            is_drifting=not kept[at],
        )
        for at, place in enumerate(places)
    )


def _errors(errors: ArrayLike | None, places: IntArray) -> FloatArray | None:
    return None if errors is None else np.asarray(errors, dtype=np.float64)[places]


def _anchor_problems(places: IntArray, kept: BoolArray) -> list[DataProblem]:
    found = [DataProblem("anchor-drift", item=int(item)) for item in places[~kept]]
    if (~kept).sum() > CONTRADICTORY * len(kept):
        found.append(DataProblem("anchors-contradictory"))
    if kept.sum() < FEW_ANCHORS:
        found.append(DataProblem("anchors-few"))
    return found
