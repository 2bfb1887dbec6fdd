"""Everything the people slice knows about one official."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from merit.db import known
from merit.errors import NotFoundError
from merit.people.models import (
    Assignment,
    AttendanceYear,
    Attestation,
    DisciplineFinding,
    GradePeriod,
    LeavePeriod,
    Official,
    OfficialRecord,
    OrgUnit,
    OrgUnitRecord,
    Position,
    PositionRecord,
    Post,
)
from merit.people.queries.facts import FactRow, known_facts
from merit.people.queries.officials import full_name
from merit.security.permissions import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficialHead:
    """Who an official is and where, as the record stands."""

    id: int
    nip: str
    record_id: int
    name: str
    title_before: str
    title_after: str
    sex: str
    birth_date: dt.date
    employment: str
    grade: int
    grade_since: dt.date
    education: str
    study_field: str
    tier: str
    email: str
    unit_id: int
    unit_code: str
    unit_name: str
    position_id: int
    position_code: str
    position_name: str
    position_since: dt.date
    recorded_at: dt.datetime
    batch_id: int | None

    @property
    def full_name(self) -> str:
        """Name with titles."""
        return full_name(self.name, self.title_before, self.title_after)


def get_official(session: Session, actor: Actor, nip: str) -> OfficialHead:
    """Return an official the actor may know of; raise :class:`NotFoundError` otherwise.

    One's own record is always within reach; whether its page is, the permission of the route says.
    """
    head = _find_head(session, Official.nip == nip)
    if head is None or not reaches(actor, official_id=head.id, unit_id=head.unit_id):
        raise NotFoundError("official-not-found")
    return head


def get_official_by_id(session: Session, actor: Actor, official_id: int) -> OfficialHead:
    """Return an official by id, under the same rule as :func:`get_official`."""
    head = _find_head(session, Official.id == official_id)
    if head is None or not reaches(actor, official_id=head.id, unit_id=head.unit_id):
        raise NotFoundError("official-not-found")
    return head


def reaches(actor: Actor, *, official_id: int, unit_id: int) -> bool:
    """Whether the actor's scope covers an official placed in a unit."""
    return actor.official_id == official_id or actor.unit_ids is None or unit_id in actor.unit_ids


def list_posts(session: Session, official_id: int) -> list[FactRow]:
    """Return the posts held, newest first."""
    return known_facts(session, Post, Post.official_id == official_id, order=[Post.starts.desc()])


def list_grades(session: Session, official_id: int) -> list[FactRow]:
    """Return the grades held, newest first."""
    return known_facts(session, GradePeriod, GradePeriod.official_id == official_id, order=[GradePeriod.starts.desc()])


def list_findings(session: Session, official_id: int) -> list[FactRow]:
    """Return the disciplinary findings, newest first."""
    model = DisciplineFinding
    return known_facts(session, model, model.official_id == official_id, order=[model.dated.desc()])


def list_attendance(session: Session, official_id: int) -> list[FactRow]:
    """Return the unexcused days per year, newest first."""
    model = AttendanceYear
    return known_facts(session, model, model.official_id == official_id, order=[model.year.desc()])


def list_assignments(session: Session, official_id: int) -> list[FactRow]:
    """Return the assignments offered, newest first."""
    return known_facts(session, Assignment, Assignment.official_id == official_id, order=[Assignment.offered.desc()])


def list_leave(session: Session, official_id: int) -> list[FactRow]:
    """Return the leaves, newest first."""
    return known_facts(session, LeavePeriod, LeavePeriod.official_id == official_id, order=[LeavePeriod.starts.desc()])


def list_attestations(session: Session, official_id: int) -> list[FactRow]:
    """Return the attested facts, newest first."""
    return known_facts(session, Attestation, Attestation.official_id == official_id, order=[Attestation.dated.desc()])


def _find_head(session: Session, condition: object) -> OfficialHead | None:
    row = session.execute(
        select(
            Official.id,
            Official.nip,
            OfficialRecord.id.label("record_id"),
            OfficialRecord.name,
            OfficialRecord.title_before,
            OfficialRecord.title_after,
            OfficialRecord.sex,
            OfficialRecord.birth_date,
            OfficialRecord.employment,
            OfficialRecord.grade,
            OfficialRecord.grade_since,
            OfficialRecord.education,
            OfficialRecord.study_field,
            OfficialRecord.tier,
            OfficialRecord.email,
            OfficialRecord.unit_id,
            OrgUnit.code.label("unit_code"),
            func.coalesce(OrgUnitRecord.name, OrgUnit.code).label("unit_name"),
            OfficialRecord.position_id,
            Position.code.label("position_code"),
            func.coalesce(PositionRecord.name, Position.code).label("position_name"),
            OfficialRecord.position_since,
            OfficialRecord.recorded_at,
            OfficialRecord.batch_id,
        )
        .join(OfficialRecord, (OfficialRecord.official_id == Official.id) & known(OfficialRecord))
        .join(OrgUnit, OrgUnit.id == OfficialRecord.unit_id)
        .join(Position, Position.id == OfficialRecord.position_id)
        .outerjoin(PositionRecord, (PositionRecord.position_id == Position.id) & known(PositionRecord))
        .outerjoin(OrgUnitRecord, (OrgUnitRecord.unit_id == OrgUnit.id) & known(OrgUnitRecord))
        .where(condition)  # type: ignore[arg-type]  # a column condition
    ).one_or_none()
    return None if row is None else OfficialHead(**row._asdict())
