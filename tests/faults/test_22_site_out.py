"""Fault 22: the site is out for 25 minutes; everybody gets the same time back, and nobody is closed meanwhile."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from flask.testing import FlaskClient

from merit import clock, db
from merit.assessment.models.delivery import Attempt, Compensation, LateResponse, Response
from merit.assessment.models.sittings import RoomProctor, SittingEvent
from merit.assessment.saving import close_stores
from merit.assessment.services.sweeping import close_overdue
from merit.security.permissions import Role
from tests.assessment.sitting_rows import Hall, Seat, make_hall
from tests.web_client import make_user, post, sign_in

pytestmark = pytest.mark.web
MINUTE = dt.timedelta(minutes=1)
SECOND = dt.timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _stores_closed(database: db.Database):
    yield
    close_stores()


def proctor_at_work(app: Flask) -> FlaskClient:
    """Return the room's proctor, signed in now (a sign-in does not outlast the outage)."""
    client = app.test_client()
    assert sign_in(client, "pengawas").status_code == 302
    return client


@pytest.fixture
def start() -> dt.datetime:
    return clock.now().replace(microsecond=0)


@pytest.fixture
def hall(database: db.Database, start: dt.datetime) -> Hall:
    """Commit five candidates who started at one instant, with ninety minutes."""
    proctor = make_user("pengawas", Role.PROCTOR)
    with clock.frozen(start), db.unit_of_work() as session:
        hall = make_hall(session, seats=5)
        session.add(RoomProctor(room_id=hall.room_id, user_id=proctor, assigned_at=start))
        return hall


def beat(client: FlaskClient, seat: Seat) -> dict[str, object]:
    answer = client.post(f"/api/v1/attempts/{seat.token}/heartbeat", json={"lease": seat.lease, "events": []})
    assert answer.status_code == 200
    return answer.json


def everybody_at(client: FlaskClient, hall: Hall, at: dt.datetime, *, apart: dt.timedelta = SECOND) -> None:
    """Let every browser be heard, one after another."""
    for number, seat in enumerate(hall.seats):
        with clock.frozen(at + number * apart):
            beat(client, seat)


def heard_until(hall: Hall, at: dt.datetime) -> None:
    """Let every browser have been heard regularly until an instant, each at its own second."""
    with db.unit_of_work() as session:
        for number, seat in enumerate(hall.seats):
            session.get_one(Attempt, seat.attempt_id).last_seen_at = at + number * SECOND


def attempts(hall: Hall) -> list[Attempt]:
    with db.reading() as session:
        return [session.get_one(Attempt, seat.attempt_id) for seat in hall.seats]


def grant(proctor: FlaskClient, hall: Hall, starts: dt.datetime, until: dt.datetime) -> int:
    page = f"/ruang-ujian/{hall.room_id}"
    stretch = {"mulai": starts.isoformat(), "sampai": until.isoformat()}
    return post(proctor, f"{page}/tindakan/kompensasi", stretch, page=page).status_code


def test_everybody_gets_the_same_time_with_one_click_and_only_once(
    app: Flask, client: FlaskClient, hall: Hall, start: dt.datetime
):
    heard_until(hall, start + 10 * MINUTE)
    back = start + 35 * MINUTE  # the server was away; its first sign of life from anybody is now
    everybody_at(client, hall, back, apart=7 * SECOND)

    with clock.frozen(back + MINUTE):
        everybody_at(client, hall, back + MINUTE)
        proctor = proctor_at_work(app)
        page = proctor.get(f"/ruang-ujian/{hall.room_id}").text
        assert "5 dari 5 peserta" in page
        assert "Beri 26 menit ke ruang ini" in page  # 25 minutes and the 24 seconds the last one was longer away
        assert grant(proctor, hall, start + 10 * MINUTE, back) == 302
        assert grant(proctor, hall, start + 10 * MINUTE, back) == 409

    assert {each.extended_seconds for each in attempts(hall)} == {26 * 60}
    assert {each.deadline for each in attempts(hall)} == {start + 116 * MINUTE}
    with db.reading() as session:
        row = session.query(Compensation).one()
        kinds = [event.kind for event in session.query(SittingEvent).order_by(SittingEvent.id)]
    assert (row.attempts, row.seconds) == (5, 26 * 60)
    assert kinds == ["compensated"]


def test_an_outage_over_the_deadline_closes_nobody_until_it_is_decided(
    app: Flask, client: FlaskClient, hall: Hall, start: dt.datetime, database: db.Database
):
    heard_until(hall, start + 80 * MINUTE)
    with clock.frozen(start + 105 * MINUTE):
        close_overdue(database)  # the first thing a server does that comes back
    assert {each.state for each in attempts(hall)} == {"running"}

    back = start + 105 * MINUTE
    seat = hall.seats[0]
    with clock.frozen(back):
        answers = [{"position": 1, "revision": 1, "value": ["B"]}]
        late = client.post(f"/api/v1/attempts/{seat.token}/responses", json={"lease": seat.lease, "responses": answers})
        assert late.json["late"] is True
    everybody_at(client, hall, back)
    with clock.frozen(back + MINUTE):
        assert grant(proctor_at_work(app), hall, start + 80 * MINUTE, back) == 302
        close_overdue(database)

    assert {each.state for each in attempts(hall)} == {"running"}
    left = {(each.deadline - back - MINUTE).total_seconds() / 60 for each in attempts(hall)}
    assert left == {10}  # as many as were left when the site went away
    with clock.frozen(back + 2 * MINUTE):
        assert beat(client, seat)["state"] == "running"
    with db.reading() as session:
        assert session.query(LateResponse).count() == 0
        [kept] = session.query(Response)  # it came in time, now that there is more
    assert (kept.value, attempts(hall)[0].answered) == ('["B"]', 1)


def test_an_outage_nobody_decides_on_holds_half_an_hour_and_no_longer(
    client: FlaskClient, hall: Hall, start: dt.datetime, database: db.Database
):
    heard_until(hall, start + 80 * MINUTE)
    everybody_at(client, hall, start + 95 * MINUTE)

    with clock.frozen(start + 124 * MINUTE):
        everybody_at(client, hall, start + 124 * MINUTE)
        close_overdue(database)
        assert {each.state for each in attempts(hall)} == {"running"}
    with clock.frozen(start + 126 * MINUTE):
        close_overdue(database)

    assert {(each.state, each.ending) for each in attempts(hall)} == {("finished", "sweep")}
