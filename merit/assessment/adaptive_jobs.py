"""Shadow runs and simulations as long work: computed beside the database, stored in one short unit of work."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from sqlalchemy.orm import Session

from merit import clock
from merit.accounts.queries import actor_of_user
from merit.assessment.domain.adaptive import AdaptiveRules
from merit.assessment.queries.scores import find_sitting
from merit.assessment.services.adaptive.replay import prepare_replay, store_replay
from merit.assessment.services.adaptive.simulating import (
    PERSONS,
    check_simulation,
    prepare_simulation,
    simulate_pools,
)
from merit.db import reading, unit_of_work
from merit.errors import NotAllowedError
from merit.i18n import _
from merit.jobs.handle import JobHandle
from merit.jobs.models import Job
from merit.jobs.registry import handler
from merit.jobs.services import enqueue
from merit.security.permissions import Actor, Permission, is_granted

KIND = "adaptive-replay"
SIMULATION_KIND = "adaptive-simulation"


def order_replay(session: Session, actor: Actor, *, code: str, rules: AdaptiveRules) -> Job:
    """Order a shadow run over a scored sitting."""
    if not is_granted(actor, Permission.SITTING_MANAGE):
        raise NotAllowedError
    sitting = find_sitting(session, code)
    return enqueue(
        session,
        actor,
        kind=KIND,
        title=_("Uji bayangan sesi %(code)s, %(competency)s", code=sitting.code, competency=rules.competency),
        arguments={"sitting": sitting.code, "rules": rules.model_dump(mode="json")},
    )


@handler(KIND)
def replay(job: JobHandle) -> Mapping[str, Any]:
    """Run the adaptive rules over every sheet; a worker that dies before the end leaves nothing behind."""
    code, rules = job.arguments["sitting"], AdaptiveRules.model_validate(job.arguments["rules"])

    def tell(done: int, total: int) -> None:
        job.advance(done, total=total, stage=_("Mengulang tes secara adaptif"))

    with reading() as session:
        actor = actor_of_user(session, job.user_id)
        pool, report = prepare_replay(session, actor, code=code, rules=rules, progress=tell)
    with unit_of_work() as session:
        store_replay(session, actor, code=code, pool=pool, report=report)
        result = {
            "text": _("%(count)s peserta diulang secara adaptif.", count=report["persons"]),
            "url": f"/sesi-uji/{quote(code)}/adaptif",
        }
        job.finish(session, result)
    return result


def order_simulation(session: Session, actor: Actor, *, code: str) -> Job:
    """Order a simulation of the adaptive parts of a blueprint; every order is a new one, for the bank changes."""
    blueprint = check_simulation(session, actor, code=code)
    return enqueue(
        session,
        actor,
        kind=SIMULATION_KIND,
        title=_("Simulasi adaptif kisi-kisi %(code)s", code=blueprint.code),
        arguments={"blueprint": blueprint.code},
        idempotency_key=f"{simulation_prefix(blueprint.id)}{clock.now().isoformat()}",
    )


def simulation_prefix(blueprint_id: int) -> str:
    """Return what the idempotency keys of all simulations of a blueprint begin with."""
    return f"{SIMULATION_KIND}:{blueprint_id}:"


@handler(SIMULATION_KIND)
def simulate(job: JobHandle) -> Mapping[str, Any]:
    """Simulate the adaptive parts of a blueprint; what it found is kept with the job."""
    code = job.arguments["blueprint"]
    with reading() as session:
        actor = actor_of_user(session, job.user_id)
        row_version, pools = prepare_simulation(session, actor, code=code)

    def tell(done: int, total: int) -> None:
        job.advance(done, total=total, stage=_("Menjalankan tes peserta simulasi"))

    tell(0, PERSONS * len(pools))
    parts = simulate_pools(pools, seed=code, timer=time.monotonic, progress=tell)
    return {
        "text": _("%(count)s peserta simulasi selesai diuji.", count=sum(part["persons"] for part in parts)),
        "url": f"/kisi-kisi/{quote(code)}",
        "row_version": row_version,
        "parts": parts,
    }
