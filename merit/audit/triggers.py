"""Triggers that make the audit tables append-only, on both databases."""

from __future__ import annotations

from sqlalchemy import Connection, Engine, text

from merit.audit.models import APPEND_ONLY
from merit.errors import SetupError

_POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION merit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'table %% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$
"""


def install(connection: Connection) -> None:
    """Create the triggers; safe to run again."""
    for statement in _statements(connection.dialect.name):
        connection.exec_driver_sql(statement)


def check(engine: Engine) -> None:
    """Raise :class:`SetupError` naming the triggers that are missing or switched off."""
    with engine.connect() as connection:
        present = _present(connection)
    missing = sorted(expected(engine.dialect.name) - present)
    if missing:
        raise SetupError("audit-triggers-missing", triggers=", ".join(missing))


def expected(dialect: str) -> frozenset[str]:
    """Return the names of the triggers a database must have."""
    acts = ("update", "delete", "truncate") if dialect == "postgresql" else ("update", "delete", "replace")
    return frozenset(f"{table}_no_{act}" for table in APPEND_ONLY for act in acts)


def _present(connection: Connection) -> frozenset[str]:
    if connection.dialect.name == "postgresql":
        sql = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')"
    else:
        sql = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    return frozenset(connection.scalars(text(sql)))


def _statements(dialect: str) -> list[str]:
    if dialect == "postgresql":
        return [_POSTGRESQL_FUNCTION, *(sql for table in APPEND_ONLY for sql in _postgresql(table))]
    return [sql for table in APPEND_ONLY for sql in _sqlite(table)]


def _postgresql(table: str) -> list[str]:
    acts = {"update": "ROW", "delete": "ROW", "truncate": "STATEMENT"}
    return [
        f"CREATE OR REPLACE TRIGGER {table}_no_{act} BEFORE {act.upper()} ON {table} "
        f"FOR EACH {level} EXECUTE FUNCTION merit_append_only()"
        for act, level in acts.items()
    ]


def _sqlite(table: str) -> list[str]:
    raising = f"BEGIN SELECT RAISE(ABORT, 'table {table} is append-only'); END"
    # INSERT OR REPLACE deletes the old row without firing its delete trigger.
    replaced = f"WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)"  # noqa: S608 -- our own table names
    conditions = {"update": "UPDATE ON {}", "delete": "DELETE ON {}", "replace": "INSERT ON {} " + replaced}
    return [
        f"CREATE TRIGGER IF NOT EXISTS {table}_no_{act} BEFORE {condition.format(table)} {raising}"
        for act, condition in conditions.items()
    ]
