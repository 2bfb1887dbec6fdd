import datetime as dt

import pytest
from sqlalchemy import select

from merit import clock
from merit.accounts.models import UserRole
from merit.errors import InvalidInputError, NotAllowedError, NotFoundError, RuleViolationError
from merit.people.models import LeavePeriod
from merit.security.permissions import Role
from merit.training.models.classes import Enrolment, EnrolmentStep
from merit.training.services import enrolments as services
from merit.training.services.feeds import end_feed, get_owner, make_feed
from tests import factories as make
from tests.training.samples import START, enrol, find_enrolment, make_actor, make_class

pytestmark = pytest.mark.db


@pytest.fixture
def town(session):
    unit, elsewhere = make.make_unit(session), make.make_unit(session)
    desk, other_desk = make.make_position(session, unit=unit), make.make_position(session, unit=elsewhere)
    people = [make.make_official(session, position=desk) for _number in range(4)]
    stranger = make.make_official(session, position=other_desk)
    admin = make_actor(session, "adm", Role.ADMIN)
    unit_admin = make_actor(session, "opd", Role.OPD_ADMIN, units=frozenset({unit.id}))
    course = make_class(session, admin)
    with clock.frozen(START - dt.timedelta(days=7)):
        yield {"people": people, "stranger": stranger, "admin": admin, "opd": unit_admin, "course": course}


def states(session, course):
    rows = session.execute(select(Enrolment.state).where(Enrolment.class_id == course.id).order_by(Enrolment.place))
    return [row[0] for row in rows]


def test_a_class_fills_by_order_and_the_rest_waits(session, town):
    enrol(session, town["opd"], town["admin"], "K-1", town["people"])

    assert states(session, town["course"]) == ["invited", "invited", "waiting", "waiting"]


def test_who_declines_gives_the_place_to_the_first_in_line(session, town):
    ids = enrol(session, town["opd"], town["admin"], "K-1", town["people"])
    me = make_actor(session, "saya", Role.OFFICIAL, units=frozenset(), official_id=town["people"][0].id)

    services.decline(session, me, enrolment_id=ids[0], reason="Tugas luar")

    assert states(session, town["course"]) == ["declined", "invited", "invited", "waiting"]
    assert session.scalars(select(EnrolmentStep.reason).where(EnrolmentStep.reason != "")).all() == ["Tugas luar"]


def test_a_unit_nominates_its_own_people_only(session, town):
    nips = [town["people"][0].nip, town["stranger"].nip, "1" * 18]

    told = services.nominate(session, town["opd"], code="K-1", nips=nips)

    assert told.count == 1
    assert sorted(reason for _nip, (reason, _details) in told.left_out) == ["nominee-unknown", "nominee-unknown"]


def test_a_unit_knows_nothing_of_others_enrolments(session, town):
    services.nominate(session, town["admin"], code="K-1", nips=[town["stranger"].nip])
    row = find_enrolment(session, town["course"].id, town["stranger"].id)

    with pytest.raises(NotFoundError):
        services.endorse(session, town["opd"], enrolment_ids=[row.id])


def test_clashes_with_class_leave_and_again_are_told(session, town):
    first, second, third, _fourth = town["people"]
    make_class(session, town["admin"], code="K-2", start=START + dt.timedelta(hours=1))
    enrol(session, town["opd"], town["admin"], "K-2", [first])
    make.add(session, LeavePeriod(official_id=second.id, kind="sakit", starts=make.day("2026-03-03"), ends=None))
    services.nominate(session, town["opd"], code="K-1", nips=[third.nip])

    told = services.nominate(session, town["opd"], code="K-1", nips=[one.nip for one in (first, second, third)])

    assert dict(told.left_out) == {
        first.nip: ("clash-class", {"code": "K-2"}),
        second.nip: ("clash-leave", {"since": "03-03-2026"}),
        third.nip: ("nominee-present", {}),
    }


def test_nobody_decides_on_their_own_approval(session, town):
    services.nominate(session, town["admin"], code="K-1", nips=[town["people"][0].nip])
    row = find_enrolment(session, town["course"].id, town["people"][0].id)
    services.endorse(session, town["admin"], enrolment_ids=[row.id])

    told = services.decide(session, town["admin"], code="K-1", enrolment_ids=[row.id])

    assert told.left_out == ((town["people"][0].id, ("enrolment-two-persons", {})),)
    assert states(session, town["course"]) == ["endorsed"]


def test_withdrawing_needs_a_reason_and_nominating_again_begins_anew(session, town):
    ids = enrol(session, town["opd"], town["admin"], "K-1", town["people"][:1])
    with pytest.raises(InvalidInputError):
        services.withdraw(session, town["opd"], enrolment_id=ids[0], reason=" ")

    services.withdraw(session, town["opd"], enrolment_id=ids[0], reason="Salah usul")
    services.nominate(session, town["opd"], code="K-1", nips=[town["people"][0].nip])

    assert states(session, town["course"]) == ["nominated"]


def test_an_official_may_ask_for_a_place_but_not_answer_for_others(session, town):
    me = make_actor(session, "saya", Role.OFFICIAL, units=frozenset(), official_id=town["people"][0].id)
    services.nominate_self(session, me, code="K-1")
    ids = enrol(session, town["opd"], town["admin"], "K-1", town["people"][1:2])

    with pytest.raises(RuleViolationError):
        services.nominate_self(session, me, code="K-1")
    with pytest.raises(NotFoundError):
        services.accept(session, me, enrolment_id=ids[0])
    with pytest.raises(NotAllowedError):
        services.nominate(session, me, code="K-1", nips=[town["people"][2].nip])


def test_a_private_address_ends(session, town):
    make.add(session, UserRole(user_id=town["admin"].user_id, role="admin", granted_at=START))
    token = make_feed(session, town["admin"])

    assert get_owner(session, token).id == town["admin"].user_id
    end_feed(session, town["admin"])
    with pytest.raises(NotFoundError):
        get_owner(session, token)
