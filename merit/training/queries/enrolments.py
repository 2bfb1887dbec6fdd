"""Selects of enrolments: who is in a class, who waits, who has something else at that time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from merit import clock
from merit.accounts.models import User
from merit.assessment.models.sittings import Candidate, Sitting
from merit.db import known
from merit.errors import NotFoundError
from merit.people.models import LeavePeriod, Official, OfficialRecord, OrgUnitRecord
from merit.people.queries.officials import full_name
from merit.security.permissions import Actor
from merit.training.domain.meetings import Span, clashing
from merit.training.domain.states import HOLDS_PLACE, LIVING, ClassState, EnrolmentState
from merit.training.models.classes import ClassSession, ClassTrainer, Enrolment, EnrolmentStep, Programme, TrainingClass
from merit.training.models.planning import NominationNeed
from merit.training.queries.classes import list_sessions

_HOLDING = tuple(sorted(HOLDS_PLACE))
_LAST_MOMENT = dt.timedelta(seconds=1)  # the end of a session itself is free again
_LONGEST_SITTING = dt.timedelta(hours=16)
_CHUNK = 1_000
Note = tuple[str, dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentLine:
    """An enrolment with the person behind it."""

    enrolment: Enrolment
    nip: str
    name: str
    employment: str
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnLine:
    """One of somebody's own enrolments."""

    enrolment: Enrolment
    course: TrainingClass
    programme: Programme


def get_enrolment(session: Session, actor: Actor, enrolment_id: int) -> tuple[Enrolment, TrainingClass]:
    """Return an enrolment within the actor's units, or one's own, with its class."""
    row = session.execute(
        select(Enrolment, TrainingClass)
        .join(TrainingClass, TrainingClass.id == Enrolment.class_id)
        .where(Enrolment.id == enrolment_id)
    ).one_or_none()
    if row is None or not _reaches(actor, row[0]):
        raise NotFoundError("enrolment-unknown")
    return row[0], row[1]


def count_enrolments(session: Session, actor: Actor, class_id: int, **narrowed: Any) -> int:
    """Return how many enrolments of a class the filters and the actor's units leave."""
    return session.scalar(_lines(select(func.count(Enrolment.id)), actor, class_id, **narrowed)) or 0


def list_enrolments(
    session: Session, actor: Actor, class_id: int, *, limit: int | None = None, offset: int = 0, **narrowed: Any
) -> list[EnrolmentLine]:
    """Return the enrolments of a class by name; filters are ``states``, ``text`` and ``unit_ids``."""
    columns = select(
        Enrolment,
        Official.nip,
        OfficialRecord.name,
        OfficialRecord.title_before,
        OfficialRecord.title_after,
        OfficialRecord.employment,
        func.coalesce(OrgUnitRecord.name, ""),
    )
    statement = _lines(columns, actor, class_id, **narrowed)
    waiting = Enrolment.state == EnrolmentState.WAITING
    statement = statement.order_by(waiting, OfficialRecord.name, Enrolment.id)
    if narrowed.get("states") == (EnrolmentState.WAITING.value,):
        statement = statement.order_by(None).order_by(Enrolment.place)
    return [
        EnrolmentLine(
            enrolment=row[0],
            nip=row[1],
            name=full_name(row[2] or row[1], row[3] or "", row[4] or ""),
            employment=row[5] or "",
            unit=row[6],
        )
        for row in session.execute(statement.limit(limit).offset(offset))
    ]


def count_states(session: Session, actor: Actor, class_id: int) -> dict[str, int]:
    """Return how many enrolments of a class stand in each state, within the actor's units."""
    statement = select(Enrolment.state, func.count()).where(Enrolment.class_id == class_id).group_by(Enrolment.state)
    if actor.unit_ids is not None:
        statement = statement.where(Enrolment.unit_id.in_(actor.unit_ids))
    return {str(row[0]): row[1] for row in session.execute(statement)}


def count_placed(session: Session, class_id: int) -> int:
    """Return how many places of a class are taken."""
    statement = select(func.count()).where(Enrolment.class_id == class_id, Enrolment.state.in_(_HOLDING))
    return session.scalar(statement) or 0


def has_place(session: Session, class_id: int, official_id: int) -> bool:
    """Whether somebody is nominated for a class, waits for it or has a place in it."""
    statement = select(Enrolment.id).where(Enrolment.class_id == class_id, Enrolment.official_id == official_id)
    return session.scalar(statement.where(Enrolment.state.in_(tuple(sorted(LIVING))))) is not None


