"""What the databases alone do: the upsert of one answer, durable, without web, checks or receipts."""

from __future__ import annotations

import sqlite3
import threading
import time

import psycopg
from common import server_url
from sitting_rows import ITEMS

from merit.db import Database

CLIENTS = 10
UPSERT = """
INSERT INTO responses (attempt_id, position, revision, value, marked, client_at, saved_at)
VALUES ({0}, {0}, {0}, {0}, {1}, {0}, {0})
ON CONFLICT (attempt_id, position) DO UPDATE SET revision = excluded.revision, value = excluded.value,
    marked = excluded.marked, client_at = excluded.client_at, saved_at = excluded.saved_at
"""


def ceilings(database: Database, seconds: float) -> list[tuple[str, float, float | None]]:
    """Return what was measured, upserts per second, and how many times the saves they may be."""
    if not database.settings.is_sqlite:
        return [("upserts alone", _postgresql(str(database.engine.url.database), seconds), 5)]
    path = str(database.engine.url.database)
    return [
        (f"upserts alone, {CLIENTS} in a commit", _sqlite(path, seconds, CLIENTS), None),
        ("upserts alone, each committed", _sqlite(path, seconds, 1), 5),
    ]


def _sqlite(path: str, seconds: float, at_once: int) -> float:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous=FULL")
    statement, now = UPSERT.format("?", "0"), "2026-01-01 00:00:00.000000"
    done, began = 0, time.perf_counter()
    while time.perf_counter() - began < seconds:
        connection.execute("BEGIN IMMEDIATE")
        for n in range(at_once):
            connection.execute(statement, (n + 1, 1 + done % ITEMS, done + 1, '["A"]', "", now))
            done += 1
        connection.execute("COMMIT")
    connection.close()
    return done / (time.perf_counter() - began)


def _postgresql(name: str, seconds: float) -> float:
    counts: list[int] = []
    end = time.perf_counter() + seconds
    statement, now = UPSERT.format("%s", "false"), "2026-01-01T00:00:00Z"

    def work(n: int) -> None:
        with psycopg.connect(server_url(name), autocommit=True, prepare_threshold=0) as connection:
            done = 0
            while time.perf_counter() < end:
                connection.execute(statement, (n + 1, 1 + done % ITEMS, done + 1, '["A"]', "", now))
                done += 1
            counts.append(done)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / seconds
