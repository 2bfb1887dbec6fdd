"""Chance, drawn from the seed: the same seed gives the same item."""

from __future__ import annotations

import math
from fractions import Fraction

from merit.assessment.domain.processing.context import Arguments, Context, Node, Operator
from merit.assessment.domain.processing.values import Value, number

_FINE = 10**9


def _random(context: Context, _node: Node, arguments: Arguments) -> Value | None:
    value = arguments[0]
    if value is None:
        return None
    return Value(value.base, "single", (value.atoms[context.draw(len(value.atoms))],))


def _random_integer(context: Context, node: Node, _arguments: Arguments) -> Value | None:
    least, most = context.amount(node, "min"), context.amount(node, "max")
    step = context.amount(node, "step") or Fraction(1)
    if most is None or step <= 0 or most < (least or 0):
        return None
    start = least or Fraction(0)
    return number(start + step * context.draw(math.floor((most - start) / step) + 1), integral=True)


def _random_float(context: Context, node: Node, _arguments: Arguments) -> Value | None:
    least, most = context.amount(node, "min") or Fraction(0), context.amount(node, "max")
    if most is None or most < least:
        return None
    return number(least + (most - least) * Fraction(context.draw(_FINE + 1), _FINE))


OPERATORS: dict[str, Operator] = {
    "random": _random,
    "randomInteger": _random_integer,
    "randomFloat": _random_float,
}
