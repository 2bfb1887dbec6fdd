"""Selects of programmes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from merit.errors import NotFoundError
from merit.training.models.classes import Programme, TrainingClass

PROGRAMME_SORTS = {
    "name": Programme.name,
    "code": Programme.code,
    "hours": Programme.learning_hours,
    "cost": Programme.cost,
}


@dataclass(frozen=True, slots=True)
class ProgrammeLine:
    """A programme with the number of its classes."""

    programme: Programme
    classes: int


def get_programme(session: Session, code: str) -> Programme:
    """Return a programme by code; raise :class:`NotFoundError`."""
    found = session.scalars(select(Programme).where(Programme.code == code)).one_or_none()
    if found is None:
        raise NotFoundError("programme-unknown", code=code)
    return found


def count_programmes(session: Session, **narrowed: Any) -> int:
    """Return how many programmes the filters leave."""
    return session.scalar(_narrowed(select(func.count()).select_from(Programme), **narrowed)) or 0


def list_programmes(
    session: Session, *, order: str = "name", limit: int | None = None, offset: int = 0, **narrowed: Any
) -> list[ProgrammeLine]:
    """Return programmes; filters are ``text``, ``kind``, ``path``, ``competency`` and ``state``."""
    classes = select(func.count()).where(TrainingClass.programme_id == Programme.id).scalar_subquery()
    key = PROGRAMME_SORTS[order.removeprefix("-")]
    statement = _narrowed(select(Programme, classes), **narrowed)
    statement = statement.order_by(key.desc() if order.startswith("-") else key.asc(), Programme.id)
    return [ProgrammeLine(row[0], row[1]) for row in session.execute(statement.limit(limit).offset(offset))]


def list_usable(session: Session) -> list[tuple[str, str]]:
    """Return code and name of the programmes in use."""
    statement = select(Programme.code, Programme.name).where(Programme.retired_at.is_(None)).order_by(Programme.name)
    return [(code, name) for code, name in session.execute(statement)]


def _narrowed(
    statement: Any, *, text: str = "", kind: str = "", path: str = "", competency: str = "", state: str = ""
) -> Any:
    for word in text.lower().split():
        like = f"%{word}%"
        statement = statement.where(
            or_(
                func.lower(Programme.name).like(like),
                func.lower(Programme.code).like(like),
                func.lower(Programme.provider).like(like),
            )
        )
    if kind:
        statement = statement.where(Programme.kind == kind)
    if path:
        statement = statement.where(Programme.path == path)
    if competency:
        statement = statement.where(Programme.aims.like(f'%"competency":"{competency}"%'))
    if state:
        used = state == "used"
        statement = statement.where(Programme.retired_at.is_(None) if used else Programme.retired_at.is_not(None))
    return statement
