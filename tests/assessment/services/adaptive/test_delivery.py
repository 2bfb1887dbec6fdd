"""An adaptive test item by item: chosen once, committed before it is shown, never taken back."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import delete, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from merit import clock, db
from merit.assessment.domain.adaptive_pool import Answered
from merit.assessment.domain.blueprints import BlueprintDocument
from merit.assessment.models.adaptive import AdaptivePool, AdaptivePoolItem, AdaptiveStep
from merit.assessment.models.delivery import Attempt, LateResponse, Response
from merit.assessment.models.sittings import PaperItem
from merit.assessment.queries.adaptive import load_pool, pools_of, steps_of
from merit.assessment.saving import close_stores
from merit.assessment.services.adaptive.delivery import Turn, next_turn
from merit.assessment.services.adaptive.engine import decide
from merit.assessment.services.adaptive.verifying import differing_steps
from merit.assessment.services.saving import save_answers
from merit.assessment.services.sealing import seal_sitting
from merit.errors import InvalidInputError, RuleViolationError
from tests.assessment import adaptive_samples as samples
from tests.assessment.plan_samples import make_ready, make_staff
from tests.assessment.sitting_rows import Seat

pytestmark = pytest.mark.db


def letter_of(turn: Turn, *, right: bool) -> str:
    """Return the place of the right answer, which says "Pilihan A", or of another one."""
    assert turn.item is not None
    choices = turn.item["interactions"][0]["choices"]
    return next(one["id"] for one in choices if ("Pilihan A " in one["html"]) is right)


def answer(session: Session, seat: Seat, position: int, letter: str) -> None:
    """Store an answer as a save would."""
    row = Response(attempt_id=seat.attempt_id, position=position, revision=1, value=f'["{letter}"]')
    row.saved_at = clock.now()
    session.merge(row)
    session.flush()


def walk(session: Session, seat: Seat, *, right: bool = True) -> Turn:
    """Answer every item the same way until the test is over."""
    turn = next_turn(session, seat.token, seat.lease, done=0)
    while turn.item is not None:
        answer(session, seat, turn.given, letter_of(turn, right=right))
        turn = next_turn(session, seat.token, seat.lease, done=turn.given)
    return turn


def refusal(session: Session, seat: Seat, done: int, lease: str = "") -> str:
    with pytest.raises(RuleViolationError) as refused:
        next_turn(session, seat.token, lease or seat.lease, done=done)
    return refused.value.reason


@pytest.fixture
def seat(session: Session) -> Seat:
    return samples.sit_down(session, samples.make_adaptive(session, make_staff(session)))


def test_an_item_is_chosen_once_whoever_asks_again(session: Session, seat: Seat):
    first = next_turn(session, seat.token, seat.lease, done=0)
    again = next_turn(session, seat.token, seat.lease, done=0)
    assert first == again
    assert (first.given, first.most, session.query(AdaptiveStep).count()) == (1, 8, 1)

    answer(session, seat, 1, letter_of(first, right=True))
    second = next_turn(session, seat.token, seat.lease, done=1)
    lost_on_the_way = next_turn(session, seat.token, seat.lease, done=1)
    restarted = next_turn(session, seat.token, seat.lease, done=0)
    assert second == lost_on_the_way == restarted
    assert second.item is not None
    assert second.item["position"] == 2
    assert "title" not in second.item


def test_better_answers_bring_harder_items(session: Session):
    admin = make_staff(session)
    sitting = samples.make_adaptive(session, admin, people=2)
    difficulties = []
    for place, right in enumerate((True, False)):
        seat = samples.sit_down(session, sitting, place)
        assert walk(session, seat, right=right).item is None
        steps = steps_of(session, seat.attempt_id)
        pool = load_pool(session, pools_of(session, sitting.id)[0])
        own = {item.version_id: item.parameters.difficulty for item in pool.items}
        difficulties.append(own[[step.version_id for step in steps if step.version_id][-1]])
        assert steps[-1].reason in {"stopped-precise", "stopped-longest"}
    assert difficulties[0] > 0 > difficulties[1]


def test_every_step_can_be_made_again_from_what_is_stored(session: Session, seat: Seat):
    walk(session, seat)
    attempt = session.get_one(Attempt, seat.attempt_id)
    pool = load_pool(session, pools_of(session, attempt.sitting_id)[0])
    steps = steps_of(session, seat.attempt_id)
    assert len(steps) >= pool.rules.least + 1
    assert differing_steps(session, attempt.sitting_id, attempt.id) == []
    for step in steps:
        answers = [Answered(position=p, version_id=v, category=c) for p, v, c in step.details["basis"]]
        again = decide(pool, answers, seed=step.seed)
        assert (again.version_id, again.code, again.theta, again.error) == (
            step.version_id,
            step.reason,
            step.theta,
            step.error,
        )


def test_the_paper_grows_and_the_window_moves_with_it(session: Session, seat: Seat):
    before = session.get_one(Attempt, seat.attempt_id).items
    end = walk(session, seat)
    attempt = session.get_one(Attempt, seat.attempt_id)
    places = session.scalars(select(PaperItem).where(PaperItem.paper_id == attempt.paper_id)).all()
    assert (before, attempt.items, end.given) == (0, len(places), len(places))
    assert attempt.open_from == attempt.items + 1  # nothing may be answered any more
    assert {place.competency for place in places} == {"M.01"}
    assert len({place.version_id for place in places}) == len(places)


def test_going_on_is_refused_without_an_answer_a_lease_or_a_running_clock(session: Session, seat: Seat):
    turn = next_turn(session, seat.token, seat.lease, done=0)
    assert refusal(session, seat, 1) == "adaptive-unanswered"
    assert refusal(session, seat, 0, lease="another") == "lease-ended"
    with pytest.raises(InvalidInputError):
        next_turn(session, seat.token, seat.lease, done=2)
    answer(session, seat, 1, letter_of(turn, right=True))
    attempt = session.get_one(Attempt, seat.attempt_id)
    attempt.deadline = clock.now() - dt.timedelta(minutes=5)
    assert refusal(session, seat, 1) == "adaptive-time-over"
    attempt.state, attempt.paused_at, attempt.deadline = "paused", clock.now(), None
    assert refusal(session, seat, 1) == "adaptive-paused"
    attempt.state, attempt.paused_at = "finished", None
    attempt.finished_at = clock.now()
    assert refusal(session, seat, 1) == "attempt-finished"
    assert session.query(AdaptiveStep).count() == 1


@pytest.mark.parametrize("model", [AdaptivePool, AdaptivePoolItem, AdaptiveStep])
def test_pools_and_steps_are_never_changed(session: Session, seat: Seat, model: type):
    next_turn(session, seat.token, seat.lease, done=0)
    with pytest.raises(DBAPIError, match="append-only"), session.begin_nested():
        session.execute(delete(model))


def test_parameters_are_those_of_the_sealing_whatever_comes_later(session: Session, seat: Seat):
    attempt = session.get_one(Attempt, seat.attempt_id)
    row = pools_of(session, attempt.sitting_id)[0]
    before = load_pool(session, row)
    samples.retire_calibration(session)
    assert load_pool(session, row) == before
    assert before.sha256 == row.sha256
    assert walk(session, seat).item is None


def test_an_answer_after_moving_on_is_kept_and_does_not_count(database: db.Database):
    with database.unit_of_work() as session:
        seat = samples.sit_down(session, samples.make_adaptive(session, make_staff(session)))
        turn = next_turn(session, seat.token, seat.lease, done=0)
    try:
        change = {"position": 1, "revision": 1, "value": [letter_of(turn, right=True)]}
        assert save_answers(seat.token, seat.lease, [change]).status == "saved"
        with pytest.raises(InvalidInputError):
            save_answers(seat.token, seat.lease, [change | {"position": 2}])
        with database.unit_of_work() as session:
            second = next_turn(session, seat.token, seat.lease, done=1)
        later = change | {"revision": 2, "value": [letter_of(turn, right=False)]}
        saved = save_answers(seat.token, seat.lease, [later])
        assert (saved.status, saved.late) == ("saved", True)
        with database.unit_of_work() as session:
            assert next_turn(session, seat.token, seat.lease, done=1) == second
            stored = session.get_one(Response, (seat.attempt_id, 1))
            late = session.get_one(LateResponse, (seat.attempt_id, 1))
            assert (stored.revision, late.revision) == (1, 2)
    finally:
        close_stores()


def test_requests_at_once_choose_one_item(database: db.Database):
    with database.unit_of_work() as session:
        seat = samples.sit_down(session, samples.make_adaptive(session, make_staff(session)))

    def ask(_number: int) -> Turn:
        with database.unit_of_work() as session:
            return next_turn(session, seat.token, seat.lease, done=0)

    with ThreadPoolExecutor(4) as pool:
        turns = list(pool.map(ask, range(4)))

    assert all(turn == turns[0] for turn in turns)
    with database.reading() as session:
        assert session.query(AdaptiveStep).count() == session.query(PaperItem).count() == 1


def test_a_step_that_was_tampered_with_is_found(session: Session, seat: Seat):
    next_turn(session, seat.token, seat.lease, done=0)
    attempt = session.get_one(Attempt, seat.attempt_id)
    row = pools_of(session, attempt.sitting_id)[0]
    step = AdaptiveStep(attempt_id=attempt.id, number=2, pool_id=row.id, reason="stopped-longest", theta=0, error=1)
    step.seed, step.details, step.chosen_at = "benih", {"basis": []}, clock.now()
    session.add(step)
    session.flush()
    assert differing_steps(session, attempt.sitting_id, attempt.id) == [2]


def test_parts_follow_one_another_and_each_ends_by_itself(session: Session):
    admin = make_staff(session)
    for competency in ("M.01", "M.02"):
        samples.calibrate_bank(session, competency=competency, items=12)
    parts = [samples.adaptive_document(competency=one, most=6).sections[0] for one in ("M.01", "M.02")]
    sitting = make_ready(session, admin, people=1, document=BlueprintDocument(sections=tuple(parts)))
    seal_sitting(session, admin, code=sitting.code)
    seat = samples.sit_down(session, sitting)
    first = next_turn(session, seat.token, seat.lease, done=0)
    assert first.most == 12
    assert walk(session, seat).given == 12

    steps = steps_of(session, seat.attempt_id)
    places = session.query(PaperItem).order_by(PaperItem.position).all()
    assert [place.competency for place in places] == ["M.01"] * 6 + ["M.02"] * 6
    assert [step.number for step in steps if step.position is None] == [7, 14]
    assert [step.position for step in steps if step.position] == list(range(1, 13))
