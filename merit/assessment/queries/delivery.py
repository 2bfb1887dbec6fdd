"""Selects on candidates, rooms and attempts for the entrance and the delivery."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from merit.accounts.models import User
from merit.assessment.domain.receipts import Link
from merit.assessment.domain.states import AttemptState, SittingState
from merit.assessment.domain.timing import is_late
from merit.assessment.models.delivery import Attempt, AttemptSection, ResponseSave
from merit.assessment.models.sittings import Candidate, RoomProctor, Sitting, SittingEvent, SittingRoom
from merit.people.models import Official

_ENTERED = (SittingState.OPEN.value, SittingState.RUNNING.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A candidate of a room, with the login of the official's account ("" without one)."""

    candidate_id: int
    room_id: int
    login: str


def open_rooms(session: Session) -> Sequence[int]:
    """Return the rooms people may enter now."""
    statement = (
        select(SittingRoom.id)
        .join(Sitting, Sitting.id == SittingRoom.sitting_id)
        .where(Sitting.state.in_(_ENTERED), SittingRoom.closed_at.is_(None))
    )
    return session.scalars(statement.order_by(SittingRoom.id)).all()


def find_in_rooms(
    session: Session, room_ids: Sequence[int], *, name: str, official_id: int | None = None
) -> Found | None:
    """Return the one candidate of these rooms with a number, NIP or official; None when there is none, or more."""
    who: ColumnElement[bool] = or_(Candidate.number == name.upper(), Candidate.number == name, Official.nip == name)
    if official_id is not None:
        who = Candidate.official_id == official_id
    statement = (
        select(Candidate.id, Candidate.room_id, User.login)
        .join(Official, Official.id == Candidate.official_id)
        .outerjoin(User, User.official_id == Candidate.official_id)
        .where(who, Candidate.room_id.in_(room_ids), Candidate.withdrawn_at.is_(None))
        .limit(2)
    )
    rows = session.execute(statement).all()
    if len(rows) != 1:
        return None
    candidate_id, room_id, login = rows[0]
    return Found(candidate_id=candidate_id, room_id=room_id or 0, login=login or "")


def lock_candidate(session: Session, candidate_id: int) -> Candidate | None:
    """Return a candidate, held until the commit: two entrances at once make one attempt."""
    return session.scalars(select(Candidate).where(Candidate.id == candidate_id).with_for_update()).one_or_none()


def find_attempt_of(session: Session, candidate_id: int) -> Attempt | None:
    """Return a candidate's attempt."""
    return session.scalars(select(Attempt).where(Attempt.candidate_id == candidate_id)).one_or_none()


def find_attempt(session: Session, token_hash: str, *, for_update: bool = False) -> Attempt | None:
    """Return the attempt of an address."""
    statement = select(Attempt).where(Attempt.token_hash == token_hash)
    return session.scalars(statement.with_for_update() if for_update else statement).one_or_none()


def list_refused(session: Session, candidate_id: int) -> set[str]:
    """Return the browsers (hashes of what they asked with) a proctor has refused this candidate."""
    statement = select(SittingEvent.details).where(
        SittingEvent.candidate_id == candidate_id, SittingEvent.kind == "lease-refused"
    )
    return {details.get("browser", "") for details in session.scalars(statement)}


def candidates_to_seat(session: Session, sitting_id: int) -> Sequence[Candidate]:
    """Return the candidates of a sitting who are still to come."""
    statement = select(Candidate).where(
        Candidate.sitting_id == sitting_id, Candidate.withdrawn_at.is_(None), Candidate.moved_to_id.is_(None)
    )
    return session.scalars(statement.order_by(Candidate.number)).all()


def watches_room(session: Session, user_id: int, room_id: int) -> bool:
    """Whether a user watches a room."""
    statement = select(RoomProctor.id).where(RoomProctor.user_id == user_id, RoomProctor.room_id == room_id)
    return session.scalar(statement) is not None


def overdue(session: Session, before: dt.datetime, *, limit: int, without: Collection[int] = ()) -> Sequence[Attempt]:
    """Return running attempts whose deadline lies before an instant, held; those another sweep holds are left to it."""
    statement = (
        select(Attempt)
        .where(Attempt.state == AttemptState.RUNNING.value, Attempt.deadline < before, Attempt.id.not_in(without))
        .order_by(Attempt.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return session.scalars(statement).all()


def has_overdue(session: Session, at: dt.datetime) -> bool:
    """Whether some running attempt is past its deadline and grace."""
    statement = select(Attempt.deadline, Attempt.grace_seconds).where(
        Attempt.state == AttemptState.RUNNING.value, Attempt.deadline < at
    )
    return any(is_late(deadline, grace, at) for deadline, grace in session.execute(statement))


def lock_working(session: Session) -> Sequence[Attempt]:
    """Return the attempts whose clock runs or stands, held until the commit."""
    states = (AttemptState.RUNNING.value, AttemptState.PAUSED.value)
    return session.scalars(
        select(Attempt).where(Attempt.state.in_(states)).order_by(Attempt.id).with_for_update()
    ).all()


def rooms_at_work(session: Session, room_ids: Iterable[int]) -> Sequence[SittingRoom]:
    """Return rooms by id, held until the commit."""
    statement = select(SittingRoom).where(SittingRoom.id.in_(list(room_ids))).order_by(SittingRoom.id)
    return session.scalars(statement.with_for_update()).all()


def sections_at_work(session: Session, attempt_ids: Iterable[int]) -> Sequence[AttemptSection]:
    """Return the sections of some attempts."""
    return session.scalars(select(AttemptSection).where(AttemptSection.attempt_id.in_(list(attempt_ids)))).all()


def chain_of(session: Session, attempt_id: int) -> list[Link]:
    """Return the stored saves of an attempt in their order."""
    statement = select(ResponseSave).where(ResponseSave.attempt_id == attempt_id).order_by(ResponseSave.number)
    return [
        Link(number=row.number, payload=row.payload, receipt=row.receipt, late=row.late)
        for row in session.scalars(statement)
    ]
