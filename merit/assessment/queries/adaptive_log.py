"""The log of an adaptive sitting for its pages: what each candidate got, why, and how often items were shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from merit.assessment.domain.adaptive_pool import Pool
from merit.assessment.models.adaptive import AdaptiveStep
from merit.assessment.models.delivery import Attempt
from merit.assessment.models.sittings import Candidate
from merit.assessment.queries.adaptive import count_shown, load_pool, pools_of, steps_of
from merit.people.models import OfficialRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolUse:
    """A sealed pool and how its items were used: (code, level, shown, share), the most shown first."""

    pool: Pool
    candidates: int
    items: Sequence[tuple[str, int | None, int, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptLine:
    """One candidate's test in a list: how many items, and the last ability with its error."""

    official_id: int
    number: str
    items: int
    steps: int
    theta: float
    error: float
    end: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepLine:
    """One decision in words' reach: codes in place of versions."""

    position: int | None
    code: str
    level: int | None
    competency: str
    reason: str
    theta: float
    error: float
    information: float | None
    category: int | None
    candidates: Sequence[tuple[str, float]]
    passed_over: Sequence[Mapping[str, Any]]
    details: Mapping[str, Any]
    seed: str


def list_pools(session: Session, sitting_id: int) -> list[PoolUse]:
    """Return the pools of a sitting with the use of their items."""
    found = []
    for row in pools_of(session, sitting_id):
        pool, shown = load_pool(session, row), count_shown(session, row.id)
        statement = select(func.count(AdaptiveStep.attempt_id.distinct())).where(AdaptiveStep.pool_id == row.id)
        people = session.scalar(statement) or 0
        lines = [
            (item.code, item.level, shown.get(item.version_id, 0), shown.get(item.version_id, 0) / max(people, 1))
            for item in pool.items
        ]
        lines.sort(key=lambda line: (-line[2], line[0]))
        found.append(PoolUse(pool=pool, candidates=people, items=lines))
    return found


def list_attempts(session: Session, sitting_id: int, *, unit_ids: frozenset[int] | None) -> list[AttemptLine]:
    """Return the candidates that took steps, by number, within some units (None: all)."""
    last = (
        select(AdaptiveStep.attempt_id, func.max(AdaptiveStep.number).label("number"))
        .group_by(AdaptiveStep.attempt_id)
        .subquery()
    )
    statement = (
        select(Candidate.official_id, Candidate.number, Attempt.items, AdaptiveStep)
        .join(Attempt, Attempt.candidate_id == Candidate.id)
        .join(last, last.c.attempt_id == Attempt.id)
        .join(AdaptiveStep, (AdaptiveStep.attempt_id == Attempt.id) & (AdaptiveStep.number == last.c.number))
        .where(Attempt.sitting_id == sitting_id)
    )
    if unit_ids is not None:
        statement = statement.join(
            OfficialRecord,
            (OfficialRecord.official_id == Candidate.official_id) & OfficialRecord.superseded_at.is_(None),
        ).where(OfficialRecord.unit_id.in_(sorted(unit_ids)))
    return [
        AttemptLine(
            official_id=official_id,
            number=number,
            items=items,
            steps=step.number,
            theta=step.theta,
            error=step.error,
            end=step.reason,
        )
        for official_id, number, items, step in session.execute(statement.order_by(Candidate.number))
    ]


def load_steps(session: Session, sitting_id: int, attempt_id: int) -> list[StepLine]:
    """Return every decision of an attempt with the codes of the items it speaks of."""
    pools = {row.id: load_pool(session, row) for row in pools_of(session, sitting_id)}
    steps = steps_of(session, attempt_id)
    categories = {(one[0], one[1]): one[2] for step in steps for one in step.details["basis"]}
    return [_step_line(step, pools[step.pool_id], categories) for step in steps]


def _step_line(step: AdaptiveStep, pool: Pool, categories: Mapping[tuple[int, int], int]) -> StepLine:
    items = {item.version_id: item for item in pool.items}
    chosen = None if step.version_id is None else items[step.version_id]
    given = (step.position or 0, step.version_id or 0)
    return StepLine(
        position=step.position,
        code="" if chosen is None else chosen.code,
        level=None if chosen is None else chosen.level,
        competency=pool.competency,
        reason=step.reason,
        theta=step.theta,
        error=step.error,
        information=step.information,
        category=categories.get(given),
        candidates=[(items[version].code, information) for version, information in step.details["candidates"]],
        passed_over=[_passed_over(one, items) for one in step.details["passed_over"]],
        details=step.details,
        seed=step.seed,
    )


def _passed_over(one: Mapping[str, Any], items: Mapping[int, Any]) -> dict[str, Any]:
    enemy, row = one["enemy"], one["row"]
    return {
        "item": items[one["version"]].code,
        "information": one["information"],
        "code": one["code"],
        "words": {
            "enemy": "" if enemy is None else items[enemy].code,
            "row": "" if row is None else row + 1,
        },
    }
