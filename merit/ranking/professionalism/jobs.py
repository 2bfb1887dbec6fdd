"""The index of everybody as long work: ordered from a page, computed by a worker, kept in one unit of work."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from merit.accounts.queries import actor_of_user
from merit.db import known, reading, unit_of_work
from merit.i18n import _
from merit.jobs.handle import JobHandle
from merit.jobs.models import Job
from merit.jobs.registry import handler
from merit.jobs.services import enqueue
from merit.people.models import OfficialRecord
from merit.ranking.professionalism.services.runs import check_date, compute_run, require_manager, store_run
from merit.security.permissions import Actor
from merit.web.filters import long_date, number

KIND = "ip-asn"


def order_run(session: Session, actor: Actor, *, as_of: dt.date) -> Job:
    """Order the index of a date; the job's result tells ``url`` when it is done."""
    require_manager(actor)
    check_date(as_of)
    people = session.scalar(select(func.count()).select_from(OfficialRecord).where(known(OfficialRecord))) or 0
    return enqueue(
        session,
        actor,
        kind=KIND,
        title=_("Indeks profesionalitas per %(day)s", day=long_date(as_of)),
        arguments={"as_of": as_of.isoformat()},
        total=people,
    )


@handler(KIND)
def run_index(job: JobHandle) -> Mapping[str, Any]:
    """Compute and keep one; a worker that dies before the end leaves nothing behind."""
    as_of = dt.date.fromisoformat(job.arguments["as_of"])
    with reading() as session:
        actor = actor_of_user(session, job.user_id)
        stage = _("Menghitung")
        computed = compute_run(session, actor, as_of=as_of, tell=lambda done: job.advance(done, stage=stage))
    job.advance(len(computed.lines), stage=_("Menyimpan"))
    with unit_of_work() as session:
        kept = store_run(session, actor, computed=computed)
        people = number(kept.run.people)
        told = _("Indeks %(people)s pegawai dihitung.", people=people)
        same = _("Tidak ada yang berubah: perhitungan yang sudah ada tetap dipakai.")
        result = {"text": told if kept.is_new else same, "url": f"/indeks-profesionalitas?perhitungan={kept.run.id}"}
        job.finish(session, result)
    return result
