"""Declarations and processing of QTI as a program for ``merit.assessment.domain.processing``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from merit.assessment.domain.processing.values import BASES, parse_number
from merit.assessment.interchange.qti.names import attrs, children, first, kind
from merit.assessment.interchange.qti.templates import recognise, template_form, template_rules
from merit.assessment.interchange.xml import Element

Node = dict[str, Any]
_CONDITIONS = frozenset({"responseCondition", "outcomeCondition", "templateCondition"})
_FRAGMENTS = frozenset({"responseProcessingFragment", "outcomeProcessingFragment"})
_EXITS = frozenset({"exitResponse", "exitTest", "exitTemplate"})
_CARDINALITIES = frozenset({"single", "multiple", "ordered", "record"})
_DECLARATIONS = {
    "responseDeclaration": "responses",
    "outcomeDeclaration": "outcomes",
    "templateDeclaration": "templates",
}


def read_program(root: Element) -> dict[str, Any]:
    """Return the program of an item or a test."""
    program: dict[str, Any] = {"responses": {}, "outcomes": {}, "templates": {}}
    for element in children(root, *_DECLARATIONS):
        identifier = attrs(element).get("identifier", "").strip()
        program[_DECLARATIONS[kind(element)]][identifier] = _declaration(element)
    program["template_rules"] = _rules_of(root, "templateProcessing")
    program["rules"] = _response_rules(root, program)
    program["outcome_rules"] = _rules_of(root, "outcomeProcessing")
    return program


def _declaration(element: Element) -> dict[str, Any]:
    names = attrs(element)
    base = names.get("baseType", "string").strip()
    cardinality = names.get("cardinality", "single").strip()
    declared: dict[str, Any] = {
        "base": base if base in BASES else "string",
        "cardinality": cardinality if cardinality in _CARDINALITIES else "single",
    }
    for tag, name in (("defaultValue", "default"), ("correctResponse", "correct")):
        if (values := first(element, tag)) is not None:
            declared[name] = _values(values)
    if names.get("mathVariable", "").strip().lower() == "true":
        declared["math"] = True
    _add_numbers(declared, names, {"normalMinimum": "minimum", "normalMaximum": "maximum"})
    _add_tables(declared, element)
    return declared


def _values(element: Element) -> list[str]:
    """Return the texts of values; a container may stand in one ``value``, which is not QTI but not ambiguous."""
    return [text for value in children(element, "value") if (text := "".join(value.itertext()).strip())]


def _add_numbers(target: dict[str, Any], names: dict[str, str], wanted: dict[str, str]) -> None:
    for attribute, name in wanted.items():
        if parse_number(names.get(attribute, "")) is not None:
            target[name] = names[attribute].strip()


def _add_tables(declared: dict[str, Any], element: Element) -> None:
    if (mapping := first(element, "mapping")) is not None:
        declared["mapping"] = _mapping(mapping)
    if (areas := first(element, "areaMapping")) is not None:
        declared["areas"] = _areas(areas)
    if (table := first(element, "matchTable", "interpolationTable")) is not None:
        declared["lookup"] = _lookup(table)


def _bounds(element: Element) -> dict[str, Any]:
    bounds: dict[str, Any] = {}
    _add_numbers(bounds, attrs(element), {"defaultValue": "default", "lowerBound": "lower", "upperBound": "upper"})
    return bounds


def _mapping(element: Element) -> dict[str, Any]:
    general = attrs(element).get("caseSensitive", "true")
    entries = []
    for entry in children(element, "mapEntry"):
        names = attrs(entry)
        sensitive = names.get("caseSensitive", general).strip().lower() != "false"
        entries.append({"key": names.get("mapKey", ""), "value": names.get("mappedValue", "0"), "case": sensitive})
    return {"entries": entries, **_bounds(element)}


def _areas(element: Element) -> dict[str, Any]:
    entries = []
    for entry in children(element, "areaMapEntry"):
        names = attrs(entry)
        coords = names.get("coords", "").replace(",", " ").split()
        value = names.get("mappedValue", "0")
        entries.append({"shape": names.get("shape", "default"), "coords": coords, "value": value})
    return {"entries": entries, **_bounds(element)}


def _lookup(element: Element) -> dict[str, Any]:
    interpolated = kind(element) == "interpolationTable"
    entries = []
    for entry in children(element, "matchTableEntry", "interpolationTableEntry"):
        names = attrs(entry)
        boundary = names.get("includeBoundary", "true").strip().lower() != "false"
        row = {"source": names.get("sourceValue", ""), "target": names.get("targetValue", ""), "boundary": boundary}
        entries.append(row)
    table: dict[str, Any] = {"kind": "interpolation" if interpolated else "match", "entries": entries}
    if "defaultValue" in attrs(element):
        table["default"] = attrs(element)["defaultValue"]
    return table


def _rules_of(root: Element, name: str) -> list[Node]:
    found = first(root, name)
    return [] if found is None else _rules(children(found))


def _response_rules(root: Element, program: dict[str, Any]) -> list[Node]:
    found = first(root, "responseProcessing")
    if found is None:
        return []
    rules = _rules(children(found))
    address = attrs(found).get("template", "").strip()
    if address and not rules:
        return _from_template(address, program)
    template = recognise(rules, list(program["responses"]))
    if template is not None:
        program["template"] = template
    return rules


def _from_template(address: str, program: dict[str, Any]) -> list[Node]:
    form = template_form(address)
    responses = list(program["responses"])
    response = "RESPONSE" if "RESPONSE" in responses or len(responses) != 1 else responses[0]
    if not form:
        return [{"op": "template", "name": f"template {address}", "attrs": {}, "args": []}]
    if response not in responses:
        return [{"op": "template", "name": f"template {form} without RESPONSE", "attrs": {}, "args": []}]
    program["template"] = {"form": form, "response": response}
    program["outcomes"].setdefault("SCORE", {"base": "float", "cardinality": "single"})
    if form.startswith("cc2"):
        most = program["outcomes"]["SCORE"].get("maximum", "1")
        program["outcomes"].setdefault("MAXSCORE", {"base": "float", "cardinality": "single", "default": [most]})
    return template_rules(form, response)


def _rules(elements: Iterable[Element]) -> list[Node]:
    return [_rule(element) for element in elements]


def _rule(element: Element) -> Node:
    name = kind(element)
    if name in _CONDITIONS:
        return _condition(element)
    if name in _FRAGMENTS:
        return {"op": "fragment", "then": _rules(children(element))}
    if name in _EXITS:
        return {"op": "exit"}
    return _expression(element)


def _condition(element: Element) -> Node:
    names = [kind(part) for part in children(element)]
    early = [name for name in names[:-1] if name.endswith("Else")]
    if early:
        return {"op": "condition-out-of-order", "name": f"{names[-1]} after {early[0]}", "attrs": {}, "args": []}
    return {"op": "condition", "branches": [_branch(part) for part in children(element)]}


def _branch(element: Element) -> dict[str, Any]:
    parts: Sequence[Element] = list(children(element))
    if kind(element).endswith("Else"):
        return {"if": None, "then": _rules(parts)}
    test = _expression(parts[0]) if parts else {"op": "null", "attrs": {}, "args": []}
    return {"if": test, "then": _rules(parts[1:])}


def _expression(element: Element) -> Node:
    node: Node = {
        "op": kind(element),
        "attrs": attrs(element),
        "args": [_expression(child) for child in children(element)],
    }
    if node["op"] == "baseValue":
        node["text"] = (element.text or "").strip() if node["attrs"].get("baseType") != "string" else _string(element)
        node["args"] = []
    return node


def _string(element: Element) -> str:
    return "".join(element.itertext()).strip("\r\n\t")
