"""Items whose parameters are known and stay as they are: anchors that carry a scale into new responses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np

from merit.assessment.psychometrics.data import DataProblem, FloatArray, IntArray, UnusableResponsesError
from merit.assessment.psychometrics.expectation import Block
from merit.assessment.psychometrics.maximisation import gradient_and_information
from merit.assessment.psychometrics.models import MODELS, ResponseModel

DISPLACED = 0.5  # logits an anchor may lie off before its responses contradict it
DISPLACED_ERRORS = 3.0
PARTIAL_CREDIT = frozenset({"gpcm", "pcm"})


class KnownItem(Protocol):
    """An item as it was calibrated: thresholds b on the logistic metric (D = 1), codes 0 … number of thresholds."""

    @property
    def model(self) -> str:
        """The model the parameters belong to."""

    @property
    def discrimination(self) -> float:
        """The slope a."""

    @property
    def thresholds(self) -> Sequence[float]:
        """The thresholds b, one for an item of two categories."""

    @property
    def guessing(self) -> float:
        """The lower asymptote c."""


def usable_anchors(
    fixed: Mapping[int, KnownItem], model: ResponseModel, items: int
) -> tuple[dict[int, KnownItem], tuple[DataProblem, ...]]:
    """Return the anchors that fit the model, and name the others: they are estimated like new items.

    Raises
    ------
    ValueError
        An index without an item, no anchor left, or anchors of different slopes under one common slope.

    """
    if any(not 0 <= item < items for item in fixed):
        raise ValueError("An anchor has an index beyond the items.")
    kept = {item: known for item, known in fixed.items() if _suits(known, model)}
    if fixed and not kept:
        raise UnusableResponsesError("anchors-none-usable", "No anchor suits the model.")
    slopes = [known.discrimination for known in kept.values()]
    if model.common_slope and slopes and max(slopes) - min(slopes) > 1e-6 * max(slopes):
        raise UnusableResponsesError("anchors-slopes-differ", "One common slope needs anchors of one slope.")
    problems = tuple(DataProblem("anchor-unusable", item=item) for item in fixed if item not in kept)
    return kept, problems


def _suits(known: KnownItem, model: ResponseModel) -> bool:
    thresholds = np.asarray(known.thresholds, dtype=np.float64)
    figures = np.array([known.discrimination, known.guessing, *thresholds])
    if not len(thresholds) or not np.isfinite(figures).all() or known.discrimination <= 0:
        return False
    if not 0 <= known.guessing < 1 or (known.guessing > 0 and not model.guesses):
        return False
    if len(thresholds) == 1:
        return True
    if model.name == "grm":
        return known.model == "grm" and bool((np.diff(thresholds) > 0).all())
    return model.name in PARTIAL_CREDIT and known.model in PARTIAL_CREDIT


def known_codes(kept: Mapping[int, KnownItem], items: int) -> list[IntArray | None]:
    """Return the codes 0 … C - 1 of every anchor, None for the other items."""
    found: list[IntArray | None] = [None] * items
    for item, known in kept.items():
        found[item] = np.arange(len(known.thresholds) + 1)
    return found


def known_parameters(block: Block, kept: Mapping[int, KnownItem], model: str) -> FloatArray:
    """Return slopes and intercepts d = -a b of a block of anchors, (Jb, K)."""
    rows = []
    for item in block.items:
        known = kept[int(item)]
        row = [known.discrimination, *(-known.discrimination * b for b in known.thresholds)]
        if MODELS[model].guesses:
            guess = float(np.clip(known.guessing, 1e-12, 1 - 1e-12))
            row.append(np.log(guess / (1 - guess)))
        rows.append(row)
    return np.array(rows, dtype=np.float64)


def displaced(
    block: Block, parameters: FloatArray, counts: FloatArray, theta: FloatArray, model: ResponseModel
) -> list[DataProblem]:
    """Name the anchors of a block whose responses place them elsewhere than their parameters do.

    The displacement is one scoring step of a common shift of the thresholds, in units of theta (Wright & Stone 1979;
    the expected counts are taken as observed, so the error is a lower bound).
    """
    score, information = gradient_and_information(model, parameters, counts, theta)
    slope = parameters[:, 0]
    steps = slice(1, block.categories)
    gradient = -slope * score[:, steps].sum(axis=1)
    weight = slope**2 * information[:, steps, steps].sum(axis=(1, 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        shift, error = gradient / weight, 1 / np.sqrt(weight)
    off = (np.abs(shift) > DISPLACED) & (np.abs(shift) > DISPLACED_ERRORS * error)
    return [DataProblem("anchor-contradicted", item=int(item)) for item in block.items[off]]
