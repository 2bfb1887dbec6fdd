"""Freeze what an adaptive sitting chooses from: item versions, parameters, rules, cuts."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import insert
from sqlalchemy.orm import Session

from merit.assessment.domain.adaptive import fewest_given
from merit.assessment.domain.adaptive_pool import Pool, PoolItem
from merit.assessment.domain.blueprints import BlueprintSection
from merit.assessment.domain.drawing import Plan
from merit.assessment.models.adaptive import AdaptivePool, AdaptivePoolItem
from merit.assessment.models.sittings import Sitting
from merit.assessment.queries.adaptive import CalibratedBank, load_bank_for
from merit.assessment.queries.cuts import cuts_in_force
from merit.assessment.services.adaptive.exposure import is_roomy, with_exposure
from merit.clock import local
from merit.errors import ConflictError


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """What an adaptive blueprint lacks.

    ``lacking`` are codes of items without parameters by competency, ``without_cuts`` competencies without cuts,
    ``tight`` (competency, items, needed) where the pool is too small for the bound on exposure, ``hostile``
    (competency, items, needed) where enemies may leave a candidate fewer items than the shortest test.
    """

    lacking: dict[str, tuple[str, ...]]
    without_cuts: tuple[str, ...]
    tight: tuple[tuple[str, int, int], ...] = ()
    hostile: tuple[tuple[str, int, int], ...] = ()


def assess_readiness(session: Session, plan: Plan, calibrated: CalibratedBank, *, on: dt.date) -> Readiness:
    """Say what stands between an adaptive blueprint and its sealing besides shortages."""
    competencies = [part.adaptive.competency for part in plan.document.sections if part.adaptive is not None]
    missing = tuple(code for code in competencies if cuts_in_force(session, code, on) is None)
    return Readiness(
        lacking=calibrated.lacking, without_cuts=missing, tight=tuple(_tight(plan)), hostile=tuple(_hostile(plan))
    )


def _tight(plan: Plan) -> Iterator[tuple[str, int, int]]:
    for number, section in enumerate(plan.document.sections):
        if section.adaptive is None:
            continue
        size, share = len(_served(plan, number, section)), float(section.adaptive.exposure)
        if not is_roomy(size, section.adaptive.most, share):
            yield section.adaptive.competency, size, math.ceil(section.adaptive.most / share)


def _hostile(plan: Plan) -> Iterator[tuple[str, int, int]]:
    for number, section in enumerate(plan.document.sections):
        if section.adaptive is None:
            continue
        fewest = fewest_given({item: plan.bank.enemies_of(item) for item in _served(plan, number, section)})
        if fewest < section.adaptive.least:
            yield section.adaptive.competency, fewest, section.adaptive.least


def build_pools(session: Session, sitting: Sitting, plan: Plan) -> tuple[Pool, ...]:
    """Return the pools of a sitting as they are to be frozen."""
    return pools_of_plan(session, plan, code=sitting.code, on=local(sitting.starts_at).date())


def pools_of_plan(session: Session, plan: Plan, *, code: str, on: dt.date) -> tuple[Pool, ...]:
    """Return the pools of a plan laid over the bank as it is, with the cuts of a day; ``code`` names their chance."""
    parameters = load_bank_for(session, plan.document).parameters
    pools = []
    for number, section in enumerate(plan.document.sections):
        if section.adaptive is None:
            continue
        served = _served(plan, number, section)
        if not all(plan.bank.items[item].version_id in parameters for item in served):
            raise ConflictError("sealing-changed-meanwhile", code=code)
        pool = Pool(
            section=number,
            rules=section.adaptive,
            rows=tuple(row.count for row in section.rows),
            items=tuple(
                PoolItem(
                    version_id=version,
                    code=plan.bank.items[item].code,
                    level=plan.bank.items[item].level,
                    parameters=parameters[version].parameters,
                    steps=parameters[version].steps,
                    rows=rows,
                    calibration_id=parameters[version].calibration_id,
                )
                for version, item, rows in sorted(
                    (plan.bank.items[item].version_id, item, served[item]) for item in served
                )
            ),
            cuts=cuts_in_force(session, section.adaptive.competency, on),
            enemies=_enemies(plan, served),
        )
        pools.append(with_exposure(pool, seed=f"{code}/{number}"))
    return tuple(pools)


def _served(plan: Plan, number: int, section: BlueprintSection) -> dict[int, tuple[int, ...]]:
    """Return the rows that each item of a part may serve; what only fills up serves none."""
    served: dict[int, tuple[int, ...]] = {}
    for demand in plan.demands:
        if demand.section == number:
            for item in demand.candidates:
                mine = (demand.row,) if demand.row < len(section.rows) else ()
                served[item] = (*served.get(item, ()), *mine)
    return served


def _enemies(plan: Plan, served: dict[int, tuple[int, ...]]) -> tuple[tuple[int, int], ...]:
    version = {item: plan.bank.items[item].version_id for item in served}
    pairs = {
        (min(version[one], version[two]), max(version[one], version[two]))
        for one in served
        for two in plan.bank.enemies_of(one)
        if two in served
    }
    return tuple(sorted(pairs))


def store_pools(session: Session, sitting: Sitting, pools: Sequence[Pool]) -> None:
    """Write the pools of a sitting that is being sealed."""
    for pool in pools:
        row = AdaptivePool(
            sitting_id=sitting.id,
            section=pool.section,
            competency=pool.competency,
            rules=pool.rules.model_dump(mode="json"),
            rows=list(pool.rows),
            cuts=None if pool.cuts is None else list(pool.cuts),
            enemies=[list(pair) for pair in pool.enemies],
            sha256=pool.sha256,
            sealed_at=sitting.sealed_at,
        )
        session.add(row)
        session.flush()
        session.execute(insert(AdaptivePoolItem), [_row(row.id, item) for item in pool.items])


def _row(pool_id: int, item: PoolItem) -> dict[str, object]:
    own = item.parameters
    return {
        "pool_id": pool_id,
        "version_id": item.version_id,
        "code": item.code,
        "level": item.level,
        "model": own.model,
        "discrimination": own.discrimination,
        "thresholds": list(own.thresholds),
        "guessing": own.guessing,
        "steps": [str(step) for step in item.steps],
        "row_numbers": list(item.rows),
        "exposure": item.exposure,
        "calibration_id": item.calibration_id,
    }
