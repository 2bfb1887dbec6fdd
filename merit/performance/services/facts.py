"""Write a fact that is recorded here, not imported: same tables, superseded and never overwritten."""

from __future__ import annotations

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
    session: Session, model: type[FactModel], *, key: Mapping[str, Any], values: Mapping[str, Any]
) -> FactModel:
    """Record a fact and return it; a current one of the same key that says the same is returned as it stands.

    ``key`` is the natural key of the table of facts. A fact without a batch was recorded in this system.

    Raises
    ------
    ConflictError
        Somebody else recorded the same in between.
    """
    columns: Any = model
    same = [getattr(columns, name) == value for name, value in key.items()]
    standing: Any = session.scalar(select(model).where(known(columns), *same).with_for_update())
    if standing is not None:
        if all(getattr(standing, name) == value for name, value in values.items()):
            return standing  # type: ignore[no-any-return]  # the model asked for
        standing.superseded_at = clock.now()
        session.flush()
    fact = columns(**key, **values, recorded_at=clock.now())
    session.add(fact)
    try:
        session.flush()
    except IntegrityError as error:
        raise ConflictError("changed-meanwhile") from error
    return fact  # type: ignore[no-any-return]  # the model asked for


def end_fact(session: Session, fact: Any) -> None:
    """End a fact: from now on it is no longer known."""
    fact.superseded_at = clock.now()
    session.flush()
