"""Long imports as jobs: the dry run and the import of a large upload."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from merit.accounts.queries import actor_of_user
from merit.db import unit_of_work
from merit.exchange.uploads import APPLY_JOB, CHECK_JOB, Confirmation, apply_upload, check_upload
from merit.i18n import _
from merit.jobs.handle import JobHandle
from merit.jobs.registry import handler
from merit.phrases import phrase


@handler(CHECK_JOB)
def check(job: JobHandle) -> Mapping[str, Any]:
    """Do the dry run of an upload."""
    with unit_of_work() as session:
        actor = actor_of_user(session, job.user_id)
        report = check_upload(session, actor, token=job.arguments["token"], progress=_telling(job))
        result = {
            "text": _("%(problems)s masalah ditemukan.", problems=len(report.problems)),
            "url": f"/impor/berkas/{job.arguments['token']}",
        }
        job.finish(session, result)
    return result


@handler(APPLY_JOB)
def apply(job: JobHandle) -> Mapping[str, Any]:
    """Import an upload in one transaction; a worker that dies leaves nothing behind, the next one begins anew."""
    confirmation = Confirmation(
        skip_invalid=job.arguments["skip_invalid"], confirm_large=job.arguments["confirm_large"]
    )
    with unit_of_work() as session:
        actor = actor_of_user(session, job.user_id)
        report = apply_upload(
            session, actor, token=job.arguments["token"], confirmation=confirmation, progress=_telling(job)
        )
        result = {
            "text": _(
                "%(created)s baru, %(updated)s berubah, %(unchanged)s tetap.",
                created=report.created,
                updated=report.updated,
                unchanged=report.unchanged,
            ),
            "url": f"/impor/{report.batch}" if report.batch else f"/impor/berkas/{job.arguments['token']}",
        }
        job.finish(session, result)
    return result


def _telling(job: JobHandle) -> Callable[[int, str], None]:
    def tell(done: int, stage: str) -> None:
        job.advance(done, stage=phrase(f"import-stage-{stage}"))

    return tell
