"""What a proctor may do in a room, and what is refused."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from merit import clock
from merit.assessment.models.sittings import SittingEvent
from merit.assessment.queries.board import get_room, seats_of
from merit.assessment.services import proctoring
from merit.assessment.views.board.words import event_details
from merit.audit.models import AuditCheckpoint
from merit.audit.services import append_pending
from merit.errors import InvalidInputError, NotFoundError, RuleViolationError
from merit.phrases import all_sentences
from merit.security.permissions import Actor, Role
from tests.assessment.board_samples import (
    MINUTE,
    START,
    Hall,
    make_attempt,
    make_gap,
    make_hall,
    make_room,
    make_running_hall,
    make_staff,
    seat_one,
)

pytestmark = pytest.mark.db


def kinds(session: Session, hall: Hall) -> list[str]:
    """Return the kinds of the minutes' lines in order."""
    chosen = select(SittingEvent.kind).where(SittingEvent.sitting_id == hall.sitting.id).order_by(SittingEvent.id)
    return list(session.scalars(chosen))


def refused(why: str, act: object, /, *args: object, **kwargs: object) -> None:
    """Check that an act is refused for a reason that has a sentence."""
    assert why in all_sentences()
    with pytest.raises((RuleViolationError, InvalidInputError)) as refusal:
        act(*args, **kwargs)  # type: ignore[operator]
    assert refusal.value.reason == why


def test_a_room_goes_from_lobby_to_close_and_the_sitting_with_it(session):
    hall = make_hall(session, states=("waiting", "waiting", ""))
    first, second = hall.attempts
    act = {"session": session, "actor": hall.proctor}

    with clock.frozen(START - 20 * MINUTE):
        proctoring.open_lobby(**act, room_id=hall.room.id)
    with clock.frozen(START - 5 * MINUTE):
        assert proctoring.admit_several(**act, room_id=hall.room.id, attempt_ids=[first.id, second.id]) == 2
    with clock.frozen(START):
        assert proctoring.start_room(**act, room_id=hall.room.id) == 2
    assert (hall.sitting.state, hall.sitting.started_at, first.state) == ("running", START, "running")
    assert first.deadline == START + 90 * MINUTE
    first.last_seen_at = START + 95 * MINUTE
    with clock.frozen(START + 95 * MINUTE):
        proctoring.close_room(**act, room_id=hall.room.id, end_all=True)

    assert (hall.sitting.state, hall.sitting.closed_at) == ("closed", START + 95 * MINUTE)
    assert {(each.state, each.ending) for each in hall.attempts} == {("finished", "proctor")}
    assert kinds(session, hall) == [
        *("lobby-opened", "admitted", "admitted", "room-started", "room-closed", "sitting-closed"),
        "checkpoint",
    ]


def test_the_close_of_a_sitting_seals_the_audit_chain_and_the_minutes_keep_the_seal(session):
    hall = make_running_hall(session, candidates=1)

    with clock.frozen(START + 95 * MINUTE):
        proctoring.close_room(session, hall.proctor, room_id=hall.room.id, end_all=True)

    sealed = session.scalars(select(AuditCheckpoint).order_by(AuditCheckpoint.id.desc())).first()
    line = session.scalars(select(SittingEvent).where(SittingEvent.kind == "checkpoint")).one()
    assert sealed is not None
    assert line.details["signature"] == sealed.signature
    assert line.details["entry"] == sealed.entry_id


def test_a_second_room_keeps_the_sitting_open_and_one_without_candidates_does_not(session):
    hall = make_running_hall(session, candidates=1, rooms=2)
    make_room(session, hall.sitting, hall.proctor, name="Kosong")
    hall.attempts[0].last_seen_at = START + 94 * MINUTE

    with clock.frozen(START + 95 * MINUTE):
        proctoring.close_room(session, hall.proctor, room_id=hall.rooms[0].id, end_all=True)
        assert hall.sitting.state == "running"
        proctoring.close_room(session, hall.proctor, room_id=hall.rooms[1].id, end_all=True)

    assert hall.sitting.state == "closed"


