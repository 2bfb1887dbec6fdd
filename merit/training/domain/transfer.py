"""Use of a training at work: when it is rated, by whom, and what the ratings come to (0-100 with SE)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt
from random import Random
from statistics import fmean, variance

OPENS_AFTER_MONTHS = 3
CLOSES_AFTER_MONTHS = 6
PEERS_ASKED = 5
PEERS_LEAST = 3
MARKS = (0, 1, 2, 3, 4)
PER_MARK = 25  # a mark of 4 ("always seen") is 100
# FILES.md takes 0.8 of a five-point scale as the spread of one rater; a step there is 25 points here.
RATER_SD = 20.0
_PRIOR_WEIGHT, _PRIOR_COUNT = 3, 2
ANCHORS_LEAST, ANCHORS_MOST, ANCHOR_LONGEST = 3, 8, 200


class RaterGroup(StrEnum):
    """From where somebody sees the work."""

    SUPERIOR = "superior"
    PEER = "peer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """Use at work: ``value`` 0-100, its SE, and how many raters of each group count."""

    value: float
    se: float
    superiors: int
    peers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """A possible rater: official, tier order and unit."""

    official_id: int
    tier_order: int


def find_anchor_problem(anchors: Sequence[str]) -> str | None:
    """Return why a list of anchors cannot be used, or None."""
    if not ANCHORS_LEAST <= len(anchors) <= ANCHORS_MOST:
        return "anchors-count"
    if any(not anchor.strip() or len(anchor) > ANCHOR_LONGEST for anchor in anchors):
        return "anchors-length"
    return "anchors-twice" if len(set(anchors)) < len(anchors) else None


def find_marks_problem(marks: Sequence[int | None], anchors: int) -> str | None:
    """Return why somebody's marks cannot be taken, or None; None among the marks is "could not be seen"."""
    if len(marks) != anchors or any(mark is not None and mark not in MARKS for mark in marks):
        return "transfer-incomplete"
    if sum(mark is not None for mark in marks) * 2 < anchors:
        return "transfer-too-little-seen"
    return None


def rater_score(marks: Sequence[int | None]) -> float:
    """Return one rater's mean over the anchors seen, 0-100."""
    return fmean(mark for mark in marks if mark is not None) * PER_MARK


def transfer_of(scores: Mapping[RaterGroup, Sequence[float]]) -> Transfer | None:
    """Return the mean over rater groups, peers counting from :data:`PEERS_LEAST`; None when no group counts.

    value = mean of the groups' means; SE = sqrt(sum of v_g / n_g) / G, v_g = ((n_g - 1) s_g^2 + 3 s0^2) / (n_g + 2),
    the same shrinkage as 360 feedback uses, with s0 = :data:`RATER_SD` points.
    """
    least = {RaterGroup.SUPERIOR: 1, RaterGroup.PEER: PEERS_LEAST}
    counting = {group: list(values) for group, values in scores.items() if len(values) >= least[group]}
    if not counting:
        return None
    error = sum(_variance(values) / len(values) for values in counting.values())
    return Transfer(
        value=fmean(fmean(values) for values in counting.values()),
        se=sqrt(error) / len(counting),
        superiors=len(counting.get(RaterGroup.SUPERIOR, ())),
        peers=len(counting.get(RaterGroup.PEER, ())),
    )


def _variance(values: Sequence[float]) -> float:
    n = len(values)
    own = (n - 1) * variance(values) if n > 1 else 0.0
    return (own + _PRIOR_WEIGHT * RATER_SD**2) / (n + _PRIOR_COUNT)


def draw_peers(tier_order: int, colleagues: Sequence[Colleague], rng: Random) -> list[int]:
    """Return at most :data:`PEERS_ASKED` colleagues drawn by chance; those of the same rank first."""
    alike = [one.official_id for one in colleagues if one.tier_order == tier_order]
    others = [one.official_id for one in colleagues if one.tier_order != tier_order]
    drawn = rng.sample(sorted(alike), min(PEERS_ASKED, len(alike)))
    lacking = PEERS_ASKED - len(drawn)
    return drawn + rng.sample(sorted(others), min(lacking, len(others)))


def window(ends: dt.date) -> tuple[dt.date, dt.date]:
    """Return the first and last day of rating a class that ended on a day."""
    return _later(ends, OPENS_AFTER_MONTHS), _later(ends, CLOSES_AFTER_MONTHS)


def _later(day: dt.date, months: int) -> dt.date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = dt.date(year + (month == 11), (month + 1) % 12 + 1, 1)  # noqa: PLR2004 -- December, counted from 0
    last = (following - dt.timedelta(days=1)).day
    return dt.date(year, month + 1, min(day.day, last))
