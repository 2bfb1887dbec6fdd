"""Simulations on frozen runs: compute, log, list. They live in a table of their own and can never become a decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from merit import clock
from merit.audit.services import record
from merit.errors import InvalidInputError, NotAllowedError, NotFoundError, RuleViolationError
from merit.ranking.engine.result import result_sha256
from merit.ranking.engine.types import ENGINE_VERSION, Policy, Ranking
from merit.ranking.models import RankingRun, RankingSimulation
from merit.ranking.sheet import Checked, form_sha256
from merit.ranking.simulation import BLOCKING, NEUTRAL_REACH, OFF, Changes, changes_from_json, compare, rank_again
from merit.ranking.simulation import simulated as simulated_policy
from merit.ranking.store.loading import LoadedRun
from merit.security.permissions import Actor, Permission, is_granted

MAX_CONSIDERED = 100_000
MAX_PURPOSE = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulated:
    """A stored simulation with what it computes: the changed policy and the ranking under it."""

    row: RankingSimulation
    policy: Policy
    ranking: Ranking


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedSimulation:
    """A computed simulation that is not logged yet: every column of its row but number, person and instant."""

    run_code: str
    row: dict[str, Any]


def check_simulation(run: LoadedRun, changes: Changes) -> Checked:
    """Return the changed policy or its problems; refuse what no simulation may change.

    Raises :class:`InvalidInputError` for a neutral shift beyond 20 points, unknown gates, or when nothing changes.
    """
    if abs(changes.neutral) > NEUTRAL_REACH:
        raise InvalidInputError("simulation-neutral")
    known = {gate.id for gate in run.policy.gates}
    for gate, mode in changes.gates.items():
        if gate not in known or mode not in {OFF, BLOCKING}:
            raise InvalidInputError("simulation-gate-unknown", gate=gate)
    checked = simulated_policy(run.policy.document, changes)
    if checked.policy is not None and checked.policy.sha256 == form_sha256(run.policy.document):
        raise InvalidInputError("simulation-unchanged")
    return checked


def simulate_run(
    session: Session, actor: Actor, *, run: LoadedRun, changes: Changes, policy: Policy, purpose: str
) -> RankingSimulation:
    """Compute and log a simulation in one unit of work; see :func:`compute_simulation` for doing it in two."""
    prepared = compute_simulation(actor, run=run, changes=changes, policy=policy, purpose=purpose)
    return store_simulation(session, actor, prepared=prepared)


def compute_simulation(
    actor: Actor, *, run: LoadedRun, changes: Changes, policy: Policy, purpose: str
) -> PreparedSimulation:
    """Rank the run's frozen people again under a changed policy. Nothing is written; large pools take a moment."""
    if not is_granted(actor, Permission.POLICY_SIMULATE):
        raise NotAllowedError
    if not purpose.strip():
        raise InvalidInputError("simulation-purpose")
    if len(purpose) > MAX_PURPOSE:
        raise InvalidInputError("simulation-purpose-long", limit=MAX_PURPOSE)
    if run.header["simulation"]:
        raise RuleViolationError("simulation-of-simulation")
    if run.counts["considered"] > MAX_CONSIDERED:
        raise RuleViolationError("simulation-pool", considered=run.counts["considered"], limit=MAX_CONSIDERED)
    ranking = rank_again(run.inputs, policy, run.ranking)
    moves = compare(run.ranking, ranking)
    return PreparedSimulation(
        run_code=run.code,
        row={
            "run_id": run.id,
            "vacancy_id": run.vacancy_id,
            "purpose": purpose.strip(),
            "changes": changes.as_json(),
            "policy_sha256": policy.sha256,
            "result_sha256": result_sha256(ranking),
            "engine": ENGINE_VERSION,
            "moved": int(moves.moved.sum()),
            "entered": int(moves.entered.sum()),
            "left": int(moves.left.sum()),
        },
    )


def store_simulation(session: Session, actor: Actor, *, prepared: PreparedSimulation) -> RankingSimulation:
    """Log a computed simulation: who, when, what was changed, and the result's hash."""
    number = _next_number(session)
    row = RankingSimulation(
        id=number, code=f"SIM-{number:06d}", user_id=actor.user_id, simulated_at=clock.now(), **prepared.row
    )
    session.add(row)
    session.flush()
    record(
        session,
        actor,
        action="run:simulate",
        subject=f"run:{prepared.run_code}",
        details={
            "simulation": row.code,
            "changes": row.changes,
            "policy_sha256": row.policy_sha256,
            "result_sha256": row.result_sha256,
        },
    )
    return row


def open_simulation(session: Session, actor: Actor, *, run: LoadedRun, code: str) -> Simulated:
    """Return a simulation of a run, computed again from the frozen columns and checked against its logged hash."""
    if not is_granted(actor, Permission.RUN_READ):
        raise NotFoundError("simulation-unknown", code=code)
    query = select(RankingSimulation).where(RankingSimulation.code == code.upper(), RankingSimulation.run_id == run.id)
    row = session.scalars(query).one_or_none()
    if row is None:
        raise NotFoundError("simulation-unknown", code=code)
    policy = simulated_policy(run.policy.document, changes_from_json(row.changes)).policy
    ranking = None if policy is None else rank_again(run.inputs, policy, run.ranking)
    if policy is None or ranking is None or result_sha256(ranking) != row.result_sha256:
        raise RuleViolationError("simulation-damaged")
    return Simulated(row=row, policy=policy, ranking=ranking)


def list_simulations(
    session: Session, *, vacancy_id: int | None = None, run_id: int | None = None, limit: int = 200
) -> Sequence[RankingSimulation]:
    """Return simulations of a vacancy's pool or of one run, newest first; a dossier lists all of its vacancy."""
    query = select(RankingSimulation).order_by(RankingSimulation.id.desc()).limit(limit)
    if vacancy_id is not None:
        query = query.where(RankingSimulation.vacancy_id == vacancy_id)
    if run_id is not None:
        query = query.where(RankingSimulation.run_id == run_id)
    return session.scalars(query).all()


def count_simulations(session: Session, *, vacancy_id: int) -> int:
    """Return how many simulations a vacancy's pool has seen."""
    query = select(func.count()).select_from(RankingSimulation).where(RankingSimulation.vacancy_id == vacancy_id)
    return session.scalar(query) or 0


def runs_of(session: Session, rows: Sequence[RankingSimulation]) -> dict[int, str]:
    """Return the codes of the runs that simulations rest on, by id."""
    query = select(RankingRun.id, RankingRun.code).where(RankingRun.id.in_({row.run_id for row in rows}))
    return {number: code for number, code in session.execute(query)}  # noqa: C416 -- rows are no pairs to a type checker


def _next_number(session: Session) -> int:
    if session.get_bind().dialect.name == "postgresql":
        return int(session.scalar(select(func.nextval("ranking_simulations_id_seq"))) or 0)
    return int(session.scalar(select(func.coalesce(func.max(RankingSimulation.id), 0) + 1)) or 0)