def test_the_lobby_opens_no_earlier_than_the_sitting_says_unless_an_admin_says_why(session):
    hall = make_hall(session, states=("waiting",))
    with clock.frozen(START - 31 * MINUTE):
        refused("lobby-too-early", proctoring.open_lobby, session, hall.proctor, room_id=hall.room.id, reason="Ingin")
        refused("reason-missing", proctoring.open_lobby, session, hall.admin, room_id=hall.room.id)
        proctoring.open_lobby(session, hall.admin, room_id=hall.room.id, reason="Peserta datang dari pulau")
        refused("room-is-open", proctoring.open_lobby, session, hall.admin, room_id=hall.room.id, reason="Lagi")

    assert hall.sitting.state == "open"


def test_a_draft_or_cancelled_sitting_has_no_lobby(session):
    for state in ("draft", "cancelled", "closed"):
        hall = make_hall(session, state=state)
        with clock.frozen(START):
            refused("sitting-not-sealed", proctoring.open_lobby, session, hall.proctor, room_id=hall.room.id)


def test_a_room_does_not_start_unopened_empty_or_twice(session):
    hall = make_hall(session, states=("waiting",))
    with clock.frozen(START):
        refused("room-not-open", proctoring.start_room, session, hall.proctor, room_id=hall.room.id)
        proctoring.open_lobby(session, hall.proctor, room_id=hall.room.id)
        refused("nobody-admitted", proctoring.start_room, session, hall.proctor, room_id=hall.room.id)
        proctoring.admit(session, hall.proctor, attempt_id=hall.attempts[0].id)
        proctoring.start_room(session, hall.proctor, room_id=hall.room.id)
        refused("room-is-started", proctoring.start_room, session, hall.proctor, room_id=hall.room.id)


def test_a_start_long_before_the_plan_needs_a_reason_that_lands_in_the_minutes(session):
    hall = make_hall(session, states=("admitted",), state="open")
    hall.room.opened_at = START
    act = {"session": session, "actor": hall.proctor, "room_id": hall.room.id}

    with clock.frozen(START - 16 * MINUTE):
        refused("start-too-early", proctoring.start_room, **act)
        proctoring.start_room(**act, reason="Listrik padam pukul sepuluh")

    line = session.scalars(select(SittingEvent).where(SittingEvent.kind == "room-started")).one()
    assert (line.note, line.details) == ("Listrik padam pukul sepuluh", {"count": 1, "early": 16})


def test_a_room_never_started_keeps_no_sitting_open(session):
    hall = make_hall(session, states=("admitted", "", ""), state="open", rooms=2)
    first, second = hall.rooms
    first.opened_at = START
    for candidate, seat in zip(hall.candidates[1:], (1, 2), strict=True):
        candidate.room_id, candidate.seat = second.id, seat
    session.flush()
    act = {"session": session, "actor": hall.proctor}
    with clock.frozen(START):
        proctoring.start_room(**act, room_id=first.id)
    hall.attempts[0].last_seen_at = START + 89 * MINUTE

    with clock.frozen(START + 89 * MINUTE):
        refused("room-never-started-early", proctoring.close_room, **act, room_id=second.id, reason="Sepi")
        proctoring.close_room(**act, room_id=first.id, end_all=True)
    assert hall.sitting.state == "running"
    with clock.frozen(START + 90 * MINUTE):
        refused("room-never-started-reason", proctoring.close_room, **act, room_id=second.id, reason=" ")
        proctoring.close_room(**act, room_id=second.id, reason="Semua pindah ke ruang lain")

    assert hall.sitting.state == "closed"
    lines = session.scalars(select(SittingEvent).where(SittingEvent.room_id == second.id).order_by(SittingEvent.id))
    told = [(line.kind, line.candidate_id, line.note) for line in lines]
    assert told[:3] == [
        ("absent", hall.candidates[1].id, ""),
        ("absent", hall.candidates[2].id, ""),
        ("room-closed", None, "Semua pindah ke ruang lain"),
    ]


def test_an_admin_closes_an_unstarted_room_at_any_time_but_not_of_a_draft(session):
    hall, draft = make_hall(session, states=("",)), make_hall(session, states=("",), state="draft")

    with clock.frozen(START - 60 * MINUTE):
        proctoring.close_room(session, hall.admin, room_id=hall.room.id, reason="Ruang tidak dipakai")
        refused("sitting-not-sealed", proctoring.close_room, session, draft.admin, room_id=draft.room.id, reason="x")

    assert (hall.room.closed_at, hall.sitting.state) == (START - 60 * MINUTE, "sealed")


