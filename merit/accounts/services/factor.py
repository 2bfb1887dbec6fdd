"""Remove a lost second factor: one officer asks, another one decides."""

from __future__ import annotations

from sqlalchemy.orm import Session

from merit import clock
from merit.accounts.models import FactorReset
from merit.accounts.queries import open_reset
from merit.accounts.services.sessions import end_all
from merit.accounts.services.users import get_user
from merit.audit.services import record
from merit.errors import InvalidInputError, NotAllowedError, NotFoundError, RuleViolationError
from merit.security.permissions import Actor, Permission, is_granted
from merit.security.sessions import Ending


def request_reset(session: Session, actor: Actor, *, user_id: int, reason: str) -> FactorReset:
    """Ask for the removal of another user's second factor."""
    officer_id = _officer(actor)
    user = get_user(session, user_id)
    if user.id == officer_id:
        raise NotAllowedError("own-account")
    if not user.has_factor:
        raise RuleViolationError("factor-not-enrolled")
    if open_reset(session, user.id) is not None:
        raise RuleViolationError("reset-open")
    if not reason.strip():
        raise InvalidInputError("reason-missing")
    reset = FactorReset(user_id=user.id, reason=reason.strip(), requested_by=officer_id, requested_at=clock.now())
    session.add(reset)
    session.flush()
    record(session, actor, action="factor:request-reset", subject=f"user:{user.id}")
    return reset


def decide_reset(session: Session, actor: Actor, *, reset_id: int, approve: bool) -> FactorReset:
    """Approve or refuse a request of another officer; approval makes the user enrol afresh."""
    officer_id = _officer(actor)
    reset = session.get(FactorReset, reset_id, with_for_update=True)
    if reset is None:
        raise NotFoundError
    if reset.decided_at is not None:
        raise RuleViolationError("reset-decided")
    if officer_id in {reset.requested_by, reset.user_id}:
        raise NotAllowedError("second-officer-needed")
    reset.decided_by, reset.decided_at, reset.approved = officer_id, clock.now(), approve
    if approve:
        user = get_user(session, reset.user_id)
        user.totp_confirmed_at = None
        user.totp_secret = None
        user.totp_last_step = None
        end_all(session, user_id=user.id, ending=Ending.CREDENTIALS_CHANGED)
    session.flush()
    action = "factor:approve-reset" if approve else "factor:refuse-reset"
    record(session, actor, action=action, subject=f"user:{reset.user_id}")
    return reset


def _officer(actor: Actor) -> int:
    if actor.user_id is None or not is_granted(actor, Permission.ACCOUNT_MANAGE):
        raise NotAllowedError
    return actor.user_id
