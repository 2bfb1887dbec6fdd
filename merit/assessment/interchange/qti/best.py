"""What an item is worth where nothing says it: the best of all answers, as long as they can be counted out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import chain, combinations, product
from math import prod
from typing import Any

from merit.assessment.domain.items import ChoiceInteraction, InlineChoiceInteraction, Interaction
from merit.assessment.domain.processing import UnsupportedError, plain, run

MOST_ANSWERS = 1_024
_MOST_CHOICES = 10  # of which any number may be chosen
Answers = list[list[str]]


def best_of_answers(program: Mapping[str, Any], interactions: Sequence[Interaction]) -> Decimal | None:
    """Return the most that any answer earns.

    Parameters
    ----------
    program
        How the item is scored.
    interactions
        What is answered; only choices can be counted out.

    Returns
    -------
    The highest score; None when there are too many answers or other kinds, when a draw decides, when an answer cannot
    be evaluated, or when none earns anything.

    """
    if not program["rules"] or program["template_rules"] or len(interactions) != len(program["responses"]):
        return None
    answers = [_answers_of(one) for one in interactions]
    if not answers or not all(answers) or prod(map(len, answers)) > MOST_ANSWERS:
        return None
    names = [one.id for one in interactions]
    best = Decimal(0)
    for given in product(*answers):
        try:
            score = plain(run(program, dict(zip(names, given, strict=True))).values.get("SCORE"))
        except UnsupportedError:
            return None
        if not isinstance(score, Decimal):
            return None
        best = max(best, score)
    return best or None


def _answers_of(interaction: Interaction) -> Answers:
    """Return every answer to an interaction, none first; empty when they cannot be counted out."""
    if not isinstance(interaction, ChoiceInteraction | InlineChoiceInteraction):
        return []
    names = [choice.id for choice in interaction.choices]
    most = interaction.most if isinstance(interaction, ChoiceInteraction) else 1
    if most != 1 and len(names) > _MOST_CHOICES:
        return []
    sizes = range((most or len(names)) + 1)
    return [list(chosen) for chosen in chain.from_iterable(combinations(names, size) for size in sizes)]