def test_the_minutes_say_when_who_acted_for_the_room_sits_there(app):
    with app.test_request_context():
        assert event_details("room-paused", {"count": 3, "own": True}) == (
            "3 peserta, dilakukan oleh pengawas yang juga peserta di ruang ini"
        )


def test_the_tick_can_be_taken_away_until_the_start(session):
    hall = make_hall(session, states=("admitted",))
    (attempt,) = hall.attempts

    proctoring.undo_admission(session, hall.proctor, attempt_id=attempt.id)
    assert (attempt.state, attempt.admitted_by) == ("waiting", None)

    refused("attempt-is-waiting", proctoring.undo_admission, session, hall.proctor, attempt_id=attempt.id)


def test_late_comers_start_at_once_with_their_own_time_until_the_limit(session):
    hall = make_running_hall(session, candidates=1)
    late = make_attempt(session, seat_one(session, hall, hall.room, 5, ""), "waiting")
    later = make_attempt(session, seat_one(session, hall, hall.room, 6, ""), "waiting")

    with clock.frozen(START + 15 * MINUTE):
        proctoring.admit(session, hall.proctor, attempt_id=late.id)
    assert (late.state, late.deadline) == ("running", START + 105 * MINUTE)

    with clock.frozen(START + 15 * MINUTE + dt.timedelta(seconds=1)):
        refused("late-arrival-over", proctoring.admit, session, hall.proctor, attempt_id=later.id, reason="Macet")
        refused("reason-missing", proctoring.admit, session, hall.admin, attempt_id=later.id)
    assert kinds(session, hall) == ["late-admitted"]


def test_an_admin_may_let_a_late_comer_in_with_a_reason(session):
    hall = make_running_hall(session, candidates=1)
    late = make_attempt(session, seat_one(session, hall, hall.room, 5, ""), "waiting")

    with clock.frozen(START + 30 * MINUTE):
        proctoring.admit(session, hall.admin, attempt_id=late.id, reason="Kapal terlambat")

    assert (late.state, kinds(session, hall)) == ("running", ["late-admitted-exception"])


def test_a_pause_moves_the_deadline_by_what_it_lasted(session):
    hall = make_running_hall(session, candidates=2)
    attempt, other = hall.attempts

    with clock.frozen(START + 10 * MINUTE):
        proctoring.pause(session, hall.proctor, attempt_id=attempt.id, reason="Ke kamar kecil")
    assert (attempt.state, attempt.deadline) == ("paused", None)
    with clock.frozen(START + 14 * MINUTE):
        proctoring.resume(session, hall.proctor, attempt_id=attempt.id)

    assert (attempt.state, attempt.deadline) == ("running", START + 94 * MINUTE)
    assert other.deadline == START + 90 * MINUTE


def test_resuming_a_room_leaves_who_was_paused_alone(session):
    hall = make_running_hall(session, candidates=3)
    alone, second, third = hall.attempts

    with clock.frozen(START + 5 * MINUTE):
        proctoring.pause(session, hall.proctor, attempt_id=alone.id, reason="Sakit")
    with clock.frozen(START + 10 * MINUTE):
        assert proctoring.pause_room(session, hall.proctor, room_id=hall.room.id, reason="Listrik padam") == 2
        refused("room-is-paused", proctoring.resume, session, hall.proctor, attempt_id=second.id)
    with clock.frozen(START + 20 * MINUTE):
        assert proctoring.resume_room(session, hall.proctor, room_id=hall.room.id) == 2

    assert [each.state for each in (alone, second, third)] == ["paused", "running", "running"]
    assert second.deadline == third.deadline == START + 100 * MINUTE


def test_extra_minutes_are_bounded_reasoned_and_the_same_for_a_room(session):
    hall = make_running_hall(session, candidates=2)
    first, second = hall.attempts
    act = {"session": session, "actor": hall.proctor}

    refused("extension-range", proctoring.extend, **act, attempt_id=first.id, minutes=0, reason="x")
    refused("extension-range", proctoring.extend, **act, attempt_id=first.id, minutes=121, reason="x")
    refused("reason-missing", proctoring.extend, **act, attempt_id=first.id, minutes=5, reason="  ")
    proctoring.extend(**act, attempt_id=first.id, minutes=5, reason="Komputer diganti")
    assert proctoring.extend_room(**act, room_id=hall.room.id, minutes=10, reason="Hujan deras") == 2

    assert (first.deadline, second.deadline) == (START + 105 * MINUTE, START + 100 * MINUTE)


