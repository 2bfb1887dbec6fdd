"""Items of a calibration as a set of curves."""

from __future__ import annotations

from merit.assessment.psychometrics import Calibration
from merit.assessment.psychometrics.item_set import ItemSet, PlainParameters


def items_of(calibration: Calibration) -> ItemSet:
    """Return the items, all of which must have parameters."""
    return ItemSet.of(
        PlainParameters(
            model=calibration.model,
            discrimination=float(slope),
            thresholds=tuple(map(float, thresholds[: categories - 1])),
            guessing=float(guessing),
        )
        for slope, thresholds, guessing, categories in zip(
            calibration.discrimination,
            calibration.thresholds,
            calibration.guessing,
            calibration.categories,
            strict=True,
        )
    )
