"""The ``merit`` command: every area is a module, loaded only when its command runs."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

import click
from sqlalchemy.exc import OperationalError

from merit.errors import MeritError
from merit.i18n import _, lazy

_COMMANDS = {
    "init": ("merit.cli.setup", "init"),
    "demo": ("merit.cli.demo", "demo"),
    "user": ("merit.cli.accounts", "user"),
    "policy": ("merit.cli.policies", "policy"),
    "serve": ("merit.cli.work", "serve"),
    "worker": ("merit.cli.work", "worker"),
    "remind": ("merit.cli.notices", "remind"),
    "import": ("merit.cli.imports", "import_command"),
    "items": ("merit.cli.items", "items"),
    "rank": ("merit.cli.ranking", "rank"),
    "explain": ("merit.cli.ranking", "explain"),
    "verify": ("merit.cli.ranking", "verify"),
    "ipasn": ("merit.cli.professionalism", "ipasn"),
    "audit": ("merit.cli.audit", "audit"),
}
_HELP = {
    "init": lazy("Siapkan folder, kunci, basis data, dan tautan admin pertama."),
    "demo": lazy("Bangun kota peragaan (hanya orang rekaan)."),
    "user": lazy("Kelola akun pengguna."),
    "policy": lazy("Impor, aktifkan, dan lihat kebijakan penilaian."),
    "serve": lazy("Jalankan server web beserta pekerja latar."),
    "worker": lazy("Jalankan pekerja latar saja."),
    "remind": lazy("Susun pengingat hari ini."),
    "import": lazy("Impor berkas CSV atau XLSX, atau batalkan satu impor."),
    "items": lazy("Periksa, nilai, impor, dan ekspor butir soal."),
    "rank": lazy("Susun peringkat untuk satu lowongan."),
    "explain": lazy("Jelaskan nilai seorang pegawai dalam satu peringkat."),
    "verify": lazy("Hitung ulang satu peringkat dan bandingkan."),
    "ipasn": lazy("Hitung indeks profesionalitas ASN."),
    "audit": lazy("Periksa rantai jejak audit."),
}


class LazyGroup(click.Group):
    """A group that imports a command's module only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of use."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one command."""
        if cmd_name not in _COMMANDS:
            return None
        module, attribute = _COMMANDS[cmd_name]
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, str(_HELP[name])) for name in _COMMANDS])


@click.command(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    help=_("Merit: uji kompetensi, rekam kinerja, dan peringkat promosi yang menjelaskan dirinya."),
)
@click.version_option(package_name="merit", message="Merit %(version)s")
def cli() -> None:
    """Open the command line."""


def main(arguments: list[str] | None = None) -> Any:
    """Run the command line; a refusal is one sentence on stderr and exit code 1."""
    from merit.phrases import phrase

    try:
        return cli.main(args=arguments, prog_name="merit")
    except MeritError as error:
        click.echo(phrase(error.reason, **error.details), err=True)
    except OperationalError as error:
        click.echo(phrase("database-unreachable", message=str(error.orig).strip().splitlines()[0]), err=True)
    sys.exit(1)
