"""Alembic's environment: the engine comes from the caller, never from a file."""

from __future__ import annotations

from alembic import context

from merit.migrations import load_models


def run() -> None:
    """Run the migrations inside one transaction."""
    engine = context.config.attributes["engine"]
    with engine.connect() as connection:
        writer = connection.execution_options(merit_writes=True)
        context.configure(connection=writer, target_metadata=load_models().metadata, transaction_per_migration=True)
        with context.begin_transaction():
            context.run_migrations()


run()
