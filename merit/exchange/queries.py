"""Selects of import batches for pages."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Select, column, func, select, table
from sqlalchemy.orm import Session

from merit.errors import NotFoundError
from merit.exchange.models import ImportBatch
from merit.security.permissions import Actor

_users = table("users", column("id"), column("name"), column("login"))


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchLine:
    """An import as people see it; ``undone_by`` and ``undoes`` link an import and its undo."""

    id: int
    kind: str
    format: str
    file_name: str
    file_sha256: str
    rows: int
    created: int
    updated: int
    unchanged: int
    rejected: int
    state: str
    recorded_at: dt.datetime
    by: str
    undoes: int | None


def count_batches(session: Session, actor: Actor, *, kind: str = "", state: str = "") -> int:
    """Return how many imports fit."""
    return session.scalar(select(func.count()).select_from(_listed(actor, kind, state).subquery())) or 0


def list_batches(
    session: Session, actor: Actor, *, kind: str = "", state: str = "", limit: int = 25, offset: int = 0
) -> list[BatchLine]:
    """Return one page of imports, newest first."""
    query = _listed(actor, kind, state).order_by(ImportBatch.id.desc()).limit(limit).offset(offset)
    return [_line(batch, name, login) for batch, name, login in session.execute(query)]


def get_batch(session: Session, actor: Actor, batch_id: int) -> BatchLine:
    """Return one import within the actor's reach; raise :class:`NotFoundError`."""
    row = session.execute(_listed(actor, "", "").where(ImportBatch.id == batch_id)).one_or_none()
    if row is None:
        raise NotFoundError("import-batch-unknown", batch=batch_id)
    return _line(*row)


def find_undo(session: Session, batch_id: int) -> int | None:
    """Return the number of the undo of an import."""
    return session.scalar(select(ImportBatch.id).where(ImportBatch.undoes_id == batch_id))


def _listed(actor: Actor, kind: str, state: str) -> Select[ImportBatch, str | None, str | None]:
    """Everybody's imports for those who reach every unit, one's own for the others."""
    query = select(ImportBatch, _users.c.name, _users.c.login).outerjoin(_users, _users.c.id == ImportBatch.user_id)
    if actor.unit_ids is not None:
        query = query.where(ImportBatch.user_id == actor.user_id)
    if kind:
        query = query.where(ImportBatch.kind == kind)
    if state:
        query = query.where(ImportBatch.state == state)
    return query


def _line(batch: ImportBatch, name: str | None, login: str | None) -> BatchLine:
    return BatchLine(
        id=batch.id,
        kind=batch.kind,
        format=batch.format,
        file_name=batch.file_name,
        file_sha256=batch.file_sha256,
        rows=batch.rows,
        created=batch.created,
        updated=batch.updated,
        unchanged=batch.unchanged,
        rejected=batch.rejected,
        state=batch.state,
        recorded_at=batch.recorded_at,
        by=name or login or "",
        undoes=batch.undoes_id,
    )
