"""Time given back after an outage, and answers that came too late because of one."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from merit import clock
from merit.assessment.models.delivery import Attempt, Compensation, LateResponse, Response
from merit.assessment.models.sittings import SittingEvent
from merit.assessment.queries.outages import held_attempts, undecided_outages
from merit.assessment.services import proctoring
from merit.assessment.services.compensation import decline_outage, grant_room, grant_sitting
from merit.assessment.services.late_answers import accept_late, propose_late, withdraw_late
from merit.assessment.services.sweeping import sweep_attempts
from merit.errors import InvalidInputError, NotAllowedError, NotFoundError, RuleViolationError
from merit.phrases import all_sentences
from merit.security.permissions import Role
from tests.assessment.board_samples import (
    MINUTE,
    START,
    Hall,
    make_attempt,
    make_gap,
    make_running_hall,
    make_staff,
    seat_one,
)
from tests.factories import add

pytestmark = pytest.mark.db


def refused(why: str, act: object, /, *args: object, **kwargs: object) -> None:
    """Check that an act is refused for a reason that has a sentence."""
    assert why in all_sentences()
    with pytest.raises((RuleViolationError, InvalidInputError)) as refusal:
        act(*args, **kwargs)  # type: ignore[operator]
    assert refusal.value.reason == why


def out(session, hall: Hall, first: float, last: float, *rooms: int) -> None:
    """Let everybody in the rooms (all) be silent."""
    chosen = rooms or tuple(room.id for room in hall.rooms)
    for attempt in hall.attempts:
        if attempt.room_id in chosen:
            make_gap(session, attempt, first, last)
        else:
            attempt.last_seen_at = START + last * MINUTE
    session.flush()


def stretch(first: float, last: float) -> dict[str, object]:
    return {"starts": START + first * MINUTE, "until": START + last * MINUTE}


def test_everybody_in_a_room_gets_the_same_time_once(session):
    hall = make_running_hall(session, candidates=3)
    out(session, hall, 10, 35)
    hall.attempts[0].extended_seconds = 300  # had more time before, keeps it
    session.flush()

    with clock.frozen(START + 36 * MINUTE):
        row = grant_room(session, hall.proctor, room_id=hall.room.id, **stretch(10, 35))
        refused("outage-already-decided", grant_room, session, hall.proctor, room_id=hall.room.id, **stretch(10, 35))

    assert (row.seconds, row.attempts, row.granted_by) == (25 * 60, 3, hall.proctor.user_id)
    assert [each.extended_seconds for each in hall.attempts] == [1800, 1500, 1500]
    assert hall.attempts[1].deadline == START + 115 * MINUTE


def test_rooms_of_one_outage_get_the_same_whoever_decides(session):
    hall = make_running_hall(session, candidates=3, rooms=2)
    out(session, hall, 10, 35)
    make_gap(session, hall.attempts[5], 35, 36.5)  # the second room's last one came back later
    for attempt in hall.attempts:
        attempt.last_seen_at = START + 38 * MINUTE
    session.flush()

    with clock.frozen(START + 38 * MINUTE):
        first = grant_room(session, hall.proctor, room_id=hall.rooms[0].id, **stretch(10, 35))
        (second,) = grant_sitting(session, hall.admin, room_id=hall.rooms[1].id, **stretch(10, 35))

    assert (first.room_id, second.room_id) == (hall.rooms[0].id, hall.rooms[1].id)
    assert first.seconds == second.seconds
    assert len({each.extended_seconds for each in hall.attempts}) == 1


def test_only_who_manages_sittings_decides_for_all_rooms(session):
    hall = make_running_hall(session, candidates=3, rooms=2)
    out(session, hall, 10, 35)

    with clock.frozen(START + 36 * MINUTE), pytest.raises(NotAllowedError):
        grant_sitting(session, hall.proctor, room_id=hall.rooms[0].id, **stretch(10, 35))


def test_an_outage_of_one_room_is_offered_there_only(session):
    hall = make_running_hall(session, candidates=3, rooms=3)
    out(session, hall, 10, 20, hall.rooms[1].id)

    with clock.frozen(START + 21 * MINUTE):
        found = undecided_outages(session, hall.sitting.id)
        refused("outage-not-common", grant_sitting, session, hall.admin, room_id=hall.rooms[1].id, **stretch(10, 20))

    assert [(each.room_id, each.is_common, each.outage.minutes) for each in found] == [(hall.rooms[1].id, False, 10)]


def test_no_time_is_given_while_the_outage_lasts(session):
    hall = make_running_hall(session, candidates=3)
    for attempt in hall.attempts:
        attempt.last_seen_at = START + 10 * MINUTE
    session.flush()

    with clock.frozen(START + 20 * MINUTE):
        (proposal,) = undecided_outages(session, hall.sitting.id)
        assert proposal.outage.is_open
        refused("outage-not-over", grant_room, session, hall.proctor, room_id=hall.room.id, **stretch(10, 20))


def test_who_came_after_the_outage_and_who_has_finished_get_nothing(session):
    hall = make_running_hall(session, candidates=3)
    out(session, hall, 10, 20)
    done = hall.attempts[0]
    late = make_attempt(session, seat_one(session, hall, hall.room, 8, ""), "running", started_at=START + 22 * MINUTE)
    with clock.frozen(START + 25 * MINUTE):
        proctoring.end_attempt(
            session, hall.proctor, attempt_id=done.id, number=hall.candidates[0].number, reason="Selesai"
        )
        late.last_seen_at = hall.attempts[1].last_seen_at = hall.attempts[2].last_seen_at = START + 25 * MINUTE
        session.flush()
        row = grant_room(session, hall.proctor, room_id=hall.room.id, **stretch(10, 20))

    assert row.attempts == 2
    assert (done.extended_seconds, late.extended_seconds) == (0, 0)


def test_declining_needs_a_reason_and_ends_the_matter(session):
    hall = make_running_hall(session, candidates=3)
    out(session, hall, 10, 20)
    act = {"session": session, "actor": hall.proctor, "room_id": hall.room.id, **stretch(10, 20)}

    with clock.frozen(START + 21 * MINUTE):
        refused("reason-missing", decline_outage, **act, reason=" ")
        decline_outage(**act, reason="Ruang sedang dikosongkan karena latihan evakuasi")
        assert undecided_outages(session, hall.sitting.id) == []
        refused("outage-already-decided", grant_room, **act)

    assert session.scalars(select(Compensation)).all() == []


def test_attempts_are_held_until_the_outage_is_decided_and_for_half_an_hour_at_most(session):
    hall = make_running_hall(session, candidates=3)
    out(session, hall, 80, 92)  # the time was over at 90

    with clock.frozen(START + 95 * MINUTE):
        assert held_attempts(session) == {each.id for each in hall.attempts}
        for attempt in hall.attempts:
            attempt.last_seen_at = START + 95 * MINUTE
        session.flush()
    with clock.frozen(START + 123 * MINUTE):
        assert held_attempts(session) == frozenset()
    with clock.frozen(START + 95 * MINUTE):
        grant_room(session, hall.proctor, room_id=hall.room.id, **stretch(80, 92))
        assert held_attempts(session) == frozenset()
    assert hall.attempts[0].deadline == START + 105 * MINUTE  # ten minutes were left at 80, and ten are left at 95


@pytest.mark.parametrize(
    ("first", "last", "at", "left"),
    [
        (65, 85, 112, 20),  # 25 minutes were left at 65, five of them were worked until 90
        (80, 95, 100, 10),
        (80, 95, 124, 10),  # the last minute before the hold ends
        (86, 94, 96, 4),
    ],
)
def test_what_is_given_after_the_end_can_be_worked_from_then_on(session, first, last, at, left):
    hall = make_running_hall(session, candidates=3)
    out(session, hall, first, last)
    for attempt in hall.attempts:
        attempt.last_seen_at = START + at * MINUTE
    session.flush()

    with clock.frozen(START + at * MINUTE):
        grant_room(session, hall.proctor, room_id=hall.room.id, **stretch(first, last))
        assert sweep_attempts(session, at=clock.now()) == 0

    assert {each.deadline for each in hall.attempts} == {START + (at + left) * MINUTE}


def test_outages_in_staggered_parts_leave_nobody_without_time(session):
    hall = make_running_hall(session, candidates=6)
    for number, attempt in enumerate(hall.attempts):
        first = 80 + 8 * (number // 3)  # one half is out, and when it is back the other
        make_gap(session, attempt, first, first + 8)
        attempt.allotted_seconds, attempt.deadline = 82 * 60, START + 82 * MINUTE
        attempt.last_seen_at = START + 97 * MINUTE
    session.flush()

    with clock.frozen(START + 97 * MINUTE):
        grant_room(session, hall.proctor, room_id=hall.room.id, **stretch(80, 96))

    assert {each.deadline for each in hall.attempts} == {START + 99 * MINUTE}  # two minutes were left at 80


def test_who_had_no_time_left_when_the_outage_began_gets_none(session):
    hall = make_running_hall(session, candidates=4)
    out(session, hall, 80, 95)
    over = hall.attempts[0]
    over.allotted_seconds, over.deadline = 70 * 60, START + 70 * MINUTE
    session.flush()

    with clock.frozen(START + 96 * MINUTE):
        row = grant_room(session, hall.proctor, room_id=hall.room.id, **stretch(80, 95))

    assert (row.attempts, over.deadline) == (3, START + 70 * MINUTE)


def test_a_room_paused_during_an_outage_is_still_offered_time(session):
    hall = make_running_hall(session, candidates=3)
    for attempt in hall.attempts:
        attempt.last_seen_at = START + 10 * MINUTE
    session.flush()

    with clock.frozen(START + 20 * MINUTE):
        proctoring.pause_room(session, hall.proctor, room_id=hall.room.id, reason="Listrik padam")
    with clock.frozen(START + 40 * MINUTE):
        proctoring.resume_room(session, hall.proctor, room_id=hall.room.id)
    with clock.frozen(START + 41 * MINUTE):
        (proposal,) = undecided_outages(session, hall.sitting.id)
        grant_room(session, hall.proctor, room_id=hall.room.id, **stretch(10, 20))

    assert (proposal.outage.minutes, proposal.outage.is_open) == (10, False)
    assert {each.deadline for each in hall.attempts} == {START + 120 * MINUTE}  # 80 minutes were left at 10, and at 40


def test_one_paused_or_ended_during_an_outage_does_not_hide_it(session):
    hall = make_running_hall(session, candidates=4)
    for attempt in hall.attempts:
        attempt.last_seen_at = START + 10 * MINUTE
    session.flush()
    act = {"session": session, "actor": hall.proctor, "reason": "Listrik padam"}

    with clock.frozen(START + 15 * MINUTE):
        proctoring.end_attempt(**act, attempt_id=hall.attempts[0].id, number=hall.candidates[0].number)
        for attempt in hall.attempts[1:]:
            proctoring.pause(**act, attempt_id=attempt.id)
        (proposal,) = undecided_outages(session, hall.sitting.id)
        row = grant_room(session, hall.proctor, room_id=hall.room.id, **stretch(10, 15))

    assert (proposal.outage.affected, proposal.outage.minutes) == (4, 5)
    assert (row.attempts, {each.extended_seconds for each in hall.attempts[1:]}) == (3, {300})


@pytest.mark.parametrize("is_common", [False, True])
def test_time_goes_to_who_sat_in_the_room_and_not_to_who_came_after(session, is_common):
    hall = make_running_hall(session, candidates=3, rooms=3)
    dark, light, _other = hall.rooms
    out(session, hall, 10, 30, *(() if is_common else (dark.id,)))
    gone, came = hall.attempts[0], hall.attempts[3]
    move = {"session": session, "actor": hall.proctor, "seat": 9, "reason": "Listrik padam"}
    with clock.frozen(START + 31 * MINUTE):
        proctoring.move_seat(**move, room_id=dark.id, candidate_id=gone.candidate_id, to_room_id=light.id)
        proctoring.move_seat(**move, room_id=light.id, candidate_id=came.candidate_id, to_room_id=dark.id)
        refused("outage-undecided", proctoring.close_room, session, hall.proctor, room_id=light.id, end_all=True)
        row = grant_room(session, hall.proctor, room_id=dark.id, **stretch(10, 30))

    assert (row.attempts, row.seconds) == (3, 20 * 60)
    assert [each.extended_seconds for each in hall.attempts] == [1200, 1200, 1200, *[0] * 6]
    if is_common:
        with clock.frozen(START + 31 * MINUTE):
            grant_room(session, hall.proctor, room_id=light.id, **stretch(10, 30))
        assert [each.extended_seconds for each in hall.attempts] == [*[1200] * 6, 0, 0, 0]


def test_who_was_carried_out_of_the_dark_room_is_held_too(session):
    hall = make_running_hall(session, candidates=4, rooms=3)
    dark, light, _other = hall.rooms
    out(session, hall, 80, 92, dark.id)
    gone = hall.attempts[0]
    with clock.frozen(START + 85 * MINUTE):
        proctoring.move_seat(
            session,
            hall.proctor,
            room_id=dark.id,
            candidate_id=gone.candidate_id,
            to_room_id=light.id,
            seat=9,
            reason="Listrik padam",
        )
    with clock.frozen(START + 93 * MINUTE):
        assert held_attempts(session) == {each.id for each in hall.attempts[:4]}


def keep_late(session, attempt: Attempt, position: int, at: float, revision: int = 5, **details: object) -> None:
    values = {"value": '["B"]', "marked": True, "saved_at": START + at * MINUTE} | details
    add(session, LateResponse(attempt_id=attempt.id, position=position, revision=revision, **values))


def more_time(session, hall: Hall, how: str) -> None:
    """Move the deadline from 90 to 115 minutes."""
    act = {"session": session, "actor": hall.proctor, "reason": "Jaringan"}
    if how == "one":
        proctoring.extend(**act, attempt_id=hall.attempts[0].id, minutes=25)
    elif how == "room":
        proctoring.extend_room(**act, room_id=hall.room.id, minutes=25)
    else:
        grant_room(**act, room_id=hall.room.id, **stretch(75, 95))


@pytest.mark.parametrize("how", ["one", "room", "outage"])
def test_late_answers_count_once_the_deadline_is_after_them(session, how):
    hall = make_running_hall(session, candidates=2)
    out(session, hall, 75, 95)
    attempt = hall.attempts[0]
    attempt.answered, attempt.marked = 2, 1
    for position, revision, value, marked in ((1, 2, "[]", False), (2, 9, '["A"]', True), (3, 1, '["A"]', False)):
        add(
            session,
            Response(
                attempt_id=attempt.id, position=position, revision=revision, value=value, marked=marked, saved_at=START
            ),
        )
    keep_late(session, attempt, 1, 96)  # was blank
    keep_late(session, attempt, 2, 96)  # an older revision than the one that counts
    keep_late(session, attempt, 3, 96, value="[]", marked=False)  # taken back
    keep_late(session, attempt, 4, 99)  # new
    keep_late(session, attempt, 5, 99, proposed_by=hall.admin.user_id)  # two persons decide on it
    keep_late(session, attempt, 6, 115.2)  # after the new end and its grace

    with clock.frozen(START + 100 * MINUTE):
        more_time(session, hall, how)

    assert attempt.deadline == START + 115 * MINUTE
    kept = session.scalars(select(Response).where(Response.attempt_id == attempt.id).order_by(Response.position))
    assert [(row.position, row.revision, row.value, row.marked) for row in kept] == [
        (1, 5, '["B"]', True),
        (2, 9, '["A"]', True),
        (3, 5, "[]", False),
        (4, 5, '["B"]', True),
    ]
    assert (attempt.answered, attempt.marked) == (3, 3)
    assert [row.position for row in late_rows(session, hall)] == [2, 5, 6]
    (event,) = session.scalars(select(SittingEvent).where(SittingEvent.kind == "late-taken"))
    assert (event.candidate_id, event.details["count"]) == (attempt.candidate_id, 3)


@pytest.fixture
def late_hall(session) -> Hall:
    """Return a closed-by-sweep attempt with two late answers after a silence that reached over its end."""
    hall = make_running_hall(session, candidates=1)
    (attempt,) = hall.attempts
    make_gap(session, attempt, 80, 95)
    attempt.state, attempt.finished_at, attempt.ending = "finished", START + 90 * MINUTE, "sweep"
    for position in (1, 2):
        add(
            session,
            LateResponse(
                attempt_id=attempt.id, position=position, revision=1, value='["A"]', saved_at=START + 95 * MINUTE
            ),
        )
    return hall


def late_rows(session, hall: Hall) -> list[LateResponse]:
    chosen = select(LateResponse).where(LateResponse.attempt_id == hall.attempts[0].id).order_by(LateResponse.position)
    return list(session.scalars(chosen))


def test_late_answers_count_when_a_second_person_accepts_them(session, late_hall):
    attempt_id = late_hall.attempts[0].id
    second = make_staff(session, Role.ADMIN)

    assert propose_late(session, late_hall.admin, attempt_id=attempt_id, reason="Jaringan putus") == 2
    refused("late-same-person", accept_late, session, late_hall.admin, attempt_id=attempt_id)
    assert accept_late(session, second, attempt_id=attempt_id) == 2
    refused("late-nothing-proposed", accept_late, session, second, attempt_id=attempt_id)
    refused("late-nothing-to-propose", propose_late, session, late_hall.admin, attempt_id=attempt_id, reason="x")

    assert {(row.proposed_by, row.accepted_by) for row in late_rows(session, late_hall)} == {
        (late_hall.admin.user_id, second.user_id)
    }


def test_a_proctor_may_propose_but_not_accept(session, late_hall):
    attempt_id = late_hall.attempts[0].id
    propose_late(session, late_hall.proctor, attempt_id=attempt_id, reason="Jaringan putus")

    with pytest.raises(NotAllowedError):
        accept_late(session, late_hall.other_proctor, attempt_id=attempt_id)
    with pytest.raises(NotFoundError):
        accept_late(session, make_staff(session, Role.PROCTOR), attempt_id=attempt_id)
    assert accept_late(session, late_hall.admin, attempt_id=attempt_id) == 2


def test_a_proposal_can_be_refused_and_made_again(session, late_hall):
    attempt_id = late_hall.attempts[0].id
    propose_late(session, late_hall.proctor, attempt_id=attempt_id, reason="Jaringan putus")

    with pytest.raises(NotAllowedError):
        withdraw_late(session, late_hall.other_proctor, attempt_id=attempt_id, reason="x")
    assert withdraw_late(session, late_hall.admin, attempt_id=attempt_id, reason="Tidak terbukti") == 2
    assert {row.proposed_by for row in late_rows(session, late_hall)} == {None}
    assert propose_late(session, late_hall.proctor, attempt_id=attempt_id, reason="Ada log penyedia") == 2


def test_without_an_outage_on_record_nothing_is_proposed(session, late_hall):
    attempt = late_hall.attempts[0]
    attempt.deadline = START + 60 * MINUTE  # the silence was elsewhere
    session.flush()
    act = {"session": session, "actor": late_hall.proctor, "attempt_id": attempt.id, "reason": "Tolong"}

    refused("late-without-outage", propose_late, **act)
    proctoring.note_incident(session, late_hall.proctor, room_id=late_hall.room.id, kind="illness", text="Pusing")
    refused("late-without-outage", propose_late, **act)
    proctoring.note_incident(session, late_hall.proctor, room_id=late_hall.room.id, kind="power", text="Padam")
    assert propose_late(**act) == 2


def test_after_scoring_it_is_too_late(session, late_hall):
    late_hall.sitting.state = "scored"
    session.flush()

    refused(
        *("late-after-scoring", propose_late, session, late_hall.admin),
        attempt_id=late_hall.attempts[0].id,
        reason="Jaringan putus",
    )
