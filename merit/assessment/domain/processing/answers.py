"""Variables, constants, right answers and mappings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any, TypeAlias

from merit.assessment.domain.processing.context import Arguments, Context, Node, Operator, attributes
from merit.assessment.domain.processing.shapes import contains
from merit.assessment.domain.processing.values import (
    Atom,
    UnsupportedError,
    Value,
    number,
    parse_atom,
    parse_number,
    parse_value,
    truth,
)

Nearness: TypeAlias = Callable[[Fraction], Fraction]
_PERCENT = 100


def _identifier(node: Node) -> str:
    return attributes(node).get("identifier", "").strip()


def _base_value(_context: Context, node: Node, _arguments: Arguments) -> Value | None:
    base = attributes(node).get("baseType", "string")
    return parse_value(base, "single", [str(node.get("text", ""))])


def _null(_context: Context, _node: Node, _arguments: Arguments) -> Value | None:
    return None


def _variable(context: Context, node: Node, _arguments: Arguments) -> Value | None:
    identifier = _identifier(node)
    if identifier in context.values:
        return context.values[identifier]
    item, _dot, variable = identifier.partition(".")
    for record in context.items:
        if record.identifier == item:
            value = record.outcomes.get(variable, record.responses.get(variable))
            weight = record.weights.get(attributes(node).get("weightIdentifier", ""))
            return _weighted(value, weight)
    return None


def _weighted(value: Value | None, weight: Fraction | None) -> Value | None:
    atom = value.atoms[0] if value is not None and value.atoms else None
    return number(atom * weight) if weight is not None and isinstance(atom, Fraction) else value


def _correct(context: Context, node: Node, _arguments: Arguments) -> Value | None:
    identifier = _identifier(node)
    if identifier in context.corrects:
        return context.corrects[identifier]
    declared = context.declaration(identifier)
    return context.declared_value(declared, "correct") if declared else None


def _default(context: Context, node: Node, _arguments: Arguments) -> Value | None:
    identifier = _identifier(node)
    if identifier in context.defaults:
        return context.defaults[identifier]
    declared = context.declaration(identifier)
    return context.declared_value(declared, "default") if declared else None


def amount(table: Mapping[str, Any], name: str) -> Fraction | None:
    """Return a number of a table, None when it is not given."""
    text = table.get(name)
    return None if text is None else parse_number(str(text))


def bounded(total: Fraction, table: Mapping[str, Any]) -> Fraction:
    """Return a sum kept within the bounds of its mapping."""
    lower, upper = amount(table, "lower"), amount(table, "upper")
    if lower is not None:
        total = max(total, lower)
    return total if upper is None else min(total, upper)


def _map_response(context: Context, node: Node, _arguments: Arguments) -> Value | None:
    identifier = _identifier(node)
    declared = context.declaration(identifier)
    if declared is None or "mapping" not in declared:
        raise UnsupportedError(f"{node['op']} without mapping: {identifier}")
    return number(_mapped_sum(declared, context.values.get(identifier), _nearness(node)))


def _nearness(node: Node) -> Nearness:
    """Return how near a number must come to a key: ``mapTolResponse`` of ONYX/OPAL says it, QTI says exactly."""
    names = attributes(node)
    mode = names.get("toleranceMode", "exact")
    if node["op"] == "mapResponse" or mode == "exact":
        return lambda _key: Fraction(0)
    width = parse_number((names.get("tolerance", "0").split() or ["0"])[0])
    if width is None or mode not in {"absolute", "relative"}:
        raise UnsupportedError(f"{node['op']} toleranceMode={mode}")
    exact = width
    return lambda key: exact if mode == "absolute" else abs(key) * exact / _PERCENT


def _mapped_sum(declared: Mapping[str, Any], value: Value | None, near: Nearness) -> Fraction:
    """Return the sum of what the distinct values earn, bounded."""
    atoms = dict.fromkeys(value.atoms) if value is not None else {}
    table = declared["mapping"]
    entries = [(_key(declared["base"], entry), entry) for entry in table["entries"]]
    total = sum((_mapped(atom, entries, table, near) for atom in atoms), Fraction(0))
    return bounded(total, table)


def _key(base: str, entry: Mapping[str, Any]) -> Atom | None:
    return parse_atom(base, str(entry["key"]))


def _mapped(
    atom: Atom, entries: Sequence[tuple[Atom | None, Mapping[str, Any]]], table: Mapping[str, Any], near: Nearness
) -> Fraction:
    for exact in (True, False):
        for key, entry in entries:
            if _is_hit(atom, key, exact=exact or bool(entry["case"])) or (not exact and _is_near(atom, key, near)):
                return amount(entry, "value") or Fraction(0)
    return amount(table, "default") or Fraction(0)


def _is_hit(atom: Atom, key: Atom | None, *, exact: bool) -> bool:
    if exact or not isinstance(atom, str) or not isinstance(key, str):
        return atom == key
    return atom.strip().casefold() == key.strip().casefold()


def _is_near(atom: Atom, key: Atom | None, near: Nearness) -> bool:
    given = parse_number(atom) if isinstance(atom, str) else atom
    wanted = parse_number(key) if isinstance(key, str) else key
    if not isinstance(given, Fraction) or not isinstance(wanted, Fraction):
        return False
    width = near(wanted)
    return width > 0 and abs(given - wanted) <= width


def _map_response_point(context: Context, node: Node, _arguments: Arguments) -> Value | None:
    identifier = _identifier(node)
    declared = context.declaration(identifier)
    if declared is None or "areas" not in declared:
        raise UnsupportedError(f"mapResponsePoint without areaMapping: {identifier}")
    value = context.values.get(identifier)
    points = _points(value)
    total = Fraction(0)
    used: set[int] = set()
    for x, y in points:
        place = _area_at(declared["areas"], x, y)
        if place is None:
            total += amount(declared["areas"], "default") or Fraction(0)
        elif place not in used:
            used.add(place)
            total += amount(declared["areas"]["entries"][place], "value") or Fraction(0)
    return number(bounded(total, declared["areas"]))


def _points(value: Value | None) -> list[tuple[Fraction, Fraction]]:
    """Return the points of a value; pairs of names are none."""
    pairs = [atom for atom in value.atoms if isinstance(atom, tuple)] if value is not None else []
    return [(x, y) for x, y in pairs if isinstance(x, Fraction) and isinstance(y, Fraction)]


def _area_at(areas: Mapping[str, Any], x: Fraction, y: Fraction) -> int | None:
    for place, entry in enumerate(areas["entries"]):
        if contains(entry["shape"], _numbers(entry["coords"]), x, y):
            return place
    return None


def _numbers(texts: Sequence[str]) -> list[Fraction]:
    return [parse_number(str(text)) or Fraction(0) for text in texts]


def _inside(_context: Context, node: Node, arguments: Arguments) -> Value | None:
    value = arguments[0]
    if value is None:
        return None
    names = attributes(node)
    coords = _numbers(names.get("coords", "").replace(",", " ").split())
    return truth(any(contains(names.get("shape", ""), coords, x, y) for x, y in _points(value)))


def lookup(context: Context, identifier: str, value: Value | None) -> Value | None:
    """Return what the table of an outcome gives for a number."""
    declared = context.declaration(identifier) or {}
    table = declared.get("lookup")
    if table is None:
        raise UnsupportedError(f"lookupOutcomeValue without table: {identifier}")
    atom = value.atoms[0] if value is not None and value.atoms else None
    if not isinstance(atom, Fraction):
        return None
    for entry in table["entries"]:
        if _is_row(entry, atom, interpolated=table["kind"] == "interpolation"):
            return parse_value(declared["base"], "single", [entry["target"]])
    default = table.get("default")
    return None if default is None else parse_value(declared["base"], "single", [default])


def _is_row(entry: Mapping[str, Any], atom: Fraction, *, interpolated: bool) -> bool:
    source = amount(entry, "source")
    if source is None:
        return False
    if not interpolated:
        return atom == source
    return atom >= source if entry.get("boundary", True) else atom > source


OPERATORS: dict[str, Operator] = {
    "baseValue": _base_value,
    "null": _null,
    "variable": _variable,
    "correct": _correct,
    "default": _default,
    "mapResponse": _map_response,
    "mapTolResponse": _map_response,
    "mapResponsePoint": _map_response_point,
    "inside": _inside,
}
