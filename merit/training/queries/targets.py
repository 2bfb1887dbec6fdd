"""Selects of the posts people prepare for, and standards of officials against the post held or those posts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, aliased

from merit.accounts.models import User
from merit.db import known
from merit.evidence import TIERS, IntArray
from merit.people.models import OrgUnitRecord, Position, PositionRecord
from merit.training.models.planning import DevelopmentTarget
from merit.training.queries.development import STANDARDS, Staff, default_level


class Against(StrEnum):
    """What a level is compared with."""

    POST = "post"  # the post held
    TARGET = "target"  # the highest standard among the posts somebody prepares for


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetLine:
    """A target post with its name, unit, and who chose and ended it."""

    target: DevelopmentTarget
    code: str
    name: str
    unit: str
    chosen_by: str
    ended_by: str


def list_targets(session: Session, official_id: int) -> list[TargetLine]:
    """Return the target posts of an official, the present ones first, then the newest."""
    chooser, ender = aliased(User), aliased(User)
    statement = (
        select(
            DevelopmentTarget,
            Position.code,
            func.coalesce(PositionRecord.name, Position.code),
            func.coalesce(OrgUnitRecord.name, ""),
            func.coalesce(chooser.name, ""),
            func.coalesce(ender.name, ""),
        )
        .join(Position, Position.id == DevelopmentTarget.position_id)
        .outerjoin(PositionRecord, and_(PositionRecord.position_id == Position.id, known(PositionRecord)))
        .outerjoin(OrgUnitRecord, and_(OrgUnitRecord.unit_id == PositionRecord.unit_id, known(OrgUnitRecord)))
        .outerjoin(chooser, chooser.id == DevelopmentTarget.chosen_by)
        .outerjoin(ender, ender.id == DevelopmentTarget.ended_by)
        .where(DevelopmentTarget.official_id == official_id)
        .order_by(DevelopmentTarget.ended_at.is_not(None), DevelopmentTarget.id.desc())
    )
    return [
        TargetLine(target=row[0], code=row[1], name=row[2], unit=row[3], chosen_by=row[4], ended_by=row[5])
        for row in session.execute(statement)
    ]


def compared(session: Session, staff: Staff, against: str) -> tuple[Staff, IntArray]:
    """Return staff with the standard asked for, and per cell the post it is of, 0 for the post held.

    Against targets the standard is the highest any present target asks for, 0 for whoever prepares for none.
    """
    none = np.zeros_like(staff.standard)
    if against != Against.TARGET:
        return staff, none
    standard, post = none, none.copy()
    row_of = {official: row for row, official in enumerate(staff.officials.tolist())}
    columns = [func.coalesce(column, 0) for column in STANDARDS]
    statement = (
        select(DevelopmentTarget.official_id, DevelopmentTarget.position_id, PositionRecord.tier, *columns)
        .join(
            PositionRecord,
            and_(PositionRecord.position_id == DevelopmentTarget.position_id, known(PositionRecord)),
        )
        .where(DevelopmentTarget.ended_at.is_(None))
        .order_by(DevelopmentTarget.id)
    )
    for official, position, tier, *own in session.execute(statement):
        row = row_of.get(official)
        if row is None:
            continue
        usual = default_level(tier) if tier in TIERS else 0
        asked = np.array([level or usual for level in own])
        higher = asked > standard[row]
        standard[row] = np.where(higher, asked, standard[row])
        post[row] = np.where(higher, position, post[row])
    return replace(staff, standard=standard), post
