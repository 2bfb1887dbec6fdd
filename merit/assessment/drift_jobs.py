"""Drift between calibrations as long work: ordered when results are published, or by hand on a calibration's page.

What a check found is kept with its job, under a key of the calibration and the scoring: it is never computed twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from merit.assessment.domain.answer_checks import ItemCheck
from merit.assessment.models.calibration import Calibration
from merit.assessment.models.items import Item, ItemVersion
from merit.assessment.models.scoring import ResponseScore, ScoreVersion
from merit.assessment.models.sittings import Sitting
from merit.assessment.queries.scores import current_version, find_sitting
from merit.assessment.services.answer_checks import check_answers, checkable, newest_unused
from merit.db import reading
from merit.errors import NotAllowedError, NotFoundError, RuleViolationError
from merit.i18n import _
from merit.jobs.handle import JobHandle
from merit.jobs.models import Job
from merit.jobs.queries import list_finished
from merit.jobs.registry import handler
from merit.jobs.services import enqueue
from merit.security.permissions import Actor, Permission, is_granted

KIND = "item-drift"
SHOWN = 12  # newest sittings per calibration


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftReport:
    """What one sitting says about the items of a calibration."""

    sitting: str
    name: str
    is_adaptive: bool
    items: Mapping[int, ItemCheck]

    @property
    def alarms(self) -> tuple[ItemCheck, ...]:
        """The items whose answers contradict their parameters, the farthest first."""
        return tuple(sorted((one for one in self.items.values() if one.is_alarm), key=lambda one: -abs(one.z)))


def order_after_publication(session: Session, actor: Actor, *, code: str) -> list[Job]:
    """Order a check of every scale that a published sitting holds answers for."""
    sitting = find_sitting(session, code)
    version = current_version(session, sitting.id)
    if version is None:
        return []
    measured = (
        select(Item.competency)
        .join(ItemVersion, ItemVersion.item_id == Item.id)
        .join(ResponseScore, ResponseScore.version_id == ItemVersion.id)
        .where(ResponseScore.score_version_id == version.id, Item.competency != "")
        .distinct()
    )
    found = checkable(session, version.id, session.scalars(measured))
    return [_order(session, actor, calibration, version.id, sitting) for calibration in found]


def order_newest(session: Session, actor: Actor, *, calibration: Calibration) -> Job:
    """Order a check of a calibration in force against the newest answers it was not made of."""
    if not is_granted(actor, Permission.CALIBRATION_MAKE):
        raise NotAllowedError
    if calibration.state != "in_force":
        raise RuleViolationError("drift-not-in-force")
    score_version_id = newest_unused(session, calibration)
    if score_version_id is None:
        raise RuleViolationError("drift-no-answers")
    sitting = session.get_one(Sitting, session.get_one(ScoreVersion, score_version_id).sitting_id)
    return _order(session, actor, calibration, score_version_id, sitting)


def _order(session: Session, actor: Actor, calibration: Calibration, score_version_id: int, sitting: Sitting) -> Job:
    return enqueue(
        session,
        actor,
        kind=KIND,
        title=_("Pemeriksaan pergeseran %(scale)s, sesi %(code)s", scale=calibration.competency, code=sitting.code),
        arguments={
            "competency": calibration.competency,
            "calibration": calibration.id,
            "score_version": score_version_id,
            "sitting": sitting.code,
            "name": sitting.name,
        },
        idempotency_key=f"{_prefix(calibration.id)}{score_version_id}",
    )


def _prefix(calibration_id: int) -> str:
    return f"{KIND}:{calibration_id}:"


@handler(KIND)
def check(job: JobHandle) -> Mapping[str, Any]:
    """Compare the answers of one sitting with the parameters in force of one scale."""
    arguments = job.arguments
    with reading() as session:
        found = check_answers(session, arguments["score_version"], arguments["competency"])
    if found is None or found.calibration_id != arguments["calibration"]:
        raise NotFoundError("drift-scale-moved")
    return {
        "text": _(
            "%(count)s butir diperiksa dengan jawaban sesi %(code)s; %(alarms)s menyimpang dari parameternya.",
            count=len(found.items),
            code=arguments["sitting"],
            alarms=len(found.alarms),
        ),
        "url": f"/kalibrasi/{found.competency}/{found.number}",
        "sitting": arguments["sitting"],
        "name": arguments["name"],
        "is_adaptive": found.is_adaptive,
        "items": [item.to_document() for item in found.items],
    }


def drift_reports(session: Session, calibration_id: int) -> list[DriftReport]:
    """Return what the newest sittings say about the items of a calibration, the newest check first."""
    jobs = list_finished(session, kind=KIND, key_prefix=_prefix(calibration_id), limit=SHOWN)
    return [
        DriftReport(
            sitting=job.result["sitting"],
            name=job.result["name"],
            is_adaptive=job.result["is_adaptive"],
            items={one["version_id"]: ItemCheck.from_document(one) for one in job.result["items"]},
        )
        for job in jobs
    ]
