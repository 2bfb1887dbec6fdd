"""What two persons accepted is one text: a later save takes it out of the proposal, and marks are not outlived."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from threading import Event, Thread

import pytest
from sqlalchemy import select

from merit import clock, db
from merit.assessment.models.delivery import Attempt, ContactGap, LateResponse
from merit.assessment.models.scoring import EssayMark
from merit.assessment.models.sittings import RoomProctor, Sitting
from merit.assessment.queries.board_attempts import get_story
from merit.assessment.saving import close_stores
from merit.assessment.services import proctoring
from merit.assessment.services.late_answers import accept_late, propose_late, withdraw_late
from merit.assessment.services.saving import save_answers
from merit.errors import RuleViolationError
from merit.phrases import all_sentences
from merit.security.permissions import Role
from tests.assessment import adaptive_samples
from tests.assessment.board_samples import START as HALL_START
from tests.assessment.board_samples import make_gap, make_running_hall
from tests.assessment.board_samples import make_staff as make_person
from tests.assessment.sitting_rows import make_hall
from tests.factories import add

pytestmark = pytest.mark.db

START = dt.datetime(2026, 11, 23, 1, 0, tzinfo=dt.UTC)
AFTER = START + dt.timedelta(minutes=91)


def test_a_late_answer_changed_after_the_proposal_must_be_proposed_again(database: db.Database):
    with clock.frozen(START), database.unit_of_work() as session:
        hall = make_hall(session, items=3)
        seat = hall.seats[0]
        proctor, admin = make_person(session, Role.PROCTOR), make_person(session, Role.ADMIN)
        add(session, RoomProctor(room_id=hall.room_id, user_id=proctor.user_id, assigned_at=START))

    def send(position: int, revision: int, value: str) -> str:
        answer = {"position": position, "revision": revision, "value": [value]}
        return save_answers(seat.token, seat.lease, [answer], at=AFTER).status

    def rows() -> dict[int, tuple[str, int | None, str, int | None]]:
        with database.reading() as session:
            found = session.scalars(select(LateResponse).where(LateResponse.attempt_id == seat.attempt_id))
            return {row.position: (row.value, row.proposed_by, row.proposed_reason, row.accepted_by) for row in found}

    try:
        assert [send(1, 1, "A"), send(2, 1, "A")] == ["saved", "saved"]
        with clock.frozen(AFTER), database.unit_of_work() as session:
            proctoring.note_incident(session, proctor, room_id=hall.room_id, kind="power", text="Padam")
            assert propose_late(session, proctor, attempt_id=seat.attempt_id, reason="Padam") == 2
        assert send(1, 1, "A") == "saved"  # the same again changes nothing
        assert rows()[1] == ('["A"]', proctor.user_id, "Padam", None)

        assert send(1, 2, "B") == "saved"
        assert rows() == {1: ('["B"]', None, "", None), 2: ('["A"]', proctor.user_id, "Padam", None)}
        with clock.frozen(AFTER), database.unit_of_work() as session:
            assert accept_late(session, admin, attempt_id=seat.attempt_id) == 1
            told = get_story(session, proctor, seat.attempt_id).late
            assert (told.accepted, told.unproposed, told.proposed_by) == (1, 1, None)
        assert (send(2, 2, "C"), rows()[2][0]) == ("stale-revision", '["A"]')

        with clock.frozen(AFTER), database.unit_of_work() as session:
            assert propose_late(session, proctor, attempt_id=seat.attempt_id, reason="Padam") == 1
            assert accept_late(session, admin, attempt_id=seat.attempt_id) == 1
        assert (send(1, 3, "D"), rows()[1]) == ("stale-revision", ('["B"]', proctor.user_id, "Padam", admin.user_id))
    finally:
        close_stores()


@pytest.fixture
def late_hall(session):
    hall = make_running_hall(session, candidates=1)
    (attempt,) = hall.attempts
    make_gap(session, attempt, 80, 95)
    attempt.state, attempt.finished_at, attempt.ending = "finished", HALL_START + dt.timedelta(minutes=90), "sweep"
    for position in (1, 2):
        late = {"revision": 1, "value": '["Uraian"]', "saved_at": HALL_START + dt.timedelta(minutes=95)}
        add(session, LateResponse(attempt_id=attempt.id, position=position, **late))
    return hall


def mark(session, attempt: Attempt, position: int) -> None:
    marker = make_person(session, Role.AUTHOR)
    given = {"turn": 1, "marker_id": marker.user_id, "points": Decimal(4), "marked_at": HALL_START}
    add(session, EssayMark(attempt_id=attempt.id, position=position, **given))


def refused(why: str, act, *args, **kwargs) -> None:
    assert why in all_sentences()
    with pytest.raises(RuleViolationError) as refusal:
        act(*args, **kwargs)
    assert refusal.value.reason == why


def test_a_late_answer_is_not_accepted_over_marks_for_the_text_before(session, late_hall):
    (attempt,) = late_hall.attempts
    assert propose_late(session, late_hall.proctor, attempt_id=attempt.id, reason="Padam") == 2
    mark(session, attempt, 2)

    refused("late-marked-already", accept_late, session, late_hall.admin, attempt_id=attempt.id)
    assert session.scalars(select(LateResponse.accepted_by)).all() == [None, None]

    withdraw_late(session, late_hall.admin, attempt_id=attempt.id, reason="Sudah dinilai")
    assert propose_late(session, late_hall.proctor, attempt_id=attempt.id, reason="Padam") == 1
    assert accept_late(session, late_hall.admin, attempt_id=attempt.id) == 1
    accepted = select(LateResponse.position).where(LateResponse.accepted_by.is_not(None))
    assert session.scalars(accepted).all() == [1]
    refused("late-marked-already", propose_late, session, late_hall.proctor, attempt_id=attempt.id, reason="Padam")


def test_a_late_answer_to_a_passed_item_of_an_adaptive_test_never_counts(session):
    admin, proctor = make_person(session, Role.ADMIN), make_person(session, Role.ADMIN)
    seat = adaptive_samples.sit_down(session, adaptive_samples.make_adaptive(session, admin))
    attempt = session.get_one(Attempt, seat.attempt_id)
    make_gap(session, attempt, 0, 1)
    attempt.state, attempt.finished_at, attempt.ending = "finished", clock.now(), "sweep"
    attempt.deadline = session.scalars(select(ContactGap.from_at)).one()
    attempt.items, attempt.open_from, attempt.open_to = 2, 2, 2
    for position in (1, 2):
        add(session, LateResponse(attempt_id=attempt.id, position=position, revision=2, value="[]", saved_at=START))

    assert propose_late(session, proctor, attempt_id=attempt.id, reason="Padam") == 1
    attempt.items = attempt.open_from = attempt.open_to = 3
    refused("late-adaptive-passed", accept_late, session, admin, attempt_id=attempt.id)
    withdraw_late(session, admin, attempt_id=attempt.id, reason="Sudah dilewati")
    refused("late-adaptive-passed", propose_late, session, proctor, attempt_id=attempt.id, reason="Padam")


def test_a_decision_on_late_answers_waits_for_who_scores_the_sitting(database: db.Database):
    with clock.frozen(HALL_START), database.unit_of_work() as session:
        hall = make_running_hall(session, candidates=1)
        hall.sitting.state, hall.sitting.closed_at = "closed", HALL_START
        attempt = hall.attempts[0]
        add(session, LateResponse(attempt_id=attempt.id, position=1, revision=1, value='["A"]', saved_at=HALL_START))
    reached, outcomes = Event(), []

    def propose() -> None:
        reached.set()
        try:
            with database.unit_of_work() as session:
                outcomes.append(str(propose_late(session, hall.proctor, attempt_id=attempt.id, reason="Padam")))
        except RuleViolationError as refusal:
            outcomes.append(refusal.reason)

    thread = Thread(target=propose)
    with database.unit_of_work() as session:
        sitting = session.scalars(select(Sitting).where(Sitting.id == hall.sitting.id).with_for_update()).one()
        thread.start()
        reached.wait(5)
        thread.join(0.3)  # it waits for the sitting, and must see what is decided here
        assert outcomes == []
        sitting.state = "scored"
        sitting.scored_at = HALL_START
    thread.join(10)

    assert outcomes == ["late-after-scoring"]
