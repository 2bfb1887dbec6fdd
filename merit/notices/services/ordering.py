"""Order the work of notices when it is due; the worker asks every few seconds."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from merit import clock
from merit.db import Database
from merit.errors import NotAllowedError
from merit.jobs.models import Job
from merit.jobs.services import enqueue
from merit.notices.queries import has_due_mail
from merit.phrases import phrase
from merit.security.permissions import SYSTEM, Actor, Permission, is_granted

REMIND_JOB = "notices-remind"
CLEAN_JOB = "notices-clean"
MAIL_JOB = "mail-send"
TRIAL_JOB = "mail-trial"
_TITLES = {REMIND_JOB: "job-remind", CLEAN_JOB: "job-notices-clean", MAIL_JOB: "job-mail-send"}


def order_due(database: Database) -> None:
    """Order what is due: reminders and tidying once a day, mails while some wait; writes only when needed."""
    with database.reading() as session:
        wanted = _due(session, clock.now(), database.settings.remind_hour)
    if wanted:
        with database.unit_of_work() as session:
            for kind, key in wanted:
                enqueue(session, SYSTEM, kind=kind, title=phrase(_TITLES[kind]), arguments={}, idempotency_key=key)


def order_trial(session: Session, actor: Actor) -> None:
    """Have a mail sent to one's own address to see whether mails leave."""
    if not is_granted(actor, Permission.ACCOUNT_MANAGE):
        raise NotAllowedError
    key = f"{TRIAL_JOB}:{actor.user_id}:{clock.now():%Y%m%d%H%M}"
    enqueue(session, actor, kind=TRIAL_JOB, title=phrase("job-mail-trial"), arguments={}, idempotency_key=key)


def _due(session: Session, now: dt.datetime, hour: int) -> list[tuple[str, str]]:
    """Return kind and key of what to order; a day's key is used once, whatever became of its job."""
    wanted: list[tuple[str, str]] = []
    local = clock.local(now)
    if local.hour >= hour:
        keys = {f"{kind}:{local:%Y-%m-%d}": kind for kind in (REMIND_JOB, CLEAN_JOB)}
        there = set(session.scalars(select(Job.idempotency_key).where(Job.idempotency_key.in_(keys))))
        wanted += [(kind, key) for key, kind in keys.items() if key not in there]
    if has_due_mail(session, now) and not _is_open(session, MAIL_JOB):
        wanted.append((MAIL_JOB, f"{MAIL_JOB}:{now:%Y%m%d%H%M}"))
    return wanted


def _is_open(session: Session, kind: str) -> bool:
    waiting = select(Job.id).where(Job.kind == kind, Job.state.in_(("queued", "running"))).limit(1)
    return session.scalar(waiting) is not None
