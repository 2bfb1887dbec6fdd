"""From the answers of respondents to the figures of a satisfaction survey; pure and exact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, localcontext

from merit.performance.domain.satisfaction import HIGHEST_MARK, LOWEST_MARK, SKM_ELEMENTS

_PLACES = Decimal("0.000001")
_POINTS_PER_MARK = 25
_DIGITS = 40


@dataclass(frozen=True, slots=True)
class Summary:
    """Means of the nine elements (1-4), how many answered, deviation of their own indices (25-100)."""

    means: dict[str, Decimal]
    respondents: int
    deviation: Decimal | None


def summarise(answers: Sequence[Sequence[int]]) -> Summary:
    """Return the figures of respondents who each gave nine marks (1-4), in the order of :data:`SKM_ELEMENTS`.

    The deviation is the sample standard deviation, s² = Σ(x - x̄)² / (n - 1), of x = 25 times the mean of one
    respondent's nine marks; None for a single respondent.

    Raises
    ------
    ValueError
        For nobody, or for marks that are not nine or not between 1 and 4.
    """
    if not answers or any(len(marks) != len(SKM_ELEMENTS) for marks in answers):
        raise ValueError("Every respondent gives nine marks.")
    if any(not LOWEST_MARK <= mark <= HIGHEST_MARK for marks in answers for mark in marks):
        raise ValueError("Marks are between 1 and 4.")
    n = len(answers)
    totals = [sum(column) for column in zip(*answers, strict=True)]
    means = {element: _rounded(Decimal(total) / n) for element, total in zip(SKM_ELEMENTS, totals, strict=True)}
    return Summary(means, n, _deviation([sum(marks) for marks in answers]))


def _deviation(sums: Sequence[int]) -> Decimal | None:
    n = len(sums)
    if n < 2:  # noqa: PLR2004 -- one respondent has no spread
        return None
    # Integers until the root: n Σs² - (Σs)² is n times the sum of squared differences.
    spread = n * sum(one * one for one in sums) - sum(sums) ** 2
    with localcontext(prec=_DIGITS):
        variance = Decimal(spread) / (n * (n - 1))
        return _rounded(variance.sqrt() * _POINTS_PER_MARK / len(SKM_ELEMENTS))


def _rounded(figure: Decimal) -> Decimal:
    return figure.quantize(_PLACES, rounding=ROUND_HALF_EVEN)
