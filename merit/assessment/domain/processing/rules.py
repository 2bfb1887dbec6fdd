"""Rules: what response, outcome and template processing do one after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from merit.assessment.domain.processing.answers import lookup
from merit.assessment.domain.processing.context import Context, Node, attributes, is_true, name_of
from merit.assessment.domain.processing.values import UnsupportedError, Value, coerce

Rule: TypeAlias = Callable[[Context, Node], None]
_MAX_RESTARTS = 100


class ExitError(Exception):
    """Processing ends here (``exitResponse``, ``exitTest``, ``exitTemplate``)."""


class ConstraintError(Exception):
    """A template constraint does not hold; the template starts again."""


def run_rules(context: Context, rules: Sequence[Node]) -> None:
    """Carry out rules until the last or until one says to stop."""
    try:
        _run_block(context, rules)
    except ExitError:
        return


def run_template(context: Context, rules: Sequence[Node]) -> bool:
    """Carry out template rules; start again, with the next chance, while a constraint does not hold.

    Return whether it held in the end; where it did not, every variable is left at its default.
    """
    before = dict(context.values)
    for _attempt in range(_MAX_RESTARTS):
        try:
            run_rules(context, rules)
        except ConstraintError:
            context.values = dict(before)
            context.corrects, context.defaults = {}, {}
        else:
            return True
    return False


def _run_block(context: Context, rules: Sequence[Node]) -> None:
    for node in rules:
        context.count()
        rule = _RULES.get(node["op"])
        if rule is None:
            raise UnsupportedError(name_of(node))
        rule(context, node)


def _argument(context: Context, node: Node) -> Value | None:
    arguments = node.get("args", ())
    return context.evaluate(arguments[0]) if arguments else None


def _target(node: Node) -> str:
    return attributes(node).get("identifier", "").strip()


def _set_value(context: Context, node: Node) -> None:
    context.assign(_target(node), _argument(context, node))


def _set_correct(context: Context, node: Node) -> None:
    context.corrects[_target(node)] = _declared(context, node)


def _set_default(context: Context, node: Node) -> None:
    if not node.get("args"):  # written so by some players: back to the declared default
        declared = context.declaration(_target(node))
        context.values[_target(node)] = context.declared_value(declared, "default") if declared else None
        return
    context.defaults[_target(node)] = context.values[_target(node)] = _declared(context, node)


def _declared(context: Context, node: Node) -> Value | None:
    value: Any = _argument(context, node)
    declared = context.declaration(_target(node))
    return coerce(value, declared["base"], declared["cardinality"]) if declared else value


def _lookup(context: Context, node: Node) -> None:
    identifier = _target(node)
    context.assign(identifier, lookup(context, identifier, _argument(context, node)))


def _condition(context: Context, node: Node) -> None:
    for branch in node["branches"]:
        if branch["if"] is None or is_true(context.evaluate(branch["if"])):
            _run_block(context, branch["then"])
            return


def _fragment(context: Context, node: Node) -> None:
    _run_block(context, node["then"])


def _leave(_context: Context, _node: Node) -> None:
    raise ExitError


def _constraint(context: Context, node: Node) -> None:
    if not is_true(_argument(context, node)):
        raise ConstraintError


_RULES: dict[str, Rule] = {
    "setOutcomeValue": _set_value,
    "setTemplateValue": _set_value,
    "setResponseValue": _set_value,
    "setCorrectResponse": _set_correct,
    "setDefaultValue": _set_default,
    "lookupOutcomeValue": _lookup,
    "condition": _condition,
    "fragment": _fragment,
    "exit": _leave,
    "templateConstraint": _constraint,
}
RULE_NAMES = frozenset(_RULES)
