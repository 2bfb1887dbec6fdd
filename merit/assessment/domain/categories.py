"""Which ordered category the points of an item are: what calibration counts and ability is estimated from; pure.

The points a key can give are known from the key alone. An item can be calibrated when they are few and ordered: two
different sums (any size), or whole steps up to ten (SJT 0-5, partial credit).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from merit.assessment.domain.items import (
    AreaKey,
    EssayKey,
    Interaction,
    ItemContent,
    ItemKey,
    MapKey,
    MatchKey,
    NumericKey,
    OrderKey,
    ResponseKey,
)

MOST_STEPS = 10
_MOST_SUMS = 400
_ZERO = Decimal(0)
_TWO = 2
_SINGLE = frozenset({"inline_choice", "text_entry", "slider"})


class CategoryReason(StrEnum):
    """Why an item has no ordered categories; each has a sentence."""

    NO_POINTS = "category-no-points"
    MANY = "category-many-steps"
    BROKEN = "category-not-whole"


@dataclass(frozen=True, slots=True)
class Steps:
    """The points that begin each category, lowest first; ``reason`` where the item cannot be calibrated."""

    points: tuple[Decimal, ...]
    reason: CategoryReason | None = None


def steps_of(content: ItemContent, key: ItemKey) -> Steps:
    """Return the categories of an item.

    Imported processing is not analysed: with a maximum of one it counts as right or wrong, with more as whole steps
    from 0 to the maximum.
    """
    if key.processing is not None:
        return _judged(_every(key.maximum, Decimal(1)))
    interactions = {interaction.id: interaction for interaction in content.interactions}
    sums = {_ZERO}
    for name, rule in key.responses.items():
        gains = _gains(rule, interactions.get(name))
        sums = {one + gain for one in sums for gain in gains}
        if len(sums) > _MOST_SUMS:
            return Steps((), CategoryReason.MANY)
    upper = key.maximum if key.upper is None else min(key.upper, key.maximum)
    bounded = (min(one, upper) for one in sums)
    return _judged({one if key.lower is None else max(one, key.lower) for one in bounded} | {_ZERO})


def category_of(points: Decimal, steps: Sequence[Decimal]) -> int:
    """Return the category 0, 1, 2 … of some points: the highest one begun, the lowest where none is."""
    return max(bisect_right(steps, points) - 1, 0)


def _judged(sums: set[Decimal]) -> Steps:
    points = tuple(sorted(sums))
    if len(points) < _TWO:
        return Steps((), CategoryReason.NO_POINTS)
    if len(points) == _TWO:
        return Steps(points)
    if any(one != one.to_integral_value() for one in points):
        return Steps((), CategoryReason.BROKEN)
    return Steps(points) if len(points) <= MOST_STEPS + 1 else Steps((), CategoryReason.MANY)


def _gains(rule: ResponseKey, interaction: Interaction | None) -> set[Decimal]:
    """Return the points one response can give, a blank one included."""
    if isinstance(rule, MatchKey):
        return {_ZERO, rule.points}
    if isinstance(rule, NumericKey):
        return {_ZERO, rule.points, *(entry.points for entry in rule.near)}
    if isinstance(rule, OrderKey):
        return _order_gains(rule)
    if isinstance(rule, EssayKey):
        return _every(rule.points, rule.step)
    return _sum_gains(rule, interaction)


def _order_gains(rule: OrderKey) -> set[Decimal]:
    pairs = len(rule.correct) - 1
    if not rule.partial or pairs < 1:
        return {_ZERO, rule.points}
    return {rule.points * number / pairs for number in range(pairs + 1)}


def _sum_gains(rule: MapKey | AreaKey, interaction: Interaction | None) -> set[Decimal]:
    points = [entry.points for entry in rule.entries]
    most = getattr(interaction, "most", 0) or len(points)
    most = 1 if interaction is not None and interaction.kind in _SINGLE else most
    reached = {(0, _ZERO)}
    for gain in points:
        reached |= {(used + 1, total + gain) for used, total in reached if used < most}
        if len(reached) > _MOST_SUMS * most:
            break
    sums = {total for _used, total in reached} | {rule.default, _ZERO}
    lowest = sums if rule.lower is None else {max(one, rule.lower) for one in sums} | {_ZERO}
    return lowest if rule.upper is None else {min(one, rule.upper) for one in lowest}


def _every(highest: Decimal, step: Decimal) -> set[Decimal]:
    count = int(highest / step) if step > 0 else 0
    return {step * number for number in range(min(count, _MOST_SUMS) + 1)} | {highest}
