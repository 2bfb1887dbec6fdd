"""Tables the database itself keeps from being changed: triggers on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, Engine, text

from merit.errors import SetupError

_FUNCTION = """
CREATE OR REPLACE FUNCTION merit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'table %% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$
"""
_ACTS = {"postgresql": ("update", "delete", "truncate"), "sqlite": ("update", "delete", "replace")}
_PRESENT = {
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')",
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
}


def install(connection: Connection, tables: Iterable[str]) -> None:
    """Create the triggers of the tables; safe to run again."""
    is_postgresql = connection.dialect.name == "postgresql"
    if is_postgresql:
        connection.exec_driver_sql(_FUNCTION)
    for table in tables:
        for statement in _postgresql(table) if is_postgresql else _sqlite(table):
            connection.exec_driver_sql(statement)


def check(engine: Engine, tables: Iterable[str]) -> None:
    """Raise :class:`SetupError` naming the triggers that are missing or switched off."""
    dialect = engine.dialect.name
    with engine.connect() as connection:
        present = frozenset(connection.scalars(text(_PRESENT[dialect])))
    missing = sorted(expected(dialect, tables) - present)
    if missing:
        raise SetupError("append-only-triggers-missing", triggers=", ".join(missing))


def expected(dialect: str, tables: Iterable[str]) -> frozenset[str]:
    """Return the names of the triggers a database must have."""
    return frozenset(f"{table}_no_{act}" for table in tables for act in _ACTS[dialect])


def _postgresql(table: str) -> list[str]:
    levels = {"update": "ROW", "delete": "ROW", "truncate": "STATEMENT"}
    return [
        f"CREATE OR REPLACE TRIGGER {table}_no_{act} BEFORE {act.upper()} ON {table} "
        f"FOR EACH {level} EXECUTE FUNCTION merit_append_only()"
        for act, level in levels.items()
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
