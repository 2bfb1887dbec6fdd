"""Shadow runs (uji bayangan): what an adaptive test would have given those who took a fixed one.

For every candidate the adaptive rules run over the items that candidate answered, with the answers that were given: the
next item is chosen among these alone. So lengths are an upper bound (a whole pool offers more to choose from), and the
comparison is with the same answers, not with a new test. Nothing of it touches a result.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from merit import clock
from merit.assessment.domain.adaptive import AdaptiveRules
from merit.assessment.domain.adaptive_pool import Pool, PoolItem
from merit.assessment.domain.measurement import ScaleItem, abilities
from merit.assessment.models.adaptive import AdaptiveReplay
from merit.assessment.psychometrics.simulation import Simulation
from merit.assessment.psychometrics.simulation import replay as run_past
from merit.assessment.queries.adaptive_replays import PersonAnswers, load_answers
from merit.assessment.queries.cuts import cuts_in_force
from merit.assessment.queries.scores import find_sitting
from merit.assessment.services.adaptive.engine import chance, engine_of
from merit.audit.services import record
from merit.errors import NotAllowedError, RuleViolationError
from merit.evidence import FloatArray
from merit.security.permissions import Actor, Permission, is_granted

FEWEST = 5  # persons, for a comparison to say anything
SHOWN_PAIRS, SHOWN_ITEMS = 400, 40
AT_ONCE = 50
Progress = Callable[[int, int], None]


def run_again(pool: Pool, people: Sequence[PersonAnswers], *, seed: str) -> Simulation:
    """Return the adaptive tests of people over what each of them answered."""
    engine, responses = engine_of(pool), np.full((len(people), len(pool.items)), -1, dtype=np.int64)
    for row, one in enumerate(people):
        for version, points in one.points.items():
            place = pool.places[version]
            responses[row, place] = pool.items[place].category(points)
    return run_past(engine.bank, engine.rules, responses, rng=chance(seed, 0))


def compare(
    pool: Pool, people: Sequence[PersonAnswers], *, progress: Progress = lambda _done, _total: None
) -> dict[str, Any]:
    """Return the report of a shadow run over people who each answered at least ``least`` items of the pool."""
    taken = [one for one in people if len(one.points) >= pool.rules.least]
    if len(taken) < FEWEST:
        raise RuleViolationError("replay-too-few", count=len(taken), needed=FEWEST)
    runs: list[tuple[int, ...]] = []
    stops: Counter[str] = Counter()
    for start in range(0, len(taken), AT_ONCE):
        part = taken[start : start + AT_ONCE]
        found = run_again(pool, part, seed=f"bayangan/{start}")
        runs.extend(tuple(pool.items[at].version_id for at in row if at >= 0) for row in found.given)
        stops.update({str(code): count for code, count in found.ends.items()})
        progress(start + len(part), len(taken))
    items = {str(item.version_id): ScaleItem(parameters=item.parameters, steps=item.steps) for item in pool.items}
    whole = [{str(version): points for version, points in one.points.items()} for one in taken]
    chosen = [{str(v): one.points[v] for v in run} for one, run in zip(taken, runs, strict=True)]
    full, full_error = abilities(items, whole)
    short, short_error = abilities(items, chosen)
    return {
        "persons": len(taken),
        "left_out": len(people) - len(taken),
        "lengths": _lengths(taken, runs),
        "theta": _differences(full, short),
        "errors": {"full": float(np.mean(full_error)), "adaptive": float(np.mean(short_error))},
        "levels": _levels(full, short, pool.cuts),
        "exposure": _exposure(pool, taken, runs),
        "stops": dict(sorted(stops.items())),
        "pairs": [[round(float(x), 3), round(float(y), 3)] for x, y in zip(full, short, strict=True)][:SHOWN_PAIRS],
    }


def _lengths(people: Sequence[PersonAnswers], runs: Sequence[tuple[int, ...]]) -> dict[str, Any]:
    full = [len(one.points) for one in people]
    used = [len(run) for run in runs]
    return {
        "full": float(np.mean(full)),
        "mean": float(np.mean(used)),
        "least": min(used),
        "most": max(used),
        "saved": 1 - sum(used) / sum(full),
        "counts": sorted(Counter(used).items()),
    }


def _differences(full: FloatArray, short: FloatArray) -> dict[str, float | None]:
    apart = short - full
    spread = float(np.std(full)) > 0 and float(np.std(short)) > 0
    return {
        "bias": float(np.mean(apart)),
        "rmsd": float(np.sqrt(np.mean(apart**2))),
        "largest": float(np.max(np.abs(apart))),
        "correlation": float(np.corrcoef(full, short)[0, 1]) if spread else None,
    }


def _levels(full: FloatArray, short: FloatArray, cuts: tuple[float, ...] | None) -> dict[str, Any] | None:
    """Return how often the level is the same, and the table of levels (rows: whole test, columns: adaptive)."""
    if cuts is None:
        return None
    before, after = (np.searchsorted(np.array(cuts), theta, side="right") for theta in (full, short))
    table = np.zeros((len(cuts) + 1, len(cuts) + 1), dtype=int)
    np.add.at(table, (before, after), 1)
    return {
        "same": float(np.mean(before == after)),
        "near": float(np.mean(np.abs(before - after) <= 1)),
        "table": table.tolist(),
    }


def _exposure(pool: Pool, people: Sequence[PersonAnswers], runs: Sequence[tuple[int, ...]]) -> list[tuple[str, float]]:
    """Return [code, share of those who could have got the item and did], the most used first."""
    shown = Counter(version for run in runs for version in run)
    could = Counter(version for one in people for version in one.points)
    shares = [(item.code, shown[item.version_id] / could[item.version_id]) for item in pool.items]
    return sorted(shares, key=lambda one: (-one[1], one[0]))[:SHOWN_ITEMS]


def prepare_replay(
    session: Session,
    actor: Actor,
    *,
    code: str,
    rules: AdaptiveRules,
    progress: Progress = lambda _done, _total: None,
) -> tuple[Pool, dict[str, Any]]:
    """Compute a shadow run of a scored sitting; nothing is written."""
    if not is_granted(actor, Permission.SITTING_MANAGE):
        raise NotAllowedError
    sitting = find_sitting(session, code)
    people, parameters = load_answers(session, sitting.id, rules.competency)
    if not parameters:
        raise RuleViolationError("replay-uncalibrated", competency=rules.competency)
    pool = Pool(
        section=0,
        rules=rules,
        rows=(),
        items=tuple(
            PoolItem(
                version_id=version,
                code=item_code,
                level=None,
                parameters=stored.parameters,
                steps=stored.steps,
                rows=(),
                calibration_id=stored.calibration_id,
            )
            for version, (item_code, stored) in sorted(parameters.items())
        ),
        cuts=cuts_in_force(session, rules.competency, clock.local(sitting.starts_at).date()),
    )
    return pool, compare(pool, people, progress=progress)


def store_replay(session: Session, actor: Actor, *, code: str, pool: Pool, report: Mapping[str, Any]) -> AdaptiveReplay:
    """Keep a shadow run."""
    if not is_granted(actor, Permission.SITTING_MANAGE):
        raise NotAllowedError
    sitting = find_sitting(session, code)
    replay = AdaptiveReplay(
        sitting_id=sitting.id,
        competency=pool.competency,
        rules=pool.rules.model_dump(mode="json"),
        calibrations=sorted({item.calibration_id for item in pool.items}),
        report=dict(report),
        made_by=actor.user_id,
        made_at=clock.now(),
    )
    session.add(replay)
    session.flush()
    details = {"competency": pool.competency, "persons": report["persons"], "replay": replay.id}
    record(session, actor, action="adaptive:replay", subject=f"sitting:{sitting.id}", details=details)
    return replay
