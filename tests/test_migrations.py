"""The migrations build exactly what the models say, on both databases."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from merit import db
from merit.migrations import load_models, require_current, upgrade

pytestmark = pytest.mark.db


def test_upgrade_builds_what_the_models_say(database: db.Database):
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})

        differences = compare_metadata(context, load_models().metadata)

    assert differences == []


def test_upgrade_is_safe_to_run_again(database: db.Database):
    upgrade(database)

    require_current(database)
