"""What a report says in words and counts: where a level stands to its standard, how scores spread."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from enum import StrEnum

BINS = 10
SURE = Decimal("0.8")
LIKELY = Decimal("0.5")


class Verdict(StrEnum):
    """Where a measured level stands to the standard; each has a sentence."""

    SURELY_MEETS = "report-surely-meets"
    LIKELY_MEETS = "report-likely-meets"
    LIKELY_BELOW = "report-likely-below"
    SURELY_BELOW = "report-surely-below"


def chance_of(probabilities: Sequence[Decimal], standard: int) -> Decimal:
    """Return the probability that the true level is at least the standard."""
    return sum(probabilities[standard - 1 :], Decimal(0))


def verdict_of(probabilities: Sequence[Decimal], standard: int) -> Verdict:
    """Return the words for a level's probabilities against a standard."""
    chance = chance_of(probabilities, standard)
    if chance >= LIKELY:
        return Verdict.SURELY_MEETS if chance >= SURE else Verdict.LIKELY_MEETS
    return Verdict.SURELY_BELOW if chance <= 1 - SURE else Verdict.LIKELY_BELOW


def spread(scores: Iterable[float], bins: int = BINS) -> list[tuple[float, float, int]]:
    """Return (from, to, count) of equal classes of the scale 0-100; the last one includes its end."""
    width = 100 / bins
    counts = [0] * bins
    for score in scores:
        counts[min(int(score / width), bins - 1)] += 1
    return [(at * width, (at + 1) * width, count) for at, count in enumerate(counts)]
