"""Write a fact that is recorded here, not imported: same tables, superseded and never overwritten."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from merit import clock
from merit.db import known
from merit.errors import ConflictError

FactModel = TypeVar("FactModel")


def write_fact(
    session: Session,
    model: type[FactModel],
    *,
    key: Mapping[str, Any],
    values: Mapping[str, Any],
    instead_of: FactModel | None = None,
) -> FactModel:
    """Record a fact and return it; a current one of the same key that says the same is returned as it stands.

    ``key`` is the natural key of the table of facts, ``instead_of`` a fact of another key that ends with this one. A
    fact without a batch was recorded in this system.

    Raises
    ------
    ConflictError
        Somebody else recorded the same in between.
    """
    columns: Any = model
    now = clock.now()  # one instant, or a replay between two would know neither version
    if instead_of is not None:
        end_fact(session, instead_of, at=now)
    same = [getattr(columns, name) == value for name, value in key.items()]
    standing: Any = session.scalar(select(model).where(known(columns), *same).with_for_update())
    if standing is not None:
        if all(getattr(standing, name) == value for name, value in values.items()):
            return standing  # type: ignore[no-any-return]  # the model asked for
        standing.superseded_at = now
        session.flush()
    fact = columns(**key, **values, recorded_at=now)
    session.add(fact)
    try:
        session.flush()
    except IntegrityError as error:
        raise ConflictError("changed-meanwhile") from error
    return fact  # type: ignore[no-any-return]  # the model asked for


def end_fact(session: Session, fact: Any, *, at: dt.datetime | None = None) -> None:
    """End a fact: from now on, or from an instant on, it is no longer known."""
    fact.superseded_at = at or clock.now()
    session.flush()
