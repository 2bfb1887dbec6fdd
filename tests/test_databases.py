"""A used database comes back empty, and one whose structure a test changed does not come back at all."""

from __future__ import annotations

import psycopg
import pytest

from tests.databases import Pool

pytestmark = pytest.mark.db


@pytest.fixture
def pool(postgresql_template, postgresql_server):
    pool = Pool(postgresql_server, postgresql_template)
    yield pool
    pool.close()


def run(pool: Pool, name: str, *statements: str) -> list[tuple]:
    with psycopg.connect(f"{pool.server.rsplit('/', 1)[0]}/{name}", autocommit=True) as connection:
        for statement in statements[:-1]:
            connection.execute(statement)
        return connection.execute(statements[-1]).fetchall()


def test_a_used_database_is_like_a_new_one(pool):
    name = pool.take()
    writing = "INSERT INTO access_log (read_at, official_id, what, reason) VALUES (now(), 1, 'x', '') RETURNING id"
    first = run(pool, name, "SET session_replication_role = replica", writing)
    pool.give_back(name)

    assert pool.take() == name
    assert run(pool, name, "SELECT count(*) FROM access_log") == [(0,)]
    assert run(pool, name, "SET session_replication_role = replica", writing) == first


def test_a_tampered_database_is_thrown_away(pool):
    name = pool.take()
    run(pool, name, "ALTER TABLE audit_entries DISABLE TRIGGER audit_entries_no_delete", "SELECT 1")

    pool.give_back(name)

    assert pool.take() != name
