"""A key as a program of QTI: declarations and response processing that score as the bank does."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Any

from merit.assessment.domain.items import (
    AreaKey,
    Interaction,
    ItemContent,
    ItemKey,
    MapKey,
    MatchInteraction,
    MatchKey,
    NearNumber,
    NumericKey,
    OrderKey,
    ResponseKey,
)
from merit.assessment.domain.scoring import best_response_points
from merit.assessment.interchange.foreign_parts import exact

Node = dict[str, Any]
_TEMPLATES = {"match": "match_correct", "map": "map_response", "point": "map_response_point"}
_FLOAT = {"base": "float", "cardinality": "single"}


def program_of(content: ItemContent, key: ItemKey) -> Mapping[str, Any]:
    """Return the program of an item; an imported item's own program comes back as it is."""
    if key.processing is not None:
        return key.processing
    responses = {one.id: _declaration(one, key.responses.get(one.id)) for one in content.interactions}
    outcomes: dict[str, Any] = {
        "SCORE": {**_FLOAT, "default": ["0"], "maximum": _text(key.maximum)},
        "MAXSCORE": {**_FLOAT, "default": [_text(key.maximum)]},
    }
    program: dict[str, Any] = {"responses": responses, "outcomes": outcomes, "templates": {}, "rules": []}
    form = _template_form(content, key)
    if form:
        program["template"] = {"form": form, "response": content.interactions[0].id}
        return program
    rules: list[Node] = []
    parts: list[str] = []
    for number, interaction in enumerate(content.interactions, start=1):
        rule = key.responses.get(interaction.id)
        made = _rules(interaction.id, f"POINTS_{number}", rule, outcomes) if rule is not None else []
        if made:
            outcomes[f"POINTS_{number}"] = {**_FLOAT, "default": ["0"]}
            parts.append(f"POINTS_{number}")
            rules += made
    if parts:
        rules.append(_set("SCORE", _node("sum", *(_variable(part) for part in parts))))
        rules += _bounding(key)
    program["rules"] = rules
    return program


def _text(number: Decimal) -> str:
    return f"{exact(number):f}"


def _node(op: str, *args: Node, **attrs: str) -> Node:
    return {"op": op, "attrs": attrs, "args": list(args)}


def _variable(name: str) -> Node:
    return _node("variable", identifier=name)


def _value(base: str, text: str) -> Node:
    return {"op": "baseValue", "attrs": {"baseType": base}, "args": [], "text": text}


def _set(outcome: str, value: Node) -> Node:
    return _node("setOutcomeValue", value, identifier=outcome)


def _when(*branches: tuple[Node, list[Node]]) -> Node:
    return {"op": "condition", "branches": [{"if": test, "then": then} for test, then in branches]}


def _shape(interaction: Interaction) -> tuple[str, str]:
    """Return base type and cardinality of an interaction's response."""
    most = getattr(interaction, "most", 1)
    many = "single" if most == 1 else "multiple"
    if isinstance(interaction, MatchInteraction):
        return ("pair" if interaction.sources == interaction.targets else "directedPair"), "multiple"
    shapes = {
        "choice": ("identifier", many),
        "order": ("identifier", "ordered"),
        "inline_choice": ("identifier", "single"),
        "text_entry": ("float" if getattr(interaction, "numeric", False) else "string", "single"),
        "hotspot": ("identifier" if getattr(interaction, "spots", ()) else "point", many),
        "slider": ("float", "single"),
    }
    return shapes.get(interaction.kind, ("string", "single"))


def _declaration(interaction: Interaction, key: ResponseKey | None) -> dict[str, Any]:
    base, cardinality = _shape(interaction)
    declared: dict[str, Any] = {"base": base, "cardinality": cardinality}
    correct = [_text(key.value)] if isinstance(key, NumericKey) else list(getattr(key, "correct", ()))
    if correct:
        declared["correct"] = correct
    if isinstance(key, MapKey):
        entries = [
            {"key": entry.value, "value": _text(entry.points), "case": entry.case_sensitive} for entry in key.entries
        ]
        declared["mapping"] = {"entries": entries, **_bounds(key)}
    if isinstance(key, AreaKey):
        areas = [
            {
                "shape": entry.area.shape,
                "coords": [_coordinate(number) for number in entry.area.coords],
                "value": _text(entry.points),
            }
            for entry in key.entries
        ]
        declared["areas"] = {"entries": areas, **_bounds(key)}
    return declared


def _coordinate(number: float) -> str:
    return repr(number).removesuffix(".0")


def _bounds(key: MapKey | AreaKey) -> dict[str, str]:
    found = {"default": key.default, "lower": key.lower, "upper": key.upper}
    return {name: _text(value) for name, value in found.items() if value is not None}


