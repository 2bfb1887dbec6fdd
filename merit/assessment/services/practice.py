"""Feedback on an own practice: scored when it is asked for, kept nowhere, never a fact."""

from __future__ import annotations

from sqlalchemy.orm import Session

from merit.assessment.domain.settings import SittingSettings
from merit.assessment.domain.sheets import Sheet
from merit.assessment.queries.result_head import own_attempt
from merit.assessment.queries.scores import find_sitting, load_inputs
from merit.assessment.services.scoring import Scorer
from merit.errors import NotFoundError, RuleViolationError
from merit.security.permissions import Actor

PRACTICE = "practice"


def score_own_practice(session: Session, actor: Actor, *, code: str) -> Sheet:
    """Return the official's own finished practice, scored now and kept nowhere."""
    sitting = find_sitting(session, code)
    settings = SittingSettings.model_validate(sitting.settings or {})
    if sitting.kind != PRACTICE or actor.official_id is None:
        raise NotFoundError("result-unknown")
    attempt_id = own_attempt(session, sitting, actor.official_id)
    if not settings.show_practice_feedback:
        raise RuleViolationError("practice-feedback-off")
    inputs = load_inputs(session, sitting, attempt_ids=[attempt_id])
    if not inputs.sheets:
        raise NotFoundError("result-unknown")
    return Scorer(inputs, settings).sheet(inputs.sheets[0])
