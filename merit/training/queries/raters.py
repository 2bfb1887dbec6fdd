"""Selects of people who see somebody's work: the superior and colleagues of the same unit."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from merit.db import known
from merit.evidence import TIER_ORDER
from merit.people.models import OfficialRecord, PositionRecord
from merit.people.queries.units import load_tree
from merit.training.domain.transfer import Colleague


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """An official's superior, own rank, and colleagues in the unit (the superior left out)."""

    superior_id: int | None
    tier_order: int
    colleagues: tuple[Colleague, ...]


def surroundings_of(session: Session, officials: list[int]) -> dict[int, Surroundings]:
    """Return superior and colleagues of officials.

    The superior leads the official's unit, or the nearest unit above it where nobody does or the official leads it.
    """
    tree = load_tree(session)
    leaders = _leaders(session)
    own = {row.official_id: row for row in _records(session, OfficialRecord.official_id.in_(officials))}
    members: dict[int, list[OfficialRecord]] = {}
    for row in _records(session, OfficialRecord.unit_id.in_({record.unit_id for record in own.values()})):
        members.setdefault(row.unit_id, []).append(row)
    found = {}
    for official, record in own.items():
        superior = None
        unit = tree.by_id.get(record.unit_id)
        while unit is not None and superior is None:
            leader = leaders.get(unit.id)
            superior = leader if leader != official else None
            unit = tree.by_id.get(unit.parent_id) if unit.parent_id is not None else None
        colleagues = tuple(
            Colleague(official_id=row.official_id, tier_order=TIER_ORDER.get(row.tier, 0))
            for row in members[record.unit_id]
            if row.official_id not in {official, superior}
        )
        order = TIER_ORDER.get(record.tier, 0)
        found[official] = Surroundings(superior_id=superior, tier_order=order, colleagues=colleagues)
    return found


def _records(session: Session, condition: object) -> list[OfficialRecord]:
    return list(session.scalars(select(OfficialRecord).where(known(OfficialRecord), condition)))  # type: ignore[arg-type]


def _leaders(session: Session) -> dict[int, int]:
    statement = (
        select(PositionRecord.leads_unit_id, OfficialRecord.official_id)
        .join(OfficialRecord, and_(OfficialRecord.position_id == PositionRecord.position_id, known(OfficialRecord)))
        .where(known(PositionRecord), PositionRecord.leads_unit_id.is_not(None))
        .order_by(OfficialRecord.position_since)
    )
    return {unit: official for unit, official in session.execute(statement) if unit is not None}
