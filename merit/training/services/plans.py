"""Hand the places of a yearly plan over as nominations, and take back those nobody has decided on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from merit import clock
from merit.audit.services import record
from merit.errors import RuleViolationError
from merit.i18n import _
from merit.security.permissions import Actor
from merit.training.domain.states import LIVING, ClassState, EnrolmentState
from merit.training.models.classes import Enrolment, Programme, TrainingClass
from merit.training.models.planning import PlanNomination, TrainingPlan
from merit.training.queries.plans import PlaceLine, get_plan, list_places
from merit.training.services.enrolments import move, nominate
from merit.training.services.nominations import answered_needs, keep_needs
from merit.training.services.programmes import require_manage


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver:
    """Nominations made, people left out with the class and reason, classes that are not open yet."""

    nominated: int
    left_out: tuple[tuple[str, str, str, Mapping[str, Any]], ...]
    closed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenBack:
    """Nominations withdrawn, and those that stay because a unit or BKPSDM has decided on them."""

    withdrawn: int
    decided: int


def hand_over(session: Session, actor: Actor, *, plan_id: int) -> HandedOver:
    """Nominate the chosen into the classes that are open; units and BKPSDM then decide as for everybody.

    Classes not open yet keep their places for a later hand-over.
    """
    require_manage(actor)
    plan = get_plan(session, plan_id)
    if plan.state == "queued":
        raise RuleViolationError("plan-not-solved")
    if plan.state == "handed":
        raise RuleViolationError("plan-handed")
    made_already = _nominated(session, plan.id)
    chosen: dict[int, list[PlaceLine]] = {}
    for line in list_places(session, actor, plan_id, "chosen"):
        if (line.course.id, line.place.official_id) not in made_already:
            chosen.setdefault(line.course.id, []).append(line)
    nominated, left_out, closed = 0, [], []
    for _class_id, lines in sorted(chosen.items()):
        course = lines[0].course
        if course.state != ClassState.OPEN:
            closed.append(course.code)
            continue
        made = nominate(session, actor, code=course.code, nips=[line.nip for line in lines])
        nominated += made.count
        left_out += [(course.code, nip, reason, details) for nip, (reason, details) in made.left_out]
        barred = {nip for nip, _note in made.left_out}
        _keep(session, plan, course, [line.place.official_id for line in lines if line.nip not in barred])
    if not closed:
        plan.state = "handed"
    session.flush()
    details = {"nominated": nominated, "left_out": len(left_out), "closed": len(closed)}
    record(session, actor, action="plan:hand-over", subject=f"plan:{plan.id}", details=details)
    return HandedOver(nominated=nominated, left_out=tuple(left_out), closed=tuple(closed))


def take_back(session: Session, actor: Actor, *, plan_id: int) -> TakenBack:
    """Withdraw what a plan nominated and nobody has decided on yet; the plan can then be handed over again."""
    require_manage(actor)
    plan = get_plan(session, plan_id)
    made = session.scalars(
        select(Enrolment)
        .with_for_update(of=Enrolment)
        .join(PlanNomination, PlanNomination.enrolment_id == Enrolment.id)
        .join(TrainingClass, TrainingClass.id == Enrolment.class_id)
        .where(PlanNomination.plan_id == plan.id, TrainingClass.state == ClassState.OPEN)
        .where(Enrolment.state.in_(tuple(sorted(LIVING))))
        .order_by(Enrolment.id)
    ).all()
    waiting = [row for row in made if row.state == EnrolmentState.NOMINATED]
    if not waiting:
        raise RuleViolationError("plan-nothing-to-take-back")
    reason = _("Usulan rencana tahunan «%(name)s» ditarik kembali", name=plan.name)
    for row in waiting:  # holds no place yet, so nobody moves up
        move(session, actor, row, EnrolmentState.WITHDRAWN, reason)
    plan.state = "solved"
    session.flush()
    details = {"withdrawn": len(waiting), "decided": len(made) - len(waiting)}
    record(session, actor, action="plan:take-back", subject=f"plan:{plan.id}", details=details)
    return TakenBack(withdrawn=len(waiting), decided=len(made) - len(waiting))


def _nominated(session: Session, plan_id: int) -> set[tuple[int, int]]:
    """Return class and official of what the plan nominated and still stands."""
    rows = session.execute(
        select(Enrolment.class_id, Enrolment.official_id)
        .join(PlanNomination, PlanNomination.enrolment_id == Enrolment.id)
        .where(PlanNomination.plan_id == plan_id, Enrolment.state.in_(tuple(sorted(LIVING))))
    )
    return {(class_id, official) for class_id, official in rows}


def _keep(session: Session, plan: TrainingPlan, course: TrainingClass, officials: list[int]) -> None:
    """Keep which enrolments the plan made, and with each the gap it answers."""
    if not officials:
        return
    there = select(PlanNomination.enrolment_id).where(PlanNomination.plan_id == plan.id)
    fresh = session.scalars(
        select(Enrolment.id).where(
            Enrolment.class_id == course.id, Enrolment.official_id.in_(officials), Enrolment.id.not_in(there)
        )
    ).all()
    if fresh:
        session.execute(insert(PlanNomination), [{"plan_id": plan.id, "enrolment_id": each} for each in fresh])
    programme = session.get_one(Programme, course.programme_id)
    needs = answered_needs(session, programme, officials, as_of=clock.today())
    keep_needs(session, course, {official: tuple(found) for official, found in needs.items()})
