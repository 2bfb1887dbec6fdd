"""Read who serves where and who leads what, for choosing superiors."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from merit.db import known
from merit.people.models import OfficialRecord, OrgUnitRecord, PositionRecord
from merit.performance.domain.superiors import Lines


def load_lines(session: Session) -> Lines:
    """Return the lines of command as the records stand now."""
    parents = session.execute(select(OrgUnitRecord.unit_id, OrgUnitRecord.parent_id).where(known(OrgUnitRecord)))
    units = session.execute(select(OfficialRecord.official_id, OfficialRecord.unit_id).where(known(OfficialRecord)))
    leading = session.execute(
        select(OfficialRecord.official_id, PositionRecord.leads_unit_id)
        .join(PositionRecord, PositionRecord.position_id == OfficialRecord.position_id)
        .where(known(OfficialRecord), known(PositionRecord), PositionRecord.leads_unit_id.is_not(None))
    )
    leaders: dict[int, list[int]] = {}
    led: dict[int, list[int]] = {}
    for official_id, unit_id in leading:
        if unit_id is not None:
            leaders.setdefault(unit_id, []).append(official_id)
            led.setdefault(official_id, []).append(unit_id)
    return Lines(
        parents=dict(parents.all()),
        leaders=leaders,
        units=dict(units.all()),
        led=led,
    )
