"""Make every stored step of an attempt again and say which come out otherwise."""

from __future__ import annotations

from sqlalchemy.orm import Session

from merit.assessment.domain.adaptive_pool import Answered, Pool
from merit.assessment.models.adaptive import AdaptiveStep
from merit.assessment.queries.adaptive import load_pool, pools_of, steps_of
from merit.assessment.services.adaptive.engine import decide

CLOSE = 1e-9  # another machine's last digits


def differing_steps(session: Session, sitting_id: int, attempt_id: int) -> list[int]:
    """Return the numbers of the steps that the sealed pool, the kept answers and the seed do not give; empty: all do.

    A pool whose digest is another than at sealing gives none of its steps.
    """
    rows = {row.id: row for row in pools_of(session, sitting_id)}
    pools = {number: load_pool(session, row) for number, row in rows.items()}
    return [
        step.number
        for step in steps_of(session, attempt_id)
        if pools[step.pool_id].sha256 != rows[step.pool_id].sha256 or not _comes_again(pools[step.pool_id], step)
    ]


def _comes_again(pool: Pool, step: AdaptiveStep) -> bool:
    basis = [
        Answered(position=place, version_id=version, category=got) for place, version, got in step.details["basis"]
    ]
    again = decide(pool, basis, seed=step.seed)
    same = (again.version_id, again.code) == (step.version_id, step.reason)
    return same and abs(again.theta - step.theta) < CLOSE and abs(again.error - step.error) < CLOSE
