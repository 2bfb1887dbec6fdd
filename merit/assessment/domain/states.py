"""States of items, sittings and attempts, and the steps between them that exist."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class ItemState(StrEnum):
    """Where an item stands between draft and retirement."""

    DRAFT = "draft"
    REVIEW = "review"
    TRIAL = "trial"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    RETIRED = "retired"


class SittingState(StrEnum):
    """Where a sitting stands; no step can be skipped."""

    DRAFT = "draft"
    SEALED = "sealed"
    OPEN = "open"
    RUNNING = "running"
    CLOSED = "closed"
    SCORED = "scored"
    PUBLISHED = "published"
    CANCELLED = "cancelled"


class AttemptState(StrEnum):
    """Where a candidate stands in the room.

    ``waiting``: signed in, identity not yet ticked; ``admitted``: may start; ``running``; ``paused``: the clock
    stands; ``finished``: ended by the candidate, the proctor or the sweep.
    """

    WAITING = "waiting"
    ADMITTED = "admitted"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"


B, S, A = ItemState, SittingState, AttemptState

ITEM_STEPS: Mapping[ItemState, frozenset[ItemState]] = {
    B.DRAFT: frozenset({B.REVIEW, B.RETIRED}),
    B.REVIEW: frozenset({B.DRAFT, B.TRIAL, B.RETIRED}),
    B.TRIAL: frozenset({B.REVIEW, B.ACTIVE, B.SUSPENDED, B.RETIRED}),
    B.ACTIVE: frozenset({B.SUSPENDED, B.RETIRED}),
    B.SUSPENDED: frozenset({B.REVIEW, B.ACTIVE, B.RETIRED}),
    B.RETIRED: frozenset(),
}

SITTING_STEPS: Mapping[SittingState, frozenset[SittingState]] = {
    S.DRAFT: frozenset({S.SEALED, S.CANCELLED}),
    S.SEALED: frozenset({S.OPEN, S.CANCELLED}),
    S.OPEN: frozenset({S.RUNNING, S.CANCELLED}),
    S.RUNNING: frozenset({S.CLOSED, S.CANCELLED}),
    S.CLOSED: frozenset({S.SCORED, S.CANCELLED}),
    S.SCORED: frozenset({S.PUBLISHED}),
    S.PUBLISHED: frozenset(),
    S.CANCELLED: frozenset(),
}

ATTEMPT_STEPS: Mapping[AttemptState, frozenset[AttemptState]] = {
    A.WAITING: frozenset({A.ADMITTED, A.FINISHED}),
    A.ADMITTED: frozenset({A.RUNNING, A.WAITING, A.FINISHED}),
    A.RUNNING: frozenset({A.PAUSED, A.FINISHED}),
    A.PAUSED: frozenset({A.RUNNING, A.FINISHED}),
    A.FINISHED: frozenset(),
}
