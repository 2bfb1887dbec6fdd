"""Scoring as long work, also after a corrected key: computed beside the database, stored in one short unit of work."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from sqlalchemy.orm import Session

from merit.accounts.queries import actor_of_user
from merit.assessment.services.key_changes import approve_change, check_change, prepare_change
from merit.assessment.services.scoring import check_scorable, prepare_scores, store_scores
from merit.db import reading, unit_of_work
from merit.i18n import _
from merit.jobs.handle import JobHandle
from merit.jobs.models import Job
from merit.jobs.registry import handler
from merit.jobs.services import enqueue
from merit.security.permissions import Actor

KIND = "sitting-scoring"
KEY_KIND = "key-change"


def order_scoring(session: Session, actor: Actor, *, code: str) -> Job:
    """Order the scoring of a closed sitting."""
    sitting = check_scorable(session, actor, code=code)
    return enqueue(
        session,
        actor,
        kind=KIND,
        title=_("Penilaian sesi %(code)s: %(name)s", code=sitting.code, name=sitting.name),
        arguments={"sitting": sitting.code},
    )


@handler(KIND)
def score(job: JobHandle) -> Mapping[str, Any]:
    """Score one sitting; a worker that dies before the end leaves nothing behind, the next one gets the same."""
    code = job.arguments["sitting"]

    def tell(done: int, total: int) -> None:
        job.advance(done, total=total, stage=_("Menghitung nilai"))

    with reading() as session:
        actor = actor_of_user(session, job.user_id)
        prepared = prepare_scores(session, actor, code=code, progress=tell)
    with unit_of_work() as session:
        version = store_scores(session, actor, code=code, prepared=prepared)
        result = {
            "version": version.number,
            "sha256": version.sha256,
            "text": _sentence(len(prepared.sheets), prepared.waiting),
            "url": f"/sesi-uji/{quote(code)}/hasil",
        }
        job.finish(session, result)
    return result


def order_key_change(session: Session, actor: Actor, *, code: str, change_id: int) -> Job:
    """Order the scoring that approves another person's key change; the same person orders it once."""
    change = check_change(session, actor, code=code, change_id=change_id)
    return enqueue(
        session,
        actor,
        kind=KEY_KIND,
        title=_("Perubahan kunci nomor %(change)s: menghitung ulang nilai sesi %(code)s", change=change.id, code=code),
        arguments={"sitting": code, "change": change.id},
        idempotency_key=f"{key_change_prefix(change.id)}{actor.user_id}",
    )


def key_change_prefix(change_id: int) -> str:
    """Return what the idempotency keys of all orders of one key change begin with."""
    return f"{KEY_KIND}:{change_id}:"


@handler(KEY_KIND)
def change_key(job: JobHandle) -> Mapping[str, Any]:
    """Score anew with the corrected key; the approval and its scores are one commit, or neither is there."""
    code, change_id = job.arguments["sitting"], job.arguments["change"]

    def tell(done: int, total: int) -> None:
        job.advance(done, total=total, stage=_("Menghitung ulang nilai"))

    with reading() as session:
        actor = actor_of_user(session, job.user_id)
        prepared = prepare_change(session, actor, code=code, change_id=change_id, progress=tell)
    with unit_of_work() as session:
        version = approve_change(session, actor, code=code, change_id=change_id, prepared=prepared)
        result = {
            "version": version.number,
            "sha256": version.sha256,
            "text": _("Perubahan disetujui; versi nilai %(number)s berlaku.", number=version.number),
            "url": f"/sesi-uji/{quote(code)}/hasil/kunci",
        }
        job.finish(session, result)
    return result


def _sentence(candidates: int, waiting: int) -> str:
    if waiting:
        return _("%(count)s peserta dinilai; %(waiting)s esai menunggu penilai.", count=candidates, waiting=waiting)
    return _("%(count)s peserta dinilai.", count=candidates)
