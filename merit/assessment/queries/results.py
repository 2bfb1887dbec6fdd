"""Competency results of one official."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from merit.assessment.models.results import CompetencyResult
from merit.people.queries.facts import FactRow, known_facts


@dataclass(frozen=True, slots=True)
class Standing:
    """The newest result on one competency and whether it is valid on a day."""

    result: FactRow
    is_valid: bool


def list_results(session: Session, official_id: int) -> list[FactRow]:
    """Return the results by competency, the newest of each first."""
    model = CompetencyResult
    return known_facts(session, model, model.official_id == official_id, order=[model.competency, model.dated.desc()])


def newest_accredited(results: Iterable[FactRow], on: dt.date) -> dict[str, Standing]:
    """Return per competency the newest accredited result with a level: a valid one where there is one."""
    best: dict[str, Standing] = {}
    for result in results:
        if result.level is None or not result.accreditation or result.method == "internal" or result.dated > on:
            continue
        found = best.get(result.competency)
        is_valid = result.valid_until >= on
        newer = found is None or result.dated > found.result.dated
        if found is None or (is_valid and not found.is_valid) or (newer and is_valid == found.is_valid):
            best[result.competency] = Standing(result, is_valid)
    return best
