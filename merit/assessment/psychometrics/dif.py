"""Differential item functioning of scored items between two groups, from tables of equal scores.

Mantel-Haenszel (Holland & Thayer 1988), standardisation (Dorans & Kulick 1986), Breslow & Day (1980).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import chi2

from merit.assessment.psychometrics.data import DataProblem, FloatArray, IntArray

ETS_FACTOR = -2.35
MODERATE, LARGE = 1.0, 1.5
SIGNIFICANT = 0.05
FEWEST_PER_GROUP = 100
PURIFICATIONS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class MHResult:
    """Mantel-Haenszel per item; NaN where no score level holds both groups and both answers.

    Attributes
    ----------
    alpha : (J,) common odds ratio, above 1 where the item is easier for the reference group
    log_alpha_se : (J,) standard error of its logarithm (Robins, Breslow & Greenland 1986)
    delta : (J,) ETS delta, -2.35 ln(alpha)
    chi2 : (J,) Mantel-Haenszel chi square with one degree of freedom, corrected for continuity where asked
    p_value : (J,)
    category : (J,) "A" negligible, "B" moderate, "C" large, by |delta| and significance; "" without figures
    anchors : (J,) whether an item counts in the matching score of the others
    problems : groups too small for the figures to be relied on, purification that did not settle
    """

    alpha: FloatArray
    log_alpha_se: FloatArray
    delta: FloatArray
    chi2: FloatArray
    p_value: FloatArray
    category: tuple[str, ...]
    anchors: NDArray[np.bool_]
    problems: tuple[DataProblem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BreslowDayResult:
    """Whether the odds ratio is the same at all scores (it is not under non-uniform DIF), each (J,)."""

    statistic: FloatArray
    df: IntArray
    p_value: FloatArray


def mantel_haenszel(
    responses: ArrayLike,
    group: ArrayLike,
    matching: ArrayLike | None = None,
    *,
    correct: bool = True,
    purify: bool = False,
) -> MHResult:
    """Compare a reference group (0) with a focal group (1), item by item, at equal matching scores.

    Parameters
    ----------
    responses
        (N, J) of 0 and 1, -1 missing.
    group
        (N,) of 0 (reference) and 1 (focal); other values are left out.
    matching
        (N,) scores to match on; None: the sum of all items. Where items are missing by design, sums of different
        items are no match: give classes of ability.
    correct
        Whether the chi square is corrected for continuity.
    purify
        Whether items that differ significantly leave the matching score of the others (Holland & Thayer 1988), until
        nothing changes.

    Raises
    ------
    ValueError
        Shapes that do not fit, answers other than 0, 1 and -1, or purification of a given matching score.

    """
    comparison = Comparison.of(responses, group, matching)

    def figures(anchors: NDArray[np.bool_]) -> tuple[FloatArray, NDArray[np.bool_]]:
        rows = [_one_item(comparison.table(item, anchors), correct=correct) for item in range(comparison.items)]
        found = np.array(rows, dtype=np.float64).reshape(-1, 3)
        return found, chi2.sf(found[:, 2], 1) < SIGNIFICANT

    found, anchors, problems = purified(figures, comparison, purify=purify)
    alpha, error, statistic = found.T
    with np.errstate(divide="ignore", invalid="ignore"):
        delta = ETS_FACTOR * np.log(alpha)
    p_value = chi2.sf(statistic, 1)
    category = tuple(_category(d, abs(ETS_FACTOR) * e, p) for d, e, p in zip(delta, error, p_value, strict=True))
    return MHResult(
        alpha=alpha,
        log_alpha_se=error,
        delta=delta,
        chi2=statistic,
        p_value=p_value,
        category=category,
        anchors=anchors,
        problems=problems,
    )


def standardisation(responses: ArrayLike, group: ArrayLike, matching: ArrayLike | None = None) -> FloatArray:
    """Return (J,) the difference focal minus reference in the share of right answers, weighted by the focal group.

    Below 0.05 it is negligible, from 0.10 large. Source: Dorans & Kulick (1986).
    """
    comparison = Comparison.of(responses, group, matching)
    found = np.full(comparison.items, np.nan)
    for item in range(comparison.items):
        table = comparison.table(item)
        reference, target = table[:, 0].sum(axis=-1), table[:, 1].sum(axis=-1)
        both = (reference > 0) & (target > 0)
        if both.any():
            gap = table[both, 1, 1] / target[both] - table[both, 0, 1] / reference[both]
            found[item] = float((target[both] * gap).sum() / target[both].sum())
    return found


def breslow_day(responses: ArrayLike, group: ArrayLike, matching: ArrayLike | None = None) -> BreslowDayResult:
    """Test whether the odds ratio of each item is the same at all scores (Breslow & Day 1980, eq. 4.30).

    Parameters and errors as in :func:`mantel_haenszel`.
    """
    comparison = Comparison.of(responses, group, matching)
    rows = [_breslow_day(comparison.table(item)) for item in range(comparison.items)]
    statistic, df = (np.array(column) for column in zip(*rows, strict=True))
    return BreslowDayResult(statistic=statistic, df=df.astype(np.int64), p_value=chi2.sf(statistic, np.maximum(df, 1)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Answers of two groups, (N, J) of 0, 1 and -1, who is in the focal one, and the given matching score if any."""

    answers: IntArray
    focal: NDArray[np.bool_]
    matching: FloatArray | None

    @classmethod
    def of(cls, responses: ArrayLike, group: ArrayLike, matching: ArrayLike | None) -> Comparison:
        """Return the answers of the two groups; raise ValueError where shapes or answers do not fit."""
        matrix, side = np.asarray(responses, dtype=np.int64), np.asarray(group)
        if matrix.ndim != 2 or side.shape != (len(matrix),):  # noqa: PLR2004 -- persons by items
            raise ValueError("Responses are persons by items, with one group per person.")
        if not np.isin(matrix, (-1, 0, 1)).all():
            raise ValueError("Answers are 0, 1 or -1 for missing.")
        given = None if matching is None else np.asarray(matching, dtype=np.float64)
        if given is not None and given.shape != side.shape:
            raise ValueError("The matching score is one number per person.")
        kept = np.isin(side, (0, 1))
        return cls(answers=matrix[kept], focal=side[kept] == 1, matching=None if given is None else given[kept])

    @property
    def items(self) -> int:
        """Number of items."""
        return int(self.answers.shape[1])

    def scores(self, item: int, anchors: NDArray[np.bool_] | None = None) -> FloatArray:
        """Return what persons are matched on for an item: the sum of the anchors and the item itself, (N,)."""
        if self.matching is not None:
            return self.matching
        points = np.maximum(self.answers, 0)
        counted = np.ones(self.items, dtype=np.bool_) if anchors is None else anchors.copy()
        counted[item] = True
        total: FloatArray = points[:, counted].sum(axis=1).astype(np.float64)
        return total

    def table(self, item: int, anchors: NDArray[np.bool_] | None = None) -> FloatArray:
        """Return how many persons of each score (first axis) and group answered wrong and right, (L, 2, 2)."""
        level = np.unique(self.scores(item, anchors), return_inverse=True)[1]
        seen = self.answers[:, item] >= 0
        place = (level[seen] * 2 + self.focal[seen]) * 2 + self.answers[seen, item]
        size = int(level.max(initial=-1)) + 1
        counts: FloatArray = np.bincount(place, minlength=4 * size).reshape(size, 2, 2).astype(np.float64)
        return counts

    def problems(self) -> list[DataProblem]:
        """Name items that too few persons of a group answered; one problem without an item where that holds for all."""
        seen = self.answers >= 0
        fewest = np.minimum(seen[self.focal].sum(axis=0), seen[~self.focal].sum(axis=0))
        few = np.flatnonzero(fewest < FEWEST_PER_GROUP)
        if len(few) == self.items:
            return [DataProblem("dif-few-persons")]
        return [DataProblem("dif-few-persons-item", item=int(item)) for item in few]


