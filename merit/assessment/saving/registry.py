"""The process's store, opened with the process's database."""

from __future__ import annotations

import threading

from merit.assessment.saving.postgresql import PostgresStore
from merit.assessment.saving.sqlite import SqliteStore
from merit.assessment.saving.values import Store
from merit.db import Database, get_database

_lock = threading.Lock()
_open: tuple[Database, Store] | None = None


def store() -> Store:
    """Return the store of the process's database; another database closes the former store."""
    database = get_database()
    present = _open
    if present is not None and present[0] is database:
        return present[1]
    return _renew(database)


def close_stores() -> None:
    """Close the process's store; the next use opens it again."""
    global _open  # noqa: PLW0603 -- the process has one store
    with _lock:
        if _open is not None:
            _open[1].close()
        _open = None


def _renew(database: Database) -> Store:
    global _open  # noqa: PLW0603 -- the process has one store
    with _lock:
        if _open is not None and _open[0] is database:
            return _open[1]
        if _open is not None:
            _open[1].close()
        kind: type[SqliteStore | PostgresStore] = SqliteStore if database.settings.is_sqlite else PostgresStore
        fresh = kind(database.settings.database_url)
        _open = (database, fresh)
        return fresh
