"""Runs are immutable: the database itself refuses to change or delete one."""

from __future__ import annotations

from sqlalchemy import Connection, Engine

from merit import append_only

TABLES = ("ranking_runs",)


def install(connection: Connection) -> None:
    """Create the triggers; safe to run again."""
    append_only.install(connection, TABLES)


def check(engine: Engine) -> None:
    """Raise :class:`merit.errors.SetupError` naming the triggers that are missing or switched off."""
    append_only.check(engine, TABLES)
