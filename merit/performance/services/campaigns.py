"""What the agency does with a 360 feedback campaign until its answers are in."""

from __future__ import annotations

import random
import secrets
from collections.abc import Sequence

from sqlalchemy import Select, delete, select, update
from sqlalchemy.orm import Session

from merit import clock
from merit.audit.services import record
from merit.db import known
from merit.errors import InvalidInputError, NotAllowedError, NotFoundError, RuleViolationError
from merit.people.models import OfficialRecord
from merit.performance.domain.campaigns import (
    SELF,
    CampaignProblem,
    CampaignState,
    Circle,
    InvitationState,
    Terms,
    draw,
    find_terms_problem,
    is_rateable,
    move,
)
from merit.performance.models import Campaign, CampaignSubject, FeedbackRating, Invitation, Sheet
from merit.performance.queries.circles import load_structure
from merit.performance.services.telling import tell_raters
from merit.security.permissions import Actor, Permission, is_granted

MOST_SUBJECTS = 500
_SEED_BYTES = 8
_LONGEST_REASON = 500
_BEFORE_ANSWERS = (CampaignState.DRAWN, CampaignState.OPEN)


def create_campaign(
    session: Session,
    actor: Actor,
    *,
    terms: Terms,
    unit_ids: Sequence[int],
    tier: str = "",
    drops_careless: bool = False,
) -> Campaign:
    """Make a campaign about the officials of some units (and of one tier) who have no feedback of that year yet.

    Raises :class:`InvalidInputError` for terms that cannot hold, :class:`RuleViolationError` for nobody or too many.
    """
    require(actor, Permission.CAMPAIGN_MANAGE)
    problem = find_terms_problem(terms)
    if problem is not None:
        raise InvalidInputError(problem)
    officials = _choose(session, unit_ids, tier)
    if not officials:
        raise RuleViolationError(CampaignProblem.NO_SUBJECT)
    fresh = sorted(officials - _rated(session, terms.year))
    if not fresh:
        raise RuleViolationError(CampaignProblem.RATED_ALREADY, year=terms.year)
    if len(fresh) > MOST_SUBJECTS:
        raise RuleViolationError("campaign-too-many", count=len(fresh), most=MOST_SUBJECTS)
    campaign = Campaign(
        name=terms.name,
        year=terms.year,
        starts=terms.starts,
        ends=terms.ends,
        peers=terms.peers,
        staff=terms.staff,
        minimum=terms.minimum,
        drops_careless=drops_careless,
        state=CampaignState.DRAFT,
        created_by=actor.user_id,
        created_at=clock.now(),
    )
    session.add(campaign)
    session.flush()
    session.add_all(
        CampaignSubject(campaign_id=campaign.id, official_id=one, year=terms.year, is_rateable=False) for one in fresh
    )
    session.flush()
    _note(session, actor, "campaign:create", campaign, subjects=len(fresh))
    return campaign


def draw_raters(session: Session, actor: Actor, *, campaign_id: int) -> int:
    """Draw raters for every subject with a new seed; return how many subjects can be rated.

    Raises :class:`RuleViolationError` where nobody's circle reaches the minimum.
    """
    require(actor, Permission.CAMPAIGN_MANAGE)
    campaign = get_campaign(session, campaign_id, lock=True)
    _take(campaign, "draw")
    subjects = _subjects(session, campaign)
    structure = load_structure(session)
    circles = [structure.circle(one.official_id) for one in subjects if one.official_id in structure.places]
    campaign.seed = secrets.token_hex(_SEED_BYTES)
    drawn = draw(circles, terms_of(campaign), campaign.seed)
    by_official = {one.official_id: one for one in subjects}
    for subject in subjects:
        subject.is_rateable = is_rateable(drawn, subject.official_id)
    rateable = sum(one.is_rateable for one in subjects)
    if not rateable:
        raise RuleViolationError(CampaignProblem.TOO_SMALL)
    session.execute(delete(Invitation).where(Invitation.subject_id.in_([one.id for one in subjects])))
    session.add_all(
        Invitation(
            subject_id=by_official[one.subject].id,
            subject_official_id=one.subject,
            rater_id=one.rater,
            rater_group=one.group,
            drawn_by=one.by,
            state=InvitationState.INVITED,
        )
        for one in drawn
        if by_official[one.subject].is_rateable
    )
    session.flush()
    _note(session, actor, "campaign:draw", campaign, seed=campaign.seed, rateable=rateable)
    return rateable