def test_seats_are_never_given_twice(session):
    hall = make_running_hall(session, candidates=2)
    first, second = hall.candidates
    act = {"session": session, "actor": hall.proctor, "room_id": hall.room.id}

    refused("seat-taken", proctoring.move_seat, **act, candidate_id=first.id, seat=2, reason="Dekat jendela")
    refused("seat-not-in-room", proctoring.move_seat, **act, candidate_id=first.id, seat=13, reason="x")
    refused("seat-is-the-same", proctoring.move_seat, **act, candidate_id=first.id, seat=1, reason="x")
    proctoring.move_seat(**act, candidate_id=first.id, seat=9, reason="Dekat jendela")
    proctoring.swap_seats(**act, candidate_id=first.id, with_id=second.id, reason="Layar silau")

    assert (first.seat, second.seat) == (2, 9)
    assert kinds(session, hall) == ["moved", "swapped", "swapped"]


def test_a_move_to_another_room_takes_the_attempt_along_and_needs_both_rooms(session):
    hall = make_running_hall(session, candidates=1, rooms=2)
    closed_off = make_room(session, hall.sitting, name="Ruang orang lain")
    candidate, attempt = hall.candidates[0], hall.attempts[0]
    act = {"session": session, "candidate_id": candidate.id, "room_id": hall.room.id, "reason": "Komputer rusak"}

    with pytest.raises(NotFoundError):
        proctoring.move_seat(actor=hall.proctor, seat=4, to_room_id=closed_off.id, **act)
    proctoring.move_seat(actor=hall.proctor, seat=4, to_room_id=hall.rooms[1].id, **act)

    assert (candidate.room_id, candidate.seat, attempt.room_id) == (hall.rooms[1].id, 4, hall.rooms[1].id)


def test_consent_hands_the_lease_to_the_browser_that_asked(session):
    hall = make_running_hall(session, candidates=1)
    (attempt,) = hall.attempts
    refused("lease-not-asked", proctoring.consent_lease, session, hall.proctor, attempt_id=attempt.id)
    attempt.lease_hash, attempt.lease_number = "old", 1
    attempt.lease_asked_hash, attempt.lease_asked_at = "new", START

    session.flush()
    proctoring.consent_lease(session, hall.proctor, attempt_id=attempt.id)

    assert (attempt.lease_hash, attempt.lease_number, attempt.lease_asked_hash) == ("new", 2, None)


def test_refusing_the_second_browser_leaves_the_first(session):
    hall = make_running_hall(session, candidates=1)
    (attempt,) = hall.attempts
    attempt.lease_hash, attempt.lease_asked_hash, attempt.lease_asked_at = "old", "new", START

    session.flush()
    proctoring.refuse_lease(session, hall.proctor, attempt_id=attempt.id)

    assert (attempt.lease_hash, attempt.lease_asked_hash) == ("old", None)


def test_ending_needs_the_right_number_and_cannot_be_undone(session):
    hall = make_running_hall(session, candidates=2)
    first, second = hall.candidates
    act = {"session": session, "actor": hall.proctor, "attempt_id": hall.attempts[0].id, "reason": "Kecurangan"}

    refused("candidate-number-differs", proctoring.end_attempt, **act, number=second.number)
    proctoring.end_attempt(**act, number=first.number.lower())

    assert (hall.attempts[0].state, hall.attempts[0].ending) == ("finished", "proctor")
    refused("attempt-is-finished", proctoring.end_attempt, **act, number=first.number)
    refused("attempt-is-finished", proctoring.admit, session, hall.proctor, attempt_id=hall.attempts[0].id)
    refused("attempt-is-finished", proctoring.pause, session, hall.proctor, attempt_id=hall.attempts[0].id, reason="x")


