"""``merit demo``: build the demonstration city."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from merit.cli.common import emit_json, open_database, sentences
from merit.i18n import _

if TYPE_CHECKING:
    from merit.demo.generator import Demonstration
    from merit.demo.services import Filled

DEFAULT_OFFICIALS, DEFAULT_SEED = 6000, 7


@click.command(help=_("Bangun kota peragaan: pegawai rekaan di unit nyata Balikpapan, lengkap dengan peringkat."))
@click.option("--officials", "count", default=DEFAULT_OFFICIALS, show_default=True, help=_("Jumlah pegawai rekaan."))
@click.option("--seed", default=DEFAULT_SEED, show_default=True, help=_("Benih acak; benih sama, kota sama."))
@click.option(
    "--files",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help=_("Hanya tulis berkasnya ke folder ini."),
)
@click.option("--if-empty", is_flag=True, help=_("Diam saja bila basis data sudah berisi pegawai."))
@click.option("--json", "as_json", is_flag=True, help=_("Cetak akun (atau daftar berkas) sebagai JSON."))
def demo(count: int, seed: int, folder: Path | None, *, if_empty: bool, as_json: bool) -> None:
    """Write the city's files, or fill the database with it and print the accounts once."""
    with sentences():
        if folder is not None:
            files = _write(_build(count, seed), folder)
            if as_json:
                emit_json(files)
            return
        if if_empty and _holds_people():
            return
        filled = _fill(count, seed)
    if as_json:
        emit_json([account.to_json() for account in filled.accounts])
    else:
        _print(filled)


def _build(count: int, seed: int) -> Demonstration:
    from merit.demo.generator import FEWEST, MOST, build_demonstration
    from merit.errors import InvalidInputError

    if not FEWEST <= count <= MOST:
        raise InvalidInputError("demo-size", fewest=FEWEST, most=MOST)
    click.echo(_("Menyusun %(count)s pegawai rekaan …", count=count), err=True)
    return build_demonstration(officials=count, seed=seed)


def _holds_people() -> bool:
    from merit.db import reading
    from merit.demo.services import require_empty
    from merit.errors import RuleViolationError

    open_database()
    try:
        with reading() as session:
            require_empty(session)
    except RuleViolationError:
        return True
    return False


def _write(demonstration: Demonstration, folder: Path) -> dict[str, str]:
    from merit.demo.files import write_files
    from merit.errors import InvalidInputError

    try:
        paths = write_files(demonstration.tables.values(), folder)
    except OSError as error:
        raise InvalidInputError("demo-folder", folder=folder) from error
    click.echo(_("%(count)s berkas ditulis ke %(folder)s.", count=len(paths), folder=folder), err=True)
    return {kind: str(path) for kind, path in paths.items()}


def _fill(count: int, seed: int) -> Filled:
    from merit.db import reading, unit_of_work
    from merit.demo.services import fill_database, require_empty

    open_database()
    with reading() as session:
        require_empty(session)
    demonstration = _build(count, seed)
    started = time.monotonic()

    def tell(step: str, rows: int) -> None:
        click.echo(f"{time.monotonic() - started:6.1f} s  {step:<14} {rows:>8}", err=True)

    with tempfile.TemporaryDirectory(prefix="merit-demo-") as folder, unit_of_work() as session:
        return fill_database(session, demonstration, folder=Path(folder), tell=tell)


def _print(filled: Filled) -> None:
    click.echo(_("Peringkat yang sudah dihitung:"))
    for run in filled.runs:
        counts = _(
            "%(considered)s dipertimbangkan, %(eligible)s memenuhi syarat, %(held)s ditahan, %(failed)s tidak",
            considered=run.considered,
            eligible=run.eligible,
            held=run.held,
            failed=run.failed,
        )
        click.echo(f"  {run.vacancy:<12} {run.run:<12} {counts}")
    click.echo()
    click.echo(_("Akun peragaan (hanya ditampilkan sekali; sandi tidak disimpan):"))
    click.echo(f"  {_('peran'):<10} {_('nama masuk'):<20} {_('sandi'):<24} {_('rahasia faktor kedua')}")
    for account in filled.accounts:
        secret = account.totp_secret or "-"
        click.echo(f"  {account.role:<10} {account.login:<20} {account.password:<24} {secret}")
