"""Files that came through the page: kept until they are confirmed or discarded, tried, then imported."""

from __future__ import annotations

import datetime as dt
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import Session, defer

from merit import clock
from merit.db import Database
from merit.errors import NotAllowedError, NotFoundError, RuleViolationError
from merit.exchange.domain import FileRefusedError, ImportReport
from merit.exchange.models import ImportUpload
from merit.exchange.readers.table import Table
from merit.exchange.registry import get_kind
from merit.exchange.services import Options, Progress, import_table, read_file, refusal
from merit.jobs.models import Job
from merit.jobs.services import enqueue
from merit.security.permissions import Actor, Permission, is_granted

CHECK_JOB = "import-check"
APPLY_JOB = "import-apply"
LARGE_BYTES = 400_000  # above this the worker does the work and the page shows progress
KEPT = dt.timedelta(days=2)
_SHOWN_PROBLEMS = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """What the person agreed to when confirming."""

    skip_invalid: bool = False
    confirm_large: bool = False


def keep_upload(
    session: Session,
    actor: Actor,
    *,
    kind: str,
    file_name: str,
    content: bytes,
    format: str = "",  # noqa: A002 -- the option's name
) -> ImportUpload:
    """Keep an uploaded file; large ones are handed to the worker for the dry run."""
    if not is_granted(actor, Permission.IMPORT_RUN) or actor.user_id is None:
        raise NotAllowedError
    get_kind(kind)
    upload = ImportUpload(
        token=secrets.token_urlsafe(18),
        kind=kind,
        format=format,
        file_name="".join(filter(str.isprintable, file_name))[-200:] or "berkas",
        content=content,
        user_id=actor.user_id,
        uploaded_at=clock.now(),
    )
    session.add(upload)
    session.flush()
    if len(content) > LARGE_BYTES:
        upload.job_id = _order(session, actor, upload, kind=CHECK_JOB).id
    return upload


def get_upload(session: Session, actor: Actor, token: str, *, lock: bool = False) -> ImportUpload:
    """Return one's own upload without its content; anybody else's does not exist.

    ``lock`` holds it until the end of the transaction, so that nobody confirms or discards it at the same time.
    """
    query = select(ImportUpload).where(ImportUpload.token == token, ImportUpload.user_id == actor.user_id)
    query = query.options(defer(ImportUpload.content))
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    upload = session.scalars(query).one_or_none()
    if upload is None or upload.state == "discarded" or upload.uploaded_at < clock.now() - KEPT:
        raise NotFoundError("import-upload-unknown")
    return upload


def check_upload(session: Session, actor: Actor, *, token: str, progress: Progress | None = None) -> ImportReport:
    """Do the dry run of an upload and keep its report."""
    upload = get_upload(session, actor, token, lock=True)
    report = _import(session, actor, upload, Options(dry_run=True, format=upload.format), progress)
    upload.report = report_to_json(report)
    upload.state = "ready"
    session.flush()
    return report


def confirm_upload(session: Session, actor: Actor, *, token: str, confirmation: Confirmation) -> Job | None:
    """Order the import of a checked upload: at once (None), or by the worker for a large file (its job)."""
    upload = get_upload(session, actor, token, lock=True)
    if upload.state != "ready":
        raise RuleViolationError("import-upload-not-ready")
    report = upload.report or {}
    if report.get("is_large") and not confirmation.confirm_large:
        raise RuleViolationError("import-upload-large")
    if report.get("problems") and not confirmation.skip_invalid:
        raise RuleViolationError("import-upload-problems")
    size = session.scalar(select(func.length(ImportUpload.content)).where(ImportUpload.id == upload.id)) or 0
    if size > LARGE_BYTES:
        job = _order(session, actor, upload, kind=APPLY_JOB, confirmation=confirmation)
        upload.state, upload.job_id = "importing", job.id
        return job
    apply_upload(session, actor, token=token, confirmation=confirmation)
    return None


def apply_upload(
    session: Session, actor: Actor, *, token: str, confirmation: Confirmation, progress: Progress | None = None
) -> ImportReport:
    """Import an upload; all of it or nothing."""
    upload = get_upload(session, actor, token, lock=True)
    if upload.state == "imported":
        raise RuleViolationError("import-upload-not-ready")
    options = Options(
        format=upload.format, skip_invalid=confirmation.skip_invalid, confirm_large=confirmation.confirm_large
    )
    report = _import(session, actor, upload, options, progress)
    upload.report = report_to_json(report)
    upload.state = "ready" if report.refused else "imported"
    upload.batch_id = report.batch
    session.flush()
    return report


def discard_upload(session: Session, actor: Actor, *, token: str) -> None:
    """Forget an upload that is not imported yet, its content with it."""
    upload = get_upload(session, actor, token, lock=True)
    if upload.state in {"importing", "imported"}:
        raise RuleViolationError("import-upload-not-ready")
    upload.state, upload.content, upload.report = "discarded", b"", None
    session.flush()


def forget_uploads(database: Database) -> None:
    """Empty uploads nobody can open any more: files full of people's records are not kept beside the records.

    A chore of the worker; it writes only when there is something to forget.
    """
    is_old = (ImportUpload.uploaded_at < clock.now() - KEPT) & (func.length(ImportUpload.content) > 0)
    with database.reading() as session:
        if not session.scalar(select(exists(select(ImportUpload.id).where(is_old)))):
            return
    with database.unit_of_work() as session:
        session.execute(update(ImportUpload).where(is_old).values(content=b"", report=None))


def _order(
    session: Session, actor: Actor, upload: ImportUpload, *, kind: str, confirmation: Confirmation | None = None
) -> Job:
    agreed = confirmation or Confirmation()
    arguments = {
        "token": upload.token,
        "skip_invalid": agreed.skip_invalid,
        "confirm_large": agreed.confirm_large,
    }
    return enqueue(
        session, actor, kind=kind, title=f"{get_kind(upload.kind).title}: {upload.file_name}", arguments=arguments
    )


def _import(
    session: Session, actor: Actor, upload: ImportUpload, options: Options, progress: Progress | None
) -> ImportReport:
    try:
        table = _read(upload)
    except FileRefusedError as error:
        return refusal(upload.kind, error, upload.file_name)
    more = {} if progress is None else {"progress": progress}
    return import_table(session, actor, kind=upload.kind, table=table, options=options, **more)


def _read(upload: ImportUpload) -> Table:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "unggahan"
        path.write_bytes(upload.content)
        return read_file(path, kind=upload.kind, format=upload.format, name=upload.file_name)


def report_to_json(report: ImportReport) -> Mapping[str, Any]:
    """Return a report as the upload keeps it: the answer of FILES.md with what the page shows besides."""
    answer = report.to_json()
    shown = [problem.to_json() | {"cell": problem.cell} for problem in report.problems[:_SHOWN_PROBLEMS]]
    return answer | {
        "problems": shown,
        "warnings": [warning.to_json() | {"cell": warning.cell} for warning in report.warnings[:_SHOWN_PROBLEMS]],
        "problem_count": len(report.problems),
        "warning_count": len(report.warnings),
        "changes": [
            {"row": change.row, "key": change.key, "column": change.column, "old": change.old, "new": change.new}
            for change in report.changes
        ],
        "rejected": report.rejected,
        "standing": report.standing,
        "is_large": report.is_large,
        "refused": report.refused,
    }
