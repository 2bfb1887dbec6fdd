"""``merit demo``: build the demonstration city."""

from __future__ import annotations

import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from merit.cli.common import emit_json, open_database, sentences
from merit.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterable

    from merit.demo.accounts import DemoAccount
    from merit.demo.generator import Demonstration
    from merit.demo.services import Filled
    from merit.demo.sitting import ReadySitting

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
@click.option("--sitting", is_flag=True, help=_("Siapkan pula satu sesi uji yang siap dikerjakan."))
@click.option("--if-empty", is_flag=True, help=_("Diam saja bila basis data sudah berisi pegawai."))
@click.option("--json", "as_json", is_flag=True, help=_("Cetak akun (atau daftar berkas) sebagai JSON."))
def demo(count: int, seed: int, folder: Path | None, *, sitting: bool, if_empty: bool, as_json: bool) -> None:
    """Write the city's files, or fill the database with it and print the accounts once."""
    with sentences():
        if folder is not None:
            files = _write(_build(count, seed), folder)
            if as_json:
                emit_json(files)
            return
        if sitting:
            _give_sitting(count, seed, as_json=as_json)
            return
        if if_empty and _holds_people():
            return
        filled = _fill(count, seed)
    if as_json:
        emit_json([account.to_json() for account in filled.accounts])
    else:
        _print(filled)


def _give_sitting(count: int, seed: int, *, as_json: bool) -> None:
    """Prepare a sitting in the demonstration city, which is built first where there is none."""
    from merit.db import unit_of_work
    from merit.demo.adaptive import prepare_adaptive
    from merit.demo.sitting import prepare_sitting

    filled = None if _holds_people() else _fill(count, seed)
    open_database()
    click.echo(_("Menyiapkan sesi uji …"), err=True)
    with unit_of_work() as session:
        ready = prepare_sitting(session)
        adaptive = prepare_adaptive(session)
    accounts = [*(filled.accounts if filled else ()), *ready.accounts]
    if as_json:
        cards = [*_card_entries(ready), *(_card_entries(adaptive) if adaptive else ())]
        emit_json([*(account.to_json() for account in accounts), *cards])
        return
    if filled:
        _print(filled)
    elif ready.accounts:
        _print_accounts(ready.accounts)
    _print_sitting(ready)
    if adaptive:
        _print_head(adaptive)


def _card_entries(ready: ReadySitting) -> list[dict[str, str | int | None]]:
    """Return candidates in the shape of accounts, with what their cards and the room say."""
    return [
        {
            "role": "candidate",
            "login": card.number,
            "password": card.pin,
            "totp_secret": None,
            "nip": card.nip,
            "seat": card.seat,
            "room": ready.room,
            "room_id": ready.room_id,
            "token": ready.token,
            "sitting": ready.code,
            "practice": ready.practice,
        }
        for card in ready.cards
    ]


def _print_sitting(ready: ReadySitting) -> None:
    _print_head(ready)
    click.echo()
    click.echo(_("1. «merit serve», lalu pengawas masuk dan membuka /ruang-ujian."))
    click.echo(_("2. Peserta membuka /ujian/masuk di peramban lain: nomor peserta, PIN kartu, token ruang."))
    click.echo(
        _(
            "3. Pengawas mencentang identitas, lalu memulai ruang. Latihan %(code)s dapat dicoba di /ujian.",
            code=ready.practice,
        )
    )


def _print_head(ready: ReadySitting) -> None:
    click.echo()
    click.echo(_("Sesi uji %(code)s: %(name)s", code=ready.code, name=ready.name))
    click.echo(_("%(room)s, token ruang sekarang: %(token)s", room=ready.room, token=ready.token))
    click.echo(_("(token berganti tiap lima menit; yang berlaku terlihat di papan pengawas /ruang-ujian)"))
    click.echo(f"  {_('nomor peserta'):<14} {_('kursi'):<6} {_('PIN kartu'):<12} {'NIP':<20} {_('nama')}")
    for card in ready.cards:
        click.echo(f"  {card.number:<14} {card.seat:<6} {card.pin:<12} {card.nip:<20} {card.name}")


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
    from merit.demo.history import prepare_history
    from merit.demo.present import prepare_present
    from merit.demo.services import fill_database, require_empty

    open_database()
    with reading() as session:
        require_empty(session)
    demonstration = _build(count, seed)
    started = time.monotonic()

    def tell(step: str, rows: int) -> None:
        click.echo(f"{time.monotonic() - started:6.1f} s  {step:<14} {rows:>8}", err=True)

    with tempfile.TemporaryDirectory(prefix="merit-demo-") as folder, unit_of_work() as session:
        filled = fill_database(session, demonstration, folder=Path(folder), tell=tell)
        history = prepare_history(session)
        tell("history", len(history.sittings))
        present = prepare_present(session, seed=seed, folder=Path(folder), tell=tell)
    return replace(filled, accounts=(*filled.accounts, *history.accounts, *present))


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
    _print_accounts(filled.accounts)


def _print_accounts(accounts: Iterable[DemoAccount]) -> None:
    click.echo(_("Akun peragaan (hanya ditampilkan sekali; sandi tidak disimpan):"))
    click.echo(f"  {_('peran'):<10} {_('nama masuk'):<20} {_('sandi'):<24} {_('rahasia faktor kedua')}")
    for account in accounts:
        secret = account.totp_secret or "-"
        click.echo(f"  {account.role:<10} {account.login:<20} {account.password:<24} {secret}")
