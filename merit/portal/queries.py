"""Runs an official was considered in."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from merit.ranking.domain import Standing
from merit.ranking.engine.result import score_text
from merit.ranking.models import RankingRun
from merit.ranking.queries import get_run
from merit.ranking.store.loading import LoadedRun, load_run

NEWEST = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRun:
    """The own standing in the newest run of a vacancy."""

    code: str
    vacancy: str
    position: str
    as_of: dt.date
    computed_at: dt.datetime
    standing: Standing
    rank: int | None
    eligible: int
    score: str | None


def list_own_runs(session: Session, official_id: int) -> list[OwnRun]:
    """Return the newest run of each of the latest vacancies in which the official was considered.

    Simulations are left out: they are never usable as a decision.
    """
    found: list[OwnRun] = []
    seen: set[int] = set()
    codes = session.execute(select(RankingRun.code, RankingRun.vacancy_id).order_by(RankingRun.id.desc()).limit(100))
    for code, vacancy_id in codes:
        if vacancy_id in seen or len(seen) >= NEWEST:
            continue
        run = load_run(session, get_run(session, code))
        if run.header.get("simulation"):
            continue
        seen.add(vacancy_id)
        if (own := _own_run(run, official_id)) is not None:
            found.append(own)
    return found


def _own_run(run: LoadedRun, official_id: int) -> OwnRun | None:
    ranking = run.ranking
    rows = np.flatnonzero(ranking.officials == official_id)
    if not rows.size:
        return None
    row = int(rows[0])
    is_ranked = ranking.standing[row] == Standing.RANKED
    return OwnRun(
        code=run.code,
        vacancy=run.vacancy.code,
        position=run.header["position"]["name"],
        as_of=run.as_of,
        computed_at=run.computed_at,
        standing=Standing(ranking.standing[row]),
        rank=int(ranking.rank[row]) if is_ranked else None,
        eligible=run.counts["eligible"],
        score=score_text(ranking, row) if is_ranked else None,
    )
