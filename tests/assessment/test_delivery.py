"""The JSON API of a running test, through the application, on both databases."""

from __future__ import annotations

import datetime as dt
import gzip
import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from merit import clock, db
from merit.assessment.models.delivery import Attempt, AttemptEvent, ContactGap, LateResponse, Response, ResponseSave
from merit.assessment.models.sittings import SittingEvent
from merit.assessment.saving import close_stores
from merit.assessment.services.saving import verify_receipts
from merit.i18n import speaking
from merit.phrases import phrase
from merit.web.headers import HEADERS
from tests.assessment.sitting_rows import Hall, Seat, make_hall, paper_document

pytestmark = pytest.mark.web


@pytest.fixture(autouse=True)
def _stores_closed(database: db.Database):
    yield
    close_stores()


@pytest.fixture
def hall(app: Flask, database: db.Database) -> Hall:
    with database.unit_of_work() as session:
        return make_hall(session, seats=2)


def call(client: FlaskClient, seat: Seat, tail: str, **body: Any) -> TestResponse:
    return client.post(f"/api/v1/attempts/{seat.token}/{tail}", json={"lease": seat.lease, **body})


def answer(position: int, revision: int, *values: str, **details: Any) -> dict[str, Any]:
    return {"position": position, "revision": revision, "value": list(values), **details}


def save(client: FlaskClient, seat: Seat, *answers: dict[str, Any], **options: Any) -> TestResponse:
    return call(client, seat, "responses", responses=list(answers), **options)


def stored(seat: Seat) -> dict[int, tuple[int, str, bool]]:
    with db.reading() as session:
        rows = session.query(Response).filter_by(attempt_id=seat.attempt_id)
        return {row.position: (row.revision, row.value, row.marked) for row in rows}


def attempt_of(seat: Seat) -> Attempt:
    with db.reading() as session:
        return session.get_one(Attempt, seat.attempt_id)


def change(seat: Seat, **values: Any) -> None:
    with db.unit_of_work() as session:
        for name, value in values.items():
            setattr(session.get_one(Attempt, seat.attempt_id), name, value)


def test_a_save_is_committed_acknowledged_and_chained(client: FlaskClient, hall: Hall):
    seat = hall.seats[0]

    first = save(client, seat, answer(2, 1, "B", at="09.48.31"), answer(1, 3, "A", "C", marked=True))
    second = save(client, seat, answer(2, 2))

    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json["saved"] == [{"position": 2, "revision": 1}, {"position": 1, "revision": 3}]
    assert stored(seat) == {1: (3, '["A","C"]', True), 2: (2, "[]", False)}
    attempt = attempt_of(seat)
    assert (attempt.saves, attempt.answered, attempt.marked) == (2, 1, 1)
    assert attempt.receipt == second.json["receipt"] != first.json["receipt"]
    assert dt.datetime.fromisoformat(first.json["deadline"]) - attempt.deadline < dt.timedelta(milliseconds=1)
    with db.reading() as session:
        assert verify_receipts(session, seat.attempt_id).is_intact
        payload = json.loads(session.get_one(ResponseSave, (seat.attempt_id, 1)).payload)
    assert payload["responses"] == [
        {"at": "", "marked": True, "position": 1, "revision": 3, "value": ["A", "C"]},
        {"at": "09.48.31", "marked": False, "position": 2, "revision": 1, "value": ["B"]},
    ]


def test_a_replay_adds_nothing_and_returns_the_present_receipt(client: FlaskClient, hall: Hall):
    seat = hall.seats[0]
    save(client, seat, answer(1, 1, "A"))
    present = save(client, seat, answer(2, 1, "B")).json["receipt"]

    replay = save(client, seat, answer(1, 1, "A"))

    assert replay.status_code == 200
    assert replay.json["saved"] == [{"position": 1, "revision": 1}]
    assert (replay.json["receipt"], attempt_of(seat).saves) == (present, 2)


