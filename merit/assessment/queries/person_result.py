"""One candidate's result with the standard it is compared to, in lines for pages and reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from merit.assessment.domain.reports import Verdict, chance_of, verdict_of
from merit.assessment.domain.sheets import PlaceReason
from merit.assessment.models.items import Item, ItemVersion
from merit.assessment.models.scoring import CandidateResult, ResponseScore
from merit.assessment.queries.result_head import ResultHead
from merit.assessment.queries.scores import Standard, position_standard, present_standards
from merit.assessment.queries.test_results import ResultRow, find_result, list_competencies
from merit.errors import NotFoundError
from merit.reference import load_competencies


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonMatch:
    """A job person match as it is stored, for the ``present`` or the ``target`` position.

    Where the standard asks for competencies the sitting did not measure, ``measured`` and ``required`` count them, and
    the percentage speaks of a part of the position: no category follows from it.
    """

    which: str
    kept: Mapping[str, Any]
    measured: int
    required: int

    @property
    def missing(self) -> list[str]:
        """The competencies of the standard that were not measured."""
        return self.kept.get("missing") or []


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One competency of a person: what was measured, what is required, and what that means."""

    code: str
    result: CandidateResult
    standard: int | None
    chance: Decimal | None
    verdict: Verdict | None
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Treated:
    """A place that was treated unlike the others, and why."""

    position: int
    item: str
    outcome: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonResult:
    """Everything a page or report says about one candidate."""

    row: ResultRow
    lines: Sequence[Line]
    standard: Mapping[str, int]
    treated: Sequence[Treated]
    matches: Sequence[PersonMatch]

    @property
    def results(self) -> list[CandidateResult]:
        """The results per competency."""
        return [line.result for line in self.lines]


def load_person(
    session: Session, head: ResultHead, number: str, *, unit_ids: frozenset[int] | None = None
) -> PersonResult:
    """Return one candidate's standing result; raise :class:`NotFoundError` where there is none."""
    if head.version is None:
        raise NotFoundError("result-unknown")
    row = find_result(session, head.version.id, number, unit_ids=unit_ids)
    results = list_competencies(session, head.version.id, row.attempt_id)
    standard = present_standards(session, [row.official_id], head.closed_at).get(row.official_id)
    return PersonResult(
        row=row,
        lines=[_line(result, standard) for result in results],
        standard=standard.levels if standard else {},
        treated=_treated(session, head.version.id, row.attempt_id),
        matches=_matches(session, head, row),
    )


def _matches(session: Session, head: ResultHead, row: ResultRow) -> list[PersonMatch]:
    found = []
    for which in ("present", "target"):
        kept = (row.match or {}).get(which)
        if not kept:
            continue
        standard = position_standard(session, kept["position"], head.closed_at)
        missing = kept.get("missing") or []
        required = len(standard.levels) if standard else len(missing)
        found.append(PersonMatch(which=which, kept=kept, measured=required - len(missing), required=required))
    return found


def _line(result: CandidateResult, standard: Standard | None) -> Line:
    required = standard.levels.get(result.competency) if standard else None
    chances = [Decimal(text) for text in result.level_probabilities or ()]
    known = required is not None and bool(chances)
    competency = load_competencies().get(result.competency)
    return Line(
        code=result.competency,
        result=result,
        standard=required,
        chance=chance_of(chances, required) if known and required is not None else None,
        verdict=verdict_of(chances, required) if known and required is not None else None,
        meaning=competency.levels[result.level - 1] if competency and result.level else "",
    )


def _treated(session: Session, version_id: int, attempt_id: int) -> list[Treated]:
    rows = session.execute(
        select(ResponseScore.position, Item.code, ResponseScore.outcome, ResponseScore.reason)
        .join(ItemVersion, ItemVersion.id == ResponseScore.version_id)
        .join(Item, Item.id == ItemVersion.item_id)
        .where(
            ResponseScore.score_version_id == version_id,
            ResponseScore.attempt_id == attempt_id,
            ResponseScore.reason.not_in(("", PlaceReason.TRIAL.value)),
        )
        .order_by(ResponseScore.position)
    )
    return [Treated(position=row.position, item=row.code, outcome=row.outcome, reason=row.reason) for row in rows]
