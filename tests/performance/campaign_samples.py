"""A small office for campaigns: a head and seven staff of one tier, and people who run the campaign."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from merit import clock
from merit.people.models import Official, OrgUnit
from merit.performance.domain.campaigns import Terms
from merit.performance.domain.sheets import all_keys
from merit.performance.models import Campaign, CampaignSubject, Invitation
from merit.performance.services.campaigns import create_campaign, draw_raters, open_campaign
from merit.performance.services.feedback import hand_in, save_answers
from merit.security.permissions import Actor, Role
from tests import factories as make
from tests.ranking.samples import make_actor

STAFF = 7


@dataclass(frozen=True)
class Office:
    """Who there is."""

    unit: OrgUnit
    head: Official
    staff: list[Official]
    admin: Actor
    second: Actor


def make_office(session: Session) -> Office:
    unit = make.make_unit(session)
    head = make.make_official(session, position=make.make_position(session, tier="administrator", leads=unit))
    post = make.make_position(session, tier="pelaksana", unit=unit)
    staff = [make.make_official(session, position=post, tier="pelaksana") for _one in range(STAFF)]
    admin, second = (make_actor(session, f"{name}-{unit.id}", Role.ADMIN) for name in ("satu", "dua"))
    return Office(unit, head, staff, admin, second)


def make_terms(**changes: object) -> Terms:
    today = clock.today()
    terms = Terms(
        name="Umpan balik uji",
        year=today.year,
        starts=today,
        ends=today + dt.timedelta(days=14) if (today + dt.timedelta(days=14)).year == today.year else today,
        peers=4,
        staff=4,
        minimum=3,
    )
    return replace(terms, **changes)  # type: ignore[arg-type]


def make_campaign(session: Session, office: Office, **changes: object) -> Campaign:
    campaign = create_campaign(session, office.admin, terms=make_terms(**changes), unit_ids=[office.unit.id])
    draw_raters(session, office.admin, campaign_id=campaign.id)
    open_campaign(session, office.admin, campaign_id=campaign.id)
    return campaign


def invitations(session: Session, campaign: Campaign, official: Official | None = None) -> list[Invitation]:
    statement = (
        select(Invitation)
        .join(CampaignSubject, CampaignSubject.id == Invitation.subject_id)
        .where(CampaignSubject.campaign_id == campaign.id)
        .order_by(Invitation.id)
    )
    if official is not None:
        statement = statement.where(CampaignSubject.official_id == official.id)
    return list(session.scalars(statement))


def rater(invitation: Invitation) -> Actor:
    return Actor(user_id=None, official_id=invitation.rater_id, roles=frozenset({Role.OFFICIAL}))


def answers_of(mark: int) -> dict[str, int]:
    """Return a careful sheet about a mark: the third behaviour of every value one lower or higher."""
    other = mark - 1 if mark > 1 else mark + 1
    return {key: other if key.endswith("3") else mark for key in all_keys()}


def answer(session: Session, invitation: Invitation, mark: int = 4) -> None:
    save_answers(session, rater(invitation), invitation_id=invitation.id, answers=answers_of(mark))
    hand_in(session, rater(invitation), invitation_id=invitation.id, is_confirmed=True)
