"""Learning gain of a class: mean of paired differences with an interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, variance

from scipy.special import ndtri, stdtrit

_UPPER = 0.975


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One person's result before and after, each with its standard error, on one scale (levels, or points 0-100)."""

    before: float
    before_se: float
    after: float
    after_se: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """Mean gain of ``persons`` people; ``low`` to ``high`` is its 95 % interval.

    ``by_measurement`` tells that the interval rests on the errors of the tests, not on the spread of the differences.
    """

    persons: int
    before: float
    after: float
    gain: float
    se: float
    low: float
    high: float
    by_measurement: bool


def is_measurable(pairs: Sequence[Pair]) -> bool:
    """Whether a gain has an error at all: two people show a spread; one alone needs tests with known errors."""
    return len(pairs) > 1 or any(pair.before_se or pair.after_se for pair in pairs)


def paired_gain(pairs: Sequence[Pair]) -> Gain:
    """Return the mean of d = after - before with its 95 % interval.

    The spread of the differences, s^2 / n, already contains the errors of both tests; with few people it may fall
    below them by chance, so that SE^2 = max(s^2 / n, sum of (se_before^2 + se_after^2) / n^2). The interval takes
    Student's t with n - 1 degrees of freedom for the first, the normal quantile for the second (paired t: Gosset 1908;
    errors of difference scores: Lord and Novick 1968, eq. 3.3.11).

    Raises
    ------
    ValueError
        Nobody has both results.

    """
    if not pairs:
        raise ValueError("A gain needs at least one pair.")
    n = len(pairs)
    differences = [pair.after - pair.before for pair in pairs]
    mean = fmean(differences)
    measured = sqrt(sum(pair.before_se**2 + pair.after_se**2 for pair in pairs)) / n
    spread = sqrt(variance(differences) / n) if n > 1 else 0.0
    by_measurement = measured >= spread
    quantile = float(ndtri(_UPPER)) if by_measurement else float(stdtrit(n - 1, _UPPER))
    se = max(measured, spread)
    return Gain(
        persons=n,
        before=fmean(pair.before for pair in pairs),
        after=fmean(pair.after for pair in pairs),
        gain=mean,
        se=se,
        low=mean - quantile * se,
        high=mean + quantile * se,
        by_measurement=by_measurement,
    )


def expected_level(probabilities: Sequence[float]) -> tuple[float, float]:
    """Return mean and standard deviation of a level 1 … k of which only the probabilities are known."""
    mean = sum(level * p for level, p in enumerate(probabilities, 1))
    square = sum((level - mean) ** 2 * p for level, p in enumerate(probabilities, 1))
    return mean, sqrt(square)
