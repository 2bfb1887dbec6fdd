"""What a unit reached of its performance agreement; pure and exact."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum

from merit.reference import load_document

HIGHEST = Decimal(150)  # what a year's achievement can be at most (unit-results)
_PLACES = Decimal("0.01")
_WHOLE = Decimal(100)
_SHORTEST_REASON = 10


class Doubt(StrEnum):
    """Why a figure of achievement is not taken as it stands."""

    NEGATIVE = "achievement-negative"
    NEEDS_REASON = "achievement-needs-reason"
    IMPOSSIBLE = "achievement-impossible"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One indicator in one quarter: its target and what was reached, in the indicator's own measure."""

    indicator: str
    quarter: int
    target: Decimal
    realised: Decimal | None
    lower_is_better: bool = False

    @property
    def percent(self) -> Decimal | None:
        """Achievement in percent of the target."""
        return achieved_percent(self.target, self.realised, lower_is_better=self.lower_is_better)


@dataclass(frozen=True, slots=True, kw_only=True)
class YearSoFar:
    """Achievement of a year in percent, with the lines it rests on and the indicators without any figure."""

    percent: Decimal | None
    lines: tuple[Line, ...]
    silent: tuple[str, ...]


def achieved_percent(target: Decimal, realised: Decimal | None, *, lower_is_better: bool) -> Decimal | None:
    """Return realised / target in percent, two decimals; (2 − realised / target) where less is better, never below 0.

    None where nothing is realised yet or the target is zero or less, of which no share can be taken.
    """
    if realised is None or target <= 0:
        return None
    share = realised / target
    percent = (2 - share if lower_is_better else share) * _WHOLE
    return max(Decimal(0), percent).quantize(_PLACES, rounding=ROUND_HALF_EVEN)


def find_doubt(percent: Decimal | None, realised: Decimal, reason: str) -> Doubt | None:
    """Return why a realised figure is not taken, or None.

    Below zero: refused. Above the highest share that can be meant (``merit/data/agreements.yaml``, 300 %): refused,
    the target or the measure must be mended. Above 150 %: taken with a written reason.
    """
    if realised < 0:
        return Doubt.NEGATIVE
    if percent is None:
        return None
    limits = load_document("agreements")
    if percent > limits["refused_above"]:
        return Doubt.IMPOSSIBLE
    if percent > limits["needs_reason_above"] and len(reason.strip()) < _SHORTEST_REASON:
        return Doubt.NEEDS_REASON
    return None


def sum_up(lines: Iterable[Line]) -> YearSoFar:
    """Return the year's achievement: the mean over indicators of their newest reported quarter, each capped at 150.

    Targets are cumulative within the year, so the newest quarter says it all. Capped, or one indicator far above
    its target would hide those not reached.
    """
    newest: dict[str, Line | None] = {}
    for line in sorted(lines, key=lambda line: (line.indicator, line.quarter)):
        newest.setdefault(line.indicator, None)
        if line.percent is not None:
            newest[line.indicator] = line
    used = tuple(line for line in newest.values() if line is not None)
    capped = [min(line.percent, HIGHEST) for line in used if line.percent is not None]
    mean = (sum(capped, Decimal(0)) / len(capped)).quantize(_PLACES, rounding=ROUND_HALF_EVEN) if capped else None
    return YearSoFar(
        percent=mean, lines=used, silent=tuple(indicator for indicator, line in newest.items() if line is None)
    )
