"""What people do with files: try an import, import, undo."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from sqlalchemy.orm import Session

from merit import clock
from merit.errors import NotAllowedError
from merit.exchange import storage
from merit.exchange.batches import record_batch
from merit.exchange.differences import CREATED, UNCHANGED, UPDATED, Difference, Plan, compare, table_of
from merit.exchange.domain import LARGE_SHARE, FileRefusedError, ImportReport, Problem
from merit.exchange.models import ImportBatch
from merit.exchange.readers.reading import read_table
from merit.exchange.readers.table import Table
from merit.exchange.registry import get_kind
from merit.exchange.reporting import describe, describe_refusal
from merit.exchange.schema import Context, Kind, Rows
from merit.exchange.siasn import FORMATS, translate
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


@contextmanager
def _calm_collector() -> Iterator[None]:
    """Hold the cyclic garbage collector: it would walk through millions of new cells, none of which is garbage."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _silent(_done: int, _stage: str) -> None:
    """Tell nobody."""


@_calm_collector()
def read_file(path: Path, *, kind: str, format: str = "", name: str = "") -> Table:  # noqa: A002 -- the option's name
    """Read a file outside any transaction; pass the table to :func:`import_table`.

    Raises
    ------
    FileRefusedError
        The file cannot be read.
    """
    table = read_table(path, kind=kind, name=name)
    return translate(table, kind, format) if format in FORMATS else table


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


@_calm_collector()
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
    work = _Import(session, actor, get_kind(kind), table, options)
    if not options.dry_run:
        storage.hold_imports(session)
    progress(0, "checking")
    context = Context(session, actor)
    try:
        rows, ignored = validate(context, work.kind, table, skip_invalid=options.skip_invalid)
    except FileRefusedError as error:
        return refusal(kind, error, table.file_name)
    progress(table.height // 2, "comparing")
    if work.kind.prepare is not None:
        work.kind.prepare(context, rows)
    difference = compare(context, work.kind, rows, table.rows)
    report = work.report(rows, difference, ignored)
    # A file that changes nothing leaves no batch.
    if options.dry_run or report.refused or not any(plan.inserts or plan.superseded for plan in difference.plans):
        return report
    progress(table.height * 3 // 4, "storing")
    report.batch = work.store(rows, difference, report)
    progress(table.height, "stored")
    return report


@dataclass(frozen=True, slots=True)
class _Import:
    """One import at work."""

    session: Session
    actor: Actor
    kind: Kind
    table: Table
    options: Options

    def report(self, rows: Rows, difference: Difference, ignored: list[str]) -> ImportReport:
        """Return what would be done, and whether it may."""
        report = ImportReport(
            kind=self.kind.name,
            file_name=self.table.file_name,
            rows=self.table.height,
            created=difference.count(CREATED),
            updated=difference.count(UPDATED),
            unchanged=difference.count(UNCHANGED),
            rejected=len(rows.bad),
            standing=difference.standing,
            problems=describe(self.table, self.kind, rows.problems),
            warnings=describe(self.table, self.kind, rows.warnings),
            ignored_columns=ignored,
            changes=difference.changes,
        )
        report.is_large = report.updated > LARGE_SHARE * report.standing
        report.refused = bool(report.problems) and not self.options.skip_invalid
        if report.is_large and not self.options.confirm_large and not report.refused:
            self._ask_confirmation(report)
        if report.refused and not self.options.dry_run:
            report.created = report.updated = report.unchanged = 0
        return report

    def _ask_confirmation(self, report: ImportReport) -> None:
        share = round(100 * report.updated / report.standing)
        sentence = phrase("import-large", updated=report.updated, standing=report.standing, share=share)
        notice = Problem(sheet=self.table.sheet, row=0, column="", value="", code="import-large", message=sentence)
        if self.options.dry_run:
            report.warnings.insert(0, notice)
        else:
            report.problems.append(notice)
            report.refused = True

    def store(self, rows: Rows, difference: Difference, report: ImportReport) -> int:
        """Write the batch, what the file brings into being, and all facts; return the batch's id."""
        batch = self._open_batch(report)
        height = sum(len(plan.inserts) + len(plan.superseded) for plan in difference.plans)
        tables = [table_of(plan.spec.model) for plan in difference.plans]
        with storage.deferred_references(self.session, tables, batch=batch.id, height=height):
            _create_identities(self.session, self.kind, rows, difference)
            for plan in difference.plans:
                _write_plan(self.session, plan, rows, batch)
        record_batch(self.session, self.actor, batch, action="import:apply")
        return batch.id

    def _open_batch(self, report: ImportReport) -> ImportBatch:
        batch = ImportBatch(
            kind=self.kind.name,
            format=self.options.format,
            file_name=self.table.file_name,
            file_sha256=self.table.sha256,
            rows=report.rows,
            created=report.created,
            updated=report.updated,
            unchanged=report.unchanged,
            rejected=report.rejected,
            recorded_at=clock.now(),
            user_id=self.actor.user_id,
        )
        self.session.add(batch)
        self.session.flush()
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
