"""Fault 21: the server's clock is set by ten minutes during a test; nobody gains or loses time, the minutes tell."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask

from merit import clock, db
from merit.assessment.domain.clock_steps import ClockWatch, uptime
from merit.assessment.models.delivery import Attempt
from merit.assessment.models.sittings import SittingEvent, SittingRoom
from merit.assessment.saving import close_stores
from merit.assessment.services.clock_steps import PatientSweep, StepGuard
from tests.assessment.exam_client import ExamPage, answer
from tests.assessment.sitting_rows import make_hall

pytestmark = pytest.mark.web

TEN = dt.timedelta(minutes=10)


def test_only_steps_count_not_slow_corrections():
    noon = dt.datetime(2026, 11, 23, 4, 0, tzinfo=dt.UTC)
    watch = ClockWatch(noon, 1000.0)

    assert watch.step(noon + dt.timedelta(hours=2), 1000.0 + 7200 + 1.9) == dt.timedelta(0)
    assert watch.step(noon + TEN, 1000.0) == TEN
    assert watch.step(noon + dt.timedelta(hours=1) - TEN, 4600.0) == -TEN
    watch.renew(noon + TEN, 1000.0)
    assert watch.step(noon + TEN, 1001.0) == dt.timedelta(0)


@pytest.mark.parametrize("jump", [TEN, -TEN], ids=["forward", "back"])
def test_a_clock_that_is_set_costs_and_gives_nobody_time(app: Flask, database: db.Database, jump: dt.timedelta):
    real = clock.now()
    with clock.frozen(real - jump), database.unit_of_work() as session:  # what the clock showed before it was set
        hall = make_hall(session, seats=2, allotted_seconds=300, deadline=clock.now() + dt.timedelta(seconds=300))
        paused = session.get_one(Attempt, hall.seats[1].attempt_id)
        paused.state, paused.paused_at, paused.deadline = "paused", clock.now(), None
        session.get_one(SittingRoom, hall.room_id).started_at = clock.now()
    app.wsgi_app.guard = StepGuard(ClockWatch(real - jump, uptime()))
    page, standing = (ExamPage(app.test_client(), seat) for seat in hall.seats)

    told = page.save(answer(1, 1, "A")).json
    lefts = [each.standing()["remaining"] for each in (page, standing, page)]

    assert "late" not in told
    assert all(290 < left <= 300 for left in lefts)
    with database.reading() as session:
        [event] = session.query(SittingEvent).filter_by(kind="clock-jumped")
        started = session.get_one(SittingRoom, hall.room_id).started_at
    assert event.details == {"seconds": jump.total_seconds(), "attempts": 2}
    assert abs(started - real) < dt.timedelta(seconds=1)
    close_stores()


def test_the_sweep_waits_until_the_clocks_are_right(database: db.Database):
    real = clock.now()
    with clock.frozen(real - TEN), database.unit_of_work() as session:
        hall = make_hall(session, allotted_seconds=300, deadline=clock.now() + dt.timedelta(seconds=300))
    sweep = PatientSweep(ClockWatch(real - TEN, uptime()))

    sweep(database)
    sweep(database)

    with database.reading() as session:
        assert session.get_one(Attempt, hall.seats[0].attempt_id).state == "running"