def test_an_older_or_different_revision_is_refused_with_the_stored_one(client: FlaskClient, hall: Hall):
    seat = hall.seats[0]
    save(client, seat, answer(1, 4, "D", marked=True))

    refused = save(client, seat, answer(1, 4, "A", marked=True), answer(2, 1, "B"))
    older = save(client, seat, answer(1, 3, "C"))

    assert (refused.status_code, refused.json["error"]) == (409, "stale-revision")
    assert refused.json["stored"] == [{"position": 1, "revision": 4, "value": ["D"], "marked": True}]
    assert refused.json["saved"] == [{"position": 2, "revision": 1}]
    assert older.status_code == 409
    assert stored(seat) == {1: (4, '["D"]', True), 2: (1, '["B"]', False)}
    assert "terbaru" in refused.json["message"] or "lebih baru" in refused.json["message"]


def test_the_highest_of_a_doubled_position_wins(client: FlaskClient, hall: Hall):
    seat = hall.seats[0]

    doubled = save(client, seat, answer(1, 2, "B"), answer(1, 1, "A"))
    torn = save(client, seat, answer(3, 1, "B"), answer(3, 1, "A"))

    assert doubled.json["saved"] == [{"position": 1, "revision": 2}]
    assert (torn.status_code, torn.json["error"]) == (422, "answer-duplicate")
    assert stored(seat) == {1: (2, '["B"]', False)}


def test_several_interactions_and_long_texts_are_kept_whole(client: FlaskClient, hall: Hall):
    seat = hall.seats[0]
    essay = "Menurut saya, “layanan” itu … é\n" * 1500

    saved = save(client, seat, {"position": 1, "revision": 1, "value": {"R2": ["x"], "R1": []}}, answer(2, 1, essay))

    assert saved.status_code == 200
    assert stored(seat)[1][1] == '{"R2":["x"]}'
    assert json.loads(stored(seat)[2][1]) == [essay]
    with db.reading() as session:
        assert verify_receipts(session, seat.attempt_id).is_intact


def test_what_comes_after_the_grace_is_kept_as_late(client: FlaskClient, hall: Hall):
    seat = hall.seats[0]
    save(client, seat, answer(1, 1, "A"))
    over = clock.now() - dt.timedelta(seconds=3)
    change(seat, deadline=over)
    in_grace = save(client, seat, answer(1, 2, "B"))
    change(seat, deadline=over - dt.timedelta(seconds=10))

    late = save(client, seat, answer(1, 3, "C"), answer(2, 1, "D"))
    again = save(client, seat, answer(1, 3, "C"))
    older = save(client, seat, answer(1, 1, "E"))

    assert "late" not in in_grace.json
    assert (late.status_code, late.json["late"], again.json["late"]) == (200, True, True)
    assert again.json["receipt"] == late.json["receipt"]
    assert older.status_code == 409
    assert stored(seat) == {1: (2, '["B"]', False)}
    with db.reading() as session:
        kept = {row.position: row.value for row in session.query(LateResponse).filter_by(attempt_id=seat.attempt_id)}
        assert verify_receipts(session, seat.attempt_id).is_intact
    assert kept == {1: '["C"]', 2: '["D"]'}
    assert attempt_of(seat).answered == 1


def test_a_save_needs_a_started_attempt_its_lease_and_its_token(client: FlaskClient, hall: Hall):
    seat, other = hall.seats
    change(other, state="admitted", started_at=None, deadline=None)

    early = save(client, other, answer(1, 1, "A"))
    foreign = client.post(
        f"/api/v1/attempts/{seat.token}/responses", json={"lease": other.lease, "responses": [answer(1, 1, "A")]}
    )
    unknown = client.post("/api/v1/attempts/abc/responses", json={"lease": "x", "responses": [answer(1, 1, "A")]})

    assert [(each.status_code, each.json["error"]) for each in (early, foreign, unknown)] == [
        (409, "attempt-not-started"),
        (409, "lease-ended"),
        (404, "attempt-unknown"),
    ]
    assert stored(seat) == stored(other) == {}


