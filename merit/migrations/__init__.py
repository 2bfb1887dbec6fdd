"""Forward-only schema migrations, run by ``merit init`` on both databases."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from merit.db import Base, Database
from merit.errors import SetupError

MODELS = (
    "merit.jobs.models",
    "merit.audit.models",
    "merit.accounts.models",
    "merit.notices.models",
    "merit.exchange.models",
    "merit.people.models",
    "merit.assessment.models",
    "merit.training.models",
    "merit.performance.models",
    "merit.ranking.models",
    "merit.ranking.professionalism.models",
)


def load_models() -> type[Base]:
    """Import every table and return the base that knows them."""
    for name in MODELS:
        import_module(name)
    return Base


def alembic_config(database: Database) -> Config:
    """Return Alembic's configuration for one database."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["engine"] = database.engine
    return config


def upgrade(database: Database) -> None:
    """Bring the schema to the program's version; safe to run again."""
    command.upgrade(alembic_config(database), "head")


def current_revision(database: Database) -> str | None:
    """Return the schema's revision, None for an empty database."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def require_current(database: Database) -> None:
    """Raise :class:`SetupError` unless the schema is the program's."""
    head = ScriptDirectory.from_config(alembic_config(database)).get_current_head()
    if current_revision(database) != head:
        raise SetupError("database-outdated")
