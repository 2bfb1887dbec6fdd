"""Fault 35, seen by the server: focus losses are counted for the proctor, and nobody is thrown out."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from merit import clock, db
from merit.assessment.models.delivery import Attempt
from merit.assessment.models.sittings import RoomProctor
from merit.assessment.saving import close_stores
from merit.security.permissions import Role
from tests.assessment.sitting_rows import make_hall
from tests.web_client import make_user, sign_in

pytestmark = pytest.mark.web


@pytest.fixture(autouse=True)
def _stores_closed(database: db.Database):
    yield
    close_stores()


def test_a_hundred_losses_are_a_number_on_the_board_and_the_test_goes_on(app: Flask, client: FlaskClient):
    make_user("pengawas", Role.PROCTOR)
    with db.unit_of_work() as session:
        hall = make_hall(session, seats=2)
        session.add(RoomProctor(room_id=hall.room_id, user_id=1, assigned_at=clock.now()))
    seat, quiet = hall.seats
    proctor = app.test_client()
    sign_in(proctor, "pengawas")

    events = [{"kind": "focus-lost", "at": "", "details": {}} for _ in range(100)]
    told = client.post(f"/api/v1/attempts/{seat.token}/heartbeat", json={"lease": seat.lease, "events": events})
    saved = client.post(
        f"/api/v1/attempts/{seat.token}/responses",
        json={"lease": seat.lease, "responses": [{"position": 1, "revision": 1, "value": ["A"]}]},
    )

    assert (told.json["state"], saved.status_code) == ("running", 200)
    rows = {row[0]: row[7] for row in proctor.get(f"/ruang-ujian/{hall.room_id}/keadaan").json["seats"]}
    assert rows == {seat.candidate_id: ["focus"], quiet.candidate_id: []}
    assert "Layar ujian ditinggalkan 100 kali." in proctor.get(f"/ruang-ujian/peserta/{seat.attempt_id}").text
    with db.reading() as session:
        assert session.get_one(Attempt, seat.attempt_id).focus_losses == 100
