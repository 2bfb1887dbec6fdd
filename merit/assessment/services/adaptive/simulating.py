"""What the adaptive rules of a blueprint will do, before anybody sits: simulated candidates meet its real rows.

Candidates come from the population of the scale, theta ~ N(0, 1). Everybody passes through the same decisions as at the
sitting, shadow tests included, with the exposure bounds that sealing would freeze today.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from merit import clock
from merit.assessment.domain.adaptive_pool import Pool
from merit.assessment.models.items import Blueprint
from merit.assessment.psychometrics import Simulation, simulate
from merit.assessment.queries.blueprints import document_of, get_blueprint
from merit.assessment.services.adaptive.engine import Engine, chance
from merit.assessment.services.adaptive.exposure import is_roomy
from merit.assessment.services.adaptive.sealing import pools_of_plan
from merit.assessment.services.blueprints import check_blueprint
from merit.errors import NotAllowedError, RuleViolationError
from merit.evidence import FloatArray
from merit.security.permissions import Actor, Permission, is_granted

PERSONS, AT_ONCE = 300, 10
SECONDS = 90.0  # for all parts together; then fewer persons than planned were simulated, and the report says so
SHOWN_ITEMS = 10
Progress = Callable[[int, int], None]
Timer = Callable[[], float]


def check_simulation(session: Session, actor: Actor, *, code: str) -> Blueprint:
    """Return the blueprint to simulate; refuse one without adaptive parts, or that the bank cannot serve."""
    if not is_granted(actor, Permission.BLUEPRINT_WRITE):
        raise NotAllowedError
    blueprint = get_blueprint(session, code)
    document = document_of(blueprint)
    if not document.is_adaptive:
        raise RuleViolationError("simulation-not-adaptive", code=code)
    _plan, feasibility = check_blueprint(session, document, name=blueprint.name)
    if not feasibility.is_feasible:
        raise RuleViolationError("simulation-infeasible", code=code)
    return blueprint


def prepare_simulation(session: Session, actor: Actor, *, code: str) -> tuple[int, tuple[Pool, ...]]:
    """Return the version of a blueprint and its pools as sealing would freeze them today; nothing is written."""
    blueprint = check_simulation(session, actor, code=code)
    plan, _feasibility = check_blueprint(session, document_of(blueprint), name=blueprint.name)
    for number, section in enumerate(plan.document.sections):
        served = {item for demand in plan.demands if demand.section == number for item in demand.candidates}
        rules = section.adaptive
        if rules is not None and not is_roomy(len(served), rules.most, float(rules.exposure)):
            raise RuleViolationError("simulation-tight", competency=rules.competency)
    return blueprint.row_version, pools_of_plan(session, plan, code=code, on=clock.today())


def simulate_pools(
    pools: Sequence[Pool], *, seed: str, timer: Timer, progress: Progress = lambda _done, _total: None
) -> list[dict[str, Any]]:
    """Return what simulated candidates met in every adaptive part.

    ``timer`` tells seconds; once those of a part are used up it is reported as far as it came.
    """
    start, total = timer(), PERSONS * len(pools)
    parts = []
    for number, pool in enumerate(pools):
        until, before = start + SECONDS * (number + 1) / len(pools), number * PERSONS
        met: list[tuple[FloatArray, Simulation]] = []
        for some in _simulated(pool, seed):
            met.append(some)
            progress(before + AT_ONCE * len(met), total)
            if timer() >= until:
                break
        parts.append(_report(pool, np.concatenate([thetas for thetas, _run in met]), [run for _thetas, run in met]))
    return parts


def _simulated(pool: Pool, seed: str) -> Iterator[tuple[FloatArray, Simulation]]:
    """Yield some persons at a time with their tests."""
    engine, rng = Engine(pool), chance(f"{seed}/simulasi/{pool.section}", 0)
    thetas = rng.standard_normal(PERSONS)
    for some in np.split(thetas, range(AT_ONCE, PERSONS, AT_ONCE)):
        yield some, simulate(engine.bank, engine.rules, some, rng=rng, together=False)


def _report(pool: Pool, thetas: FloatArray, runs: Sequence[Simulation]) -> dict[str, Any]:
    lengths = np.concatenate([run.lengths for run in runs])
    theta = np.concatenate([run.theta for run in runs])
    errors = np.concatenate([run.standard_error for run in runs])
    short = np.concatenate([run.short_rows for run in runs])
    seen = np.mean([run.exposure for run in runs], axis=0)
    ends: Counter[str] = Counter()
    for run in runs:
        ends.update({str(code): count for code, count in run.ends.items()})
    order = np.argsort(-seen, kind="stable")[:SHOWN_ITEMS]
    return {
        "competency": pool.competency,
        "persons": len(thetas),
        "planned": PERSONS,
        "items": len(pool.items),
        "unused": int((seen == 0).sum()),
        "length": {"mean": float(lengths.mean()), "least": int(lengths.min()), "most": int(lengths.max())},
        "error": float(errors.mean()),
        "rmse": float(np.sqrt(((theta - thetas) ** 2).mean())),
        "same_level": _same_level(pool, theta, thetas),
        "bound": float(pool.rules.exposure),
        "largest": float(seen.max()),
        "rows": len(pool.rows),
        "short": int(short.sum()),
        "ends": dict(sorted(ends.items())),
        "exposure": [[pool.items[int(at)].code, pool.items[int(at)].level, float(seen[at])] for at in order],
    }


def _same_level(pool: Pool, found: FloatArray, true: FloatArray) -> float | None:
    """Return the share of persons whose level is the one they came with; None without cuts."""
    if pool.cuts is None:
        return None
    edges = np.array(pool.cuts)
    one, other = (np.searchsorted(edges, theta, side="right") for theta in (found, true))
    return float((one == other).mean())
