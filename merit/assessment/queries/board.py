"""Rooms and seats as proctors see them: two selects for a board, however many candidates sit in the room."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, case, exists, func, or_, select
from sqlalchemy.orm import Session

from merit.assessment.domain.board import Seat
from merit.assessment.domain.settings import SittingSettings
from merit.assessment.domain.states import AttemptState, SittingState
from merit.assessment.domain.timing import clock_of
from merit.assessment.models.delivery import Attempt, LateResponse
from merit.assessment.models.sittings import Candidate, Paper, RoomProctor, Sitting, SittingEvent, SittingRoom
from merit.db import known
from merit.errors import NotFoundError
from merit.people.models import Official, OfficialRecord
from merit.security.permissions import Actor, Permission, is_granted

ROOM_SORTS = ("starts_at", "name", "sitting")
ABSENT, ABSENT_UNDONE = "absent", "absent-undone"
PHASES = ("before", "lobby", "running", "paused", "closed")
Day = tuple[dt.datetime, dt.datetime]
_SHOWN_STATES = tuple(set(SittingState) - {SittingState.DRAFT, SittingState.CANCELLED})


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomHead:
    """A room with what a board needs to know of its sitting."""

    room_id: int
    room: str
    seats: int
    columns: int
    opened_at: dt.datetime | None
    started_at: dt.datetime | None
    paused_at: dt.datetime | None
    closed_at: dt.datetime | None
    minutes_signed: Sequence[dict[str, Any]]
    sitting_id: int
    code: str
    sitting: str
    kind: str
    state: SittingState
    starts_at: dt.datetime
    minutes: int
    organiser: str
    settings: SittingSettings

    @property
    def phase(self) -> str:
        """Return where the room stands: before, lobby, running, paused or closed."""
        if self.closed_at is not None:
            return "closed"
        if self.started_at is not None:
            return "running" if self.paused_at is None else "paused"
        return "before" if self.opened_at is None else "lobby"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomLine:
    """One room of the list."""

    room_id: int
    room: str
    code: str
    sitting: str
    kind: str
    state: str
    phase: str
    starts_at: dt.datetime
    minutes: int
    candidates: int
    present: int
    running: int
    finished: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who sits somewhere."""

    candidate_id: int
    number: str
    name: str
    nip: str


def manages_all(actor: Actor) -> bool:
    """Whether the actor reaches every room, not only those given to them."""
    return actor.is_system or is_granted(actor, Permission.SITTING_MANAGE)


def get_room(session: Session, actor: Actor, room_id: int, *, may_audit: bool = False) -> RoomHead:
    """Return a room the actor may watch; any other does not exist for them."""
    own = exists().where(RoomProctor.room_id == SittingRoom.id, RoomProctor.user_id == (actor.user_id or 0))
    statement = (
        select(SittingRoom, Sitting, own.label("is_own"))
        .join(Sitting, Sitting.id == SittingRoom.sitting_id)
        .where(SittingRoom.id == room_id)
        .execution_options(populate_existing=True)
    )
    row = session.execute(statement).one_or_none()
    if row is None or not (_reaches(actor, row.is_own) or (may_audit and is_granted(actor, Permission.AUDIT_READ))):
        raise NotFoundError
    return _head(row.SittingRoom, row.Sitting)


def _reaches(actor: Actor, is_own: bool) -> bool:
    return manages_all(actor) or (is_own and is_granted(actor, Permission.ROOM_WATCH))


def _head(room: SittingRoom, sitting: Sitting) -> RoomHead:
    return RoomHead(
        room_id=room.id,
        room=room.name,
        seats=room.seats,
        columns=room.columns,
        opened_at=room.opened_at,
        started_at=room.started_at,
        paused_at=room.paused_at,
        closed_at=room.closed_at,
        minutes_signed=room.minutes_signed or [],
        sitting_id=sitting.id,
        code=sitting.code,
        sitting=sitting.name,
        kind=sitting.kind,
        state=SittingState(sitting.state),
        starts_at=sitting.starts_at,
        minutes=sitting.minutes,
        organiser=sitting.organiser,
        settings=SittingSettings.model_validate(sitting.settings or {}),
    )


