"""Sets of cuts: those in force on a day, and the history of a competency."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from merit.assessment.models.items import Item
from merit.assessment.models.standards import CutSet
from merit.errors import NotFoundError


def cuts_in_force(session: Session, competency: str, on: dt.date) -> tuple[float, ...] | None:
    """Return the abilities where the levels 2 to 5 begin on a day, None where no cuts hold."""
    found = find_cut_sets(session, [competency], on).get(competency)
    return None if found is None else theta_cuts(found)


def find_cut_sets(session: Session, competencies: Collection[str], on: dt.date) -> dict[str, CutSet]:
    """Return the set in force on a day by competency: the approved one with the latest beginning, then number."""
    statement = (
        select(CutSet)
        .where(CutSet.competency.in_(sorted(competencies)), CutSet.approved.is_(True), CutSet.valid_from <= on)
        .order_by(CutSet.valid_from, CutSet.number)
    )
    return {one.competency: one for one in session.scalars(statement)}


def list_cut_sets(session: Session, competency: str) -> list[CutSet]:
    """Return every set of a competency, the newest first."""
    statement = select(CutSet).where(CutSet.competency == competency).order_by(CutSet.number.desc())
    return list(session.scalars(statement))


def find_waiting(session: Session) -> dict[str, CutSet]:
    """Return the proposals nobody has decided yet by competency."""
    return {one.competency: one for one in session.scalars(select(CutSet).where(CutSet.decided_at.is_(None)))}


def standard_codes(session: Session) -> list[str]:
    """Return the competencies that have items or cuts, by code."""
    found = set(session.scalars(select(Item.competency).where(Item.competency != "").distinct()))
    return sorted(found | set(session.scalars(select(CutSet.competency).distinct())))


def get_cut_set(session: Session, cut_set_id: int, *, lock: bool = False) -> CutSet:
    """Return a set by its identifier."""
    found = session.get(CutSet, cut_set_id, with_for_update=lock)
    if found is None:
        raise NotFoundError("cut-set-unknown")
    return found


def theta_cuts(cut_set: CutSet) -> tuple[float, ...]:
    """Return the four abilities of a set."""
    return tuple(float(cut) for cut in cut_set.cuts)
