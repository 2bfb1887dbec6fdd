"""Equating of scores: which score on an old form says the same as a score on a new one (Kolen & Brennan 2014).

Random groups: mean, linear and equipercentile equating, the last optionally after log-linear presmoothing (Holland &
Thayer 1987). Groups that differ, with common items: Tucker, Levine (observed and true scores), chained equipercentile.
Scores are whole points 0 … K.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from merit.assessment.psychometrics.data import FloatArray, IntArray

RANDOM_GROUPS = ("mean", "linear", "equipercentile")
COMMON_ITEMS = ("tucker", "levine", "levine-true", "chained")
NEWTON_STEPS, SETTLED = 100, 1e-12
LEAST_PERSONS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Equated:
    """Scores of the new form and what they are worth on the old one.

    Attributes
    ----------
    method : as asked for
    scores : (K + 1,) 0 … K of the new form
    equivalents : (K + 1,) on the old form; linear methods leave its range at the ends, NaN where no group has anybody
    standard_error : (K + 1,) of random groups, NaN where the method has no formula here

    """

    method: str
    scores: IntArray
    equivalents: FloatArray
    standard_error: FloatArray


def equate(new_counts: ArrayLike, old_counts: ArrayLike, method: str = "equipercentile") -> Equated:
    """Equate two forms taken by random groups of one population.

    Parameters
    ----------
    new_counts, old_counts
        How many persons had 0 … K points on each form, (K_new + 1,) and (K_old + 1,); smoothed counts are welcome.
    method
        ``mean``, ``linear`` or ``equipercentile`` (percentile ranks with uniform kernels; errors by Lord 1982).

    Raises
    ------
    ValueError
        Unknown method, negative counts, fewer than three persons, or scores that do not vary where they must.

    """
    if method not in RANDOM_GROUPS:
        raise ValueError(f"Unknown method {method!r}; known: {', '.join(RANDOM_GROUPS)}.")
    new, old = _Form.of(new_counts), _Form.of(old_counts)
    scores = np.arange(len(new.share))
    if method == "equipercentile":
        equivalents = old.quantile(new.rank(scores))
        error = _equipercentile_error(new, old, scores, equivalents)
    else:
        equivalents, error = _linear(new, old, scores, keep_spread=method == "mean")
    return Equated(method=method, scores=scores, equivalents=equivalents, standard_error=error)


def presmooth(counts: ArrayLike, degree: int) -> FloatArray:
    """Return counts smoothed by a log-linear model of a degree: its first moments are those of the counts.

    Parameters
    ----------
    counts
        (K + 1,) persons with 0 … K points.
    degree
        Number of moments kept, 1 … K.

    Raises
    ------
    ValueError
        A degree outside that range or fewer than three persons.

    """
    form = _Form.of(counts)
    size = len(form.share)
    if not 1 <= degree < size:
        raise ValueError("The degree is at least 1 and below the number of scores.")
    score = np.linspace(-1, 1, size)
    basis = np.polynomial.legendre.legvander(score, degree)
    observed = form.share * form.persons
    beta = np.linalg.lstsq(basis, np.log(observed + 0.5), rcond=None)[0]
    for _step in range(NEWTON_STEPS):
        fitted = np.exp(basis @ beta)
        move = np.linalg.solve(basis.T @ (fitted[:, None] * basis), basis.T @ (observed - fitted))
        size_of_move = float(np.abs(move).max())
        beta = beta + move / max(size_of_move, 1.0)
        if size_of_move < SETTLED:
            break
    smooth: FloatArray = np.exp(basis @ beta)
    return smooth


def equate_common(
    new: ArrayLike, old: ArrayLike, method: str = "tucker", *, internal: bool = True, weight: float = 1.0, points: int
) -> Equated:
    """Equate two forms taken by groups that differ, by common items.

    Parameters
    ----------
    new, old
        (N, 2) per person: points on the form, points on the common items.
    method
        ``tucker``, ``levine`` (observed scores), ``levine-true`` or ``chained`` (equipercentile by the common items).
    internal
        Whether the common items count in the form's points (Levine's methods differ).
    weight
        Of the new form's group in the synthetic population, 0 … 1 (Tucker and Levine's observed scores).
    points
        Greatest points of the new form.

    Raises
    ------
    ValueError
        Unknown method, a table of another shape, or scores that do not vary or go with the common items.

    """
    if method not in COMMON_ITEMS:
        raise ValueError(f"Unknown method {method!r}; known: {', '.join(COMMON_ITEMS)}.")
    first, second = _Group.of(new), _Group.of(old)
    scores = np.arange(points + 1)
    if method == "chained":
        equivalents = _chained(first, second, scores)
    elif method == "levine-true":
        equivalents = _levine_true(first, second, scores, internal=internal)
    else:
        gamma = [
            group.regression() if method == "tucker" else group.levine(internal=internal) for group in (first, second)
        ]
        equivalents = _synthetic(first, second, scores, gamma, weight)
    return Equated(method=method, scores=scores, equivalents=equivalents, standard_error=np.full(len(scores), np.nan))


@dataclass(frozen=True, slots=True, eq=False)
class _Form:
    """Distribution of the scores 0 … K on one form."""

    share: FloatArray
    persons: float

    @classmethod
    def of(cls, counts: ArrayLike) -> _Form:
        given = np.asarray(counts, dtype=np.float64)
        if given.ndim != 1 or not np.isfinite(given).all() or (given < 0).any():
            raise ValueError("Counts are one number of at least 0 per score.")
        if given.sum() < LEAST_PERSONS or np.count_nonzero(given) < 2:  # noqa: PLR2004 -- no spread
            raise ValueError("Equating needs three persons and two different scores on each form.")
        return cls(given / given.sum(), float(given.sum()))

    @property
    def mean(self) -> float:
        return float(np.arange(len(self.share)) @ self.share)

    def moment(self, order: int) -> float:
        """Return a central moment."""
        return float((np.arange(len(self.share)) - self.mean) ** order @ self.share)

    @property
    def variance(self) -> float:
        """Unbiased."""
        return self.moment(2) * self.persons / (self.persons - 1)

    @property
    def below(self) -> FloatArray:
        """Share of persons below each score, then 1: (K + 2,)."""
        return np.concatenate(([0.0], np.minimum(np.cumsum(self.share), 1.0)))

    def rank(self, score: ArrayLike) -> FloatArray:
        """Return percentile ranks, 0 … 1: every whole score is spread evenly over half a point on both sides."""
        edges = np.arange(len(self.share) + 1) - 0.5
        found: FloatArray = np.interp(np.asarray(score, dtype=np.float64), edges, self.below)
        return found

    def quantile(self, rank: FloatArray) -> FloatArray:
        """Return the score at percentile ranks, the lower end of scores nobody has."""
        upper = np.clip(np.searchsorted(self.below[1:], rank - 1e-12), 0, len(self.share) - 1)
        inside = np.divide(
            rank - self.below[upper], self.share[upper], out=np.zeros(len(rank)), where=self.share[upper] > 0
        )
        found: FloatArray = np.clip(upper - 0.5 + inside, -0.5, len(self.share) - 0.5)
        return found


def _linear(new: _Form, old: _Form, scores: IntArray, *, keep_spread: bool) -> tuple[FloatArray, FloatArray]:
    """Return linear equivalents and their errors (Braun & Holland 1982, skewness and kurtosis included)."""
    off = np.asarray(scores - new.mean, dtype=np.float64)
    slope = 1.0 if keep_spread else float(np.sqrt(old.variance / new.variance))
    equivalents = old.mean + slope * off
    if keep_spread:
        error = np.sqrt(old.variance / old.persons + new.variance / new.persons)
        return equivalents, np.full(len(scores), error)
    z = off / np.sqrt(new.variance)
    skew = sum(form.moment(3) / form.variance**1.5 / form.persons for form in (new, old))
    peaked = sum((form.moment(4) / form.variance**2 - 1) / (4 * form.persons) for form in (new, old))
    variance: FloatArray = old.variance * (1 / new.persons + 1 / old.persons + skew * z + peaked * z**2)
    return equivalents, np.sqrt(np.maximum(variance, 0))


def _equipercentile_error(new: _Form, old: _Form, scores: IntArray, equivalents: FloatArray) -> FloatArray:
    """Return the errors of equipercentile equivalents (Lord 1982; Kolen & Brennan 2014, eq. 7.12)."""
    rank = new.rank(scores)
    upper = np.clip(np.floor(equivalents + 0.5), 0, len(old.share) - 1).astype(int)
    density = old.share[upper]
    low, high = old.below[upper], old.below[upper + 1]
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = rank * (1 - rank) * (1 / new.persons + 1 / old.persons)
        variance -= (high - rank) * (rank - low) / (old.persons * density)
        error: FloatArray = np.sqrt(np.maximum(variance, 0)) / density
    return np.where(density > 0, error, np.nan)


@dataclass(frozen=True, slots=True, eq=False)
class _Group:
    """Points on a form and on the common items."""

    total: FloatArray
    common: FloatArray

    @classmethod
    def of(cls, pairs: ArrayLike) -> _Group:
        table = np.asarray(pairs, dtype=np.float64)
        if table.ndim != 2 or table.shape[1] != 2 or len(table) < LEAST_PERSONS:  # noqa: PLR2004 -- form and anchor
            raise ValueError("Equating needs points on the form and on the common items of three persons.")
        group = cls(table[:, 0], table[:, 1])
        if not np.isfinite(table).all() or group.covariance <= 0:
            raise ValueError("Points on the form must vary and go with those on the common items.")
        return group

    @property
    def covariance(self) -> float:
        return float(((self.total - self.total.mean()) * (self.common - self.common.mean())).mean())

    def regression(self) -> float:
        """Slope of the form's points on those of the common items (Tucker)."""
        return self.covariance / float(self.common.var())

    def levine(self, *, internal: bool) -> float:
        """Ratio of the spreads of true scores under a congeneric model (Levine 1955)."""
        if internal:
            return float(self.total.var()) / self.covariance
        return (float(self.total.var()) + self.covariance) / (float(self.common.var()) + self.covariance)


