"""Two proctors acting at the same instant: nothing is done twice, no seat is given twice, nobody is left behind."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select

from merit import clock, db
from merit.assessment.models.delivery import Attempt, Compensation
from merit.assessment.models.sittings import Candidate, SittingEvent, SittingRoom
from merit.assessment.services import proctoring
from merit.assessment.services.compensation import grant_room
from merit.errors import MeritError
from tests.assessment.board_samples import MINUTE, START, Hall, make_gap, make_hall, make_running_hall

pytestmark = pytest.mark.db


def at_once(*acts: Callable[[object], object]) -> list[str]:
    """Do everything at the same moment, each in a unit of work; a refusal answers its reason."""
    gate = Barrier(len(acts))

    def do(act: Callable[[object], object]) -> str:
        gate.wait()
        try:
            with clock.frozen(START + 40 * MINUTE), db.unit_of_work() as session:
                act(session)
        except MeritError as refusal:
            return refusal.reason
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(do, acts))


def committed(make: Callable[..., Hall], **options: object) -> Hall:
    with db.unit_of_work() as session:
        return make(session, **options)


def count(model: type, *conditions: object) -> int:
    with db.reading() as session:
        return session.scalar(select(func.count()).select_from(model).where(*conditions)) or 0


def test_one_seat_two_candidates(database: db.Database):
    hall = committed(make_running_hall, candidates=4)

    def move(candidate: int) -> Callable[[object], object]:
        return lambda session: proctoring.move_seat(
            session, hall.proctor, room_id=hall.room.id, candidate_id=candidate, seat=9, reason="Dekat pintu"
        )

    outcomes = at_once(*(move(candidate.id) for candidate in hall.candidates))

    assert outcomes == ["done", "seat-taken", "seat-taken", "seat-taken"]
    assert count(Candidate, Candidate.seat == 9) == 1
    assert count(SittingEvent, SittingEvent.kind == "moved") == 1


def test_a_room_starts_once_and_takes_everybody_ticked_at_that_instant(database: db.Database):
    hall = committed(make_hall, states=("admitted", "waiting", "waiting"), state="open")
    with db.unit_of_work() as session:
        session.get_one(SittingRoom, hall.room.id).opened_at = START

    def start(session: object) -> object:
        return proctoring.start_room(session, hall.proctor, room_id=hall.room.id)

    def tick(attempt: int) -> Callable[[object], object]:
        return lambda session: proctoring.admit(session, hall.other_proctor, attempt_id=attempt)

    outcomes = at_once(start, start, *(tick(attempt.id) for attempt in hall.attempts[1:]))

    assert outcomes == ["done", "done", "done", "room-is-started"]
    assert count(Attempt, Attempt.state == "running") == 3
    assert count(Attempt, Attempt.deadline == START + 130 * MINUTE) == 3


def test_two_clicks_give_the_time_once(database: db.Database):
    hall = committed(make_running_hall, candidates=3)
    with db.unit_of_work() as session:
        for attempt in hall.attempts:
            row = session.get_one(Attempt, attempt.id)
            make_gap(session, row, 10, 35)
            row.last_seen_at = START + 40 * MINUTE

    def grant(session: object) -> object:
        until = START + 35 * MINUTE
        return grant_room(session, hall.proctor, room_id=hall.room.id, starts=START + 10 * MINUTE, until=until)

    assert at_once(grant, grant, grant) == ["done", "outage-already-decided", "outage-already-decided"]
    assert count(Compensation) == 1
    assert count(Attempt, Attempt.extended_seconds == 1500) == 3


def test_two_pauses_and_a_room_pause_leave_one_clock(database: db.Database):
    hall = committed(make_running_hall, candidates=2)
    attempt = hall.attempts[0].id

    def alone(session: object) -> object:
        return proctoring.pause(session, hall.proctor, attempt_id=attempt, reason="Sakit")

    def room(session: object) -> object:
        return proctoring.pause_room(session, hall.other_proctor, room_id=hall.room.id, reason="Listrik")

    outcomes = at_once(alone, alone, room)

    assert outcomes.count("done") in (1, 2)
    assert set(outcomes) <= {"done", "attempt-is-paused"}
    assert count(Attempt, Attempt.state == "paused", Attempt.deadline.is_(None)) == 2
