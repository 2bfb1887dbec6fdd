"""Selects on the chain and on the log of readings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, column, func, or_, select, table
from sqlalchemy.orm import InstrumentedAttribute, Session

from merit import clock
from merit.audit.models import AccessEntry, AuditEntry

# Users and officials belong to slices above this one; only these columns are needed.
_users = table("users", column("id"), column("login"), column("name"))
_officials = table("officials", column("id"), column("nip"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What the auditor looks for; empty fields do not restrict."""

    search: str = ""
    action: str = ""
    actor: str = ""
    since: dt.date | None = None
    until: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryLine:
    """An entry as the list shows it."""

    id: int
    recorded_at: dt.datetime
    action: str
    subject: str
    actor: str
    is_system: bool
    payload: str
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingLine:
    """A reading as the list shows it."""

    id: int
    read_at: dt.datetime
    reader: str
    nip: str
    what: str
    reason: str


def entries(chosen: Filter, *, ascending: bool = False) -> Select[AuditEntry, str | None, str | None]:
    """Return the entries that fit, the latest first; the caller sets limit and offset."""
    order = AuditEntry.id.asc() if ascending else AuditEntry.id.desc()
    return (
        select(AuditEntry, _users.c.login, _users.c.name)
        .outerjoin(_users, _users.c.id == AuditEntry.actor_id)
        .where(*_conditions(chosen))
        .order_by(order)
    )


def entry_lines(session: Session, statement: Select[AuditEntry, str | None, str | None]) -> list[EntryLine]:
    """Return the entries of a select as lines."""
    return [
        EntryLine(
            id=entry.id,
            recorded_at=entry.recorded_at,
            action=entry.action,
            subject=entry.subject,
            actor=name or login or "",
            is_system='"system":true' in entry.payload,
            payload=entry.payload,
            hash=entry.hash,
        )
        for entry, login, name in session.execute(statement)
    ]


def count_entries(session: Session, chosen: Filter) -> int:
    """Return how many entries fit."""
    statement = (
        select(func.count())
        .select_from(AuditEntry)
        .outerjoin(_users, _users.c.id == AuditEntry.actor_id)
        .where(*_conditions(chosen))
    )
    return session.scalar(statement) or 0


def actions(session: Session) -> Sequence[str]:
    """Return the actions that occur, for the filter."""
    return session.scalars(select(AuditEntry.action).distinct().order_by(AuditEntry.action)).all()


def readings(chosen: Filter, *, official_id: int | None = None) -> Select[AccessEntry, str | None, str]:
    """Return the readings that fit, the latest first; ``official_id`` limits them to one person's record."""
    conditions = _reading_conditions(chosen)
    if official_id is not None:
        conditions.append(AccessEntry.official_id == official_id)
    return (
        select(AccessEntry, _users.c.name, _officials.c.nip)
        .outerjoin(_users, _users.c.id == AccessEntry.user_id)
        .join(_officials, _officials.c.id == AccessEntry.official_id)
        .where(*conditions)
        .order_by(AccessEntry.id.desc())
    )


def reading_lines(session: Session, statement: Select[AccessEntry, str | None, str]) -> list[ReadingLine]:
    """Return the readings of a select as lines."""
    return [
        ReadingLine(
            id=entry.id, read_at=entry.read_at, reader=name or "", nip=nip, what=entry.what, reason=entry.reason
        )
        for entry, name, nip in session.execute(statement)
    ]


def count_readings(session: Session, chosen: Filter, *, official_id: int | None = None) -> int:
    """Return how many readings fit; ``official_id`` limits them to one person's record."""
    conditions = _reading_conditions(chosen)
    if official_id is not None:
        conditions.append(AccessEntry.official_id == official_id)
    statement = (
        select(func.count())
        .select_from(AccessEntry)
        .outerjoin(_users, _users.c.id == AccessEntry.user_id)
        .join(_officials, _officials.c.id == AccessEntry.official_id)
        .where(*conditions)
    )
    return session.scalar(statement) or 0


def _conditions(chosen: Filter) -> list[ColumnElement[bool]]:
    conditions = _period(chosen, AuditEntry.recorded_at)
    if chosen.search:
        conditions.append(
            or_(
                AuditEntry.subject.icontains(chosen.search, autoescape=True),
                AuditEntry.payload.icontains(chosen.search, autoescape=True),
            )
        )
    if chosen.action:
        conditions.append(AuditEntry.action == chosen.action)
    if chosen.actor:
        conditions.append(_names(chosen.actor))
    return conditions


def _reading_conditions(chosen: Filter) -> list[ColumnElement[bool]]:
    conditions = _period(chosen, AccessEntry.read_at)
    if chosen.search:
        nip = chosen.search.replace(" ", "")
        conditions.append(or_(_officials.c.nip == nip, _names(chosen.search)))
    return conditions


def _names(words: str) -> ColumnElement[bool]:
    return or_(_users.c.login.icontains(words, autoescape=True), _users.c.name.icontains(words, autoescape=True))


def _period(chosen: Filter, moment: InstrumentedAttribute[dt.datetime]) -> list[ColumnElement[bool]]:
    """Limit to civil days in the agency's zone, both ends included."""
    conditions: list[ColumnElement[bool]] = []
    if chosen.since:
        conditions.append(moment >= dt.datetime.combine(chosen.since, dt.time(), clock.ZONE))
    if chosen.until:
        end = chosen.until + dt.timedelta(days=1)
        conditions.append(moment < dt.datetime.combine(end, dt.time(), clock.ZONE))
    return conditions
