"""Accommodations: extra time, breaks, a reader; proposed by one, decided by another, before sealing only."""

from __future__ import annotations

from sqlalchemy.orm import Session

from merit import clock
from merit.assessment.domain.states import SittingState
from merit.assessment.models.sittings import Candidate, Sitting
from merit.assessment.services.rosters import get_candidate
from merit.assessment.services.sittings import add_event, lock_sitting, require_manage
from merit.errors import InvalidInputError, NotAllowedError, RuleViolationError
from merit.security.permissions import Actor

MAX_EXTRA = 300
MAX_BREAK = 120


def propose_accommodation(
    session: Session,
    actor: Actor,
    *,
    code: str,
    candidate_id: int,
    extra_minutes: int,
    break_minutes: int,
    has_reader: bool,
    reason: str,
) -> Candidate:
    """Ask for an accommodation; a former decision about this candidate ends with it."""
    sitting, candidate = _find(session, actor, code, candidate_id)
    if not 0 <= extra_minutes <= MAX_EXTRA or not 0 <= break_minutes <= MAX_BREAK:
        raise InvalidInputError("accommodation-range", extra=MAX_EXTRA, breaks=MAX_BREAK)
    if not (extra_minutes or break_minutes or has_reader):
        raise InvalidInputError("accommodation-empty")
    if not reason.strip():
        raise InvalidInputError("accommodation-reason")
    candidate.extra_minutes, candidate.break_minutes = extra_minutes, break_minutes
    candidate.has_reader, candidate.accommodation_reason = has_reader, reason.strip()
    candidate.accommodation_asked_by = actor.user_id
    candidate.accommodation_approved_by = candidate.accommodation_approved_at = None
    _note(session, actor, sitting, candidate, "accommodation-asked")
    return candidate


def approve_accommodation(session: Session, actor: Actor, *, code: str, candidate_id: int) -> Candidate:
    """Approve what another person has asked for."""
    sitting, candidate = _find(session, actor, code, candidate_id)
    if candidate.official_id == actor.official_id:
        raise NotAllowedError("own-attempt")
    _require_undecided(candidate)
    if actor.user_id is None or candidate.accommodation_asked_by == actor.user_id:
        raise RuleViolationError("accommodation-same-person")
    candidate.accommodation_approved_by, candidate.accommodation_approved_at = actor.user_id, clock.now()
    _note(session, actor, sitting, candidate, "accommodation-approved")
    return candidate


def refuse_accommodation(session: Session, actor: Actor, *, code: str, candidate_id: int) -> Candidate:
    """Refuse, or take back, what was asked for; nothing of it remains but the minutes."""
    sitting, candidate = _find(session, actor, code, candidate_id)
    if candidate.accommodation_asked_by is None:
        raise RuleViolationError("accommodation-none")
    _note(session, actor, sitting, candidate, "accommodation-refused")
    candidate.extra_minutes = candidate.break_minutes = 0
    candidate.has_reader, candidate.accommodation_reason = False, ""
    candidate.accommodation_asked_by = None
    candidate.accommodation_approved_by = candidate.accommodation_approved_at = None
    session.flush()
    return candidate


def _find(session: Session, actor: Actor, code: str, candidate_id: int) -> tuple[Sitting, Candidate]:
    require_manage(actor)
    sitting = lock_sitting(session, code)
    if sitting.state != SittingState.DRAFT:
        raise RuleViolationError("accommodation-after-sealing", code=sitting.code)
    candidate = get_candidate(session, sitting, candidate_id)
    if candidate.withdrawn_at is not None:
        raise RuleViolationError("roster-moved-away")
    return sitting, candidate


def _require_undecided(candidate: Candidate) -> None:
    if candidate.accommodation_asked_by is None:
        raise RuleViolationError("accommodation-none")
    if candidate.accommodation_approved_by is not None:
        raise RuleViolationError("accommodation-decided")


def _note(session: Session, actor: Actor, sitting: Sitting, candidate: Candidate, kind: str) -> None:
    sitting.row_version += 1
    session.flush()
    add_event(
        session,
        actor,
        sitting,
        kind,
        audit=kind.replace("-", ":"),
        candidate_id=candidate.id,
        extra_minutes=candidate.extra_minutes,
        break_minutes=candidate.break_minutes,
        has_reader=candidate.has_reader,
    )
