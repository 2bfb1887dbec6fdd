"""Campaigns from the draw to facts: what raters may do, what two persons decide, what nobody can find out."""

from __future__ import annotations

import json
from decimal import Decimal

import numpy as np
import pytest
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import IntegrityError

from merit import clock
from merit.errors import InvalidInputError, NotAllowedError, NotFoundError, RuleViolationError
from merit.evidence import EvidenceRequest
from merit.performance.domain.campaigns import SELF, Circle, draw
from merit.performance.evidence import load_feedback_loyal
from merit.performance.models import CampaignSubject, FeedbackRating, Invitation, Sheet
from merit.performance.queries.campaign_results import load_results
from merit.performance.services.campaigns import (
    cancel_campaign,
    close_campaign,
    create_campaign,
    draw_raters,
    open_campaign,
    remind_raters,
    replace_rater,
    terms_of,
)
from merit.performance.services.feedback import decline, hand_in, open_sheet, save_answers
from merit.performance.services.publication import propose_publication, publish_campaign, refuse_publication
from merit.security.permissions import Actor, Role
from tests import factories as make
from tests.performance.campaign_samples import (
    answer,
    answers_of,
    invitations,
    make_campaign,
    make_office,
    make_terms,
    rater,
)

pytestmark = pytest.mark.db


def refused(call, reason, kind=RuleViolationError):
    with pytest.raises(kind) as caught:
        call()
    assert caught.value.reason == reason


def published(session, office, campaign):
    close_campaign(session, office.admin, campaign_id=campaign.id)
    propose_publication(session, office.admin, campaign_id=campaign.id)
    return publish_campaign(session, office.second, campaign_id=campaign.id)


def test_answers_become_facts_that_the_ranking_reads(session):
    office = make_office(session)
    campaign = make_campaign(session, office)
    subject = office.staff[0]
    for mark, invitation in zip((3, 4, 5, 4, 5), invitations(session, campaign, subject), strict=True):
        answer(session, invitation, mark)

    assert published(session, office, campaign) == 1

    facts = session.scalars(select(FeedbackRating).where(FeedbackRating.official_id == subject.id)).all()
    assert {(fact.rater_group, fact.year, fact.batch_id) for fact in facts} == {("rekan", campaign.year, None)}
    assert len(facts) == 4 * 7
    result = load_results(session, campaign).subjects[subject.id]
    assert (list(result.groups), result.raters, list(result.own)) == (["rekan"], {"rekan": 4}, list(result.overall))
    column = load_feedback_loyal(
        session,
        EvidenceRequest(as_of=make.day(f"{campaign.year + 1}-06-01"), officials=np.array([subject.id], dtype=np.int64)),
    )
    assert column.value[0] == pytest.approx(result.overall["loyal"][0], abs=1e-5)
    assert column.noise.se[0] == pytest.approx(result.overall["loyal"][1], abs=1e-5)


def test_two_answers_are_neither_shown_nor_scored(session):
    office = make_office(session)
    campaign = make_campaign(session, office)
    for official, many in ((office.staff[0], 3), (office.staff[1], 2)):
        for invitation in [one for one in invitations(session, campaign, official) if one.rater_group != SELF][:many]:
            answer(session, invitation)

    published(session, office, campaign)

    shown = {one.official_id: one.is_shown for one in load_results(session, campaign).subjects.values()}
    assert shown == {office.staff[0].id: True, office.staff[1].id: False}
    assert set(session.scalars(select(FeedbackRating.official_id))) == {office.staff[0].id}


def test_nothing_joins_a_rater_and_an_answer(session):
    """Look for a way from who handed in to what was handed in, in every row the campaign leaves."""
    office = make_office(session)
    campaign = make_campaign(session, office)
    about = [one for one in invitations(session, campaign, office.head) if one.rater_group != SELF]
    firsts = []
    for mark, invitation in zip((1, 2, 4, 5), about, strict=True):
        answer(session, invitation, mark)
        rows = session.scalars(select(Sheet.id).where(Sheet.subject_id == invitation.subject_id)).all()
        assert not set(rows) & set(firsts), "every sheet gets a new number whenever one is added"
        firsts += rows

    names = {column["name"] for column in inspect(session.get_bind()).get_columns("feedback_sheets")}
    assert names == {"id", "subject_id", "rater_group", "answers", "signs"}
    left = session.execute(text("SELECT draft, opened_at FROM feedback_invitations WHERE state = 'submitted'"))
    assert {tuple(row) for row in left} == {(None, None)}
    raters = {str(one.rater_id) for one in about} | {str(one.id) for one in about}
    for sheet in session.scalars(select(Sheet)):
        assert not raters & {sheet.id, *map(str, sheet.answers), *sheet.signs}
    published(session, office, campaign)
    pseudonyms = set(session.scalars(select(FeedbackRating.rater)))
    assert len(pseudonyms) == 4
    assert not any(sheet.id in pseudonym for sheet in session.scalars(select(Sheet)) for pseudonym in pseudonyms)


