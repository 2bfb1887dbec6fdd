import datetime as dt
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from merit import clock
from merit.errors import NotFoundError, RuleViolationError
from merit.security.permissions import Role
from merit.training.domain.attendance import session_code
from merit.training.models.attendance import AttendanceMark
from merit.training.queries.attendance import hours_attended
from merit.training.queries.classes import list_sessions
from merit.training.services.attendance import Mark, mark_by_code, mark_list, mark_present, refer
from merit.training.services.classes import add_trainer
from tests import factories as make
from tests.training.samples import START, enrol, make_actor, make_class

pytestmark = pytest.mark.db


@pytest.fixture
def hall(session):
    unit = make.make_unit(session)
    desk = make.make_position(session, unit=unit)
    people = [make.make_official(session, position=desk) for _number in range(3)]
    admin = make_actor(session, "adm", Role.ADMIN)
    opd = make_actor(session, "opd", Role.OPD_ADMIN, units=frozenset({unit.id}))
    course = make_class(session, admin, quota=5)
    ids = enrol(session, opd, admin, "K-1", people[:2])
    me = make_actor(session, "saya", Role.OFFICIAL, units=frozenset(), official_id=people[0].id)
    meeting = list_sessions(session, course.id)[0]
    with clock.frozen(START + dt.timedelta(minutes=45)):
        yield {"admin": admin, "opd": opd, "me": me, "course": course, "meeting": meeting, "ids": ids, "people": people}


def test_the_code_on_the_wall_counts_from_the_minute_it_is_typed(session, hall):
    code = session_code(refer(), hall["meeting"].id, clock.now())

    mark_by_code(session, hall["me"], code=code.lower())
    mark_by_code(session, hall["me"], code=code)

    # 4 JP x (180 - 45) / 180, counted once
    assert hours_attended(session, hall["course"].id) == {hall["ids"][0]: Decimal(3)}
    assert session.scalars(select(AttendanceMark.status)).all() == ["late"]


def test_a_code_of_another_time_or_somebody_without_place_is_refused(session, hall):
    stranger = make_actor(session, "asing", Role.OFFICIAL, official_id=hall["people"][2].id)
    old = session_code(refer(), hall["meeting"].id, clock.now() - dt.timedelta(minutes=11))
    code = session_code(refer(), hall["meeting"].id, clock.now())

    with pytest.raises(RuleViolationError):
        mark_by_code(session, hall["me"], code=old)
    with pytest.raises(RuleViolationError):
        mark_by_code(session, stranger, code=code)


def test_a_list_supersedes_and_keeps_what_stood(session, hall):
    first, second = hall["ids"]
    marks = [Mark(enrolment_id=first, status="present"), Mark(enrolment_id=second, status="partial", minutes=90)]
    assert mark_list(session, hall["admin"], session_id=hall["meeting"].id, marks=marks) == 2
    assert mark_list(session, hall["admin"], session_id=hall["meeting"].id, marks=marks) == 0

    again = [Mark(enrolment_id=first, status="absent")]
    mark_list(session, hall["admin"], session_id=hall["meeting"].id, marks=again)

    assert hours_attended(session, hall["course"].id) == {first: Decimal(0), second: Decimal(2)}
    assert session.scalar(select(func.count()).select_from(AttendanceMark)) == 3


@pytest.mark.parametrize(
    ("mark", "reason"),
    [
        (lambda ids: Mark(enrolment_id=999_999, status="present"), "attendance-not-enrolled"),
        (lambda ids: Mark(enrolment_id=ids[1], status="partial", minutes=181), "attendance-over-session"),
        (lambda ids: Mark(enrolment_id=ids[1], status="late", minutes=-1), "attendance-over-session"),
    ],
)
def test_a_bad_line_writes_nothing(session, hall, mark, reason):
    marks = [Mark(enrolment_id=hall["ids"][0], status="present"), mark(hall["ids"])]

    with pytest.raises(RuleViolationError) as refusal:
        mark_list(session, hall["admin"], session_id=hall["meeting"].id, marks=marks)

    assert refusal.value.reason == reason
    assert session.scalars(select(AttendanceMark)).all() == []


def test_pasted_nips_are_all_enrolled_or_nobody_is_marked(session, hall):
    nips = [one.nip for one in hall["people"]]

    with pytest.raises(RuleViolationError) as refusal:
        mark_present(session, hall["admin"], session_id=hall["meeting"].id, nips=nips)

    assert refusal.value.details == {"count": 1, "first": nips[2]}
    assert mark_present(session, hall["admin"], session_id=hall["meeting"].id, nips=nips[:2]) == 2


def test_trainers_keep_attendance_and_others_do_not(session, hall):
    marks = [Mark(enrolment_id=hall["ids"][1], status="present")]
    teacher = make_actor(session, "guru", Role.OFFICIAL, units=frozenset(), official_id=hall["people"][2].id)
    for other in (hall["me"], teacher):
        with pytest.raises(NotFoundError):
            mark_list(session, other, session_id=hall["meeting"].id, marks=marks)

    add_trainer(session, hall["admin"], code="K-1", nip=hall["people"][2].nip)

    assert mark_list(session, teacher, session_id=hall["meeting"].id, marks=marks) == 1