def _synthetic(first: _Group, second: _Group, scores: IntArray, gamma: list[float], weight: float) -> FloatArray:
    """Equate linearly in the population that mixes both groups (Kolen & Brennan 2014, eqs. 4.17-4.20)."""
    other = 1 - weight
    apart = float(first.common.mean() - second.common.mean())
    wider = float(first.common.var() - second.common.var())
    new_mean = float(first.total.mean()) - other * gamma[0] * apart
    old_mean = float(second.total.mean()) + weight * gamma[1] * apart
    mixed = weight * other * apart**2
    new_variance = float(first.total.var()) - other * gamma[0] ** 2 * wider + mixed * gamma[0] ** 2
    old_variance = float(second.total.var()) + weight * gamma[1] ** 2 * wider + mixed * gamma[1] ** 2
    if min(new_variance, old_variance) <= 0:
        raise ValueError("The groups differ too much for a linear method.")
    found: FloatArray = old_mean + np.sqrt(old_variance / new_variance) * (scores - new_mean)
    return found


def _levine_true(first: _Group, second: _Group, scores: IntArray, *, internal: bool) -> FloatArray:
    """Equate true scores (Kolen & Brennan 2014, eq. 4.66)."""
    new_ratio, old_ratio = first.levine(internal=internal), second.levine(internal=internal)
    apart = float(first.common.mean() - second.common.mean())
    found: FloatArray = old_ratio / new_ratio * (scores - first.total.mean()) + second.total.mean() + old_ratio * apart
    return found


def _chained(first: _Group, second: _Group, scores: IntArray) -> FloatArray:
    """Equate the new form to the common items in its group, and these to the old form in the other."""
    top = round(max(float(first.common.max()), float(second.common.max())))
    new = _Form.of(np.bincount(np.rint(first.total).astype(int), minlength=len(scores)))
    common = [_Form.of(np.bincount(np.rint(group.common).astype(int), minlength=top + 1)) for group in (first, second)]
    old = _Form.of(np.bincount(np.rint(second.total).astype(int)))
    return old.quantile(common[1].rank(common[0].quantile(new.rank(scores))))
