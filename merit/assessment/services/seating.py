"""Rooms, seats and proctors of a sitting."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from merit import clock
from merit.assessment.domain.roster import RoomPlan, Seatable, seat_by_name, seat_mixed
from merit.assessment.domain.states import SittingState
from merit.assessment.models.sittings import Candidate, RoomProctor, Sitting, SittingRoom
from merit.assessment.queries.rosters import is_on_roster, people_of, present_candidates
from merit.assessment.queries.sittings import settings_of, users_with
from merit.assessment.services.rosters import get_candidate
from merit.assessment.services.sittings import add_event, lock_sitting, require_draft, require_manage
from merit.errors import InvalidInputError, NotFoundError, RuleViolationError
from merit.security.permissions import Actor, Permission

MAX_SEATS = 2_000
MAX_COLUMNS = 100
_OVER = frozenset({SittingState.CLOSED, SittingState.SCORED, SittingState.PUBLISHED, SittingState.CANCELLED})


def add_room(session: Session, actor: Actor, *, code: str, name: str, seats: int, columns: int) -> SittingRoom:
    """Add a room to a draft."""
    require_manage(actor)
    sitting = lock_sitting(session, code)
    require_draft(sitting)
    name = name.strip()
    _check_room(session, sitting, name, seats, columns)
    room = SittingRoom(sitting_id=sitting.id, name=name, seats=seats, columns=columns)
    session.add(room)
    sitting.row_version += 1
    session.flush()
    add_event(session, actor, sitting, "room-added", audit="room:add", room_id=room.id, seats=seats, columns=columns)
    return room


def change_room(
    session: Session, actor: Actor, *, code: str, room_id: int, name: str, seats: int, columns: int
) -> SittingRoom:
    """Change a room of a draft; seats that are taken cannot go."""
    require_manage(actor)
    sitting = lock_sitting(session, code)
    require_draft(sitting)
    room = get_room(session, sitting, room_id)
    name = name.strip()
    _check_room(session, sitting, name, seats, columns, own=room.id)
    highest = session.scalar(select(func.max(Candidate.seat)).where(Candidate.room_id == room.id)) or 0
    if highest > seats:
        raise RuleViolationError("room-seats-taken", seat=highest)
    room.name, room.seats, room.columns = name, seats, columns
    sitting.row_version += 1
    session.flush()
    add_event(session, actor, sitting, "room-changed", audit="room:change", room_id=room.id, seats=seats)
    return room


def assign_proctor(session: Session, actor: Actor, *, code: str, room_id: int, user_id: int) -> RoomProctor:
    """Let somebody watch a room; also after sealing, until the sitting is over."""
    require_manage(actor)
    sitting = lock_sitting(session, code)
    _require_alive(sitting)
    room = get_room(session, sitting, room_id)
    if user_id not in dict(users_with(session, Permission.ROOM_WATCH)):
        raise InvalidInputError("proctor-unknown")
    statement = select(RoomProctor).join(SittingRoom).where(SittingRoom.sitting_id == sitting.id)
    present = session.scalars(statement.where(RoomProctor.user_id == user_id)).first()
    if present is not None:
        raise RuleViolationError("proctor-elsewhere")
    if is_on_roster(session, sitting.id, user_id):
        raise RuleViolationError("proctor-is-candidate")
    proctor = RoomProctor(room_id=room.id, user_id=user_id, assigned_by=actor.user_id, assigned_at=clock.now())
    session.add(proctor)
    session.flush()
    add_event(session, actor, sitting, "proctor-assigned", audit="proctor:assign", room_id=room.id, user=user_id)
    return proctor


def release_proctor(session: Session, actor: Actor, *, code: str, room_id: int, user_id: int) -> None:
    """End somebody's watch over a room; the minutes keep that there was one."""
    require_manage(actor)
    sitting = lock_sitting(session, code)
    _require_alive(sitting)
    room = get_room(session, sitting, room_id)
    statement = select(RoomProctor).where(RoomProctor.room_id == room.id, RoomProctor.user_id == user_id)
    proctor = session.scalars(statement).one_or_none()
    if proctor is None:
        raise NotFoundError("proctor-unknown")
    session.delete(proctor)
    session.flush()
    add_event(session, actor, sitting, "proctor-released", audit="proctor:release", room_id=room.id, user=user_id)


