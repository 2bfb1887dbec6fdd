"""Values as the drivers keep them: SQLite has texts where Python has dates and instants."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence


def sqlite_value(value: object) -> object:
    """Return a value as SQLAlchemy's types store it in SQLite."""
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    return value.isoformat() if isinstance(value, dt.date) else value


def sqlite_column(values: Sequence[object]) -> Sequence[object]:
    """Return a column as SQLite stores it; every distinct value is turned once."""
    if not any(issubclass(kind, dt.date) for kind in set(map(type, values))):
        return values
    texts = {value: sqlite_value(value) for value in dict.fromkeys(values)}
    return list(map(texts.__getitem__, values))
