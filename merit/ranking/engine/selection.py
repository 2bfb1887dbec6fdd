"""Selection rates of groups: each group against all others, with the guards of RANKING.md 7.

With a of n selected in the group and b of m among the others, the ratio is that of (a + ½)/(n + 1) and (b + ½)/(m + 1),
its 95 % interval from the logarithm with variance 1/(a + ½) - 1/(n + 1) + 1/(b + ½) - 1/(m + 1) (S. D. Walter,
Biometrics 31, 1975).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

FEWEST = 30
ENOUGH = 250
FEWEST_EXPECTED = 5
_Z95 = 1.959963984540054


class RateVerdict(StrEnum):
    """What may be said of a ratio."""

    FEW = "rate-few"
    DESCRIPTIVE = "rate-descriptive"
    APART = "rate-apart"
    ALIKE = "rate-alike"


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRate:
    """One group against all others: counts, the ratio of their rates with its interval, and what may be said."""

    selected: int
    size: int
    other_selected: int
    other_size: int
    ratio: float | None
    low: float | None
    high: float | None
    verdict: RateVerdict


def group_rate(*, selected: int, size: int, all_selected: int, all_size: int) -> GroupRate:
    """Return the rate of a group of ``size`` against the rest of ``all_size``.

    Below 30 on either side nothing is computed; below 250 the ratio is a description without verdict; from 250 a
    verdict needs at least five expected selections on both sides.
    """
    others, other_size = all_selected - selected, all_size - size
    counts = {"selected": selected, "size": size, "other_selected": others, "other_size": other_size}
    if min(size, other_size) < FEWEST:
        return GroupRate(**counts, ratio=None, low=None, high=None, verdict=RateVerdict.FEW)
    mine, theirs = (selected + 0.5) / (size + 1), (others + 0.5) / (other_size + 1)
    ratio = mine / theirs
    variance = 1 / (selected + 0.5) - 1 / (size + 1) + 1 / (others + 0.5) - 1 / (other_size + 1)
    reach = math.exp(_Z95 * math.sqrt(variance))
    low, high = ratio / reach, ratio * reach
    expected = min(size, other_size) * all_selected / all_size
    if min(size, other_size) < ENOUGH or expected < FEWEST_EXPECTED:
        verdict = RateVerdict.DESCRIPTIVE
    else:
        verdict = RateVerdict.ALIKE if low <= 1 <= high else RateVerdict.APART
    return GroupRate(**counts, ratio=ratio, low=low, high=high, verdict=verdict)
