"""What is wrong with an item that can be read: names that lead nowhere, values that say nothing, rules out of order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from merit.assessment.domain.processing import UnsupportedError, plain, run, walk_rules
from merit.assessment.interchange.qti.names import attrs, children, kind
from merit.assessment.interchange.reading import Problem
from merit.assessment.interchange.xml import Element

Program = Mapping[str, Any]
_DECLARATIONS = ("responseDeclaration", "outcomeDeclaration", "templateDeclaration")
_BUILT_IN = frozenset({"completionStatus", "completion_status", "duration", "numAttempts"})
_READING = {"mapResponse": "mapping", "mapTolResponse": "mapping", "mapResponsePoint": "areas"}


def nameless_tables(program: Program) -> list[str]:
    """Return what reads a mapping that is not declared: it cannot be evaluated."""
    found = []
    for node in walk_rules(program):
        wanted = _READING.get(node["op"])
        identifier = node.get("attrs", {}).get("identifier", "")
        if wanted is not None and wanted not in program["responses"].get(identifier, {}):
            found.append(f"{node['op']} without mapping: {identifier}")
    return found


def find_doubts(root: Element, program: Program, where: str) -> list[Problem]:
    """Return the problems of declarations and rules, each once."""
    named = [
        *(("items-declaration-empty", name) for name in _empty_declarations(root)),
        *(("items-outcome-undeclared", name) for name in _undeclared(program)),
    ]
    return [Problem(code, where, {"name": name}) for code, name in dict.fromkeys(named)]


def _empty_declarations(root: Element) -> Iterator[str]:
    """Yield the variables with a default or right answer that holds no value, or something that is none."""
    for declaration in children(root, *_DECLARATIONS):
        for values in children(declaration, "defaultValue", "correctResponse"):
            parts = list(children(values))
            if not parts or any(kind(part) != "value" or not "".join(part.itertext()).strip() for part in parts):
                yield attrs(declaration).get("identifier", "")


def _undeclared(program: Program) -> Iterator[str]:
    known = {*program["outcomes"], *program["responses"], *program["templates"], *_BUILT_IN}
    for node in walk_rules(program):
        if node["op"] in {"setOutcomeValue", "lookupOutcomeValue", "variable"}:
            identifier = node.get("attrs", {}).get("identifier", "").strip()
            if identifier.partition(".")[0] not in known:
                yield identifier


def below_maximum(program: Program, maximum: Decimal | None) -> bool:
    """Tell whether the right answers, as declared, earn less than the item is worth."""
    correct = {name: declared["correct"] for name, declared in program["responses"].items() if declared.get("correct")}
    if maximum is None or len(correct) != len(program["responses"]) or not correct or not program["rules"]:
        return False
    try:
        score = plain(run(program, correct).values.get("SCORE"))
    except UnsupportedError:
        return False
    return isinstance(score, Decimal) and score < maximum


def is_adaptive(root: Element) -> bool:
    """Tell whether an item wants several attempts, each answered by feedback."""
    return attrs(root).get("adaptive", "").strip().lower() in {"true", "1"}
