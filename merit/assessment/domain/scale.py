"""Item parameters on a scale, and how a scale is moved onto another one; pure.

The metric is logistic with D = 1. A linear link ``theta' = A theta + B`` keeps every probability when ``a' = a / A``
and ``b' = A b + B`` (Kolen & Brennan 2014, eq. 6.2-6.4).
"""

from __future__ import annotations

from dataclasses import dataclass

BINARY_MODELS = frozenset({"1pl", "2pl"})
ADJACENT_MODELS = frozenset({"gpcm", "pcm"})  # their slope is that of one step
WEAK_SLOPE = 0.3


@dataclass(frozen=True, slots=True)
class ItemParameters:
    """One item on a scale.

    Attributes
    ----------
    model : 1pl, 2pl, 3pl, grm, gpcm or pcm
    discrimination : slope a
    thresholds : b of each step above the lowest category; a dichotomous item has one, its difficulty
    guessing : lower asymptote c, 0 unless 3pl

    """

    model: str
    discrimination: float
    thresholds: tuple[float, ...]
    guessing: float = 0.0

    @property
    def difficulty(self) -> float:
        """Mean of the thresholds."""
        return sum(self.thresholds) / len(self.thresholds)

    @property
    def is_weak(self) -> bool:
        """Whether the item hardly tells persons apart, over its whole range of points.

        One unit of ability changes the log odds of full against no points by a times the number of steps where the
        model compares neighbouring categories (Muraki 1992, eq. 6), and by a where it compares above with below.
        """
        steps = len(self.thresholds) if self.model in ADJACENT_MODELS else 1
        return self.discrimination * steps < WEAK_SLOPE


@dataclass(frozen=True, slots=True)
class Link:
    """The line ``theta' = slope theta + intercept`` from an own metric to the scale; slope > 0."""

    slope: float = 1.0
    intercept: float = 0.0

    def apply(self, parameters: ItemParameters) -> ItemParameters:
        """Return the same item on the linked scale."""
        return ItemParameters(
            model=parameters.model,
            discrimination=parameters.discrimination / self.slope,
            thresholds=tuple(self.slope * value + self.intercept for value in parameters.thresholds),
            guessing=parameters.guessing,
        )


def can_share_scale(first: str, second: str) -> bool:
    """Whether items of two models may be scored together.

    1PL and 2PL items are also graded or partial-credit items with two categories; no other models mix.
    """
    families = {_family(model) for model in (first, second)} - {"binary"}
    return len(families) <= 1


def common_model(models: frozenset[str]) -> str:
    """Return the model under which items of combinable models are scored together."""
    wide = sorted(models - BINARY_MODELS)
    return wide[0] if wide else "2pl"


def _family(model: str) -> str:
    if model in BINARY_MODELS:
        return "binary"
    return "partial" if model in ADJACENT_MODELS else model
