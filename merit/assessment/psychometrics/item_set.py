"""Calibrated items of any mixture of models, as arrays: what selection, linking, person fit and cuts work on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, logit

from merit.assessment.psychometrics.data import FloatArray, IntArray
from merit.assessment.psychometrics.models import BINARY, MODELS, ResponseModel, ThetaCurves, theta_curves

BoolArray: TypeAlias = NDArray[np.bool_]

GUESS_EDGE = 1e-12


class Parameters(Protocol):
    """Item parameters as the product keeps them (D = 1): b for every step, one for an item scored 0 or 1."""

    @property
    def model(self) -> str:
        """Name in ``MODELS``."""

    @property
    def discrimination(self) -> float:
        """Slope a per unit of theta."""

    @property
    def thresholds(self) -> tuple[float, ...]:
        """Difficulties b of the C - 1 steps."""

    @property
    def guessing(self) -> float:
        """Lower asymptote c, 0 unless 3pl."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainParameters:
    """Parameters without a product around them."""

    model: str
    discrimination: float
    thresholds: tuple[float, ...]
    guessing: float = 0.0


class ItemParametersError(ValueError):
    """Parameters that give no curve; ``item`` is its place."""

    def __init__(self, item: int, message: str) -> None:
        self.item = item
        super().__init__(f"Item {item}: {message}")


@dataclass(frozen=True, slots=True, eq=False)
class _Group:
    """Items of one model with the same number of categories."""

    items: IntArray
    model: ResponseModel
    values: FloatArray  # (Jg, K) as in models: a, d …, logit c
    categories: int

    def curves(self, theta: FloatArray) -> ThetaCurves:
        return theta_curves(self.model, self.values, theta)

    def information(self, theta: FloatArray) -> FloatArray:
        """Return Fisher's information, (Jg, Q); for two categories a^2 ((P - c) / (1 - c))^2 (1 - P) / P."""
        if self.model.name not in BINARY:
            return self.curves(theta).information
        logistic = expit(self.values[:, :1] * theta + self.values[:, 1:2])
        if not self.model.guesses:
            plain: FloatArray = self.values[:, :1] ** 2 * logistic * (1 - logistic)
            return plain
        guess = expit(self.values[:, 2:3])
        right = guess + (1 - guess) * logistic
        guessed: FloatArray = (self.values[:, :1] * logistic) ** 2 * (1 - guess) * (1 - logistic) / right
        return guessed

    def pairs(self, rows: IntArray, theta: FloatArray) -> FloatArray:
        """Return P(category) of one row of the group per ability, (n, C)."""
        if self.model.name in BINARY:
            return self.model.probabilities(self.values[rows], theta[:, None])[:, 0]
        found = np.empty((len(rows), self.categories))
        for row in np.unique(rows):
            which = np.flatnonzero(rows == row)
            found[which] = self.model.probabilities(self.values[row : row + 1], theta[which])[0]
        return found


