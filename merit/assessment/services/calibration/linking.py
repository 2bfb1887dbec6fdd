"""Move fresh estimates onto the scale of a competency over the items both have."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from merit.assessment.domain.calibration_data import Selection
from merit.assessment.domain.scale import ItemParameters, Link
from merit.assessment.psychometrics.item_set import ItemSet
from merit.assessment.psychometrics.linking import Linking, link
from merit.assessment.queries.calibrations import ParameterErrors, StoredParameters
from merit.errors import RuleViolationError

FEWEST_ANCHORS = 3
BEYOND_ERROR = 2.0  # standard errors an item must have moved, besides standing out among the anchors
Own = Mapping[int, tuple[ItemParameters, ParameterErrors]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """How far one item moved against the scale: logits, robust z among the anchors, distance of its curves."""

    displacement: float
    robust_z: float | None
    distance: float | None
    error_z: float | None
    is_alarm: bool

    def to_document(self) -> dict[str, Any]:
        """Return the figures as JSON."""
        figures = {"robust_z": self.robust_z, "distance": self.distance, "error_z": self.error_z}
        return {name: None if value is None else round(value, 6) for name, value in figures.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """The line onto the scale and what it rests on; ``drift`` by item version, of all items on both sides."""

    link: Link
    found: Linking
    anchors: tuple[int, ...]
    drift: Mapping[int, Drift]

    def to_document(self) -> dict[str, Any]:
        """Return the link as a calibration keeps it."""
        return {
            "method": self.found.method,
            "slope": self.link.slope,
            "intercept": self.link.intercept,
            "slope_error": _finite(self.found.slope_error),
            "intercept_error": _finite(self.found.intercept_error),
            "distance": self.found.distance,
            "anchors": list(self.anchors),
        }


def usable_anchors(
    selection: Selection, scale: Mapping[int, StoredParameters], released: Collection[int]
) -> dict[int, StoredParameters]:
    """Return the items on both sides with the same categories, but those released; refuse fewer than three."""
    common = _common(selection, scale)
    anchors = {version: stored for version, stored in common.items() if version not in released}
    if len(anchors) < FEWEST_ANCHORS:
        raise RuleViolationError("calibration-anchors-few", count=len(anchors), least=FEWEST_ANCHORS)
    return anchors


def _common(selection: Selection, scale: Mapping[int, StoredParameters]) -> dict[int, StoredParameters]:
    return {
        version: scale[version]
        for version, steps in zip(selection.versions, selection.steps, strict=True)
        if version in scale and scale[version].steps == steps
    }


def link_onto(
    own: Own, anchors: Mapping[int, StoredParameters], scale: Mapping[int, StoredParameters]
) -> tuple[Linked, list[dict[str, Any]]]:
    """Return Stocking and Lord's line over the anchors, drifting ones left out and named."""
    if len(anchors) < FEWEST_ANCHORS:
        raise RuleViolationError("calibration-anchors-few", count=len(anchors), least=FEWEST_ANCHORS)
    order = sorted(anchors)
    found = link(
        ItemSet.of(own[version][0] for version in order),
        ItemSet.of(anchors[version].parameters for version in order),
        new_errors=[_difficulty_error(own[version][1]) for version in order],
        old_errors=[_difficulty_error(anchors[version].errors) for version in order],
    )
    line = Link(found.slope, found.intercept)
    drift = {
        order[one.item]: Drift(
            displacement=one.displacement,
            robust_z=one.robust_z,
            distance=one.distance,
            error_z=one.error_z,
            is_alarm=one.is_drifting and (one.error_z is None or abs(one.error_z) > BEYOND_ERROR),
        )
        for one in found.drift
    }
    for version in own.keys() & scale.keys() - drift.keys():
        moved = scale[version].parameters.difficulty - line.apply(own[version][0]).difficulty
        drift[version] = Drift(displacement=moved, robust_z=None, distance=None, error_z=None, is_alarm=False)
    problems = [
        {"code": problem.code} | ({} if problem.item is None else {"version_id": order[problem.item]})
        for problem in found.problems
    ]
    used = tuple(order[int(place)] for place in found.anchors)
    return Linked(link=line, found=found, anchors=used, drift=drift), problems


def _difficulty_error(errors: ParameterErrors) -> float:
    """Return the standard error of a mean threshold, its parts taken as independent."""
    known = [error for error in errors.thresholds if math.isfinite(error)]
    return math.sqrt(sum(error**2 for error in known)) / len(known) if known else 0.0


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
