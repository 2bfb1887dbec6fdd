"""Differential item functioning of items with ordered points (Mantel 1963; Dorans & Schmitt 1991)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import chi2

from merit.assessment.psychometrics.data import DataProblem, FloatArray, as_matrix
from merit.assessment.psychometrics.dif import FEWEST_PER_GROUP, SIGNIFICANT

MODERATE, LARGE = 0.17, 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class MantelResult:
    """Mantel's test per item, (J,); NaN where no score level leaves room for a difference.

    Attributes
    ----------
    chi2, p_value : Mantel's statistic with one degree of freedom
    mean_difference : standardised mean difference, focal less reference at equal scores, in points
    effect : the same in standard deviations of the item
    category : "A", "B" from 0.17 and "C" above 0.25 standard deviations (Zwick, Thayer & Mazzeo 1997) where significant
    """

    chi2: FloatArray
    p_value: FloatArray
    mean_difference: FloatArray
    effect: FloatArray
    category: tuple[str, ...]
    problems: tuple[DataProblem, ...]


def mantel(responses: ArrayLike, group: ArrayLike, matching: ArrayLike | None = None) -> MantelResult:
    """Compare the points of a reference group (0) and a focal group (1), item by item, at equal matching scores.

    Parameters
    ----------
    responses
        (N, J) points from 0, -1 missing.
    group
        (N,) of 0 (reference) and 1 (focal); other values are left out.
    matching
        (N,) scores to match on; None: the sum of all items.

    Raises
    ------
    ValueError
        Shapes that do not fit.

    """
    matrix, side = as_matrix(responses), np.asarray(group)
    if side.shape != (len(matrix),) or (matching is not None and np.shape(matching) != side.shape):
        raise ValueError("Groups and the matching score are one number per person.")
    kept = np.isin(side, (0, 1))
    points, focal = matrix[kept], side[kept] == 1
    score = np.maximum(points, 0).sum(axis=1) if matching is None else np.asarray(matching)[kept]
    level = np.unique(score, return_inverse=True)[1]
    figures = [_one_item(points[:, item], focal, level) for item in range(points.shape[1])]
    statistic, difference, effect = (np.array(column) for column in zip(*figures, strict=True))
    p_value = chi2.sf(statistic, 1)
    seen = points >= 0
    fewest = np.minimum(seen[focal].sum(axis=0), seen[~focal].sum(axis=0))
    few = np.flatnonzero(fewest < FEWEST_PER_GROUP)
    problems = [DataProblem("dif-few-persons-item", item=int(item)) for item in few]
    return MantelResult(
        chi2=statistic,
        p_value=p_value,
        mean_difference=difference,
        effect=effect,
        category=tuple(_category(*pair) for pair in zip(effect, p_value, strict=True)),
        problems=(DataProblem("dif-few-persons"),) if len(few) == points.shape[1] else tuple(problems),
    )


def _one_item(
    answers: NDArray[np.int16], focal: NDArray[np.bool_], level: NDArray[np.int64]
) -> tuple[float, float, float]:
    seen = answers >= 0
    given, own, place = answers[seen].astype(np.float64), focal[seen], level[seen]
    levels = int(level.max(initial=-1)) + 1
    size, total = (np.bincount(place, values, levels) for values in (np.ones_like(given), given))
    square, targets = np.bincount(place, given**2, levels), np.bincount(place, own, levels)
    reached = np.bincount(place, given * own, levels)
    room = (targets > 0) & (targets < size)
    size, total, square, targets, reached = (values[room] for values in (size, total, square, targets, reached))
    variance = float((targets * (size - targets) * (size * square - total**2) / (size**2 * (size - 1))).sum())
    if not variance > 0:
        return float("nan"), float("nan"), float("nan")
    statistic = float((reached - targets * total / size).sum()) ** 2 / variance
    gap = reached / targets - (total - reached) / (size - targets)
    difference = float((targets * gap).sum() / targets.sum())
    return statistic, difference, difference / float(given.std())


def _category(effect: float, p_value: float) -> str:
    if not np.isfinite(effect):
        return ""
    if p_value >= SIGNIFICANT or abs(effect) < MODERATE:
        return "A"
    return "C" if abs(effect) > LARGE else "B"
