"""What the tables hold, to tell whether a request changed anything."""

from __future__ import annotations

from hashlib import sha256

from sqlalchemy import select

from merit import db
from merit.db import Base

# Who signed in, who read what, and what waits for the chain: requests leave these traces even when refused.
TRACES = frozenset({"user_sessions", "access_log", "audit_entries", "audit_head", "sign_in_throttles", "known_places"})


def held(*, but: frozenset[str] = TRACES) -> dict[str, str]:
    """Return a digest of every table's rows."""
    digests = {}
    with db.reading() as session:
        for table in Base.metadata.sorted_tables:
            if table.name not in but:
                rows = sorted(map(repr, session.connection().execute(select(*table.c)).all()))
                digests[table.name] = sha256("\n".join(rows).encode()).hexdigest()
    return digests


def changed(before: dict[str, str]) -> set[str]:
    """Return the tables that hold something else than before."""
    return {name for name, digest in held().items() if digest != before[name]}
