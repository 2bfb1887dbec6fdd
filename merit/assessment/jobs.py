"""Long work of tests: sealing big sittings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from sqlalchemy.orm import Session

from merit.accounts.queries import actor_of_user
from merit.assessment.queries.rosters import present_candidates
from merit.assessment.queries.sittings import get_sitting
from merit.assessment.services.sealing import MANY, prepare_sealing, seal_sitting, store_sealing
from merit.assessment.services.sittings import require_draft, require_manage
from merit.db import reading, unit_of_work
from merit.i18n import _
from merit.jobs.handle import JobHandle
from merit.jobs.models import Job
from merit.jobs.registry import handler
from merit.jobs.services import enqueue
from merit.security.permissions import Actor

SEAL_JOB = "sitting-seal"


def order_sealing(session: Session, actor: Actor, *, code: str) -> Job | None:
    """Seal a small sitting at once; order the work for a big one and return its job."""
    require_manage(actor)
    sitting = get_sitting(session, code)
    require_draft(sitting)
    count = len(present_candidates(session, sitting.id))
    if count <= MANY:
        seal_sitting(session, actor, code=code)
        return None
    return enqueue(
        session,
        actor,
        kind=SEAL_JOB,
        title=_("Menyegel %(code)s: %(count)s peserta", code=code, count=count),
        arguments={"sitting": code},
        total=count,
    )


@handler(SEAL_JOB)
def seal(job: JobHandle) -> Mapping[str, Any]:
    """Build the papers while others go on working, then store them in one unit of work."""
    code = job.arguments["sitting"]
    with reading() as session:
        actor = actor_of_user(session, job.user_id)
        prepared = prepare_sealing(
            session, actor, code=code, progress=lambda done: job.advance(done, stage=_("Menyusun naskah"))
        )
    job.advance(len(prepared.papers), stage=_("Menyimpan naskah"))
    with unit_of_work() as session:
        sitting = store_sealing(session, actor, prepared=prepared)
        result = {
            "text": _("%(count)s naskah disegel.", count=len(prepared.papers)),
            "url": f"/sesi-uji/{quote(code)}",
            "sha256": sitting.sealed_sha256,
        }
        job.finish(session, result)
    return result
