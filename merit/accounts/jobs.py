"""Long lists as files: written beside the database, handed to whoever asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from merit import clock
from merit.accounts.queries import actor_of_user
from merit.db import reading, unit_of_work
from merit.i18n import _
from merit.jobs.handle import JobHandle
from merit.jobs.registry import handler
from merit.web.exports import EXPORT_JOB, KEPT, collect, keep_file, kind_of, written
from merit.web.filters import moment


@handler(EXPORT_JOB)
def write_list(job: JobHandle) -> Mapping[str, Any]:
    """Write the file with the present rights of whoever asked; the chain notes it together with the job's end."""
    form = job.arguments["form"]

    def tell(done: int) -> None:
        job.advance(done, stage=_("Menulis berkas"))

    with reading() as session:
        actor = actor_of_user(session, job.user_id)
        export = collect(session, actor, job.arguments["kind"], job.arguments["choices"])
        content = written(export, form, tell)
    token = keep_file(content)
    until = clock.now() + KEPT
    with unit_of_work() as session:
        export.record(session, actor)
        result = {
            "text": _("Berkas siap dan dapat diunduh oleh pemesannya sampai %(until)s.", until=moment(until)),
            "file": {"token": token, "name": f"{export.name}.{form}", "kind": kind_of(form)},
        }
        job.finish(session, result)
    return result
