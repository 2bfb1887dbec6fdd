"""Versions of items, sealed papers, minutes and saves are written once: the database refuses to change them."""

from __future__ import annotations

from sqlalchemy import Connection, Engine

from merit import append_only

TABLES = ("item_versions", "item_transitions", "papers", "sitting_events")
KEYED = {"response_saves": ("attempt_id", "number"), "paper_items": ("paper_id", "position")}
LATER = {  # tables of later migrations, with their keys
    "calibration_items": ("calibration_id", "version_id"),
    "calibration_sources": ("calibration_id", "score_version_id"),
    "standard_ratings": ("id",),
    "standard_places": ("workshop_id", "place"),
    "score_scales": ("score_version_id", "competency"),
    "displaced_answers": ("attempt_id", "position", "revision"),
    "displaced_reviews": ("attempt_id", "reviewed_by"),
    "adaptive_pools": ("id",),
    "adaptive_pool_items": ("pool_id", "version_id"),
    "adaptive_steps": ("attempt_id", "number"),
    "adaptive_replays": ("id",),
}
DECIDED = {  # tables of which only the columns of a decision may change
    "calibrations": frozenset({"state", "decided_by", "decided_at", "decision_note", "superseded_at"}),
    "cut_sets": frozenset({"decided_by", "decided_at", "approved"}),
}


def install(connection: Connection) -> None:
    """Create the triggers; safe to run again."""
    append_only.install(connection, TABLES)
    for table, key in KEYED.items():
        append_only.install(connection, (table,), key=key)


def install_later(connection: Connection, *tables: str) -> None:
    """Create the triggers of tables that a later migration has made; safe to run again."""
    for table in tables:
        append_only.install(
            connection, (table,), key=LATER.get(table, ("id",)), changing=DECIDED.get(table, frozenset())
        )


def check(engine: Engine) -> None:
    """Raise :class:`merit.errors.SetupError` naming the triggers that are missing or switched off."""
    append_only.check(engine, (*TABLES, *KEYED, *LATER, *DECIDED))