def seats_of(session: Session, head: RoomHead) -> list[Seat]:
    """Return the taken seats of a room in order, with what is known of each; one select."""
    kind = SittingEvent.kind
    marks = (
        select(
            SittingEvent.candidate_id,
            func.sum(case((kind == ABSENT, 1), else_=-1)).label("marks"),
        )
        .where(SittingEvent.sitting_id == head.sitting_id, SittingEvent.room_id == head.room_id)
        .where(kind.in_((ABSENT, ABSENT_UNDONE)))
        .group_by(SittingEvent.candidate_id)
        .subquery()
    )
    rows = session.execute(
        select(
            Candidate.id,
            Candidate.seat,
            Candidate.withdrawn_at.is_not(None).label("is_withdrawn"),
            has_accommodation().label("has_accommodation"),
            marks.c.marks,
            Attempt.id.label("attempt_id"),
            # An adaptive paper grows; while it does, what counts is how long it may become.
            case((Attempt.state == AttemptState.FINISHED.value, Attempt.items), else_=Paper.items).label("items"),
            *(Attempt.state, Attempt.answered, Attempt.marked, Attempt.started_at, Attempt.paused_at),
            *(Attempt.allotted_seconds, Attempt.paused_seconds, Attempt.extended_seconds),
            *(Attempt.last_save_at, Attempt.last_seen_at, Attempt.focus_losses, Attempt.flags),
            Attempt.lease_asked_hash.is_not(None).label("has_second_browser"),
        )
        .join(Attempt, Attempt.candidate_id == Candidate.id, isouter=True)
        .join(Paper, Paper.id == Attempt.paper_id, isouter=True)
        .join(marks, marks.c.candidate_id == Candidate.id, isouter=True)
        .where(Candidate.room_id == head.room_id)
        .order_by(Candidate.seat)
    )
    return [_seat(row) for row in rows]


def has_accommodation() -> ColumnElement[bool]:
    """Condition: something was approved for the candidate."""
    given = or_(Candidate.extra_minutes > 0, Candidate.break_minutes > 0, Candidate.has_reader)
    return given & Candidate.accommodation_approved_at.is_not(None)


def _seat(row: Any) -> Seat:
    return Seat(
        candidate_id=row.id,
        attempt_id=row.attempt_id,
        seat=row.seat,
        state=row.state,
        is_withdrawn=bool(row.is_withdrawn),
        is_marked_absent=(row.marks or 0) > 0,
        has_accommodation=bool(row.has_accommodation),
        items=row.items or 0,
        answered=row.answered or 0,
        marked=row.marked or 0,
        clock=None if row.started_at is None else clock_of(row),
        last_save_at=row.last_save_at,
        last_seen_at=row.last_seen_at,
        focus_losses=row.focus_losses or 0,
        has_second_browser=bool(row.has_second_browser),
        flags=tuple(str(code) for code in row.flags or ()),
    )


def people_of(session: Session, room_id: int) -> dict[int, Person]:
    """Return who sits in a room, by candidate; one select."""
    rows = session.execute(
        select(Candidate.id, Candidate.number, OfficialRecord.name, Official.nip)
        .join(Official, Official.id == Candidate.official_id)
        .join(OfficialRecord, (OfficialRecord.official_id == Official.id) & known(OfficialRecord), isouter=True)
        .where(Candidate.room_id == room_id)
    )
    return {
        row.id: Person(candidate_id=row.id, number=row.number, name=row.name or row.number, nip=row.nip) for row in rows
    }


def room_lines(
    session: Session,
    actor: Actor,
    *,
    search: str = "",
    phase: str = "",
    day: Day | None = None,
    order: str = "starts_at",
    limit: int = 50,
    offset: int = 0,
) -> list[RoomLine]:
    """Return the rooms the actor watches: a proctor's own, every room for who manages sittings."""
    counts = _counts()
    statement = (
        _visible(select(SittingRoom, Sitting, counts), actor, search=search, phase=phase, day=day)
        .join(counts, counts.c.room_id == SittingRoom.id, isouter=True)
        .order_by(*_order(order))
        .limit(limit)
        .offset(offset)
    )
    return [_line(row) for row in session.execute(statement)]


def count_rooms(session: Session, actor: Actor, *, search: str = "", phase: str = "", day: Day | None = None) -> int:
    """Return how many rooms :func:`room_lines` would list."""
    counted = select(func.count()).select_from(SittingRoom)
    statement = _visible(counted, actor, search=search, phase=phase, day=day)
    return session.scalar(statement) or 0


