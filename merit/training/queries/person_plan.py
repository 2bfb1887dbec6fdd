"""The development plan of one official, and of the officials of a unit."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from merit.db import known
from merit.errors import NotFoundError
from merit.evidence import COMPETENCIES
from merit.people.models import Position, PositionRecord
from merit.people.queries.positions import standard_levels
from merit.training.domain.gaps import verdict
from merit.training.domain.suggestions import Suggestion, suggest
from merit.training.queries.development import (
    Staff,
    load_gain_evidence,
    load_offers,
    load_staff,
    needs_of,
    staff_gaps,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class GapLine:
    """One competency of one official; ``level`` and ``standard`` 0 where none, ``verdict`` a code with a sentence."""

    competency: str
    level: int
    se: float
    is_default_se: bool
    source: int
    standard: int
    expected: float
    below: float
    verdict: str
    suggestions: tuple[Suggestion, ...]


def person_lines(session: Session, official_id: int, *, as_of: dt.date, target: str = "") -> list[GapLine]:
    """Return the nine competencies against the present post, or against the post ``target``.

    Raises
    ------
    NotFoundError
        There is no post of that code.

    """
    staff = load_staff(session, official_ids=[official_id])
    if not len(staff.officials):
        return []
    if target:
        staff = Staff(officials=staff.officials, units=staff.units, standard=_target_standard(session, target))
    measured, gaps = staff_gaps(session, staff, as_of)
    needs = needs_of(measured, gaps, staff.standard, 0)
    found = suggest(needs, load_offers(session), load_gain_evidence(session))
    return [
        GapLine(
            competency=code,
            level=int(measured.level[0, place]),
            se=float(measured.se[0, place]),
            is_default_se=bool(measured.default_se[0, place]),
            source=int(measured.source[0, place]),
            standard=int(staff.standard[0, place]),
            expected=float(gaps.expected[0, place]),
            below=float(gaps.below[0, place]),
            verdict=verdict(float(gaps.below[0, place])) if gaps.known[0, place] else "",
            suggestions=tuple(found.get(code, ())),
        )
        for place, code in enumerate(COMPETENCIES)
    ]


def _target_standard(session: Session, code: str) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    position = session.scalar(
        select(Position.id)
        .join(PositionRecord, and_(PositionRecord.position_id == Position.id, known(PositionRecord)))
        .where(Position.code == code)
    )
    if position is None:
        raise NotFoundError("position-not-found")
    lines = standard_levels(session, position)
    return np.array([[lines[each].level or 0 if each in lines else 0 for each in COMPETENCIES]], dtype=np.int64)
