"""Blind marking of essays: order of the queue, steps, resolution of two or three marks, agreement of markers."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

import numpy as np

MARKS = 2
MOST_MARKS = 3
MOST_STEPS = 200


class MarkRefusal(StrEnum):
    """Why a mark cannot be given; each has a sentence."""

    TWICE = "essay-marked-by-you"
    ENOUGH = "essay-marked-enough"
    STEPS = "essay-points-step"
    CLOSED = "essay-marking-closed"
    STRANGER = "essay-marker-not-named"
    LATER_MARK = "essay-mark-later"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """What the marks come to: points, or what is still needed; ``used`` are the places of the marks that count."""

    points: Decimal | None
    wanted: int
    used: tuple[int, ...] = ()

    @property
    def has_disagreed(self) -> bool:
        """Whether a third mark was or is needed."""
        return self.wanted == MOST_MARKS


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How well first and second marks agree; figures are None where they are not defined.

    ``kappa``: Cohen's kappa with quadratic weights (Cohen 1968). ``icc``: ICC(1,1), one-way random, single marks, as
    markers differ from essay to essay (Shrout & Fleiss 1979).
    """

    essays: int
    equal: int
    within: int
    mean_difference: float | None
    kappa: float | None
    icc: float | None


def queue_key(reference: str, marker_id: int) -> str:
    """Return what sorts a marker's queue: fixed for ever, unlike any other marker's, and telling nothing."""
    return hashlib.sha256(f"{marker_id}:{reference}".encode()).hexdigest()


def steps_of(maximum: Decimal, step: Decimal) -> list[Decimal]:
    """Return the points that may be given: 0, step, 2 step … and the maximum."""
    width = max(step, maximum / MOST_STEPS)
    count = int(maximum / width)
    points = [width * number for number in range(count + 1)]
    return points if points[-1] == maximum else [*points, maximum]


def resolve(marks: Sequence[Decimal], tolerance: Decimal) -> Resolution:
    """Return what marks, in the order of their turns, come to.

    Two marks within the tolerance: their mean. Otherwise a third is wanted, and the mean of the two that lie closest
    together counts; where the third lies in the very middle, it is the mean of all three.
    """
    if len(marks) < MARKS:
        return Resolution(points=None, wanted=MARKS)
    first, second = marks[:MARKS]
    if abs(first - second) <= tolerance:
        return Resolution(points=(first + second) / 2, wanted=MARKS, used=(0, 1))
    if len(marks) < MOST_MARKS:
        return Resolution(points=None, wanted=MOST_MARKS)
    low, middle, high = sorted(range(MOST_MARKS), key=lambda at: (marks[at], at))
    below, above = marks[middle] - marks[low], marks[high] - marks[middle]
    if below == above:
        return Resolution(points=marks[middle], wanted=MOST_MARKS, used=(0, 1, 2))
    pair = (low, middle) if below < above else (middle, high)
    points = (marks[pair[0]] + marks[pair[1]]) / 2
    return Resolution(points=points, wanted=MOST_MARKS, used=tuple(sorted(pair)))


def agreement(pairs: Iterable[tuple[Decimal, Decimal]], tolerance: Decimal) -> Agreement:
    """Return how well pairs of first and second marks agree."""
    rows = list(pairs)
    differences = [abs(first - second) for first, second in rows]
    values = np.array([[float(first), float(second)] for first, second in rows]).reshape(-1, 2)
    return Agreement(
        essays=len(rows),
        equal=sum(difference == 0 for difference in differences),
        within=sum(difference <= tolerance for difference in differences),
        mean_difference=float(sum(differences)) / len(rows) if rows else None,
        kappa=_weighted_kappa(values),
        icc=_intraclass(values),
    )


def _weighted_kappa(values: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> float | None:
    """Return 1 - sum of squared differences / what independent marks of the same margins would give."""
    if len(values) < MARKS:
        return None
    first, second = values[:, 0], values[:, 1]
    observed = float(((first - second) ** 2).mean())
    by_chance = float(first.var() + second.var() + (first.mean() - second.mean()) ** 2)
    return 1 - observed / by_chance if by_chance > 0 else None


def _intraclass(values: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> float | None:
    """Return (MS between - MS within) / (MS between + MS within) for two marks an essay."""
    if len(values) < MARKS:
        return None
    means = values.mean(axis=1)
    between = 2 * float(((means - values.mean()) ** 2).sum()) / (len(values) - 1)
    within = float(((values - means[:, None]) ** 2).sum()) / len(values)
    total = between + within
    return (between - within) / total if total > 0 and math.isfinite(total) else None
