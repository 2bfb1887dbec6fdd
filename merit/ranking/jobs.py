"""Ranking as long work: ordered from a page, computed by a worker, stored in one short unit of work."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from sqlalchemy.orm import Session

from merit.accounts.queries import actor_of_user
from merit.db import reading, unit_of_work
from merit.errors import NotAllowedError
from merit.i18n import _
from merit.jobs.handle import JobHandle
from merit.jobs.models import Job
from merit.jobs.registry import handler
from merit.jobs.services import enqueue
from merit.ranking.queries import get_vacancy
from merit.ranking.report.sentences import number_text
from merit.ranking.services.runs import RunOrder, compute_run, store_run
from merit.security.permissions import Actor, Permission, is_granted

KIND = "ranking-run"
_STEPS = 3


def order_run(
    session: Session,
    actor: Actor,
    *,
    vacancy_code: str,
    as_of: dt.date | None = None,
    policy_code: str = "",
    idempotency_key: str | None = None,
) -> Job:
    """Order a ranking; the job's result tells ``run`` (its code) and ``url`` when it is done."""
    if not is_granted(actor, Permission.RUN_CREATE):
        raise NotAllowedError
    vacancy = get_vacancy(session, vacancy_code)
    return enqueue(
        session,
        actor,
        kind=KIND,
        title=_("Peringkat %(code)s: %(title)s", code=vacancy.code, title=vacancy.title),
        arguments={
            "vacancy": vacancy.code,
            "as_of": as_of.isoformat() if as_of else None,
            "policy": policy_code,
        },
        total=_STEPS,
        idempotency_key=idempotency_key,
    )


@handler(KIND)
def run_ranking(job: JobHandle) -> Mapping[str, Any]:
    """Compute and store one run; a worker that dies before the end leaves nothing behind."""
    arguments = job.arguments
    order = RunOrder(
        vacancy_code=arguments["vacancy"],
        as_of=dt.date.fromisoformat(arguments["as_of"]) if arguments["as_of"] else None,
        policy_code=arguments["policy"],
    )
    with reading() as session:
        actor = actor_of_user(session, job.user_id)
        job.advance(1, stage=_("Membaca bukti dan menghitung"))
        prepared = compute_run(session, actor, order=order)
    job.advance(2, stage=_("Menyimpan"))
    with unit_of_work() as session:
        run = store_run(session, actor, prepared=prepared)
        result = {
            "run": run.code,
            "result_sha256": run.result_sha256,
            "text": _(
                "%(eligible)s dari %(considered)s pegawai diperingkat.",
                eligible=number_text(run.eligible, 0),
                considered=number_text(run.considered, 0),
            ),
            "url": f"/lowongan/{quote(order.vacancy_code)}/peringkat/{run.code}",
        }
        job.finish(session, result)
    return result
