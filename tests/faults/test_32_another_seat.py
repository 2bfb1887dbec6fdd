"""Faults 31 and 32: room tokens guessed, reused, expired; a sign-in from another seat without the tick."""

from __future__ import annotations

import datetime as dt

import pytest

from merit import clock, db
from merit.assessment.models.delivery import Attempt
from merit.assessment.saving import close_stores
from merit.assessment.services import delivery
from merit.errors import RuleViolationError
from tests.assessment.test_entrance import OUTSIDE, START, Lobby

pytestmark = pytest.mark.db


@pytest.fixture
def lobby(database: db.Database):
    yield Lobby(database)
    close_stores()


def test_an_expired_or_foreign_room_token_opens_nothing(lobby: Lobby):
    other = Lobby(lobby.database)
    with clock.frozen(START):
        old = lobby.token
    with clock.frozen(START + dt.timedelta(minutes=10)):
        assert lobby.refusal(room_token=old) == "room-token-wrong"
        assert lobby.refusal(room_token=other.token) == "entrance-refused"
    assert lobby.attempts() == []


def test_guessing_a_room_token_is_stopped_and_the_victim_enters(lobby: Lobby):
    reasons = [lobby.refusal(room_token=f"{guess:06d}", visit=OUTSIDE) for guess in range(12)]

    assert reasons == ["room-token-wrong"] * 10 + ["throttled"] * 2
    assert lobby.enter().state == "waiting"


def test_another_seat_waits_for_the_tick_and_for_the_lease(lobby: Lobby):
    """Fault 32: who signs in elsewhere stays outside until a proctor consents."""
    token = lobby.enter().token
    early = delivery.standing_of(token)
    with pytest.raises(RuleViolationError) as no_paper:
        delivery.paper_of(token, "")
    with lobby.database.unit_of_work() as session:
        lease = delivery.take_lease(session, token, "").lease
    now = clock.now()
    lobby.change(Attempt, lobby.attempts()[0].id, state="running", started_at=now, deadline=now + dt.timedelta(hours=1))

    with lobby.database.unit_of_work() as session:
        other = delivery.take_lease(session, token, "")
    with pytest.raises(RuleViolationError) as no_lease:
        delivery.paper_of(token, other.lease)

    assert early.state == "waiting"
    assert no_paper.value.reason == "attempt-not-started"
    assert not other.granted
    assert no_lease.value.reason == "lease-ended"
    assert delivery.paper_of(token, lease).packed
    assert delivery.standing_of(token, lease).lease == "mine"
