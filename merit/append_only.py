"""Tables the database itself keeps from being changed: triggers on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import Connection, Engine, inspect, text

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


def install(
    connection: Connection,
    tables: Iterable[str],
    *,
    key: tuple[str, ...] = ("id",),
    changing: Collection[str] = frozenset(),
) -> None:
    """Create the triggers of the tables, whose primary key is ``key``; safe to run again.

    ``changing`` are the columns that may change, such as those of a decision about a row.
    """
    is_postgresql = connection.dialect.name == "postgresql"
    if is_postgresql:
        connection.exec_driver_sql(_FUNCTION)
    for table in tables:
        frozen = _frozen(connection, table, changing)
        for statement in _postgresql(table, frozen) if is_postgresql else _sqlite(table, key, frozen):
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


def _frozen(connection: Connection, table: str, changing: Collection[str]) -> str:
    """Return ``OF columns`` that must not change, nothing where none may."""
    if not changing:
        return ""
    columns = [column["name"] for column in inspect(connection).get_columns(table)]
    return f"OF {', '.join(name for name in columns if name not in changing)} "


def _postgresql(table: str, frozen: str) -> list[str]:
    acts = {"update": f"UPDATE {frozen}ON {table} FOR EACH ROW", "delete": f"DELETE ON {table} FOR EACH ROW"}
    acts["truncate"] = f"TRUNCATE ON {table} FOR EACH STATEMENT"
    return [
        f"CREATE OR REPLACE TRIGGER {table}_no_{act} BEFORE {event} EXECUTE FUNCTION merit_append_only()"
        for act, event in acts.items()
    ]


def _sqlite(table: str, key: tuple[str, ...], frozen: str) -> list[str]:
    raising = f"BEGIN SELECT RAISE(ABORT, 'table {table} is append-only'); END"
    # INSERT OR REPLACE deletes the old row without firing its delete trigger.
    same = " AND ".join(f"{name} = NEW.{name}" for name in key)
    replaced = f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608 -- our own table names
    conditions = {"update": f"UPDATE {frozen}ON {{}}", "delete": "DELETE ON {}", "replace": "INSERT ON {} " + replaced}
    return [
        f"CREATE TRIGGER IF NOT EXISTS {table}_no_{act} BEFORE {condition.format(table)} {raising}"
        for act, condition in conditions.items()
    ]
