"""Agreement of raters, their leniency, and what may be shown of a group; pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev, variance

from scipy.special import chdtri, fdtri

SCALE_POINTS = 5
EXPECTED_VARIANCE = (SCALE_POINTS**2 - 1) / 12  # of marks spread evenly over the scale
CONFIDENCE = 0.95
LEAST_SHEETS = 10  # fewer give no spread of leniency worth showing
RATER_SD = 0.8  # prior standard deviation of one rater, as the ranking's default (points of 1-5)
PRIOR_RATERS = 3


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its interval (95 per cent)."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class GroupMean:
    """Mean of one group's marks with standard error and within-group agreement."""

    raters: int
    mean: float
    se: float
    agreement: Estimate


def summarise(marks: Sequence[float], minimum: int) -> GroupMean | None:
    """Return mean, standard error and agreement of a group, None where it is smaller than the minimum.

    SE = √(v / n), v = ((n - 1) s² + 3 s0²) / (n + 2) as in :func:`merit.performance.domain.feedback.rate`.
    """
    n = len(marks)
    if n < minimum:
        return None
    shrunk = ((n - 1) * variance(marks) + PRIOR_RATERS * RATER_SD**2) / (n + PRIOR_RATERS - 1)
    return GroupMean(n, fmean(marks), math.sqrt(shrunk / n), within_agreement(marks))


def combine(groups: Sequence[GroupMean]) -> tuple[float, float] | None:
    """Return mean and standard error over groups that weigh the same, None without any."""
    if not groups:
        return None
    error = math.sqrt(sum(group.se**2 for group in groups)) / len(groups)
    return fmean(group.mean for group in groups), error


def within_agreement(marks: Sequence[float]) -> Estimate:
    """Return r_wg = 1 - s² / σ_E², σ_E² = (A² - 1) / 12 with A = 5 points, cut to 0-1.

    The interval follows from (n - 1) s² / σ² ~ χ²(n - 1). Source: James, Demaree & Wolf (1984), eq. 1.
    """
    freedom = len(marks) - 1
    squares = freedom * variance(marks)
    tail = (1 - CONFIDENCE) / 2
    low = 1 - squares / float(chdtri(freedom, 1 - tail)) / EXPECTED_VARIANCE
    high = 1 - squares / float(chdtri(freedom, tail)) / EXPECTED_VARIANCE
    return Estimate(*(min(max(one, 0.0), 1.0) for one in (1 - squares / freedom / EXPECTED_VARIANCE, low, high)))


def intraclass(groups: Sequence[Sequence[float]]) -> Estimate | None:
    """Return ICC(1), how far one rater's mark tells subjects apart; None under two subjects or two raters each.

    One-way random effects: ICC = (MSB - MSW) / (MSB + (k - 1) MSW), k = (N - Σn²/N) / (m - 1) for unequal groups;
    the interval from F = MSB / MSW. Source: Shrout & Fleiss (1979), case 1; McGraw & Wong (1996).
    """
    rated = [list(group) for group in groups if len(group) > 1]
    subjects, total = len(rated), sum(map(len, rated))
    if subjects < 2:  # noqa: PLR2004 -- nothing to tell apart
        return None
    grand = sum(map(sum, rated)) / total
    between = sum(len(group) * (fmean(group) - grand) ** 2 for group in rated) / (subjects - 1)
    within = sum((mark - fmean(group)) ** 2 for group in rated for mark in group) / (total - subjects)
    if within <= 0:
        return Estimate(1.0, 1.0, 1.0) if between > 0 else None
    size = (total - sum(len(group) ** 2 for group in rated) / total) / (subjects - 1)
    ratio, first, second = between / within, subjects - 1, total - subjects
    upper = 1 - (1 - CONFIDENCE) / 2
    low, high = ratio / fdtri(first, second, upper), ratio * fdtri(second, first, upper)
    return Estimate(*(float((one - 1) / (one + size - 1)) for one in (ratio, low, high)))


@dataclass(frozen=True, slots=True)
class Leniency:
    """How raters differ from their groups: spread over sheets, and the mean difference of each rater group.

    ``spread`` is the standard deviation of (sheet's mean - mean of its group for that subject), in points; None
    under :data:`LEAST_SHEETS` sheets. ``groups``: mean over subjects of (group's mean - mean of all shown groups).
    """

    sheets: int
    spread: float | None
    groups: Mapping[str, float]


def find_leniency(subjects: Sequence[Mapping[str, Sequence[float]]]) -> Leniency:
    """Return the leniency in a campaign from every subject's shown groups of sheet means."""
    differences = [mark - fmean(marks) for groups in subjects for marks in groups.values() if marks for mark in marks]
    apart: dict[str, list[float]] = {}
    for groups in subjects:
        means = {group: fmean(marks) for group, marks in groups.items() if marks}
        if len(means) > 1:
            for group, mean in means.items():
                apart.setdefault(group, []).append(mean - fmean(means.values()))
    spread = stdev(differences) if len(differences) >= LEAST_SHEETS else None
    return Leniency(len(differences), spread, {group: fmean(found) for group, found in apart.items()})
