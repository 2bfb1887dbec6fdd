"""Sittings: planned, changed, copied, cancelled; steps cannot be skipped; every act is in the minutes."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from merit import clock
from merit.assessment.domain.settings import SittingSettings
from merit.assessment.domain.states import SITTING_STEPS, SittingState
from merit.assessment.models.items import Blueprint
from merit.assessment.models.sittings import Candidate, RoomProctor, Sitting, SittingEvent, SittingRoom
from merit.assessment.queries.sittings import count_sittings, list_rooms, list_sittings
from merit.assessment.services.seating import (
    add_room,
    assign_proctor,
    change_room,
    move_candidate,
    release_proctor,
    seat_everybody,
)
from merit.assessment.services.sittings import (
    SittingInput,
    cancel_sitting,
    change_sitting,
    copy_sitting,
    create_sitting,
    take_step,
)
from merit.audit.models import AuditEntry
from merit.audit.services import append_pending
from merit.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError, RuleViolationError
from merit.security.permissions import Role
from tests.assessment import plan_samples as samples

pytestmark = pytest.mark.db


def planned(blueprint: Blueprint, **details) -> SittingInput:
    values = {
        "name": "Uji ulang",
        "blueprint_code": blueprint.code,
        "starts_at": clock.now() + dt.timedelta(days=3),
        "minutes": 75,
        "organiser": "BKPSDM",
    }
    return SittingInput(**(values | details))


def test_codes_count_on_within_the_year(session: Session):
    admin = samples.make_staff(session)
    blueprint = samples.make_blueprint(session, admin)
    with clock.frozen(dt.datetime(2031, 2, 3, 1, 0, tzinfo=dt.UTC)):
        codes = [create_sitting(session, admin, planned=planned(blueprint)).code for _ in range(2)]
        with pytest.raises(InvalidInputError, match="sitting-code-taken"):
            create_sitting(session, admin, planned=planned(blueprint, code="UJI-2031-002"))
        with pytest.raises(InvalidInputError, match="code-shape"):
            create_sitting(session, admin, planned=planned(blueprint, code="a/b"))
    assert codes == ["UJI-2031-001", "UJI-2031-002"]


def test_own_accreditation_makes_it_an_accredited_assessment(session: Session):
    admin = samples.make_staff(session)
    blueprint = samples.make_blueprint(session, admin)
    internal = create_sitting(session, admin, planned=planned(blueprint))
    own = create_sitting(session, admin, planned=planned(blueprint, accreditation="A-12/2026"))
    assert (internal.method, own.method, own.accreditation) == ("internal", "asesmen", "A-12/2026")


def test_two_people_cannot_overwrite_each_other(session: Session):
    admin = samples.make_staff(session)
    blueprint = samples.make_blueprint(session, admin)
    sitting = create_sitting(session, admin, planned=planned(blueprint))
    seen = sitting.row_version
    change_sitting(session, admin, code=sitting.code, row_version=seen, planned=planned(blueprint, minutes=80))
    with pytest.raises(ConflictError, match="sitting-changed-meanwhile"):
        change_sitting(session, admin, code=sitting.code, row_version=seen, planned=planned(blueprint, minutes=90))
    assert sitting.minutes == 80


@pytest.mark.parametrize("state", [state for state in SittingState if state != SittingState.DRAFT])
def test_nothing_changes_once_a_sitting_is_sealed(session: Session, state: SittingState):
    admin = samples.make_staff(session)
    sitting = samples.make_ready(session, admin, people=1)
    sitting.state = state.value
    sitting.published_at = clock.now() if state == SittingState.PUBLISHED else None
    session.flush()
    blueprint = session.get_one(Blueprint, sitting.blueprint_id)
    with pytest.raises(RuleViolationError, match="sitting-not-draft"):
        change_sitting(session, admin, code=sitting.code, row_version=sitting.row_version, planned=planned(blueprint))
    with pytest.raises(RuleViolationError, match="sitting-not-draft"):
        add_room(session, admin, code=sitting.code, name="Lab 9", seats=3, columns=3)
    with pytest.raises(RuleViolationError, match="sitting-not-draft"):
        seat_everybody(session, admin, code=sitting.code, afresh=True)


@pytest.mark.parametrize("start", list(SittingState))
@pytest.mark.parametrize("to", list(SittingState))
def test_steps_that_do_not_exist_are_refused(start: SittingState, to: SittingState):
    sitting = Sitting(code="S", state=start.value, row_version=1)
    if to in SITTING_STEPS[start]:
        take_step(sitting, to)
        assert (sitting.state, sitting.row_version) == (to.value, 2)
    else:
        with pytest.raises(RuleViolationError, match=f"sitting-step-{to.value}"):
            take_step(sitting, to)
        assert sitting.state == start.value


def test_cancelling_needs_a_reason_and_keeps_it(session: Session):
    admin = samples.make_staff(session)
    sitting = samples.make_ready(session, admin)
    with pytest.raises(InvalidInputError, match="sitting-cancel-reason"):
        cancel_sitting(session, admin, code=sitting.code, reason="  ")
    cancel_sitting(session, admin, code=sitting.code, reason="Listrik padam")
    assert (sitting.state, sitting.cancel_reason) == ("cancelled", "Listrik padam")
    with pytest.raises(RuleViolationError, match="sitting-step-cancelled"):
        cancel_sitting(session, admin, code=sitting.code, reason="Lagi")


def test_a_copy_has_the_rooms_proctors_and_where_wanted_the_roster(session: Session):
    admin = samples.make_staff(session)
    sitting = samples.make_ready(session, admin, people=3, settings=SittingSettings(late_arrival_minutes=7))
    bare = copy_sitting(session, admin, code=sitting.code, starts_at=clock.now() + dt.timedelta(days=20))
    full = copy_sitting(
        session, admin, code=sitting.code, starts_at=clock.now() + dt.timedelta(days=30), with_roster=True
    )
    assert (bare.state, bare.settings) == ("draft", sitting.settings)
    [room] = list_rooms(session, bare.id)
    [source] = list_rooms(session, sitting.id)
    assert (room.room.name, room.room.seats, room.proctors) == (source.room.name, source.room.seats, source.proctors)
    people = select(Candidate.official_id, Candidate.seat)
    assert session.execute(people.where(Candidate.sitting_id == bare.id)).all() == []
    assert sorted(session.execute(people.where(Candidate.sitting_id == full.id)).all()) == sorted(
        session.execute(people.where(Candidate.sitting_id == sitting.id)).all()
    )


def test_only_managers_plan(session: Session):
    admin, proctor = samples.make_staff(session), samples.make_staff(session, Role.PROCTOR)
    blueprint = samples.make_blueprint(session, admin)
    with pytest.raises(NotAllowedError):
        create_sitting(session, proctor, planned=planned(blueprint))


def test_the_list_is_narrowed_by_words_state_and_civil_days(session: Session):
    admin = samples.make_staff(session)
    blueprint = samples.make_blueprint(session, admin)
    # 23.30 UTC on 1 March is the morning of 2 March in the agency's zone.
    late = dt.datetime(2026, 3, 1, 23, 30, tzinfo=dt.UTC)
    create_sitting(session, admin, planned=planned(blueprint, name="Gelombang 50%", starts_at=late))
    create_sitting(
        session, admin, planned=planned(blueprint, name="Gelombang lain", starts_at=late + dt.timedelta(days=9))
    )
    assert count_sittings(session) == 2
    assert [line.sitting.name for line in list_sittings(session, search="50%")] == ["Gelombang 50%"]
    day = dt.date(2026, 3, 2)
    assert count_sittings(session, since=day, until=day) == 1
    assert count_sittings(session, since=dt.date(2026, 3, 1), until=dt.date(2026, 3, 1)) == 0
    assert count_sittings(session, state="sealed") == 0
    assert [line.sitting.name for line in list_sittings(session, order="starts", limit=1, offset=1)] == [
        "Gelombang lain"
    ]


def test_rooms_have_sensible_sizes_and_names_once(session: Session):
    admin = samples.make_staff(session)
    sitting = samples.make_ready(session, admin, people=4)
    [room] = session.scalars(select(SittingRoom).where(SittingRoom.sitting_id == sitting.id)).all()
    for seats, columns in ((0, 1), (5, 0), (5, 6), (2001, 5)):
        with pytest.raises(InvalidInputError, match="room-size"):
            add_room(session, admin, code=sitting.code, name="X", seats=seats, columns=columns)
    with pytest.raises(InvalidInputError, match="room-name-taken"):
        add_room(session, admin, code=sitting.code, name="Lab 1", seats=5, columns=5)
    with pytest.raises(RuleViolationError, match="room-seats-taken"):
        change_room(session, admin, code=sitting.code, room_id=room.id, name="Lab 1", seats=3, columns=3)
    change_room(session, admin, code=sitting.code, room_id=room.id, name="Lab A", seats=4, columns=2)
    assert (room.name, room.seats) == ("Lab A", 4)


def test_a_proctor_watches_one_room_of_a_sitting(session: Session):
    admin, author = samples.make_staff(session), samples.make_staff(session, Role.AUTHOR)
    sitting = samples.make_ready(session, admin, people=1)
    second = add_room(session, admin, code=sitting.code, name="Lab 2", seats=5, columns=5)
    [first, _other] = session.scalars(select(RoomProctor).where(RoomProctor.room_id != second.id)).all()
    with pytest.raises(RuleViolationError, match="proctor-elsewhere"):
        assign_proctor(session, admin, code=sitting.code, room_id=second.id, user_id=first.user_id)
    with pytest.raises(InvalidInputError, match="proctor-unknown"):
        assign_proctor(session, admin, code=sitting.code, room_id=second.id, user_id=author.user_id or 0)
    user, room = first.user_id, first.room_id
    release_proctor(session, admin, code=sitting.code, room_id=room, user_id=user)
    assign_proctor(session, admin, code=sitting.code, room_id=second.id, user_id=user)
    kinds = session.scalars(select(SittingEvent.kind).order_by(SittingEvent.id.desc()).limit(2)).all()
    assert kinds == ["proctor-assigned", "proctor-released"]


def test_moving_to_a_taken_seat_exchanges_the_two(session: Session):
    admin = samples.make_staff(session)
    sitting = samples.make_ready(session, admin, people=3)
    statement = select(Candidate).where(Candidate.sitting_id == sitting.id).order_by(Candidate.seat)
    first, _second, third = session.scalars(statement).all()
    move_candidate(session, admin, code=sitting.code, candidate_id=first.id, room_id=third.room_id or 0, seat=3)
    assert (first.seat, third.seat) == (3, 1)
    move_candidate(session, admin, code=sitting.code, candidate_id=first.id, room_id=first.room_id or 0, seat=5)
    assert first.seat == 5
    with pytest.raises(InvalidInputError, match="seat-unknown"):
        move_candidate(session, admin, code=sitting.code, candidate_id=first.id, room_id=first.room_id or 0, seat=99)
    other = samples.plan_sitting(session, admin, session.get_one(Blueprint, sitting.blueprint_id))
    foreign = add_room(session, admin, code=other.code, name="Lab 1", seats=5, columns=5)
    with pytest.raises(NotFoundError):
        move_candidate(session, admin, code=sitting.code, candidate_id=first.id, room_id=foreign.id, seat=1)


def test_the_audit_chain_names_acts_not_people(session: Session):
    admin = samples.make_staff(session)
    sitting = samples.make_ready(session, admin, people=1)
    cancel_sitting(session, admin, code=sitting.code, reason="Pegawai 001 sakit")
    append_pending(session)
    entries = session.scalars(select(AuditEntry).where(AuditEntry.subject == f"sitting:{sitting.id}")).all()
    actions = [entry.action for entry in entries]
    assert {"sitting:create", "room:add", "proctor:assign", "roster:add", "seats:give", "sitting:cancel"} == set(
        actions
    )
    assert not any("sakit" in entry.payload for entry in entries)
