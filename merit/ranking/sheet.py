"""A policy as the fields of a form and back, pure: texts as typed, so that nothing is lost when something is wrong.

A field's name is its path in the document, ``pillars.0.indicators.2.weight``; dots inside codes are written ``~``. The
form becomes the same tree a YAML text becomes, with a number per node in place of the line, so that both are checked
by the same rules and every problem finds its field.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from merit.ranking.catalogue import CATALOGUE, METHODS, SeKind
from merit.ranking.document import Node, PolicyError, exact_number, is_storable, plain
from merit.ranking.domain import GateKind
from merit.ranking.engine.types import Policy
from merit.ranking.gate_params import known_params
from merit.ranking.policy import policy_from_tree
from merit.ranking.policy_text import write_yaml

Fields = Mapping[str, str]
NUMBERS = frozenset({"size", "precision", "response_working_days", "weight", "neutral", "step", "x", "y"})
LISTS = frozenset({"any_of", "codes", "levels"})
FLAGS = frozenset({"one_below", "in_force"})
PARAM_NUMBERS = frozenset({"years", "percent", "lookback_years"})
MAX_ROWS = 60
_MAX_PLACE = 4


@dataclass(frozen=True, slots=True)
class Checked:
    """What checking a form gave: the policy and its YAML, or sentences' codes by field."""

    text: str
    policy: Policy | None
    problems: tuple[tuple[str, str, Mapping[str, Any]], ...] = ()


def fields_of(document: str, *, comma: bool) -> dict[str, str]:
    """Return the fields of a stored canonical document; decimals with a comma where the page writes them so."""
    return flatten(_shown(json.loads(document), comma=comma))


def check(fields: Fields) -> Checked:
    """Return the policy a form stands for, or every problem with the name of its field."""
    builder = _Builder()
    root = builder.root(nest(fields))
    text = write_yaml(plain(root))
    try:
        return Checked(text, policy_from_tree(root))
    except PolicyError as error:
        problems = tuple((builder.paths.get(one.line, ""), one.code, one.details) for one in error.problems)
        return Checked(text, None, problems)


def form_sha256(document: str) -> str:
    """Return the hash of a document as its form writes it: one for every way of writing the same."""
    policy = check(fields_of(document, comma=False)).policy
    return "" if policy is None else policy.sha256


def nest(fields: Fields) -> dict[str, Any]:
    """Return the fields as mappings and lists; gaps in the numbering close."""
    root: dict[str, Any] = {}
    for name, value in fields.items():
        parts = name.split(".")
        place = root
        for part in parts[:-1]:
            inner = place.get(part)
            if not isinstance(inner, dict):
                inner = place[part] = {}
            place = inner
        if not isinstance(place.get(parts[-1]), dict):
            place[parts[-1]] = value
    return {key: _listed(value) for key, value in root.items()}


def flatten(value: Any, prefix: str = "") -> dict[str, str]:
    """Return mappings and lists as fields."""
    fields: dict[str, str] = {}
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in pairs:
        name = f"{prefix}{key}"
        if isinstance(item, dict | list):
            fields |= flatten(item, f"{name}.")
        else:
            fields[name] = item
    return fields


def is_place(part: str) -> bool:
    """Return whether a part of a field's name counts a row."""
    return part.isascii() and part.isdigit() and len(part) <= _MAX_PLACE


def change_rows(fields: Fields, order: str) -> dict[str, str]:
    """Return the fields after ``add:PATH``, ``remove:PATH.N``, ``up:PATH.N`` or ``down:PATH.N``; others change nothing.

    A new row is empty. Rows below move up or down, and so do their fields.
    """
    word, _separator, path = order.partition(":")
    nested = nest(fields)
    parts = path.split(".")
    rows = _find(nested, parts if word == "add" else parts[:-1], create=word == "add")
    if not isinstance(rows, list):
        return dict(fields)
    if word == "add" and len(rows) < MAX_ROWS:
        rows.append(_blank(parts[-1]))
    elif word != "add" and is_place(parts[-1]) and int(parts[-1]) < len(rows):
        _move(rows, word, int(parts[-1]))
    return flatten(nested)


