"""Scoring one item: a pure function of content, key and response; exact decimals, the same every time.

A response that is blank everywhere earns 0, whatever the key says about values that nobody gave; an item below its
lower or above its upper bound earns the bound. What people must mark is ``TO_MARK`` as a whole, with the points of
the item's other responses left to whoever adds them (:func:`score_responses`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from merit.assessment.domain.items import (
    AreaKey,
    EssayKey,
    Interaction,
    ItemContent,
    ItemKey,
    MapEntry,
    MapKey,
    MatchInteraction,
    MatchKey,
    NearNumber,
    NumericKey,
    OrderKey,
    ResponseKey,
    Responses,
    TextEntryInteraction,
)
from merit.assessment.domain.key_checks import best_response_points, key_problems
from merit.assessment.domain.processing import UnsupportedError, plain, run
from merit.assessment.domain.processing.shapes import contains
from merit.assessment.domain.processing.values import parse_atom, parse_number, to_decimal

__all__ = ["ItemScore", "Outcome", "best_response_points", "key_problems", "score_item", "score_responses"]

_ZERO = Decimal(0)
_BLANKS = re.compile(r"\s+")
_PERCENT = 100
_PAIR = 2


class Outcome(StrEnum):
    """How a score came about."""

    SCORED = "scored"
    BLANK = "blank"
    TO_MARK = "to_mark"
    UNSUPPORTED = "unsupported"


@dataclass(frozen=True, slots=True)
class ItemScore:
    """Points of one response; ``points`` is None where people must mark or nothing can evaluate it."""

    points: Decimal | None
    maximum: Decimal
    outcome: Outcome
    reason: str = ""


def score_item(content: ItemContent, key: ItemKey, responses: Responses, *, seed: str = "") -> ItemScore:
    """Return the points of a response to an item.

    Parameters
    ----------
    content
        The item as candidates see it.
    key
        How it is scored.
    responses
        The values given per response identifier; absent and empty mean blank.
    seed
        What an imported item's own chance is drawn from.

    Returns
    -------
    Points within the key's bounds; blank answers earn 0, unless an imported program says otherwise.

    """
    given = {name: _given(values) for name, values in responses.items()}
    is_blank = not any(given.values())
    if any(isinstance(rule, EssayKey) for rule in key.responses.values()) and not is_blank:
        return ItemScore(None, key.maximum, Outcome.TO_MARK)
    if key.processing is not None:
        return _processed(key, responses, seed=seed, is_blank=is_blank)
    if is_blank:
        return ItemScore(_ZERO, key.maximum, Outcome.BLANK)
    points = sum(score_responses(content, key, given).values(), _ZERO)
    return ItemScore(_bounded(points, key), key.maximum, Outcome.SCORED)


def score_responses(content: ItemContent, key: ItemKey, responses: Responses) -> dict[str, Decimal]:
    """Return the points of every response that needs no person to mark it."""
    known = {interaction.id: interaction for interaction in content.interactions}
    return {
        name: _score(known.get(name), rule, _given(responses.get(name, ())))
        for name, rule in key.responses.items()
        if not isinstance(rule, EssayKey)
    }


def _given(values: Sequence[str]) -> list[str]:
    """Return the values that are not blank, each once, in their order."""
    return list(dict.fromkeys(value for value in values if value.strip()))


def _bounded(points: Decimal, key: ItemKey) -> Decimal:
    upper = key.maximum if key.upper is None else min(key.upper, key.maximum)
    points = min(points, upper)
    return points if key.lower is None else max(points, key.lower)


def _processed(key: ItemKey, responses: Responses, *, seed: str, is_blank: bool) -> ItemScore:
    try:
        score = plain(run(key.processing or {}, responses, seed=seed).values.get("SCORE"))
    except UnsupportedError as error:
        return ItemScore(None, key.maximum, Outcome.UNSUPPORTED, error.name)
    if not isinstance(score, Decimal):
        return ItemScore(None, key.maximum, Outcome.UNSUPPORTED, "SCORE")
    return ItemScore(_bounded(score, key), key.maximum, Outcome.BLANK if is_blank else Outcome.SCORED)


def _score(interaction: Interaction | None, rule: ResponseKey, given: Sequence[str]) -> Decimal:
    points = _ZERO
    if not given:
        return points
    match rule:
        case MatchKey():
            points = _score_match(interaction, rule, given)
        case MapKey():
            points = _score_map(interaction, rule, given)
        case NumericKey():
            points = _score_numeric(rule, given)
        case OrderKey():
            points = _score_order(rule, given)
        case AreaKey():
            points = _score_areas(rule, given)
    return points


def _unordered(interaction: Interaction | None) -> bool:
    """Tell whether pairs have no direction: both sides are the same choices."""
    return isinstance(interaction, MatchInteraction) and interaction.sources == interaction.targets


def _same_form(interaction: Interaction | None, values: Iterable[str]) -> list[str]:
    """Return values so that equal ones are equal texts: blanks folded, undirected pairs sorted; typed text trimmed."""
    folded = [_BLANKS.sub(" ", value).strip() for value in values]
    if not _unordered(interaction):
        return folded
    return [" ".join(sorted(value.split(" "))) for value in folded]


def _score_match(interaction: Interaction | None, rule: MatchKey, given: Sequence[str]) -> Decimal:
    ours, theirs = _same_form(interaction, rule.correct), _same_form(interaction, given)
    is_right = ours == theirs if rule.ordered else bool(ours) and set(ours) == set(theirs)
    return rule.points if is_right else _ZERO


def _score_map(interaction: Interaction | None, rule: MapKey, given: Sequence[str]) -> Decimal:
    values = dict.fromkeys(_same_form(interaction, given))
    total = sum((_mapped(interaction, rule, value) for value in values), _ZERO)
    if rule.upper is not None:
        total = min(total, rule.upper)
    return total if rule.lower is None else max(total, rule.lower)


def _mapped(interaction: Interaction | None, rule: MapKey, value: str) -> Decimal:
    """Return the points of one value: its own spelling first, then spellings whose case does not matter."""
    numeric = isinstance(interaction, TextEntryInteraction) and interaction.numeric
    forms = _same_form(interaction, (entry.value for entry in rule.entries))
    for exact in (True, False):
        for entry, form in zip(rule.entries, forms, strict=True):
            if _is_hit(entry, form, value, exact=exact, numeric=numeric):
                return entry.points
    return rule.default


def _is_hit(entry: MapEntry, form: str, value: str, *, exact: bool, numeric: bool) -> bool:
    if form == value:
        return True
    if numeric and (number := parse_number(form)) is not None:
        return number == parse_number(value)
    return not exact and not entry.case_sensitive and form.casefold() == value.casefold()


def _score_numeric(rule: NumericKey, given: Sequence[str]) -> Decimal:
    number = parse_number(given[0]) if len(given) == 1 else None
    if number is None:
        return _ZERO
    entries: tuple[NumericKey | NearNumber, ...] = (rule, *rule.near)
    for entry in entries:
        if _is_near(number, Fraction(entry.value), Fraction(entry.tolerance), relative=entry.relative):
            return entry.points
    return _ZERO


def _is_near(number: Fraction, value: Fraction, tolerance: Fraction, *, relative: bool) -> bool:
    width = abs(value) * tolerance / _PERCENT if relative else tolerance
    return abs(number - value) <= width


def _score_order(rule: OrderKey, given: Sequence[str]) -> Decimal:
    if list(given) == list(rule.correct):
        return rule.points
    pairs = set(pairwise(rule.correct))
    if not rule.partial or not pairs:
        return _ZERO
    right = pairs & set(pairwise(given))
    return to_decimal(Fraction(rule.points) * len(right) / len(pairs))


def _score_areas(rule: AreaKey, given: Sequence[str]) -> Decimal:
    total = _ZERO
    used: set[int] = set()
    for value in given:
        place = _area_of(rule, value)
        if place is None:
            total += rule.default
        elif place not in used:
            used.add(place)
            total += rule.entries[place].points
    if rule.upper is not None:
        total = min(total, rule.upper)
    return total if rule.lower is None else max(total, rule.lower)


def _area_of(rule: AreaKey, value: str) -> int | None:
    point = parse_atom("point", value)
    if not isinstance(point, tuple):
        return None
    x, y = point
    if not isinstance(x, Fraction) or not isinstance(y, Fraction):
        return None
    for place, entry in enumerate(rule.entries):
        if contains(entry.area.shape, [Fraction(number) for number in entry.area.coords], x, y):
            return place
    return None
