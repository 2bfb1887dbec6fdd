"""``merit import``: try a file, import it, undo an import, write a template."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from merit.cli.common import emit_json, fail, open_database, sentences
from merit.i18n import _
from merit.phrases import phrase

if TYPE_CHECKING:
    from merit.exchange.domain import ImportReport
    from merit.exchange.readers.table import Table
    from merit.exchange.services import Options

SHOWN = 50
FORMATS = ("", "siasn", "sp4n")


@click.command(
    name="import", help=_("Impor FILE (CSV atau XLSX) yang memuat KIND, misalnya units, positions, officials.")
)
@click.argument("kind", required=False)
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option(
    "--format",
    "file_format",
    type=click.Choice(FORMATS),
    default="",
    help=_("siasn atau sp4n: nama kolom sistem nasional itu."),
)
@click.option("--dry-run", is_flag=True, help=_("Periksa saja; tidak ada yang disimpan."))
@click.option("--json", "as_json", is_flag=True, help=_("Jawab dengan JSON saja."))
@click.option("--skip-invalid", is_flag=True, help=_("Simpan baris yang benar; sisanya ke BERKAS.rejected.csv."))
@click.option("--confirm-large", is_flag=True, help=_("Setujui perubahan lebih dari 30 % catatan."))
@click.option("--undo", "undo", type=click.IntRange(1), metavar="BATCH", help=_("Batalkan impor nomor BATCH."))
@click.option("--template", type=click.Path(path_type=Path), metavar="FILE.xlsx", help=_("Tulis berkas contoh."))
def import_command(
    *,
    kind: str | None,
    file: Path | None,
    file_format: str,
    dry_run: bool,
    as_json: bool,
    skip_invalid: bool,
    confirm_large: bool,
    undo: int | None,
    template: Path | None,
) -> None:
    """Import a file, undo an import, or write an example."""
    from merit.exchange.services import Options

    if undo is not None:
        _undo(undo, as_json=as_json)
    elif kind is None or (file is None and template is None):
        raise click.UsageError(_("Sebutkan jenis dan berkasnya: merit import KIND FILE."))
    elif template is not None:
        _write_template(kind, template)
    elif file is not None:
        options = Options(dry_run=dry_run, skip_invalid=skip_invalid, confirm_large=confirm_large, format=file_format)
        _import(kind, file, options, as_json=as_json)


def _import(kind: str, file: Path, options: Options, *, as_json: bool) -> None:
    from merit.exchange.domain import FileRefusedError
    from merit.exchange.registry import get_kind
    from merit.exchange.services import read_file, refusal

    with sentences():
        get_kind(kind)
    open_database()
    table: Table | None = None
    with sentences():
        try:
            table = read_file(file, kind=kind, format=options.format)
        except FileRefusedError as error:
            report = refusal(kind, error, file.name)
        else:
            report = _run(kind, table, options, quiet=as_json)
    if table is not None and options.skip_invalid and not options.dry_run and report.rejected:
        _write_rejected(file, table, report)
    if as_json:
        emit_json(report.to_json())
    else:
        _tell(report, options)
    if report.refused:
        _complain(report, brief=as_json)


def _run(kind: str, table: Table, options: Options, *, quiet: bool) -> ImportReport:
    from merit.db import reading, unit_of_work
    from merit.exchange.services import import_table
    from merit.security.permissions import SYSTEM

    work = reading if options.dry_run else unit_of_work
    with work() as session:
        progress = _teller(table.file_name, quiet=quiet)
        return import_table(session, SYSTEM, kind=kind, table=table, options=options, progress=progress)


def _teller(name: str, *, quiet: bool) -> Callable[[int, str], None]:
    """Return what tells the stages of a long import on a terminal."""
    silent = quiet or not sys.stderr.isatty()

    def tell(done: int, stage: str) -> None:
        if not silent:
            click.echo(f"{name}: {phrase(f'import-stage-{stage}')} ({done})", err=True)

    return tell


def _tell(report: ImportReport, options: Options) -> None:
    for warning in report.warnings[:SHOWN]:
        click.echo(_("Perhatikan: %(message)s", message=warning.message), err=True)
    if report.ignored_columns:
        click.echo(_("Kolom yang diabaikan: %(names)s.", names=", ".join(report.ignored_columns)), err=True)
    counts = _(
        "%(rows)s baris: %(created)s baru, %(updated)s berubah, %(unchanged)s tetap.",
        rows=report.rows,
        created=report.created,
        updated=report.updated,
        unchanged=report.unchanged,
    )
    click.echo(counts)
    if options.dry_run:
        click.echo(_("Baru diperiksa; tidak ada yang disimpan."))
    elif report.batch is not None:
        click.echo(_("Tersimpan sebagai impor nomor %(batch)s.", batch=report.batch))


def _complain(report: ImportReport, *, brief: bool) -> None:
    shown = 1 if brief else SHOWN
    for problem in report.problems[:shown]:
        click.echo(problem.message, err=True)
    left = len(report.problems) - shown
    if left > 0:
        click.echo(_("… dan %(count)s masalah lain.", count=left), err=True)
    fail(_("Tidak ada yang disimpan. Perbaiki berkasnya, lalu ulangi."))


def _write_rejected(file: Path, table: Table, report: ImportReport) -> None:
    from merit.exchange.rejected import rejected_path, write_rejected

    path = rejected_path(file)
    write_rejected(path, table, report.problems)
    message = _("%(count)s baris ditolak; lihat %(path)s.", count=report.rejected, path=path)
    click.echo(message, err=True)


def _undo(batch_id: int, *, as_json: bool) -> None:
    open_database()
    from merit.db import unit_of_work
    from merit.exchange.undoing import undo_batch
    from merit.security.permissions import SYSTEM

    with sentences(), unit_of_work() as session:
        undo = undo_batch(session, SYSTEM, batch_id=batch_id)
        answer = {"kind": undo.kind, "undone": batch_id, "batch": undo.id, "records": undo.updated}
    if as_json:
        emit_json(answer)
    else:
        click.echo(_("Impor nomor %(batch)s dibatalkan.", batch=batch_id))


def _write_template(kind: str, path: Path) -> None:
    from merit.exchange.blanks import template_csv, template_workbook
    from merit.exchange.registry import get_kind

    with sentences():
        declared = get_kind(kind)
    content = template_csv(declared) if path.suffix.lower() == ".csv" else template_workbook(declared)
    try:
        path.write_bytes(content)
    except OSError as error:
        fail(_("Berkas %(path)s tidak dapat ditulis: %(reason)s", path=path, reason=error.strerror))
    click.echo(_("Contoh tersimpan: %(path)s", path=path))
