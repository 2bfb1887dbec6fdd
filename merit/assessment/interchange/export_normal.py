"""The normal form of an item: equal for two items that look and score the same to every candidate.

Identifiers become A, B, … and T1, T2, …; bounds that can never bind go; the order of what is shuffled anyway follows
the key. Formats that keep no identifiers are compared in this form.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from merit.assessment.domain.items import (
    Choice,
    ChoiceInteraction,
    InlineChoiceInteraction,
    Interaction,
    ItemContent,
    ItemKey,
    MapEntry,
    MapKey,
    MatchInteraction,
    MatchKey,
    OrderInteraction,
    OrderKey,
    ResponseKey,
)
from merit.assessment.interchange.foreign_parts import RESPONSE, exact, letter

ZERO = Decimal(0)


def normal(content: ItemContent, key: ItemKey) -> tuple[ItemContent, ItemKey]:
    """Return the normal form of an item with at most one interaction; others come back as they are."""
    if len(content.interactions) != 1 or key.processing is not None:
        return content, _unbound(key)
    [interaction] = content.interactions
    response = key.responses.get(interaction.id)
    if response is None:
        return content, key
    interaction, names = _renamed(interaction, response)
    body = content.body.replace(f'data-response="{content.interactions[0].id}"', f'data-response="{RESPONSE}"')
    renamed = _renamed_key(response, names, is_single=getattr(interaction, "most", 1) == 1)
    key = key.model_copy(update={"responses": {RESPONSE: renamed}})
    return content.model_copy(update={"interactions": (interaction,), "body": body}), _unbound(key)


def _unbound(key: ItemKey) -> ItemKey:
    """Take out bounds of the whole item that say no more than its responses do."""
    lower = (
        None if key.lower in {None, ZERO} and all(_is_positive(part) for part in key.responses.values()) else key.lower
    )
    upper = None if key.upper in {None, key.maximum} else key.upper
    return key.model_copy(update={"lower": lower, "upper": upper, "maximum": exact(key.maximum)})


def _is_positive(key: ResponseKey) -> bool:
    return not isinstance(key, MapKey) or key.lower == ZERO or all(entry.points >= 0 for entry in key.entries)


def _renamed(interaction: Interaction, key: ResponseKey) -> tuple[Interaction, Mapping[str, str]]:
    update: dict[str, Any] = {"id": RESPONSE}
    names: dict[str, str] = {}
    if isinstance(interaction, ChoiceInteraction | InlineChoiceInteraction | OrderInteraction):
        names = {choice.id: letter(number) for number, choice in enumerate(interaction.choices)}
        update["choices"] = _named(interaction.choices, names)
    if isinstance(interaction, ChoiceInteraction) and interaction.most >= len(interaction.choices) > 1:
        update["most"] = 0
    if isinstance(interaction, MatchInteraction):
        sources = {choice.id: letter(number) for number, choice in enumerate(interaction.sources)}
        ordered = _targets(interaction, key) if interaction.shuffle else list(interaction.targets)
        targets = {choice.id: f"T{number + 1}" for number, choice in enumerate(ordered)}
        update |= {"sources": _named(interaction.sources, sources), "targets": _named(ordered, targets)}
        names = {
            f"{source} {target}": f"{sources[source]} {targets[target]}" for source in sources for target in targets
        }
    return interaction.model_copy(update=update), names


def _targets(interaction: MatchInteraction, key: ResponseKey) -> list[Choice]:
    """Return the targets in the order in which the right pairs of the sources name them, then the others."""
    right = [value.split(" ") for value in getattr(key, "correct", ())]
    sources = [source.id for source in interaction.sources]
    used = [target for source in sources for first, target in right if first == source]
    known = {target.id: target for target in interaction.targets}
    ranked = [*dict.fromkeys(name for name in used if name in known)]
    return [known[name] for name in [*ranked, *(name for name in known if name not in ranked)]]


def _named(choices: Sequence[Choice], names: Mapping[str, str]) -> tuple[Choice, ...]:
    return tuple(choice.model_copy(update={"id": names[choice.id]}) for choice in choices)


def _renamed_key(key: ResponseKey, names: Mapping[str, str], *, is_single: bool) -> ResponseKey:
    if isinstance(key, MatchKey | OrderKey):
        correct = tuple(names.get(value, value) for value in key.correct)
        ordered = correct if isinstance(key, OrderKey) or key.ordered else tuple(sorted(correct))
        return key.model_copy(update={"correct": ordered, "points": exact(key.points)})
    if not isinstance(key, MapKey):
        return key
    entries = tuple(
        MapEntry(
            value=names.get(entry.value, entry.value), points=exact(entry.points), case_sensitive=entry.case_sensitive
        )
        for entry in key.entries
        if entry.points != 0 or key.default != 0
    )
    if names:
        entries = tuple(sorted(entries, key=lambda entry: entry.value))
    positive = [entry.points for entry in entries if entry.points > 0]
    most = max(positive, default=ZERO) if is_single and len(names) else sum(positive, ZERO)
    binds = key.upper is not None and key.upper < most
    below = any(entry.points < 0 for entry in entries)
    return key.model_copy(
        update={
            "entries": entries,
            "lower": key.lower if below else None,
            "upper": key.upper if binds else None,
            "correct": tuple(sorted(names.get(value, value) for value in key.correct)),
        }
    )
