"""Adaptive parts of a test: the rules of one, and what is wrong with them; pure.

A part measures one competency. Its items are chosen one by one from the calibrated items of the competency; it ends
with the first rule that holds once ``least`` items are answered: the error of the ability is small enough, the level is
decided with enough certainty, ``most`` items are given, or nothing more can be given.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from merit.assessment.domain.items import Document

LEAST_ITEMS, MOST_ITEMS = 5, 100  # fewer than five items measure nobody (docs/adr/0122)
Competency = Annotated[str, Field(max_length=80)]


class AdaptiveRules(Document):
    """The rules of an adaptive part.

    Attributes
    ----------
    competency
        What the part measures; its calibrated, active items are the pool.
    least, most
        Fewest and most items.
    precision
        The part ends when the standard error of the ability is at most this; None: not asked for.
    certainty
        The part ends when one level has at least this probability; None: not asked for. Needs cuts in force.
    exposure
        Largest share of a sitting's candidates that should see an item; 1: no limit.
    among, first_among
        How many of the best items chance chooses from, and for the first item of the part.

    """

    competency: Competency
    least: Annotated[int, Field(ge=LEAST_ITEMS, le=MOST_ITEMS)] = 8
    most: Annotated[int, Field(ge=LEAST_ITEMS, le=MOST_ITEMS)] = 20
    precision: Annotated[Decimal, Field(gt=0, le=2, max_digits=6, decimal_places=3)] | None = Decimal("0.35")
    certainty: Annotated[Decimal, Field(ge=Decimal("0.5"), lt=1, max_digits=6, decimal_places=3)] | None = None
    exposure: Annotated[Decimal, Field(gt=0, le=1, max_digits=6, decimal_places=3)] = Decimal(1)
    among: Annotated[int, Field(ge=1, le=20)] = 1
    first_among: Annotated[int, Field(ge=1, le=20)] = 5


def rules_problems(rules: AdaptiveRules, *, rows: Sequence[tuple[str, int]], has_fixed: bool) -> list[str]:
    """Return reason codes for what is wrong with a part; ``rows`` are (competency, count) of its demands.

    What the rows ask for must fit into the shortest test, so that every test meets the blueprint wherever it stops.
    """
    problems = []
    if not rules.competency:
        problems.append("adaptive-competency-missing")
    if rules.least > rules.most:
        problems.append("adaptive-least-above-most")
    if sum(count for _competency, count in rows) > rules.least:
        problems.append("adaptive-rows-exceed-least")
    if any(competency != rules.competency for competency, _count in rows):
        problems.append("adaptive-row-other-competency")
    if has_fixed:
        problems.append("adaptive-fixed-items")
    return problems


def fewest_given(enemies: Mapping[int, Collection[int]]) -> int:
    """Return how many items a test has when nothing is left that may meet those given; items by their enemies.

    The item with most enemies left is taken each time. This greedy way comes near the shortest such test; the exact one
    is an NP-hard problem (a smallest independent dominating set).
    """
    left = {item: set(others) & enemies.keys() for item, others in enemies.items()}
    given = 0
    while left:
        item = max(left, key=lambda one: (len(left[one]), -one))
        gone = {item, *left[item]}
        left = {one: others - gone for one, others in left.items() if one not in gone}
        given += 1
    return given
