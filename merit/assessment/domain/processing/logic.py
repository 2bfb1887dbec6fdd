"""Logic and comparison, with NULL as the third truth value."""

from __future__ import annotations

from fractions import Fraction

from merit.assessment.domain.processing.context import (
    Arguments,
    Context,
    Node,
    Operator,
    attributes,
    fractions,
    is_true,
)
from merit.assessment.domain.processing.rounding import rounded
from merit.assessment.domain.processing.values import UnsupportedError, Value, same, truth

_PERCENT = 100


def _conjunction(_context: Context, _node: Node, arguments: Arguments) -> Value | None:
    if any(argument is not None and not is_true(argument) for argument in arguments):
        return truth(False)
    return None if None in arguments else truth(True)


def _disjunction(_context: Context, _node: Node, arguments: Arguments) -> Value | None:
    if any(is_true(argument) for argument in arguments):
        return truth(True)
    return None if None in arguments else truth(False)


def _negation(_context: Context, _node: Node, arguments: Arguments) -> Value | None:
    return None if arguments[0] is None else truth(not is_true(arguments[0]))


def _any_n(context: Context, node: Node, arguments: Arguments) -> Value | None:
    least, most = context.amount(node, "min"), context.amount(node, "max")
    if least is None or most is None:
        return None
    sure = sum(1 for argument in arguments if is_true(argument))
    possible = sure + sum(1 for argument in arguments if argument is None)
    if sure >= least and possible <= most:
        return truth(True)
    return truth(False) if sure > most or possible < least else None


def _is_null(_context: Context, _node: Node, arguments: Arguments) -> Value | None:
    return truth(arguments[0] is None)


def _match(_context: Context, _node: Node, arguments: Arguments) -> Value | None:
    first, second = arguments
    return None if first is None or second is None else truth(same(first, second))


def _pair(arguments: Arguments) -> tuple[Fraction, Fraction] | None:
    first, second = (fractions(argument) for argument in arguments)
    if first is None or second is None or len(first) != 1 or len(second) != 1:
        return None
    return first[0], second[0]


def _equal(context: Context, node: Node, arguments: Arguments) -> Value | None:
    numbers = _pair(arguments)
    if numbers is None:
        return _match(context, node, arguments)
    reference, given = numbers
    bounds = _bounds(context, node, reference)
    if bounds is None:
        return None
    lower, upper = bounds
    names = attributes(node)
    above = given >= lower if names.get("includeLowerBound", "true") == "true" else given > lower
    below = given <= upper if names.get("includeUpperBound", "true") == "true" else given < upper
    return truth(above and below)


def _bounds(context: Context, node: Node, reference: Fraction) -> tuple[Fraction, Fraction] | None:
    mode = attributes(node).get("toleranceMode", "exact")
    if mode == "exact":
        return reference, reference
    if mode not in {"absolute", "relative"}:
        raise UnsupportedError(f"equal toleranceMode={mode}")
    given = attributes(node).get("tolerance", "").split()
    widths = [context.amount({"op": "equal", "attrs": {"width": text}}, "width") for text in given[:2]]
    if not widths or widths[0] is None or widths[-1] is None:
        return None
    if mode == "absolute":
        return reference - widths[0], reference + widths[-1]
    lower, upper = reference * (1 - widths[0] / _PERCENT), reference * (1 + widths[-1] / _PERCENT)
    return min(lower, upper), max(lower, upper)


def _equal_rounded(context: Context, node: Node, arguments: Arguments) -> Value | None:
    numbers = _pair(arguments)
    if numbers is None:
        return None
    first, second = (rounded(context, node, number) for number in numbers)
    return None if first is None or second is None else truth(first == second)


def _comparison(op: str) -> Operator:
    def compare(_context: Context, _node: Node, arguments: Arguments) -> Value | None:
        numbers = _pair(arguments)
        if numbers is None:
            return None
        first, second = numbers
        outcomes = {"lt": first < second, "lte": first <= second, "gt": first > second, "gte": first >= second}
        return truth(outcomes[op])

    return compare


OPERATORS: dict[str, Operator] = {
    "and": _conjunction,
    "or": _disjunction,
    "not": _negation,
    "anyN": _any_n,
    "isNull": _is_null,
    "match": _match,
    "equal": _equal,
    "equalRounded": _equal_rounded,
    "lt": _comparison("lt"),
    "lte": _comparison("lte"),
    "gt": _comparison("gt"),
    "gte": _comparison("gte"),
    "durationLT": _comparison("lt"),
    "durationGTE": _comparison("gte"),
}
