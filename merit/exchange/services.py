"""What people do with files: try an import, import, undo."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from sqlalchemy import exists, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from merit import clock
from merit.audit import services as audit
from merit.errors import ConflictError, NotAllowedError, NotFoundError, RuleViolationError
from merit.exchange import storage
from merit.exchange.differences import CREATED, UNCHANGED, UPDATED, Difference, Plan, compare, table_of
from merit.exchange.domain import LARGE_SHARE, FileRefusedError, ImportReport, Problem
from merit.exchange.models import ImportBatch
from merit.exchange.readers.reading import read_table
from merit.exchange.readers.table import Table
from merit.exchange.registry import get_kind
from merit.exchange.reporting import describe, describe_refusal
from merit.exchange.schema import Context, Kind, Rows
from merit.exchange.validation import validate, vector
from merit.phrases import phrase
from merit.security.permissions import Actor, Permission, is_granted

Progress: TypeAlias = Callable[[int, str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How an import is meant: only tried, without its bad rows, with a large change on purpose."""

    dry_run: bool = False
    skip_invalid: bool = False
    confirm_large: bool = False
    format: str = ""


def _silent(_done: int, _stage: str) -> None:
    """Tell nobody."""


def read_file(path: Path, *, kind: str, format: str = "", name: str = "") -> Table:  # noqa: A002 -- the option's name
    """Read a file outside any transaction; pass the table to :func:`import_table`.

    Raises
    ------
    FileRefusedError
        The file cannot be read.
    """
    table = read_table(path, kind=kind, name=name)
    return table


def import_file(
    session: Session,
    actor: Actor,
    *,
    kind: str,
    path: Path,
    options: Options | None = None,
    name: str = "",
    progress: Progress = _silent,
) -> ImportReport:
    """Read and import one file; the report says what was done, or every cell that hinders it.

    Nothing is written when ``report.refused`` (any problem without ``skip_invalid``) or on a dry run. An unreadable
    file is a refused report with one problem, too.
    """
    options = options or Options()
    try:
        table = read_file(path, kind=kind, format=options.format, name=name)
    except FileRefusedError as error:
        return refusal(kind, error, name or path.name)
    return import_table(session, actor, kind=kind, table=table, options=options, progress=progress)


def refusal(kind: str, error: FileRefusedError, file_name: str) -> ImportReport:
    """Return the report of a file that could not be read at all."""
    return ImportReport(kind=kind, file_name=file_name, problems=[describe_refusal(error)], refused=True)


