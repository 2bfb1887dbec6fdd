"""Runs an official was considered in."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from sqlalchemy.orm import Session

from merit.errors import NotFoundError
from merit.ranking.domain import Standing
from merit.ranking.engine.result import score_text
from merit.ranking.queries import list_decisive_runs
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
    runs = (load_run(session, run) for run in list_decisive_runs(session, limit=NEWEST))
    return [own for run in runs if (own := _own_run(run, official_id)) is not None]


def get_own_run(session: Session, official_id: int, code: str) -> LoadedRun:
    """Return a run in which the official was considered, of those listed; raise :class:`NotFoundError`."""
    for run in list_decisive_runs(session, limit=NEWEST):
        if run.code == code and _own_run(loaded := load_run(session, run), official_id) is not None:
            return loaded
    raise NotFoundError("run-unknown", code=code)


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
