"""Who has a gap: officials of units by how far they stand below a standard, with the class that would help."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from merit.assessment.queries.rosters import people_of
from merit.db import known
from merit.evidence import COMPETENCIES, BoolArray, FloatArray, IntArray
from merit.people.models import Official, OfficialRecord
from merit.training.domain.gaps import LIKELY, UNLIKELY, Gaps
from merit.training.domain.suggestions import Suggestion, suggest
from merit.training.queries.development import (
    Measured,
    load_gain_evidence,
    load_offers,
    load_staff,
    needs_of,
    staff_gaps,
)
from merit.training.queries.targets import Against, compared

GAP_SHOWN = ("gap", "likely", "open", "unmeasured")
GAP_SORTS = ("gap", "below", "name", "measured")
LIKELIER = 0.5
LISTED_AT_MOST = 2_000  # above, results of everybody would be read for one page: seconds, not tenths


@dataclass(frozen=True, slots=True, kw_only=True)
class GapChoice:
    """Which officials: units (None: all), one competency or all, a verdict, words of name or NIP, what is compared."""

    unit_ids: Collection[int] | None = None
    competency: str = ""
    shown: str = ""
    text: str = ""
    against: str = Against.POST.value
    order: str = "-gap"


@dataclass(frozen=True, slots=True, kw_only=True)
class GapRows:
    """Officials found, in order: ``row`` are their places in the arrays behind them."""

    officials: IntArray
    row: IntArray
    measured: Measured
    gaps: Gaps
    standard: IntArray

    def __len__(self) -> int:
        return len(self.row)


@dataclass(frozen=True, slots=True, kw_only=True)
class GapPerson:
    """An official of a gap list; ``competency`` is the one asked for, or that of the greatest gap, "" without any."""

    official_id: int
    nip: str
    name: str
    unit: str
    measured: int
    needs: int
    competency: str
    level: int
    se: float
    standard: int
    expected: float
    below: float
    suggestion: Suggestion | None


def count_chosen(session: Session, chosen: GapChoice) -> int:
    """Return how many officials lie in the units and fit the words, whatever their gaps."""
    return session.scalar(select(func.count()).select_from(_named(chosen).subquery())) or 0


def find_gaps(session: Session, chosen: GapChoice, *, as_of: dt.date) -> GapRows:
    """Return the officials a choice leaves, in its order; names are read only where they are asked for."""
    named = session.scalars(_named(chosen)).all() if chosen.text else []
    few = named if chosen.text and len(named) <= LISTED_AT_MOST else None
    staff, _post = compared(session, load_staff(session, unit_ids=chosen.unit_ids, official_ids=few), chosen.against)
    measured, gaps = staff_gaps(session, staff, as_of)
    expected, below, is_known = _told(gaps, chosen.competency)
    kept = np.ones(len(staff.officials), dtype=np.bool_)
    if chosen.against == Against.TARGET:
        kept &= (staff.standard > 0).any(axis=1)
    if chosen.shown:
        kept &= _shown(chosen.shown, below, is_known)
    alphabet = None
    if chosen.text or chosen.order.removeprefix("-") == "name":
        alphabet = _alphabet(session, staff.officials, chosen)
        kept &= alphabet >= 0
    row = np.flatnonzero(kept)
    key = {"gap": expected, "below": below, "measured": gaps.known.sum(axis=1), "name": alphabet}
    value = key[chosen.order.removeprefix("-")]
    if value is not None:
        sign = -1 if chosen.order.startswith("-") else 1
        row = row[np.lexsort((staff.officials[row], sign * value[row]))]
    return GapRows(officials=staff.officials[row], row=row, measured=measured, gaps=gaps, standard=staff.standard)


def list_gaps(
    session: Session, found: GapRows, competency: str = "", *, limit: int | None = None, offset: int = 0
) -> list[GapPerson]:
    """Return a part of the officials found, with names and the best programme for each."""
    rows = found.row[offset : None if limit is None else offset + limit].tolist()
    officials = found.officials[offset : None if limit is None else offset + limit].tolist()
    people = people_of(session, officials)
    offers, evidence = load_offers(session), load_gain_evidence(session)
    lines = []
    for official, row in zip(officials, rows, strict=True):
        needs = needs_of(found.measured, found.gaps, found.standard, row)
        wanted = [need for need in needs if competency in ("", need.competency)][:1]
        first = suggest(wanted, offers, evidence, most=1).get(wanted[0].competency, []) if wanted else []
        code = competency or (wanted[0].competency if wanted else "")
        place = COMPETENCIES.index(code) if code else 0
        nip, name, _unit, unit = people[official]
        lines.append(
            GapPerson(
                official_id=official,
                nip=nip,
                name=name,
                unit=unit,
                measured=int(found.gaps.known[row].sum()),
                needs=int((found.gaps.below[row] > LIKELIER).sum()),
                competency=code,
                level=int(found.measured.level[row, place]) if code else 0,
                se=float(found.measured.se[row, place]) if code else 0.0,
                standard=int(found.standard[row, place]) if code else 0,
                expected=float(found.gaps.expected[row, place]) if code else 0.0,
                below=float(found.gaps.below[row, place]) if code else 0.0,
                suggestion=first[0] if first else None,
            )
        )
    return lines


def _told(gaps: Gaps, competency: str) -> tuple[FloatArray, FloatArray, BoolArray]:
    if competency:
        place = COMPETENCIES.index(competency)
        return gaps.expected[:, place], gaps.below[:, place], gaps.known[:, place]
    return gaps.expected.max(axis=1), gaps.below.max(axis=1), np.asarray(gaps.known.any(axis=1))


def _shown(shown: str, below: FloatArray, is_known: BoolArray) -> BoolArray:
    if shown == "unmeasured":
        return ~is_known
    if shown == "likely":
        return is_known & (below >= LIKELY)
    if shown == "open":
        return is_known & (below > UNLIKELY) & (below < LIKELY)
    return is_known & (below > UNLIKELY)


def _named(chosen: GapChoice) -> Select[int]:
    statement = (
        select(OfficialRecord.official_id)
        .join(Official, Official.id == OfficialRecord.official_id)
        .where(and_(known(OfficialRecord)))
    )
    if chosen.unit_ids is not None:
        statement = statement.where(OfficialRecord.unit_id.in_(sorted(chosen.unit_ids)))
    for word in chosen.text.lower().split():
        like = f"%{word}%"
        statement = statement.where(or_(func.lower(OfficialRecord.name).like(like), Official.nip.like(like)))
    return statement


def _alphabet(session: Session, officials: IntArray, chosen: GapChoice) -> IntArray:
    """Return per official the place in the order of names, -1 where the words do not fit."""
    statement = _named(chosen).order_by(OfficialRecord.name, Official.nip)
    named = np.array(session.scalars(statement).all(), dtype=np.int64)
    place = np.full(len(officials), -1, dtype=np.int64)
    row = np.minimum(np.searchsorted(officials, named), max(len(officials) - 1, 0))
    if len(officials) and len(named):
        there = officials[row] == named
        place[row[there]] = np.flatnonzero(there)
    return place
