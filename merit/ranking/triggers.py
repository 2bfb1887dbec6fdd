"""Runs, simulations and the history of a policy are immutable: the database refuses to change or delete a row."""

from __future__ import annotations

from sqlalchemy import Connection, Engine

from merit import append_only

TABLES = ("ranking_runs",)
LATER = (  # of later migrations
    *("policy_revisions", "policy_acts", "policy_judgements", "ranking_simulations"),
    *("professionalism_rules", "professionalism_runs", "professionalism_lines"),
)


def install(connection: Connection) -> None:
    """Create the triggers; safe to run again."""
    append_only.install(connection, TABLES)


def install_later(connection: Connection, *tables: str) -> None:
    """Create the triggers of tables that a later migration has made; safe to run again."""
    append_only.install(connection, tables)


def check(engine: Engine) -> None:
    """Raise :class:`merit.errors.SetupError` naming the triggers that are missing or switched off."""
    append_only.check(engine, (*TABLES, *LATER))