def test_absence_is_marked_undone_and_ends_with_the_admission(session):
    hall = make_hall(session, states=("", "waiting"))
    absent, present = hall.candidates
    act = {"session": session, "actor": hall.proctor, "room_id": hall.room.id}

    refused("candidate-is-present", proctoring.mark_absent, **act, candidate_id=present.id)
    proctoring.mark_absent(**act, candidate_id=absent.id)
    refused("candidate-marked-absent", proctoring.mark_absent, **act, candidate_id=absent.id)
    assert [each.is_marked_absent for each in seats_of(session, get_room(session, hall.proctor, hall.room.id))] == [
        True,
        False,
    ]
    proctoring.undo_absence(**act, candidate_id=absent.id)
    refused("candidate-not-marked-absent", proctoring.undo_absence, **act, candidate_id=absent.id)

    proctoring.mark_absent(**act, candidate_id=absent.id)
    attempt = make_attempt(session, absent, "waiting")
    proctoring.admit(session, hall.proctor, attempt_id=attempt.id)
    assert not seats_of(session, get_room(session, hall.proctor, hall.room.id))[0].is_marked_absent


def test_incidents_are_kept_with_their_kind_and_words(session):
    hall = make_running_hall(session, candidates=1)
    act = {"session": session, "actor": hall.proctor, "room_id": hall.room.id}

    refused("incident-kind-unknown", proctoring.note_incident, **act, kind="ufo", text="Ada")
    refused("reason-missing", proctoring.note_incident, **act, kind="power", text="")
    event = proctoring.note_incident(**act, kind="power", text="Padam  dua\nmenit", candidate_id=hall.candidates[0].id)

    assert (event.note, event.details, event.by_id) == ("Padam dua menit", {"incident": "power"}, hall.proctor.user_id)


def test_a_room_with_people_at_work_closes_only_on_confirmation_and_after_outages_are_decided(session):
    hall = make_running_hall(session, candidates=3)
    for attempt in hall.attempts:
        make_gap(session, attempt, 10, 20)
    act = {"session": session, "actor": hall.proctor, "room_id": hall.room.id}

    with clock.frozen(START + 21 * MINUTE):
        refused("room-still-at-work", proctoring.close_room, **act)
        refused("outage-undecided", proctoring.close_room, **act, end_all=True)


def test_a_closed_room_takes_no_acts(session):
    hall = make_hall(session, states=("finished", "waiting"), state="running")
    hall.room.opened_at = hall.room.started_at = START
    proctoring.close_room(session, hall.proctor, room_id=hall.room.id)
    act = {"session": session, "actor": hall.proctor}

    refused("room-is-closed", proctoring.open_lobby, **act, room_id=hall.room.id)
    refused("room-is-closed", proctoring.start_room, **act, room_id=hall.room.id)
    refused("room-is-closed", proctoring.pause_room, **act, room_id=hall.room.id, reason="x")
    refused("room-is-closed", proctoring.admit, **act, attempt_id=hall.attempts[1].id)
    refused("room-is-closed", proctoring.close_room, **act, room_id=hall.room.id)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_a_room_does_not_exist_for_who_does_not_watch_it(session, role):
    hall = make_hall(session, states=("waiting",))
    stranger = make_staff(session, role)

    with pytest.raises(NotFoundError):
        proctoring.open_lobby(session, stranger, room_id=hall.room.id)
    with pytest.raises(NotFoundError):
        proctoring.admit(session, stranger, attempt_id=hall.attempts[0].id)
    with pytest.raises(NotFoundError):
        proctoring.admit(session, hall.proctor, attempt_id=999_999_999)


def test_a_proctor_who_lost_the_role_watches_nothing(session):
    hall = make_hall(session, states=("waiting",))
    former = Actor(user_id=hall.proctor.user_id, roles=frozenset({Role.OFFICIAL}), official_id=1)

    with pytest.raises(NotFoundError):
        proctoring.admit(session, former, attempt_id=hall.attempts[0].id)


def test_every_act_stands_in_the_audit_chain_without_a_word_anybody_typed(session):
    hall = make_running_hall(session, candidates=1)
    secret = "Rahasia Bu Sari"
    entries_before = len(session.info.get("audit_pending", []))

    proctoring.extend(session, hall.proctor, attempt_id=hall.attempts[0].id, minutes=5, reason=secret)
    pending = session.info["audit_pending"][entries_before:]

    assert [payload["action"] for _entry, payload, _transaction in pending] == ["room:extended"]
    append_pending(session)
    assert secret not in pending[0][0].payload


def test_every_kind_of_event_has_words(session):
    hall = make_running_hall(session, candidates=1)
    proctoring.extend(session, hall.proctor, attempt_id=hall.attempts[0].id, minutes=5, reason="x")

    assert {f"event-{kind}" for kind in kinds(session, hall)} <= set(all_sentences())
