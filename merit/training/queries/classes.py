"""Selects of classes, their sessions and trainers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from merit import clock
from merit.errors import NotFoundError
from merit.training.domain.settings import ClassSettings
from merit.training.domain.states import HOLDS_PLACE, ClassState, EnrolmentState
from merit.training.models.classes import ClassSession, ClassTrainer, Enrolment, Programme, TrainingClass

CLASS_SORTS = {
    "starts": TrainingClass.starts,
    "code": TrainingClass.code,
    "name": TrainingClass.name,
    "state": TrainingClass.state,
}
_HOLDING = tuple(sorted(HOLDS_PLACE))


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassLine:
    """A class in a list."""

    course: TrainingClass
    programme: Programme
    sessions: int
    placed: int
    waiting: int


def get_class(session: Session, code: str) -> TrainingClass:
    """Return a class by code; raise :class:`NotFoundError`."""
    found = session.scalars(select(TrainingClass).where(TrainingClass.code == code)).one_or_none()
    if found is None:
        raise NotFoundError("class-unknown", code=code)
    return found


def lock_class(session: Session, code: str) -> TrainingClass:
    """Return a class whose row nobody else changes until the commit, as it stands after the last one who did."""
    statement = select(TrainingClass).where(TrainingClass.code == code).with_for_update()
    found = session.scalars(statement.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise NotFoundError("class-unknown", code=code)
    return found


def settings_of(course: TrainingClass) -> ClassSettings:
    """Return the settings inside a class."""
    return ClassSettings.model_validate(course.settings)


def count_classes(session: Session, **narrowed: Any) -> int:
    """Return how many classes the filters leave."""
    statement = select(func.count()).select_from(TrainingClass).join(Programme)
    return session.scalar(_narrowed(statement, **narrowed)) or 0


def list_classes(
    session: Session, *, order: str = "-starts", limit: int | None = None, offset: int = 0, **narrowed: Any
) -> list[ClassLine]:
    """Return classes; filters are ``text``, ``state``, ``kind``, ``since``, ``until`` and ``programme_id``."""
    meetings = select(func.count()).where(ClassSession.class_id == TrainingClass.id).scalar_subquery()
    placed = _count_in(_HOLDING)
    waiting = _count_in((EnrolmentState.WAITING.value,))
    key = CLASS_SORTS[order.removeprefix("-")]
    statement = _narrowed(select(TrainingClass, Programme, meetings, placed, waiting).join(Programme), **narrowed)
    statement = statement.order_by(key.desc() if order.startswith("-") else key.asc(), TrainingClass.id.desc())
    return [
        ClassLine(course=row[0], programme=row[1], sessions=row[2], placed=row[3], waiting=row[4])
        for row in session.execute(statement.limit(limit).offset(offset))
    ]


def open_classes(session: Session, today: dt.date) -> list[tuple[TrainingClass, Programme]]:
    """Return the classes open for nominations that have not begun and aim at a competency, the soonest first."""
    statement = (
        select(TrainingClass, Programme)
        .join(Programme, Programme.id == TrainingClass.programme_id)
        .where(TrainingClass.state == ClassState.OPEN, TrainingClass.starts > today)
        .order_by(TrainingClass.starts, TrainingClass.code)
    )
    return [(course, programme) for course, programme in session.execute(statement) if programme.aims]


def open_by_programme(session: Session, today: dt.date) -> dict[int, list[TrainingClass]]:
    """Return per programme its classes open for nominations."""
    found: dict[int, list[TrainingClass]] = {}
    for course, programme in open_classes(session, today):
        found.setdefault(programme.id, []).append(course)
    return found


def list_sessions(session: Session, class_id: int) -> Sequence[ClassSession]:
    """Return the sessions of a class by time."""
    statement = select(ClassSession).where(ClassSession.class_id == class_id).order_by(ClassSession.starts_at)
    return session.scalars(statement).all()


def get_session(session: Session, session_id: int) -> tuple[ClassSession, TrainingClass]:
    """Return a session with its class; raise :class:`NotFoundError`."""
    row = session.execute(
        select(ClassSession, TrainingClass).join(TrainingClass).where(ClassSession.id == session_id)
    ).one_or_none()
    if row is None:
        raise NotFoundError("session-unknown")
    return row[0], row[1]


def list_trainers(session: Session, class_id: int) -> Sequence[ClassTrainer]:
    """Return the trainers of a class by name."""
    statement = select(ClassTrainer).where(ClassTrainer.class_id == class_id).order_by(ClassTrainer.name)
    return session.scalars(statement).all()


def is_trainer(session: Session, class_id: int, official_id: int | None) -> bool:
    """Whether an official teaches a class."""
    if official_id is None:
        return False
    statement = select(ClassTrainer.id).where(
        ClassTrainer.class_id == class_id, ClassTrainer.official_id == official_id
    )
    return session.scalar(statement.limit(1)) is not None


def planned_hours(session: Session, class_id: int) -> Decimal:
    """Return the hours (JP) of all sessions of a class."""
    statement = select(ClassSession.learning_hours).where(ClassSession.class_id == class_id)
    return sum(session.scalars(statement), Decimal(0))


def meetings_between(
    session: Session,
    since: dt.datetime,
    until: dt.datetime,
    *,
    official_id: int | None = None,
    with_cancelled: bool = False,
) -> list[tuple[ClassSession, TrainingClass]]:
    """Return sessions in a time, those of an official's own places or lessons where one is given.

    Classes called off are left out unless asked for: a calendar that was told of them must hear that they are off.
    """
    statement = (
        select(ClassSession, TrainingClass)
        .join(TrainingClass)
        .where(ClassSession.starts_at < until, ClassSession.ends_at > since)
        .order_by(ClassSession.starts_at, ClassSession.id)
    )
    if not with_cancelled:
        statement = statement.where(TrainingClass.state != ClassState.CANCELLED)
    if official_id is not None:
        placed = select(Enrolment.class_id).where(Enrolment.official_id == official_id, Enrolment.state.in_(_HOLDING))
        taught = select(ClassTrainer.class_id).where(ClassTrainer.official_id == official_id)
        statement = statement.where(or_(TrainingClass.id.in_(placed), TrainingClass.id.in_(taught)))
    return [(meeting, course) for meeting, course in session.execute(statement)]


def meetings_taught(session: Session, official_id: int, today: dt.date) -> list[tuple[ClassSession, TrainingClass]]:
    """Return the sessions of the open classes an official teaches that are not past for more than a day."""
    since = dt.datetime.combine(today, dt.time(), tzinfo=clock.ZONE) - dt.timedelta(days=1)
    statement = (
        select(ClassSession, TrainingClass)
        .join(TrainingClass)
        .join(ClassTrainer, ClassTrainer.class_id == TrainingClass.id)
        .where(ClassTrainer.official_id == official_id, TrainingClass.state == ClassState.OPEN)
        .where(ClassSession.ends_at > since)
        .order_by(ClassSession.starts_at)
    )
    return [(meeting, course) for meeting, course in session.execute(statement)]


def _count_in(states: tuple[str, ...]) -> Any:
    counted = and_(Enrolment.class_id == TrainingClass.id, Enrolment.state.in_(states))
    return select(func.count()).where(counted).scalar_subquery()


def _narrowed(
    statement: Any,
    *,
    text: str = "",
    state: str = "",
    kind: str = "",
    since: dt.date | None = None,
    until: dt.date | None = None,
    programme_id: int | None = None,
) -> Any:
    for word in text.lower().split():
        like = f"%{word}%"
        found = [func.lower(each).like(like) for each in (TrainingClass.name, TrainingClass.code, TrainingClass.venue)]
        statement = statement.where(or_(*found, func.lower(Programme.provider).like(like)))
    if state:
        statement = statement.where(TrainingClass.state == state)
    if kind:
        statement = statement.where(Programme.kind == kind)
    if since is not None:
        statement = statement.where(TrainingClass.ends >= since)
    if until is not None:
        statement = statement.where(TrainingClass.starts <= until)
    if programme_id is not None:
        statement = statement.where(TrainingClass.programme_id == programme_id)
    return statement
