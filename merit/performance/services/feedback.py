"""What a rater does: answer as far as one comes, hand in once, or say that one should not rate.

An answer is kept with its rater only until it is handed in, sealed with the installation's key. Handing in moves it
to a sheet that knows neither rater nor time, and writes all sheets about the subject anew in a random order, so that
not even the order of rows tells who came when.
"""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections.abc import Mapping

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from merit import clock
from merit.audit.services import record
from merit.db import get_database
from merit.errors import InvalidInputError, NotFoundError, RuleViolationError
from merit.performance.domain.campaigns import CampaignProblem, CampaignState, InvitationState
from merit.performance.domain.sheets import HIGHEST, NOT_OBSERVED, SheetProblem, all_keys, find_problem, find_signs
from merit.performance.models import Campaign, CampaignSubject, Invitation, Sheet
from merit.performance.services.campaigns import checked_reason
from merit.security.crypto import decrypt, encrypt, load_keyring
from merit.security.permissions import Actor

_TOKEN_BYTES = 16


def open_sheet(session: Session, actor: Actor, *, invitation_id: int) -> dict[str, int]:
    """Return what the rater has answered so far and note when the form was opened first."""
    invitation = _running(session, actor, invitation_id)
    if invitation.opened_at is None:
        invitation.opened_at = clock.now()
        session.flush()
    return _draft(invitation)


def save_answers(session: Session, actor: Actor, *, invitation_id: int, answers: Mapping[str, int]) -> dict[str, int]:
    """Keep some answers of a sheet not yet handed in; return all there are.

    Raises :class:`InvalidInputError` for a behaviour or mark that is not on the form.
    """
    invitation = _running(session, actor, invitation_id)
    keys = set(all_keys())
    if not set(answers) <= keys or any(mark not in range(NOT_OBSERVED, HIGHEST + 1) for mark in answers.values()):
        raise InvalidInputError(SheetProblem.MARK)
    whole = _draft(invitation) | dict(answers)
    invitation.opened_at = invitation.opened_at or clock.now()
    text = json.dumps(whole, sort_keys=True)
    invitation.draft = encrypt(load_keyring(get_database().settings.secret_file), text, context=_context(invitation))
    session.flush()
    return whole


def hand_in(session: Session, actor: Actor, *, invitation_id: int, is_confirmed: bool = False) -> None:
    """Hand a complete sheet in, once and for good.

    Raises :class:`InvalidInputError` for an incomplete sheet, and :class:`RuleViolationError` with the sign of
    carelessness that the rater has not confirmed.
    """
    invitation = _running(session, actor, invitation_id)
    answers = _draft(invitation)
    problem = find_problem(answers)
    if problem is not None:
        raise InvalidInputError(problem)
    elapsed = clock.now() - (invitation.opened_at or clock.now())
    signs = find_signs(answers, elapsed / dt.timedelta(seconds=1))
    if signs and not is_confirmed:
        raise RuleViolationError(signs[0])
    invitation.state, invitation.draft, invitation.opened_at = InvitationState.SUBMITTED, None, None
    session.flush()
    _add_sheet(session, invitation, answers, [str(sign) for sign in signs])
    subject = session.get_one(CampaignSubject, invitation.subject_id)
    record(session, actor, action="feedback:hand-in", subject=f"campaign:{subject.campaign_id}")


def decline(session: Session, actor: Actor, *, invitation_id: int, reason: str) -> None:
    """Say that one should not rate this person (a conflict, or nothing seen of the work)."""
    invitation = _running(session, actor, invitation_id)
    if invitation.rater_id == invitation.subject_official_id:
        raise RuleViolationError(CampaignProblem.STEP)
    invitation.reason = checked_reason(reason)
    invitation.state, invitation.draft, invitation.opened_at = InvitationState.CONFLICT, None, None
    subject = session.get_one(CampaignSubject, invitation.subject_id)
    record(session, actor, action="feedback:decline", subject=f"campaign:{subject.campaign_id}")


def _running(session: Session, actor: Actor, invitation_id: int) -> Invitation:
    """Return one's own invitation while answers are taken, locked."""
    invitation = session.get(Invitation, invitation_id, with_for_update=True)
    if invitation is None or actor.official_id is None or invitation.rater_id != actor.official_id:
        raise NotFoundError("feedback-invitation-unknown")
    subject = session.get_one(CampaignSubject, invitation.subject_id, with_for_update=True)
    campaign = session.get_one(Campaign, subject.campaign_id)
    if invitation.state == InvitationState.SUBMITTED:
        raise RuleViolationError("feedback-handed-in")
    is_open = campaign.state == CampaignState.OPEN and campaign.starts <= clock.today() <= campaign.ends
    if not is_open or invitation.state != InvitationState.INVITED:
        raise RuleViolationError(CampaignProblem.NOT_RUNNING)
    return invitation


def _add_sheet(session: Session, invitation: Invitation, answers: dict[str, int], signs: list[str]) -> None:
    """Add a sheet among those about the subject, all of them written anew in a random order."""
    columns = (Sheet.subject_id, Sheet.rater_group, Sheet.answers, Sheet.signs)
    rows = session.execute(select(*columns).where(Sheet.subject_id == invitation.subject_id)).all()
    sheets = [row._asdict() for row in rows]
    sheets.append(
        {
            "subject_id": invitation.subject_id,
            "rater_group": invitation.rater_group,
            "answers": dict(sorted(answers.items())),
            "signs": signs,
        }
    )
    secrets.SystemRandom().shuffle(sheets)
    session.execute(delete(Sheet).where(Sheet.subject_id == invitation.subject_id))
    session.execute(insert(Sheet), [sheet | {"id": secrets.token_hex(_TOKEN_BYTES)} for sheet in sheets])


def _draft(invitation: Invitation) -> dict[str, int]:
    if invitation.draft is None:
        return {}
    keyring = load_keyring(get_database().settings.secret_file)
    answers: dict[str, int] = json.loads(decrypt(keyring, invitation.draft, context=_context(invitation)))
    return answers


def _context(invitation: Invitation) -> str:
    return f"feedback_invitations.draft:{invitation.id}"
