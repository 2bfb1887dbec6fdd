"""Addresses of people, units, positions and of the record behind a number; for pages of every slice."""

from __future__ import annotations

from flask import url_for


def official_url(nip: str) -> str:
    """Return the page of an official."""
    return url_for("profiles.official", nip=nip)


def unit_url(code: str) -> str:
    """Return the page of a unit."""
    return url_for("profiles.unit", code=code)


def position_url(code: str) -> str:
    """Return the page of a position."""
    return url_for("people.position", code=code)


def evidence_url(table: str, row_id: int) -> str:
    """Return the page of one recorded fact and where it came from; ``table`` is the name of its table."""
    return url_for("profiles.evidence", table=table, row_id=int(row_id))


def evidence_anchor(table: str, row_id: int) -> str:
    """Return the anchor of a fact on its official's page."""
    return f"bukti-{table}-{row_id}"
