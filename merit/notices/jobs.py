"""Background work of notices: reminders of the day, mails that wait, the code for an address, old notices."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from sqlalchemy.orm import Session

from merit import clock
from merit.db import get_database, unit_of_work
from merit.errors import RuleViolationError, SetupError
from merit.i18n import _
from merit.jobs.handle import JobHandle
from merit.jobs.registry import handler
from merit.notices.letters import Letter, code_letter, trial_letter, write
from merit.notices.posting import MailRefusedError, PostDownError, open_post
from merit.notices.reminders import remind
from merit.notices.services.mailing import send_due
from merit.notices.services.notices import forget_read
from merit.notices.services.ordering import CLEAN_JOB, MAIL_JOB, REMIND_JOB, TRIAL_JOB
from merit.notices.services.settings import CODE_JOB, address_of, find_setting, make_code


@handler(REMIND_JOB)
def write_reminders(job: JobHandle) -> Mapping[str, Any]:
    """Tell everybody what is due today; run again it tells nothing twice."""
    run = remind(clock.today(), tell=lambda done, name: job.advance(done, stage=name))
    if run.failed:
        raise SetupError("reminders-incomplete", names=", ".join(run.failed))
    return {"text": _("%(count)s pengingat baru.", count=run.total), "found": run.found, "fresh": run.fresh}


@handler(MAIL_JOB)
def send_mails(job: JobHandle) -> Mapping[str, Any]:
    """Send the mails that wait."""

    def keep(session: Session) -> None:
        job.checkpoint(session, job.cursor + 1)

    posted = send_due(keep, job.advance)
    text = _("%(sent)s surat terkirim, %(refused)s ditolak server.", sent=posted.sent, refused=posted.refused)
    return {"text": text, "sent": posted.sent, "refused": posted.refused, "left_out": posted.left_out}


@handler(CODE_JOB)
def send_code(job: JobHandle) -> Mapping[str, Any]:
    """Send a fresh code to an address that waits for its proof; run again it sends another code."""
    with unit_of_work() as session:
        drawn = None if job.user_id is None else make_code(session, job.user_id)
    if drawn is None:
        return {"text": _("Tidak ada alamat yang menunggu kode.")}
    _post(code_letter(get_database().settings, *drawn, reference=f"code {job.id} {job.attempt}"))
    return {"text": _("Kode terkirim.")}


@handler(TRIAL_JOB)
def send_trial(job: JobHandle) -> Mapping[str, Any]:
    """Send a mail to the address of the admin who tries the way out."""
    with unit_of_work() as session:
        address = "" if job.user_id is None else address_of(find_setting(session, job.user_id))
    if not address:
        raise RuleViolationError("mail-no-address")
    _post(trial_letter(get_database().settings, address, reference=f"trial {job.id}"))
    return {"text": _("Surat uji terkirim.")}


@handler(CLEAN_JOB)
def forget_old(_job: JobHandle) -> Mapping[str, Any]:
    """Remove notices read long ago, and old files of the folder that stands in for a mail server."""
    settings = get_database().settings
    before = clock.now() - dt.timedelta(days=settings.notices_kept_days)
    with unit_of_work() as session:
        count = forget_read(session, before=before)
    files = 0
    if settings.mail_route.is_file and settings.mail_path.is_dir():
        for path in settings.mail_path.glob("*.eml"):
            with suppress(FileNotFoundError):
                if path.stat().st_mtime < before.timestamp():
                    path.unlink()
                    files += 1
    return {"text": _("%(count)s pemberitahuan lama dihapus.", count=count), "files": files}


def _post(letter: Letter) -> None:
    settings = get_database().settings
    try:
        with open_post(settings) as post:
            post.send(write(settings, letter))
    except PostDownError as error:
        raise SetupError("mail-down", host=settings.mail_route.shown, problem=error.problem) from error
    except MailRefusedError as error:
        raise RuleViolationError("mail-refused", code=error.code) from error
