"""What is known now, loaded once per import: codes to ids, posts, units of officials."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple, TypeAlias

from flask_babel import LazyString
from sqlalchemy import select
from sqlalchemy.orm import Session

from merit.db import known
from merit.exchange.domain import CellError
from merit.exchange.fields import Parser, nip, text
from merit.exchange.schema import Column, Reference
from merit.i18n import lazy
from merit.people.domain import parse_grade
from merit.people.models import Official, OfficialRecord, OrgUnit, OrgUnitRecord, Position, PositionRecord

Words: TypeAlias = str | LazyString

STRUCTURAL = frozenset({"jpt_pratama", "administrator", "pengawas"})


class PostInfo(NamedTuple):
    """What an import must know of a position."""

    id: int
    name: str
    tier: str
    unit_id: int
    field: str
    grade_min: int | None
    grade_max: int | None


def official_identities(session: Session) -> dict[str, int]:
    """Return the id of every NIP ever recorded."""
    return dict(session.execute(select(Official.nip, Official.id)).all())


def unit_identities(session: Session) -> dict[str, int]:
    """Return the id of every unit code ever recorded."""
    return dict(session.execute(select(OrgUnit.code, OrgUnit.id)).all())


def position_identities(session: Session) -> dict[str, int]:
    """Return the id of every position code ever recorded."""
    return dict(session.execute(select(Position.code, Position.id)).all())


def officials(session: Session) -> dict[str, int]:
    """Return the ids of officials known now by NIP."""
    query = select(Official.nip, Official.id).join(OfficialRecord, OfficialRecord.official_id == Official.id)
    return dict(session.execute(query.where(known(OfficialRecord))).all())


def units(session: Session) -> dict[str, int]:
    """Return the ids of units known now by code."""
    query = select(OrgUnit.code, OrgUnit.id).join(OrgUnitRecord, OrgUnitRecord.unit_id == OrgUnit.id)
    return dict(session.execute(query.where(known(OrgUnitRecord))).all())


def positions(session: Session) -> dict[str, int]:
    """Return the ids of positions known now by code."""
    query = select(Position.code, Position.id).join(PositionRecord, PositionRecord.position_id == Position.id)
    return dict(session.execute(query.where(known(PositionRecord))).all())


def unit_parents(session: Session) -> dict[int, int | None]:
    """Return the parent of every unit known now."""
    query = select(OrgUnitRecord.unit_id, OrgUnitRecord.parent_id).where(known(OrgUnitRecord))
    return dict(session.execute(query).all())


def posts(session: Session) -> dict[int, PostInfo]:
    """Return every position known now by id."""
    p = PositionRecord
    query = select(p.position_id, p.name, p.tier, p.unit_id, p.field, p.grade_min, p.grade_max).where(known(p))
    return {row[0]: PostInfo._make(row) for row in session.execute(query).all()}


def official_units(session: Session) -> dict[int, int | None]:
    """Return the unit of every official known now."""
    query = select(OfficialRecord.official_id, OfficialRecord.unit_id).where(known(OfficialRecord))
    return dict(session.execute(query).all())


def position_units(session: Session) -> dict[int, int | None]:
    """Return the unit of every position known now."""
    query = select(PositionRecord.position_id, PositionRecord.unit_id).where(known(PositionRecord))
    return dict(session.execute(query).all())


def structural_holders(session: Session) -> dict[int, set[int]]:
    """Return the officials who hold each structural post now."""
    query = (
        select(OfficialRecord.position_id, OfficialRecord.official_id)
        .join(PositionRecord, PositionRecord.position_id == OfficialRecord.position_id)
        .where(known(OfficialRecord), known(PositionRecord), PositionRecord.tier.in_(STRUCTURAL))
    )
    holders: dict[int, set[int]] = {}
    for position, official in session.execute(query):
        holders.setdefault(position, set()).add(official)
    return holders


def grade(raw: object) -> int:
    """Read a grade such as ``III/d`` or ``IX`` as its ordinal."""
    found = parse_grade(text(raw))
    if found is None:
        raise CellError("grade-unknown")
    return found


def period_order(start: list[dt.date | None], end: list[dt.date | None]) -> list[int]:
    """Return the rows whose end lies before their start."""
    return [row for row, (a, b) in enumerate(zip(start, end, strict=True)) if a and b and b < a]


OFFICIAL = Reference(load=officials, unknown="official-unknown", units=official_units)
UNIT = Reference(load=units, unknown="unit-unknown", is_unit=True)
POSITION = Reference(load=positions, unknown="position-unknown", units=position_units)


def official_column() -> Column:
    """Return the column ``nip`` of every kind about officials already recorded."""
    hint = lazy("18 angka, sebagai teks; pegawai harus sudah diimpor lewat berkas officials.")
    return Column(name="nip", parser=nip, required=True, reference=OFFICIAL, hint=hint, example="198504122010011003")


def text_column(name: str, hint: Words = "", *, required: bool = False, example: str = "") -> Column:
    """Return a column of free text, empty text where it is empty."""
    return Column(name=name, parser=text, required=required, default="", hint=hint, example=example)


def optional(name: str, parser: Parser, hint: Words = "", example: str = "") -> Column:
    """Return a column that may stay empty."""
    return Column(name=name, parser=parser, hint=hint, example=example)


def required(name: str, parser: Parser, hint: Words = "", example: str = "") -> Column:
    """Return a column that must be filled."""
    return Column(name=name, parser=parser, required=True, hint=hint, example=example)
