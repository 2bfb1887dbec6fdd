"""Results of a sitting for pages: lists, one person, items, distributions; who may look is the caller's business."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import fmean, stdev
from typing import Any

from sqlalchemy import (
    BigInteger,
    Row,
    Select,
    SQLColumnExpression,
    func,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.orm import Session

from merit.assessment.domain.items import MAX_LEVEL
from merit.assessment.domain.sheets import WHOLE
from merit.assessment.models.delivery import Attempt
from merit.assessment.models.scoring import CandidateResult
from merit.assessment.models.sittings import Candidate
from merit.db import known
from merit.errors import NotFoundError
from merit.people.models import Official, OfficialRecord, OrgUnitRecord, PositionRecord
from merit.people.queries.officials import full_name

PAGE_SIZE = 25
ORDERS = ("nomor", "nama", "unit", "nilai", "level")


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultFilter:
    """What the list is narrowed to: ``unit_ids`` None means every unit.

    ``competency`` is the result looked at (:data:`WHOLE`: the whole test).
    """

    text: str = ""
    unit_ids: frozenset[int] | None = None
    unit_id: int | None = None
    level: int | None = None
    competency: str = WHOLE


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultRow:
    """One candidate in the list, with the result on the competency looked at."""

    attempt_id: int
    official_id: int
    number: str
    nip: str
    name: str
    unit: str
    position: str
    items: int
    raw: Decimal
    maximum: Decimal
    scaled: Decimal | None
    scaled_se: Decimal | None
    ability: Decimal | None
    ability_se: Decimal | None
    level: int | None
    level_se: Decimal | None
    probabilities: Sequence[str]
    match: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompetencyMean:
    """One competency over all candidates; ``levels`` counts the levels 1 to 5."""

    competency: str
    persons: int
    mean: float
    deviation: float
    levels: tuple[int, ...]


def count_results(session: Session, version_id: int, chosen: ResultFilter) -> int:
    """Return how many candidates the filter leaves."""
    return session.scalar(_narrowed(_joined(select(func.count())), version_id, chosen)) or 0


def list_results(
    session: Session,
    version_id: int,
    chosen: ResultFilter,
    *,
    order: str = "nama",
    page: int = 1,
    size: int | None = PAGE_SIZE,
) -> list[ResultRow]:
    """Return one page of candidates, or all of them with ``size`` None."""
    statement = _ordered(_narrowed(_joined(_columns()), version_id, chosen), order)
    if size is not None:
        statement = statement.limit(size).offset((page - 1) * size)
    return [_row(row) for row in session.execute(statement)]


def find_result(session: Session, version_id: int, number: str, *, unit_ids: frozenset[int] | None = None) -> ResultRow:
    """Return the whole result of one candidate by number, within some units (None: all)."""
    chosen = ResultFilter(unit_ids=unit_ids)
    statement = _narrowed(_joined(_columns()), version_id, chosen).where(Candidate.number == number)
    row = session.execute(statement).one_or_none()
    if row is None:
        raise NotFoundError("result-unknown")
    return _row(row)


def list_competencies(session: Session, version_id: int, attempt_id: int) -> list[CandidateResult]:
    """Return one candidate's results per competency, by code."""
    return list(
        session.scalars(
            select(CandidateResult)
            .where(
                CandidateResult.score_version_id == version_id,
                CandidateResult.attempt_id == attempt_id,
                CandidateResult.competency != WHOLE,
            )
            .order_by(CandidateResult.competency)
        )
    )


def competency_codes(session: Session, version_id: int) -> list[str]:
    """Return the competencies of a scoring, by code."""
    statement = (
        select(CandidateResult.competency)
        .distinct()
        .where(CandidateResult.score_version_id == version_id, CandidateResult.competency != WHOLE)
    )
    return sorted(session.scalars(statement))


def results_by_competency(
    session: Session, version_id: int, attempt_ids: Sequence[int]
) -> dict[int, dict[str, CandidateResult]]:
    """Return the results of some attempts by attempt and competency."""
    found: dict[int, dict[str, CandidateResult]] = {}
    for start in range(0, len(attempt_ids), 500):
        some = attempt_ids[start : start + 500]
        rows = session.scalars(
            select(CandidateResult).where(
                CandidateResult.score_version_id == version_id, CandidateResult.attempt_id.in_(some)
            )
        )
        for row in rows:
            found.setdefault(row.attempt_id, {})[row.competency] = row
    return found


def list_means(session: Session, version_id: int, *, attempt_ids: Sequence[int] | None = None) -> list[CompetencyMean]:
    """Return mean, spread and levels per competency, the whole test first."""
    statement = select(CandidateResult.competency, CandidateResult.scaled, CandidateResult.level).where(
        CandidateResult.score_version_id == version_id, CandidateResult.scaled.is_not(None)
    )
    wanted = None if attempt_ids is None else set(attempt_ids)
    if wanted is not None:
        statement = statement.where(CandidateResult.attempt_id.in_(sorted(wanted)))
    values: dict[str, list[tuple[float, int]]] = {}
    for code, scaled, level in session.execute(statement):
        values.setdefault(code, []).append((float(scaled or 0), level or 0))
    return [_mean(code, rows) for code, rows in sorted(values.items())]


