"""Two acts at the same moment: nothing is written over, and no instant lies between two versions of a fact."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from merit import clock, db
from merit.people.models import DisciplineFinding
from merit.performance.models import Appraisal, AppraisalSheet, Sheet
from merit.performance.services.campaigns import cancel_campaign
from merit.performance.services.cycles import assign_superiors
from merit.performance.services.discipline import CaseInput, move_case, record_case
from merit.performance.services.feedback import hand_in, save_answers
from merit.performance.services.sheets import rate_official, record_appraisal
from merit.security.permissions import Actor, Role
from tests.factories import day, make_official
from tests.performance import appraisal_samples, campaign_samples
from tests.races import Act, meanwhile

pytestmark = pytest.mark.db

ADMIN = Actor(login="a", roles=frozenset({Role.ADMIN}), unit_ids=None)


def test_who_chooses_superiors_sees_that_the_sheet_was_rated_meanwhile(database: db.Database):
    with db.unit_of_work() as session:
        office = appraisal_samples.make_office(session)
        sheet_id = office.sheet(session, office.clerk).id
        chief = appraisal_samples.as_self(session, office.chief)
        boss = make_official(session)

    told = meanwhile(
        lambda session: rate_official(session, chief, sheet_id=sheet_id, row_version=1, result=2, behaviour=2),
        lambda session: assign_superiors(
            session, ADMIN, sheet_id=sheet_id, row_version=1, assessor_nip=boss.nip, reviewer_nip=""
        ),
    )

    with db.reading() as session:
        sheet = session.get_one(AppraisalSheet, sheet_id)
    assert (told, sheet.state, sheet.assessor_id) == ("changed-meanwhile", "rated", office.chief.id)


def test_one_case_does_not_become_two_decrees(database: db.Database):
    with db.unit_of_work() as session:
        official = make_official(session)
        summons = CaseInput(code="S1", number="PGL-1", dated=day("2026-01-05"), state="proses")
        finding_id = record_case(session, ADMIN, nip=official.nip, case=summons).id

    def decide(number: str) -> Act:
        decree = CaseInput(code="S1", number=number, dated=day("2026-02-05"), state="final")
        return lambda session: move_case(session, ADMIN, finding_id=finding_id, case=decree)

    told = meanwhile(decide("SK-1"), decide("SK-2"))

    with db.reading() as session:
        known = select(DisciplineFinding.decree_number).where(DisciplineFinding.superseded_at.is_(None))
        assert (told, session.scalars(known).all()) == ("discipline-unknown", ["SK-1"])


def test_a_sheet_handed_in_while_the_campaign_is_given_up_is_not_kept(database: db.Database):
    with db.unit_of_work() as session:
        office = campaign_samples.make_office(session)
        campaign = campaign_samples.make_campaign(session, office)
        invitation = campaign_samples.invitations(session, campaign, office.head)[0]
        rater = campaign_samples.rater(invitation)
        answers = campaign_samples.answers_of(4)
        save_answers(session, rater, invitation_id=invitation.id, answers=answers)

    told = meanwhile(
        lambda session: cancel_campaign(session, office.admin, campaign_id=campaign.id),
        lambda session: hand_in(session, rater, invitation_id=invitation.id, is_confirmed=True),
    )

    with db.reading() as session:
        assert (told, session.scalars(select(Sheet)).all()) == ("campaign-not-running", [])


def test_no_instant_lies_between_two_versions_of_a_fact(session: Session, monkeypatch: pytest.MonkeyPatch):
    """A clock that never stands still: what was known at any instant is one version or the other."""
    ticks = iter(range(10_000))
    start = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
    monkeypatch.setattr(clock, "now", lambda: start + dt.timedelta(seconds=next(ticks)))
    official = make_official(session)
    for result in (1, 2):
        record_appraisal(session, ADMIN, nip=official.nip, year=2024, result=result, behaviour=2)

    former, present = session.scalars(select(Appraisal).order_by(Appraisal.id)).all()
    assert former.superseded_at == present.recorded_at
