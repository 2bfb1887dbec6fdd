"""Make a workshop, invite its raters, and take it from round to round."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from merit import clock
from merit.assessment.domain.scale import ItemParameters
from merit.assessment.domain.workshops import (
    LEAST_ITEMS,
    LEAST_RATERS,
    MOST_ITEMS,
    Method,
    WorkshopProblem,
    WorkshopState,
    WorkshopStep,
    next_state,
)
from merit.assessment.models.items import Item, ItemVersion
from merit.assessment.models.standards import StandardWorkshop, WorkshopPlace, WorkshopRater
from merit.assessment.queries.calibrations import scale_in_force
from merit.assessment.queries.items import versions_in_use
from merit.assessment.queries.standards import load_workshop, rater_choices
from merit.audit.services import record
from merit.errors import InvalidInputError, NotAllowedError, RuleViolationError
from merit.security.permissions import Actor, Permission, is_granted

RESPONSE_PROBABILITY = Decimal("0.666667")
MOST_NAME = 200


def create_workshop(
    session: Session,
    actor: Actor,
    *,
    name: str,
    competency: str,
    method: str,
    items: int,
    rater_ids: Collection[int],
    probability: Decimal = RESPONSE_PROBABILITY,
) -> StandardWorkshop:
    """Make a workshop over ``items`` active items of a competency and invite its raters.

    Angoff and bookmark take calibrated items, spread evenly over their difficulty; expert keys take situational
    judgement items by code.
    """
    _require_manager(actor)
    name = name.strip()
    if not name or len(name) > MOST_NAME or not competency or method not in set(Method):
        raise InvalidInputError("workshop-input")
    if not LEAST_ITEMS <= items <= MOST_ITEMS and method != Method.EXPERT_KEYS:
        raise InvalidInputError("workshop-items", least=LEAST_ITEMS, most=MOST_ITEMS)
    if not Decimal("0.5") <= probability <= Decimal("0.8"):
        raise InvalidInputError("workshop-probability")
    chosen = _choose(session, competency, Method(method), min(max(items, 1), MOST_ITEMS))
    workshop = StandardWorkshop(
        name=name,
        competency=competency,
        method=method,
        state=WorkshopState.PREPARED.value,
        round=0,
        probability=probability,
        created_by=actor.user_id,
        created_at=clock.now(),
    )
    session.add(workshop)
    session.flush()
    session.add_all(
        WorkshopPlace(workshop_id=workshop.id, place=place, version_id=version_id, parameters=_document(parameters))
        for place, (version_id, parameters) in enumerate(chosen, 1)
    )
    session.flush()
    details = {"competency": competency, "method": method, "items": len(chosen)}
    record(session, actor, action="standard:create", subject=f"workshop:{workshop.id}", details=details)
    for user_id in sorted(set(rater_ids)):
        invite_rater(session, actor, workshop_id=workshop.id, user_id=user_id)
    return workshop


def invite_rater(session: Session, actor: Actor, *, workshop_id: int, user_id: int) -> None:
    """Invite somebody to judge; possible until the first round opens, so that every round has the same raters."""
    _require_manager(actor)
    workshop = load_workshop(session, workshop_id, lock=True)
    if workshop.state is not WorkshopState.PREPARED:
        raise RuleViolationError("workshop-raters-fixed")
    if user_id not in {one for one, _name in rater_choices(session)}:
        raise InvalidInputError("workshop-rater-unknown")
    if any(rater.user_id == user_id for rater in workshop.raters):
        return
    session.add(WorkshopRater(workshop_id=workshop_id, user_id=user_id, invited_at=clock.now()))
    session.flush()
    record(session, actor, action="standard:invite", subject=f"workshop:{workshop_id}", details={"user": user_id})


def take_workshop_step(
    session: Session, actor: Actor, *, workshop_id: int, step: str, leave_out: bool = False
) -> StandardWorkshop:
    """Open a round, close it, end the workshop or cancel it.

    A round closes when everybody has judged everything, or with ``leave_out``: who has not is left out of it.
    """
    _require_manager(actor)
    workshop = load_workshop(session, workshop_id, lock=True)
    if step not in set(WorkshopStep):
        raise InvalidInputError(WorkshopProblem.STEP)
    target = next_state(workshop.state, WorkshopStep(step), rounds=workshop.row.round)
    if isinstance(target, WorkshopProblem):
        raise RuleViolationError(target)
    if step == WorkshopStep.OPEN and len(workshop.raters) < LEAST_RATERS[workshop.method]:
        raise RuleViolationError(WorkshopProblem.RATERS, least=LEAST_RATERS[workshop.method])
    if step == WorkshopStep.CLOSE and not workshop.is_complete and not leave_out:
        raise RuleViolationError(WorkshopProblem.INCOMPLETE)
    row = workshop.row
    row.state = target.value
    row.round += step == WorkshopStep.OPEN
    if target in {WorkshopState.FINISHED, WorkshopState.CANCELLED}:
        row.ended_at = clock.now()
    session.flush()
    details = {"step": step, "round": row.round, "left_out": leave_out and not workshop.is_complete}
    record(session, actor, action="standard:step", subject=f"workshop:{workshop_id}", details=details)
    return row


def _require_manager(actor: Actor) -> None:
    if not is_granted(actor, Permission.STANDARD_MANAGE):
        raise NotAllowedError


def _choose(session: Session, competency: str, method: Method, count: int) -> list[tuple[int, ItemParameters | None]]:
    """Return the versions to judge with their parameters."""
    in_use = versions_in_use().subquery()
    rows = session.execute(
        select(Item.code, ItemVersion.id, ItemVersion.kind)
        .join(in_use, in_use.c.item_id == Item.id)
        .join(ItemVersion, ItemVersion.id == in_use.c.version_id)
        .where(Item.competency == competency)
        .order_by(Item.code)
    ).all()
    if method is Method.EXPERT_KEYS:
        found = [row.id for row in rows if row.kind == "sjt"]
        if not found:
            raise RuleViolationError("workshop-no-sjt", competency=competency)
        return [(version_id, None) for version_id in found[:count]]
    scale = scale_in_force(session, competency)
    calibrated = sorted(
        ((scale[row.id].parameters, row.id) for row in rows if row.id in scale),
        key=lambda pair: (pair[0].difficulty, pair[1]),
    )
    if len(calibrated) < LEAST_ITEMS:
        raise RuleViolationError("workshop-few-items", count=len(calibrated), least=LEAST_ITEMS)
    return [(version_id, parameters) for parameters, version_id in _spread(calibrated, count)]


def _spread(values: Sequence[tuple[ItemParameters, int]], count: int) -> list[tuple[ItemParameters, int]]:
    """Return ``count`` values evenly spread over the order, the first and the last among them."""
    if count >= len(values):
        return list(values)
    return [values[round(at * (len(values) - 1) / (count - 1))] for at in range(count)]


def _document(parameters: ItemParameters | None) -> dict[str, object]:
    if parameters is None:
        return {}
    return {
        "model": parameters.model,
        "discrimination": parameters.discrimination,
        "thresholds": list(parameters.thresholds),
        "guessing": parameters.guessing,
    }