def test_finishing_is_idempotent_and_ends_saving(client: FlaskClient, hall: Hall):
    seat = hall.seats[0]
    receipt = save(client, seat, answer(1, 1, "A")).json["receipt"]

    ends = [call(client, seat, "finish") for _ in range(2)]
    new = save(client, seat, answer(1, 2, "B"))
    replay = save(client, seat, answer(1, 1, "A"))

    assert [end.status_code for end in ends] == [200, 200]
    assert ends[0].json == ends[1].json
    assert (ends[0].json["state"], ends[0].json["receipt"], ends[0].json["answered"]) == ("finished", receipt, 1)
    assert (new.status_code, new.json["error"], replay.status_code) == (409, "attempt-finished", 200)
    with db.reading() as session:
        kinds = [row.kind for row in session.query(SittingEvent).filter_by(candidate_id=seat.candidate_id)]
    assert kinds == ["finished"]
    assert stored(seat) == {1: (1, '["A"]', False)}


def test_finishing_after_the_time_is_the_sweeps_end(client: FlaskClient, hall: Hall):
    seat = hall.seats[0]
    deadline = clock.now() - dt.timedelta(minutes=4)
    change(seat, deadline=deadline)

    end = call(client, seat, "finish")

    assert end.json["ending"] == "sweep"
    assert attempt_of(seat).finished_at == deadline + dt.timedelta(seconds=5)


def test_the_paper_travels_as_sealed_and_only_once_started(client: FlaskClient, hall: Hall):
    seat, other = hall.seats
    change(other, state="waiting", started_at=None, deadline=None)
    path, lease = f"/api/v1/attempts/{seat.token}/paper", {"Merit-Lease": seat.lease}

    packed = client.get(path, headers={**lease, "Accept-Encoding": "gzip"})
    plain = client.get(path, headers=lease)
    known = client.get(path, headers={**lease, "If-None-Match": packed.headers["ETag"]})
    early = client.get(f"/api/v1/attempts/{other.token}/paper", headers={"Merit-Lease": other.lease})
    stolen = client.get(path)

    assert gzip.decompress(packed.data) == plain.data == paper_document(20)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "private" in packed.headers["Cache-Control"]
    assert "immutable" in packed.headers["Cache-Control"]
    assert (known.status_code, known.data) == (304, b"")
    assert (early.status_code, early.json["error"]) == (409, "attempt-not-started")
    assert (stolen.status_code, stolen.json["error"]) == (409, "lease-ended")


def test_the_standing_tells_the_clock_and_only_the_holder_the_answers(client: FlaskClient, hall: Hall):
    seat = hall.seats[0]
    save(client, seat, answer(3, 1, "C", marked=True))
    path = f"/api/v1/attempts/{seat.token}"

    mine = client.get(path, headers={"Merit-Lease": seat.lease}).json
    other = client.get(path).json

    assert mine["responses"] == [{"position": 3, "revision": 1, "value": ["C"], "marked": True}]
    assert (mine["state"], mine["lease"], mine["saves"]) == ("running", "mine", 1)
    assert 5390 < mine["remaining"] <= 5400
    assert mine["candidate"]["nip"] == seat.nip
    assert (other["lease"], other["responses"]) == ("other", [])


def test_a_second_browser_waits_for_consent_and_then_the_first_one_is_out(client: FlaskClient, hall: Hall):
    seat = hall.seats[0]
    path = f"/api/v1/attempts/{seat.token}/lease"
    save(client, seat, answer(1, 1, "A"))

    asked = client.post(path, json={"lease": ""})
    waiting = client.post(path, json={"lease": asked.json["asked"]})
    standing = client.get(f"/api/v1/attempts/{seat.token}", headers={"Merit-Lease": asked.json["asked"]})
    change(seat, lease_hash=attempt_of(seat).lease_asked_hash, lease_asked_hash=None)
    granted = client.post(path, json={"lease": asked.json["asked"]})
    late = save(client, seat, answer(1, 2, "B"))

    assert (asked.status_code, asked.json["error"]) == (409, "lease-other-browser")
    assert waiting.json["asked"] == asked.json["asked"]
    assert standing.json["lease"] == "asked"
    assert granted.json == {"lease": asked.json["asked"], "granted": True}
    assert (late.status_code, late.json["error"]) == (409, "lease-ended")
    assert stored(seat) == {1: (1, '["A"]', False)}


