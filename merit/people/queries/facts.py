"""Reading facts as they stand, whole rows at a time, without objects of the mapper."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Row, SQLColumnExpression, select
from sqlalchemy.orm import Session

from merit.db import known

FactRow: TypeAlias = Row[*tuple[Any, ...]]


def known_facts(
    session: Session,
    model: type[Any],
    *conditions: ColumnElement[bool],
    order: Sequence[SQLColumnExpression[Any]] = (),
) -> list[FactRow]:
    """Return the rows of a table of facts known now, with every column of the table by its name."""
    columns = model.__table__.columns
    statement = select(*columns).where(known(model), *conditions).order_by(*order, columns.id)
    return list(session.execute(statement))
