"""What people do with lists: find officials and positions, export them, keep filters under a name."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from merit import clock
from merit.audit.services import record, record_readings
from merit.errors import InvalidInputError, NotAllowedError, RuleViolationError
from merit.people.models import SavedFilter
from merit.security.permissions import Actor, Permission, is_granted

SAVED_MAXIMUM = 30


@dataclass(frozen=True, slots=True)
class SavedFilterView:
    """A filter kept under a name."""

    id: int
    name: str
    query: str


def list_saved_filters(session: Session, actor: Actor, *, page: str) -> list[SavedFilterView]:
    """Return the actor's own filters of a page, by name."""
    rows = session.execute(
        select(SavedFilter.id, SavedFilter.name, SavedFilter.query)
        .where(SavedFilter.user_id == actor.user_id, SavedFilter.page == page)
        .order_by(SavedFilter.name)
    )
    return [SavedFilterView(*row) for row in rows]


def save_filter(session: Session, actor: Actor, *, page: str, name: str, query: str) -> SavedFilter:
    """Keep filters under a name; a name used before is given the new filters."""
    name = name.strip()
    if not name or actor.user_id is None:
        raise InvalidInputError("saved-filter-unnamed")
    own = select(SavedFilter).where(SavedFilter.user_id == actor.user_id, SavedFilter.page == page)
    saved = session.scalar(own.where(SavedFilter.name == name))
    if saved is None:
        if session.scalar(select(func.count()).select_from(own.subquery())) >= SAVED_MAXIMUM:  # type: ignore[operator]  # a count is never NULL
            raise RuleViolationError("saved-filters-full", maximum=SAVED_MAXIMUM)
        saved = SavedFilter(user_id=actor.user_id, page=page, name=name, query=query, created_at=clock.now())
        session.add(saved)
    saved.query = query
    session.flush()
    return saved


def forget_filter(session: Session, actor: Actor, *, filter_id: int) -> None:
    """Delete one of the actor's own filters; somebody else's is left alone."""
    session.execute(delete(SavedFilter).where(SavedFilter.id == filter_id, SavedFilter.user_id == actor.user_id))


def record_export(session: Session, actor: Actor, *, officials: Collection[int], choices: Mapping[str, str]) -> None:
    """Note in the audit chain that the list of officials is taken out, and for each that the record was in it.

    The chain keeps which filters were used, not their values: a search text may be a name.
    """
    if not is_granted(actor, Permission.OFFICIAL_EXPORT):
        raise NotAllowedError
    details = {"rows": len(officials), "filters": sorted(choices)}
    record(session, actor, action="official:export", subject="officials", details=details)
    record_readings(session, actor, officials=officials, what="reading-download")