def test_an_answer_under_way_is_sealed_and_only_its_rater_opens_it(session):
    office = make_office(session)
    invitation = invitations(session, make_campaign(session, office))[0]
    save_answers(session, rater(invitation), invitation_id=invitation.id, answers={"loyal-1": 2})

    stored = session.scalars(select(Invitation.draft).where(Invitation.id == invitation.id)).one()
    assert "loyal" not in stored
    assert open_sheet(session, rater(invitation), invitation_id=invitation.id) == {"loyal-1": 2}
    refused(
        lambda: open_sheet(session, office.admin, invitation_id=invitation.id),
        "feedback-invitation-unknown",
        NotFoundError,
    )


def test_one_person_has_one_campaign_a_year(session):
    office = make_office(session)
    first = make_campaign(session, office)

    refused(lambda: make_campaign(session, office), "campaign-rated-already")
    cancel_campaign(session, office.admin, campaign_id=first.id)
    assert session.scalars(select(Sheet)).all() == []
    make_campaign(session, office)


def test_imported_feedback_of_the_year_keeps_a_person_out(session):
    office = make_office(session)
    make.make_feedback(session, office.head, "rekan", 4, 4, 4, year=make_terms().year)

    campaign = make_campaign(session, office)

    assert office.head.id not in set(session.scalars(select(CampaignSubject.official_id)))
    assert campaign.seed


def test_an_office_too_small_for_anonymity_is_refused(session):
    office = make_office(session)
    unit = make.make_unit(session)
    for _one in range(3):
        make.make_official(session, position=make.make_position(session, tier="pelaksana", unit=unit))
    campaign = create_campaign(session, office.admin, terms=make_terms(), unit_ids=[unit.id])

    refused(lambda: draw_raters(session, office.admin, campaign_id=campaign.id), "campaign-too-small")
    refused(
        lambda: create_campaign(session, office.admin, terms=make_terms(minimum=2), unit_ids=[unit.id]),
        "campaign-numbers",
        InvalidInputError,
    )


def test_the_draw_can_be_made_again_from_its_seed(session):
    office = make_office(session)
    campaign = make_campaign(session, office)
    peers = {one.id: tuple(other.id for other in office.staff if other is not one) for one in office.staff}
    staff = tuple(one.id for one in office.staff)
    circles = [
        Circle(subject=one, peers=peers.get(one, ()), staff=() if one in peers else staff)
        for one in sorted([*peers, office.head.id])
    ]
    # the head is alone above: a group of one is not asked
    again = {(one.subject, one.rater, one.group) for one in draw(circles, terms_of(campaign), campaign.seed)}

    stored = {(one.subject_official_id, one.rater_id, one.rater_group) for one in invitations(session, campaign)}
    assert stored == again


def test_nobody_rates_himself_even_in_the_database(session):
    office = make_office(session)
    invitation = invitations(session, make_campaign(session, office), office.head)[0]
    invitation.rater_id = office.head.id
    invitation.rater_group = "rekan"

    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()


def test_a_sheet_is_handed_in_once_and_whole(session):
    office = make_office(session)
    invitation = invitations(session, make_campaign(session, office))[0]
    actor, number = rater(invitation), {"invitation_id": invitation.id}

    refused(
        lambda: save_answers(session, actor, **number, answers={"loyal-1": 9}),
        "feedback-mark-unknown",
        InvalidInputError,
    )
    save_answers(session, actor, **number, answers={"loyal-1": 4})
    refused(lambda: hand_in(session, actor, **number), "feedback-incomplete", InvalidInputError)
    save_answers(session, actor, **number, answers=answers_of(4))
    refused(lambda: hand_in(session, actor, **number), "feedback-sign-quick")
    hand_in(session, actor, **number, is_confirmed=True)
    refused(lambda: save_answers(session, actor, **number, answers={"loyal-1": 1}), "feedback-handed-in")


