"""What somebody might try, or do by mistake, with a class: approving oneself, noting oneself, bending its dates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from merit import clock
from merit.accounts.models import UserRole
from merit.errors import InvalidInputError, NotFoundError, RuleViolationError
from merit.people.models import LeavePeriod
from merit.security.permissions import Role
from merit.training.domain.attendance import session_code
from merit.training.models.attendance import AttendanceMark
from merit.training.models.classes import Enrolment
from merit.training.queries.classes import list_sessions
from merit.training.services import enrolments
from merit.training.services.attendance import Mark, mark_by_code, mark_list, mark_present, refer
from merit.training.services.classes import (
    ClassInput,
    SessionInput,
    add_session,
    add_trainer,
    change_class,
    remove_session,
)
from merit.training.services.completion import close_class
from merit.training.services.feeds import get_owner, make_feed
from tests import factories as make
from tests.training.samples import START, enrol, find_enrolment, make_actor, make_class

pytestmark = pytest.mark.db


@pytest.fixture
def hall(session: Session) -> Iterator[dict]:
    """A class of two mornings with two people invited and a third waiting, on its first morning at 08.05."""
    unit = make.make_unit(session)
    desk = make.make_position(session, unit=unit)
    people = [make.make_official(session, position=desk) for _one in range(4)]
    admin = make_actor(session, "adm", Role.ADMIN)
    opd = make_actor(session, "opd", Role.OPD_ADMIN, units=frozenset({unit.id}))
    course = make_class(session, admin)
    ids = enrol(session, opd, admin, "K-1", people[:3])
    me = make_actor(session, "saya", Role.OFFICIAL, units=frozenset(), official_id=people[0].id)
    meetings = list_sessions(session, course.id)
    with clock.frozen(START + dt.timedelta(minutes=5)):
        yield {
            "admin": admin,
            "opd": opd,
            "me": me,
            "course": course,
            "ids": ids,
            "people": people,
            "meetings": meetings,
        }


def refusal(call, *arguments, **named) -> str:
    with pytest.raises((RuleViolationError, InvalidInputError)) as refused:
        call(*arguments, **named)
    return refused.value.reason


def test_nobody_approves_or_decides_on_their_own_nomination(session: Session, hall: dict):
    last = hall["people"][3]
    opd = replace(hall["opd"], official_id=last.id)
    enrolments.nominate(session, opd, code="K-1", nips=[last.nip])
    row = find_enrolment(session, hall["course"].id, last.id)

    assert refusal(enrolments.endorse, session, opd, enrolment_ids=[row.id]) == "enrolment-own"
    enrolments.endorse(session, hall["opd"], enrolment_ids=[row.id])
    told = enrolments.decide(session, replace(hall["admin"], official_id=last.id), code="K-1", enrolment_ids=[row.id])

    assert told.left_out == ((last.id, ("enrolment-own", {})),)
    assert row.state == "endorsed"


def test_nobody_notes_their_own_attendance_by_list(session: Session, hall: dict):
    own = replace(hall["admin"], official_id=hall["people"][0].id)
    meeting, (first, second, _third) = hall["meetings"][0].id, hall["ids"]
    marks = [Mark(enrolment_id=first, status="present"), Mark(enrolment_id=second, status="present")]

    assert refusal(mark_list, session, own, session_id=meeting, marks=marks) == "attendance-own"
    assert refusal(mark_present, session, own, session_id=meeting, nips=[hall["people"][0].nip]) == "attendance-own"
    assert session.scalars(select(AttendanceMark)).all() == []
    # What somebody else noted may stand in the list that is sent back.
    mark_list(session, hall["admin"], session_id=meeting, marks=marks[:1])
    assert mark_list(session, own, session_id=meeting, marks=marks) == 1


def test_who_teaches_a_class_has_no_place_in_it(session: Session, hall: dict):
    add_trainer(session, hall["admin"], code="K-1", nip=hall["people"][3].nip)

    told = enrolments.nominate(session, hall["opd"], code="K-1", nips=[hall["people"][3].nip])

    assert told.left_out == ((hall["people"][3].nip, ("clash-teaching", {"code": "K-1"})),)
    nip = hall["people"][0].nip
    assert refusal(add_trainer, session, hall["admin"], code="K-1", nip=nip) == "trainer-has-place"


def test_who_teaches_elsewhere_at_that_time_cannot_come(session: Session, hall: dict):
    last = hall["people"][3]
    make_class(session, hall["admin"], code="K-2", start=START + dt.timedelta(hours=1))
    make_class(session, hall["admin"], code="K-3", start=START + dt.timedelta(hours=5))
    add_trainer(session, hall["admin"], code="K-2", nip=last.nip)

    told = enrolments.nominate(session, hall["opd"], code="K-1", nips=[last.nip])
    free = enrolments.nominate(session, hall["opd"], code="K-3", nips=[last.nip])

    assert told.left_out == ((last.nip, ("clash-teaching", {"code": "K-2"})),)
    assert free.count == 1


def test_a_leave_between_two_sessions_is_no_clash(session: Session, hall: dict):
    make_class(session, hall["admin"], code="K-4", start=START + dt.timedelta(days=10), days=1)
    later = SessionInput(
        starts_at=START + dt.timedelta(days=20),
        ends_at=START + dt.timedelta(days=20, hours=3),
        learning_hours=Decimal(4),
    )
    add_session(session, hall["admin"], code="K-4", planned=later)
    between, during = hall["people"][2], hall["people"][3]
    for official, starts, ends in ((between, "2026-03-13", "2026-03-21"), (during, "2026-03-22", "2026-03-22")):
        leave = {"kind": "sakit", "starts": make.day(starts), "ends": make.day(ends)}
        make.add(session, LeavePeriod(official_id=official.id, **leave))

    told = enrolments.nominate(session, hall["opd"], code="K-4", nips=[between.nip, during.nip])

    assert dict(told.left_out) == {during.nip: ("clash-leave", {"since": "22-03-2026"})}


def test_a_code_does_not_undo_what_the_list_says(session: Session, hall: dict):
    meeting = hall["meetings"][0]
    code = session_code(refer(), meeting.id, clock.now())
    mark_list(session, hall["admin"], session_id=meeting.id, marks=[Mark(enrolment_id=hall["ids"][0], status="absent")])

    assert refusal(mark_by_code, session, hall["me"], code=code) == "attendance-listed"
    half = [Mark(enrolment_id=hall["ids"][0], status="partial", minutes=90)]
    mark_list(session, hall["admin"], session_id=meeting.id, marks=half)

    # What is told is what stands: 4 JP x 90 / 180, not the four of somebody in time.
    assert mark_by_code(session, hall["me"], code=code)[1].hours == Decimal(2)


def test_a_class_in_use_keeps_a_session_and_its_places(session: Session, hall: dict):
    course = hall["course"]
    planned = ClassInput(
        programme_code="P-K-1", name=course.name, venue=course.venue, starts=course.starts, quota=1, cost=0
    )
    remove_session(session, hall["admin"], session_id=hall["meetings"][1].id)

    last = hall["meetings"][0].id
    assert refusal(remove_session, session, hall["admin"], session_id=last) == "class-without-sessions"
    version = course.row_version
    change = {"code": "K-1", "row_version": version, "planned": planned}
    assert refusal(change_class, session, hall["admin"], **change) == "class-quota-taken"


def test_a_class_that_lost_its_sessions_is_not_closed(session: Session, hall: dict):
    for meeting in hall["meetings"]:
        session.delete(meeting)
    session.flush()

    assert refusal(close_class, session, hall["admin"], code="K-1") == "class-without-sessions"


def test_a_place_given_back_after_the_class_calls_nobody(session: Session, hall: dict):
    with clock.frozen(START + dt.timedelta(days=3)):
        enrolments.decline(session, hall["me"], enrolment_id=hall["ids"][0], reason="Tidak hadir")

    rows = session.scalars(select(Enrolment.state).order_by(Enrolment.place)).all()
    assert rows == ["declined", "invited", "waiting"]


def test_a_session_until_midnight_ends_on_its_own_day(session: Session, hall: dict):
    """From 20.00 to 24.00 WITA on 31 December: the hours belong to that year."""
    start = dt.datetime(2026, 12, 31, 12, 0, tzinfo=dt.UTC)
    course = make_class(session, hall["admin"], code="K-5", start=start - dt.timedelta(days=1), days=1)
    evening = SessionInput(starts_at=start, ends_at=start + dt.timedelta(hours=4), learning_hours=Decimal(4))
    add_session(session, hall["admin"], code="K-5", planned=evening)

    assert (course.starts, course.ends) == (make.day("2026-12-30"), make.day("2026-12-31"))


def test_an_address_ends_with_the_roles_of_its_owner(session: Session, hall: dict):
    role = make.add(session, UserRole(user_id=hall["me"].user_id, role="official", granted_at=START))
    token = make_feed(session, hall["me"])
    assert get_owner(session, token).id == hall["me"].user_id

    session.delete(role)
    session.flush()

    with pytest.raises(NotFoundError):
        get_owner(session, token)
