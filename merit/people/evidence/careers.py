"""Who held which post on a date, and which unit it leads (ADR 0020)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from sqlalchemy import BigInteger, ColumnElement, String, and_, func, select, true, type_coerce
from sqlalchemy.orm import Session

from merit.alignment import pack, positions
from merit.bulk import Coded, Columns, among, ordinal, read_columns
from merit.db import known
from merit.evidence import NO_DATE, TIERS, BoolArray, DateArray, EvidenceRequest, IntArray, StrArray
from merit.people.models import (
    DisciplineFinding,
    Official,
    OfficialRecord,
    OrgUnit,
    OrgUnitRecord,
    PositionRecord,
    Post,
)

DISMISSAL = "B3"


@dataclass(frozen=True, slots=True, kw_only=True)
class Careers:
    """Posts begun by a date, sorted by official, start and origin; one entry per post.

    ``tier``: index in TIERS; ``ends``: last day of a past post, NaT where the file names none; ``is_present``:
    from the officials file; ``position``: id or 0; ``held``: the one post held on the date, where there is one.
    """

    official: IntArray
    source: IntArray
    tier: IntArray
    starts: DateArray
    ends: DateArray
    is_present: BoolArray
    position: IntArray
    field: Coded
    held: BoolArray


def load_careers(
    session: Session,
    *,
    as_of: dt.date,
    known_at: dt.datetime | None = None,
    officials: IntArray | None = None,
    where: ColumnElement[bool] | None = None,
) -> Careers:
    """Return the posts begun by ``as_of`` of the officials asked for (None: of everybody)."""
    statement = select(
        Post.id,
        Post.official_id,
        ordinal(Post.tier, TIERS).label("tier"),
        Post.starts,
        Post.ends,
        (Post.origin == "present").label("is_present"),
        func.coalesce(Post.position_id, 0, type_=BigInteger).label("position"),
        Post.field,
    ).where(
        known(Post, known_at),
        Post.starts <= as_of,
        true() if officials is None else among(Post.official_id, officials),
        true() if where is None else where,
    )
    return _arrange(read_columns(session, statement), np.datetime64(as_of, "D"))


def _arrange(found: Columns, as_of: np.datetime64) -> Careers:
    # One packed key: official, start, origin, tier; the table allows no two equal ones.
    origin_and_tier = (found["is_present"].astype(np.int64) << 4) + found["tier"]
    order = np.argsort((pack(found["official_id"], found["starts"]) << 5) + origin_and_tier, kind="stable")
    found = {name: values[order] for name, values in found.items()}
    return Careers(
        official=found["official_id"],
        source=found["id"],
        tier=found["tier"],
        starts=found["starts"],
        ends=found["ends"],
        is_present=found["is_present"],
        position=found["position"],
        field=found["field"],
        held=_held(found["official_id"], found["is_present"], found["ends"], as_of),
    )


def _held(official: IntArray, is_present: BoolArray, ends: DateArray, as_of: np.datetime64) -> BoolArray:
    # The newest present post, or a past post that covers the date when it began later still.
    covers = np.isnat(ends) | (ends >= as_of)
    candidates = np.flatnonzero(is_present | covers)
    held = np.zeros(len(official), dtype=np.bool_)
    later = official[candidates]
    held[candidates[np.append(later[1:] != later[:-1], np.ones(min(len(later), 1), dtype=np.bool_))]] = True
    return held


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaders:
    """Which unit each official leads on the as-of date: ids (0: none), the unit's code, since when."""

    unit: IntArray
    code: StrArray
    since: DateArray
    source: IntArray

    @property
    def leads(self) -> BoolArray:
        """Whether the official leads a unit."""
        leads: BoolArray = self.unit > 0
        return leads


def load_leaders(session: Session, request: EvidenceRequest) -> Leaders:
    """Return the unit led through the post held on the as-of date, from the start of that post."""
    leading = and_(known(PositionRecord, request.known_at), PositionRecord.leads_unit_id.is_not(None))
    led = read_columns(
        session,
        select(
            PositionRecord.position_id,
            type_coerce(PositionRecord.leads_unit_id, BigInteger).label("unit"),
            OrgUnit.code,
        )
        .join(OrgUnit, OrgUnit.id == PositionRecord.leads_unit_id)
        .where(leading),
    )
    once = select(Post.official_id).join(PositionRecord, PositionRecord.position_id == Post.position_id).where(leading)
    careers = load_careers(
        session,
        as_of=request.as_of,
        known_at=request.known_at,
        officials=request.officials,
        where=Post.official_id.in_(once),
    )
    row = positions(request.officials, careers.official)
    place = positions(led["position_id"], careers.position)
    chosen = careers.held & (row >= 0) & (place >= 0)
    row, place = row[chosen], place[chosen]
    n = len(request.officials)
    unit, source = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    since = np.full(n, NO_DATE)
    codes = led["code"].texts()
    code = np.full(n, "", dtype=codes.dtype)
    unit[row], code[row] = led["unit"][place], codes[place]
    since[row], source[row] = careers.starts[chosen], careers.source[chosen]
    return Leaders(unit=unit, code=code, since=since, source=source)


def load_parents(session: Session, known_at: dt.datetime | None = None) -> tuple[IntArray, IntArray]:
    """Return the ids of all units and of the unit above each (0: none)."""
    found = read_columns(
        session,
        select(
            OrgUnitRecord.unit_id, func.coalesce(OrgUnitRecord.parent_id, 0, type_=BigInteger).label("parent")
        ).where(known(OrgUnitRecord, known_at)),
    )
    return found["unit_id"], found["parent"]


@dataclass(frozen=True, slots=True)
class Active:
    """Officials on record and not dismissed by a date, sorted by NIP."""

    officials: IntArray
    nip: StrArray


def load_active(session: Session, *, as_of: dt.date, known_at: dt.datetime | None = None) -> Active:
    """Return the active officials: those with a record and no final dismissal (B3) dated by ``as_of``."""
    dismissed = select(DisciplineFinding.official_id).where(
        known(DisciplineFinding, known_at),
        DisciplineFinding.code == DISMISSAL,
        DisciplineFinding.state == "final",
        DisciplineFinding.dated <= as_of,
    )
    found = read_columns(
        session,
        select(Official.id, type_coerce(Official.nip, String(18)).label("nip"))
        .join(OfficialRecord, OfficialRecord.official_id == Official.id)
        .where(known(OfficialRecord, known_at), Official.id.not_in(dismissed)),
    )
    order = np.argsort(found["nip"])
    return Active(found["id"][order], found["nip"][order])
