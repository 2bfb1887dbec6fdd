"""The pure engine: 100,000 officials exactly, 200 officials by Monte Carlo, beside plain numpy in the same run.

python bench/ranking_engine.py [--quick] [--rows OFFICIALS]
"""

from __future__ import annotations

import datetime as dt
import sys
from typing import Any

import numpy as np
from common import Figure, finish, least, least_in_turn, size_of_run
from scipy.special import ndtr

from merit.evidence import COMPETENCIES, Column, Datum, Exact, Facts, FactTable, Levels, Noise, Normal, Share, Surplus
from merit.ranking.engine.core import assess, place, rank
from merit.ranking.engine.result import result_sha256
from merit.ranking.engine.types import Ranking, VacancyTerms
from merit.ranking.engine.uncertainty import DRAWS_SMALL, simulate
from merit.ranking.policy import parse_policy, shipped_policies

AS_OF = dt.date(2026, 11, 22)
POOL = 200
ROUNDS = 5
LEVEL_ERROR = 0.4
UNIT_SIZE = 20
NOISY_SLOTS = 6
TERMS = VacancyTerms(
    code="LOWONGAN-1",
    as_of=AS_OF,
    tier="administrator",
    related_field="kepegawaian",
    standard=dict.fromkeys(COMPETENCIES, 3),
)
POLICY = parse_policy(shipped_policies()["loyalitas-hasil"])


def datum(values: Any, n: int) -> Datum:
    """Return known facts."""
    number = np.broadcast_to(np.asarray(values, dtype=np.int64), (n,)).copy()
    return Datum(value=number, known=np.ones(n, dtype=bool), source=np.arange(1, n + 1))


def table(row: Any, code: Any, value: Any, start: Any, end: Any) -> FactTable:
    """Return facts with periods."""
    size = len(row)
    empty = np.full(size, "")
    return FactTable(
        row=np.asarray(row, dtype=np.int64),
        code=np.asarray(code, dtype=np.str_),
        value=np.asarray(value, dtype=np.int64),
        start=np.asarray(start, dtype="datetime64[D]"),
        end=np.asarray(end, dtype="datetime64[D]"),
        dated=np.asarray(start, dtype="datetime64[D]"),
        state=empty,
        tag=empty,
        source=np.arange(1, size + 1),
    )


def make_facts(n: int, rng: np.random.Generator) -> Facts:
    """Return facts of officials with three posts and two appraisals each, all eligible."""
    posts = np.repeat(np.arange(n), 3)
    starts = np.tile(np.array(["2012-01-01", "2016-01-01", "2021-01-01"], dtype="datetime64[D]"), n)
    starts = starts + rng.integers(0, 300, 3 * n).astype("timedelta64[D]")
    years = np.repeat(np.arange(n), 2)
    nothing = table([], [], [], [], [])
    return Facts(
        nip=np.array([f"{19800101200501000 + index:018d}" for index in range(n)]),
        employment=datum(0, n),
        education=datum(6, n),
        grade=datum(rng.integers(12, 15, n), n),
        birth=datum(rng.integers(0, 8000, n), n),
        tier=datum(5, n),
        position_since=datum(rng.integers(17000, 19000, n), n),
        posts=table(posts, np.tile(["pelaksana", "pengawas", "pengawas"], n), posts * 0, starts, starts + 1200),
        findings=nothing,
        attestations=nothing,
        predicates=table(
            years, np.tile(["2024", "2025"], n), years * 0 + 4, ["2026-01-01"] * len(years), [None] * len(years)
        ),
        trainings=nothing,
        technical=nothing,
    )


