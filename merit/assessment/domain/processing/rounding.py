"""Rounding to decimal places or significant figures; halves go up."""

from __future__ import annotations

import math
from fractions import Fraction

from merit.assessment.domain.processing.context import Context, Node, attributes
from merit.assessment.domain.processing.values import UnsupportedError

_HALF = Fraction(1, 2)
_MOST_FIGURES = 100


def round_half_up(number: Fraction) -> Fraction:
    """Return the whole number n with n - 1/2 <= number < n + 1/2."""
    return Fraction(math.floor(number + _HALF))


def rounded(context: Context, node: Node, number: Fraction) -> Fraction | None:
    """Return a number rounded as ``roundingMode`` and ``figures`` of the expression say."""
    figures = context.amount(node, "figures")
    mode = attributes(node).get("roundingMode", "significantFigures")
    if figures is None or figures.denominator != 1 or not 0 <= figures <= _MOST_FIGURES:
        return None
    if mode == "decimalPlaces":
        return _scaled(number, int(figures))
    if mode != "significantFigures":
        raise UnsupportedError(f"roundingMode={mode}")
    if figures < 1:
        return None
    return _scaled(number, int(figures) - 1 - _magnitude(number)) if number else number


def _scaled(number: Fraction, places: int) -> Fraction:
    scale = Fraction(10) ** places
    return round_half_up(number * scale) / scale


def _magnitude(number: Fraction) -> int:
    """Return the power of ten of the leading digit."""
    size = abs(number)
    guess = len(str(size.numerator)) - len(str(size.denominator))
    return guess if size >= Fraction(10) ** guess else guess - 1
