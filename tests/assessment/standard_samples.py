"""Calibrations and cuts in force, made of rows: what levels on theta start from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy.orm import Session

from merit import clock
from merit.assessment.domain.states import ItemState
from merit.assessment.models.calibration import Calibration, CalibrationItem
from merit.assessment.models.items import Item, ItemVersion
from merit.assessment.models.standards import CutSet
from merit.assessment.services.items import move_item
from merit.assessment.services.standards import decide_cuts, propose_cuts
from merit.assessment.services.standards.cuts import CutProposal
from merit.security.permissions import Actor

CUTS = (-1.5, -0.5, 0.5, 1.5)
FROM = dt.date(2026, 1, 1)


def calibrate_rows(
    session: Session,
    versions: Sequence[ItemVersion],
    difficulties: Sequence[float],
    *,
    competency: str = "M.01",
    slope: float = 1.0,
    number: int = 1,
) -> Calibration:
    """Put dichotomous items in force on a scale."""
    now = clock.now()
    calibration = Calibration(
        competency=competency, number=number, model="2pl", state="in_force", persons=500, items=len(versions),
        log_likelihood=-1.0, iterations=9, converged=True, settings={}, link=None, left_out=[], problems=[],
        inputs_sha256="0" * 64, sha256="0" * 64, made_at=now, decided_at=now,
    )  # fmt: skip
    session.add(calibration)
    session.flush()
    session.add_all(
        CalibrationItem(
            calibration_id=calibration.id, version_id=version.id, origin="estimated", model="2pl",
            discrimination=slope, thresholds=[difficulty], guessing=0.0, steps=["0", str(version.maximum.normalize())],
            own={}, standard_errors={"discrimination": 0.1, "thresholds": [0.1]}, fit={}, displacement=None,
            persons=500, flags=[],
        )
        for version, difficulty in zip(versions, difficulties, strict=True)
    )  # fmt: skip
    session.flush()
    return calibration


def keep_cuts(
    session: Session,
    first: Actor,
    second: Actor,
    *,
    competency: str = "M.01",
    cuts: Sequence[float] = CUTS,
    valid_from: dt.date = FROM,
) -> CutSet:
    """Propose cuts and put them in force."""
    found = propose_cuts(
        session,
        first,
        competency=competency,
        proposal=CutProposal(cuts=cuts),
        reason="Keputusan tim",
        valid_from=valid_from,
    )
    return decide_cuts(session, second, cut_set_id=found.id, approve=True)


def activate(session: Session, versions: Sequence[ItemVersion], author: Actor, reviewer: Actor) -> None:
    """Bring items through review and trial into use."""
    for version in versions:
        item = session.get_one(Item, version.item_id)
        for actor, state in ((author, ItemState.REVIEW), (reviewer, ItemState.TRIAL), (reviewer, ItemState.ACTIVE)):
            move_item(session, actor, item_id=item.id, to=state)
