"""What every act of a proctor begins and ends with: the right room, locked; a line in the minutes and in the chain.

Locks are taken in one order (sitting, room, attempts by number), and in the mode that leaves foreign keys alone (every
line of the minutes refers to its sitting): two proctors acting at once wait for each other and never deadlock. SQLite
writes one at a time anyway.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from merit import clock
from merit.assessment.domain.states import ATTEMPT_STEPS, AttemptState
from merit.assessment.models.delivery import Attempt
from merit.assessment.models.sittings import Candidate, Sitting, SittingEvent, SittingRoom
from merit.assessment.queries.board import get_room
from merit.audit.services import record
from merit.errors import InvalidInputError, NotAllowedError, NotFoundError, RuleViolationError
from merit.security.permissions import Actor

MAX_NOTE = 1000
Row = TypeVar("Row", Sitting, SittingRoom, Attempt)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A room under lock and its sitting."""

    room: SittingRoom
    sitting: Sitting


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One candidate's attempt under lock, in its room."""

    attempt: Attempt
    candidate: Candidate
    place: Place


def lock_room(session: Session, actor: Actor, room_id: int, *, with_sitting: bool = False) -> Place:
    """Lock a room the actor watches; with its sitting where the act may change that too."""
    sitting_id = get_room(session, actor, room_id).sitting_id
    sitting = _locked(session, Sitting, sitting_id) if with_sitting else session.get_one(Sitting, sitting_id)
    return Place(room=_locked(session, SittingRoom, room_id), sitting=sitting)


def lock_open_room(session: Session, actor: Actor, room_id: int) -> Place:
    """Lock a room that has not been closed; a closed one takes no acts any more."""
    place = lock_room(session, actor, room_id)
    if place.room.closed_at is not None:
        raise RuleViolationError("room-is-closed")
    return place


def lock_case(session: Session, actor: Actor, attempt_id: int) -> Case:
    """Lock an attempt and the room it sits in; nobody acts on their own."""
    room_id = session.scalar(select(Attempt.room_id).where(Attempt.id == attempt_id))
    if room_id is None:
        raise NotFoundError
    place = lock_open_room(session, actor, room_id)
    attempt = _locked(session, Attempt, attempt_id)
    if attempt.room_id != room_id:  # moved to another room while we waited
        raise RuleViolationError("changed-meanwhile")
    candidate = session.get_one(Candidate, attempt.candidate_id, populate_existing=True)
    _refuse_own(actor, candidate)
    return Case(attempt=attempt, candidate=candidate, place=place)


def lock_attempts(session: Session, room_id: int, *states: AttemptState) -> list[Attempt]:
    """Lock the attempts of a room that stand in one of the states, by number."""
    statement = (
        select(Attempt)
        .where(Attempt.room_id == room_id, Attempt.state.in_(states))
        .order_by(Attempt.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return list(session.scalars(statement))


def get_candidate(session: Session, actor: Actor, room_id: int, candidate_id: int) -> Candidate:
    """Return a candidate seated in the room, locked; nobody acts on themselves."""
    candidate = session.scalars(
        select(Candidate)
        .where(Candidate.id == candidate_id, Candidate.room_id == room_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if candidate is None:
        raise NotFoundError
    _refuse_own(actor, candidate)
    return candidate


def check_step(attempt: Attempt, to: AttemptState) -> None:
    """Refuse a step that does not exist, with where the attempt stands."""
    present = AttemptState(attempt.state)
    if to not in ATTEMPT_STEPS[present]:
        raise RuleViolationError(f"attempt-is-{present}")


def step(attempt: Attempt, to: AttemptState) -> None:
    """Take a step that exists."""
    check_step(attempt, to)
    attempt.state = to.value


def checked_note(text: str, *, is_required: bool = True) -> str:
    """Return a reason or note, trimmed; a missing or endless one is refused."""
    text = " ".join(text.split())
    if is_required and not text:
        raise InvalidInputError("reason-missing")
    if len(text) > MAX_NOTE:
        raise InvalidInputError("note-too-long", most=MAX_NOTE)
    return text


def note(
    session: Session,
    actor: Actor,
    place: Place,
    kind: str,
    *,
    candidate_id: int | None = None,
    text: str = "",
    **details: Any,
) -> SittingEvent:
    """Write one line of the minutes and one entry of the chain; the chain gets no words anybody typed.

    An act for a whole room in which the actor sits as a candidate stands, and says so (``own``).
    """
    if candidate_id is None and _sits_here(session, actor, place):
        details["own"] = True
    event = SittingEvent(
        sitting_id=place.sitting.id,
        room_id=place.room.id,
        candidate_id=candidate_id,
        kind=kind,
        note=text,
        details=details,
        by_id=actor.user_id,
        at=clock.now(),
    )
    session.add(event)
    session.flush()
    subject = f"room:{place.room.id}" if candidate_id is None else f"candidate:{candidate_id}"
    record(session, actor, action=f"room:{kind}", subject=subject, details={"room": place.room.id, **details})
    return event


def _refuse_own(actor: Actor, candidate: Candidate) -> None:
    if candidate.official_id == actor.official_id:
        raise NotAllowedError("own-attempt")


def _sits_here(session: Session, actor: Actor, place: Place) -> bool:
    if actor.official_id is None:
        return False
    seated = select(Candidate.id).where(Candidate.room_id == place.room.id, Candidate.official_id == actor.official_id)
    return session.scalar(seated) is not None


def _locked(session: Session, model: type[Row], key: int) -> Row:
    return session.scalars(
        select(model).where(model.id == key).with_for_update(key_share=True).execution_options(populate_existing=True)
    ).one()