def purified(
    figures: Callable[[NDArray[np.bool_]], tuple[FloatArray, NDArray[np.bool_]]],
    comparison: Comparison,
    *,
    purify: bool,
) -> tuple[FloatArray, NDArray[np.bool_], tuple[DataProblem, ...]]:
    """Return the figures, the items left in the matching score, and the problems of a method of DIF.

    ``figures`` returns, for given anchors, the figures and which items differ. Two items always stay.
    """
    if purify and comparison.matching is not None:
        raise ValueError("A given matching score cannot be purified.")
    anchors, problems = np.ones(comparison.items, dtype=np.bool_), comparison.problems()
    found, flagged = figures(anchors)
    if not purify:
        return found, anchors, tuple(problems)
    for _round in range(PURIFICATIONS):
        after = ~flagged
        if (after == anchors).all():
            return found, anchors, tuple(problems)
        if after.sum() < 2:  # noqa: PLR2004 -- a matching score needs items
            break
        anchors = after
        found, flagged = figures(anchors)
    return found, anchors, (*problems, DataProblem("dif-not-purified"))


def _one_item(table: FloatArray, *, correct: bool) -> tuple[float, float, float]:
    table = table[(table.sum(axis=2) > 0).all(axis=1)]
    total = table.sum(axis=(1, 2))
    right, wrong = table[:, :, 1], table[:, :, 0]
    a, b, c, d = right[:, 0], wrong[:, 0], right[:, 1], wrong[:, 1]
    r, s = a * d / total, b * c / total
    if not (r.sum() > 0 and s.sum() > 0):
        return float("nan"), float("nan"), float("nan")
    p, q = (a + d) / total, (b + c) / total
    spread = (p * r).sum() / (2 * r.sum() ** 2) + (p * s + q * r).sum() / (2 * r.sum() * s.sum())
    spread += (q * s).sum() / (2 * s.sum() ** 2)
    big = total > 1
    expected = ((a + b) * (a + c) / total)[big]
    variance = ((a + b) * (c + d) * (a + c) * (b + d))[big] / (total[big] ** 2 * (total[big] - 1))
    distance = abs(float((a[big] - expected).sum())) - 0.5 * correct  # squared as published, also below one half
    return float(r.sum() / s.sum()), float(np.sqrt(spread)), distance**2 / float(variance.sum())