def _template_form(content: ItemContent, key: ItemKey) -> str:
    """Return the standard template that says the same; empty when none does."""
    if len(content.interactions) != 1 or len(key.responses) != 1 or _binds(content, key):
        return ""
    [rule] = key.responses.values()
    if isinstance(rule, MatchKey) and rule.points == 1 and bool(rule.correct):
        return "match" if content.interactions[0].kind != "text_entry" else ""
    if isinstance(rule, MapKey) and rule.entries:
        return "map"
    return "point" if isinstance(rule, AreaKey) and rule.entries else ""


def _binds(content: ItemContent, key: ItemKey) -> bool:
    """Tell whether the bounds of the whole item can change what its one rule gives."""
    [rule], [interaction] = key.responses.values(), content.interactions
    most = key.maximum if key.upper is None else min(key.upper, key.maximum)
    if best_response_points(rule, interaction) > most:
        return True
    if not isinstance(rule, MapKey | AreaKey) or key.lower is None:
        return False
    is_below = any(entry.points < 0 for entry in rule.entries) or rule.default < 0
    return is_below and (rule.lower is None or rule.lower < key.lower)


def _rules(name: str, points: str, key: ResponseKey, outcomes: dict[str, Any]) -> list[Node]:
    if isinstance(key, MatchKey):
        test = _node("match", _variable(name), _node("correct", identifier=name))
        return [_when((test, [_set(points, _value("float", _text(key.points)))]))] if key.correct else []
    if isinstance(key, MapKey | AreaKey):
        if not key.entries:
            return []
        given = _node("not", _node("isNull", _variable(name)))
        mapped = _node("mapResponse" if isinstance(key, MapKey) else "mapResponsePoint", identifier=name)
        return [_when((given, [_set(points, mapped)]))]
    if isinstance(key, NumericKey):
        return [_numeric(name, points, key)]
    if isinstance(key, OrderKey):
        return _order(name, points, key, outcomes)
    return []


def _numeric(name: str, points: str, key: NumericKey) -> Node:
    branches = []
    entries: tuple[NumericKey | NearNumber, ...] = (key, *key.near)
    for entry in entries:
        width = abs(entry.value) * entry.tolerance / 100 if entry.relative else entry.tolerance
        target = _value("float", _text(entry.value))
        mode = (
            {"toleranceMode": "absolute", "tolerance": f"{width:f} {width:f}"} if width else {"toleranceMode": "exact"}
        )
        test = _node("equal", target, _variable(name), **mode)
        branches.append((test, [_set(points, _value("float", _text(entry.points)))]))
    return _when(*branches)


def _order(name: str, points: str, key: OrderKey, outcomes: dict[str, Any]) -> list[Node]:
    """Return all or nothing, or a share per neighbouring pair found anywhere in the answer."""
    whole = _node("match", _variable(name), _node("correct", identifier=name))
    full = (whole, [_set(points, _value("float", _text(key.points)))])
    pairs = list(pairwise(key.correct))
    if not key.partial or not pairs:
        return [_when(full)]
    hits = f"HITS_{points.rpartition('_')[2]}"
    outcomes[hits] = {"base": "integer", "cardinality": "single", "default": ["0"]}
    counted = [
        _when((_follows(name, first, second, len(key.correct)), [_set(hits, _one_more(hits))]))
        for first, second in pairs
    ]
    share = _node("product", _value("float", _text(key.points)), _variable(hits))
    return [*counted, _set(points, _node("divide", share, _value("integer", str(len(pairs)))))]


def _one_more(hits: str) -> Node:
    return _node("sum", _variable(hits), _value("integer", "1"))


def _follows(name: str, first: str, second: str, count: int) -> Node:
    tests = [_node("and", _stands(name, place, first), _stands(name, place + 1, second)) for place in range(1, count)]
    return _node("or", *tests) if len(tests) > 1 else tests[0]


def _stands(name: str, place: int, value: str) -> Node:
    found = _node("index", _variable(name), n=str(place))
    return _node("match", found, _value("identifier", value))


def _bounding(key: ItemKey) -> list[Node]:
    most = key.maximum if key.upper is None else min(key.upper, key.maximum)
    upper = _value("float", _text(most))
    rules = [_when((_node("gt", _variable("SCORE"), upper), [_set("SCORE", upper)]))]
    if key.lower is not None:
        lower = _value("float", _text(key.lower))
        rules.append(_when((_node("lt", _variable("SCORE"), lower), [_set("SCORE", lower)])))
    return rules


def template_name(form: str) -> str:
    """Return the name of a standard template; empty for a form that is no template."""
    return _TEMPLATES.get(form, "")