def waiting_in_order(session: Session, class_id: int) -> list[Enrolment]:
    """Return the waiting list, the first in line first."""
    statement = select(Enrolment).where(Enrolment.class_id == class_id, Enrolment.state == EnrolmentState.WAITING)
    return list(session.scalars(statement.order_by(Enrolment.place, Enrolment.id)))


def last_place(session: Session, class_id: int) -> int:
    """Return the last place given in the order of a class."""
    return session.scalar(select(func.max(Enrolment.place)).where(Enrolment.class_id == class_id)) or 0


def list_own(session: Session, official_id: int) -> list[OwnLine]:
    """Return an official's own enrolments, the newest class first."""
    statement = (
        select(Enrolment, TrainingClass, Programme)
        .join(TrainingClass, TrainingClass.id == Enrolment.class_id)
        .join(Programme, Programme.id == TrainingClass.programme_id)
        .where(Enrolment.official_id == official_id)
        .order_by(TrainingClass.starts.desc(), Enrolment.id.desc())
    )
    return [OwnLine(enrolment=row[0], course=row[1], programme=row[2]) for row in session.execute(statement)]


def list_steps(session: Session, enrolment_id: int) -> list[tuple[EnrolmentStep, str]]:
    """Return what happened to an enrolment with who did it, newest first."""
    statement = (
        select(EnrolmentStep, func.coalesce(User.name, ""))
        .outerjoin(User, User.id == EnrolmentStep.by_id)
        .where(EnrolmentStep.enrolment_id == enrolment_id)
        .order_by(EnrolmentStep.id.desc())
    )
    return [(step, name) for step, name in session.execute(statement)]


def needs_behind(session: Session, enrolment_ids: Collection[int]) -> dict[int, list[NominationNeed]]:
    """Return per enrolment the gaps its newest nomination answers, the greatest first."""
    found: dict[int, list[NominationNeed]] = {}
    for some in _chunks(enrolment_ids):
        newest = (
            select(func.max(EnrolmentStep.id))
            .where(EnrolmentStep.enrolment_id.in_(some), EnrolmentStep.state == EnrolmentState.NOMINATED)
            .group_by(EnrolmentStep.enrolment_id)
        )
        statement = (
            select(EnrolmentStep.enrolment_id, NominationNeed)
            .join(NominationNeed, NominationNeed.step_id == EnrolmentStep.id)
            .where(EnrolmentStep.id.in_(newest))
            .order_by(EnrolmentStep.enrolment_id, NominationNeed.expected.desc(), NominationNeed.competency)
        )
        for enrolment_id, need in session.execute(statement):
            found.setdefault(enrolment_id, []).append(need)
    return found


def last_step_by(session: Session, enrolment_id: int, state: EnrolmentState) -> int | None:
    """Return who last brought an enrolment into a state."""
    statement = (
        select(EnrolmentStep.by_id)
        .where(EnrolmentStep.enrolment_id == enrolment_id, EnrolmentStep.state == state)
        .order_by(EnrolmentStep.id.desc())
        .limit(1)
    )
    return session.scalar(statement)


def find_clashes(session: Session, course: TrainingClass, officials: Collection[int]) -> dict[int, list[Note]]:
    """Return what else the officials have at the time of a class: another class, a leave, a sitting."""
    spans = [Span(each.starts_at, each.ends_at) for each in list_sessions(session, course.id)]
    found: dict[int, list[Note]] = {}
    if not spans:
        return found
    for some in _chunks(officials):
        for official, note in (
            *_teaching(session, spans, some),
            *_in_classes(session, course, spans, some),
            *_on_leave(session, course, spans, some),
            *_in_sittings(session, spans, some),
        ):
            found.setdefault(official, []).append(note)
    return found


def _teaching(session: Session, spans: list[Span], officials: list[int]) -> Iterator[tuple[int, Note]]:
    rows = session.execute(
        select(ClassTrainer.official_id, TrainingClass.code, ClassSession.starts_at, ClassSession.ends_at)
        .join(TrainingClass, TrainingClass.id == ClassTrainer.class_id)
        .join(ClassSession, ClassSession.class_id == TrainingClass.id)
        .where(
            ClassTrainer.official_id.in_(officials),
            TrainingClass.state.in_((ClassState.PLANNED, ClassState.OPEN)),
            ClassSession.starts_at < max(each.ends for each in spans),
            ClassSession.ends_at > min(each.starts for each in spans),
        )
    )
    told = {(official, code) for official, code, starts, ends in rows if clashing(spans, [Span(starts, ends)])}
    return ((official, ("clash-teaching", {"code": code})) for official, code in sorted(told) if official is not None)


