"""States of classes, enrolments and claims, and the only steps between them."""

from __future__ import annotations

from enum import StrEnum


class ClassState(StrEnum):
    """Where a class stands."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class EnrolmentState(StrEnum):
    """Where one official's place in a class stands."""

    NOMINATED = "nominated"
    ENDORSED = "endorsed"  # approved by the unit
    WAITING = "waiting"  # approved by the agency, no place yet
    INVITED = "invited"
    ACCEPTED = "accepted"
    DECLINED = "declined"  # by the official
    REFUSED = "refused"  # by the unit or the agency
    WITHDRAWN = "withdrawn"


class ClaimState(StrEnum):
    """Where a certificate from elsewhere stands."""

    SUBMITTED = "submitted"
    VERIFIED = "verified"  # by the unit
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


C, E, V = ClassState, EnrolmentState, ClaimState
CLASS_STEPS: dict[ClassState, frozenset[ClassState]] = {
    C.PLANNED: frozenset({C.OPEN, C.CANCELLED}),
    C.OPEN: frozenset({C.CLOSED, C.CANCELLED}),
    C.CLOSED: frozenset(),
    C.CANCELLED: frozenset(),
}
ENROLMENT_STEPS: dict[EnrolmentState, frozenset[EnrolmentState]] = {
    E.NOMINATED: frozenset({E.ENDORSED, E.REFUSED, E.WITHDRAWN}),
    E.ENDORSED: frozenset({E.INVITED, E.WAITING, E.REFUSED, E.WITHDRAWN, E.NOMINATED}),
    E.WAITING: frozenset({E.INVITED, E.REFUSED, E.WITHDRAWN}),
    E.INVITED: frozenset({E.ACCEPTED, E.DECLINED, E.WITHDRAWN}),
    E.ACCEPTED: frozenset({E.DECLINED, E.WITHDRAWN}),
    E.DECLINED: frozenset({E.NOMINATED}),
    E.REFUSED: frozenset({E.NOMINATED}),
    E.WITHDRAWN: frozenset({E.NOMINATED}),
}
CLAIM_STEPS: dict[ClaimState, frozenset[ClaimState]] = {
    V.SUBMITTED: frozenset({V.VERIFIED, V.REFUSED, V.WITHDRAWN}),
    V.VERIFIED: frozenset({V.ACCEPTED, V.REFUSED, V.WITHDRAWN}),
    V.ACCEPTED: frozenset(),
    V.REFUSED: frozenset(),
    V.WITHDRAWN: frozenset(),
}
HOLDS_PLACE = frozenset({E.INVITED, E.ACCEPTED})
LIVING = frozenset({E.NOMINATED, E.ENDORSED, E.WAITING, E.INVITED, E.ACCEPTED})
LIVING_CLAIMS = frozenset({V.SUBMITTED, V.VERIFIED, V.ACCEPTED})


def may_step(present: str, following: EnrolmentState) -> bool:
    """Whether an enrolment may go from one state to another."""
    return following in ENROLMENT_STEPS[EnrolmentState(present)]