def open_campaign(session: Session, actor: Actor, *, campaign_id: int) -> None:
    """Let raters answer within the campaign's period."""
    require(actor, Permission.CAMPAIGN_MANAGE)
    campaign = get_campaign(session, campaign_id, lock=True)
    _take(campaign, "open")
    _note(session, actor, "campaign:open", campaign)


def close_campaign(session: Session, actor: Actor, *, campaign_id: int) -> None:
    """End answering; what was begun and not handed in is erased."""
    require(actor, Permission.CAMPAIGN_MANAGE)
    campaign = get_campaign(session, campaign_id, lock=True)
    _take(campaign, "close")
    _erase_drafts(session, campaign)
    _note(session, actor, "campaign:close", campaign)


def cancel_campaign(session: Session, actor: Actor, *, campaign_id: int) -> None:
    """Give a campaign up; every answer is erased, and its subjects may be in another one."""
    require(actor, Permission.CAMPAIGN_MANAGE)
    campaign = get_campaign(session, campaign_id, lock=True)
    _take(campaign, "cancel")
    _erase_drafts(session, campaign)
    subjects = _subjects(session, campaign)
    session.execute(delete(Sheet).where(Sheet.subject_id.in_([one.id for one in subjects])))
    for subject in subjects:
        subject.year = None
    _note(session, actor, "campaign:cancel", campaign)


def remind_raters(session: Session, actor: Actor, *, campaign_id: int) -> int:
    """Remind everybody who has not handed in, on their own page; return how many invitations are open."""
    require(actor, Permission.CAMPAIGN_MANAGE)
    campaign = get_campaign(session, campaign_id)
    if campaign.state != CampaignState.OPEN:
        raise RuleViolationError(CampaignProblem.NOT_RUNNING)
    waiting = session.scalars(_invitations_of(campaign, InvitationState.INVITED)).all()
    for invitation in waiting:
        invitation.reminded_at = clock.now()
    _note(session, actor, "campaign:remind", campaign, invitations=len(waiting))
    tell_raters(session, actor, campaign, [invitation.rater_id for invitation in waiting])
    return len(waiting)


def replace_rater(session: Session, actor: Actor, *, invitation_id: int, reason: str) -> Invitation:
    """Put somebody else, drawn by chance from the same group, in a rater's place.

    Nobody is picked by hand: who picks all raters but one could read the one's answer off the mean.
    """
    require(actor, Permission.CAMPAIGN_MANAGE)
    invitation = session.get(Invitation, invitation_id, with_for_update=True)
    if invitation is None:
        raise NotFoundError("feedback-invitation-unknown")
    subject = session.get_one(CampaignSubject, invitation.subject_id)
    campaign = get_campaign(session, subject.campaign_id)
    if subject.official_id == actor.official_id:
        raise RuleViolationError("campaign-own-raters")
    if campaign.state not in _BEFORE_ANSWERS or invitation.rater_group == SELF:
        raise RuleViolationError(CampaignProblem.STEP)
    if invitation.state not in (InvitationState.INVITED, InvitationState.CONFLICT):
        raise RuleViolationError("campaign-rater-fixed")
    reason = checked_reason(reason)
    found = _draw_another(session, campaign, invitation)
    invitation.state, invitation.draft, invitation.opened_at = InvitationState.REPLACED, None, None
    invitation.reason = invitation.reason or reason
    session.add(found)
    session.flush()
    _note(session, actor, "campaign:replace", campaign, invitation=invitation.id, by=found.id, reason=reason)
    return found