def seat_everybody(session: Session, actor: Actor, *, code: str, afresh: bool = False) -> tuple[int, int]:
    """Give seats to those without one, or to all afresh; return how many were seated and how many found none."""
    require_manage(actor)
    sitting = lock_sitting(session, code)
    require_draft(sitting)
    people = list(present_candidates(session, sitting.id))
    if afresh:
        for person in people:
            person.room_id = person.seat = None
        session.flush()
    waiting = [person for person in people if person.room_id is None]
    known = people_of(session, [person.official_id for person in waiting])
    crowd = [Seatable(person.id, known[person.official_id][1], known[person.official_id][2]) for person in waiting]
    seating = seat_by_name if settings_of(sitting).seating == "name" else seat_mixed
    seated = seating(crowd, _room_plans(session, sitting, people))
    for person in waiting:
        if person.id in seated:
            person.room_id, person.seat = seated[person.id]
    sitting.row_version += 1
    session.flush()
    add_event(session, actor, sitting, "seats-given", audit="seats:give", seated=len(seated), afresh=afresh)
    return len(seated), len(waiting) - len(seated)


def move_candidate(
    session: Session, actor: Actor, *, code: str, candidate_id: int, room_id: int, seat: int
) -> Candidate:
    """Give a candidate of a draft or sealed sitting another seat; whoever has it takes the former one in exchange."""
    require_manage(actor)
    sitting = lock_sitting(session, code)
    if sitting.state not in {SittingState.DRAFT, SittingState.SEALED}:
        raise RuleViolationError("seat-move-on-board", code=sitting.code)
    candidate, room = get_candidate(session, sitting, candidate_id), get_room(session, sitting, room_id)
    if candidate.withdrawn_at is not None:
        raise RuleViolationError("roster-moved-away")
    if not 1 <= seat <= room.seats:
        raise InvalidInputError("seat-unknown", seats=room.seats)
    there = select(Candidate).where(Candidate.room_id == room.id, Candidate.seat == seat, Candidate.id != candidate.id)
    other, former = session.scalars(there).one_or_none(), (candidate.room_id, candidate.seat)
    candidate.room_id = candidate.seat = None
    if other is not None:
        other.room_id = other.seat = None
    session.flush()
    candidate.room_id, candidate.seat = room.id, seat
    if other is not None:
        other.room_id, other.seat = former
    sitting.row_version += 1
    session.flush()
    told: dict[str, Any] = {"seat": seat, "exchanged": other.number if other else None}
    add_event(
        session, actor, sitting, "seat-moved", audit="seat:move", room_id=room.id, candidate_id=candidate.id, **told
    )
    return candidate


def get_room(session: Session, sitting: Sitting, room_id: int) -> SittingRoom:
    """Return a room of a sitting."""
    room = session.get(SittingRoom, room_id)
    if room is None or room.sitting_id != sitting.id:
        raise NotFoundError("room-unknown")
    return room


def _room_plans(session: Session, sitting: Sitting, people: list[Candidate]) -> list[RoomPlan]:
    taken: dict[int, set[int]] = {}
    for person in people:
        if person.room_id is not None and person.seat is not None:
            taken.setdefault(person.room_id, set()).add(person.seat)
    rooms = session.scalars(select(SittingRoom).where(SittingRoom.sitting_id == sitting.id).order_by(SittingRoom.id))
    return [RoomPlan(room.id, room.seats, room.columns, frozenset(taken.get(room.id, ()))) for room in rooms]


def _check_room(
    session: Session, sitting: Sitting, name: str, seats: int, columns: int, *, own: int | None = None
) -> None:
    if not name:
        raise InvalidInputError("room-unnamed")
    if not 1 <= seats <= MAX_SEATS or not 1 <= columns <= min(MAX_COLUMNS, seats):
        raise InvalidInputError("room-size", seats=MAX_SEATS, columns=MAX_COLUMNS)
    statement = select(SittingRoom.id).where(SittingRoom.sitting_id == sitting.id, SittingRoom.name == name)
    if session.scalar(statement) not in {None, own}:
        raise InvalidInputError("room-name-taken", name=name)


def _require_alive(sitting: Sitting) -> None:
    if sitting.state in _OVER:
        raise RuleViolationError("sitting-over", code=sitting.code)
