"""From points to a result: scaled score, ability, level and the probability of each, and the job person match.

Until items are calibrated these are provisional classical estimates. With n equally weighted items and the share p
of the points reached, the share is smoothed by two items gained and two lost (Agresti & Coull 1998, "plus four"):
``q = (n p + 2) / (n + 4)``. Under the binomial error model (Lord 1965; Lord & Novick 1968, ch. 23) its standard
error is ``sqrt(q (1 - q) / (n + 4))``. Points between nothing and everything vary less than all-or-nothing ones of
the same mean (Bhatia & Davis 2000), so for partial credit and weighted options the error is an upper bound. Items of
different weight count as ``n = (sum of maxima)^2 / sum of squared maxima`` equal ones (Kish 1965). The ability is the
logit of q, its error by the delta method ``1 / sqrt((n + 4) q (1 - q))``.

The level is one plus the number of cuts at or below the scaled score, exactly; the probability of level l or more is
``Phi((scaled - cut_l) / se)``, and the level's own error is the standard deviation of that distribution.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

PLACES = Decimal("0.000001")
_GAINED = 2.0  # items added as gained, and as many as lost
_ONE = Decimal(1)
_UNITS, _WEIGHT_UNITS = 10**6, 10**4  # points have six places, weights four: sums of whole numbers are exact


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Points of one position that counts."""

    competency: str
    points: Decimal
    maximum: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A result on one competency or on the whole; everything after ``maximum`` is None where nothing counted."""

    items: int
    raw: Decimal
    maximum: Decimal
    scaled: Decimal | None = None
    scaled_se: Decimal | None = None
    ability: Decimal | None = None
    ability_se: Decimal | None = None
    level: int | None = None
    level_se: Decimal | None = None
    probabilities: tuple[Decimal, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Levels reached against a position's standard, surplus of one competency not filling a gap in another.

    ``measured`` are the competencies with both a level and a standard, ``missing`` those of the standard without a
    level: with any of these the percentage speaks of a part of the position only. ``error`` is the standard error of
    the percentage, None where a level's probabilities are not known.
    """

    points: int
    required: int
    percent: Decimal | None
    error: Decimal | None
    measured: tuple[str, ...]
    missing: tuple[str, ...]


def summarise(
    marks: Sequence[Mark], *, cuts: Sequence[Decimal], weights: Mapping[str, Decimal] | None = None
) -> Result:
    """Return the result of the marks; ``cuts`` are the scaled scores (0-100) where levels 2 to 5 begin.

    ``weights`` are those of the competencies in the sum (1 where not named); they change the scaled score, not the
    points shown.
    """
    raw, maximum = _total(mark.points for mark in marks), _total(mark.maximum for mark in marks)
    given = weights or {}
    weights_of = [int(given.get(mark.competency, _ONE) * _WEIGHT_UNITS) for mark in marks]
    most = [int(mark.maximum * _UNITS) * weight for mark, weight in zip(marks, weights_of, strict=True)]
    whole = sum(most)
    if whole <= 0:
        return Result(items=len(marks), raw=raw, maximum=maximum)
    reached = sum(int(mark.points * _UNITS) * weight for mark, weight in zip(marks, weights_of, strict=True))
    share = min(max(Fraction(reached, whole), Fraction(0)), Fraction(1))
    count = float(Fraction(whole**2, sum(one**2 for one in most)))
    return _estimate(Result(items=len(marks), raw=raw, maximum=maximum), share, count, cuts)


def _estimate(counted: Result, share: Fraction, count: float, cuts: Sequence[Decimal]) -> Result:
    smooth = (count * float(share) + _GAINED) / (count + 2 * _GAINED)
    spread = smooth * (1 - smooth)
    error = 100 * math.sqrt(spread / (count + 2 * _GAINED))
    chances = level_chances(float(100 * share), error, [float(cut) for cut in cuts])
    return Result(
        items=counted.items,
        raw=counted.raw,
        maximum=counted.maximum,
        scaled=exact(100 * share),
        scaled_se=exact(error),
        ability=exact(math.log(smooth / (1 - smooth))),
        ability_se=exact(1 / math.sqrt((count + 2 * _GAINED) * spread)),
        level=1 + sum(Fraction(cut) <= 100 * share for cut in cuts),
        level_se=exact(deviation(chances)),
        probabilities=tuple(exact(chance) for chance in chances),
    )


def level_chances(scaled: float, error: float, cuts: Sequence[float]) -> tuple[float, ...]:
    """Return P(level 1 … 5) of a true score around a measured one with a normal error; they sum to one."""
    at_least = [1.0, *(_phi((scaled - cut) / error) for cut in cuts), 0.0]
    return tuple(upper - lower for upper, lower in pairwise(at_least))


def deviation(chances: Sequence[float]) -> float:
    """Return the standard deviation of the level under its probabilities."""
    mean = sum(level * chance for level, chance in enumerate(chances, 1))
    square = sum(level * level * chance for level, chance in enumerate(chances, 1))
    return math.sqrt(max(square - mean * mean, 0.0))


def match_standard(
    levels: Mapping[str, int], standard: Mapping[str, int], chances: Mapping[str, Sequence[Decimal]] | None = None
) -> Match:
    """Return JPM = sum of min(level, standard) / sum of the standard x 100 over the measured competencies.

    ``chances`` are P(level 1 … 5) by competency. Errors of different competencies are independent, so that
    Var(sum) = sum of Var(min(L, standard)), each exactly from its probabilities.
    """
    measured = tuple(code for code in sorted(standard) if code in levels)
    missing = tuple(code for code in sorted(standard) if code not in levels)
    points = sum(min(levels[code], standard[code]) for code in measured)
    required = sum(standard[code] for code in measured)
    percent = exact(Fraction(100 * points, required)) if required else None
    error = _match_error({code: standard[code] for code in measured}, chances or {})
    return Match(points=points, required=required, percent=percent, error=error, measured=measured, missing=missing)


def _match_error(standard: Mapping[str, int], chances: Mapping[str, Sequence[Decimal]]) -> Decimal | None:
    required = sum(standard.values())
    if not required or any(not chances.get(code) for code in standard):
        return None
    variance = sum(capped_variance([float(one) for one in chances[code]], most) for code, most in standard.items())
    return exact(100 * math.sqrt(variance) / required)


def capped_variance(chances: Sequence[float], most: int) -> float:
    """Return Var(min(L, most)) of a level with these probabilities of 1, 2 …, brought to a sum of one."""
    whole = sum(chances)
    counted = [(min(level, most), chance / whole) for level, chance in enumerate(chances, 1)]
    mean = sum(level * chance for level, chance in counted)
    return sum((level - mean) ** 2 * chance for level, chance in counted)


def exact(value: Fraction | float) -> Decimal:
    """Return a number with the six places the database keeps."""
    number = Decimal(value.numerator) / Decimal(value.denominator) if isinstance(value, Fraction) else Decimal(value)
    rounded = number.quantize(PLACES)
    return rounded or Decimal("0.000000")


def _phi(z: float) -> float:
    return 0.5 * math.erfc(-z / math.sqrt(2))


def _total(values: Iterable[Decimal]) -> Decimal:
    return sum(values, Decimal(0))
