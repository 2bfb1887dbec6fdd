"""``merit user``: add, list, disable, roles, link."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from merit.cli.common import emit_json, open_database
from merit.config import Settings
from merit.i18n import _, lazy
from merit.security.permissions import SYSTEM, Role

_ROLES = click.Choice([role.value for role in Role])


@click.group(help=str(lazy("Kelola akun pengguna.")))
def user() -> None:
    """Group the account commands."""


@user.command(help=str(lazy("Buat akun; tanpa --password-file dicetak tautan aktivasi sekali pakai.")))
@click.argument("login")
@click.option("--role", "roles", type=_ROLES, multiple=True, required=True, help=str(lazy("Peran; boleh diulang.")))
@click.option("--unit", "unit_code", default="", help=str(lazy("Kode unit untuk peran berlingkup unit.")))
@click.option("--nip", default="", help=str(lazy("NIP pegawai pemilik akun.")))
@click.option("--name", default="", help=str(lazy("Nama lengkap; bawaan: nama pada data pegawai.")))
@click.option(
    "--password-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=str(lazy("Berkas berisi kata sandi pada baris pertama.")),
)
def add(*, login: str, roles: tuple[str, ...], unit_code: str, nip: str, name: str, password_file: Path | None) -> None:
    """Create an account."""
    from merit.accounts.domain import Grant
    from merit.accounts.services.links import create_link
    from merit.accounts.services.users import create_user
    from merit.db import unit_of_work
    from merit.security.permissions import UNIT_SCOPED_ROLES

    settings = open_database()
    password = _first_line(password_file) if password_file else None
    scoped = {role: unit_code if role in UNIT_SCOPED_ROLES or len(roles) == 1 else "" for role in map(Role, roles)}
    grants = [Grant(role=role, unit_code=code) for role, code in scoped.items()]
    with unit_of_work() as session:
        created = create_user(session, SYSTEM, login=login, name=name, nip=nip, grants=grants, password=password)
        token = create_link(session, SYSTEM, user_id=created.id) if password is None else ""
    click.echo(_("Akun %(login)s dibuat.", login=created.login))
    if token:
        _print_link(settings, token)


@user.command("list", help=str(lazy("Daftar akun beserta perannya.")))
@click.option("--json", "as_json", is_flag=True, help=str(lazy("Cetak JSON.")))
def list_users(as_json: bool) -> None:
    """List accounts."""
    from merit.accounts.queries import users_page
    from merit.db import reading

    open_database()
    with reading() as session:
        rows: list[dict[str, Any]] = [
            {
                "login": row.login,
                "name": row.name,
                "roles": sorted({role.role for role in row.roles}),
                "enabled": row.is_enabled,
                "second_factor": row.has_factor,
            }
            for row in session.scalars(users_page())
        ]
    if as_json:
        emit_json(rows)
        return
    for row in rows:
        state = _("aktif") if row["enabled"] else _("nonaktif")
        click.echo(f"{row['login']}\t{row['name']}\t{', '.join(row['roles'])}\t{state}")


@user.command(help=str(lazy("Nonaktifkan akun; semua sesinya langsung berakhir.")))
@click.argument("login")
@click.option("--undo", is_flag=True, help=str(lazy("Aktifkan lagi.")))
def disable(login: str, undo: bool) -> None:
    """Disable or enable an account."""
    from merit.accounts.services.users import disable_user, enable_user, get_user_by_login
    from merit.db import unit_of_work

    open_database()
    with unit_of_work() as session:
        found = get_user_by_login(session, login)
        change = enable_user if undo else disable_user
        change(session, SYSTEM, user_id=found.id)
    told = _("Akun %(login)s diaktifkan lagi.") if undo else _("Akun %(login)s dinonaktifkan.")
    click.echo(told % {"login": found.login})


@user.command(help=str(lazy("Tambah atau cabut peran sebuah akun, atau tampilkan perannya.")))
@click.argument("login")
@click.option("--add", "added", type=_ROLES, help=str(lazy("Peran yang ditambahkan.")))
@click.option("--remove", "removed", type=_ROLES, help=str(lazy("Peran yang dicabut.")))
@click.option("--unit", "unit_code", default="", help=str(lazy("Kode unit untuk peran berlingkup unit.")))
def roles(login: str, added: str | None, removed: str | None, unit_code: str) -> None:
    """Change or show the roles of an account."""
    from merit.accounts.domain import Grant
    from merit.accounts.queries import role_lines
    from merit.accounts.services.users import get_user_by_login, grant_role, revoke_role
    from merit.db import unit_of_work
    from merit.errors import NotFoundError

    open_database()
    with unit_of_work() as session:
        found = get_user_by_login(session, login)
        if removed:
            held = [
                line
                for line in role_lines(session, found.id)
                if line.role == removed and unit_code in {"", line.unit_code}
            ]
            if not held:
                raise NotFoundError("role-not-held")
            for line in held:
                revoke_role(session, SYSTEM, user_id=found.id, role_id=line.id)
        if added:
            grant_role(session, SYSTEM, user_id=found.id, grant=Grant(role=Role(added), unit_code=unit_code))
        lines = role_lines(session, found.id)
    for line in lines:
        click.echo(" ".join(filter(None, (line.role.value, line.unit_code))))


@user.command(help=str(lazy("Cetak tautan sekali pakai untuk membuat kata sandi.")))
@click.argument("login")
def link(login: str) -> None:
    """Print a fresh activation or reset link."""
    from merit.accounts.services.links import create_link
    from merit.accounts.services.users import get_user_by_login
    from merit.db import unit_of_work

    settings = open_database()
    with unit_of_work() as session:
        token = create_link(session, SYSTEM, user_id=get_user_by_login(session, login).id)
    _print_link(settings, token)


def _print_link(settings: Settings, token: str) -> None:
    from merit.web.session import site_address

    click.echo(_("Tautan sekali pakai, berlaku 24 jam:"))
    click.echo(f"{site_address(settings)}/aktivasi/{token}")


def _first_line(path: Path) -> str:
    lines = path.read_text(encoding="utf-8").splitlines()
    return lines[0] if lines else ""
