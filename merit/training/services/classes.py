"""Plan classes: sessions, trainers, opening for nominations, calling off."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from merit import clock
from merit.assessment.queries.rosters import officials_by_nip, people_of
from merit.audit.services import record
from merit.errors import ConflictError, InvalidInputError, NotFoundError, RuleViolationError
from merit.security.permissions import Actor
from merit.training.domain.meetings import Span, session_problem
from merit.training.domain.settings import ClassSettings
from merit.training.domain.states import CLASS_STEPS, ClassState
from merit.training.models.attendance import AttendanceMark
from merit.training.models.classes import ClassSession, ClassTrainer, TrainingClass
from merit.training.queries.classes import get_session, list_sessions, lock_class, planned_hours
from merit.training.queries.enrolments import count_placed, has_place
from merit.training.queries.programmes import get_programme
from merit.training.services.programmes import CODE, require_manage
from merit.training.services.telling import tell_cancelled

_LAST_MOMENT = dt.timedelta(seconds=1)  # a session until midnight ends on its own day


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassInput:
    """A class as planned."""

    programme_code: str
    name: str
    venue: str
    starts: dt.date
    quota: int
    cost: int
    code: str = ""
    settings: ClassSettings = field(default_factory=ClassSettings)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionInput:
    """A session as planned."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    learning_hours: Decimal
    title: str = ""
    venue: str = ""


def create_class(session: Session, actor: Actor, *, planned: ClassInput) -> TrainingClass:
    """Plan a class of a programme in use; sessions come afterwards."""
    require_manage(actor)
    programme = get_programme(session, planned.programme_code)
    if programme.retired_at is not None:
        raise RuleViolationError("programme-retired", code=programme.code)
    code = planned.code.strip() or _next_code(session, programme.code)
    if not CODE.match(code):
        raise InvalidInputError("code-shape")
    if session.scalar(select(TrainingClass.id).where(TrainingClass.code == code)) is not None:
        raise InvalidInputError("class-code-taken", code=code)
    course = TrainingClass(
        code=code,
        programme_id=programme.id,
        starts=planned.starts,
        ends=planned.starts,
        created_by=actor.user_id,
        created_at=clock.now(),
    )
    _apply(course, planned)
    session.add(course)
    session.flush()
    note(session, actor, course, "create")
    return course


def change_class(session: Session, actor: Actor, *, code: str, row_version: int, planned: ClassInput) -> TrainingClass:
    """Change a class that is neither closed nor called off."""
    require_manage(actor)
    course = lock_living(session, code)
    if course.row_version != row_version:
        raise ConflictError("class-changed-meanwhile", code=code)
    if planned.quota < (taken := count_placed(session, course.id)):
        raise RuleViolationError("class-quota-taken", taken=taken)
    _apply(course, planned)
    _bump(session, course)
    note(session, actor, course, "change")
    return course


def add_session(session: Session, actor: Actor, *, code: str, planned: SessionInput) -> ClassSession:
    """Add a session; its hours fit its length, and no two sessions of a class share time."""
    require_manage(actor)
    course = lock_living(session, code)
    span = Span(planned.starts_at, planned.ends_at)
    others = [Span(each.starts_at, each.ends_at) for each in list_sessions(session, course.id)]
    if problem := session_problem(span, planned.learning_hours, others):
        raise RuleViolationError(problem)
    meeting = ClassSession(
        class_id=course.id,
        title=planned.title.strip(),
        starts_at=planned.starts_at,
        ends_at=planned.ends_at,
        venue=planned.venue.strip(),
        learning_hours=planned.learning_hours,
    )
    session.add(meeting)
    _bump(session, course)
    note(session, actor, course, "add-session")
    return meeting


def remove_session(session: Session, actor: Actor, *, session_id: int) -> None:
    """Take a session out of a class as long as nobody's attendance stands in it."""
    require_manage(actor)
    meeting, found = get_session(session, session_id)
    course = lock_living(session, found.code)
    marked = select(AttendanceMark.id).where(AttendanceMark.session_id == meeting.id).limit(1)
    if session.scalar(marked) is not None:
        raise RuleViolationError("session-has-attendance")
    if course.state == ClassState.OPEN and len(list_sessions(session, course.id)) == 1:
        raise RuleViolationError("class-without-sessions", code=course.code)
    session.delete(meeting)
    _bump(session, course)
    note(session, actor, course, "remove-session")


