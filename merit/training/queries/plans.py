"""Selects of yearly plans and of gaps per unit as last counted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import BigInteger, ColumnElement, and_, func, select, type_coerce
from sqlalchemy.orm import Session

from merit.db import MICRO, known
from merit.errors import NotFoundError
from merit.people.models import Official, OfficialRecord, OrgUnit, OrgUnitRecord
from merit.people.queries.officials import full_name
from merit.people.queries.units import Unit, UnitTree
from merit.security.permissions import Actor
from merit.training.domain.states import ClassState
from merit.training.models.classes import Programme, TrainingClass
from merit.training.models.planning import GapCount, PlanPlace, TrainingPlan, UnitGap


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


def newest_count(session: Session) -> GapCount | None:
    """Return the newest count of gaps."""
    return session.scalars(select(GapCount).order_by(GapCount.id.desc()).limit(1)).one_or_none()


def heat_map(session: Session, tree: UnitTree, count_id: int, units: Sequence[Unit]) -> dict[int, dict[str, HeatCell]]:
    """Return unit and competency to the gap of the unit with its descendants, from one count; units may be nested."""
    above: dict[int, list[int]] = {}
    for unit in units:
        for below in tree.with_descendants(unit.id):
            above.setdefault(below, []).append(unit.id)
    below_micro, gap_micro = (type_coerce(column, BigInteger) for column in (UnitGap.below, UnitGap.gap))
    rows = session.execute(
        select(UnitGap.unit_id, UnitGap.competency, UnitGap.officials, UnitGap.measured, below_micro, gap_micro).where(
            UnitGap.count_id == count_id
        )
    )
    sums: dict[tuple[int, str], list[int]] = {}
    for own_unit, competency, *figures in rows:
        for shown in above.get(own_unit, ()):
            kept = sums.setdefault((shown, competency), [0, 0, 0, 0])
            for place, figure in enumerate(figures):
                kept[place] += figure
    found: dict[int, dict[str, HeatCell]] = {unit.id: {} for unit in units}
    for (unit_id, competency), (officials, measured, below, gap) in sums.items():
        found[unit_id][competency] = HeatCell(
            officials=officials, measured=measured, below=below / MICRO, gap=gap / MICRO
        )
    return found


def list_plans(session: Session) -> Sequence[TrainingPlan]:
    """Return the plans, the newest first."""
    return session.scalars(select(TrainingPlan).order_by(TrainingPlan.id.desc()).limit(100)).all()


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
