"""Results of a campaign become facts when two persons publish them."""

from __future__ import annotations

import secrets

from sqlalchemy.orm import Session

from merit import clock
from merit.audit.services import record
from merit.errors import RuleViolationError
from merit.performance.domain.campaigns import CampaignProblem, CampaignState, move
from merit.performance.models import Campaign, FeedbackRating
from merit.performance.queries.campaign_results import counted_marks
from merit.performance.services.campaigns import get_campaign, require
from merit.performance.services.telling import tell_published
from merit.security.permissions import Actor, Permission

_PSEUDONYM_BYTES = 8


def propose_publication(session: Session, actor: Actor, *, campaign_id: int) -> None:
    """Ask a second person to publish; refused where no group of any subject reached the minimum."""
    require(actor, Permission.CAMPAIGN_MANAGE)
    campaign = _step(session, campaign_id, "propose")
    if not counted_marks(session, campaign):
        raise RuleViolationError(CampaignProblem.TOO_SMALL)
    campaign.proposed_by = actor.user_id
    record(session, actor, action="campaign:propose", subject=f"campaign:{campaign.id}")


def refuse_publication(session: Session, actor: Actor, *, campaign_id: int) -> None:
    """Send a proposal back."""
    require(actor, Permission.CAMPAIGN_PUBLISH)
    campaign = _step(session, campaign_id, "refuse")
    campaign.proposed_by = None
    record(session, actor, action="campaign:refuse", subject=f"campaign:{campaign.id}")


def publish_campaign(session: Session, actor: Actor, *, campaign_id: int) -> int:
    """Write every mark that counts as a fact under a fresh pseudonym; return how many subjects have some.

    The pseudonym joins the values of one sheet about one subject, as the import does; it says nothing about other
    subjects and is drawn here, so that no table leads from it to an invitation.
    """
    require(actor, Permission.CAMPAIGN_PUBLISH)
    campaign = _step(session, campaign_id, "publish")
    if campaign.proposed_by is None or campaign.proposed_by == actor.user_id:
        raise RuleViolationError("campaign-second-person")
    now, marks = clock.now(), counted_marks(session, campaign)
    for official_id, sheets in marks.items():
        for sheet in sheets:
            rater = f"K{campaign.id}-{secrets.token_hex(_PSEUDONYM_BYTES)}"
            session.add_all(
                FeedbackRating(
                    official_id=official_id,
                    year=campaign.year,
                    rater=rater,
                    rater_group=sheet.group,
                    aspect=value,
                    score=mark,
                    recorded_at=now,
                )
                for value, mark in sheet.marks.items()
            )
    campaign.published_by, campaign.published_at = actor.user_id, now
    session.flush()
    details = {"subjects": len(marks), "sheets": sum(map(len, marks.values()))}
    record(session, actor, action="campaign:publish", subject=f"campaign:{campaign.id}", details=details)
    tell_published(session, actor, campaign, marks)
    return len(marks)


def _step(session: Session, campaign_id: int, step: str) -> Campaign:
    campaign = get_campaign(session, campaign_id, lock=True)
    after = move(CampaignState(campaign.state), step)
    if after is None:
        raise RuleViolationError(CampaignProblem.STEP)
    campaign.state = after
    return campaign
