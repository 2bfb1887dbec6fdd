"""``merit remind``: the reminders of a day, by hand; the worker runs them once a day by itself."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import click

from merit import clock
from merit.cli.common import emit_json, fail, open_database
from merit.i18n import _
from merit.phrases import phrase

if TYPE_CHECKING:
    from merit.notices.reminders import Run


@click.command(help=_("Susun pengingat hari ini; dijalankan lagi, tidak ada yang diingatkan dua kali."))
@click.option("--dry-run", is_flag=True, help=_("Hitung saja, tidak menyimpan apa pun."))
@click.option("--json", "as_json", is_flag=True, help=_("Jawab sebagai satu dokumen JSON."))
def remind(*, dry_run: bool, as_json: bool) -> None:
    """Ask every slice what is due today."""
    from merit.notices.reminders import remind as run_reminders

    open_database()
    today = clock.today()
    run = run_reminders(today, dry=dry_run)
    if as_json:
        emit_json(_document(run, today, dry_run=dry_run))
    else:
        _tell(run, dry_run=dry_run)
    if run.failed:
        fail(phrase("reminders-incomplete", names=", ".join(run.failed)))


def _document(run: Run, today: dt.date, *, dry_run: bool) -> dict[str, object]:
    sources = {name: {"due": run.found[name], "new": run.fresh.get(name, 0)} for name in run.found}
    return {
        "day": today.isoformat(),
        "dry_run": dry_run,
        "new": run.total,
        "sources": sources,
        "failed": run.failed,
    }


def _tell(run: Run, *, dry_run: bool) -> None:
    for name, found in run.found.items():
        click.echo(_("%(name)s: %(found)s jatuh waktu, %(new)s baru", name=name, found=found, new=run.fresh[name]))
    if dry_run:
        click.echo(_("%(count)s pengingat baru; tidak disimpan.", count=run.total))
    else:
        click.echo(_("%(count)s pengingat baru.", count=run.total))