def _visible(statement: Select[Any], actor: Actor, *, search: str, phase: str, day: Day | None) -> Select[Any]:
    statement = statement.join(Sitting, Sitting.id == SittingRoom.sitting_id).where(
        Sitting.state.in_(_SHOWN_STATES),
    )
    if not manages_all(actor):
        own = exists().where(RoomProctor.room_id == SittingRoom.id, RoomProctor.user_id == (actor.user_id or 0))
        statement = statement.where(own)
    if search:
        pattern = f"%{search.replace('%', '').replace('_', '')}%"
        statement = statement.where(
            or_(Sitting.name.ilike(pattern), Sitting.code.ilike(pattern), SittingRoom.name.ilike(pattern))
        )
    if day is not None:
        statement = statement.where(Sitting.starts_at >= day[0], Sitting.starts_at < day[1])
    return statement.where(_phase(phase)) if phase else statement


def _phase(phase: str) -> ColumnElement[bool]:
    room = SittingRoom
    conditions = {
        "before": room.opened_at.is_(None) & room.closed_at.is_(None),
        "lobby": room.opened_at.is_not(None) & room.started_at.is_(None) & room.closed_at.is_(None),
        "running": room.started_at.is_not(None) & room.closed_at.is_(None) & room.paused_at.is_(None),
        "paused": room.paused_at.is_not(None) & room.closed_at.is_(None),
        "closed": room.closed_at.is_not(None),
    }
    return conditions[phase]


def _order(order: str) -> list[Any]:
    column: Any = {"starts_at": Sitting.starts_at, "name": SittingRoom.name, "sitting": Sitting.name}[
        order.removeprefix("-")
    ]
    return [column.desc() if order.startswith("-") else column, SittingRoom.id]


def _counts() -> Any:
    def how_many(*states: AttemptState) -> Any:
        return func.sum(case((Attempt.state.in_(states), 1), else_=0))

    return (
        select(
            Candidate.room_id,
            func.count().label("candidates"),
            func.count(Attempt.id).label("present"),
            how_many(AttemptState.RUNNING, AttemptState.PAUSED).label("running"),
            how_many(AttemptState.FINISHED).label("finished"),
        )
        .join(Attempt, Attempt.candidate_id == Candidate.id, isouter=True)
        .where(Candidate.withdrawn_at.is_(None))
        .group_by(Candidate.room_id)
        .subquery()
    )


def _line(row: Any) -> RoomLine:
    head = _head(row.SittingRoom, row.Sitting)
    return RoomLine(
        room_id=head.room_id,
        room=head.room,
        code=head.code,
        sitting=head.sitting,
        kind=head.kind,
        state=head.state,
        phase=head.phase,
        starts_at=head.starts_at,
        minutes=head.minutes,
        candidates=row.candidates or 0,
        present=row.present or 0,
        running=row.running or 0,
        finished=row.finished or 0,
    )


def free_seats(session: Session, head: RoomHead) -> list[int]:
    """Return the seats of a room nobody has."""
    taken = set(session.scalars(select(Candidate.seat).where(Candidate.room_id == head.room_id)))
    return [seat for seat in range(1, head.seats + 1) if seat not in taken]


def sister_rooms(session: Session, actor: Actor, head: RoomHead) -> list[tuple[int, str, int]]:
    """Return (room, name, seats) of the sitting's other open rooms that the actor watches too."""
    statement = select(SittingRoom.id, SittingRoom.name, SittingRoom.seats).where(
        SittingRoom.sitting_id == head.sitting_id, SittingRoom.id != head.room_id, SittingRoom.closed_at.is_(None)
    )
    if not manages_all(actor):
        own = exists().where(RoomProctor.room_id == SittingRoom.id, RoomProctor.user_id == (actor.user_id or 0))
        statement = statement.where(own)
    return [(row.id, row.name, row.seats) for row in session.execute(statement.order_by(SittingRoom.name))]


def has_late_limit_passed(head: RoomHead, now: dt.datetime) -> bool:
    """Whether who comes now is too late for the proctors to admit."""
    allowed = dt.timedelta(minutes=head.settings.late_arrival_minutes)
    return head.started_at is not None and now > head.started_at + allowed


def late_counts(session: Session, room_id: int) -> list[tuple[int, int, int, int]]:
    """Return (attempt, late answers, proposed, accepted) of a room's attempts that have any."""
    rows = session.execute(
        select(
            LateResponse.attempt_id,
            func.count(),
            func.count(LateResponse.proposed_by),
            func.count(LateResponse.accepted_by),
        )
        .join(Attempt, Attempt.id == LateResponse.attempt_id)
        .where(Attempt.room_id == room_id)
        .group_by(LateResponse.attempt_id)
        .order_by(LateResponse.attempt_id)
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]
