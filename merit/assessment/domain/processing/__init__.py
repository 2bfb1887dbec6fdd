"""Item processing: a program read from QTI, JSON-able, evaluated here; pure, exact and the same every time.

A program is ``{"responses": {id: declaration}, "outcomes": {…}, "templates": {…}, "template_rules": [rule],
"rules": [rule], "outcome_rules": [rule]}``. A declaration is ``{"base", "cardinality", "default": [text] | absent,
"correct": [text] | absent}`` with, where given, ``"mapping": {"entries": [{"key", "value", "case"}], "default",
"lower", "upper"}``, ``"areas": {"entries": [{"shape", "coords", "value"}], "default", "lower", "upper"}``,
``"lookup": {"kind": "match" | "interpolation", "entries": [{"source", "target", "boundary"}], "default"}``,
``"minimum"`` and ``"maximum"`` (QTI ``normalMinimum``/``normalMaximum``). Numbers are texts.

An expression is ``{"op": QTI name, "attrs": {name: text}, "args": [expression]}`` (``baseValue`` has ``"text"``); a
rule likewise, but conditions are ``{"op": "condition", "branches": [{"if": expression | None, "then": [rule]}]}``,
fragments ``{"op": "fragment", "then": [rule]}`` and exits ``{"op": "exit"}``. An ``op`` that is not known is
unsupported under its name: evaluating it raises :class:`UnsupportedError`, it never counts as 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from merit.assessment.domain.processing import answers, arithmetic, chance, containers, customs, logic, testing, texts
from merit.assessment.domain.processing.context import Context, ItemRecord, Node, Operator
from merit.assessment.domain.processing.rules import RULE_NAMES, ConstraintError, run_rules, run_template
from merit.assessment.domain.processing.values import (
    UnsupportedError,
    Value,
    format_atom,
    parse_value,
    single,
    to_decimal,
)

__all__ = [
    "ConstraintError",
    "Drawn",
    "ItemRecord",
    "Outcomes",
    "UnsupportedError",
    "Value",
    "draw_template",
    "draws_points",
    "plain",
    "run",
    "run_test",
    "unsupported_names",
    "walk_rules",
]

OPERATORS: Mapping[str, Operator] = {
    **logic.OPERATORS,
    **arithmetic.OPERATORS,
    **containers.OPERATORS,
    **answers.OPERATORS,
    **texts.OPERATORS,
    **customs.OPERATORS,
    **chance.OPERATORS,
    **testing.OPERATORS,
}
_BUILT_IN = {"duration": ("float", "0"), "numAttempts": ("integer", "1")}


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What an evaluation gave: the values of outcomes, templates, and the right answers drawn with them."""

    values: Mapping[str, Value | None]
    corrects: Mapping[str, Value | None]
    responses: Mapping[str, Value | None]


@dataclass(frozen=True, slots=True)
class Drawn:
    """What template processing gave: values of templates, right answers, and defaults that it set."""

    templates: Mapping[str, Value | None]
    corrects: Mapping[str, Value | None]
    defaults: Mapping[str, Value | None]


def draw_template(program: Mapping[str, Any], *, seed: str) -> Drawn:
    """Carry out the template processing of an item; the same seed draws the same.

    Raises
    ------
    ConstraintError
        When a constraint held in none of the attempts.
    UnsupportedError
        When a rule or expression that is reached cannot be evaluated.

    """
    context = Context(program, OPERATORS, seed)
    _prepare(context)
    if not run_template(context, program.get("template_rules", ())):
        raise ConstraintError
    templates = {name: context.values.get(name) for name in program.get("templates", {})}
    return Drawn(templates, dict(context.corrects), dict(context.defaults))


def run(
    program: Mapping[str, Any],
    responses: Mapping[str, Sequence[str]],
    *,
    seed: str = "",
    given: Mapping[str, Sequence[str]] | None = None,
) -> Outcomes:
    """Evaluate an item.

    Parameters
    ----------
    program
        The program, as described above.
    responses
        The candidate's response: texts per response identifier.
    seed
        What chance is drawn from.
    given
        Outcomes that are already known (a mark given by people) before the rules run.

    Returns
    -------
    The outcomes.

    Raises
    ------
    UnsupportedError
        When a rule or expression that is reached cannot be evaluated, or when there is nothing to evaluate.

    """
    context = Context(program, OPERATORS, seed)
    _prepare(context)
    run_template(context, program.get("template_rules", ()))
    read = _read_responses(context, responses)
    context.values.update(read)
    for identifier, known in (given or {}).items():
        context.assign(identifier, _known(context, identifier, known))
    if not (program.get("rules") or program.get("outcome_rules") or given):
        raise UnsupportedError("no-response-processing")
    run_rules(context, program.get("rules", ()))
    run_rules(context, program.get("outcome_rules", ()))
    outcomes = {name: context.values.get(name) for name in program.get("outcomes", {})}
    return Outcomes(outcomes, dict(context.corrects), read)


