"""The figures of a sitting's items from points, answers and groups of persons; arrays in, frozen results out.

Everything compares persons by the mean share of the points of their other items, so that papers drawn per person can be
analysed together.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from merit.assessment.domain.verdicts import GroupEvidence
from merit.assessment.psychometrics import item_statistics, mantel, mantel_haenszel
from merit.assessment.psychometrics.dif import FEWEST_PER_GROUP
from merit.evidence import FloatArray, IntArray

FIFTHS = 5
MOST_OPTIONS = 8
BLANK = ""
_HUNDREDTHS = 100
_MATCHING_STEPS = 20
FEWEST = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class SittingPoints:
    """Points of a scored sitting.

    Attributes
    ----------
    persons : (N,) attempt ids
    versions : (J,) item versions
    points : (N, J) points, NaN where not given, not scored or void
    maxima : (J,) highest points

    """

    persons: IntArray
    versions: IntArray
    points: FloatArray
    maxima: FloatArray

    @property
    def shares(self) -> FloatArray:
        """(N, J) shares of the highest points."""
        return self.points / np.maximum(self.maxima, 1e-9)

    @property
    def is_one_form(self) -> bool:
        """Whether everybody was given and scored on the same items."""
        return bool(np.isfinite(self.points).all())

    def rest(self, column: int) -> FloatArray:
        """Return the mean share of everybody's other items, NaN without any, (N,)."""
        others = np.delete(self.shares, column, axis=1)
        seen = np.isfinite(others)
        with np.errstate(invalid="ignore"):
            found: FloatArray = np.where(seen, others, 0).sum(axis=1) / np.where(
                seen.any(axis=1), seen.sum(axis=1), np.nan
            )
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliability:
    """Reliability of the sum of points over persons who answered everything; None where it cannot be computed."""

    persons: int
    items: int
    maximum: float
    mean: float | None
    sd: float | None
    alpha: float | None
    omega: float | None
    sem: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionFigures:
    """One answer: how many gave it, its share, its correlation with the rest, its share per fifth of ability."""

    value: str
    count: int
    share: float
    correlation: float
    by_fifth: tuple[float, ...]


def points_matrix(persons: IntArray, versions: IntArray, points: FloatArray, maxima: FloatArray) -> SittingPoints:
    """Return the matrix of points given in long form (n,)."""
    people, row = np.unique(persons, return_inverse=True)
    columns, column = np.unique(versions, return_inverse=True)
    matrix, highest = np.full((len(people), len(columns)), np.nan), np.ones(len(columns))
    matrix[row, column], highest[column] = points, maxima
    return SittingPoints(persons=people, versions=columns, points=matrix, maxima=highest)


def reliability(test: SittingPoints) -> Reliability | None:
    """Return the reliability of a test; None without two persons or two items.

    Points count in hundredths; alpha and omega do not depend on the unit.
    """
    if test.points.shape[0] < FEWEST or test.points.shape[1] < FEWEST:
        return None
    whole = np.where(np.isfinite(test.points), np.rint(test.points * _HUNDREDTHS), -1).astype(np.int64)
    found = item_statistics(whole)
    complete = int(np.isfinite(test.points).all(axis=1).sum())
    return Reliability(
        persons=complete,
        items=test.points.shape[1],
        maximum=float(test.maxima.sum()),
        mean=_figure(found.mean / _HUNDREDTHS),
        sd=_figure(found.sd / _HUNDREDTHS) if complete >= FEWEST else None,
        alpha=_figure(found.alpha),
        omega=_figure(found.omega),
        sem=_figure(found.sem / _HUNDREDTHS),
    )


def option_figures(answers: Sequence[Sequence[str]], rest: FloatArray) -> tuple[OptionFigures, ...]:
    """Return the figures of the answers most often given to one item, by their value.

    Parameters
    ----------
    answers
        Per person the values given; none is a blank answer.
    rest
        (N,) ability of each person apart from this item.

    """
    chosen: dict[str, list[int]] = {}
    for person, values in enumerate(answers):
        for value in set(values) or {BLANK}:
            chosen.setdefault(value, []).append(person)
    usual = sorted(sorted(chosen, key=lambda value: -len(chosen[value]))[:MOST_OPTIONS])
    fifth = fifths(rest)
    size = np.bincount(fifth[fifth >= 0], minlength=FIFTHS)
    return tuple(_option(value, chosen[value], rest, fifth, size) for value in usual)


