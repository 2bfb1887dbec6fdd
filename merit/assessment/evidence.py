"""Evidence from competency results: the job person match, and technical competencies for gates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sqlalchemy import BigInteger, ColumnElement, and_, func, or_, select, type_coerce
from sqlalchemy.orm import Session

from merit.alignment import asked_rows, last_per_row, make_table, newest_source, notes
from merit.assessment.domain.matching import LEVELS, job_person_match, level_probabilities, match_points
from merit.assessment.models.results import METHODS, CompetencyResult
from merit.bulk import Columns, among, ordinal, read_columns
from merit.db import MICRO, known
from merit.evidence import (
    COMPETENCIES,
    BoolArray,
    Column,
    EvidenceRequest,
    FactTable,
    FloatArray,
    IntArray,
    Levels,
    Status,
)

INTERNAL = "internal"
NOT_LEVELLED = "JPM"
_IS_ACCREDITED = and_(CompetencyResult.accreditation != "", CompetencyResult.method != INTERNAL)
_UNKNOWN_SE = -1


@dataclass(frozen=True, slots=True)
class _Cells:
    """One result per official and competency of the standard, where there is a valid one."""

    level: IntArray  # [n, C], 0 where none
    se: FloatArray  # [n, C]
    se_is_default: BoolArray  # [n, C]
    internal: BoolArray  # [n, C]
    expired: BoolArray  # [n, C]: only results that no longer hold


def load_competency_jpm(session: Session, request: EvidenceRequest) -> Column:
    """Return the job person match against ``request.standard``, in percent.

    Per competency the newest valid accredited result counts; an internal one only where the policy allows it and
    no accredited one is valid. A competency without a result: MISSING; with expired ones only: EXPIRED.
    """
    row, found = asked_rows(request.officials, _load_results(session, request))
    n, codes = len(request.officials), tuple(request.standard)
    valid = np.flatnonzero(found["valid_until"] >= np.datetime64(request.as_of, "D"))
    cell = row * len(codes) + found["competency"]
    keys = (cell, found["accredited"], found["dated"], found["level"], found["id"])
    used = valid[last_per_row(*(key[valid] for key in keys))]
    cells = _fill(request, found, cell, used)
    standard = np.array(list(request.standard.values()), dtype=np.int64)
    status = _status(cells)
    measured = status == Status.MEASURED
    sources, dates = newest_source(n, row[used], found["id"][used], found["dated"][used])
    internal = measured & cells.internal.any(axis=1)
    defaulted = measured & cells.se_is_default.any(axis=1)
    p = np.zeros((n, len(codes), LEVELS))
    p[measured] = level_probabilities(cells.level[measured], cells.se[measured])
    value = np.full(n, np.nan)
    value[measured] = job_person_match(match_points(cells.level[measured], standard, request.surplus), standard)
    return Column(
        value=value,
        noise=Levels(p=p, standard=standard, codes=codes, surplus=request.surplus, is_default=defaulted),
        status=status,
        as_of=dates,
        source=sources,
        internal=internal,
        note=notes(n, default_error=defaulted, internal_results=internal),
    )


def _load_results(session: Session, request: EvidenceRequest) -> Columns:
    codes = tuple(request.standard)
    statement = select(
        CompetencyResult.id,
        CompetencyResult.official_id,
        ordinal(CompetencyResult.competency, codes or COMPETENCIES).label("competency"),
        CompetencyResult.level,
        func.coalesce(type_coerce(CompetencyResult.se, BigInteger), _UNKNOWN_SE).label("se"),
        ordinal(CompetencyResult.method, METHODS).label("method"),
        CompetencyResult.dated,
        CompetencyResult.valid_until,
        _IS_ACCREDITED.label("accredited"),
    ).where(
        known(CompetencyResult, request.known_at),
        CompetencyResult.competency.in_(codes),
        CompetencyResult.level.is_not(None),
        CompetencyResult.dated <= request.as_of,
        _admitted(request),
        among(CompetencyResult.official_id, request.officials),
    )
    return read_columns(session, statement)


def _admitted(request: EvidenceRequest) -> ColumnElement[bool]:
    """Accredited results; internal ones only where the policy allows them."""
    return or_(_IS_ACCREDITED, CompetencyResult.method == INTERNAL) if request.internal_allowed else _IS_ACCREDITED


def _fill(request: EvidenceRequest, found: Columns, cell: IntArray, used: IntArray) -> _Cells:
    shape = (len(request.officials), len(request.standard))
    size = shape[0] * shape[1]
    level, se = np.zeros(size, dtype=np.int64), np.zeros(size)
    defaulted, internal, seen = (np.zeros(size, dtype=np.bool_) for _ in range(3))
    place = cell[used]
    level[place] = found["level"][used]
    recorded = found["se"][used]
    unknown = recorded == _UNKNOWN_SE
    se[place] = np.where(unknown, _default_errors(request)[found["method"][used]], recorded / MICRO)
    defaulted[place] = unknown
    internal[place] = ~found["accredited"][used]
    seen[cell] = True
    return _Cells(
        level.reshape(shape),
        se.reshape(shape),
        defaulted.reshape(shape),
        internal.reshape(shape),
        (seen & (level == 0)).reshape(shape),
    )


def _default_errors(request: EvidenceRequest) -> FloatArray:
    chosen = request.default_se.get("competency.jpm", {})
    return np.array([float(chosen.get(method, 0)) for method in METHODS])


def _status(cells: _Cells) -> np.ndarray[tuple[int], np.dtype[np.int8]]:
    lacking = cells.level == 0
    missing = (lacking & ~cells.expired).any(axis=1) | (lacking.shape[1] == 0)
    status = np.where(lacking.any(axis=1), Status.EXPIRED, Status.MEASURED)
    return np.where(missing, Status.MISSING, status).astype(np.int8)


def load_technical(session: Session, request: EvidenceRequest) -> FactTable:
    """Return the newest valid level per technical competency, accredited and internal ones apart.

    Internal results are left out where the policy does not allow them, as in the job person match.
    """
    statement = select(
        CompetencyResult.id,
        CompetencyResult.official_id,
        CompetencyResult.competency,
        CompetencyResult.level,
        CompetencyResult.dated,
        CompetencyResult.valid_until,
        _IS_ACCREDITED.label("accredited"),
    ).where(
        known(CompetencyResult, request.known_at),
        CompetencyResult.competency.not_in((*COMPETENCIES, NOT_LEVELLED)),
        CompetencyResult.level.is_not(None),
        CompetencyResult.dated <= request.as_of,
        CompetencyResult.valid_until >= request.as_of,
        _admitted(request),
        among(CompetencyResult.official_id, request.officials),
    )
    found = read_columns(session, statement)
    row, found = asked_rows(request.officials, found)
    cell = (row * len(found["competency"].labels) + found["competency"].index) * 2 + found["accredited"]
    newest = last_per_row(cell, found["dated"], found["level"], found["id"])
    return make_table(
        row[newest],
        code=found["competency"][newest].texts(),
        value=found["level"][newest],
        start=found["dated"][newest],
        end=found["valid_until"][newest],
        tag=np.where(found["accredited"][newest], "accredited", "internal"),
        source=found["id"][newest],
    )
