"""Levels, standards and gaps of many officials as arrays, and the programmes to suggest against them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from sqlalchemy import BigInteger, SmallInteger, and_, case, cast, func, select, type_coerce
from sqlalchemy.orm import Session

from merit.alignment import asked_rows, last_per_row
from merit.assessment.models.results import METHODS, CompetencyResult
from merit.bulk import among, ordinal, read_columns
from merit.db import MICRO, known
from merit.evidence import COMPETENCIES, TIERS, FloatArray, IntArray
from merit.people.models import OfficialRecord, PositionRecord
from merit.reference import load_tier_standards
from merit.training.domain.gaps import DEFAULT_SE, Gaps, development_gaps
from merit.training.domain.suggestions import Evidence, Need, Offer, pool_gains, shrunk_gain
from merit.training.models.classes import Programme, TrainingClass
from merit.training.queries.evaluation import programme_gains

_UNKNOWN_SE = -1
STANDARDS = tuple(getattr(PositionRecord, code.replace(".", "").lower()) for code in COMPETENCIES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Newest valid results of n officials on the nine competencies, arrays [n, 9].

    ``level`` 0 where there is none, ``se`` in levels, ``source`` the id of the result, ``default_se`` where the
    organiser gave no error.
    """

    level: IntArray
    se: FloatArray
    source: IntArray
    default_se: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """Officials with unit and the standard of their present post: ``standard`` int64[n, 9], 0 where none is known."""

    officials: IntArray
    units: IntArray
    standard: IntArray


def load_staff(
    session: Session, *, unit_ids: Iterable[int] | None = None, official_ids: Iterable[int] | None = None
) -> Staff:
    """Return the officials of units (None: all), or those named, with the standard of the post held."""
    standards = [
        cast(func.coalesce(column, 0), SmallInteger).label(f"c{place}") for place, column in enumerate(STANDARDS)
    ]
    statement = (
        select(OfficialRecord.official_id, OfficialRecord.unit_id, ordinal(OfficialRecord.tier, TIERS).label("tier"))
        .add_columns(*standards)
        .outerjoin(
            PositionRecord,
            and_(PositionRecord.position_id == OfficialRecord.position_id, known(PositionRecord)),
        )
        .where(known(OfficialRecord))
    )
    if unit_ids is not None:
        statement = statement.where(OfficialRecord.unit_id.in_(sorted(unit_ids)))
    if official_ids is not None:
        statement = statement.where(OfficialRecord.official_id.in_(sorted(official_ids)))
    found = read_columns(session, statement)
    own = np.stack([found[f"c{place}"] for place in range(len(COMPETENCIES))], axis=1)
    default = np.array([default_level(tier) for tier in TIERS] + [0])
    standard = np.where(own > 0, own, default[found["tier"]][:, None])
    order = np.argsort(found["official_id"])
    return Staff(officials=found["official_id"][order], units=found["unit_id"][order], standard=standard[order])


def default_level(tier: str) -> int:
    """Return the level the regulation asks of a tier everywhere, 0 where it names none."""
    row = load_tier_standards().get(tier)
    return 0 if row is None or row.level is None else row.level


def load_measured(session: Session, officials: IntArray, as_of: dt.date) -> Measured:
    """Return per official and competency the newest valid accredited result, an internal one where there is none."""
    accredited = case((and_(CompetencyResult.accreditation != "", CompetencyResult.method != "internal"), 1), else_=0)
    statement = select(
        CompetencyResult.id,
        CompetencyResult.official_id,
        ordinal(CompetencyResult.competency, COMPETENCIES).label("competency"),
        CompetencyResult.level,
        func.coalesce(type_coerce(CompetencyResult.se, BigInteger), _UNKNOWN_SE).label("se"),
        ordinal(CompetencyResult.method, METHODS).label("method"),
        CompetencyResult.dated,
        cast(accredited, SmallInteger).label("accredited"),
    ).where(
        known(CompetencyResult),
        CompetencyResult.competency.in_(COMPETENCIES),
        CompetencyResult.level.is_not(None),
        CompetencyResult.dated <= as_of,
        CompetencyResult.valid_until >= as_of,
        among(CompetencyResult.official_id, officials),
    )
    row, found = asked_rows(officials, read_columns(session, statement))
    cell = row * len(COMPETENCIES) + found["competency"]
    used = last_per_row(cell, found["accredited"], found["dated"], found["level"], found["id"])
    size = len(officials) * len(COMPETENCIES)
    level, source = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)
    se, defaulted = np.zeros(size), np.zeros(size, dtype=np.bool_)
    place = cell[used]
    level[place], source[place] = found["level"][used], found["id"][used]
    recorded = found["se"][used]
    usual = np.array([DEFAULT_SE[method] for method in METHODS])
    se[place] = np.where(recorded == _UNKNOWN_SE, usual[found["method"][used]], recorded / MICRO)
    defaulted[place] = recorded == _UNKNOWN_SE
    shape = (len(officials), len(COMPETENCIES))
    return Measured(
        level=level.reshape(shape),
        se=se.reshape(shape),
        source=source.reshape(shape),
        default_se=defaulted.reshape(shape),
    )


def staff_gaps(session: Session, staff: Staff, as_of: dt.date) -> tuple[Measured, Gaps]:
    """Return results and gaps of officials against the standard of their posts."""
    measured = load_measured(session, staff.officials, as_of)
    return measured, development_gaps(measured.level, measured.se, staff.standard)


def needs_of(measured: Measured, gaps: Gaps, standard: IntArray, row: int) -> list[Need]:
    """Return the gaps of one official that are likelier than not or open, the greatest expected gap first."""
    needs = [
        Need(
            competency=code,
            level=int(measured.level[row, place]),
            standard=int(standard[row, place]),
            expected=float(gaps.expected[row, place]),
            below=float(gaps.below[row, place]),
        )
        for place, code in enumerate(COMPETENCIES)
        if gaps.known[row, place] and gaps.expected[row, place] > 0
    ]
    return sorted(needs, key=lambda need: (-need.expected, need.competency))


def load_offers(session: Session) -> list[Offer]:
    """Return the programmes in use that aim at a competency."""
    rows = session.scalars(select(Programme).where(Programme.retired_at.is_(None)).order_by(Programme.code))
    return [
        Offer(
            programme_id=row.id,
            code=row.code,
            name=row.name,
            hours=Decimal(row.learning_hours),
            cost=row.cost,
            aims={aim["competency"]: int(aim["level"]) for aim in row.aims},
        )
        for row in rows
        if row.aims
    ]


def load_gain_evidence(session: Session) -> Mapping[tuple[int, str], Evidence]:
    """Return what past classes of every programme came to on every competency."""
    pooled = {key: pool_gains(rows) for key, rows in programme_gains(session).items()}
    return {key: found for key, found in pooled.items() if found is not None}


def class_values(
    session: Session, measured: Measured, gaps: Gaps, classes: Sequence[tuple[TrainingClass, Programme]]
) -> FloatArray:
    """Return the levels of gap every class is expected to close of every official, as ``usable_gain`` tells for one."""
    evidence = load_gain_evidence(session)
    value = np.zeros((len(measured.level), len(classes)))
    for column, (_course, programme) in enumerate(classes):
        for aim in programme.aims:
            if aim["competency"] not in COMPETENCIES:
                continue
            place, level = COMPETENCIES.index(aim["competency"]), int(aim["level"])
            gain = shrunk_gain(evidence.get((programme.id, aim["competency"])))
            room = np.maximum(level - measured.level[:, place], 0)
            value[:, column] += np.minimum(np.minimum(gaps.expected[:, place], gain), room)
    return value
