"""Selects of yearly plans and of gaps per unit as last counted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import numpy as np
from sqlalchemy import BigInteger, ColumnElement, and_, case, func, select, type_coerce
from sqlalchemy.orm import Session

from merit.bulk import ordinal, read_columns
from merit.db import MICRO, known
from merit.errors import NotFoundError
from merit.evidence import COMPETENCIES, IntArray
from merit.jobs.models import Job
from merit.people.models import Official, OfficialRecord, OrgUnit, OrgUnitRecord
from merit.people.queries.officials import full_name
from merit.people.queries.units import Unit, UnitTree
from merit.security.permissions import Actor
from merit.training.domain.states import ClassState, EnrolmentState
from merit.training.models.classes import Enrolment, Programme, TrainingClass
from merit.training.models.planning import GapCount, PlanNomination, PlanPlace, TrainingPlan, UnitGap


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatCell:
    """Gap of a unit with everything below it on one competency: how many, measured, expected below the standard."""

    officials: int
    measured: int
    below: float
    gap: float

    @property
    def share(self) -> float | None:
        """Return the expected share of those measured who stand below the standard."""
        return self.below / self.measured if self.measured else None

    @property
    def percent(self) -> int | None:
        """Return that share as a whole percentage."""
        return None if self.share is None else round(self.share * 100)

    @property
    def step(self) -> int:
        """Return the shade 0 (none) to 5."""
        return 0 if self.share is None else min(int(self.share * 5) + 1, 5)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceLine:
    """A place of a plan, or somebody who waits, with names."""

    place: PlanPlace
    nip: str
    name: str
    unit: str
    course: TrainingClass


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLine:
    """A plan with its state as its job tells it; ``error`` is why it failed, "" when the job was cancelled."""

    plan: TrainingPlan
    state: str
    error: str


_told_state = case(
    (and_(TrainingPlan.state == "queued", Job.state.in_(("failed", "cancelled"))), "failed"), else_=TrainingPlan.state
)
PLAN_SORTS: Mapping[str, Any] = MappingProxyType(
    {"id": TrainingPlan.id, "name": TrainingPlan.name, "year": TrainingPlan.year, "budget": TrainingPlan.budget}
)


def newest_count(session: Session) -> GapCount | None:
    """Return the newest count of gaps."""
    return session.scalars(select(GapCount).order_by(GapCount.id.desc()).limit(1)).one_or_none()


def heat_map(session: Session, tree: UnitTree, count_id: int, units: Sequence[Unit]) -> dict[int, dict[str, HeatCell]]:
    """Return unit and competency to the gap of the unit with its descendants, from one count; units may be nested."""
    below, gap = (type_coerce(column, BigInteger).label(column.key) for column in (UnitGap.below, UnitGap.gap))
    found = read_columns(
        session,
        select(
            UnitGap.unit_id,
            ordinal(UnitGap.competency, COMPETENCIES).label("competency"),
            UnitGap.officials,
            UnitGap.measured,
            below,
            gap,
        ).where(UnitGap.count_id == count_id),
    )
    row_of = {unit: row for row, unit in enumerate(tree.by_id)}
    row = np.array([row_of.get(unit, -1) for unit in found["unit_id"].tolist()], dtype=np.int64)
    inside = row >= 0
    sums = np.zeros((len(row_of), len(COMPETENCIES), 4), dtype=np.int64)
    figures = np.stack([found[name] for name in ("officials", "measured", "below", "gap")], axis=1)
    sums[row[inside], found["competency"][inside]] = figures[inside]
    for _depth, unit in reversed(list(tree.walk())):  # children before their parents
        if unit.parent_id in row_of:
            sums[row_of[unit.parent_id]] += sums[row_of[unit.id]]
    return {unit.id: dict(zip(COMPETENCIES, _cells(sums[row_of[unit.id]]), strict=True)) for unit in units}


def _cells(sums: IntArray) -> list[HeatCell]:
    return [
        HeatCell(officials=officials, measured=measured, below=below / MICRO, gap=gap / MICRO)
        for officials, measured, below, gap in sums.tolist()
    ]


def count_plans(session: Session, **narrowed: Any) -> int:
    """Return how many plans the filters leave."""
    return session.scalar(_narrowed(select(func.count(TrainingPlan.id)), **narrowed)) or 0


def list_plans(
    session: Session, *, order: str = "-id", limit: int | None = None, offset: int = 0, **narrowed: Any
) -> list[PlanLine]:
    """Return plans; filters are ``text``, ``year`` and ``state``."""
    key = PLAN_SORTS[order.removeprefix("-")]
    statement = _narrowed(select(TrainingPlan, _told_state, Job.state, Job.error), **narrowed)
    statement = statement.order_by(key.desc() if order.startswith("-") else key.asc(), TrainingPlan.id.desc())
    return [_line(row) for row in session.execute(statement.limit(limit).offset(offset))]


def plan_years(session: Session) -> Sequence[int]:
    """Return the years there are plans of, the newest first."""
    return session.scalars(select(TrainingPlan.year).distinct().order_by(TrainingPlan.year.desc())).all()


def plan_line(session: Session, plan_id: int) -> PlanLine:
    """Return a plan with its state; raise :class:`NotFoundError`."""
    statement = _narrowed(select(TrainingPlan, _told_state, Job.state, Job.error)).where(TrainingPlan.id == plan_id)
    row = session.execute(statement).one_or_none()
    if row is None:
        raise NotFoundError("plan-unknown")
    return _line(row)


def get_plan(session: Session, plan_id: int) -> TrainingPlan:
    """Return a plan; raise :class:`NotFoundError`."""
    plan = session.get(TrainingPlan, plan_id)
    if plan is None:
        raise NotFoundError("plan-unknown")
    return plan


def plannable_classes(session: Session, year: int) -> list[tuple[TrainingClass, Programme]]:
    """Return the classes of a year that are planned or open and whose programme aims at a competency."""
    statement = (
        select(TrainingClass, Programme)
        .join(Programme, Programme.id == TrainingClass.programme_id)
        .where(TrainingClass.state.in_((ClassState.PLANNED, ClassState.OPEN)))
        .where(TrainingClass.starts.between(dt.date(year, 1, 1), dt.date(year, 12, 31)))
        .order_by(TrainingClass.id)
    )
    return [(course, programme) for course, programme in session.execute(statement) if programme.aims]


def count_undecided(session: Session, plan_id: int) -> int:
    """Return how many nominations of a plan nobody has decided on yet."""
    statement = (
        select(func.count())
        .select_from(PlanNomination)
        .join(Enrolment, Enrolment.id == PlanNomination.enrolment_id)
        .join(TrainingClass, TrainingClass.id == Enrolment.class_id)
        .where(PlanNomination.plan_id == plan_id, TrainingClass.state == ClassState.OPEN)
        .where(Enrolment.state == EnrolmentState.NOMINATED)
    )
    return session.scalar(statement) or 0


def count_places(session: Session, actor: Actor, plan_id: int, outcome: str, class_id: int = 0) -> int:
    """Return how many places, or people waiting, lie within the actor's units."""
    statement = select(func.count()).select_from(PlanPlace).where(*_chosen(actor, plan_id, outcome, class_id))
    return session.scalar(statement) or 0


