"""Runs are immutable: the database itself refuses to change or delete one."""

from __future__ import annotations

from sqlalchemy import Connection, Engine, text

from merit.errors import SetupError

_TABLE = "ranking_runs"
_POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION merit_immutable_run() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'table % is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$
"""


def install(connection: Connection) -> None:
    """Create the triggers; safe to run again."""
    for statement in _statements(connection.dialect.name):
        connection.exec_driver_sql(statement)


def check(engine: Engine) -> None:
    """Raise :class:`SetupError` naming the triggers that are missing or switched off."""
    is_postgresql = engine.dialect.name == "postgresql"
    sql = (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')"
        if is_postgresql
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with engine.connect() as connection:
        missing = sorted(expected(engine.dialect.name) - frozenset(connection.scalars(text(sql))))
    if missing:
        raise SetupError("run-triggers-missing", triggers=", ".join(missing))


def expected(dialect: str) -> frozenset[str]:
    """Return the names of the triggers a database must have."""
    acts = ("update", "delete", "truncate") if dialect == "postgresql" else ("update", "delete", "replace")
    return frozenset(f"{_TABLE}_no_{act}" for act in acts)


def _statements(dialect: str) -> list[str]:
    if dialect == "postgresql":
        acts = {"update": "ROW", "delete": "ROW", "truncate": "STATEMENT"}
        return [
            _POSTGRESQL_FUNCTION,
            *(
                f"CREATE OR REPLACE TRIGGER {_TABLE}_no_{act} BEFORE {act.upper()} ON {_TABLE} "
                f"FOR EACH {level} EXECUTE FUNCTION merit_immutable_run()"
                for act, level in acts.items()
            ),
        ]
    raising = f"BEGIN SELECT RAISE(ABORT, 'table {_TABLE} is append-only'); END"
    # INSERT OR REPLACE deletes the old row without firing its delete trigger.
    stands = f"EXISTS (SELECT 1 FROM {_TABLE} WHERE id = NEW.id)"  # noqa: S608 -- our own table name
    return [
        f"CREATE TRIGGER IF NOT EXISTS {_TABLE}_no_update BEFORE UPDATE ON {_TABLE} {raising}",
        f"CREATE TRIGGER IF NOT EXISTS {_TABLE}_no_delete BEFORE DELETE ON {_TABLE} {raising}",
        f"CREATE TRIGGER IF NOT EXISTS {_TABLE}_no_replace BEFORE INSERT ON {_TABLE} WHEN {stands} {raising}",
    ]