def error_keys() -> Iterator[tuple[str, str]]:
    """Yield (field name, default_se key) of every standard error a policy may state."""
    yield "default_se.rater_sd", "rater_sd"
    for code, indicator in CATALOGUE.items():
        if indicator.default_se is SeKind.BY_METHOD:
            for method in METHODS:
                yield f"default_se.{_escaped(code)}.{method}", f"{code}: {method}"
        elif indicator.default_se is SeKind.NUMBER or code == "service.satisfaction":
            yield f"default_se.{_escaped(code)}", code


def _find(nested: Any, parts: Sequence[str], *, create: bool) -> Any:
    place = nested
    for index, part in enumerate(parts):
        if isinstance(place, list):
            if not is_place(part) or int(part) >= len(place):
                return None
            place = place[int(part)]
        elif isinstance(place, dict):
            is_last = create and index == len(parts) - 1
            place = place.setdefault(part, []) if is_last else place.get(part)
        else:
            return None
    return place


_BLANKS: Mapping[str, Any] = {
    "pillars": {"code": "", "title": "", "weight": "", "indicators": []},
    "indicators": {"code": "", "weight": "", "missing": "", "neutral": "", "step": "", "points": []},
    "preferred": {"code": "", "step": "", "points": []},
    "points": {"x": "", "y": ""},
    "gates": {"id": "", "kind": "", "title": "", "citation": "", "status": "needs_verification"},
    "ties": "",
}


def _blank(name: str) -> Any:
    blank = _BLANKS.get(name, "")
    if not isinstance(blank, dict):
        return blank
    row = dict(blank)
    if "points" in row:
        row["points"] = [{"x": "", "y": "0"}, {"x": "", "y": "100"}]
    if "indicators" in row:
        row["indicators"] = [_blank("indicators")]
    return row


def _move(rows: list[Any], word: str, index: int) -> None:
    if word == "remove":
        del rows[index]
    elif word == "up" and index > 0:
        rows[index - 1], rows[index] = rows[index], rows[index - 1]
    elif word == "down" and index < len(rows) - 1:
        rows[index + 1], rows[index] = rows[index], rows[index + 1]


def _listed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if value and all(is_place(key) for key in value):
        return [_listed(value[key]) for key in sorted(value, key=int)]
    return {key: _listed(item) for key, item in value.items()}


def _escaped(code: str) -> str:
    return code.replace(".", "~")


def _shown(document: Mapping[str, Any], *, comma: bool) -> dict[str, Any]:
    """Return the document as nested texts."""
    write = _Writing(comma)
    tiers = document["tier"] if isinstance(document["tier"], list) else [document["tier"]]
    shown: dict[str, Any] = {key: write(document[key]) for key in _PLAIN if key in document}
    shown["tier"] = dict.fromkeys(tiers, "1")
    shown["gates"] = [_shown_gate(gate, write) for gate in document.get("gates") or []]
    shown["pillars"] = [
        {key: write(pillar.get(key, "")) for key in ("code", "title", "weight")}
        | {"indicators": [_shown_indicator(item, write) for item in pillar["indicators"]]}
        for pillar in document["pillars"]
    ]
    shown["default_se"] = {
        _escaped(key): {method: write(number) for method, number in value.items()}
        if isinstance(value, dict)
        else write(value)
        for key, value in (document.get("default_se") or {}).items()
    }
    shown["ties"] = list(document.get("ties") or [])
    return shown


_PLAIN = ("code", "title", "size", "precision", "surplus", "results", "response_working_days")


