"""Which programmes to suggest against a gap: by measured gain, then hours and cost, each with its reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any

# Before any class is measured: half a level, with the spread of gains between classes.
PRIOR_GAIN, PRIOR_SD = 0.5, 0.4
_SAME = 1  # gains alike to this many decimals of a level: hours and cost decide


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A programme: hours (JP), cost (rupiah a person), and the level it aims at per competency."""

    programme_id: int
    code: str
    name: str
    hours: Decimal
    cost: int
    aims: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What past classes came to on one competency: gain in levels with SE, over so many classes and people."""

    gain: float
    se: float
    classes: int
    persons: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """One official's gap on one competency."""

    competency: str
    level: int
    standard: int
    expected: float
    below: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A programme against a gap: ``closes`` levels of it expected; reason code with its details."""

    offer: Offer
    need: Need
    closes: float
    reason: str
    details: Mapping[str, Any]


def pool_gains(gains: Iterable[tuple[float, float, int]]) -> Evidence | None:
    """Return gain, SE, persons of several classes as one, weighted by precision; None without any.

    Weights 1 / (se^2 + :data:`PRIOR_SD`^2): classes differ by more than their errors (DerSimonian and Laird 1986 with
    the variance between classes taken as known).
    """
    found = list(gains)
    if not found:
        return None
    weights = [1 / (se**2 + PRIOR_SD**2) for _gain, se, _persons in found]
    whole = sum(weights)
    mean = sum(weight * gain for weight, (gain, _se, _persons) in zip(weights, found, strict=True)) / whole
    return Evidence(gain=mean, se=whole**-0.5, classes=len(found), persons=sum(row[2] for row in found))


def shrunk_gain(evidence: Evidence | None) -> float:
    """Return the gain to expect: measured gains drawn towards :data:`PRIOR_GAIN` as far as they are uncertain."""
    if evidence is None:
        return PRIOR_GAIN
    trust = PRIOR_SD**2 / (PRIOR_SD**2 + evidence.se**2)
    return max(trust * evidence.gain + (1 - trust) * PRIOR_GAIN, 0.0)


def usable_gain(need: Need, aim: int, evidence: Evidence | None) -> float:
    """Return the levels of the gap a programme is expected to close: no more than the gap, none beyond its aim."""
    if aim <= need.level:
        return 0.0
    return min(need.expected, shrunk_gain(evidence), float(aim - need.level))


def suggest(
    needs: Iterable[Need],
    offers: Sequence[Offer],
    evidence: Mapping[tuple[int, str], Evidence],
    *,
    most: int = 3,
) -> dict[str, list[Suggestion]]:
    """Return the best programmes per competency: most closed first, of equals the shorter, then the cheaper."""
    found: dict[str, list[Suggestion]] = {}
    for need in needs:
        fitting = [
            _suggestion(need, offer, evidence.get((offer.programme_id, need.competency)))
            for offer in offers
            if need.competency in offer.aims
        ]
        useful = [one for one in fitting if one.closes > 0]
        useful.sort(key=lambda one: (-round(one.closes, _SAME), one.offer.hours, one.offer.cost, one.offer.code))
        found[need.competency] = useful[:most]
    return found


def _suggestion(need: Need, offer: Offer, known: Evidence | None) -> Suggestion:
    reason = "suggest-unmeasured" if known is None else "suggest-measured"
    details = {} if known is None else {"gain": known.gain, "classes": known.classes, "persons": known.persons}
    return Suggestion(
        offer=offer,
        need=need,
        closes=usable_gain(need, offer.aims[need.competency], known),
        reason=reason,
        details=MappingProxyType(details),
    )