def import_table(
    session: Session,
    actor: Actor,
    *,
    kind: str,
    table: Table,
    options: Options | None = None,
    progress: Progress = _silent,
) -> ImportReport:
    """Check, compare and store a table that was read; all of it or nothing."""
    if not is_granted(actor, Permission.IMPORT_RUN):
        raise NotAllowedError
    options = options or Options()
    declared = get_kind(kind)
    if not options.dry_run:
        storage.hold_imports(session)
    progress(0, "checking")
    context = Context(session, actor)
    try:
        rows, ignored = validate(context, declared, table)
    except FileRefusedError as error:
        return refusal(kind, error, table.file_name)
    progress(table.height // 2, "comparing")
    if declared.prepare is not None:
        declared.prepare(context, rows)
    difference = compare(session, declared, rows, table.rows)
    report = _report(declared, table, rows, difference, ignored, options)
    if options.dry_run or report.refused or not _writes(difference, options):
        return report
    progress(table.height * 3 // 4, "storing")
    batch = _store(session, actor, declared, table, rows, difference, report, options)
    report.batch = batch.id
    progress(table.height, "stored")
    return report


def _writes(difference: Difference, options: Options) -> bool:
    """Whether there is anything to store; a file that changes nothing leaves no batch."""
    return not options.dry_run and any(plan.inserts or plan.superseded for plan in difference.plans)


def _report(
    kind: Kind, table: Table, rows: Rows, difference: Difference, ignored: list[str], options: Options
) -> ImportReport:
    report = ImportReport(
        kind=kind.name,
        file_name=table.file_name,
        rows=table.height,
        created=difference.count(CREATED),
        updated=difference.count(UPDATED),
        unchanged=difference.count(UNCHANGED),
        rejected=len(rows.bad),
        standing=difference.standing,
        problems=describe(table, kind, rows.problems),
        warnings=describe(table, kind, rows.warnings),
        ignored_columns=ignored,
        changes=difference.changes,
    )
    report.is_large = report.updated > LARGE_SHARE * report.standing
    report.refused = bool(report.problems) and not options.skip_invalid
    if report.is_large and not options.confirm_large and not report.refused:
        _ask_confirmation(report, table, options)
    if report.refused and not options.dry_run:
        report.created = report.updated = report.unchanged = 0
    return report


def _ask_confirmation(report: ImportReport, table: Table, options: Options) -> None:
    share = round(100 * report.updated / report.standing)
    sentence = phrase("import-large", updated=report.updated, standing=report.standing, share=share)
    notice = Problem(sheet=table.sheet, row=0, column="", value="", code="import-large", message=sentence)
    if options.dry_run:
        report.warnings.insert(0, notice)
    else:
        report.problems.append(notice)
        report.refused = True


def _store(
    session: Session,
    actor: Actor,
    kind: Kind,
    table: Table,
    rows: Rows,
    difference: Difference,
    report: ImportReport,
    options: Options,
) -> ImportBatch:
    batch = ImportBatch(
        kind=kind.name,
        format=options.format,
        file_name=table.file_name,
        file_sha256=table.sha256,
        rows=report.rows,
        created=report.created,
        updated=report.updated,
        unchanged=report.unchanged,
        rejected=report.rejected,
        recorded_at=clock.now(),
        user_id=actor.user_id,
    )
    session.add(batch)
    session.flush()
    height = sum(len(plan.inserts) + len(plan.superseded) for plan in difference.plans)
    tables = [table_of(plan.spec.model) for plan in difference.plans]
    try:
        with storage.deferred_references(session, tables, batch=batch.id, height=height):
            _create_identities(session, kind, rows, difference)
            for plan in difference.plans:
                _write_plan(session, plan, rows, batch)
    except IntegrityError as error:
        raise ConflictError("import-conflict") from error
    _audit(session, actor, batch, "import:apply")
    return batch


def _create_identities(session: Session, kind: Kind, rows: Rows, difference: Difference) -> None:
    identity = kind.identity
    if identity is None:
        return
    ids, codes = rows.ids[identity.column], rows[identity.column]
    wanted = {ids[row]: codes[row] for row in difference.plans[0].inserts if (ids[row] or 0) < 0}
    if not wanted:
        return
    stored = storage.create_identities(session, identity.model, identity.attribute, list(wanted.values()))
    real: dict[int | None, int | None] = dict(zip(wanted, stored, strict=True))
    for name, found in rows.ids.items():
        rows.ids[name] = [real.get(value, value) for value in found]


def _write_plan(session: Session, plan: Plan, rows: Rows, batch: ImportBatch) -> None:
    table = table_of(plan.spec.model)
    storage.supersede(session, table, plan.superseded, batch=batch.id, at=batch.recorded_at)
    everything = len(plan.inserts) == rows.height
    columns: dict[str, Any] = {}
    for attribute, name in {**plan.spec.key, **plan.spec.values}.items():
        values = vector(rows, name)
        chosen = values if everything else [values[row] for row in plan.inserts]
        if kept := plan.overrides.get(attribute):
            chosen = [kept.get(row, value) for row, value in zip(plan.inserts, chosen, strict=True)]
        columns[attribute] = chosen
    columns |= dict(plan.spec.constants)
    columns |= {"recorded_at": batch.recorded_at, "batch_id": batch.id}
    storage.write_rows(session, table, columns, len(plan.inserts))


def _audit(session: Session, actor: Actor, batch: ImportBatch, action: str) -> None:
    details = {
        "kind": batch.kind,
        "sha256": batch.file_sha256,
        "rows": batch.rows,
        "created": batch.created,
        "updated": batch.updated,
        "unchanged": batch.unchanged,
        "rejected": batch.rejected,
    }
    if batch.undoes_id is not None:
        details["undoes"] = batch.undoes_id
    audit.record(session, actor, action=action, subject=f"import-batch:{batch.id}", details=details)


def undo_batch(session: Session, actor: Actor, *, batch_id: int) -> ImportBatch:
    """Take one import back: end its facts, and record again what it had ended.

    Raises
    ------
    RuleViolationError
        The batch was undone before, is itself an undo, or a later import changed the same facts.
    """
    batch = find_undoable(session, actor, batch_id=batch_id)
    storage.hold_imports(session)
    undo = ImportBatch(
        kind=batch.kind,
        format=batch.format,
        file_name=batch.file_name,
        file_sha256=batch.file_sha256,
        rows=batch.rows,
        created=0,
        updated=0,
        unchanged=0,
        state="undo",
        recorded_at=clock.now(),
        user_id=actor.user_id,
        undoes_id=batch.id,
    )
    session.add(undo)
    session.flush()
    tables = list(dict.fromkeys(table_of(spec.model) for spec in get_kind(batch.kind).facts))
    try:
        for table in tables:
            _undo_table(session, table, batch, undo)
    except IntegrityError as error:
        raise ConflictError("undo-changed-since", batch=batch_id) from error
    batch.state = "undone"
    session.flush()
    _audit(session, actor, undo, "import:undo")
    return undo


def find_undoable(session: Session, actor: Actor, *, batch_id: int) -> ImportBatch:
    """Return a batch that can be undone; refuse with the reason otherwise."""
    batch = session.get(ImportBatch, batch_id, with_for_update=True)
    if batch is None:
        raise NotFoundError("import-batch-unknown", batch=batch_id)
    own = batch.user_id is not None and batch.user_id == actor.user_id and is_granted(actor, Permission.IMPORT_RUN)
    if not (own or is_granted(actor, Permission.IMPORT_UNDO)):
        raise NotAllowedError
    if batch.state != "applied":
        raise RuleViolationError("undo-is-undo" if batch.state == "undo" else "undo-done", batch=batch_id)
    for spec in get_kind(batch.kind).facts:
        table = table_of(spec.model)
        ended = or_(
            table.c.superseding_batch_id.is_(None),
            exists().where(ImportBatch.id == table.c.superseding_batch_id, ImportBatch.state == "applied"),
        )
        later = select(table.c.id, table.c.superseding_batch_id).where(
            table.c.batch_id == batch_id, table.c.superseded_at.is_not(None), ended
        )
        if (found := session.execute(later.limit(1)).first()) is not None:
            raise RuleViolationError("undo-changed-since", batch=batch_id, later=found[1] or 0)
    return batch


def _undo_table(session: Session, table: Any, batch: ImportBatch, undo: ImportBatch) -> None:
    written = update(table).where(table.c.batch_id == batch.id, table.c.superseded_at.is_(None))
    ended = session.execute(written.values(superseded_at=undo.recorded_at, superseding_batch_id=undo.id))
    restored = storage.restore(session, table, undone=batch.id, at=undo.recorded_at)
    undo.updated += restored
    undo.created += max(0, int(ended.rowcount) - restored)  # type: ignore[attr-defined] # a DML result
