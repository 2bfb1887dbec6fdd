"""A program as elements of QTI 3: the inverse of reading declarations and processing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from lxml import etree

from merit.assessment.interchange.export_keys import template_name
from merit.assessment.interchange.export_markup import Element, tag

TEMPLATES = "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/"
_CAMEL = re.compile(r"(?<=[a-z0-9])([A-Z])")
_SPECIAL = {"durationLT": "duration-lt", "durationGTE": "duration-gte", "statsOperator": "stats-operator"}
Node = Mapping[str, Any]


def dashed(name: str) -> str:
    """Return a name of QTI 2 in the spelling of QTI 3."""
    return _SPECIAL.get(name) or _CAMEL.sub(lambda match: f"-{match[1].lower()}", name)


def add(parent: Element, name: str, **attributes: str) -> Element:
    """Add an element of QTI 3; empty attributes are left out."""
    given = {dashed(key): value for key, value in attributes.items() if value != ""}
    return etree.SubElement(parent, tag(f"qti-{dashed(name)}"), given)


def add_declarations(root: Element, program: Node) -> None:
    """Add the declarations of responses, outcomes and templates."""
    for kind, name in (
        ("responses", "responseDeclaration"),
        ("outcomes", "outcomeDeclaration"),
        ("templates", "templateDeclaration"),
    ):
        for identifier, declared in program.get(kind, {}).items():
            _add_declaration(root, name, identifier, declared)


def _add_declaration(root: Element, name: str, identifier: str, declared: Node) -> None:
    element = add(
        root,
        name,
        identifier=identifier,
        cardinality=declared["cardinality"],
        baseType=declared["base"] if declared["cardinality"] != "record" else "",
        normalMinimum=declared.get("minimum", ""),
        normalMaximum=declared.get("maximum", ""),
        mathVariable="true" if declared.get("math") else "",
    )
    for values, child in (("default", "defaultValue"), ("correct", "correctResponse")):
        if declared.get(values):
            holder = add(element, child)
            for value in declared[values]:
                add(holder, "value").text = value
    _add_tables(element, declared)


def _add_tables(element: Element, declared: Node) -> None:
    if "mapping" in declared:
        table = add(element, "mapping", **_bounds(declared["mapping"]))
        for entry in declared["mapping"]["entries"]:
            case = "" if entry["case"] else "false"
            add(table, "mapEntry", mapKey=entry["key"], mappedValue=entry["value"], caseSensitive=case)
    if "areas" in declared:
        table = add(element, "areaMapping", **_bounds(declared["areas"]))
        for entry in declared["areas"]["entries"]:
            coords = ",".join(entry["coords"])
            add(table, "areaMapEntry", shape=entry["shape"], coords=coords, mappedValue=entry["value"])
    if "lookup" in declared:
        _add_lookup(element, declared["lookup"])


def _bounds(table: Node) -> dict[str, str]:
    names = {"defaultValue": "default", "lowerBound": "lower", "upperBound": "upper"}
    return {attribute: str(table[name]) for attribute, name in names.items() if name in table}


def _add_lookup(element: Element, lookup: Node) -> None:
    name = "interpolationTable" if lookup["kind"] == "interpolation" else "matchTable"
    table = add(element, name, defaultValue=str(lookup.get("default", "")))
    for entry in lookup["entries"]:
        boundary = "" if entry["boundary"] else "false"
        add(
            table,
            f"{name}Entry",
            sourceValue=entry["source"],
            targetValue=entry["target"],
            includeBoundary=boundary if name == "interpolationTable" else "",
        )


def add_template_processing(root: Element, program: Node) -> None:
    """Add what an item draws for every candidate."""
    rules = program.get("template_rules")
    if rules:
        _add_rules(add(root, "templateProcessing"), rules, "template")


def add_processing(root: Element, program: Node) -> None:
    """Add the response processing: a standard template where the program is one, else its rules."""
    template = program.get("template")
    name = template_name(template["form"]) if template else ""
    if template and name and template["response"] == "RESPONSE":
        add(root, "responseProcessing", template=f"{TEMPLATES}{name}.xml")
        return
    rules = program.get("rules") or (_template_rules(template) if template else [])
    if rules:
        _add_rules(add(root, "responseProcessing"), rules, "response")


def _template_rules(template: Node) -> Sequence[Node]:
    """Return a standard template written out, for a response that is not called RESPONSE."""
    variable = {"op": "variable", "attrs": {"identifier": template["response"]}, "args": []}
    correct = {"op": "correct", "attrs": {"identifier": template["response"]}, "args": []}
    one = {"op": "baseValue", "attrs": {"baseType": "float"}, "args": [], "text": "1"}
    if template["form"] == "match":
        test, value = {"op": "match", "attrs": {}, "args": [variable, correct]}, one
    else:
        name = "mapResponse" if template["form"] == "map" else "mapResponsePoint"
        test = {"op": "not", "attrs": {}, "args": [{"op": "isNull", "attrs": {}, "args": [variable]}]}
        value = {"op": name, "attrs": {"identifier": template["response"]}, "args": []}
    score = {"op": "setOutcomeValue", "attrs": {"identifier": "SCORE"}, "args": [value]}
    return [{"op": "condition", "branches": [{"if": test, "then": [score]}]}]


def _add_rules(parent: Element, rules: Sequence[Node], kind: str) -> None:
    """Add rules; ``kind`` is what their conditions are called after: response or template."""
    for rule in rules:
        if rule["op"] == "condition":
            _add_condition(parent, rule["branches"], kind)
        elif rule["op"] == "fragment":
            _add_rules(add(parent, f"{kind}ProcessingFragment"), rule["then"], kind)
        elif rule["op"] == "exit":
            add(parent, f"exit{kind.capitalize()}")
        else:
            _add_expression(parent, rule)


def _add_condition(parent: Element, branches: Sequence[Node], kind: str) -> None:
    condition = add(parent, f"{kind}Condition")
    for number, branch in enumerate(branches):
        name = f"{kind}Else" if branch["if"] is None else f"{kind}ElseIf" if number else f"{kind}If"
        element = add(condition, name)
        if branch["if"] is not None:
            _add_expression(element, branch["if"])
        _add_rules(element, branch["then"], kind)


def _add_expression(parent: Element, node: Node) -> None:
    element = add(parent, node["op"], **node.get("attrs", {}))
    if node["op"] == "baseValue":
        element.text = node.get("text", "")
    for child in node.get("args", ()):
        _add_expression(element, child)
