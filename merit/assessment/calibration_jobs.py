"""Calibration as long work: gathered and estimated beside the database, kept in one short unit of work."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from merit.accounts.queries import actor_of_user
from merit.assessment.queries.calibration_answers import list_sources
from merit.assessment.services.calibration.estimating import STAGES, estimate
from merit.assessment.services.calibration.gathering import CalibrationPlan, check_plan, gather
from merit.assessment.services.calibration.keeping import keep_calibration, require_maker
from merit.db import reading, unit_of_work
from merit.i18n import _
from merit.jobs.handle import JobHandle
from merit.jobs.models import Job
from merit.jobs.registry import handler
from merit.jobs.services import enqueue
from merit.security.permissions import Actor

KIND = "item-calibration"


def order_calibration(session: Session, actor: Actor, *, plan: CalibrationPlan) -> Job:
    """Order the calibration of a competency's items."""
    require_maker(actor)
    check_plan(plan, list_sources(session, plan.competency))
    return enqueue(
        session,
        actor,
        kind=KIND,
        title=_("Kalibrasi butir %(competency)s", competency=plan.competency),
        arguments=plan.to_document(),
        total=STAGES,
    )


@handler(KIND)
def calibrate(job: JobHandle) -> Mapping[str, Any]:
    """Calibrate one competency; a worker that dies before the end leaves nothing behind."""
    plan = CalibrationPlan.from_document(job.arguments)
    words = {"estimate": _("Menaksir parameter"), "fit": _("Menguji kecocokan"), "link": _("Menautkan ke skala")}

    def tell(done: int, stage: str) -> None:
        job.advance(done, total=STAGES, stage=words.get(stage, _("Membandingkan dengan kalibrasi lama")))

    with reading() as session:
        actor = actor_of_user(session, job.user_id)
        gathered = gather(session, plan)
    outcome = estimate(gathered, tell)
    with unit_of_work() as session:
        calibration = keep_calibration(session, actor, gathered=gathered, outcome=outcome)
        result = {
            "calibration": calibration.id,
            "text": _(
                "Kalibrasi %(number)s: %(items)s butir dari %(persons)s peserta, menunggu keputusan orang kedua.",
                number=calibration.number,
                items=calibration.items,
                persons=calibration.persons,
            ),
            "url": f"/kalibrasi/{plan.competency}/{calibration.number}",
        }
        job.finish(session, result)
    return result