def _prepare(context: Context) -> None:
    """Give every outcome and template its default; a number without one starts at 0."""
    for kind in ("outcomes", "templates"):
        for identifier, declared in context.program.get(kind, {}).items():
            value = context.declared_value(declared, "default")
            if value is None and kind == "outcomes" and _starts_at_zero(declared):
                value = single(declared["base"], Fraction(0))
            context.values[identifier] = value
    for identifier, (base, text) in _BUILT_IN.items():
        context.values[identifier] = parse_value(base, "single", [text])


def _starts_at_zero(declared: Mapping[str, Any]) -> bool:
    empty = not declared.get("default")
    return empty and declared["base"] in {"integer", "float"} and declared["cardinality"] == "single"


def _read_responses(context: Context, responses: Mapping[str, Sequence[str]]) -> dict[str, Value | None]:
    read: dict[str, Value | None] = {}
    for identifier, declared in context.program.get("responses", {}).items():
        texts = responses.get(identifier)
        if texts is None:
            read[identifier] = context.defaults.get(identifier, context.declared_value(declared, "default"))
        else:
            read[identifier] = parse_value(declared["base"], declared["cardinality"], texts)
    for identifier in _BUILT_IN:
        if identifier in responses:
            read[identifier] = parse_value(_BUILT_IN[identifier][0], "single", responses[identifier])
    return read


def _known(context: Context, identifier: str, known: Sequence[str]) -> Value | None:
    declared = context.declaration(identifier) or {"base": "string", "cardinality": "single"}
    return parse_value(declared["base"], declared["cardinality"], known)


def run_test(program: Mapping[str, Any], items: Sequence[ItemRecord], *, seed: str = "") -> Mapping[str, Value | None]:
    """Evaluate the outcome processing of a test over its items; return the test's outcomes."""
    context = Context(program, OPERATORS, seed, items=items)
    _prepare(context)
    run_rules(context, program.get("outcome_rules", ()))
    return {name: context.values.get(name) for name in program.get("outcomes", {})}


def plain(value: Value | None) -> Any:
    """Return a value as JSON: numbers as Decimal, containers as lists, NULL as None."""
    if value is None:
        return None
    if value.cardinality == "record":
        return {name: plain(field) for name, field in value.fields}
    atoms = [_plain_atom(atom) for atom in value.atoms]
    return atoms[0] if value.cardinality == "single" else atoms


def _plain_atom(atom: Any) -> Any:
    if isinstance(atom, bool):
        return atom
    return to_decimal(atom) if isinstance(atom, Fraction) else format_atom(atom)


def unsupported_names(program: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what a program holds that cannot be evaluated, each once, in order of appearance."""
    names = (_unsupported_name(node) for node in walk_rules(program))
    return tuple(dict.fromkeys(name for name in names if name is not None))


def walk_rules(program: Mapping[str, Any]) -> Iterator[Node]:
    """Yield every rule and expression of a program."""
    for part in ("template_rules", "rules", "outcome_rules"):
        yield from _walk(program.get(part, ()))


def draws_points(program: Mapping[str, Any]) -> bool:
    """Whether chance takes part in the points themselves, not only in what is asked."""
    parts = (program.get(part, ()) for part in ("rules", "outcome_rules"))
    return any(node["op"] in chance.OPERATORS for part in parts for node in _walk(part))


def _unsupported_name(node: Node) -> str | None:
    if node["op"] == "customOperator":
        return None if customs.known_operator(node) else customs.custom_name(node)
    is_known = node["op"] in OPERATORS or node["op"] in RULE_NAMES
    return None if is_known else str(node.get("name") or node["op"])


def _walk(nodes: Sequence[Node]) -> Iterator[Node]:
    for node in nodes:
        yield node
        yield from _walk(node.get("args", ()))
        yield from _walk(node.get("then", ()))
        for branch in node.get("branches", ()):
            yield from _walk([branch["if"]] if branch["if"] is not None else [])
            yield from _walk(branch["then"])
