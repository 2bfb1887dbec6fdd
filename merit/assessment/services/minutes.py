"""Signing the minutes of a room: two of its own proctors, each with a fresh proof of who they are."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from merit import clock
from merit.assessment.models.sittings import RoomProctor, SittingRoom
from merit.assessment.services.proctoring.reach import lock_room, note
from merit.errors import RuleViolationError
from merit.security.permissions import Actor

SIGNATURES = 2


def sign_minutes(session: Session, actor: Actor, *, room_id: int) -> SittingRoom:
    """Sign a closed room's minutes; what was signed cannot change, for a closed room takes no acts."""
    place = lock_room(session, actor, room_id)
    room = place.room
    if room.closed_at is None:
        raise RuleViolationError("minutes-room-open")
    own = select(RoomProctor.id).where(RoomProctor.room_id == room_id, RoomProctor.user_id == (actor.user_id or 0))
    if session.scalar(own) is None:
        raise RuleViolationError("minutes-not-proctor")
    signed = list(room.minutes_signed or [])
    if any(each["user"] == actor.user_id for each in signed):
        raise RuleViolationError("minutes-signed-already")
    if len(signed) >= SIGNATURES:
        raise RuleViolationError("minutes-complete")
    at = clock.now().isoformat(timespec="seconds")
    room.minutes_signed = [*signed, {"user": actor.user_id, "name": actor.name or actor.login, "at": at}]
    session.flush()
    note(session, actor, place, "minutes-signed", number=len(signed) + 1)
    return room
