"""The demonstration sitting is ready to take: sealed, seated, lobby open, cards that let people in."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from merit import db
from merit.accounts.services.throttle import Origin
from merit.assessment.models.adaptive import AdaptivePool
from merit.assessment.models.delivery import Attempt
from merit.assessment.models.items import Item
from merit.assessment.models.sittings import Candidate, Paper, Sitting
from merit.assessment.services.entrance import Visit, enter_with_card
from merit.demo.accounts import create_staff
from merit.demo.adaptive import prepare_adaptive
from merit.demo.sitting import CANDIDATES, prepare_sitting
from merit.errors import RuleViolationError
from merit.security.permissions import STAFF_ROLES, Role
from tests.assessment.adaptive_samples import calibrate_bank
from tests.factories import make_official

pytestmark = pytest.mark.db


def test_a_sitting_needs_the_demonstration_city(session):
    with pytest.raises(RuleViolationError) as refusal:
        prepare_sitting(session)

    assert refusal.value.reason == "demo-sitting-needs-city"


def test_a_card_of_the_demonstration_lets_its_candidate_in(sqlite_database):
    with db.unit_of_work() as session:
        create_staff(session, STAFF_ROLES - {Role.OPD_ADMIN})
        for _number in range(CANDIDATES + 2):
            make_official(session)
    with db.unit_of_work() as session:
        ready = prepare_sitting(session)
    card = ready.cards[0]

    entered = enter_with_card(
        who=card.number, pin=card.pin, room_token=ready.token, visit=Visit(origin=Origin(network="127.0.0.0"))
    )

    with db.reading() as session:
        states = dict(session.execute(select(Sitting.code, Sitting.state)).all())
        papers = session.scalar(select(func.count()).select_from(Paper))
        seats = session.scalar(select(func.count(Candidate.seat.distinct())).where(Candidate.seat.is_not(None)))
        active = session.scalar(select(func.count()).select_from(Item).where(Item.state == "active"))
        attempt = session.get_one(Attempt, entered.attempt_id)
    assert states == {ready.code: "open", ready.practice: "sealed"}
    assert (papers, seats, len(ready.cards)) == (2 * CANDIDATES, CANDIDATES, CANDIDATES)
    assert active >= 60
    assert attempt.state == "waiting"
    assert [account.login for account in ready.accounts] == ["demo-admin-2", "demo-penulis-2", "demo-pengawas-2"]


def test_a_second_sitting_reuses_bank_plans_and_people(sqlite_database):
    with db.unit_of_work() as session:
        create_staff(session, STAFF_ROLES - {Role.OPD_ADMIN})
        make_official(session)
        first = prepare_sitting(session)
        second = prepare_sitting(session)

        assert second.code != first.code
        assert second.accounts == ()


def test_an_adaptive_sitting_comes_where_a_scale_is_ready(sqlite_database):
    with db.unit_of_work() as session:
        create_staff(session, STAFF_ROLES - {Role.OPD_ADMIN})
        make_official(session)
        prepare_sitting(session)
        assert prepare_adaptive(session) is None
        calibrate_bank(session, items=24)

        ready = prepare_adaptive(session)

        assert ready is not None
        pool = session.scalars(select(AdaptivePool)).one()
        assert pool.competency == "M.01"
        assert (pool.rules["among"], pool.rules["exposure"]) == (5, "0.7")
        assert session.scalar(select(Sitting.state).where(Sitting.code == ready.code)) == "open"