def add_trainer(session: Session, actor: Actor, *, code: str, name: str = "", nip: str = "") -> ClassTrainer:
    """Name a trainer: an official by NIP, or somebody from outside by name."""
    require_manage(actor)
    course = lock_living(session, code)
    official_id = None
    if nip:
        official_id = officials_by_nip(session, [nip]).get(nip)
        if official_id is None:
            raise InvalidInputError("trainer-nip-unknown")
        name = people_of(session, [official_id])[official_id][1]
        if has_place(session, course.id, official_id):
            raise RuleViolationError("trainer-has-place")
    name = name.strip()
    if not name:
        raise InvalidInputError("trainer-unnamed")
    same = select(ClassTrainer.id).where(ClassTrainer.class_id == course.id, ClassTrainer.name == name)
    if session.scalar(same) is not None:
        raise InvalidInputError("trainer-twice")
    trainer = ClassTrainer(class_id=course.id, name=name, official_id=official_id)
    session.add(trainer)
    session.flush()
    note(session, actor, course, "add-trainer")
    return trainer


def remove_trainer(session: Session, actor: Actor, *, code: str, trainer_id: int) -> None:
    """Take a trainer off a class."""
    require_manage(actor)
    course = lock_living(session, code)
    trainer = session.get(ClassTrainer, trainer_id)
    if trainer is None or trainer.class_id != course.id:
        raise NotFoundError("trainer-unknown")
    session.delete(trainer)
    session.flush()
    note(session, actor, course, "remove-trainer")


def open_class(session: Session, actor: Actor, *, code: str) -> TrainingClass:
    """Open a class with sessions for nominations."""
    require_manage(actor)
    course = lock_class(session, code)
    require_step(course, ClassState.OPEN)
    if planned_hours(session, course.id) == 0:
        raise RuleViolationError("class-without-sessions", code=code)
    course.state = ClassState.OPEN.value
    _bump(session, course)
    note(session, actor, course, "open")
    return course


def cancel_class(session: Session, actor: Actor, *, code: str, reason: str) -> TrainingClass:
    """Call a class off, with a reason."""
    require_manage(actor)
    if not reason.strip():
        raise InvalidInputError("class-cancel-reason")
    course = lock_class(session, code)
    require_step(course, ClassState.CANCELLED)
    course.state, course.cancel_reason = ClassState.CANCELLED.value, reason.strip()
    _bump(session, course)
    note(session, actor, course, "cancel")
    tell_cancelled(session, actor, course)
    return course


def lock_living(session: Session, code: str) -> TrainingClass:
    """Return a class that is neither closed nor called off, locked."""
    course = lock_class(session, code)
    if not CLASS_STEPS[ClassState(course.state)]:
        raise RuleViolationError("class-over", code=code)
    return course


def require_step(course: TrainingClass, following: ClassState) -> None:
    """Refuse a step a class cannot take."""
    if following not in CLASS_STEPS[ClassState(course.state)]:
        raise RuleViolationError("class-over" if course.state != ClassState.OPEN else "class-open", code=course.code)


def note(session: Session, actor: Actor, course: TrainingClass, verb: str, **details: object) -> None:
    """Put what was done to a class into the audit chain."""
    told = {"code": course.code, **details}
    record(session, actor, action=f"class:{verb}", subject=f"class:{course.id}", details=told)


def _apply(course: TrainingClass, planned: ClassInput) -> None:
    course.name = planned.name.strip()
    course.venue = planned.venue.strip()
    course.quota, course.cost = planned.quota, planned.cost
    course.settings = planned.settings.model_dump()


def _bump(session: Session, course: TrainingClass) -> None:
    session.flush()
    days = [
        clock.local(each).date()
        for meeting in list_sessions(session, course.id)
        for each in (meeting.starts_at, meeting.ends_at - _LAST_MOMENT)
    ]
    if days:
        course.starts, course.ends = min(days), max(days)
    course.row_version += 1
    session.flush()


def _next_code(session: Session, programme: str) -> str:
    start = f"{programme[:45]}-{clock.today().year}-"
    count = session.scalar(select(func.count()).where(TrainingClass.code.like(f"{start}%"))) or 0
    taken = set(session.scalars(select(TrainingClass.code).where(TrainingClass.code.like(f"{start}%"))))
    number = count + 1
    while f"{start}{number:02d}" in taken:
        number += 1
    return f"{start}{number:02d}"
