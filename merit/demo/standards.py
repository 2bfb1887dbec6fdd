"""Cuts of the demonstration city's scales: a workshop of its own accounts, decided by the second administrator.

The judgements are simulated: each rater expects of people at a border what the items' curves say there, give or take
a rater's severity and some noise. Rounds, closing, proposal and decision go through the services people use.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from merit import clock
from merit.accounts.models import User
from merit.accounts.queries import actor_of
from merit.assessment.models.standards import CutSet
from merit.assessment.psychometrics import expected_share
from merit.assessment.queries.calibrations import scale_in_force
from merit.assessment.queries.standards import WorkshopPage, load_workshop
from merit.assessment.services.standards import (
    create_workshop,
    decide_cuts,
    propose_workshop_cuts,
    rate_place,
    take_workshop_step,
)
from merit.demo.draws import Draws, Stream
from merit.errors import RuleViolationError
from merit.security.permissions import Actor

RATERS = ("demo-penulis", "demo-penulis-2", "demo-panel-1", "demo-panel-2", "demo-panel-3")
BORDERS = (-1.3, -0.4, 0.5, 1.4)
ITEMS = 12
SEVERITY, NOISE = 0.15, 0.05
SEED = 12


def set_standards(session: Session, competencies: Sequence[str], *, valid_from: dt.date) -> list[CutSet]:
    """Hold a workshop for each calibrated competency and put its cuts in force from a day."""
    admin, second = _actor(session, "demo-admin"), _actor(session, "demo-admin-2")
    draws = Draws(SEED)
    found = []
    for competency in competencies:
        if len(scale_in_force(session, competency)) < ITEMS // 2:
            continue
        workshop_id = _hold(session, admin, competency, draws.stream(f"standards-{competency}"))
        proposed = propose_workshop_cuts(
            session, admin, workshop_id=workshop_id, reason="Lokakarya peragaan", valid_from=valid_from
        )
        found.append(decide_cuts(session, second, cut_set_id=proposed.id, approve=True))
    return found


def _hold(session: Session, admin: Actor, competency: str, stream: Stream) -> int:
    raters = [_actor(session, login) for login in RATERS if _is_known(session, login)]
    workshop_id = create_workshop(
        session,
        admin,
        name=f"Penetapan batas {competency} {clock.today().year} (peragaan)",
        competency=competency,
        method="angoff",
        items=ITEMS,
        rater_ids=[rater.user_id or 0 for rater in raters],
    ).id
    take_workshop_step(session, admin, workshop_id=workshop_id, step="open")
    page = load_workshop(session, workshop_id)
    severity = SEVERITY * stream.normal(len(raters))
    for rater, shift in zip(raters, severity, strict=True):
        for place, answer in enumerate(_judgements(page, float(shift), stream), 1):
            rate_place(session, rater, workshop_id=workshop_id, place=place, answer=answer)
    for step in ("close", "finish"):
        take_workshop_step(session, admin, workshop_id=workshop_id, step=step)
    return workshop_id


def _judgements(page: WorkshopPage, shift: float, stream: Stream) -> list[list[float]]:
    """Return what a rater expects of people at the borders, item by item, in whole percents that do not fall."""
    found = []
    for item in range(len(page.places)):
        share = expected_share(page.items.subset([item]), np.array(BORDERS) + shift)
        noisy = np.clip(share + NOISE * stream.normal(len(BORDERS)), 0.01, 0.99)
        found.append([float(value) for value in np.round(np.maximum.accumulate(noisy), 2)])
    return found


def _is_known(session: Session, login: str) -> bool:
    return session.scalar(select(User.id).where(User.login == login)) is not None


def _actor(session: Session, login: str) -> Actor:
    user = session.scalars(select(User).where(User.login == login)).one_or_none()
    if user is None:
        raise RuleViolationError("demo-sitting-needs-city")
    return actor_of(session, user)
