"""The parameters in force beside the answers of one sitting: which items behave otherwise than their curves say; pure.

The check asks for two things before it raises an alarm: a residual that chance hardly makes among all items of the
sitting (Benjamini & Hochberg 1995), and one that is large enough to matter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from merit.assessment.domain.calibration_data import FEWEST_PER_ITEM, MICRO
from merit.assessment.domain.scale import ItemParameters
from merit.assessment.psychometrics.integrity import corrected
from merit.assessment.psychometrics.item_set import ItemSet
from merit.assessment.psychometrics.prediction import predict_answers
from merit.evidence import IntArray

SUSPECT = 0.05  # share of false alarms among the alarms
VISIBLE = 0.05  # of the points of the item
MOST_ASIDE = 3  # one in three items


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedCells:
    """Answers in long form, (n,) each: attempt, item version, points in millionths, position in the paper."""

    persons: IntArray
    versions: IntArray
    points: IntArray
    positions: IntArray


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownItem:
    """An item as calibrated: its curve, the points that begin its categories, the error of its mean threshold."""

    version_id: int
    parameters: ItemParameters
    steps: Sequence[float]
    error: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemCheck:
    """One item in one sitting: shares of the categories reached and expected, z, its corrected p value."""

    version_id: int
    persons: int
    observed: float
    expected: float
    z: float
    p_value: float

    @property
    def gap(self) -> float:
        """Observed less expected; above 0 the item is easier than its curve says."""
        return self.observed - self.expected

    @property
    def is_alarm(self) -> bool:
        """Whether the answers contradict the parameters, by a visible distance."""
        return self.p_value < SUSPECT and abs(self.gap) >= VISIBLE

    def to_document(self) -> dict[str, Any]:
        """Return the figures as JSON."""
        names = ("observed", "expected", "z", "p_value")
        return {"version_id": self.version_id, "persons": self.persons} | {
            name: round(getattr(self, name), 6) for name in names
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> ItemCheck:
        """Return the check a document holds."""
        return cls(**{name: document[name] for name in cls.__slots__})


def check_items(cells: PlacedCells, known: Sequence[KnownItem], *, is_adaptive: bool) -> tuple[ItemCheck, ...]:
    """Return a check of every known item that enough persons answered, in the order of ``known``.

    An item that stands out makes its persons look abler or weaker than they are, and so the other items harder or
    easier: the farthest one no longer predicts the others, and the check is made again, for a third of the items at
    most.
    """
    columns = {item.version_id: column for column, item in enumerate(known)}
    kept = np.isin(cells.versions, list(columns))
    if not kept.any():
        return ()
    persons, row = np.unique(cells.persons[kept], return_inverse=True)
    column = np.array([columns[int(version)] for version in cells.versions[kept]])
    responses = np.full((len(persons), len(known)), -1, dtype=np.int64)
    order = np.full_like(responses, -1)
    for place, item in enumerate(known):
        own = column == place
        edges = np.rint(np.array(item.steps) * MICRO)
        ranks = np.searchsorted(edges, cells.points[kept][own], side="right") - 1
        responses[row[own], place] = np.maximum(ranks, 0)
    order[row, column] = _places(row, cells.positions[kept])
    telling = np.ones(len(known), dtype=np.bool_)
    for _round in range(1 + len(known) // MOST_ASIDE):
        checks = _checked(known, responses, order if is_adaptive else None, telling)
        worst = max(
            (place for place, one in checks.items() if one.is_alarm and telling[place]),
            key=lambda place: abs(checks[place].z),
            default=None,
        )
        if worst is None:
            break
        telling[worst] = False
    return tuple(checks.values())


def _checked(
    known: Sequence[KnownItem], responses: IntArray, order: IntArray | None, telling: NDArray[np.bool_]
) -> dict[int, ItemCheck]:
    """Return the checks by column of ``known``; only items that tell predict the answers to others."""
    found = predict_answers(
        responses,
        ItemSet.of(item.parameters for item in known),
        order=order,
        difficulty_errors=[item.error for item in known],
        telling=telling,
    )
    told = np.flatnonzero((found.persons >= FEWEST_PER_ITEM) & np.isfinite(found.z)).tolist()
    p_values = corrected(2 * norm.sf(np.abs(found.z[told])), "bh")
    return {
        place: ItemCheck(
            version_id=known[place].version_id,
            persons=int(found.persons[place]),
            observed=float(found.observed[place]),
            expected=float(found.expected[place]),
            z=float(found.z[place]),
            p_value=float(p_value),
        )
        for place, p_value in zip(told, p_values, strict=True)
    }


def _places(row: IntArray, positions: IntArray) -> IntArray:
    """Return the place 0, 1, … of each answer among those of its person."""
    by = np.lexsort((positions, row))
    first = np.searchsorted(row[by], row[by], side="left")
    found = np.empty(len(row), dtype=np.int64)
    found[by] = np.arange(len(row)) - first
    return found
