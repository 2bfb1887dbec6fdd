"""Arithmetic on exact fractions; any NULL or non-number makes the result NULL."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction

from merit.assessment.domain.processing.context import (
    Arguments,
    Context,
    Node,
    Operator,
    attributes,
    flat_fractions,
    fractions,
)
from merit.assessment.domain.processing.rounding import round_half_up, rounded
from merit.assessment.domain.processing.values import MAX_BITS, UnsupportedError, Value, number

_MAX_EXPONENT = 64
_DIGITS = 12
_PAIR = 2


def _integral(arguments: Arguments) -> bool:
    return all(argument is not None and argument.base == "integer" for argument in arguments)


def _folding(fold: Callable[[Sequence[Fraction]], Fraction | int]) -> Operator:
    """Return an operator over the numbers of all arguments."""

    def operate(_context: Context, _node: Node, arguments: Arguments) -> Value | None:
        numbers = flat_fractions(arguments)
        return None if numbers is None else number(fold(numbers), integral=_integral(arguments))

    return operate


def _binary(apply: Callable[[Fraction, Fraction], Fraction | int | None], *, integral: bool | None) -> Operator:
    """Return an operator over two single numbers; ``integral`` None means: as the arguments are."""

    def operate(_context: Context, _node: Node, arguments: Arguments) -> Value | None:
        first, second = (fractions(argument) for argument in arguments)
        if first is None or second is None or len(first) != 1 or len(second) != 1:
            return None
        result = apply(first[0], second[0])
        whole = _integral(arguments) if integral is None else integral
        return None if result is None else number(result, integral=whole)

    return operate


def _power(base: Fraction, exponent: Fraction) -> Fraction | None:
    if exponent.denominator == 1 and abs(exponent) <= _MAX_EXPONENT:
        small = max(base.numerator.bit_length(), base.denominator.bit_length()) * abs(exponent) <= MAX_BITS
        if small and (base or exponent >= 0):
            return base ** int(exponent)
    return from_float(lambda: float(base) ** float(exponent)) if base >= 0 else None


def _divide(first: Fraction, second: Fraction) -> Fraction | None:
    return first / second if second else None


def _integer_divide(first: Fraction, second: Fraction) -> int | None:
    return math.floor(first / second) if second else None


def _integer_modulus(first: Fraction, second: Fraction) -> Fraction | None:
    return first - second * math.floor(first / second) if second else None


def _whole(fold: Callable[..., int]) -> Operator:
    def apply(numbers: Sequence[Fraction]) -> int:
        return fold(*(abs(int(amount)) for amount in numbers))

    return _folding(apply)


def _unary(apply: Callable[[Fraction], Fraction | int]) -> Operator:
    def operate(_context: Context, _node: Node, arguments: Arguments) -> Value | None:
        numbers = fractions(arguments[0])
        return None if numbers is None or len(numbers) != 1 else number(apply(numbers[0]), integral=True)

    return operate


def _round_to(context: Context, node: Node, arguments: Arguments) -> Value | None:
    numbers = fractions(arguments[0])
    if numbers is None or len(numbers) != 1:
        return None
    if "figures" not in attributes(node):
        return number(round_half_up(numbers[0]))
    result = rounded(context, node, numbers[0])
    return None if result is None else number(result)


def from_float(compute: Callable[[], float | complex]) -> Fraction | None:
    """Return the result of a floating-point computation at twelve digits; None when there is none."""
    try:
        result = compute()
    except (ValueError, ZeroDivisionError, OverflowError):
        return None
    if isinstance(result, complex) or not math.isfinite(result):
        return None
    return Fraction(f"{result:.{_DIGITS}g}")


_FUNCTIONS: dict[str, Callable[..., float]] = {
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "sec": lambda x: 1 / math.cos(x),
    "csc": lambda x: 1 / math.sin(x),
    "cot": lambda x: 1 / math.tan(x),
    "asin": math.asin,
    "acos": math.acos,
    "atan": math.atan,
    "atan2": math.atan2,
    "asec": lambda x: math.acos(1 / x),
    "acsc": lambda x: math.asin(1 / x),
    "acot": lambda x: math.atan(1 / x) if x else math.pi / 2,
    "sinh": math.sinh,
    "cosh": math.cosh,
    "tanh": math.tanh,
    "sech": lambda x: 1 / math.cosh(x),
    "csch": lambda x: 1 / math.sinh(x),
    "coth": lambda x: 1 / math.tanh(x),
    "log": math.log10,
    "ln": math.log,
    "exp": math.exp,
    "toRadians": math.radians,
    "toDegrees": math.degrees,
}
_EXACT: dict[str, Callable[[Fraction], Fraction | int]] = {
    "abs": abs,
    "floor": math.floor,
    "ceil": math.ceil,
    "signum": lambda x: (x > 0) - (x < 0),
}


def _math_operator(_context: Context, node: Node, arguments: Arguments) -> Value | None:
    name = attributes(node).get("name", "")
    numbers = flat_fractions(arguments)
    if name not in _FUNCTIONS and name not in _EXACT:
        raise UnsupportedError(f"mathOperator {name}")
    if numbers is None or len(numbers) != (_PAIR if name == "atan2" else 1):
        return None
    if name in _EXACT:
        whole = name in {"floor", "ceil", "signum"} or _integral(arguments)
        return number(_EXACT[name](numbers[0]), integral=whole)
    result = from_float(lambda: _FUNCTIONS[name](*map(float, numbers)))
    return None if result is None else number(result)


def _math_constant(_context: Context, node: Node, _arguments: Arguments) -> Value | None:
    name = attributes(node).get("name", "")
    constants = {"pi": math.pi, "e": math.e}
    if name not in constants:
        raise UnsupportedError(f"mathConstant {name}")
    return number(Fraction(repr(constants[name])))


def _stats_operator(_context: Context, node: Node, arguments: Arguments) -> Value | None:
    name = attributes(node).get("name", "")
    if name not in {"mean", "sampleVariance", "sampleSD", "popVariance", "popSD"}:
        raise UnsupportedError(f"statsOperator {name}")
    numbers = flat_fractions(arguments)
    if numbers is None:
        return None
    result = _statistic(name, numbers)
    return None if result is None else number(result)


def _statistic(name: str, numbers: Sequence[Fraction]) -> Fraction | None:
    mean = sum(numbers, Fraction(0)) / len(numbers)
    if name == "mean":
        return mean
    divisor = len(numbers) - (1 if name.startswith("sample") else 0)
    if not divisor:
        return None
    variance = sum(((amount - mean) ** 2 for amount in numbers), Fraction(0)) / divisor
    return Fraction(repr(math.sqrt(variance))) if name.endswith("SD") else variance


OPERATORS: dict[str, Operator] = {
    "sum": _folding(lambda numbers: sum(numbers, Fraction(0))),
    "product": _folding(lambda numbers: math.prod(numbers, start=Fraction(1))),
    "max": _folding(max),
    "min": _folding(min),
    "gcd": _whole(math.gcd),
    "lcm": _whole(math.lcm),
    "subtract": _binary(lambda first, second: first - second, integral=None),
    "divide": _binary(_divide, integral=False),
    "power": _binary(_power, integral=False),
    "integerDivide": _binary(_integer_divide, integral=True),
    "integerModulus": _binary(_integer_modulus, integral=True),
    "round": _unary(round_half_up),
    "truncate": _unary(math.trunc),
    "integerToFloat": _unary(lambda amount: amount),
    "roundTo": _round_to,
    "mathOperator": _math_operator,
    "mathConstant": _math_constant,
    "statsOperator": _stats_operator,
}
