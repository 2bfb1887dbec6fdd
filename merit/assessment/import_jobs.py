"""Taking many items out of an uploaded file as long work; a few are taken at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict
from typing import Any
from urllib.parse import quote

from sqlalchemy.orm import Session

from merit.accounts.queries import actor_of_user
from merit.assessment.domain.bank import ItemTags
from merit.assessment.services.interchange import Outcome, claim_upload, import_upload
from merit.db import unit_of_work
from merit.i18n import _
from merit.jobs.handle import JobHandle
from merit.jobs.models import Job
from merit.jobs.registry import handler
from merit.jobs.services import enqueue
from merit.security.permissions import Actor

KIND = "items-import"
MANY = 100  # from here on it takes more than a moment


def order_import(
    session: Session, actor: Actor, *, token: str, take: Collection[int], defaults: ItemTags
) -> Outcome | Job:
    """Make drafts of a few items at once; order the work for many and return its job."""
    if len(take) < MANY:
        return import_upload(session, actor, token=token, take=take, defaults=defaults)
    upload = claim_upload(session, actor, token=token)
    job = enqueue(
        session,
        actor,
        kind=KIND,
        title=_("Impor butir: %(name)s", name=upload.file_name),
        arguments={"token": token, "take": sorted(take), "defaults": asdict(defaults)},
        total=len(take),
    )
    upload.job_id = job.id
    session.flush()
    return job


@handler(KIND)
def take(job: JobHandle) -> Mapping[str, Any]:
    """Make the drafts in one transaction; a worker that dies leaves nothing behind, the next one begins anew."""
    token = job.arguments["token"]

    def tell(done: int) -> None:
        job.advance(done, stage=_("Menyimpan butir"))

    with unit_of_work() as session:
        outcome = import_upload(
            session,
            actor_of_user(session, job.user_id),
            token=token,
            take=job.arguments["take"],
            defaults=ItemTags(**job.arguments["defaults"]),
            job_id=job.id,
            progress=tell,
        )
        made, left = len(outcome.made), len(outcome.left)
        result = {
            "text": _("%(made)s rancangan dibuat; %(left)s butir tidak dapat dibuat.", made=made, left=left),
            "url": f"/bank-soal/impor/{quote(token)}",
        }
        job.finish(session, result)
    return result
