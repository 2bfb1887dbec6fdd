"""Expressions over the items of a test, for outcome processing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from merit.assessment.domain.processing.answers import amount
from merit.assessment.domain.processing.context import Arguments, Context, ItemRecord, Node, Operator, attributes
from merit.assessment.domain.processing.values import Value, container, number


def _chosen(context: Context, node: Node) -> Iterator[ItemRecord]:
    names = attributes(node)
    section = names.get("sectionIdentifier", "")
    wanted = set(names.get("includeCategory", "").split())
    unwanted = set(names.get("excludeCategory", "").split())
    for item in context.items:
        fits = (not section or section in item.sections) and (not wanted or bool(wanted & set(item.categories)))
        if fits and not unwanted & set(item.categories):
            yield item


def _test_variables(context: Context, node: Node, _arguments: Arguments) -> Value | None:
    names = attributes(node)
    variable = names.get("variableIdentifier", "")
    weight_name = names.get("weightIdentifier", "")
    atoms = []
    base = names.get("baseType", "")
    for item in _chosen(context, node):
        value = item.outcomes.get(variable, item.responses.get(variable))
        if value is None or value.cardinality != "single" or (base and not _fits(value.base, base)):
            continue
        atom = value.atoms[0]
        weight = item.weights.get(weight_name)
        atoms.append(atom * weight if weight is not None and isinstance(atom, Fraction) else atom)
    return container(base or "float", "multiple", atoms)


def _fits(base: str, wanted: str) -> bool:
    return base == wanted or {base, wanted} <= {"integer", "float"}


def _counting(is_counted: Callable[[ItemRecord], bool | None]) -> Operator:
    def count(context: Context, node: Node, _arguments: Arguments) -> Value | None:
        return number(sum(1 for item in _chosen(context, node) if is_counted(item)), integral=True)

    return count


def _outcome_bound(bound: str) -> Operator:
    """Return an operator that collects the highest (or lowest) value an outcome of the items can have."""

    def collect(context: Context, node: Node, _arguments: Arguments) -> Value | None:
        names = attributes(node)
        limits = []
        for item in _chosen(context, node):
            declared = item.declarations.get(names.get("outcomeIdentifier", ""))
            limit = amount(declared, bound) if declared else None
            if limit is None and bound == "maximum":
                return None
            if limit is not None:
                limits.append(limit * item.weights.get(names.get("weightIdentifier", ""), Fraction(1)))
        return container("float", "multiple", limits)

    return collect


OPERATORS: dict[str, Operator] = {
    "testVariables": _test_variables,
    "numberCorrect": _counting(lambda item: item.correct is True),
    "numberIncorrect": _counting(lambda item: item.correct is False),
    "numberResponded": _counting(lambda item: item.responded),
    "numberPresented": _counting(lambda item: item.presented),
    "numberSelected": _counting(lambda _item: True),
    "outcomeMaximum": _outcome_bound("maximum"),
    "outcomeMinimum": _outcome_bound("minimum"),
}
