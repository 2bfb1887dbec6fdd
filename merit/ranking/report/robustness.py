"""Two further views of an order: under other weights, and ranks that hold for everybody at once."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from merit.ranking.engine.ranksets import simultaneous_ranks
from merit.ranking.engine.robustness import SPREAD, weight_robustness
from merit.ranking.report.head import RunHead, run_head
from merit.ranking.report.scene import Scene
from merit.ranking.store.loading import LoadedRun

MOST_ROWS = 300
DRAWS = 4_000
LARGEST_POOL = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RobustnessRow:
    """One ranked official.

    ``weight_share``: share of weight draws within the announced number, None beyond :data:`LARGEST_POOL`.
    ``rank_set``: ranks that hold for everybody together at the view's level, None where nothing was drawn.
    """

    official_id: int
    nip: str
    name: str
    rank: int
    weight_share: float | None
    rank_set: tuple[int, int] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RobustnessPage:
    """The first ranked officials under other weights (each within ``spread`` of the policy's) and all together.

    ``level`` and ``method`` belong to the rank sets; 0 and "" where there are none. ``left_out``: ranked officials
    beyond the last row.
    """

    head: RunHead
    spread: float
    draws: int
    level: float
    method: str
    rows: tuple[RobustnessRow, ...]
    left_out: int


def robustness_page(session: Session, run: LoadedRun, *, most: int = MOST_ROWS) -> RobustnessPage:
    """Return both views; they are computed when asked for, from the run's own seed, and repeat exactly."""
    ranking, known = run.ranking, run.uncertainty
    seed = int(run.seed, 16)
    is_drawn = len(ranking.order) <= LARGEST_POOL
    shares = weight_robustness(ranking, seed=seed, draws=DRAWS) if is_drawn else None
    sets = None if known is None else simultaneous_ranks(ranking, known, seed=seed)
    rows = ranking.order[:most].tolist()
    scene = Scene(session, run)
    scene.look_up(rows)
    return RobustnessPage(
        head=run_head(run),
        spread=SPREAD,
        draws=DRAWS,
        level=0.0 if sets is None else sets.level,
        method="" if sets is None else sets.method,
        rows=tuple(
            RobustnessRow(
                official_id=int(ranking.officials[row]),
                nip=str(ranking.nip[row]),
                name=person.name if (person := scene.person(row)) else "",
                rank=int(ranking.rank[row]),
                weight_share=None if shares is None else float(shares[place]),
                rank_set=None if sets is None else (int(sets.low[place]), int(sets.high[place])),
            )
            for place, row in enumerate(rows)
        ),
        left_out=len(ranking.order) - len(rows),
    )
