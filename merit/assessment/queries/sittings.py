"""Selects of sittings, their rooms and minutes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from merit import clock
from merit.accounts.models import User, UserRole
from merit.assessment.domain.settings import SittingSettings
from merit.assessment.models.items import Blueprint
from merit.assessment.models.sittings import Candidate, RoomProctor, Sitting, SittingEvent, SittingRoom
from merit.errors import NotFoundError
from merit.security.permissions import ROLE_PERMISSIONS, Permission

SITTING_SORTS = {"starts": Sitting.starts_at, "code": Sitting.code, "name": Sitting.name, "state": Sitting.state}


@dataclass(frozen=True, slots=True, kw_only=True)
class SittingLine:
    """A sitting in a list."""

    sitting: Sitting
    blueprint: str
    rooms: int
    candidates: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomLine:
    """A room with who sits and who watches in it."""

    room: SittingRoom
    seated: int
    proctors: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventLine:
    """A line of the minutes with names."""

    event: SittingEvent
    by: str
    room: str
    number: str


def get_sitting(session: Session, code: str) -> Sitting:
    """Return a sitting by code; raise :class:`NotFoundError`."""
    found = session.scalars(select(Sitting).where(Sitting.code == code)).one_or_none()
    if found is None:
        raise NotFoundError("sitting-unknown", code=code)
    return found


def settings_of(sitting: Sitting) -> SittingSettings:
    """Return the settings inside a sitting."""
    return SittingSettings.model_validate(sitting.settings)


def count_sittings(session: Session, **narrowed: Any) -> int:
    """Return how many sittings the filters leave."""
    return session.scalar(_narrowed(select(func.count()).select_from(Sitting), **narrowed)) or 0


def list_sittings(
    session: Session, *, order: str = "-starts", limit: int = 25, offset: int = 0, **narrowed: Any
) -> list[SittingLine]:
    """Return one page of sittings; filters are ``search``, ``state``, ``kind``, ``since`` and ``until``."""
    rooms = select(func.count()).where(SittingRoom.sitting_id == Sitting.id).scalar_subquery()
    people = select(func.count()).where(Candidate.sitting_id == Sitting.id, Candidate.withdrawn_at.is_(None))
    statement = _narrowed(
        select(Sitting, Blueprint.name, rooms, people.scalar_subquery()).join(
            Blueprint, Blueprint.id == Sitting.blueprint_id
        ),
        **narrowed,
    )
    key = SITTING_SORTS[order.removeprefix("-")]
    statement = statement.order_by(key.desc() if order.startswith("-") else key.asc(), Sitting.id.desc())
    return [
        SittingLine(sitting=row[0], blueprint=row[1], rooms=row[2], candidates=row[3])
        for row in session.execute(statement.limit(limit).offset(offset))
    ]


def list_rooms(session: Session, sitting_id: int) -> list[RoomLine]:
    """Return the rooms of a sitting in the order they were added."""
    seated = select(func.count()).where(Candidate.room_id == SittingRoom.id).scalar_subquery()
    statement = select(SittingRoom, seated).where(SittingRoom.sitting_id == sitting_id).order_by(SittingRoom.id)
    watching = _proctors_by_room(session, sitting_id)
    return [
        RoomLine(room=room, seated=count, proctors=tuple(watching.get(room.id, ())))
        for room, count in session.execute(statement)
    ]


def list_events(session: Session, sitting_id: int, *, limit: int = 100) -> list[EventLine]:
    """Return the newest lines of the minutes, the newest first."""
    statement = (
        select(SittingEvent, User.name, SittingRoom.name, Candidate.number)
        .outerjoin(User, User.id == SittingEvent.by_id)
        .outerjoin(SittingRoom, SittingRoom.id == SittingEvent.room_id)
        .outerjoin(Candidate, Candidate.id == SittingEvent.candidate_id)
        .where(SittingEvent.sitting_id == sitting_id)
        .order_by(SittingEvent.id.desc())
        .limit(limit)
    )
    return [
        EventLine(event=event, by=by or "", room=room or "", number=number or "")
        for event, by, room, number in session.execute(statement)
    ]


def users_with(session: Session, permission: Permission) -> list[tuple[int, str]]:
    """Return id and name of the enabled users whose roles grant a permission, by name."""
    roles = [role.value for role, granted in ROLE_PERMISSIONS.items() if permission in granted]
    holders = select(UserRole.user_id).where(UserRole.role.in_(roles))
    statement = select(User.id, User.name).where(User.id.in_(holders), User.disabled_at.is_(None))
    return [(number, name) for number, name in session.execute(statement.order_by(User.name, User.id))]


def user_names(session: Session, ids: Iterable[int | None]) -> Mapping[int | None, str]:
    """Return names of users by id."""
    wanted = {number for number in ids if number is not None}
    rows = session.execute(select(User.id, User.name).where(User.id.in_(wanted)))
    return {number: name for number, name in rows}  # noqa: C416 -- rows are no pairs to a type checker


def rehearsals_of(session: Session, sitting_id: int) -> Sequence[Sitting]:
    """Return the rehearsals of a sitting, the latest first."""
    statement = select(Sitting).where(Sitting.rehearses_id == sitting_id).order_by(Sitting.starts_at.desc())
    return session.scalars(statement).all()


def local_day(day: dt.date, *, after: bool = False) -> dt.datetime:
    """Return the instant a civil day begins, or ends."""
    start = dt.datetime.combine(day, dt.time(), tzinfo=clock.ZONE)
    return (start + dt.timedelta(days=1) if after else start).astimezone(dt.UTC)


def _narrowed(
    statement: Select[Any],
    *,
    search: str = "",
    state: str = "",
    kind: str = "",
    since: dt.date | None = None,
    until: dt.date | None = None,
) -> Select[Any]:
    for word in search.split():
        fits = (Sitting.name, Sitting.code, Sitting.organiser)
        statement = statement.where(or_(*(column.icontains(word, autoescape=True) for column in fits)))
    if state:
        statement = statement.where(Sitting.state == state)
    if kind:
        statement = statement.where(Sitting.kind == kind)
    if since:
        statement = statement.where(Sitting.starts_at >= local_day(since))
    if until:
        statement = statement.where(Sitting.starts_at < local_day(until, after=True))
    return statement


def _proctors_by_room(session: Session, sitting_id: int) -> dict[int, list[tuple[int, str]]]:
    statement = (
        select(RoomProctor.room_id, User.id, User.name)
        .join(User, User.id == RoomProctor.user_id)
        .join(SittingRoom, SittingRoom.id == RoomProctor.room_id)
        .where(SittingRoom.sitting_id == sitting_id)
        .order_by(RoomProctor.id)
    )
    found: dict[int, list[tuple[int, str]]] = {}
    for room_id, user_id, name in session.execute(statement):
        found.setdefault(room_id, []).append((user_id, name))
    return found
