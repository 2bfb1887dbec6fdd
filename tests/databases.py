"""PostgreSQL databases for tests: made once from a migrated one, emptied and used again."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

import psycopg
from psycopg import sql

# What a test may have changed: triggers, columns, functions, constraints, settings, rights. It is then thrown away.
FINGERPRINT = """
    SELECT md5(string_agg(line, E'\\n' ORDER BY line)) FROM (
        SELECT t.tgrelid::regclass::text || t.tgname || t.tgenabled::text || pg_get_triggerdef(t.oid) AS line
        FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
        WHERE c.relnamespace = 'public'::regnamespace AND NOT t.tgisinternal
        UNION ALL SELECT a.attrelid::regclass::text || a.attname || a.atttypid || a.attnotnull
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'i') AND a.attnum > 0
        UNION ALL SELECT proname || md5(prosrc) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        UNION ALL SELECT conrelid::regclass::text || conname FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace
        UNION ALL SELECT array_to_string(s.setconfig, ',') FROM pg_db_role_setting s
        JOIN pg_database d ON d.oid = s.setdatabase WHERE d.datname = current_database()
        UNION ALL SELECT relname || COALESCE(relacl::text, '') FROM pg_class WHERE relnamespace = 'public'::regnamespace
    ) AS lines
"""
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
MOVED = "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL"
MANY = 2_000  # rows from which truncating is quicker than deleting


@dataclass
class Pool:
    """Databases of one test process: clean ones wait, used ones are emptied when they come back."""

    server: str
    template: str
    clean: list[str] = field(default_factory=list)
    made: list[str] = field(default_factory=list)
    fingerprint: str = ""

    def take(self) -> str:
        """Return the name of a database that holds what a new one holds."""
        if self.clean:
            return self.clean.pop()
        name = f"merit_test_{uuid.uuid4().hex[:12]}"
        administer(self.server, f"CREATE DATABASE {name} TEMPLATE {self.template}")
        self.made.append(name)
        if not self.fingerprint:
            with self._connect(name) as connection:
                self.fingerprint = _one(connection, FINGERPRINT)
        return name

    def give_back(self, name: str) -> None:
        """Empty a database for the next test; drop it where its structure is another."""
        self._end_others(name)
        with self._connect(name) as connection:
            if _one(connection, FINGERPRINT) == self.fingerprint:
                _empty(connection)
                self.clean.append(name)
                return
        self._drop(name)

    def close(self) -> None:
        """Drop all."""
        for name in list(self.made):
            self._drop(name)

    def _drop(self, name: str) -> None:
        administer(self.server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        self.made.remove(name)

    def _end_others(self, name: str) -> None:
        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s", [name]
            )

    def _connect(self, name: str) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(f"{self.server.rsplit('/', 1)[0]}/{name}", autocommit=True)


def administer(server: str, statement: str) -> None:
    """Run one statement outside a transaction."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[arg-type]


def _empty(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    names = [str(row[0]) for row in connection.execute(TABLES)]
    counting = sql.SQL(" UNION ALL ").join(
        sql.SQL("SELECT {text}, (SELECT count(*) FROM (SELECT 1 FROM {table} LIMIT {many}) AS few)").format(
            text=sql.Literal(name), table=sql.Identifier(name), many=sql.Literal(MANY)
        )
        for name in names
    )
    held = [(str(name), int(str(count))) for name, count in connection.execute(counting) if count]
    with connection.transaction():
        connection.execute("SET LOCAL session_replication_role = replica")  # no foreign keys, no append-only triggers
        many = [sql.Identifier(name) for name, count in held if count >= MANY]
        if many:
            connection.execute(sql.SQL("TRUNCATE {} CASCADE").format(sql.SQL(", ").join(many)))
        for name, count in held:
            if count < MANY:
                connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)))
        for row in connection.execute(MOVED).fetchall():
            connection.execute(sql.SQL("ALTER SEQUENCE {} RESTART").format(sql.Identifier(str(row[0]))))


def _one(connection: psycopg.Connection[tuple[object, ...]], statement: str) -> str:
    row = connection.execute(statement).fetchone()  # type: ignore[arg-type]
    assert row is not None
    return str(row[0])