@dataclass(frozen=True, slots=True)
class _Writing:
    """Writes a value of the document as a person would type it."""

    comma: bool

    def __call__(self, value: Any) -> str:
        if value is None:
            return ""
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int | float):
            text = format(Decimal(repr(value)), "f")
            return text.replace(".", ",") if self.comma else text
        if isinstance(value, list):
            return ", ".join(self(item) for item in value)
        return str(value)


def _shown_gate(gate: Mapping[str, Any], write: _Writing) -> dict[str, Any]:
    shown: dict[str, Any] = {key: write(gate.get(key, "")) for key in ("id", "kind", "title", "citation", "status")}
    shown["params"] = {key: write(value) for key, value in (gate.get("params") or {}).items()}
    shown["decree"] = {key: write(value) for key, value in (gate.get("decree") or {}).items()}
    return shown


def _shown_indicator(item: Mapping[str, Any], write: _Writing) -> dict[str, Any]:
    shown: dict[str, Any] = {
        key: write(item[key]) for key in ("code", "weight", "missing", "neutral", "step") if key in item
    }
    shown["points"] = [{"x": write(x), "y": write(y)} for x, y in item["points"]]
    if item.get("actionable"):
        shown["actionable"] = "1"
    preferred = item.get("preferred")
    if preferred:
        options = preferred if isinstance(preferred, list) else [preferred]
        shown["preferred"] = [_shown_indicator(option, write) for option in options]
    return shown