def _in_classes(
    session: Session, course: TrainingClass, spans: list[Span], officials: list[int]
) -> Iterator[tuple[int, Note]]:
    rows = session.execute(
        select(Enrolment.official_id, TrainingClass.code, ClassSession.starts_at, ClassSession.ends_at)
        .join(TrainingClass, TrainingClass.id == Enrolment.class_id)
        .join(ClassSession, ClassSession.class_id == TrainingClass.id)
        .where(
            Enrolment.official_id.in_(officials),
            Enrolment.state.in_(_HOLDING),
            TrainingClass.id != course.id,
            TrainingClass.state.in_((ClassState.PLANNED, ClassState.OPEN)),
            ClassSession.starts_at < max(each.ends for each in spans),
            ClassSession.ends_at > min(each.starts for each in spans),
        )
    )
    told = {(official, code) for official, code, starts, ends in rows if clashing(spans, [Span(starts, ends)])}
    return ((official, ("clash-class", {"code": code})) for official, code in sorted(told))


def _on_leave(
    session: Session, course: TrainingClass, spans: list[Span], officials: list[int]
) -> Iterator[tuple[int, Note]]:
    days = {clock.local(each).date() for span in spans for each in (span.starts, span.ends - _LAST_MOMENT)}
    rows = session.execute(
        select(LeavePeriod.official_id, LeavePeriod.starts, LeavePeriod.ends)
        .where(known(LeavePeriod), LeavePeriod.official_id.in_(officials), LeavePeriod.starts <= course.ends)
        .where(or_(LeavePeriod.ends.is_(None), LeavePeriod.ends >= course.starts))
        .order_by(LeavePeriod.official_id, LeavePeriod.starts)
    )
    return (
        (official, ("clash-leave", {"since": starts.strftime("%d-%m-%Y")}))
        for official, starts, ends in rows
        if any(starts <= day and (ends is None or day <= ends) for day in days)
    )


def _in_sittings(session: Session, spans: list[Span], officials: list[int]) -> Iterator[tuple[int, Note]]:
    rows = session.execute(
        select(Candidate.official_id, Sitting.code, Sitting.starts_at, Sitting.minutes)
        .join(Sitting, Sitting.id == Candidate.sitting_id)
        .where(
            Candidate.official_id.in_(officials),
            Candidate.withdrawn_at.is_(None),
            Sitting.kind != "practice",
            Sitting.state.in_(("draft", "sealed", "open", "running")),
            Sitting.starts_at < max(each.ends for each in spans),
            Sitting.starts_at > min(each.starts for each in spans) - _LONGEST_SITTING,
        )
        .order_by(Candidate.official_id, Sitting.starts_at)
    )
    return (
        (official, ("clash-sitting", {"code": code, "at": f"{clock.local(starts):%d-%m-%Y %H.%M}"}))
        for official, code, starts, minutes in rows
        if clashing(spans, [Span(starts, starts + dt.timedelta(minutes=minutes))])
    )


def _reaches(actor: Actor, enrolment: Enrolment) -> bool:
    own = actor.official_id == enrolment.official_id
    return own or actor.unit_ids is None or enrolment.unit_id in actor.unit_ids


def _chunks(values: Iterable[int]) -> Iterator[list[int]]:
    ordered = sorted(set(values))
    for start in range(0, len(ordered), _CHUNK):
        yield ordered[start : start + _CHUNK]


def _lines(
    statement: Any, actor: Actor, class_id: int, *, states: tuple[str, ...] = tuple(LIVING), text: str = ""
) -> Any:
    statement = (
        statement.select_from(Enrolment)
        .join(Official, Official.id == Enrolment.official_id)
        .outerjoin(OfficialRecord, and_(OfficialRecord.official_id == Official.id, known(OfficialRecord)))
        .outerjoin(OrgUnitRecord, and_(OrgUnitRecord.unit_id == Enrolment.unit_id, known(OrgUnitRecord)))
        .where(Enrolment.class_id == class_id, Enrolment.state.in_(states))
    )
    if actor.unit_ids is not None:
        statement = statement.where(Enrolment.unit_id.in_(actor.unit_ids))
    for word in text.lower().split():
        like = f"%{word}%"
        statement = statement.where(or_(func.lower(OfficialRecord.name).like(like), Official.nip.like(like)))
    return statement
