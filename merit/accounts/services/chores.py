"""What the worker does for accounts and the chain every few seconds."""

from __future__ import annotations

from merit.accounts.services.throttle import forget_old, has_old
from merit.audit.services import checkpoint_if_due, is_checkpoint_due
from merit.db import Database


def keep_house(database: Database) -> None:
    """Seal a chain that nobody writes to any more, and forget old throttle counts; writes only when needed."""
    with database.reading() as session:
        is_due, is_stale = is_checkpoint_due(session), has_old(session)
    if is_due:
        with database.unit_of_work() as session:
            checkpoint_if_due(session)
    if is_stale:
        with database.unit_of_work() as session:
            forget_old(session)