def make_columns(n: int, rng: np.random.Generator) -> dict[str, Column]:
    """Return the twelve indicators of the default policy and the learning duty, everything measured."""

    def column(value: Any, noise: Noise | None = None, stream: Any = None) -> Column:
        return Column(
            value=np.asarray(value, dtype=np.float64),
            noise=noise or Exact(),
            status=np.zeros(n, dtype=np.int8),
            as_of=np.full(n, np.datetime64(AS_OF)),
            source=np.arange(1, n + 1),
            stream=stream,
        )

    def normal(low: float, high: float, error: float) -> Column:
        se = Normal(se=np.full(n, error), is_default=np.zeros(n, dtype=bool))
        return column(rng.uniform(low, high, n), se)

    def share() -> Column:
        cases = rng.integers(5, 300, n)
        kept = rng.binomial(cases, 0.9)
        units = np.array([f"U{index // UNIT_SIZE}" for index in range(n)])
        return column(kept / cases, Share(k=kept, n=cases), units)

    levels = np.clip(np.rint(rng.normal(3, 0.8, (n, len(COMPETENCIES)))), 1, 5)
    cuts = ndtr((np.arange(1.5, 5.0) - levels[:, :, None]) / LEVEL_ERROR)
    edges = np.zeros((n, len(COMPETENCIES), 1))
    jpm = Levels(
        p=np.diff(np.concatenate((edges, cuts, edges + 1), axis=2), axis=2),
        standard=np.full(len(COMPETENCIES), 3),
        codes=COMPETENCIES,
        surplus=Surplus.CAPPED,
        is_default=np.zeros(n, dtype=bool),
    )
    rating = (2.0, 2.5, 3.0)
    return {
        "feedback.loyal": normal(3, 5, 0.25),
        "feedback.service": normal(3, 5, 0.25),
        "appraisal.behaviour": column(rng.choice(rating, n)),
        "appraisal.result": column(rng.choice(rating, n)),
        "unit.achievement": column(rng.uniform(80, 115, n)),
        "discipline.record": column(rng.choice((0.0, 0.0, 3.0), n)),
        "attendance.unexcused": column(rng.choice((0.0, 1.0, 3.0), n)),
        "service.complaints": share(),
        "service.response": share(),
        "service.satisfaction": normal(70, 95, 1.0),
        "competency.jpm": column(np.minimum(levels, 3).sum(axis=1) * 100 / 27, jpm),
        "training.transfer": normal(50, 95, 8.0),
        "learning.duty": column(np.ones(n)),
    }


def plain_draws(n: int) -> np.ndarray[Any, Any]:
    """Draw as many random numbers as the engine needs, official by official, and rank them: the yardstick."""
    scores = np.zeros((n, DRAWS_SMALL))
    generator = np.random.Generator(np.random.Philox(key=1))
    for row in range(n):
        for _ in range(NOISY_SLOTS):
            scores[row] += generator.normal(70.0, 5.0, DRAWS_SMALL)
        levels = generator.random((len(COMPETENCIES), DRAWS_SMALL))
        scores[row] += np.searchsorted((0.1, 0.3), levels).sum(axis=0)
    return np.argsort(np.argsort(-scores, axis=0), axis=0)


def time_exact(n: int) -> list[Figure]:
    """Return the times of gates with scores, order, contributions and hash."""
    rng = np.random.default_rng(7)
    facts, columns, officials = make_facts(n, rng), make_columns(n, rng), np.arange(n)
    assessed = assess(facts, columns, POLICY, officials=officials, vacancy=TERMS)
    ranking = place(assessed, POLICY, TERMS)
    plain = [column.value.copy() for column in columns.values()]
    steps = {
        f"{len(POLICY.gates)} gates, {len(POLICY.slots)} scores of {n:,}": lambda: assess(
            facts, columns, POLICY, officials=officials, vacancy=TERMS
        ),
        "order": lambda: place(assessed, POLICY, TERMS),
        "contributions": lambda: (ranking.slots.utility - ranking.reference) * POLICY.weights,
        "hash of the result": lambda: result_sha256(ranking),
        "weighted sum and sort in floats, for comparison": lambda: np.argsort(np.column_stack(plain).sum(axis=1)),
    }
    return [Figure(what=what, value=least(step, ROUNDS)) for what, step in steps.items()]


def time_draws(n: int) -> Figure:
    """Return the time of Monte Carlo against the plain loop."""
    rng = np.random.default_rng(7)
    columns = make_columns(n, rng)
    ranking: Ranking = rank(make_facts(n, rng), columns, POLICY, officials=np.arange(n), vacancy=TERMS)
    times = least_in_turn({"ours": lambda: simulate(ranking, columns), "plain": lambda: plain_draws(n)}, ROUNDS)
    what = f"{DRAWS_SMALL:,} draws for {len(ranking.order)}, against plain numpy"
    return Figure(what=what, value=times["ours"], against=times["plain"], limit=1.0)


def main() -> int:
    """Print every step's time."""
    size = size_of_run(__doc__, full=100_000, quick=5_000)
    return finish("The engine alone", size, [*time_exact(size.rows), time_draws(POOL)])


if __name__ == "__main__":
    sys.exit(main())
