"""The standard response processing templates, built in: their addresses are never fetched."""

from __future__ import annotations

import posixpath
from typing import Any

from merit.assessment.domain.processing.values import parse_number

Node = dict[str, Any]
_FORMS = {
    "match_correct": "match",
    "map_response": "map",
    "map_response_point": "point",
    "cc2_match": "cc2_match",
    "cc2_match_basic": "cc2_match_basic",
    "cc2_map_response": "cc2_map",
    "cc2_map_response_point": "cc2_point",
}


def _node(op: str, *args: Node, **attrs: str) -> Node:
    return {"op": op, "attrs": attrs, "args": list(args)}


def _base(base: str, text: str) -> Node:
    return {"op": "baseValue", "attrs": {"baseType": base}, "args": [], "text": text}


def _set(outcome: str, value: Node) -> Node:
    return _node("setOutcomeValue", value, identifier=outcome)


def _choose(test: Node, then: list[Node], otherwise: list[Node]) -> Node:
    return {"op": "condition", "branches": [{"if": test, "then": then}, {"if": None, "then": otherwise}]}


def _mapped(op: str, response: str) -> Node:
    zero = _set("SCORE", _base("float", "0"))
    value = _set("SCORE", _node(op, identifier=response))
    return _choose(_node("isNull", _node("variable", identifier=response)), [zero], [value])


def _matched(response: str, points: Node, feedback: str = "") -> Node:
    test = _node("match", _node("variable", identifier=response), _node("correct", identifier=response))
    right, wrong = [_set("SCORE", points)], [] if feedback else [_set("SCORE", _base("float", "0"))]
    if feedback:
        right.append(_set(feedback, _base("identifier", "correct")))
        wrong.append(_set(feedback, _base("identifier", "incorrect")))
    return _choose(test, right, wrong)


def _judged() -> Node:
    full = _node("equal", _node("variable", identifier="MAXSCORE"), _node("variable", identifier="SCORE"))
    correct = _set("FEEDBACK", _base("identifier", "correct"))
    incorrect = _set("FEEDBACK", _base("identifier", "incorrect"))
    return _choose(full, [correct], [incorrect])


def template_form(address: str) -> str:
    """Return which standard template an address means, in whatever version it is written; empty when none."""
    name = posixpath.basename(address.strip().rstrip("/")).lower()
    return _FORMS.get(name.removesuffix(".xml"), "")


def template_rules(form: str, response: str) -> list[Node]:
    """Return the rules of a standard template for a response variable."""
    most = _node("variable", identifier="MAXSCORE")
    rules = {
        "match": [_matched(response, _base("float", "1"))],
        "map": [_mapped("mapResponse", response)],
        "point": [_mapped("mapResponsePoint", response)],
        "cc2_match": [_matched(response, most, "FEEDBACK")],
        "cc2_match_basic": [_matched(response, most, "FEEDBACKBASIC")],
        "cc2_map": [_mapped("mapResponse", response), _judged()],
        "cc2_point": [_mapped("mapResponsePoint", response), _judged()],
    }
    return rules[form]


def recognise(rules: list[Node], responses: list[str]) -> dict[str, str] | None:
    """Return the template that rules written out say the same as, None when they say something else."""
    spelled = _spelled(rules)
    for response in responses:
        for form in ("match", "map", "point"):
            op = {"map": "mapResponse", "point": "mapResponsePoint"}.get(form)
            known = [_spelled(template_rules(form, response))]
            if op is not None:
                known.append(_spelled([_set("SCORE", _node(op, identifier=response))]))
            if spelled in known:
                return {"form": form, "response": response}
    return None


def _spelled(node: Any) -> Any:
    """Return rules so that those of equal meaning are equal: numbers in one spelling, types of numbers left out."""
    if isinstance(node, list):
        return [_spelled(one) for one in node]
    if not isinstance(node, dict):
        return node
    number = parse_number(str(node["text"])) if node.get("op") == "baseValue" else None
    if number is not None:
        return {"number": number}
    return {name: _spelled(value) for name, value in node.items()}
