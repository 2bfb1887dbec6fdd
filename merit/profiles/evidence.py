"""One recorded fact and where it came from, for whoever may see it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from merit.accounts.models import User
from merit.assessment.models.results import CompetencyResult
from merit.db import known
from merit.errors import NotFoundError
from merit.exchange.models import ImportBatch
from merit.people.models import (
    Assignment,
    AttendanceYear,
    Attestation,
    DisciplineFinding,
    GradePeriod,
    LeavePeriod,
    OfficialRecord,
    OrgUnitRecord,
    PositionRecord,
    Post,
)
from merit.people.queries.record import OfficialHead, get_official_by_id
from merit.people.queries.units import Unit, UnitTree, load_tree
from merit.performance.models import (
    AgreementTarget,
    Appraisal,
    Complaint,
    FeedbackRating,
    OfficialAward,
    SatisfactionElement,
    SatisfactionSurvey,
    UnitResult,
)
from merit.ranking.models import Application, VacancyRecord
from merit.security.permissions import Actor, Permission, is_granted
from merit.training.models import TrainingRecord

_PERSONAL: tuple[type[Any], ...] = (
    OfficialRecord,
    GradePeriod,
    Post,
    DisciplineFinding,
    AttendanceYear,
    Assignment,
    LeavePeriod,
    Attestation,
    CompetencyResult,
    TrainingRecord,
    Appraisal,
    FeedbackRating,
    OfficialAward,
    Application,
)
_OF_UNITS: tuple[type[Any], ...] = (
    OrgUnitRecord,
    PositionRecord,
    UnitResult,
    AgreementTarget,
    Complaint,
    SatisfactionSurvey,
    SatisfactionElement,
)
_ALL: tuple[type[Any], ...] = (*_PERSONAL, *_OF_UNITS, VacancyRecord)
TABLES: Mapping[str, type[Any]] = {model.__tablename__: model for model in _ALL}
FEEDBACK = FeedbackRating.__tablename__


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """How a fact came in, or what ended it."""

    batch_id: int
    kind: str
    state: str
    file_name: str
    file_sha256: str
    recorded_at: dt.datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A fact with its origin, its end, and the facts known before and after it."""

    table: str
    row: Mapping[str, Any]
    official: OfficialHead | None
    unit: Unit | None
    origin: Origin | None
    ended_by: Origin | None
    versions: list[Mapping[str, Any]] = field(default_factory=list)


def get_evidence(session: Session, actor: Actor, *, table: str, row_id: int) -> Evidence:
    """Return a fact within the actor's reach; raise :class:`NotFoundError` otherwise."""
    model = TABLES.get(table)
    row = None if model is None else _find(session, model, row_id)
    if model is None or row is None:
        raise NotFoundError("evidence-not-found")
    official, unit = _subject(session, actor, model, row)
    return Evidence(
        table=table,
        row=row,
        official=official,
        unit=unit,
        origin=_find_origin(session, row["batch_id"]),
        ended_by=_find_origin(session, row["superseding_batch_id"]),
        versions=[] if table == FEEDBACK else _versions(session, model, row),
    )


def _find(session: Session, model: type[Any], row_id: int) -> Mapping[str, Any] | None:
    columns = model.__table__.columns
    row = session.execute(select(*columns).where(columns.id == row_id)).mappings().one_or_none()
    return None if row is None else dict(row)


def _subject(
    session: Session, actor: Actor, model: type[Any], row: Mapping[str, Any]
) -> tuple[OfficialHead | None, Unit | None]:
    """Return whom or what the fact is about, or refuse as if it did not exist."""
    if model in _PERSONAL:
        own = row["official_id"] == actor.official_id and is_granted(actor, Permission.SELF_READ)
        if not (own or is_granted(actor, Permission.OFFICIAL_READ)):
            raise NotFoundError("evidence-not-found")
        return get_official_by_id(session, actor, row["official_id"]), None
    if model is VacancyRecord:
        if not is_granted(actor, Permission.VACANCY_READ):
            raise NotFoundError("evidence-not-found")
        return None, None
    tree = load_tree(session)
    unit = tree.by_id.get(row["unit_id"])
    if not _reaches_unit(session, actor, tree, row["unit_id"]):
        raise NotFoundError("evidence-not-found")
    return None, unit


def _reaches_unit(session: Session, actor: Actor, tree: UnitTree, unit_id: int) -> bool:
    """Whether a unit's figures are open to the actor; an official sees those of units led, which enter the score."""
    if is_granted(actor, Permission.UNIT_READ) and (actor.unit_ids is None or unit_id in actor.unit_ids):
        return True
    if actor.official_id is None or not is_granted(actor, Permission.SELF_READ):
        return False
    led = session.scalars(
        select(PositionRecord.leads_unit_id)
        .join(Post, Post.position_id == PositionRecord.position_id)
        .where(Post.official_id == actor.official_id, PositionRecord.leads_unit_id.is_not(None))
        .where(known(Post), known(PositionRecord))  # a post recorded by mistake opens nothing
    )
    return any(unit_id in tree.with_descendants(own) for own in led if own is not None)


def _find_origin(session: Session, batch_id: int | None) -> Origin | None:
    if batch_id is None:
        return None
    row = session.execute(
        select(
            ImportBatch.id.label("batch_id"),
            ImportBatch.kind,
            ImportBatch.state,
            ImportBatch.file_name,
            ImportBatch.file_sha256,
            ImportBatch.recorded_at,
            User.name.label("by"),
        )
        .outerjoin(User, User.id == ImportBatch.user_id)
        .where(ImportBatch.id == batch_id)
    ).one()
    return Origin(**{**row._asdict(), "by": row.by or ""})


def _versions(session: Session, model: type[Any], row: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return every version of the same fact (same natural key), newest first."""
    key = next(index for index in model.__table__.indexes if index.name == f"uq_{model.__tablename__}_current")
    columns = model.__table__.columns
    same = [columns[column.name] == row[column.name] for column in key.columns]
    statement = select(*columns).where(*same).order_by(columns.recorded_at.desc(), columns.id.desc())
    return [dict(row) for row in session.execute(statement).mappings()]