def test_a_rater_with_a_conflict_is_replaced_by_chance(session):
    office = make_office(session)
    campaign = make_campaign(session, office)
    invitation = next(one for one in invitations(session, campaign, office.staff[0]) if one.rater_group == "rekan")
    decline(session, rater(invitation), invitation_id=invitation.id, reason="Saudara kandung")

    found = replace_rater(session, office.admin, invitation_id=invitation.id, reason="Sesuai pernyataan")

    assert (invitation.state, invitation.reason, found.drawn_by) == ("replaced", "Saudara kandung", "chance")
    everybody = [one.rater_id for one in invitations(session, campaign, office.staff[0])]
    assert len(everybody) == len(set(everybody))
    refused(
        lambda: replace_rater(session, office.admin, invitation_id=invitation.id, reason="Lagi"),
        "campaign-rater-fixed",
    )
    replace_rater(session, office.admin, invitation_id=found.id, reason="Pindah tugas")
    last = invitations(session, campaign, office.staff[0])[-1]
    refused(lambda: replace_rater(session, office.admin, invitation_id=last.id, reason="Cuti"), "campaign-nobody-left")


def test_a_campaign_with_too_few_answers_is_not_proposed(session):
    office = make_office(session)
    campaign = make_campaign(session, office)
    close_campaign(session, office.admin, campaign_id=campaign.id)
    refused(lambda: propose_publication(session, office.admin, campaign_id=campaign.id), "campaign-too-small")


def test_who_proposes_does_not_publish(session):
    office = make_office(session)
    campaign = make_campaign(session, office)
    for invitation in invitations(session, campaign, office.head):
        answer(session, invitation)
    close_campaign(session, office.admin, campaign_id=campaign.id)
    propose_publication(session, office.admin, campaign_id=campaign.id)

    with session.begin_nested() as nested:
        refused(lambda: publish_campaign(session, office.admin, campaign_id=campaign.id), "campaign-second-person")
        nested.rollback()
    session.refresh(campaign)
    assert publish_campaign(session, office.second, campaign_id=campaign.id) == 1
    refused(lambda: publish_campaign(session, office.second, campaign_id=campaign.id), "campaign-step")


def test_reminders_go_to_those_who_have_not_handed_in(session):
    office = make_office(session)
    campaign = make_campaign(session, office)
    first, *others = invitations(session, campaign)
    answer(session, first)

    assert remind_raters(session, office.admin, campaign_id=campaign.id) == len(others)
    assert first.reminded_at is None
    assert others[0].reminded_at <= clock.now()


def test_careless_sheets_are_left_out_only_where_the_campaign_says_so(session):
    office = make_office(session)
    campaign = make_campaign(session, office)
    for invitation in [one for one in invitations(session, campaign, office.head) if one.rater_group != SELF]:
        save_answers(session, rater(invitation), invitation_id=invitation.id, answers=dict.fromkeys(answers_of(3), 3))
        hand_in(session, rater(invitation), invitation_id=invitation.id, is_confirmed=True)

    kept = load_results(session, campaign)
    campaign.drops_careless = True
    dropped = load_results(session, campaign)

    assert kept.subjects[office.head.id].overall["loyal"][0] == 3.0
    assert (dropped.dropped, dropped.subjects) == (4, {})
    assert json.dumps(kept.signs) == "{}", "four sheets are too few to speak of signs"
    assert Decimal(kept.sheets) == 4


def test_only_who_may_runs_and_publishes_a_campaign(session):
    office = make_office(session)
    campaign = make_campaign(session, office)
    rater = Actor(user_id=office.second.user_id, roles=frozenset({Role.OFFICIAL, Role.OPD_ADMIN}))
    acts = (draw_raters, open_campaign, close_campaign, cancel_campaign, remind_raters)
    acts += (propose_publication, refuse_publication, publish_campaign)

    for act in acts:
        with pytest.raises(NotAllowedError):
            act(session, rater, campaign_id=campaign.id)
    with pytest.raises(NotAllowedError):
        replace_rater(session, rater, invitation_id=1, reason="Mau teman saya.")
    with pytest.raises(NotAllowedError):
        create_campaign(session, rater, terms=make_terms(), unit_ids=[office.unit.id])
