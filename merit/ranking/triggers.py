"""Runs are immutable: the database itself refuses to change or delete one."""

from __future__ import annotations

from sqlalchemy import Connection

TABLES = ("ranking_runs",)

_SQLITE = """
CREATE TRIGGER IF NOT EXISTS {table}_no_{verb} BEFORE {event} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""
_POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change_of_run() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$
"""
_POSTGRESQL = """
CREATE OR REPLACE TRIGGER {table}_no_{verb} BEFORE {event} ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_run()
"""


def trigger_names(dialect: str) -> frozenset[str]:
    """Return the triggers that must exist on a database of this dialect."""
    verbs = ("update", "delete", "truncate") if dialect == "postgresql" else ("update", "delete")
    return frozenset(f"{table}_no_{verb}" for table in TABLES for verb in verbs)


def install(connection: Connection) -> None:
    """Create the triggers; harmless when they stand already."""
    is_postgresql = connection.dialect.name == "postgresql"
    if is_postgresql:
        connection.exec_driver_sql(_POSTGRESQL_FUNCTION.replace("%", "%%"))
    template = _POSTGRESQL if is_postgresql else _SQLITE
    verbs = ("update", "delete", "truncate") if is_postgresql else ("update", "delete")
    for table in TABLES:
        for verb in verbs:
            connection.exec_driver_sql(template.format(table=table, verb=verb, event=verb.upper()))
