"""360 feedback campaigns: states, who may rate whom, and the draw of raters; pure."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

LEAST_RATERS = 3  # a mean of fewer tells who gave which mark
MOST_RATERS = 15
SELF = "diri"
ANONYMOUS_GROUPS = ("atasan", "rekan", "bawahan")
INVITED_GROUPS = (*ANONYMOUS_GROUPS, SELF)


class CampaignState(StrEnum):
    """Where a campaign stands."""

    DRAFT = "draft"
    DRAWN = "drawn"
    OPEN = "open"
    CLOSED = "closed"
    PROPOSED = "proposed"
    PUBLISHED = "published"
    CANCELLED = "cancelled"


class InvitationState(StrEnum):
    """Where an invitation stands."""

    INVITED = "invited"
    CONFLICT = "conflict"
    REPLACED = "replaced"
    SUBMITTED = "submitted"


class CampaignProblem(StrEnum):
    """Why something cannot be done with a campaign."""

    STEP = "campaign-step"
    PERIOD = "campaign-period"
    YEAR = "campaign-year"
    NUMBERS = "campaign-numbers"
    NO_SUBJECT = "campaign-no-subject"
    TOO_SMALL = "campaign-too-small"
    SELF_RATING = "campaign-self-rating"
    RATED_ALREADY = "campaign-rated-already"
    NOT_RUNNING = "campaign-not-running"


S = CampaignState
_MOVES: Mapping[str, tuple[frozenset[CampaignState], CampaignState]] = {
    "draw": (frozenset({S.DRAFT, S.DRAWN}), S.DRAWN),
    "open": (frozenset({S.DRAWN}), S.OPEN),
    "close": (frozenset({S.OPEN}), S.CLOSED),
    "propose": (frozenset({S.CLOSED}), S.PROPOSED),
    "refuse": (frozenset({S.PROPOSED}), S.CLOSED),
    "publish": (frozenset({S.PROPOSED}), S.PUBLISHED),
    "cancel": (frozenset({S.DRAFT, S.DRAWN, S.OPEN, S.CLOSED, S.PROPOSED}), S.CANCELLED),
}


def move(state: CampaignState, step: str) -> CampaignState | None:
    """Return the state after a step, None where the step is not possible."""
    allowed, after = _MOVES.get(step, (frozenset(), state))
    return after if state in allowed else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a campaign is made with."""

    name: str
    year: int
    starts: dt.date
    ends: dt.date
    peers: int
    staff: int
    minimum: int


def find_terms_problem(terms: Terms) -> CampaignProblem | None:
    """Return why the terms cannot hold, None when they can.

    The period ends after it starts; the year rated is that of the end or the one before; every group that is
    drawn by chance asks at least the minimum.
    """
    if terms.ends < terms.starts:
        return CampaignProblem.PERIOD
    if terms.year not in (terms.ends.year, terms.ends.year - 1):
        return CampaignProblem.YEAR
    asked = (terms.peers, terms.staff)
    fits = LEAST_RATERS <= terms.minimum <= min(asked) and max(asked) <= MOST_RATERS
    return None if fits else CampaignProblem.NUMBERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle:
    """Who could rate one subject: the line of superiors (nearest first), peers and staff, as officials."""

    subject: int
    superiors: tuple[int, ...] = ()
    peers: tuple[int, ...] = ()
    staff: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Drawn:
    """One rater drawn for one subject; ``by`` is ``rule`` where all who could were taken, else ``chance``."""

    subject: int
    rater: int
    group: str
    by: str


def draw(circles: Sequence[Circle], terms: Terms, seed: str) -> list[Drawn]:
    """Draw raters for every subject; the same circles and seed give the same draw.

    Superiors are taken by rule, peers and staff by chance among those least often drawn so far, so that the work
    is spread. A group that cannot reach the minimum is not asked at all: its answers could never count. Nobody is
    drawn twice for one subject, and nobody but the subject for the self rating.
    """
    rng = random.Random(seed)  # noqa: S311 -- a draw that can be made again, no secret
    load: Counter[int] = Counter()
    drawn: list[Drawn] = []
    for circle in circles:
        taken = {circle.subject}
        wanted = zip(
            ANONYMOUS_GROUPS,
            (circle.superiors, circle.peers, circle.staff),
            (len(circle.superiors), terms.peers, terms.staff),
            strict=True,
        )
        for group, candidates, most in wanted:
            free = [one for one in dict.fromkeys(candidates) if one not in taken]
            if len(free) < terms.minimum:
                continue
            by = "rule" if len(free) <= most else "chance"
            rng.shuffle(free)
            chosen = sorted(free, key=lambda one: load[one])[:most]
            load.update(chosen)
            taken.update(chosen)
            drawn.extend(Drawn(circle.subject, one, group, by) for one in sorted(chosen))
        drawn.append(Drawn(circle.subject, circle.subject, SELF, "rule"))
    return drawn


def is_rateable(drawn: Sequence[Drawn], subject: int) -> bool:
    """Whether at least one group besides the self rating was drawn for the subject."""
    return any(one.subject == subject and one.group != SELF for one in drawn)
