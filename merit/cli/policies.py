"""``merit policy``: import, put in force, show and list policies."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import click

from merit.cli.common import emit_json, fail, open_database, sentences
from merit.i18n import _

_MAX_BYTES = 1_000_000


@click.group(help=_("Impor, aktifkan, dan lihat kebijakan penilaian."))
def policy() -> None:
    """Group the policy commands."""


@policy.command(name="import", help=_("Catat FILE (YAML) sebagai rancangan versi baru."))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help=_("Jawab dengan JSON saja."))
def import_command(file: Path, *, as_json: bool) -> None:
    """Record a document as a draft."""
    text = _read(file)
    open_database()
    from merit.db import unit_of_work
    from merit.ranking.document import PolicyError
    from merit.ranking.services.policies import import_policy, standings_of
    from merit.security.permissions import SYSTEM

    try:
        with unit_of_work() as session:
            version = import_policy(session, SYSTEM, text=text)
            described = _described(version, standings_of(session, version.code))
    except PolicyError as error:
        fail("\n".join(_problem_lines(file, error)))
    if as_json:
        emit_json(described)
        return
    click.echo(_("Rancangan %(code)s versi %(number)s tercatat.", code=version.code, number=version.number))
    click.echo(f"SHA-256 {version.sha256}")


@policy.command(help=_("Berlakukan rancangan CODE (yang terbaru, atau VERSION) dengan dua tanda tangan."))
@click.argument("code")
@click.argument("version", type=click.IntRange(1), required=False)
@click.option("--by", "by_login", required=True, metavar="LOGIN", help=_("Pengguna yang mengajukan."))
@click.option("--second-by", "second_login", required=True, metavar="LOGIN", help=_("PPK yang menyetujui."))
@click.option("--from", "start", type=click.DateTime(["%Y-%m-%d"]), help=_("Berlaku mulai tanggal ini (YYYY-MM-DD)."))
@click.option("--json", "as_json", is_flag=True, help=_("Jawab dengan JSON saja."))
def activate(
    code: str, version: int | None, by_login: str, second_login: str, start: dt.datetime | None, *, as_json: bool
) -> None:
    """Bring a draft into force with two signatures."""
    open_database()
    from merit.db import unit_of_work
    from merit.ranking.services.policies import activate_policy, standings_of

    with sentences(), unit_of_work() as session:
        activation = activate_policy(
            session,
            _actor(session, by_login),
            _actor(session, second_login),
            code=code,
            number=version,
            from_date=start.date() if start else None,
        )
        standings = standings_of(session, activation.version.code)
        described = _described(activation.version, standings) | {"missing_decrees": list(activation.missing_decrees)}
    if as_json:
        emit_json(described)
        return
    click.echo(
        _(
            "Kebijakan %(code)s versi %(number)s berlaku mulai %(date)s.",
            code=described["code"],
            number=described["version"],
            date=described["in_force_from"],
        )
    )
    if activation.missing_decrees:
        click.echo(
            _(
                "Aturan setempat tanpa keputusan PPK, jadi hanya memberi tahu dan tidak menggugurkan: %(gates)s.",
                gates=", ".join(activation.missing_decrees),
            )
        )


@policy.command(help=_("Perlihatkan CODE: versi yang berlaku, atau yang terbaru."))
@click.argument("code")
@click.argument("version", type=click.IntRange(1), required=False)
@click.option("--json", "as_json", is_flag=True, help=_("Jawab dengan JSON saja."))
def show(code: str, version: int | None, *, as_json: bool) -> None:
    """Show one version."""
    open_database()
    from merit.db import reading
    from merit.ranking.services.policies import get_version, load_policy, standings_of

    with sentences(), reading() as session:
        found = get_version(session, code, version)
        described = _described(found, standings_of(session, found.code)) | {"document": json.loads(found.document)}
        parsed = load_policy(found)
    if as_json:
        emit_json(described)
        return
    click.echo(f"{found.code} v{found.number} · {found.title} · {_state(described)}")
    click.echo(f"SHA-256 {found.sha256}")
    for pillar in parsed.pillars:
        click.echo(f"\n{pillar.title} ({_percent(pillar.weight)})")
        for slot in (slot for slot in parsed.slots if slot.pillar == pillar.code):
            click.echo(f"  {slot.code:<24}{_percent(slot.weight):>8}")
    click.echo("\n" + _("Syarat"))
    for gate in parsed.gates:
        click.echo(f"  {gate.id:<16}{gate.title or gate.kind.value}  [{gate.citation}]")


@policy.command(name="list", help=_("Daftarkan semua versi semua kebijakan."))
@click.option("--json", "as_json", is_flag=True, help=_("Jawab dengan JSON saja."))
def list_command(*, as_json: bool) -> None:
    """List all versions."""
    open_database()
    from merit.db import reading
    from merit.ranking.services.policies import list_versions, standings_of

    with reading() as session:
        standings = standings_of(session)
        rows = [_described(version, standings) for version in list_versions(session)]
    if as_json:
        emit_json(rows)
        return
    for row in rows:
        since = row["in_force_from"] or "-"
        click.echo(f"{row['code']:<28} v{row['version']:<4} {_state(row):<24} {since:<12} {row['title']}")
    if not rows:
        click.echo(_("Belum ada kebijakan. Impor satu dengan «merit policy import BERKAS»."))


def _read(file: Path) -> str:
    try:
        if file.stat().st_size > _MAX_BYTES:
            fail(_("Berkas %(file)s terlalu besar untuk sebuah kebijakan.", file=file.name))
        return file.read_text(encoding="utf-8-sig")
    except OSError:
        fail(_("Berkas %(file)s tidak dapat dibaca. Periksa nama dan izinnya.", file=file.name))
    except UnicodeDecodeError:
        fail(_("Berkas %(file)s bukan teks UTF-8. Simpan ulang sebagai UTF-8.", file=file.name))


def _problem_lines(file: Path, error: Any) -> list[str]:
    from merit.phrases import phrase

    return [f"{file.name}: {phrase(one.code, line=one.line, **one.details)}" for one in error.problems]


def _actor(session: Any, login: str) -> Any:
    from merit.accounts.domain import folded_login
    from merit.accounts.queries import actor_of, find_user_by_login

    user = find_user_by_login(session, folded_login(login))
    if user is None or not user.is_enabled:
        fail(_("Tidak ada pengguna aktif dengan nama masuk «%(login)s».", login=login))
    return actor_of(session, user)


def _described(version: Any, standings: Any) -> dict[str, Any]:
    standing = standings[version.id].value
    return {
        "code": version.code,
        "version": version.number,
        "title": version.title,
        "state": "draft" if version.state == "draft" else standing,
        "stage": standing,
        "sha256": version.sha256,
        "in_force_from": version.in_force_from.isoformat() if version.in_force_from else None,
    }


def _state(described: Any) -> str:
    from merit.web.labels import label

    word = label(described["stage"], "policy_state")
    return word[:1].lower() + word[1:]


def _percent(weight: Any) -> str:
    return f"{(weight * 100).normalize():f} %".replace(".", ",")