@dataclass(frozen=True, slots=True, eq=False)
class ItemSet:
    """J items with their curves; categories are 0 … C_j - 1.

    Attributes
    ----------
    parameters : (J,) as given
    categories : (J,) number of categories

    """

    parameters: tuple[PlainParameters, ...]
    categories: IntArray
    groups: tuple[_Group, ...]

    @classmethod
    def of(cls, parameters: Iterable[Parameters]) -> ItemSet:
        """Build the set; raise ``ItemParametersError`` for an item whose parameters give no curve."""
        plain = tuple(_checked(place, each) for place, each in enumerate(parameters))
        kinds: dict[tuple[str, int], list[int]] = {}
        for place, each in enumerate(plain):
            kinds.setdefault((each.model, len(each.thresholds)), []).append(place)
        groups = tuple(_group(model, steps, places, plain) for (model, steps), places in kinds.items())
        return cls(plain, np.array([len(each.thresholds) + 1 for each in plain], dtype=np.int64), groups)

    def __len__(self) -> int:
        return len(self.parameters)

    def subset(self, places: Sequence[int] | IntArray) -> ItemSet:
        """Return some of the items, in the order given."""
        return ItemSet.of(self.parameters[int(place)] for place in places)

    def moved(self, slope: float, intercept: float) -> ItemSet:
        """Return the items on the scale theta* = slope theta + intercept: a / slope, slope b + intercept."""
        return ItemSet.of(
            PlainParameters(
                model=each.model,
                discrimination=each.discrimination / slope,
                thresholds=tuple(slope * b + intercept for b in each.thresholds),
                guessing=each.guessing,
            )
            for each in self.parameters
        )

    def probabilities(self, theta: ArrayLike) -> FloatArray:
        """Return P(category | theta), (J, Q, C) with zeros beyond an item's own categories."""
        at = np.atleast_1d(np.asarray(theta, dtype=np.float64))
        found = np.zeros((len(self), len(at), int(self.categories.max(initial=0))))
        for group in self.groups:
            found[group.items, :, : group.categories] = group.model.probabilities(group.values, at)
        return found

    def probabilities_of(self, places: IntArray, theta: FloatArray) -> FloatArray:
        """Return P(category | theta) of one item per ability, (n, C)."""
        found = np.zeros((len(places), int(self.categories.max(initial=0))))
        for group in self.groups:
            row = np.full(len(self), -1)
            row[group.items] = np.arange(len(group.items))
            which = np.flatnonzero(row[places] >= 0)
            found[which, : group.categories] = group.pairs(row[places[which]], theta[which])
        return found

    def curves(self, theta: ArrayLike) -> ThetaCurves:
        """Return P and its two derivatives in theta, each (J, Q, C), zeros beyond an item's own categories."""
        at = np.atleast_1d(np.asarray(theta, dtype=np.float64))
        shape = (len(self), len(at), int(self.categories.max(initial=0)))
        share, first, second = np.zeros(shape), np.zeros(shape), np.zeros(shape)
        for group in self.groups:
            curves = group.curves(at)
            own = (group.items, slice(None), slice(group.categories))
            share[own], first[own], second[own] = curves.share, curves.first, curves.second
        return ThetaCurves(share, first, second)

    def information(self, theta: ArrayLike) -> FloatArray:
        """Return Fisher's information of every item at abilities, (J, Q)."""
        return self._by_item(theta, _Group.information)

    def expected(self, theta: ArrayLike) -> FloatArray:
        """Return the expected category (0 … C - 1) of every item, (J, Q)."""
        return self._by_item(
            theta, lambda group, at: group.model.probabilities(group.values, at) @ np.arange(float(group.categories))
        )

    def _by_item(self, theta: ArrayLike, curve: Callable[[_Group, FloatArray], FloatArray]) -> FloatArray:
        at = np.atleast_1d(np.asarray(theta, dtype=np.float64))
        found = np.empty((len(self), len(at)))
        for group in self.groups:
            found[group.items] = curve(group, at)
        return found


def _checked(place: int, given: Parameters) -> PlainParameters:
    numbers = (given.discrimination, *given.thresholds, given.guessing)
    if given.model not in MODELS:
        raise ItemParametersError(place, f"unknown model {given.model!r}.")
    if not given.thresholds or not np.isfinite(numbers).all():
        raise ItemParametersError(place, "parameters are missing or not finite.")
    if given.discrimination == 0 or not 0 <= given.guessing < 1:
        raise ItemParametersError(place, "the slope must not be 0 and the asymptote must lie within [0, 1).")
    if given.model in BINARY and len(given.thresholds) > 1:
        raise ItemParametersError(place, f"{given.model} has one threshold.")
    if given.model == "grm" and (np.diff(given.thresholds) * given.discrimination <= 0).any():
        raise ItemParametersError(place, "graded thresholds increase.")
    return PlainParameters(
        model=given.model,
        discrimination=float(given.discrimination),
        thresholds=tuple(map(float, given.thresholds)),
        guessing=float(given.guessing),
    )


def _group(model: str, steps: int, places: list[int], plain: tuple[PlainParameters, ...]) -> _Group:
    slope = np.array([[plain[place].discrimination] for place in places])
    parts = [slope, -slope * np.array([plain[place].thresholds for place in places])]
    if MODELS[model].guesses:
        guess = np.array([[plain[place].guessing] for place in places])
        parts.append(logit(np.clip(guess, GUESS_EDGE, 1 - GUESS_EDGE)))
    return _Group(np.array(places), MODELS[model], np.concatenate(parts, axis=1), steps + 1)