def list_places(
    session: Session,
    actor: Actor,
    plan_id: int,
    outcome: str,
    *,
    class_id: int = 0,
    limit: int | None = None,
    offset: int = 0,
) -> list[PlaceLine]:
    """Return places by class and name, people waiting by how little they lack."""
    order = (
        (PlanPlace.short, OfficialRecord.name) if outcome == "waiting" else (TrainingClass.code, OfficialRecord.name)
    )
    statement = (
        select(PlanPlace, Official.nip, OfficialRecord, func.coalesce(OrgUnitRecord.name, OrgUnit.code), TrainingClass)
        .join(Official, Official.id == PlanPlace.official_id)
        .join(OfficialRecord, and_(OfficialRecord.official_id == Official.id, known(OfficialRecord)))
        .join(OrgUnit, OrgUnit.id == PlanPlace.unit_id)
        .outerjoin(OrgUnitRecord, and_(OrgUnitRecord.unit_id == OrgUnit.id, known(OrgUnitRecord)))
        .join(TrainingClass, TrainingClass.id == PlanPlace.class_id)
        .where(*_chosen(actor, plan_id, outcome, class_id))
        .order_by(*order, PlanPlace.official_id)
    )
    return [
        PlaceLine(
            place=row[0],
            nip=row[1],
            name=full_name(row[2].name, row[2].title_before, row[2].title_after),
            unit=row[3],
            course=row[4],
        )
        for row in session.execute(statement.limit(limit).offset(offset))
    ]


def places_per_class(session: Session, plan_id: int) -> Mapping[int, tuple[int, Decimal]]:
    """Return class to the number of places given and the levels they are expected to close."""
    statement = (
        select(PlanPlace.class_id, func.count(), func.sum(type_coerce(PlanPlace.value, BigInteger)))
        .where(PlanPlace.plan_id == plan_id, PlanPlace.outcome == "chosen")
        .group_by(PlanPlace.class_id)
    )
    return {row[0]: (row[1], Decimal(int(row[2])) / MICRO) for row in session.execute(statement)}


def _chosen(actor: Actor, plan_id: int, outcome: str, class_id: int) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [PlanPlace.plan_id == plan_id, PlanPlace.outcome == outcome]
    if class_id:
        conditions.append(PlanPlace.class_id == class_id)
    if actor.unit_ids is not None:
        conditions.append(PlanPlace.unit_id.in_(actor.unit_ids))
    return conditions


def _line(row: Any) -> PlanLine:
    plan, state, job_state, error = row
    return PlanLine(plan=plan, state=state, error=error if job_state == "failed" else "")


def _narrowed(statement: Any, *, text: str = "", year: int = 0, state: str = "") -> Any:
    statement = statement.select_from(TrainingPlan).outerjoin(Job, Job.id == TrainingPlan.job_id)
    for word in text.lower().split():
        statement = statement.where(func.lower(TrainingPlan.name).like(f"%{word}%"))
    if year:
        statement = statement.where(TrainingPlan.year == year)
    return statement.where(_told_state == state) if state else statement
