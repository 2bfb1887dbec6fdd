"""What pages of 360 feedback show besides results: campaigns, their subjects, raters and one's own invitations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from merit.db import known
from merit.errors import NotFoundError
from merit.people.models import Official, OfficialRecord, OrgUnitRecord
from merit.people.queries.officials import full_name
from merit.performance.domain.campaigns import SELF, CampaignState, InvitationState
from merit.performance.models import Campaign, CampaignSubject, Invitation
from merit.security.permissions import Actor

PAGE_SIZE = 25
ORDERS = ("nama", "tahun", "mulai", "keadaan")


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignFilter:
    """What the list of campaigns is narrowed to."""

    text: str = ""
    state: str = ""
    year: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignLine:
    """A campaign in a list: subjects, invitations that stand, and those handed in (self ratings left out)."""

    campaign: Campaign
    subjects: int
    invited: int
    submitted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectLine:
    """A subject within the reader's reach."""

    official_id: int
    nip: str
    name: str
    unit_id: int
    unit_name: str
    is_rateable: bool
    invited: int
    submitted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RaterLine:
    """Somebody asked about a subject; whether, never what, was answered."""

    invitation: Invitation
    nip: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnInvitation:
    """An invitation as its rater sees it."""

    invitation: Invitation
    campaign: Campaign
    name: str
    unit_name: str

    @property
    def is_open(self) -> bool:
        """Whether it still waits for an answer."""
        return self.invitation.state == InvitationState.INVITED and self.campaign.state == CampaignState.OPEN


def list_campaigns(session: Session, chosen: CampaignFilter, *, order: str = "", page: int = 0) -> list[CampaignLine]:
    """Return the campaigns a filter leaves, newest first by default: one page, or all for page 0."""
    columns = {"nama": Campaign.name, "tahun": Campaign.year, "mulai": Campaign.starts, "keadaan": Campaign.state}
    first = columns.get(order.removeprefix("-"), Campaign.id)
    falls = order.startswith("-") or not order
    statement = _narrowed(select(Campaign), chosen).order_by(first.desc() if falls else first.asc(), Campaign.id)
    if page:
        statement = statement.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
    campaigns = session.scalars(statement).all()
    ids = [one.id for one in campaigns]
    subjects = session.execute(
        select(CampaignSubject.campaign_id, func.count())
        .where(CampaignSubject.campaign_id.in_(ids))
        .group_by(CampaignSubject.campaign_id)
    ).all()
    asked = session.execute(
        select(CampaignSubject.campaign_id, Invitation.state, func.count())
        .join(Invitation, Invitation.subject_id == CampaignSubject.id)
        .where(Invitation.rater_group != SELF, CampaignSubject.campaign_id.in_(ids))
        .group_by(CampaignSubject.campaign_id, Invitation.state)
    ).all()
    many = {row[0]: row[1] for row in subjects}
    states = {(row[0], row[1]): row[2] for row in asked}
    return [
        CampaignLine(
            campaign=one,
            subjects=many.get(one.id, 0),
            invited=_standing(states, one.id),
            submitted=states.get((one.id, InvitationState.SUBMITTED), 0),
        )
        for one in campaigns
    ]


def count_campaigns(session: Session, chosen: CampaignFilter) -> int:
    """Return how many campaigns the filter leaves."""
    return session.scalar(_narrowed(select(func.count(Campaign.id)), chosen)) or 0


def list_campaign_years(session: Session) -> list[int]:
    """Return the years that campaigns rate, newest first."""
    return list(session.scalars(select(Campaign.year).distinct().order_by(Campaign.year.desc())))


def _narrowed(statement: Select[*tuple[Any, ...]], chosen: CampaignFilter) -> Select[*tuple[Any, ...]]:
    if chosen.state:
        statement = statement.where(Campaign.state == chosen.state)
    if chosen.year:
        statement = statement.where(Campaign.year == chosen.year)
    for word in chosen.text.split():
        statement = statement.where(func.lower(Campaign.name).contains(word.lower(), autoescape=True))
    return statement