def test_the_first_browser_gets_the_lease_and_keeps_it(client: FlaskClient, hall: Hall):
    seat = hall.seats[0]
    change(seat, lease_hash=None)
    path = f"/api/v1/attempts/{seat.token}/lease"

    first = client.post(path, json={"lease": ""}).json
    again = client.post(path, json={"lease": first["lease"]}).json

    assert first["granted"]
    assert again == first
    assert attempt_of(seat).lease_number == 1


def test_heartbeats_keep_gaps_focus_losses_and_networks(client: FlaskClient, hall: Hall):
    seat = hall.seats[0]
    silent = clock.now() - dt.timedelta(seconds=90)
    change(seat, last_seen_at=silent)
    lost = [{"kind": "focus-lost", "at": "09.00", "details": {"seconds": 3}}]

    first = call(client, seat, "heartbeat", events=lost)
    call(client, seat, "heartbeat", events=[{"kind": "item-view", "at": "", "details": {"position": 4}}])
    elsewhere = client.post(
        f"/api/v1/attempts/{seat.token}/heartbeat",
        json={"lease": seat.lease, "events": lost},
        environ_base={"REMOTE_ADDR": "10.9.8.7"},
    )

    assert (first.status_code, elsewhere.status_code) == (200, 200)
    assert first.json["state"] == "running"
    assert 5390 < first.json["remaining"] <= 5400
    attempt = attempt_of(seat)
    assert (attempt.focus_losses, attempt.flags, attempt.network) == (2, ["two-networks"], "10.9.8.7")
    with db.reading() as session:
        gaps = [(gap.from_at, gap.until_at) for gap in session.query(ContactGap)]
        kinds = sorted(event.kind for event in session.query(AttemptEvent))
    assert [start for start, _end in gaps] == [silent]
    assert kinds == ["focus-lost", "focus-lost", "item-view", "network-changed"]


@pytest.mark.parametrize(
    ("tail", "options", "status", "error"),
    [
        (
            "responses",
            {"data": "lease=x", "content_type": "application/x-www-form-urlencoded"},
            415,
            "request-not-json",
        ),
        ("responses", {"data": "{", "content_type": "application/json"}, 400, "request-malformed"),
        ("responses", {"data": b"[" * 200_000, "content_type": "application/json"}, 400, "request-malformed"),
        ("responses", {"data": b" " * 1_100_000, "content_type": "application/json"}, 413, "request-too-long"),
        ("responses", {"json": {"lease": "x"}, "headers": {"Host": "jahat.example"}}, 400, "foreign-host"),
        ("responses", {"json": {"lease": "x"}, "headers": {"Sec-Fetch-Site": "cross-site"}}, 403, "foreign-origin"),
        ("rahasia", {"json": {}}, 404, "no-such-address"),
        ("paper", {"json": {}}, 405, "method-unknown"),
    ],
)
def test_hostile_requests_are_refused_in_json_with_the_usual_headers(
    client: FlaskClient, hall: Hall, tail: str, *, options: dict[str, Any], status: int, error: str
):
    refused = client.post(f"/api/v1/attempts/{hall.seats[0].token}/{tail}", **options)

    assert (refused.status_code, refused.json["error"]) == (status, error)
    assert refused.json["message"]
    assert {name: refused.headers.get(name) for name in HEADERS} == HEADERS
    assert refused.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in refused.headers


def test_conflicts_are_told_in_the_language_of_the_page(client: FlaskClient, hall: Hall):
    seat = hall.seats[0]
    base, english = f"/api/v1/attempts/{seat.token}", {"Merit-Language": "en"}
    save(client, seat, answer(1, 4, "D"))
    stale = {"lease": seat.lease, "responses": [answer(1, 3, "C")]}

    told = [
        client.post(f"{base}/responses", json=stale, headers=headers).json["message"]
        for headers in (english, {"Merit-Language": "id"}, {})
    ]
    other = client.post(f"{base}/lease", json={"lease": ""}, headers=english).json["message"]
    ended = client.post(f"{base}/finish", json={"lease": "x"}, headers=english).json["message"]

    assert told[0] != told[1] == told[2]
    with speaking("en"):
        assert (other, ended) == (phrase("lease-other-browser"), phrase("lease-ended"))
