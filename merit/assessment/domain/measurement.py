"""Levels from calibrated items: ability by weighted likelihood, and the probability of each level from the cuts; pure.

A competency of a sitting is measured on theta only when that holds for everybody alike: cuts are in force, and on
every sheet at least five and at least four in five of the counting items have parameters under the key they were
calibrated with. Otherwise all its results are the provisional classical ones, and the reason says why. Items a
calibration left out, those whose key was corrected for the sitting, and those that gave everybody their points, keep
their points and are left out of the ability.

Ability is Warm's (1989) estimate with the error 1 / sqrt(I); the level is one plus the number of cuts at or below it,
P(level >= l) = Phi((theta - c_l) / SE), the level's own error the standard deviation of that distribution.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any

import numpy as np

from merit.assessment.domain.categories import category_of
from merit.assessment.domain.results import Result, exact
from merit.assessment.domain.scale import ItemParameters, can_share_scale, common_model
from merit.assessment.domain.sheets import WHOLE, PlaceReason, PlaceScore, Sheet
from merit.assessment.psychometrics import Calibration, levels, score
from merit.evidence import FloatArray

LEAST_ITEMS = 5
LEAST_IN_FIVE = 4  # calibrated ones among five counting items
_LEFT_OUT = frozenset({PlaceReason.EVERYBODY.value, PlaceReason.NEW_KEY.value})


class Measure(StrEnum):
    """What a result rests on."""

    THETA = "theta"
    CLASSICAL = "classical"


class MeasureReason(StrEnum):
    """Why a competency is not measured by its calibrated items; each has a sentence."""

    UNCALIBRATED = "measure-uncalibrated"
    SOME_UNCALIBRATED = "measure-some-uncalibrated"
    NO_CUTS = "measure-no-cuts"
    FEW_ITEMS = "measure-few-items"
    MIXED = "measure-mixed-models"
    STEPS = "measure-other-steps"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleItem:
    """A calibrated version: its parameters and the points that begin each of its categories, lowest first."""

    parameters: ItemParameters
    steps: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """What a competency is measured with: items by version's SHA-256, cuts of the levels 2 to 5, and their origin.

    ``least`` is how many of its items every sheet must hold; an adaptive test measures from the first.
    """

    items: Mapping[str, ScaleItem]
    cuts: tuple[float, ...] = ()
    cut_set_id: int | None = None
    calibrations: tuple[int, ...] = ()
    least: int = LEAST_ITEMS

    def document(self) -> dict[str, Any]:
        """Return the scale as it is stored with a scoring; floats keep every digit."""
        return {
            "items": {
                name: {
                    "model": item.parameters.model,
                    "discrimination": item.parameters.discrimination,
                    "thresholds": list(item.parameters.thresholds),
                    "guessing": item.parameters.guessing,
                    "steps": [str(step) for step in item.steps],
                }
                for name, item in sorted(self.items.items())
            },
            "cuts": list(self.cuts),
            "calibrations": list(self.calibrations),
            **({} if self.least == LEAST_ITEMS else {"least": self.least}),
        }

    @property
    def sha256(self) -> str:
        """Return the SHA-256 of parameters, steps and cuts."""
        plain = json.dumps({**self.document(), "calibrations": []}, sort_keys=True)
        return hashlib.sha256(plain.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """How one competency of one scoring was measured: with which scale, or why with none."""

    scale: Scale | None = None
    reason: MeasureReason | None = None

    @property
    def measure(self) -> Measure:
        """What the results rest on."""
        return Measure.CLASSICAL if self.scale is None else Measure.THETA


def read_scale(document: Mapping[str, Any], *, cut_set_id: int | None) -> Scale:
    """Return a scale from its stored document."""
    items = {
        name: ScaleItem(
            parameters=ItemParameters(
                model=one["model"],
                discrimination=one["discrimination"],
                thresholds=tuple(one["thresholds"]),
                guessing=one["guessing"],
            ),
            steps=tuple(Decimal(step) for step in one["steps"]),
        )
        for name, one in document["items"].items()
    }
    return Scale(
        items=items,
        cuts=tuple(document["cuts"]),
        cut_set_id=cut_set_id,
        calibrations=tuple(document["calibrations"]),
        least=document.get("least", LEAST_ITEMS),
    )


def basis_of(competency: str, sheets: Sequence[Sequence[PlaceScore]], scale: Scale | None) -> Basis:
    """Return how a competency is measured in a sitting, the same for everybody; sheets are places in any order."""
    if scale is None or not scale.items:
        return Basis(reason=MeasureReason.UNCALIBRATED)
    if not scale.cuts:
        return Basis(reason=MeasureReason.NO_CUTS)
    placed = [{place.version for place in places if _measures(place, competency)} for places in sheets]
    reason = _find_reason(placed, scale)
    if reason is not None:
        return Basis(reason=reason)
    used = frozenset().union(*placed) & scale.items.keys()
    return Basis(scale=replace(scale, items={name: scale.items[name] for name in sorted(used)}))


def _find_reason(placed: Sequence[set[str]], scale: Scale) -> MeasureReason | None:
    known = [names & scale.items.keys() for names in placed]
    if any(5 * len(some) < LEAST_IN_FIVE * len(names) for some, names in zip(known, placed, strict=True)):
        return MeasureReason.SOME_UNCALIBRATED
    if min(map(len, known), default=0) < scale.least:
        return MeasureReason.FEW_ITEMS
    return scale_problem([scale.items[name] for name in sorted(frozenset().union(*known))])


def scale_problem(items: Sequence[ScaleItem]) -> MeasureReason | None:
    """Return why items cannot be scored together, None where they can."""
    models = sorted({item.parameters.model for item in items})
    if any(not can_share_scale(one, other) for one in models for other in models):
        return MeasureReason.MIXED
    if any(len(item.steps) != len(item.parameters.thresholds) + 1 for item in items):
        return MeasureReason.STEPS
    return None


def _measures(place: PlaceScore, competency: str) -> bool:
    return place.competency == competency and place.counts and place.reason not in _LEFT_OUT


def measure_sheets(sheets: Sequence[Sheet], bases: Mapping[str, Basis]) -> list[Sheet]:
    """Return the sheets with the results of the competencies on theta in place of the classical ones."""
    found = list(sheets)
    for competency, basis in sorted(bases.items()):
        if basis.scale is not None and competency != WHOLE:
            found = _measured(found, competency, basis.scale)
    return found


def _measured(sheets: Sequence[Sheet], competency: str, scale: Scale) -> list[Sheet]:
    points = [
        {place.version: place.points for place in sheet.places if _measures(place, competency)} for sheet in sheets
    ]
    theta, error = abilities(scale.items, points)
    reached = levels(theta, error, scale.cuts)
    return [
        _unmeasured(sheet, competency)
        if not points[row]
        else replace(
            sheet,
            results={
                **sheet.results,
                competency: replace(
                    sheet.results[competency],
                    ability=exact(float(theta[row])),
                    ability_se=exact(float(error[row])),
                    level=int(reached.level[row]),
                    level_se=exact(float(reached.standard_error[row])),
                    probabilities=tuple(exact(float(chance)) for chance in reached.probabilities[row]),
                ),
            },
        )
        for row, sheet in enumerate(sheets)
    ]


def _unmeasured(sheet: Sheet, competency: str) -> Sheet:
    """Return a sheet without an item that tells ability: points alone, for all others are measured otherwise."""
    counted = sheet.results.get(competency)
    if counted is None:
        return sheet
    bare = Result(items=counted.items, raw=counted.raw, maximum=counted.maximum)
    return replace(sheet, results={**sheet.results, competency: bare})


def abilities(
    items: Mapping[str, ScaleItem], points: Sequence[Mapping[str, Decimal | None]]
) -> tuple[FloatArray, FloatArray]:
    """Return theta by weighted likelihood and its error, (N,) each, on the scale of the items.

    Parameters
    ----------
    items
        Calibrated versions by name; models that can share a scale.
    points
        Per person the points reached by version; versions unknown to ``items`` and None are left out. NaN for a
        person without any.

    """
    names = sorted(items)
    column = {name: at for at, name in enumerate(names)}
    responses = np.full((len(points), len(names)), -1, dtype=np.int64)
    for row, reached in enumerate(points):
        for name, earned in reached.items():
            if earned is not None and name in column:
                responses[row, column[name]] = category_of(earned, items[name].steps)
    if not responses.size:
        nothing = np.full(len(points), np.nan)
        return nothing, nothing.copy()
    found = score(responses, calibration_of([items[name].parameters for name in names]), "wle")
    return found.theta, found.standard_error


def calibration_of(parameters: Sequence[ItemParameters]) -> Calibration:
    """Return items as the calibration that psychometrics scores with; their models must be able to share a scale."""
    most = max(len(one.thresholds) for one in parameters)
    slopes = np.array([one.discrimination for one in parameters])
    thresholds = np.full((len(parameters), most), np.nan)
    for row, one in enumerate(parameters):
        thresholds[row, : len(one.thresholds)] = one.thresholds
    counts = np.array([len(one.thresholds) + 1 for one in parameters], dtype=np.int64)
    return Calibration(
        model=common_model(frozenset(one.model for one in parameters)),
        discrimination=slopes,
        intercepts=-slopes[:, None] * thresholds,
        thresholds=thresholds,
        guessing=np.array([one.guessing for one in parameters]),
        categories=counts,
        codes=tuple(np.arange(count, dtype=np.int64) for count in counts),
        standard_errors=None,
        log_likelihood=float("nan"),
        iterations=0,
        converged=True,
        persons=0.0,
        anchors=np.ones(len(parameters), dtype=np.bool_),
        populations=(),
        problems=(),
    )
