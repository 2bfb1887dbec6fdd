"""Keep what an estimation found, and decide about it: a second person puts it in force or refuses it."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from merit import clock
from merit.assessment.models.calibration import Calibration, CalibrationItem, CalibrationSource
from merit.assessment.models.scoring import ScoreVersion
from merit.assessment.queries.calibrations import ParameterErrors, find_in_force
from merit.assessment.services.calibration.estimating import EstimatedItem, Outcome
from merit.assessment.services.calibration.gathering import Gathered
from merit.audit.services import record
from merit.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError, RuleViolationError
from merit.security.permissions import Actor, Permission, is_granted

PLACES = 10  # decimals of a stored parameter, far beyond its error


def require_maker(actor: Actor) -> None:
    """Refuse whoever may not calibrate."""
    if not is_granted(actor, Permission.CALIBRATION_MAKE):
        raise NotAllowedError


def keep_calibration(session: Session, actor: Actor, *, gathered: Gathered, outcome: Outcome) -> Calibration:
    """Store a calibration as a draft.

    Raises
    ------
    ConflictError
        A sitting was scored again, or another calibration came into force, since the answers were gathered.

    """
    require_maker(actor)
    competency = gathered.plan.competency
    _require_same(session, gathered)
    number = session.scalar(select(func.max(Calibration.number)).where(Calibration.competency == competency)) or 0
    rows = [_item_row(item) for item in outcome.items]
    calibration = Calibration(
        competency=competency,
        number=number + 1,
        model=outcome.model,
        previous_id=gathered.previous_id,
        persons=len(outcome.selection.responses),
        items=len(outcome.selection.versions),
        log_likelihood=round(outcome.log_likelihood, 6),
        iterations=outcome.iterations,
        converged=outcome.converged,
        settings=gathered.plan.to_document()
        | {"silent": outcome.selection.silent, "whole_fit": outcome.whole.to_document()},
        link=None if outcome.link is None else outcome.link.to_document(),
        left_out=[asdict(one) for one in outcome.selection.excluded],
        problems=[dict(problem) for problem in outcome.problems],
        inputs_sha256=gathered.inputs_sha256,
        sha256=_digest(competency, rows),
        made_by=actor.user_id,
        made_at=clock.now(),
    )
    session.add(calibration)
    session.flush()
    session.execute(insert(CalibrationItem), [row | {"calibration_id": calibration.id} for row in rows])
    session.execute(insert(CalibrationSource), _source_rows(calibration.id, gathered, outcome))
    _note(session, actor, calibration, "calibration:made")
    return calibration


def put_in_force(session: Session, actor: Actor, *, calibration_id: int, note: str = "") -> Calibration:
    """Put a draft in force in place of the one before; the person who made it may not decide."""
    _lock_scale(session, calibration_id)
    calibration = _undecided(session, actor, calibration_id)
    if not calibration.converged:
        raise RuleViolationError("calibration-not-converged")
    if any(problem["code"] == "anchors-contradictory" for problem in calibration.problems):
        raise RuleViolationError("calibration-anchors-contradictory")
    standing = find_in_force(session, calibration.competency)
    if (None if standing is None else standing.id) != calibration.previous_id:
        raise ConflictError("calibration-scale-moved")
    now = clock.now()
    if standing is not None:
        standing.state, standing.superseded_at = "superseded", now
        session.flush()
    calibration.state, calibration.decision_note = "in_force", note.strip()
    calibration.decided_by, calibration.decided_at = actor.user_id, now
    session.flush()
    _note(session, actor, calibration, "calibration:in-force")
    return calibration


def refuse_calibration(session: Session, actor: Actor, *, calibration_id: int, note: str) -> Calibration:
    """Refuse a draft for a reason; its maker may withdraw it the same way."""
    require_maker(actor)
    calibration = _draft(session, calibration_id)
    if not note.strip():
        raise InvalidInputError("calibration-reason-missing")
    calibration.state, calibration.decision_note, calibration.decided_at = "refused", note.strip(), clock.now()
    calibration.decided_by = None if actor.user_id == calibration.made_by else actor.user_id
    session.flush()
    _note(session, actor, calibration, "calibration:refused")
    return calibration


def _lock_scale(session: Session, calibration_id: int) -> None:
    """Let decisions about a competency wait for one another: the later one sees what the first put in force."""
    competency = select(Calibration.competency).where(Calibration.id == calibration_id).scalar_subquery()
    of_scale = select(Calibration.id).where(Calibration.competency == competency).order_by(Calibration.id)
    session.execute(of_scale.with_for_update())


def _undecided(session: Session, actor: Actor, calibration_id: int) -> Calibration:
    require_maker(actor)
    calibration = _draft(session, calibration_id)
    if actor.user_id is None or actor.user_id == calibration.made_by:
        raise RuleViolationError("calibration-second-person")
    return calibration


def _draft(session: Session, calibration_id: int) -> Calibration:
    statement = select(Calibration).where(Calibration.id == calibration_id).with_for_update()
    calibration = session.scalars(statement.execution_options(populate_existing=True)).one_or_none()
    if calibration is None:
        raise NotFoundError("calibration-unknown")
    if calibration.state != "draft":
        raise RuleViolationError("calibration-decided")
    return calibration


def _require_same(session: Session, gathered: Gathered) -> None:
    wanted = {source.score_version_id for source in gathered.sources}
    standing = set(
        session.scalars(select(ScoreVersion.id).where(ScoreVersion.id.in_(wanted), ScoreVersion.state == "current"))
    )
    in_force = find_in_force(session, gathered.plan.competency)
    if standing != wanted or (None if in_force is None else in_force.id) != gathered.previous_id:
        raise ConflictError("calibration-inputs-changed")


def _item_row(item: EstimatedItem) -> dict[str, Any]:
    return {
        "version_id": item.version_id,
        "origin": item.origin,
        "model": item.parameters.model,
        "is_anchor": item.is_anchor,
        "discrimination": round(item.parameters.discrimination, PLACES),
        "thresholds": _rounded(item.parameters.thresholds),
        "guessing": round(item.parameters.guessing, PLACES),
        "steps": [str(step) for step in item.steps],
        "own": _own(item),
        "standard_errors": _errors(item.errors),
        "fit": {} if item.fit is None else item.fit.to_document(),
        "displacement": _displacement(item),
        "persons": item.persons,
        "flags": list(item.flags),
    }


def _own(item: EstimatedItem) -> dict[str, Any]:
    if item.own is None:
        return {}
    kept = {"discrimination": round(item.own.discrimination, PLACES), "thresholds": _rounded(item.own.thresholds)}
    return kept if item.drift is None else kept | {"drift": item.drift.to_document()}


def _displacement(item: EstimatedItem) -> float | None:
    if item.drift is None or math.isnan(item.drift.displacement):
        return None
    return round(item.drift.displacement, 6)


def _errors(errors: ParameterErrors) -> dict[str, Any]:
    slope = None if math.isnan(errors.discrimination) else round(errors.discrimination, PLACES)
    return {"discrimination": slope, "thresholds": _rounded(errors.thresholds)}


def _rounded(values: Iterable[float]) -> list[float | None]:
    return [None if math.isnan(value) else round(value, PLACES) for value in values]


def _digest(competency: str, rows: Iterable[Mapping[str, Any]]) -> str:
    """Return the SHA-256 of what scoring uses: parameters and categories in the order of versions."""
    names = ("version_id", "model", "discrimination", "thresholds", "guessing", "steps")
    tree = [{name: row[name] for name in names} for row in sorted(rows, key=lambda row: row["version_id"])]
    text = json.dumps([competency, tree], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _source_rows(calibration_id: int, gathered: Gathered, outcome: Outcome) -> list[dict[str, Any]]:
    selection = outcome.selection
    rows = []
    for source in gathered.sources:
        place = selection.sources.index(source.score_version_id) if source.score_version_id in selection.sources else -1
        own = selection.responses[selection.groups == place]
        rows.append(
            {
                "calibration_id": calibration_id,
                "score_version_id": source.score_version_id,
                "persons": len(own),
                "items": int((own >= 0).any(axis=0).sum()) if len(own) else 0,
            }
        )
    return rows


def _note(session: Session, actor: Actor, calibration: Calibration, action: str) -> None:
    details = {"competency": calibration.competency, "number": calibration.number, "sha256": calibration.sha256}
    record(session, actor, action=action, subject=f"calibration:{calibration.id}", details=details)
