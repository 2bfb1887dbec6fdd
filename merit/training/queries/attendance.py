"""Selects of attendance: who was in a session, how many hours count."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import BigInteger, and_, func, select, type_coerce
from sqlalchemy.orm import Session

from merit.db import MICRO, known
from merit.people.models import Official, OfficialRecord, OrgUnitRecord
from merit.people.queries.officials import full_name
from merit.training.domain.states import HOLDS_PLACE
from merit.training.models.attendance import AttendanceMark
from merit.training.models.classes import ClassSession, Enrolment, TrainingClass

_HOLDING = tuple(sorted(HOLDS_PLACE))


@dataclass(frozen=True, slots=True, kw_only=True)
class AttendanceLine:
    """Somebody with a place, and the standing mark in a session, None where there is none."""

    enrolment_id: int
    official_id: int
    nip: str
    name: str
    unit: str
    mark: AttendanceMark | None


def list_attendance(
    session: Session, meeting: ClassSession, *, limit: int | None = None, offset: int = 0
) -> list[AttendanceLine]:
    """Return those with a place in the class by name, with their marks in the session."""
    statement = (
        select(
            Enrolment.id,
            Enrolment.official_id,
            Official.nip,
            OfficialRecord.name,
            OfficialRecord.title_before,
            OfficialRecord.title_after,
            func.coalesce(OrgUnitRecord.name, ""),
            AttendanceMark,
        )
        .select_from(Enrolment)
        .join(Official, Official.id == Enrolment.official_id)
        .outerjoin(OfficialRecord, and_(OfficialRecord.official_id == Official.id, known(OfficialRecord)))
        .outerjoin(OrgUnitRecord, and_(OrgUnitRecord.unit_id == Enrolment.unit_id, known(OrgUnitRecord)))
        .outerjoin(
            AttendanceMark,
            and_(
                AttendanceMark.enrolment_id == Enrolment.id,
                AttendanceMark.session_id == meeting.id,
                AttendanceMark.superseded_at.is_(None),
            ),
        )
        .where(Enrolment.class_id == meeting.class_id, Enrolment.state.in_(_HOLDING))
        .order_by(OfficialRecord.name, Enrolment.id)
    )
    return [
        AttendanceLine(
            enrolment_id=row[0],
            official_id=row[1],
            nip=row[2],
            name=full_name(row[3] or row[2], row[4] or "", row[5] or ""),
            unit=row[6],
            mark=row[7],
        )
        for row in session.execute(statement.limit(limit).offset(offset))
    ]


def enrolled(session: Session, class_id: int) -> dict[int, int]:
    """Return the officials with a place, by enrolment."""
    statement = select(Enrolment.id, Enrolment.official_id).where(
        Enrolment.class_id == class_id, Enrolment.state.in_(_HOLDING)
    )
    return {row[0]: row[1] for row in session.execute(statement)}


def hold_places(session: Session, class_id: int, enrolment_id: int | None = None) -> None:
    """Let nobody else note attendance of a class, or of one place in it, until the commit."""
    statement = select(Enrolment.id).where(Enrolment.class_id == class_id).order_by(Enrolment.id)
    if enrolment_id is not None:
        statement = statement.where(Enrolment.id == enrolment_id)
    session.execute(statement.with_for_update()).all()


def standing_marks(session: Session, session_id: int) -> dict[int, tuple[int, str, int]]:
    """Return (id, status, minutes) of the standing marks of a session, by enrolment."""
    statement = select(
        AttendanceMark.enrolment_id, AttendanceMark.id, AttendanceMark.status, AttendanceMark.minutes
    ).where(AttendanceMark.session_id == session_id, AttendanceMark.superseded_at.is_(None))
    return {row[0]: (row[1], row[2], row[3]) for row in session.execute(statement)}


def find_mark(session: Session, session_id: int, enrolment_id: int) -> AttendanceMark | None:
    """Return the standing mark of one place in a session."""
    statement = select(AttendanceMark).where(
        AttendanceMark.session_id == session_id,
        AttendanceMark.enrolment_id == enrolment_id,
        AttendanceMark.superseded_at.is_(None),
    )
    return session.scalars(statement).one_or_none()


def hours_attended(session: Session, class_id: int) -> dict[int, Decimal]:
    """Return the hours (JP) that count so far, by enrolment."""
    statement = (
        select(AttendanceMark.enrolment_id, func.sum(type_coerce(AttendanceMark.hours, BigInteger)))
        .join(ClassSession, ClassSession.id == AttendanceMark.session_id)
        .where(ClassSession.class_id == class_id, AttendanceMark.superseded_at.is_(None))
        .group_by(AttendanceMark.enrolment_id)
    )
    return {row[0]: Decimal(int(row[1])) / MICRO for row in session.execute(statement)}


def own_meetings(
    session: Session, official_id: int, since: dt.datetime, until: dt.datetime
) -> Sequence[tuple[ClassSession, TrainingClass, Enrolment]]:
    """Return the sessions of an official's classes that touch a time, with the place held."""
    statement = (
        select(ClassSession, TrainingClass, Enrolment)
        .join(TrainingClass, TrainingClass.id == ClassSession.class_id)
        .join(Enrolment, Enrolment.class_id == TrainingClass.id)
        .where(Enrolment.official_id == official_id, Enrolment.state.in_(_HOLDING))
        .where(ClassSession.starts_at < until, ClassSession.ends_at > since)
        .order_by(ClassSession.starts_at)
    )
    return [(row[0], row[1], row[2]) for row in session.execute(statement)]