def list_scores(session: Session, version_id: int, competency: str = WHOLE) -> list[float]:
    """Return everybody's scaled score on one competency or the whole."""
    statement = select(CandidateResult.scaled).where(
        CandidateResult.score_version_id == version_id,
        CandidateResult.competency == competency,
        CandidateResult.scaled.is_not(None),
    )
    return [float(score or 0) for score in session.scalars(statement)]


def unit_choices(session: Session, version_id: int, *, unit_ids: frozenset[int] | None = None) -> list[tuple[str, str]]:
    """Return the units of the candidates as choices."""
    chosen = ResultFilter(unit_ids=unit_ids)
    statement = _narrowed(_joined(select(OfficialRecord.unit_id, OrgUnitRecord.name)), version_id, chosen)
    found = {unit_id: name for unit_id, name in session.execute(statement) if unit_id is not None}
    return sorted(((str(unit_id), name or "") for unit_id, name in found.items()), key=lambda pair: pair[1])


def _joined(statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    return (
        statement.select_from(CandidateResult)
        .join(Attempt, Attempt.id == CandidateResult.attempt_id)
        .join(Candidate, Candidate.id == Attempt.candidate_id)
        .join(Official, Official.id == Candidate.official_id)
        .outerjoin(OfficialRecord, (OfficialRecord.official_id == Official.id) & known(OfficialRecord))
        .outerjoin(OrgUnitRecord, (OrgUnitRecord.unit_id == OfficialRecord.unit_id) & known(OrgUnitRecord))
        .outerjoin(PositionRecord, (PositionRecord.position_id == OfficialRecord.position_id) & known(PositionRecord))
    )


def _columns() -> Select[*tuple[Any, ...]]:
    return select(
        CandidateResult,
        Candidate.official_id,
        Candidate.number,
        Official.nip,
        OfficialRecord.name,
        OfficialRecord.title_before,
        OfficialRecord.title_after,
        OrgUnitRecord.name.label("unit"),
        PositionRecord.name.label("position"),
    )


def _narrowed(statement: Select[*tuple[Any, ...]], version_id: int, chosen: ResultFilter) -> Select[*tuple[Any, ...]]:
    statement = statement.where(
        CandidateResult.score_version_id == version_id, CandidateResult.competency == chosen.competency
    )
    if chosen.unit_ids is not None:
        statement = statement.where(OfficialRecord.unit_id.in_(sorted(chosen.unit_ids)))
    if chosen.unit_id is not None:
        statement = statement.where(OfficialRecord.unit_id == chosen.unit_id)
    if chosen.level is not None:
        statement = statement.where(CandidateResult.level == chosen.level)
    for word in chosen.text.split():
        statement = statement.where(
            or_(
                func.lower(OfficialRecord.name).contains(word.lower(), autoescape=True),
                Official.nip.contains(word, autoescape=True),
                Candidate.number.contains(word, autoescape=True),
            )
        )
    return statement


def _ordered(statement: Select[*tuple[Any, ...]], order: str) -> Select[*tuple[Any, ...]]:
    descends = order.startswith("-")
    first: SQLColumnExpression[Any] = {
        "nomor": Candidate.number,
        "nama": OfficialRecord.name,
        "unit": OrgUnitRecord.name,
        "nilai": func.coalesce(type_coerce(CandidateResult.scaled, BigInteger), -1),
        "level": func.coalesce(CandidateResult.level, 0),
    }[order.removeprefix("-")]
    return statement.order_by(first.desc() if descends else first.asc(), Candidate.number)


def _row(row: Row[*tuple[Any, ...]]) -> ResultRow:
    result = row.CandidateResult
    name = full_name(row.name, row.title_before, row.title_after) if row.name else row.nip
    return ResultRow(
        attempt_id=result.attempt_id,
        official_id=row.official_id,
        number=row.number,
        nip=row.nip,
        name=name,
        unit=row.unit or "",
        position=row.position or "",
        items=result.items,
        raw=result.raw,
        maximum=result.maximum,
        scaled=result.scaled,
        scaled_se=result.scaled_se,
        ability=result.ability,
        ability_se=result.ability_se,
        level=result.level,
        level_se=result.level_se,
        probabilities=tuple(result.level_probabilities or ()),
        match=result.job_person_match,
    )


def _mean(code: str, rows: Sequence[tuple[float, int]]) -> CompetencyMean:
    values = [scaled for scaled, _level in rows]
    levels = Counter(level for _scaled, level in rows)
    return CompetencyMean(
        competency=code,
        persons=len(rows),
        mean=fmean(values),
        deviation=stdev(values) if len(values) > 1 else 0.0,
        levels=tuple(levels[level] for level in range(1, MAX_LEVEL + 1)),
    )
