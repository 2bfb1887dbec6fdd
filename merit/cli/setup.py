"""``merit init``: folders, keys, schema, shipped policies, the first admin's link. Safe to run again."""

from __future__ import annotations

import click

from merit.i18n import _, lazy


@click.command(help=str(lazy("Siapkan folder, kunci, basis data, dan tautan admin pertama; aman diulang.")))
def init() -> None:
    """Set up an installation, or bring it up to date."""
    from merit import db
    from merit.accounts.services.setup import first_admin_link
    from merit.audit import triggers
    from merit.audit.services import checkpoint
    from merit.config import load_settings
    from merit.errors import SetupError
    from merit.migrations import current_revision, load_models, upgrade
    from merit.ranking.services.policies import load_shipped_policies
    from merit.security.crypto import create_keyring, load_keyring
    from merit.web.session import site_address

    load_models()
    settings = load_settings()
    for folder in (settings.instance_path, settings.files_path, settings.queue_path):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    database = db.configure(settings)
    if current_revision(database) is not None and not settings.secret_file.exists():
        # New keys would make the second factors unreadable and the signed checkpoints worthless.
        raise SetupError("secrets-lost", path=settings.secret_file)
    if create_keyring(settings.secret_file):
        click.echo(_("Kunci baru: %(path)s. Simpan salinannya terpisah dari cadangan.", path=settings.secret_file))
    load_keyring(settings.secret_file)
    upgrade(database)
    with database.engine.begin() as connection:
        triggers.install(connection)
    triggers.check(database.engine)
    with db.unit_of_work() as session:
        loaded = load_shipped_policies(session)
        token = first_admin_link(session)
        checkpoint(session)
    click.echo(_("Basis data siap."))
    if loaded:
        click.echo(
            _(
                "Kebijakan bawaan dimuat sebagai rancangan: %(codes)s.",
                codes=", ".join(policy.code for policy in loaded),
            )
        )
    if token:
        click.echo(_("Tautan admin pertama, berlaku sekali selama 24 jam:"))
        click.echo(f"{site_address(settings)}/aktivasi/{token}")