@dataclass(slots=True)
class _Builder:
    """Builds the tree of a form; ``paths`` says which field each number stands for."""

    paths: dict[int, str] = field(default_factory=dict)

    def node(self, value: Any, path: str) -> Node:
        number = len(self.paths) + 1
        self.paths[number] = path
        return Node(value, number)

    def root(self, nested: Mapping[str, Any]) -> Node:
        entries: dict[str, Node] = {}
        root = self.node(entries, "")
        for key in _PLAIN:
            self.put(entries, key, nested.get(key, ""), key, is_required=key in {"code", "title"})
        entries["tier"] = self.tiers(nested.get("tier"))
        entries["gates"] = self.node(
            [self.gate(row, f"gates.{index}") for index, row in _rows(nested.get("gates"))], "gates"
        )
        entries["pillars"] = self.node(
            [self.pillar(row, f"pillars.{index}") for index, row in _rows(nested.get("pillars"))], "pillars"
        )
        if errors := self.errors(nested.get("default_se")):
            entries["default_se"] = self.node(errors, "default_se")
        ties = [
            self.node(code, f"ties.{index}")
            for index, code in enumerate(nested.get("ties") or [])
            if isinstance(code, str) and code
        ]
        if ties:
            entries["ties"] = self.node(ties, "ties")
        return root

    def put(self, entries: dict[str, Node], key: str, raw: Any, path: str, *, is_required: bool = False) -> None:
        """Add a field that is filled in; an empty one only where it must not be."""
        text = _text(raw)
        if not text and not is_required:
            return
        value = _number(text) if key in NUMBERS and text else text or None
        entries[key] = self.node(value, path)

    def tiers(self, raw: Any) -> Node:
        chosen = [code for code, tick in raw.items() if tick] if isinstance(raw, dict) else []
        if not chosen:
            return self.node(None, "tier")
        if len(chosen) == 1:
            return self.node(chosen[0], "tier")
        return self.node([self.node(code, "tier") for code in chosen], "tier")

    def pillar(self, row: Mapping[str, Any], path: str) -> Node:
        entries: dict[str, Node] = {}
        node = self.node(entries, path)
        for key in ("code", "title", "weight"):
            self.put(entries, key, row.get(key), f"{path}.{key}", is_required=key != "title")
        rows = [self.indicator(one, f"{path}.indicators.{index}") for index, one in _rows(row.get("indicators"))]
        entries["indicators"] = self.node(rows, f"{path}.indicators")
        return node

    def indicator(self, row: Mapping[str, Any], path: str, *, is_preferred: bool = False) -> Node:
        entries: dict[str, Node] = {}
        node = self.node(entries, path)
        keys = ("code", "step") if is_preferred else ("code", "weight", "missing", "neutral", "step")
        for key in keys:
            self.put(entries, key, row.get(key), f"{path}.{key}", is_required=key in {"code", "weight"})
        knots = [
            self.node([self.knot(one, f"{path}.points.{index}", axis) for axis in ("x", "y")], f"{path}.points.{index}")
            for index, one in _rows(row.get("points"))
            if _text(one.get("x")) or _text(one.get("y"))
        ]
        entries["points"] = self.node(knots, f"{path}.points")
        if row.get("actionable"):
            entries["actionable"] = self.node(value=True, path=f"{path}.actionable")
        options = [
            self.indicator(one, f"{path}.preferred.{index}", is_preferred=True)
            for index, one in _rows(row.get("preferred"))
        ]
        if options:
            entries["preferred"] = options[0] if len(options) == 1 else self.node(options, f"{path}.preferred")
        return node

    def knot(self, row: Mapping[str, Any], path: str, axis: str) -> Node:
        text = _text(row.get(axis))
        return self.node(_number(text) if text else "", f"{path}.{axis}")

    def gate(self, row: Mapping[str, Any], path: str) -> Node:
        entries: dict[str, Node] = {}
        node = self.node(entries, path)
        for key in ("id", "kind", "title", "citation", "status"):
            self.put(entries, key, row.get(key), f"{path}.{key}", is_required=key != "title")
        params = row.get("params")
        entries["params"] = self.params(params if isinstance(params, dict) else {}, str(row.get("kind")), path)
        held = row.get("decree")
        decree = {key: text for key, raw in held.items() if (text := _text(raw))} if isinstance(held, dict) else {}
        if decree:
            parts = {key: self.node(text, f"{path}.decree.{key}") for key, text in decree.items()}
            entries["decree"] = self.node(parts, f"{path}.decree")
        return node

    def params(self, raw: Mapping[str, Any], kind: str, path: str) -> Node:
        known = known_params(GateKind(kind)) if kind in tuple(GateKind) else ()
        entries: dict[str, Node] = {}
        node = self.node(entries, f"{path}.params")
        for key in known:
            if text := _text(raw.get(key)):
                entries[key] = self.param(key, text, f"{path}.params.{key}")
        return node

    def param(self, key: str, text: str, path: str) -> Node:
        if key in LISTS:
            return self.node([self.node(word.strip(), path) for word in text.split(",") if word.strip()], path)
        if key in FLAGS and text in {"true", "false"}:
            return self.node(text == "true", path)
        if key in PARAM_NUMBERS or (key == "level" and is_place(text)):
            return self.node(_number(text), path)
        return self.node(text, path)

    def errors(self, raw: Any) -> dict[str, Node]:
        entries: dict[str, Node] = {}
        for key, value in raw.items() if isinstance(raw, dict) else ():
            code, path = key.replace("~", "."), f"default_se.{key}"
            if isinstance(value, dict):
                inner = {
                    method: self.node(_number(text), f"{path}.{method}")
                    for method, raw_text in value.items()
                    if (text := _text(raw_text))
                }
                if inner:
                    entries[code] = self.node(inner, path)
            elif text := _text(value):
                entries[code] = self.node(_number(text), path)
        return entries


def _rows(raw: Any) -> list[tuple[int, Mapping[str, Any]]]:
    return [(index, row) for index, row in enumerate(raw) if isinstance(row, dict)] if isinstance(raw, list) else []


def _text(raw: Any) -> str:
    return "".join(filter(is_storable, raw)).strip() if isinstance(raw, str) else ""


def _number(text: str) -> int | Decimal | str:
    """Return an exact number, decimals with a comma or a point; what is no number stays text and is refused later."""
    number = exact_number(text.replace(",", ".", 1))
    if number is None:
        return text
    return int(number) if number == number.to_integral_value() else number
