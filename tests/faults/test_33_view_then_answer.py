"""Fault 33: somebody looks at every question for seven seconds and later answers each in eight: flagged, not judged."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from flask.testing import FlaskClient

from merit import clock, db
from merit.assessment.models.delivery import Attempt
from merit.assessment.models.sittings import RoomProctor
from merit.assessment.saving import close_stores
from merit.security.permissions import Role
from tests.assessment.sitting_rows import Hall, Seat, make_hall
from tests.web_client import make_user, sign_in

pytestmark = pytest.mark.web
SECOND = dt.timedelta(seconds=1)
ITEMS = 20
SIGN = "mula-mula hanya dilihat sekitar"


@pytest.fixture(autouse=True)
def _stores_closed(database: db.Database):
    yield
    close_stores()


@pytest.fixture
def proctor(app: Flask) -> FlaskClient:
    make_user("pengawas", Role.PROCTOR)
    client = app.test_client()
    sign_in(client, "pengawas")
    return client


@pytest.fixture
def hall(database: db.Database, proctor: FlaskClient) -> Hall:
    with db.unit_of_work() as session:
        hall = make_hall(session, seats=1, items=ITEMS)
        session.add(RoomProctor(room_id=hall.room_id, user_id=1, assigned_at=clock.now()))
        return hall


def leave(position: int, at: dt.datetime, seconds: int) -> dict[str, object]:
    return {"kind": "item-view", "at": at.isoformat(), "details": {"position": position, "seconds": seconds}}


def tell(client: FlaskClient, seat: Seat, events: list[dict[str, object]]) -> None:
    body = {"lease": seat.lease, "events": events}
    assert client.post(f"/api/v1/attempts/{seat.token}/heartbeat", json=body).status_code == 200


def work(client: FlaskClient, seat: Seat, *, look: int, answer: int) -> None:
    """Go through the test twice: look at all, then answer all; as the browser would tell it."""
    start = clock.now()
    tell(client, seat, [leave(number, start + number * look * SECOND, look) for number in range(1, ITEMS + 1)])
    again = start + 600 * SECOND
    for number in range(1, ITEMS + 1):
        opened = again + number * (answer + 2) * SECOND
        at = opened + answer * SECOND
        response = {"position": number, "revision": 1, "value": ["A"], "marked": False, "at": at.isoformat()}
        body = {"lease": seat.lease, "responses": [response]}
        assert client.post(f"/api/v1/attempts/{seat.token}/responses", json=body).status_code == 200
        tell(client, seat, [leave(number, at + SECOND, answer + 1)])


def evidence(proctor: FlaskClient, seat: Seat) -> str:
    return proctor.get(f"/ruang-ujian/peserta/{seat.attempt_id}").text


def test_the_pattern_is_shown_with_its_numbers_and_ends_nothing(client: FlaskClient, proctor: FlaskClient, hall: Hall):
    (seat,) = hall.seats
    assert SIGN not in evidence(proctor, seat)

    work(client, seat, look=7, answer=8)
    page = evidence(proctor, seat)

    assert f"{ITEMS} dari {ITEMS} soal mula-mula hanya dilihat sekitar 7 detik" in page
    assert "dijawab sekitar 8 detik setelah dibuka kembali" in page
    assert "Ini petunjuk, bukan putusan" in page
    with db.reading() as session:
        assert session.get_one(Attempt, seat.attempt_id).state == "running"


@pytest.mark.parametrize(("look", "answer"), [(40, 8), (7, 45)])
def test_who_reads_or_thinks_is_not_flagged(
    client: FlaskClient, proctor: FlaskClient, hall: Hall, look: int, answer: int
):
    work(client, hall.seats[0], look=look, answer=answer)

    assert SIGN not in evidence(proctor, hall.seats[0])
