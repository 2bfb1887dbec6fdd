"""Count gaps, order and solve yearly plans, hand their places over as nominations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
from sqlalchemy import insert
from sqlalchemy.orm import Session

from merit import clock
from merit.audit.services import record
from merit.errors import InvalidInputError, NotAllowedError, RuleViolationError
from merit.evidence import COMPETENCIES, IntArray
from merit.people.queries.units import load_tree
from merit.security.permissions import Actor, Permission, is_granted
from merit.training.domain.yearly import Answer, Question, solve_plan, who_waits
from merit.training.models.classes import Programme, TrainingClass
from merit.training.models.planning import GapCount, PlanPlace, TrainingPlan, UnitGap
from merit.training.queries.development import (
    class_values,
    load_staff,
    staff_gaps,
)
from merit.training.queries.plans import get_plan, plannable_classes
from merit.training.services.evaluation import exact
from merit.training.services.programmes import require_manage

MAX_PEOPLE = 20_000
_MICRO = Decimal("0.000001")
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanInput:
    """What a plan is asked: budget in rupiah, classes a person at most, percent of places shared by head count."""

    name: str
    year: int
    budget: int
    most: int = 1
    share_percent: int = 0
    unit_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """Everything the solver needs, without the database: units by index, classes and officials in order."""

    question: Question
    officials: IntArray
    units: IntArray
    classes: tuple[int, ...]


def count_gaps(session: Session, actor: Actor, *, as_of: dt.date) -> GapCount:
    """Count the gaps of all officials per unit and competency, for pages over the whole city."""
    if not (actor.is_system or is_granted(actor, Permission.TRAINING_MANAGE)):
        raise NotAllowedError
    staff = load_staff(session)
    _measured, gaps = staff_gaps(session, staff, as_of)
    count = GapCount(as_of=as_of, counted_at=clock.now(), officials=len(staff.officials))
    session.add(count)
    session.flush()
    units, index = np.unique(staff.units, return_inverse=True)
    people = np.bincount(index, minlength=len(units))
    rows = []
    for place, code in enumerate(COMPETENCIES):
        measured = np.bincount(index, weights=gaps.known[:, place], minlength=len(units))
        below = np.bincount(index, weights=gaps.below[:, place], minlength=len(units))
        gap = np.bincount(index, weights=gaps.expected[:, place], minlength=len(units))
        rows += [
            {
                "count_id": count.id,
                "unit_id": int(units[number]),
                "competency": code,
                "officials": int(people[number]),
                "measured": int(measured[number]),
                "below": exact(float(below[number])),
                "gap": exact(float(gap[number])),
            }
            for number in range(len(units))
        ]
    if rows:
        session.execute(insert(UnitGap), rows)
    record(session, actor, action="gaps:count", subject=f"gaps:{count.id}", details={"officials": count.officials})
    return count


def create_plan(session: Session, actor: Actor, *, planned: PlanInput) -> TrainingPlan:
    """Order a plan; a job solves it."""
    require_manage(actor)
    in_range = 2000 <= planned.year <= 2100 and 1 <= planned.most <= 5  # noqa: PLR2004 -- what the form says
    if not (planned.name.strip() and in_range and planned.budget >= 0 and 0 <= planned.share_percent <= 100):  # noqa: PLR2004 -- percent
        raise InvalidInputError("plan-input")
    if planned.unit_code and load_tree(session, actor).find(planned.unit_code) is None:
        raise InvalidInputError("unit-not-found")
    if not plannable_classes(session, planned.year):
        raise RuleViolationError("plan-no-classes", year=planned.year)
    plan = TrainingPlan(
        year=planned.year,
        name=planned.name.strip(),
        budget=planned.budget,
        settings={"most": planned.most, "share_percent": planned.share_percent, "unit": planned.unit_code},
        summary={},
        made_by=actor.user_id,
        made_at=clock.now(),
    )
    session.add(plan)
    session.flush()
    record(session, actor, action="plan:create", subject=f"plan:{plan.id}", details={"year": plan.year})
    return plan


def gather_plan(session: Session, plan_id: int, *, as_of: dt.date) -> Gathered:
    """Read what a plan needs: gaps, classes, and what past classes came to."""
    plan = get_plan(session, plan_id)
    unit_ids = None
    if plan.settings["unit"]:
        tree = load_tree(session)
        unit = tree.find(plan.settings["unit"])
        if unit is None:
            raise InvalidInputError("unit-not-found")
        unit_ids = tree.with_descendants(unit.id)
    staff = load_staff(session, unit_ids=unit_ids)
    classes = plannable_classes(session, plan.year)
    if not classes:
        raise RuleViolationError("plan-no-classes", year=plan.year)
    measured, gaps = staff_gaps(session, staff, as_of)
    value = class_values(session, measured, gaps, classes)
    useful = (value > 0).any(axis=1)
    if not useful.any():
        raise RuleViolationError("plan-no-people")
    if int(useful.sum()) > MAX_PEOPLE:
        raise RuleViolationError("plan-too-many", limit=MAX_PEOPLE)
    units, index = np.unique(staff.units[useful], return_inverse=True)
    question = Question(
        value=value[useful],
        cost=np.array([course.cost for course, _programme in classes], dtype=np.int64),
        quota=np.array([course.quota for course, _programme in classes], dtype=np.int64),
        unit=index,
        floor=_floors(plan, index, len(units), classes),
        budget=plan.budget,
        most=plan.settings["most"],
    )
    return Gathered(
        question=question,
        officials=staff.officials[useful],
        units=staff.units[useful],
        classes=tuple(course.id for course, _programme in classes),
    )


def _floors(
    plan: TrainingPlan, index: IntArray, units: int, classes: list[tuple[TrainingClass, Programme]]
) -> IntArray:
    """Return places a unit should have: its share by head count of that percentage of what the money pays for."""
    quota = sum(course.quota for course, _programme in classes)
    usual = sum(course.cost * course.quota for course, _programme in classes) / quota
    places = min(quota, plan.budget / usual if usual else quota, len(index) * plan.settings["most"])
    heads = np.bincount(index, minlength=units)
    floors: IntArray = np.floor(places * plan.settings["share_percent"] / 100 * heads / len(index)).astype(np.int64)
    return floors


def solve_gathered(gathered: Gathered, *, seconds: float, tell: Tell) -> Answer:
    """Solve what was gathered."""
    return solve_plan(gathered.question, seconds=seconds, tell=tell)


def keep_plan(session: Session, actor: Actor, *, plan_id: int, gathered: Gathered, answer: Answer) -> TrainingPlan:
    """Keep who is in, who waits and why, and what the limits cost."""
    plan = get_plan(session, plan_id)
    if plan.state != "queued":  # kept already: the job ran twice
        return plan
    question = gathered.question
    rows = [
        _place(plan, gathered, person, course, ("chosen", "", float(question.value[person, course]), 0.0))
        for person, course in zip(answer.person.tolist(), answer.course.tolist(), strict=True)
    ]
    waiting = [one for one in who_waits(question, answer) if one.course >= 0]
    rows += [
        _place(
            plan,
            gathered,
            one.person,
            one.course,
            ("waiting", one.reason.value, float(question.value[one.person, one.course]), one.short),
        )
        for one in waiting
    ]
    if rows:
        session.execute(insert(PlanPlace), rows)
    plan.state = "solved"
    plan.summary = {
        "people": len(gathered.officials),
        "classes": len(gathered.classes),
        "places": len(answer.person),
        "waiting": len(waiting),
        "value": round(answer.value, 4),
        "bound": round(answer.bound, 4),
        "gap": round(answer.gap, 6),
        "cost": answer.cost,
        "short": int(answer.short.sum()),
        "million": round(answer.prices.money, 6),
        "prices": {
            str(course): round(float(price), 4)
            for course, price in zip(gathered.classes, answer.prices.place, strict=True)
            if price > 0
        },
    }
    session.flush()
    details = {"places": len(answer.person), "waiting": len(waiting)}
    record(session, actor, action="plan:solve", subject=f"plan:{plan.id}", details=details)
    return plan


def _place(
    plan: TrainingPlan, gathered: Gathered, person: int, course: int, told: tuple[str, str, float, float]
) -> dict[str, Any]:
    outcome, reason, value, short = told
    return {
        "plan_id": plan.id,
        "official_id": int(gathered.officials[person]),
        "class_id": gathered.classes[course],
        "unit_id": int(gathered.units[person]),
        "outcome": outcome,
        "reason": reason,
        "value": Decimal(str(value)).quantize(_MICRO),
        "short": Decimal(str(short)).quantize(_MICRO),
    }