def _breslow_day(table: FloatArray) -> tuple[float, int]:
    """Return the statistic and its degrees of freedom from the levels where the margins leave room."""
    room = (table.sum(axis=2) > 0).all(axis=1) & (table.sum(axis=1) > 0).all(axis=1)
    table = table[room]
    alpha = _one_item(table, correct=False)[0]
    if not np.isfinite(alpha) or len(table) < 2:  # noqa: PLR2004 -- levels to compare
        return float("nan"), 0
    right, reference = table[:, :, 1].sum(axis=1), table[:, 0].sum(axis=1)
    focal = table[:, 1].sum(axis=1)
    expected = _expected_right(alpha, right, reference, focal)
    cells = np.stack((expected, reference - expected, right - expected, focal - right + expected))
    variance = 1 / (1 / cells).sum(axis=0)
    return float(((table[:, 0, 1] - expected) ** 2 / variance).sum()), len(table) - 1


def _expected_right(alpha: float, right: FloatArray, reference: FloatArray, focal: FloatArray) -> FloatArray:
    """Return how many of the reference group are expected right at a common odds ratio: a root of a quadratic."""
    if abs(alpha - 1) < 1e-12:  # noqa: PLR2004 -- then the quadratic has no square term
        even: FloatArray = reference * right / (reference + focal)
        return even
    linear = alpha * (reference + right) + focal - right
    root: FloatArray = (linear - np.sqrt(linear**2 - 4 * (alpha - 1) * alpha * reference * right)) / (2 * (alpha - 1))
    return root


def _category(delta: float, error: float, p_value: float) -> str:
    """Return the ETS class (Zwick 2012): C also asks that |delta| lies significantly above 1."""
    if not np.isfinite(delta):
        return ""
    size = abs(delta)
    if size < MODERATE or p_value > 0.05:  # noqa: PLR2004 -- the customary level
        return "A"
    return "C" if size >= LARGE and size - 1.645 * error > MODERATE else "B"
