"""A key in words: which answer earns what, for authors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from merit.assessment.domain import richtext
from merit.assessment.domain.bank import choices_of
from merit.assessment.domain.items import (
    AreaKey,
    Document,
    EssayKey,
    ItemContent,
    ItemKey,
    MapKey,
    MatchKey,
    NearNumber,
    NumericKey,
    OrderKey,
    ResponseKey,
)


@dataclass(frozen=True, slots=True)
class KeyLine:
    """One answer and its points; None where the points belong to all lines of the response together."""

    answer: str
    points: Decimal | None


@dataclass(frozen=True, slots=True)
class ResponseLines:
    """The answers of one response; ``rule`` is the kind of key (match, map …), ``points`` those of the whole."""

    response: str
    rule: str
    lines: tuple[KeyLine, ...]
    points: Decimal | None = None


def key_lines(content: ItemContent, key: ItemKey) -> tuple[ResponseLines, ...]:
    """Return the key response by response."""
    interactions = {one.id: one for one in content.interactions}
    if key.processing is not None:
        return tuple(_of_program(key.processing, interactions))
    return tuple(
        _of_response(identifier, rule, _names(interactions[identifier]) if identifier in interactions else {})
        for identifier, rule in key.responses.items()
    )


def _of_program(program: Mapping[str, Any], interactions: Mapping[str, Document]) -> Iterator[ResponseLines]:
    """Yield the right answers that an imported program declares; its rules may know more."""
    for identifier, declared in program.get("responses", {}).items():
        if identifier in interactions and declared.get("correct"):
            names = _names(interactions[identifier])
            lines = tuple(KeyLine(_words(value, names), None) for value in declared["correct"])
            yield ResponseLines(identifier, "program", lines)


def _of_response(identifier: str, rule: ResponseKey, names: Mapping[str, str]) -> ResponseLines:
    if isinstance(rule, MapKey):
        return ResponseLines(identifier, rule.rule, tuple(_entries(rule, names)))
    if isinstance(rule, MatchKey | OrderKey):
        lines = tuple(KeyLine(_words(value, names), None) for value in rule.correct)
        return ResponseLines(identifier, rule.rule, lines, rule.points)
    if isinstance(rule, NumericKey):
        return ResponseLines(identifier, rule.rule, tuple(_numbers(rule)))
    if isinstance(rule, AreaKey):
        places = (
            KeyLine(f"{entry.area.shape} {' '.join(f'{n:g}' for n in entry.area.coords)}", entry.points)
            for entry in rule.entries
        )
        return ResponseLines(identifier, rule.rule, tuple(places))
    return _essay(identifier, rule)


def _essay(identifier: str, rule: EssayKey) -> ResponseLines:
    return ResponseLines(identifier, rule.rule, (KeyLine(richtext.plain(rule.rubric), None),), rule.points)


def _entries(rule: MapKey, names: Mapping[str, str]) -> Iterator[KeyLine]:
    for entry in sorted(rule.entries, key=lambda entry: -entry.points):
        yield KeyLine(_words(entry.value, names), entry.points)


def _numbers(rule: NumericKey) -> Iterator[KeyLine]:
    every: tuple[NumericKey | NearNumber, ...] = (rule, *rule.near)
    for one in every:
        unit = "%" if one.relative else ""
        tolerance = f" ± {_short(one.tolerance)}{unit}" if one.tolerance else ""
        yield KeyLine(_short(one.value) + tolerance, one.points)


def _short(value: Decimal) -> str:
    return format(value.normalize(), "f").replace(".", ",")


def _words(value: str, names: Mapping[str, str]) -> str:
    if value in names:
        return f"{value}. {names[value]}".rstrip(". ") if names[value] else value
    source, _separator, target = value.partition(" ")
    return f"{names[source]} → {names[target]}" if source in names and target in names else value


def _names(interaction: Document) -> dict[str, str]:
    names = {choice.id: richtext.plain(choice.html) for choice in choices_of(interaction)}
    return names | {spot.id: spot.label for spot in getattr(interaction, "spots", ())}
