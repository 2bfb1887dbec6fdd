"""Seats: moving a candidate, or letting two change places. The database keeps a seat from being given twice."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from merit.assessment.models.delivery import Attempt
from merit.assessment.models.sittings import Candidate
from merit.assessment.services.proctoring.reach import (
    Place,
    checked_note,
    get_candidate,
    lock_open_room,
    note,
)
from merit.errors import InvalidInputError, RuleViolationError
from merit.security.permissions import Actor


def move_seat(
    session: Session,
    actor: Actor,
    *,
    room_id: int,
    candidate_id: int,
    seat: int,
    reason: str,
    to_room_id: int | None = None,
) -> Candidate:
    """Seat a candidate elsewhere, in the same room or another one of the sitting that the actor watches too."""
    place, target = _lock_both(session, actor, room_id, to_room_id or room_id)
    text = checked_note(reason)
    candidate = get_candidate(session, actor, room_id, candidate_id)
    before = candidate.seat
    if (target.room.id, seat) == (room_id, before):
        raise InvalidInputError("seat-is-the-same")
    if not 1 <= seat <= target.room.seats:
        raise InvalidInputError("seat-not-in-room", seats=target.room.seats)
    _seat(session, candidate, target.room.id, seat)
    _take_attempt_along(session, candidate)
    details = {"from": before, "to": seat}
    if target.room.id != room_id:
        details["to_room"] = target.room.id
        note(session, actor, target, "moved-in", candidate_id=candidate.id, text=text, seat=seat, from_room=room_id)
    note(session, actor, place, "moved", candidate_id=candidate.id, text=text, **details)
    return candidate


def swap_seats(
    session: Session, actor: Actor, *, room_id: int, candidate_id: int, with_id: int, reason: str
) -> tuple[Candidate, Candidate]:
    """Let two candidates of one room change places."""
    place = lock_open_room(session, actor, room_id)
    text = checked_note(reason)
    if candidate_id == with_id:
        raise InvalidInputError("seat-is-the-same")
    ordered = {key: get_candidate(session, actor, room_id, key) for key in sorted((candidate_id, with_id))}
    first, second = ordered[candidate_id], ordered[with_id]
    seats = first.seat, second.seat
    first.room_id = first.seat = None
    session.flush()
    second.seat = seats[0]
    session.flush()
    first.room_id, first.seat = room_id, seats[1]
    session.flush()
    note(session, actor, place, "swapped", candidate_id=first.id, text=text, **{"from": seats[0], "to": seats[1]})
    note(session, actor, place, "swapped", candidate_id=second.id, text=text, **{"from": seats[1], "to": seats[0]})
    return first, second


def _lock_both(session: Session, actor: Actor, room_id: int, to_room_id: int) -> tuple[Place, Place]:
    places = {key: lock_open_room(session, actor, key) for key in sorted({room_id, to_room_id})}
    place, target = places[room_id], places[to_room_id]
    if place.sitting.id != target.sitting.id:
        raise InvalidInputError("seat-not-in-sitting")
    return place, target


def _seat(session: Session, candidate: Candidate, room_id: int, seat: int) -> None:
    try:
        with session.begin_nested():
            candidate.room_id, candidate.seat = room_id, seat
            session.flush()
    except IntegrityError as error:
        raise RuleViolationError("seat-taken", seat=seat) from error


def _take_attempt_along(session: Session, candidate: Candidate) -> None:
    attempt = session.scalars(
        select(Attempt).where(Attempt.candidate_id == candidate.id).with_for_update(key_share=True)
    ).one_or_none()
    if attempt is not None and candidate.room_id is not None:
        attempt.room_id = candidate.room_id
        session.flush()
