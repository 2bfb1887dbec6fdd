"""360 feedback of the demonstration: one campaign with published results, one that runs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from merit import clock
from merit.demo.accounts import OPD_UNIT
from merit.demo.crew import Crew, acting, days_ago
from merit.performance.domain.campaigns import LEAST_RATERS, InvitationState, Terms
from merit.performance.domain.sheets import all_keys
from merit.performance.models import Campaign, CampaignSubject, FeedbackRating, Invitation
from merit.performance.queries.circles import Structure, load_structure
from merit.performance.services.campaigns import (
    close_campaign,
    create_campaign,
    draw_raters,
    open_campaign,
    remind_raters,
)
from merit.performance.services.feedback import decline, hand_in, save_answers
from merit.performance.services.publication import propose_publication, publish_campaign

TIERS = ("jf_ahli_muda", "pengawas", "jf_ahli_pertama", "pelaksana")
FINISHED, RUNNING = "Umpan balik 360° (peragaan)", "Umpan balik 360° kedua (peragaan)"
FEWEST, FEWEST_NEAR, MOST = 4, 2, 14  # people rated: enough for a page, few enough to make in a second
_SECONDS = 300
_SHARE_RUNNING = 3  # of so many invitations of the running campaign one is handed in
_MONTH = 30


def gather_feedback(session: Session, crew: Crew) -> tuple[int, int | None]:
    """Bring one campaign to its publication and open another one; return sheets handed in and a rater still asked."""
    sheets, structure, asked = 0, load_structure(session), None
    with days_ago(75):
        finished = _start(session, crew, structure, _terms(FINISHED, 75, 45), _offices(crew))
    if finished is not None:
        sheets += _answer(session, crew, finished, days=60, share=1)
        with days_ago(44):
            close_campaign(session, crew.admin, campaign_id=finished.id)
            propose_publication(session, crew.admin, campaign_id=finished.id)
        with days_ago(42):
            publish_campaign(session, crew.ppk, campaign_id=finished.id)
    with days_ago(8):
        running = _start(session, crew, structure, _terms(RUNNING, 8, -_MONTH), _own_offices(crew), fewest=FEWEST_NEAR)
    if running is not None:
        sheets += _answer(session, crew, running, days=5, share=_SHARE_RUNNING)
        with days_ago(2):
            remind_raters(session, crew.admin, campaign_id=running.id)
        waiting = (one for one in _invitations(session, running) if one.state == InvitationState.INVITED)
        asked = next((one.rater_id for one in waiting if one.rater_id != one.subject_official_id), None)
    return sheets, asked


def _terms(name: str, since: int, until: int) -> Terms:
    """Return terms of a campaign from ``since`` to ``until`` days ago; the year rated is the present one."""
    today = clock.today() + dt.timedelta(days=since)
    ends = today - dt.timedelta(days=until)
    return Terms(
        name=name, year=ends.year, starts=today - dt.timedelta(days=since), ends=ends,
        peers=5, staff=5, minimum=LEAST_RATERS,
    )  # fmt: skip


Choice = tuple[tuple[int, ...], str]


def _offices(crew: Crew) -> Iterator[Choice]:
    """Yield units with everything below them and a tier, the unit with an admin of its own first."""
    roots = sorted(crew.tree.children.get(None, ()), key=lambda unit: (unit.code != OPD_UNIT, unit.code))
    for unit in roots:
        below = tuple(sorted(crew.tree.with_descendants(unit.id)))
        for tier in TIERS:
            yield below, tier


def _own_offices(crew: Crew) -> Iterator[Choice]:
    """Yield the units around those who sign in, the nearest first: they find an invitation on their page."""
    for official in crew.signed_in:
        for unit in reversed(crew.tree.path(crew.members[official].unit_id)):
            for tier in TIERS:
                yield tuple(sorted(crew.tree.with_descendants(unit.id))), tier
    yield from _offices(crew)


def _start(
    session: Session,
    crew: Crew,
    structure: Structure,
    terms: Terms,
    choices: Iterable[Choice],
    *,
    fewest: int = FEWEST,
) -> Campaign | None:
    """Make, draw and open a campaign about the first group that can be rated without showing who said what."""
    rated = set(session.scalars(select(CampaignSubject.official_id).where(CampaignSubject.year == terms.year)))
    rated |= set(session.scalars(select(FeedbackRating.official_id).where(FeedbackRating.year == terms.year)))
    for unit_ids, tier in choices:
        people = [one.id for one in crew.members.values() if one.unit_id in unit_ids and one.tier == tier]
        fresh = [one for one in people if one not in rated]
        if len(fresh) <= MOST and sum(_is_rateable(structure, one) for one in fresh) >= fewest:
            campaign = create_campaign(session, crew.admin, terms=terms, unit_ids=unit_ids, tier=tier)
            draw_raters(session, crew.admin, campaign_id=campaign.id)
            open_campaign(session, crew.admin, campaign_id=campaign.id)
            return campaign
    return None


def _is_rateable(structure: Structure, official: int) -> bool:
    if official not in structure.places:
        return False
    circle = structure.circle(official)
    return max(map(len, (circle.superiors, circle.peers, circle.staff))) >= LEAST_RATERS


def _answer(session: Session, crew: Crew, campaign: Campaign, *, days: int, share: int) -> int:
    """Hand sheets in; one of the raters says that he should not rate."""
    invitations = [one for one in _invitations(session, campaign) if share == 1 or one.rater_id not in crew.signed_in]
    chosen = [one for number, one in enumerate(invitations) if number % share == 0]
    luck = crew.draws.stream(f"feedback-{campaign.name}").uniform(len(chosen), len(all_keys()) + 1)
    with days_ago(days):
        for number, (invitation, row) in enumerate(zip(chosen, luck, strict=True)):
            actor = acting(session, invitation.rater_id)
            if number == 1 and invitation.rater_id != invitation.subject_official_id:
                decline(session, actor, invitation_id=invitation.id, reason="Baru sebulan bekerja bersama")
                continue
            marks = _marks(invitation.subject_official_id, row)
            save_answers(session, actor, invitation_id=invitation.id, answers=marks)
            with clock.frozen(clock.now() + dt.timedelta(seconds=_SECONDS)):
                hand_in(session, actor, invitation_id=invitation.id, is_confirmed=True)
    return len(chosen)


def _invitations(session: Session, campaign: Campaign) -> Sequence[Invitation]:
    statement = select(Invitation).join(CampaignSubject, CampaignSubject.id == Invitation.subject_id)
    return session.scalars(statement.where(CampaignSubject.campaign_id == campaign.id).order_by(Invitation.id)).all()


def _marks(subject: int, luck: Sequence[float]) -> dict[str, int]:
    """Return marks around the subject's own standing and the rater's leniency."""
    level = 3.1 + 0.25 * (subject % 5) + 0.7 * (float(luck[-1]) - 0.5)
    return {key: max(1, min(5, int(level + 1.4 * float(u)))) for key, u in zip(all_keys(), luck[:-1], strict=True)}
