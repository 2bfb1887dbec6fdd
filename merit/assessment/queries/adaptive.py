"""Adaptive tests: the bank as far as it is calibrated, pools as sealed, steps as taken."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from merit.assessment.domain.adaptive import AdaptiveRules
from merit.assessment.domain.adaptive_pool import Pool, PoolItem
from merit.assessment.domain.blueprints import BlueprintDocument
from merit.assessment.domain.drawing import Bank
from merit.assessment.domain.measurement import Scale, ScaleItem
from merit.assessment.domain.scale import ItemParameters
from merit.assessment.models.adaptive import AdaptivePool, AdaptivePoolItem, AdaptiveStep
from merit.assessment.models.delivery import Attempt
from merit.assessment.queries.blueprints import load_bank, load_contents
from merit.assessment.queries.calibrations import StoredParameters, parameters_in_force
from merit.assessment.queries.cuts import find_cut_sets, theta_cuts


@dataclass(frozen=True, slots=True)
class CalibratedBank:
    """The bank as a blueprint may use it: of adaptive competencies only items with parameters in force.

    Items with an essay are left out too: the next item is chosen before anybody has marked it. ``lacking`` are the
    codes of active items that were left out, by competency.
    """

    bank: Bank
    parameters: dict[int, StoredParameters]
    lacking: dict[str, tuple[str, ...]]


def load_bank_for(session: Session, document: BlueprintDocument) -> CalibratedBank:
    """Return the bank for a blueprint; without an adaptive part it is the whole bank."""
    bank = load_bank(session)
    competencies = {section.adaptive.competency for section in document.sections if section.adaptive is not None}
    if not competencies:
        return CalibratedBank(bank, {}, {})
    wanted = {item.version_id: item for item in bank.items.values() if item.competency in competencies}
    parameters = {
        version: found
        for version, found in parameters_in_force(session, wanted).items()
        if found.scale == wanted[version].competency and found.parameters.discrimination > 0
    }
    for version, content in load_contents(session, parameters).items():
        if any(interaction.kind == "essay" for interaction in content.interactions):
            del parameters[version]
    lacking = {
        competency: tuple(
            sorted(
                item.code
                for version, item in wanted.items()
                if item.competency == competency and version not in parameters and not item.is_trial
            )
        )
        for competency in sorted(competencies)
    }
    items = {
        number: item
        for number, item in bank.items.items()
        if item.competency not in competencies or item.version_id in parameters
    }
    return CalibratedBank(replace(bank, items=items), parameters, lacking)


def is_adaptive(session: Session, sitting_id: int) -> bool:
    """Whether a sealed sitting chooses its items while candidates work."""
    statement = select(AdaptivePool.id).where(AdaptivePool.sitting_id == sitting_id).limit(1)
    return session.scalar(statement) is not None


def pools_of(session: Session, sitting_id: int) -> Sequence[AdaptivePool]:
    """Return the sealed pools of a sitting in the order of its parts."""
    statement = select(AdaptivePool).where(AdaptivePool.sitting_id == sitting_id).order_by(AdaptivePool.section)
    return session.scalars(statement).all()


def load_pool(session: Session, row: AdaptivePool) -> Pool:
    """Return a sealed pool with its items."""
    statement = select(AdaptivePoolItem).where(AdaptivePoolItem.pool_id == row.id)
    items = session.scalars(statement.order_by(AdaptivePoolItem.version_id))
    return Pool(
        section=row.section,
        rules=AdaptiveRules.model_validate(row.rules),
        rows=tuple(row.rows),
        items=tuple(_pool_item(item) for item in items),
        cuts=None if row.cuts is None else tuple(row.cuts),
        enemies=tuple((one, two) for one, two in row.enemies),
    )


def steps_of(session: Session, attempt_id: int) -> Sequence[AdaptiveStep]:
    """Return the decisions of an attempt in their order."""
    statement = select(AdaptiveStep).where(AdaptiveStep.attempt_id == attempt_id).order_by(AdaptiveStep.number)
    return session.scalars(statement).all()


def is_too_short(session: Session, attempt_id: int) -> bool:
    """Whether an attempt has a part with fewer items than its shortest test; False where nothing is adaptive."""
    pools = session.execute(
        select(AdaptivePool.id, AdaptivePool.rules)
        .join(Attempt, Attempt.sitting_id == AdaptivePool.sitting_id)
        .where(Attempt.id == attempt_id)
    ).all()
    given = Counter(step.pool_id for step in steps_of(session, attempt_id) if step.position is not None)
    return any(given[row.id] < AdaptiveRules.model_validate(row.rules).least for row in pools)


def count_shown(session: Session, pool_id: int) -> dict[int, int]:
    """Return how many candidates have seen each version of a pool."""
    statement = (
        select(AdaptiveStep.version_id, func.count())
        .where(AdaptiveStep.pool_id == pool_id, AdaptiveStep.version_id.is_not(None))
        .group_by(AdaptiveStep.version_id)
    )
    return {version: count for version, count in session.execute(statement) if version is not None}


def sealed_scales(session: Session, sitting_id: int, versions: Mapping[int, str], on: dt.date) -> dict[str, Scale]:
    """Return what an adaptive sitting was sealed with as scales by competency; none for another sitting.

    ``versions`` are the SHA-256 of the items given, by id; ``on`` finds the set the cuts are from.
    """
    found = {}
    for row in pools_of(session, sitting_id):
        pool = load_pool(session, row)
        given = [item for item in pool.items if item.version_id in versions]
        cut_set = find_cut_sets(session, [pool.competency], on).get(pool.competency)
        same = cut_set is not None and theta_cuts(cut_set) == pool.cuts
        found[pool.competency] = Scale(
            items={versions[one.version_id]: ScaleItem(parameters=one.parameters, steps=one.steps) for one in given},
            cuts=pool.cuts or (),
            cut_set_id=cut_set.id if cut_set is not None and same else None,
            calibrations=tuple(sorted({one.calibration_id for one in given})),
            least=0,
        )
    return found


def _pool_item(row: AdaptivePoolItem) -> PoolItem:
    return PoolItem(
        version_id=row.version_id,
        code=row.code,
        level=row.level,
        parameters=ItemParameters(row.model, row.discrimination, tuple(row.thresholds), row.guessing),
        steps=tuple(Decimal(step) for step in row.steps),
        rows=tuple(row.row_numbers),
        calibration_id=row.calibration_id,
        exposure=row.exposure,
    )
