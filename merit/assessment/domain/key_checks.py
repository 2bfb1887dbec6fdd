"""What is wrong with a key, and the most it can give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from merit.assessment.domain.items import (
    AreaKey,
    Interaction,
    ItemContent,
    ItemKey,
    MapKey,
    MatchKey,
    NumericKey,
    OrderKey,
    ResponseKey,
)

_ZERO = Decimal(0)


def best_response_points(rule: ResponseKey, interaction: Interaction | None = None) -> Decimal:
    """Return the most a rule can give for one response, as far as the interaction allows."""
    if isinstance(rule, MapKey):
        return _best_map(rule, getattr(interaction, "most", 0) if interaction is not None else 0, interaction)
    if isinstance(rule, AreaKey):
        return _best_sum([entry.points for entry in rule.entries], rule.upper, getattr(interaction, "most", 0))
    if isinstance(rule, NumericKey):
        return max(rule.points, *(entry.points for entry in rule.near), _ZERO)
    return rule.points


def _best_map(rule: MapKey, most: int, interaction: Interaction | None) -> Decimal:
    single = interaction is not None and interaction.kind in {"inline_choice", "text_entry", "slider"}
    return _best_sum([entry.points for entry in rule.entries], rule.upper, 1 if single else most)


def _best_sum(points: Sequence[Decimal], upper: Decimal | None, most: int) -> Decimal:
    gains = sorted((one for one in points if one > 0), reverse=True)
    best = sum(gains[: most or None], _ZERO)
    return best if upper is None else min(best, upper)


def key_problems(content: ItemContent, key: ItemKey) -> tuple[str, ...]:
    """Return reason codes of what is wrong with a key; empty when the item can be given.

    ``key-maximum-zero`` nothing to earn; ``key-response-missing`` an interaction without a rule;
    ``key-response-unknown`` a rule without an interaction; ``key-no-correct`` no answer earns points;
    ``key-correct-unknown`` a right answer is not among the choices; ``key-maximum-unreachable`` no answer earns the
    maximum; ``key-maximum-exceeded`` the rules give more than the maximum, the rest is cut off.
    """
    if key.processing is not None:
        return ("key-maximum-zero",) if key.maximum <= 0 else ()
    interactions = {interaction.id: interaction for interaction in content.interactions}
    found = ["key-maximum-zero"] if key.maximum <= 0 else []
    if set(interactions) - set(key.responses):
        found.append("key-response-missing")
    if set(key.responses) - set(interactions):
        found.append("key-response-unknown")
    for name, rule in key.responses.items():
        found.extend(_rule_problems(interactions.get(name), rule))
    found.extend(_maximum_problems(interactions, key))
    return tuple(dict.fromkeys(found))


def _maximum_problems(interactions: Mapping[str, Interaction], key: ItemKey) -> list[str]:
    best = sum((best_response_points(rule, interactions.get(name)) for name, rule in key.responses.items()), _ZERO)
    if key.upper is not None and key.upper < key.maximum:
        return ["key-maximum-unreachable"]
    if best < key.maximum:
        return ["key-maximum-unreachable"]
    return ["key-maximum-exceeded"] if best > key.maximum and key.upper is None else []


def _rule_problems(interaction: Interaction | None, rule: ResponseKey) -> list[str]:
    if best_response_points(rule, interaction) <= 0:
        return ["key-no-correct"]
    rewarded = _rewarded(rule)
    if isinstance(rule, MatchKey | OrderKey) and not rewarded:
        return ["key-no-correct"]
    known = _identifiers(interaction)
    if known is None:
        return []
    unknown = [value for value in rewarded if not set(value.split()) <= known]
    return ["key-correct-unknown"] if unknown else []


def _rewarded(rule: ResponseKey) -> Sequence[str]:
    if isinstance(rule, MatchKey | OrderKey):
        return rule.correct
    if isinstance(rule, MapKey):
        return [*rule.correct, *(entry.value for entry in rule.entries if entry.points > 0)]
    return ()


def _identifiers(interaction: Interaction | None) -> set[str] | None:
    """Return what can be chosen, None where anything can be typed or pointed at."""
    if interaction is None:
        return None
    groups = [getattr(interaction, name, ()) for name in ("choices", "sources", "targets", "spots")]
    found = {choice.id for group in groups for choice in group}
    return found or None