def fifths(ability: FloatArray) -> IntArray:
    """Return the fifth 0 … 4 of each person, equal abilities together, -1 for NaN."""
    found = np.full(len(ability), -1, dtype=np.int64)
    known = np.isfinite(ability)
    if known.any():
        _values, inverse, counts = np.unique(ability[known].round(9), return_inverse=True, return_counts=True)
        middle = (np.cumsum(counts) - counts / 2) / counts.sum()
        found[known] = np.minimum((middle * FIFTHS).astype(np.int64), FIFTHS - 1)[inverse]
    return found


def _option(
    value: str, people: Sequence[int], rest: FloatArray, fifth: IntArray, size: NDArray[np.int64]
) -> OptionFigures:
    picked = np.zeros(len(rest))
    picked[list(people)] = 1
    counts = np.bincount(fifth[(fifth >= 0) & (picked > 0)], minlength=FIFTHS)
    return OptionFigures(
        value=value,
        count=len(people),
        share=float(picked.mean()),
        correlation=_correlation(picked, rest),
        by_fifth=tuple(float(count / total) if total else math.nan for count, total in zip(counts, size, strict=True)),
    )


def _correlation(first: FloatArray, second: FloatArray) -> float:
    known = np.isfinite(second)
    one, other = first[known], second[known]
    if len(one) < FEWEST or np.ptp(one) == 0 or np.ptp(other) == 0:
        return math.nan
    return float(np.corrcoef(one, other)[0, 1])


def group_figures(test: SittingPoints, groups: Mapping[str, IntArray]) -> dict[int, tuple[GroupEvidence, ...]]:
    """Return per item version how it treats each group at equal ability.

    ``groups`` are (N,) of 1 (in the group), 0 (not) and -1 (unknown) by name. Mantel and Haenszel's test for items that
    are right or wrong, Mantel's for others; groups of fewer than 100 persons on either side are left out.
    """
    found: dict[int, list[GroupEvidence]] = {int(version): [] for version in test.versions}
    shares = test.shares
    seen = np.isfinite(shares)
    binary: NDArray[np.bool_] = np.all(np.isin(shares, (0.0, 1.0)) | ~seen, axis=0)
    matching = _matching(test)
    for name, side in groups.items():
        if min((side == 0).sum(), (side == 1).sum()) < FEWEST_PER_GROUP:
            continue
        for version, evidence in _compared(test, name, side, binary, matching):
            found[version].append(evidence)
    return {version: tuple(rows) for version, rows in found.items()}


def _matching(test: SittingPoints) -> IntArray:
    if test.is_one_form:
        found: IntArray = np.rint(test.points.sum(axis=1) * _HUNDREDTHS).astype(np.int64)
        return found
    steps: IntArray = np.rint(np.nanmean(test.shares, axis=1) * _MATCHING_STEPS).astype(np.int64)
    return steps


def _compared(
    test: SittingPoints, name: str, side: IntArray, binary: NDArray[np.bool_], matching: IntArray
) -> Iterable[tuple[int, GroupEvidence]]:
    shares = test.shares
    whole = np.where(np.isfinite(shares), np.rint(test.points), -1).astype(np.int64)
    right = np.where(np.isfinite(shares), shares, -1).astype(np.int64)
    for is_binary in (True, False):
        columns = np.flatnonzero(binary == is_binary)
        if not len(columns):
            continue
        if is_binary:
            compared = mantel_haenszel(right[:, columns], side, matching)
            direction, category = compared.delta, compared.category
        else:
            graded = mantel(whole[:, columns], side, matching)
            direction, category = graded.mean_difference, graded.category
        for column, towards, letter in zip(columns, direction, category, strict=True):
            if letter:
                yield int(test.versions[column]), GroupEvidence(group=name, category=letter, eases=bool(towards > 0))


def _figure(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