def get_campaign(session: Session, campaign_id: int, *, lock: bool = False) -> Campaign:
    """Return a campaign; raise :class:`NotFoundError`."""
    campaign = session.get(Campaign, campaign_id, with_for_update=lock or None, populate_existing=lock)
    if campaign is None:
        raise NotFoundError("campaign-unknown")
    return campaign


def terms_of(campaign: Campaign) -> Terms:
    """Return what a campaign was made with."""
    return Terms(
        name=campaign.name,
        year=campaign.year,
        starts=campaign.starts,
        ends=campaign.ends,
        peers=campaign.peers,
        staff=campaign.staff,
        minimum=campaign.minimum,
    )


def require(actor: Actor, permission: Permission) -> None:
    """Refuse an actor without the permission."""
    if not is_granted(actor, permission):
        raise NotAllowedError


def checked_reason(reason: str) -> str:
    """Return a reason without outer spaces; raise :class:`InvalidInputError` for none or too long a one."""
    reason = reason.strip()
    if not 0 < len(reason) <= _LONGEST_REASON:
        raise InvalidInputError("campaign-reason")
    return reason


def _take(campaign: Campaign, step: str) -> None:
    after = move(CampaignState(campaign.state), step)
    if after is None:
        raise RuleViolationError(CampaignProblem.STEP)
    campaign.state = after


def _choose(session: Session, unit_ids: Sequence[int], tier: str) -> set[int]:
    statement = select(OfficialRecord.official_id).where(known(OfficialRecord), OfficialRecord.unit_id.in_(unit_ids))
    if tier:
        statement = statement.where(OfficialRecord.tier == tier)
    return set(session.scalars(statement))


def _rated(session: Session, year: int) -> set[int]:
    """Return who has feedback of the year, imported or in another campaign."""
    imported = select(FeedbackRating.official_id).where(known(FeedbackRating), FeedbackRating.year == year)
    running = select(CampaignSubject.official_id).where(CampaignSubject.year == year)
    return {*session.scalars(imported.distinct()), *session.scalars(running)}


def _subjects(session: Session, campaign: Campaign) -> Sequence[CampaignSubject]:
    statement = select(CampaignSubject).where(CampaignSubject.campaign_id == campaign.id)
    return session.scalars(statement.order_by(CampaignSubject.official_id)).all()


def _invitations_of(campaign: Campaign, state: InvitationState) -> Select[Invitation]:
    return (
        select(Invitation)
        .join(CampaignSubject, CampaignSubject.id == Invitation.subject_id)
        .where(CampaignSubject.campaign_id == campaign.id, Invitation.state == state)
    )


def _erase_drafts(session: Session, campaign: Campaign) -> None:
    subjects = select(CampaignSubject.id).where(CampaignSubject.campaign_id == campaign.id)
    session.execute(update(Invitation).where(Invitation.subject_id.in_(subjects)).values(draft=None, opened_at=None))


def _draw_another(session: Session, campaign: Campaign, invitation: Invitation) -> Invitation:
    asked = set(session.scalars(select(Invitation.rater_id).where(Invitation.subject_id == invitation.subject_id)))
    circle = load_structure(session).circle(invitation.subject_official_id)
    free = sorted(set(_group(circle, invitation.rater_group)) - asked)
    if not free:
        raise RuleViolationError("campaign-nobody-left")
    chosen = random.Random(f"{campaign.seed}:{invitation.id}").choice(free)  # noqa: S311 -- a draw, no secret
    return Invitation(
        subject_id=invitation.subject_id,
        subject_official_id=invitation.subject_official_id,
        rater_id=chosen,
        rater_group=invitation.rater_group,
        drawn_by="chance",
        state=InvitationState.INVITED,
    )


def _group(circle: Circle, group: str) -> tuple[int, ...]:
    return {"atasan": circle.superiors, "rekan": circle.peers, "bawahan": circle.staff}[group]


def _note(session: Session, actor: Actor, action: str, campaign: Campaign, **details: object) -> None:
    record(session, actor, action=action, subject=f"campaign:{campaign.id}", details=details)
