"""Alembic's environment: the engine comes from the caller, never from a file."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context

from merit.db import Instant, JSONText, Micro
from merit.migrations import load_models

_PLAIN = {Instant: "sa.DateTime(timezone=True)", Micro: "sa.BigInteger()", JSONText: "sa.Text()"}


def render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write plain column types, so that a migration never changes with the program."""
    if kind == "type" and type(item) in _PLAIN:
        return _PLAIN[type(item)]
    if kind == "type" and getattr(item, "_variant_mapping", None):
        return 'sa.BigInteger().with_variant(sa.Integer(), "sqlite")'
    return False


def run() -> None:
    """Run the migrations inside one transaction."""
    engine = context.config.attributes["engine"]
    with engine.connect() as connection:
        writer = connection.execution_options(merit_writes=True)
        context.configure(
            connection=writer,
            target_metadata=load_models().metadata,
            transaction_per_migration=True,
            render_item=render_item,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
