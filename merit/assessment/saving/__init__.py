"""The short way to the database for what candidates' browsers send every few seconds (ADR 0091).

One :class:`Store` per process: on PostgreSQL one statement per save, on SQLite one writer thread that commits many
saves at once. Both write the same rows and the same receipts; what they answer has been committed.
"""

from __future__ import annotations

from merit.assessment.saving.registry import close_stores, store
from merit.assessment.saving.values import (
    AttemptRow,
    Beat,
    Finished,
    HeartbeatRequest,
    PaperRow,
    Saved,
    SaveRequest,
    Signal,
    Store,
    StoreBusyError,
    StoreFailedError,
)

__all__ = [
    "AttemptRow",
    "Beat",
    "Finished",
    "HeartbeatRequest",
    "PaperRow",
    "SaveRequest",
    "Saved",
    "Signal",
    "Store",
    "StoreBusyError",
    "StoreFailedError",
    "close_stores",
    "store",
]
