"""Selects of the disciplinary register."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from merit.db import known
from merit.people.models import DisciplineFinding, Official, OfficialRecord, OrgUnit, OrgUnitRecord
from merit.people.queries.officials import full_name
from merit.performance.domain.discipline import Standing, period_of, standing_of
from merit.reference import load_punishments

ORDERS = ("nama", "unit", "tanggal", "selesai")


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """A case with the person behind it and where it stands today."""

    id: int
    official_id: int
    nip: str
    name: str
    unit_name: str
    code: str
    level: str
    number: str
    dated: dt.date
    starts: dt.date
    ends: dt.date | None
    state: str
    standing: Standing
    is_imported: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilter:
    """What the register is narrowed to; ``unit_ids`` None means all units."""

    text: str = ""
    unit_ids: frozenset[int] | None = None
    level: str = ""
    standing: str = ""


def list_cases(session: Session, chosen: CaseFilter, *, today: dt.date, order: str = "-tanggal") -> list[CaseRow]:
    """Return the cases that stand; findings are few, so that standing and order are worked out here."""
    finding = DisciplineFinding
    statement = (
        select(
            *(finding.id, finding.official_id, finding.code, finding.decree_number, finding.dated),
            *(finding.starts, finding.ends, finding.state, finding.batch_id),
            *(Official.nip, OfficialRecord.name, OfficialRecord.title_before, OfficialRecord.title_after),
            func.coalesce(OrgUnitRecord.name, OrgUnit.code).label("unit_name"),
        )
        .join(Official, Official.id == finding.official_id)
        .join(OfficialRecord, (OfficialRecord.official_id == finding.official_id) & known(OfficialRecord))
        .join(OrgUnit, OrgUnit.id == OfficialRecord.unit_id)
        .outerjoin(OrgUnitRecord, (OrgUnitRecord.unit_id == OrgUnit.id) & known(OrgUnitRecord))
        .where(known(finding))
    )
    if chosen.unit_ids is not None:
        statement = statement.where(OfficialRecord.unit_id.in_(sorted(chosen.unit_ids)))
    for word in chosen.text.split():
        named = func.lower(OfficialRecord.name).contains(word.lower(), autoescape=True)
        statement = statement.where(or_(named, Official.nip.contains(word, autoescape=True)))
    rows = [_row(found, today) for found in session.execute(statement.order_by(finding.id))]
    rows = [row for row in rows if chosen.level in {"", row.level} and chosen.standing in {"", row.standing.value}]
    key = order.removeprefix("-")
    return sorted(rows, key=lambda row: _key(row, key), reverse=order.startswith("-"))


def _row(found: Any, today: dt.date) -> CaseRow:
    period = period_of(found.code, found.dated, found.starts, found.ends)
    return CaseRow(
        id=found.id,
        official_id=found.official_id,
        nip=found.nip,
        name=full_name(found.name, found.title_before, found.title_after),
        unit_name=found.unit_name,
        code=found.code,
        level=load_punishments()[found.code].level,
        number=found.decree_number,
        dated=found.dated,
        starts=period[0],
        ends=period[1],
        state=found.state,
        standing=standing_of(found.state, period, today),
        is_imported=found.batch_id is not None,
    )


def _key(row: CaseRow, order: str) -> tuple[str, str, int]:
    last = (row.ends or dt.date.max).isoformat()
    first = {"unit": row.unit_name, "tanggal": row.dated.isoformat(), "selesai": last}.get(order, row.name)
    return first, row.name, row.id
