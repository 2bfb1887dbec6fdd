"""Rapid guessing: answers given faster than the question can be read, and the effort they leave (Wise & Kong 2005).

A threshold per item tells solving from guessing: a tenth of the item's mean time, ten seconds at most (NT10, Wise & Ma
2012), or the valley between two humps of the logarithms of times where there are two (Schnipke & Scrams 1997). Response
time effort (RTE) is the share of a person's answers that took longer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from merit.assessment.psychometrics.data import DataProblem, FloatArray
from merit.assessment.psychometrics.integrity import corrected
from merit.assessment.psychometrics.item_set import BoolArray

METHODS = ("nt10", "mixture")
SHARE, LONGEST = 0.10, 10.0
LEAST_EFFORT = 0.90
LEAST_TIMES, LEAST_FOR_HUMPS = 10, 50
ROUNDS, SETTLED = 200, 1e-8
CLEAR = 2.0  # distance of two humps in spreads (Ashman, Bird & Zepf 1994)
SMALLEST_HUMP, LARGEST_HUMP = 0.02, 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class RapidGuessing:
    """Rapid answers of N persons to J items.

    Attributes
    ----------
    thresholds : (J,) seconds; NaN where too few times are known
    by_valley : (J,) whether the threshold is the valley between two humps
    rapid : (N, J) whether an answer was faster
    answers, rapid_answers : (N,) answers with a known time and threshold, and rapid ones among them
    effort : (N,) RTE, NaN without answers; ``is_low``: below 0.90
    expected, variance, z, p_value, p_corrected : (N,) of the rapid answers if the person were as hasty as everybody
        at the same items
    item_rates : (J,) share of rapid answers
    rapid_right, solved_right : (J,) share of right answers among rapid and other ones, NaN without ``right``: rapid
        answers near chance confirm the threshold

    """

    thresholds: FloatArray
    by_valley: BoolArray
    rapid: BoolArray
    answers: FloatArray
    rapid_answers: FloatArray
    effort: FloatArray
    is_low: BoolArray
    expected: FloatArray
    variance: FloatArray
    z: FloatArray
    p_value: FloatArray
    p_corrected: FloatArray
    item_rates: FloatArray
    rapid_right: FloatArray
    solved_right: FloatArray
    problems: tuple[DataProblem, ...]


def rapid_guessing(
    seconds: ArrayLike, *, right: ArrayLike | None = None, method: str = "nt10", guard: str = "holm"
) -> RapidGuessing:
    """Return who answered too fast to have read.

    Parameters
    ----------
    seconds
        (N, J) time spent on each item, NaN where not answered or not known.
    right
        (N, J) whether the answers are right, to check the thresholds.
    method
        ``nt10``, or ``mixture``: the valley where an item has two humps, else NT10.

    Raises
    ------
    ValueError
        Not a table, a time that is not positive, or an unknown method.

    """
    times = np.asarray(seconds, dtype=np.float64)
    if times.ndim != 2 or (times <= 0).any() or method not in METHODS:  # noqa: PLR2004 -- persons by items
        raise ValueError(f"Times are positive seconds, persons by items; methods: {', '.join(METHODS)}.")
    columns = [times[np.isfinite(times[:, item]), item] for item in range(times.shape[1])]
    valleys = np.array([_valley(np.log(column)) if method == "mixture" else np.nan for column in columns])
    plain = np.array([_nt10(column) for column in columns])
    by_valley = np.isfinite(valleys)
    thresholds = np.where(by_valley, np.exp(np.where(by_valley, valleys, 0.0)), plain)
    judged = np.isfinite(times) & np.isfinite(thresholds)
    rapid = judged & (np.where(judged, times, np.inf) < np.where(np.isfinite(thresholds), thresholds, 0))
    problems = tuple(DataProblem("times-few", item=int(item)) for item in np.flatnonzero(~np.isfinite(thresholds)))
    known = None if right is None else np.asarray(right, dtype=np.bool_)
    return _told(thresholds, by_valley, judged, rapid, known, guard, problems)


def _told(  # noqa: PLR0917 -- one place puts the result together
    thresholds: FloatArray,
    by_valley: BoolArray,
    judged: BoolArray,
    rapid: BoolArray,
    right: BoolArray | None,
    guard: str,
    problems: tuple[DataProblem, ...],
) -> RapidGuessing:
    answers, quick = judged.sum(axis=1).astype(np.float64), rapid.sum(axis=1).astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        rates = rapid.sum(axis=0) / judged.sum(axis=0)
        effort = 1 - quick / answers
        usual = np.nan_to_num(rates)
        expected, variance = judged @ usual, judged @ (usual * (1 - usual))
        z = np.where(variance > 0, (quick - 0.5 - expected) / np.sqrt(variance), np.nan)
    p_value = ndtr(-z)
    return RapidGuessing(
        thresholds=thresholds,
        by_valley=by_valley,
        rapid=rapid,
        answers=answers,
        rapid_answers=quick,
        effort=effort,
        is_low=effort < LEAST_EFFORT,
        expected=expected,
        variance=variance,
        z=z,
        p_value=p_value,
        p_corrected=corrected(p_value, guard),
        item_rates=rates,
        rapid_right=_right_share(rapid, right),
        solved_right=_right_share(judged & ~rapid, right),
        problems=problems,
    )


def _right_share(which: BoolArray, right: BoolArray | None) -> FloatArray:
    if right is None:
        return np.full(which.shape[1], np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        share: FloatArray = (which & right).sum(axis=0) / which.sum(axis=0)
    return share


def _nt10(times: FloatArray) -> float:
    return min(SHARE * float(times.mean()), LONGEST) if len(times) >= LEAST_TIMES else float("nan")


def _valley(logs: FloatArray) -> float:
    """Return the logarithm of the time at which two humps meet, NaN where there is one hump.

    Two normal humps by EM from a split at the lower fifth; they count where their distance is clear, the lower one
    holds 2 … 50 % of the times, and is the faster.
    """
    if len(logs) < LEAST_FOR_HUMPS or logs.std() == 0:
        return float("nan")
    low = logs <= np.quantile(logs, 0.2)
    share, means, spreads = 0.2, np.array([logs[low].mean(), logs[~low].mean()]), np.full(2, logs.std() / 2)
    floor = 0.05 * logs.std()
    for _round in range(ROUNDS):
        member = _membership(logs, share, means, spreads)
        weight = np.stack((member, 1 - member))
        total = np.maximum(weight.sum(axis=1), 1e-9)
        after = weight @ logs / total
        spreads = np.maximum(np.sqrt((weight * (logs - after[:, None]) ** 2).sum(axis=1) / total), floor)
        share, moved, means = float(total[0] / total.sum()), float(np.abs(after - means).max()), after
        if moved < SETTLED:
            break
    apart = np.sqrt(2) * (means[1] - means[0]) / np.hypot(spreads[0], spreads[1])
    if apart <= CLEAR or not SMALLEST_HUMP <= share <= LARGEST_HUMP:
        return float("nan")
    between = np.linspace(means[0], means[1], 201)
    return float(between[np.argmin(np.abs(_membership(between, share, means, spreads) - 0.5))])


def _membership(logs: FloatArray, share: float, means: FloatArray, spreads: FloatArray) -> FloatArray:
    """Return P(the faster hump | time)."""
    logits = -0.5 * ((logs - means[:, None]) / spreads[:, None]) ** 2 - np.log(spreads[:, None])
    odds: FloatArray = np.exp(np.clip(logits[1] - logits[0] + np.log((1 - share) / share), -700, 700))
    return 1 / (1 + odds)
