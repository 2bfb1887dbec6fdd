"""Long work of training: counting gaps of all officials, solving a yearly plan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from merit import clock
from merit.accounts.queries import actor_of_user
from merit.audit.services import record
from merit.db import reading, unit_of_work
from merit.errors import RuleViolationError
from merit.i18n import _
from merit.jobs.handle import JobHandle
from merit.jobs.models import Job
from merit.jobs.registry import handler
from merit.jobs.services import enqueue
from merit.security.permissions import Actor
from merit.training.models.planning import TrainingPlan
from merit.training.queries.plans import plan_line
from merit.training.services.development import (
    PlanInput,
    count_gaps,
    create_plan,
    gather_plan,
    keep_plan,
    solve_gathered,
)
from merit.training.services.programmes import require_manage

COUNT, PLAN = "training-gaps", "training-plan"
PLAN_SECONDS = 25.0
_STAGES = {"price": 1, "choose": 2}


def order_count(session: Session, actor: Actor) -> Job:
    """Order a count of the gaps of all officials."""
    require_manage(actor)
    return enqueue(session, actor, kind=COUNT, title=_("Hitung kesenjangan kompetensi"), arguments={}, total=1)


def order_plan(session: Session, actor: Actor, *, planned: PlanInput) -> TrainingPlan:
    """Record a plan and order its solution."""
    plan = create_plan(session, actor, planned=planned)
    return _order(session, actor, plan)


def retry_plan(session: Session, actor: Actor, *, plan_id: int) -> TrainingPlan:
    """Order the solution of a plan again whose job failed or was cancelled."""
    require_manage(actor)
    line = plan_line(session, plan_id)
    if line.state != "failed":
        raise RuleViolationError("plan-not-failed")
    record(session, actor, action="plan:retry", subject=f"plan:{plan_id}", details={"error": line.error})
    return _order(session, actor, line.plan)


def _order(session: Session, actor: Actor, plan: TrainingPlan) -> TrainingPlan:
    title = _("Rencana pelatihan %(year)s: %(name)s", year=plan.year, name=plan.name)
    plan.job_id = enqueue(session, actor, kind=PLAN, title=title, arguments={"plan": plan.id}, total=3).id
    session.flush()
    return plan


@handler(COUNT)
def run_count(job: JobHandle) -> Mapping[str, Any]:
    """Count gaps; a repeated run is simply a newer count."""
    with unit_of_work() as session:
        actor = actor_of_user(session, job.user_id)
        count = count_gaps(session, actor, as_of=clock.today())
        text = _("Kesenjangan %(count)s pegawai dihitung.", count=count.officials)
        result = {"text": text, "url": "/pelatihan/kesenjangan"}
        job.finish(session, result)
    return result


@handler(PLAN)
def run_plan(job: JobHandle) -> Mapping[str, Any]:
    """Solve a plan beside the database and keep it in one short unit of work."""
    plan_id = int(job.arguments["plan"])
    words = {"price": _("Menghitung nilai batas"), "choose": _("Memilih peserta")}

    def tell(stage: str) -> None:
        job.advance(_STAGES[stage], total=3, stage=words[stage])

    with reading() as session:
        actor = actor_of_user(session, job.user_id)
        gathered = gather_plan(session, plan_id, as_of=clock.today())
    answer = solve_gathered(gathered, seconds=PLAN_SECONDS, tell=tell)
    with unit_of_work() as session:
        plan = keep_plan(session, actor, plan_id=plan_id, gathered=gathered, answer=answer)
        text = _("%(places)s tempat diberikan, %(waiting)s pegawai menunggu.", **_told(plan))
        result = {"text": text, "url": f"/pelatihan/rencana-tahunan/{plan.id}"}
        job.finish(session, result)
    return result


def _told(plan: TrainingPlan) -> dict[str, Any]:
    return {"places": plan.summary["places"], "waiting": plan.summary["waiting"]}