def list_subjects(session: Session, actor: Actor, campaign_id: int) -> list[SubjectLine]:
    """Return the subjects of a campaign within the actor's units, by name."""
    statement = (
        select(
            CampaignSubject.id,
            CampaignSubject.is_rateable,
            Official.id.label("official_id"),
            Official.nip,
            OfficialRecord.name,
            OfficialRecord.title_before,
            OfficialRecord.title_after,
            OfficialRecord.unit_id,
            OrgUnitRecord.name.label("unit_name"),
        )
        .join(Official, Official.id == CampaignSubject.official_id)
        .join(OfficialRecord, OfficialRecord.official_id == Official.id)
        .join(OrgUnitRecord, OrgUnitRecord.unit_id == OfficialRecord.unit_id)
        .where(CampaignSubject.campaign_id == campaign_id, known(OfficialRecord), known(OrgUnitRecord))
        .order_by(OfficialRecord.name, Official.id)
    )
    if actor.unit_ids is not None:
        statement = statement.where(OfficialRecord.unit_id.in_(actor.unit_ids))
    counted = session.execute(
        select(Invitation.subject_id, Invitation.state, func.count())
        .join(CampaignSubject, CampaignSubject.id == Invitation.subject_id)
        .where(CampaignSubject.campaign_id == campaign_id, Invitation.rater_group != SELF)
        .group_by(Invitation.subject_id, Invitation.state)
    )
    states = {(row[0], row[1]): row[2] for row in counted}
    return [
        SubjectLine(
            official_id=row.official_id,
            nip=row.nip,
            name=full_name(row.name, row.title_before, row.title_after),
            unit_id=row.unit_id,
            unit_name=row.unit_name,
            is_rateable=row.is_rateable,
            invited=_standing(states, row.id),
            submitted=states.get((row.id, InvitationState.SUBMITTED), 0),
        )
        for row in session.execute(statement)
    ]


def list_raters(session: Session, campaign_id: int, official_id: int) -> list[RaterLine]:
    """Return who is asked about a subject, by group and name."""
    rows = session.execute(
        select(Invitation, Official.nip, OfficialRecord.name, OfficialRecord.title_before, OfficialRecord.title_after)
        .join(CampaignSubject, CampaignSubject.id == Invitation.subject_id)
        .join(Official, Official.id == Invitation.rater_id)
        .join(OfficialRecord, OfficialRecord.official_id == Official.id)
        .where(
            CampaignSubject.campaign_id == campaign_id,
            CampaignSubject.official_id == official_id,
            known(OfficialRecord),
        )
        .order_by(Invitation.rater_group, OfficialRecord.name, Invitation.id)
    )
    return [RaterLine(invitation=row[0], nip=row[1], name=full_name(row[2], row[3], row[4])) for row in rows]


def list_own_invitations(session: Session, official_id: int) -> list[OwnInvitation]:
    """Return whom an official is asked about: replaced invitations left out, newest campaigns first."""
    return _own(session, Invitation.rater_id == official_id, Invitation.state != InvitationState.REPLACED)


def get_own_invitation(session: Session, official_id: int | None, invitation_id: int) -> OwnInvitation:
    """Return one's own invitation; raise :class:`NotFoundError`."""
    found = _own(session, Invitation.id == invitation_id, Invitation.rater_id == (official_id or 0))
    if not found:
        raise NotFoundError("feedback-invitation-unknown")
    return found[0]


def list_published(session: Session, official_id: int) -> Sequence[Campaign]:
    """Return the published campaigns about an official, newest first."""
    return session.scalars(
        select(Campaign)
        .join(CampaignSubject, CampaignSubject.campaign_id == Campaign.id)
        .where(CampaignSubject.official_id == official_id, Campaign.state == CampaignState.PUBLISHED)
        .order_by(Campaign.year.desc())
    ).all()


def find_published(session: Session, official_id: int, year: int) -> int | None:
    """Return the published campaign about an official's year, None where there is none."""
    return next((one.id for one in list_published(session, official_id) if one.year == year), None)


def _standing(states: dict[tuple[int, str], int], key: int) -> int:
    standing = (InvitationState.INVITED, InvitationState.SUBMITTED, InvitationState.CONFLICT)
    return sum(states.get((key, state), 0) for state in standing)


def _own(session: Session, *conditions: object) -> list[OwnInvitation]:
    rows = session.execute(
        select(
            Invitation,
            Campaign,
            OfficialRecord.name,
            OfficialRecord.title_before,
            OfficialRecord.title_after,
            OrgUnitRecord.name,
        )
        .join(CampaignSubject, CampaignSubject.id == Invitation.subject_id)
        .join(Campaign, Campaign.id == CampaignSubject.campaign_id)
        .join(OfficialRecord, OfficialRecord.official_id == Invitation.subject_official_id)
        .join(OrgUnitRecord, OrgUnitRecord.unit_id == OfficialRecord.unit_id)
        .where(
            known(OfficialRecord),
            known(OrgUnitRecord),
            Campaign.state.in_(
                (CampaignState.OPEN, CampaignState.CLOSED, CampaignState.PROPOSED, CampaignState.PUBLISHED)
            ),
            *conditions,  # type: ignore[arg-type]
        )
        .order_by(Campaign.id.desc(), OfficialRecord.name)
    )
    return [
        OwnInvitation(invitation=row[0], campaign=row[1], name=full_name(row[2], row[3], row[4]), unit_name=row[5])
        for row in rows
    ]
