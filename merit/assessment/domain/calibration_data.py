"""From points of answers to the matrix a calibration reads, with what stays outside and why; pure.

Points are integers of millionths, as the database keeps them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from merit.assessment.domain.categories import Steps
from merit.evidence import IntArray

MICRO = 1_000_000
FEWEST_PER_ITEM = 30
FEWEST_PERSONS = 100
FEWEST_PER_CATEGORY = 5
FEWEST_ITEMS = 3
FEWEST_ANSWERED = 2  # items a person must have answered to tell anything about the items
MISSING = -1


class LeftOut(StrEnum):
    """Why an item does not enter a calibration; each has a sentence."""

    FEW = "calibration-item-few"
    SAME = "calibration-item-same"
    NEGATIVE = "calibration-item-negative"
    LIMIT = "calibration-item-limit"


class Flag(StrEnum):
    """What a reader must know about a calibrated item; each has a sentence."""

    MERGED = "calibration-merged"
    WEAK = "calibration-weak"
    MISFIT = "calibration-misfit"
    DRIFT = "calibration-drift"
    EXTREME = "calibration-extreme"


@dataclass(frozen=True, slots=True, kw_only=True)
class PointCells:
    """Answers in long form: the person, the item version and the points of each.

    Attributes
    ----------
    persons : (n,) any number that names the person in one sitting
    groups : (n,) the scoring an answer belongs to
    versions : (n,) item version
    points : (n,) millionths

    """

    persons: IntArray
    groups: IntArray
    versions: IntArray
    points: IntArray


@dataclass(frozen=True, slots=True)
class Excluded:
    """An item version that does not enter; ``answers`` is how many answers it has."""

    version_id: int
    reason: str
    answers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What a calibration reads.

    Attributes
    ----------
    versions : (J,) item versions, in the order of columns
    steps : per item the points that begin each category
    responses : (N, J) categories, -1 where not given
    groups : (N,) index of the scoring each person belongs to
    sources : the scorings, in the order of ``groups``
    merged : item versions of which sparse categories were joined
    silent : persons who answered too little to tell anything

    """

    versions: tuple[int, ...]
    steps: tuple[tuple[Decimal, ...], ...]
    responses: NDArray[np.int16]
    groups: IntArray
    sources: tuple[int, ...]
    excluded: tuple[Excluded, ...]
    merged: frozenset[int]
    silent: int

    @property
    def answers(self) -> IntArray:
        """(J,) persons who answered each item."""
        counted: IntArray = (self.responses >= 0).sum(axis=0).astype(np.int64)
        return counted

    def without(self, reasons: Mapping[int, str]) -> Selection:
        """Return the selection without some item versions, each with its reason."""
        kept = [column for column, version in enumerate(self.versions) if version not in reasons]
        counts = dict(zip(self.versions, self.answers.tolist(), strict=True))
        gone = tuple(Excluded(version, str(reason), counts[version]) for version, reason in reasons.items())
        return replace(
            self,
            versions=tuple(self.versions[column] for column in kept),
            steps=tuple(self.steps[column] for column in kept),
            responses=self.responses[:, kept],
            excluded=(*self.excluded, *gone),
        )


def select_answers(
    cells: PointCells, steps: Mapping[int, Steps], *, known: Mapping[int, tuple[Decimal, ...]] | None = None
) -> Selection:
    """Return what can be calibrated of some answers.

    Parameters
    ----------
    cells
        Answers that count; those not given, void or not scored are simply absent.
    steps
        The categories of every item version by its key.
    known
        Categories an earlier calibration settled; an item keeps them, so that its parameters stay comparable.

    """
    versions = np.unique(cells.versions)
    persons, row = np.unique(cells.persons, return_inverse=True)
    matrix = np.full((len(persons), len(versions)), MISSING, dtype=np.int16)
    columns: list[_Column] = []
    for column, version in enumerate(versions.tolist()):
        own = cells.versions == version
        found = _column(version, cells.points[own], steps[version], (known or {}).get(version))
        columns.append(found)
        if not found.reason:
            matrix[row[own], column] = found.categories
    kept = [column for column, found in enumerate(columns) if not found.reason]
    matrix = matrix[:, kept]
    group_of = np.zeros(len(persons), dtype=np.int64)
    group_of[row] = cells.groups
    told = (matrix >= 0).sum(axis=1) >= min(FEWEST_ANSWERED, max(len(kept), 1))
    sources, groups = np.unique(group_of[told], return_inverse=True)
    return Selection(
        versions=tuple(columns[column].version for column in kept),
        steps=tuple(columns[column].steps for column in kept),
        responses=matrix[told],
        groups=groups.astype(np.int64),
        sources=tuple(sources.tolist()),
        excluded=tuple(Excluded(found.version, found.reason, found.answers) for found in columns if found.reason),
        merged=frozenset(found.version for found in columns if found.merged and not found.reason),
        silent=int((~told).sum()),
    )


@dataclass(frozen=True, slots=True)
class _Column:
    version: int
    categories: NDArray[np.int16]
    steps: tuple[Decimal, ...]
    answers: int
    reason: str = ""
    merged: bool = False


def _column(version: int, points: IntArray, steps: Steps, known: tuple[Decimal, ...] | None) -> _Column:
    if steps.reason is not None:
        return _Column(version, np.empty(0, np.int16), (), len(points), steps.reason.value)
    if len(points) < FEWEST_PER_ITEM:
        return _Column(version, np.empty(0, np.int16), (), len(points), LeftOut.FEW.value)
    begins = known or _dense_steps(points, steps.points)
    categories = _ranks(points, begins)
    if len(np.unique(categories)) < 2:  # noqa: PLR2004 -- nothing differs
        return _Column(version, np.empty(0, np.int16), (), len(points), LeftOut.SAME.value)
    if known and len(np.unique(categories)) < len(known):
        begins = tuple(known[rank] for rank in np.unique(categories))
        begins = (known[0], *begins[1:])
        categories = _ranks(points, begins)
    return _Column(version, categories, begins, len(points), merged=begins != steps.points)


def _dense_steps(points: IntArray, steps: Sequence[Decimal]) -> tuple[Decimal, ...]:
    """Join categories that too few people reached with the one below, the lowest with the one above."""
    kept = list(steps)
    while len(kept) > 2:  # noqa: PLR2004 -- two categories are the least
        counts = np.bincount(_ranks(points, tuple(kept)), minlength=len(kept))
        sparse = np.flatnonzero(counts < FEWEST_PER_CATEGORY)
        if not len(sparse):
            break
        del kept[max(int(sparse[0]), 1)]
    return tuple(kept)


def _ranks(points: IntArray, steps: Sequence[Decimal]) -> NDArray[np.int16]:
    edges = np.array([int(step * MICRO) for step in steps], dtype=np.int64)
    found: NDArray[np.int16] = np.maximum(np.searchsorted(edges, points, side="right") - 1, 0).astype(np.int16)
    return found


def find_islands(selection: Selection) -> int:
    """Return into how many parts the sittings fall that share no item; 1 means that all are connected."""
    count = len(selection.sources)
    given = np.array([(selection.responses[selection.groups == one] >= 0).any(axis=0) for one in range(count)])
    part = list(range(count))
    for first in range(count):
        for second in range(first):
            if part[first] != part[second] and (given[first] & given[second]).any():
                old, new = part[first], part[second]
                part = [new if one == old else one for one in part]
    return len(set(part))
