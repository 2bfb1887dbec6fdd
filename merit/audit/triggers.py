"""The audit tables are append-only, on both databases."""

from __future__ import annotations

from sqlalchemy import Connection, Engine

from merit import append_only
from merit.audit.models import APPEND_ONLY


def install(connection: Connection) -> None:
    """Create the triggers; safe to run again."""
    append_only.install(connection, APPEND_ONLY)


def check(engine: Engine) -> None:
    """Raise :class:`SetupError` naming the triggers that are missing or switched off."""
    append_only.check(engine, APPEND_ONLY)


def expected(dialect: str) -> frozenset[str]:
    """Return the names of the triggers a database must have."""
    return append_only.expected(dialect, APPEND_ONLY)
