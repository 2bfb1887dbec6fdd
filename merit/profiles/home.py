"""The first page of staff: what stands, what waits for somebody, within the actor's scope and permissions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, exists, func, select
from sqlalchemy.orm import Session

from merit import clock
from merit.db import known
from merit.exchange.models import ImportBatch, ImportUpload
from merit.jobs.models import Job
from merit.people.models import PositionRecord
from merit.people.queries.officials import OfficialFilter, count_officials
from merit.people.queries.positions import PositionFilter, count_positions
from merit.ranking.models import PolicyVersion, RankingRun, Vacancy, VacancyRecord
from merit.security.permissions import Actor, Permission, is_granted, sees_every_job

_LATEST = 6
_FAILED_SINCE = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class VacancyLine:
    """A vacancy in short; ``runs`` tells whether it has been ranked."""

    code: str
    name: str
    as_of: dt.date
    runs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """Everything the first page shows; None where the actor may not know."""

    officials: int | None = None
    positions: int = 0
    vacant: int = 0
    vacancies: Sequence[VacancyLine] | None = None
    vacancy_count: int = 0
    unranked: int = 0
    drafts: int = 0
    running_jobs: int | None = None
    failed_jobs: int = 0
    imports: Sequence[Row[Any]] | None = None
    waiting_uploads: Sequence[Row[Any]] = field(default_factory=tuple)


def load_home(session: Session, actor: Actor) -> Home:
    """Return the first page of an actor."""
    return Home(
        **_people(session, actor), **_vacancies(session, actor), **_policies(session, actor), **_work(session, actor)
    )


def _people(session: Session, actor: Actor) -> dict[str, Any]:
    if not is_granted(actor, Permission.OFFICIAL_LIST):
        return {}
    scope = actor.unit_ids
    return {
        "officials": count_officials(session, OfficialFilter(unit_ids=scope)),
        "positions": count_positions(session, PositionFilter(unit_ids=scope)),
        "vacant": count_positions(session, PositionFilter(unit_ids=scope, held=False)),
    }


def _vacancies(session: Session, actor: Actor) -> dict[str, Any]:
    if not is_granted(actor, Permission.VACANCY_READ):
        return {}
    runs = select(func.count()).where(RankingRun.vacancy_id == Vacancy.id).scalar_subquery()
    rows = session.execute(
        select(Vacancy.code, PositionRecord.name, VacancyRecord.as_of, runs.label("runs"))
        .join(VacancyRecord, VacancyRecord.vacancy_id == Vacancy.id)
        .join(PositionRecord, (PositionRecord.position_id == VacancyRecord.position_id) & known(PositionRecord))
        .where(known(VacancyRecord))
        .order_by(VacancyRecord.as_of.desc(), Vacancy.code)
        .limit(_LATEST)
    )
    recorded = select(func.count()).select_from(VacancyRecord).where(known(VacancyRecord))
    unranked = recorded.where(~exists().where(RankingRun.vacancy_id == VacancyRecord.vacancy_id))
    return {
        "vacancies": [VacancyLine(**row._asdict()) for row in rows],
        "vacancy_count": session.scalar(recorded) or 0,
        "unranked": session.scalar(unranked) or 0,
    }


def _policies(session: Session, actor: Actor) -> dict[str, Any]:
    """Count the drafts for those who may do something about them."""
    if not (is_granted(actor, Permission.POLICY_ACTIVATE) or is_granted(actor, Permission.POLICY_SECOND)):
        return {}
    drafts = select(func.count()).select_from(PolicyVersion).where(PolicyVersion.state == "draft")
    return {"drafts": session.scalar(drafts) or 0}


def _work(session: Session, actor: Actor) -> dict[str, Any]:
    found: dict[str, Any] = {}
    everybody = actor.unit_ids is None
    if is_granted(actor, Permission.JOB_READ):
        jobs = select(func.count()).select_from(Job)
        jobs = jobs if sees_every_job(actor) else jobs.where(Job.user_id == actor.user_id)
        recent = clock.now() - _FAILED_SINCE
        found["running_jobs"] = session.scalar(jobs.where(Job.state.in_(["queued", "running"]))) or 0
        found["failed_jobs"] = session.scalar(jobs.where(Job.state == "failed", Job.finished_at >= recent)) or 0
    if is_granted(actor, Permission.IMPORT_RUN):
        batches = select(
            ImportBatch.id, ImportBatch.kind, ImportBatch.state, ImportBatch.recorded_at, ImportBatch.rows
        ).order_by(ImportBatch.id.desc())
        batches = batches if everybody else batches.where(ImportBatch.user_id == actor.user_id)
        uploads = select(ImportUpload.token, ImportUpload.kind, ImportUpload.file_name).where(
            ImportUpload.state == "ready", ImportUpload.user_id == actor.user_id
        )
        found["imports"] = session.execute(batches.limit(_LATEST)).all()
        found["waiting_uploads"] = session.execute(uploads.order_by(ImportUpload.id.desc()).limit(_LATEST)).all()
    return found
