"""Entering a room: token, card, password, practice; what is refused, and what nobody can do to somebody else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from merit import clock, db
from merit.accounts.models import User
from merit.accounts.services.throttle import Origin
from merit.assessment.domain.seb import request_hash
from merit.assessment.models.delivery import Attempt
from merit.assessment.models.sittings import Candidate, RoomProctor, Sitting, SittingEvent, SittingRoom
from merit.assessment.queries.delivery import find_attempt
from merit.assessment.saving import close_stores
from merit.assessment.services import delivery, entrance
from merit.assessment.services.entrance import EntranceRefusedError, Visit
from merit.audit.models import AuditEntry
from merit.errors import MeritError, NotAllowedError, NotFoundError, RuleViolationError, ThrottledError
from merit.people.models import Official
from merit.security.permissions import SYSTEM, Actor, Role
from merit.security.tokens import token_hash
from tests.assessment.sitting_rows import make_candidate, make_room, make_sitting
from tests.web_client import PASSWORD, make_user

pytestmark = pytest.mark.db

SEAT_12 = Visit(origin=Origin(network="10.1.1.12", browser="Firefox"), address="http://127.0.0.1/ujian/masuk")
SEAT_13 = Visit(origin=Origin(network="10.1.1.13"))
OUTSIDE = Visit(origin=Origin(network="203.0.113.9"))
START = dt.datetime(2026, 11, 23, 1, 2, tzinfo=dt.UTC)


class Lobby:
    """A room that is open, one candidate in it, and the candidate's card."""

    def __init__(self, database: db.Database, **sitting: Any) -> None:
        self.database = database
        with database.unit_of_work() as session:
            row = make_sitting(session, **({"state": "open"} | sitting))
            room = make_room(session, row)
            candidate = make_candidate(session, row, room)
            self.sitting_id, self.room_id, self.candidate_id = row.id, room.id, candidate.id
            self.number = candidate.number
            self.official_id = candidate.official_id
            self.nip = session.get_one(Official, candidate.official_id).nip
            self.pin = entrance.issue_pins(session, SYSTEM, sitting_id=row.id)[candidate.id]

    @property
    def token(self) -> str:
        return entrance.room_token(self.room_id)

    def enter(self, *, visit: Visit = SEAT_12, **changed: str) -> entrance.Entered:
        given = {"who": self.number, "pin": self.pin, "room_token": self.token} | changed
        return entrance.enter_with_card(**given, visit=visit)

    def refusal(self, **changed: Any) -> str:
        with pytest.raises(MeritError) as refused:
            self.enter(**changed)
        return refused.value.reason

    def change(self, model: Any, row_id: int, **values: Any) -> None:
        with self.database.unit_of_work() as session:
            for name, value in values.items():
                setattr(session.get_one(model, row_id), name, value)

    def attempts(self) -> list[Attempt]:
        with self.database.reading() as session:
            return session.query(Attempt).filter_by(candidate_id=self.candidate_id).all()


@pytest.fixture
def lobby(database: db.Database) -> Iterator[Lobby]:
    yield Lobby(database)
    close_stores()


def test_number_pin_and_room_token_lead_to_a_waiting_attempt(lobby: Lobby):
    entered = lobby.enter(pin=lobby.pin.lower().replace("-", " "))

    [attempt] = lobby.attempts()
    assert (attempt.state, attempt.room_id, attempt.network) == ("waiting", lobby.room_id, "10.1.1.12")
    assert (attempt.allotted_seconds, attempt.items, attempt.started_at) == (5400, 20, None)
    assert len(entered.token) == 32
    assert attempt.token_hash == token_hash(entered.token)
    with lobby.database.reading() as session:
        found = find_attempt(session, token_hash(entered.token))
        assert found is not None
        assert found.id == entered.attempt_id
        assert session.query(AuditEntry).filter_by(action="attempt:enter").count() == 1
        kinds = [event.kind for event in session.query(SittingEvent).order_by(SittingEvent.id)]
    assert kinds == ["cards-issued", "entered"]


def test_the_nip_serves_as_well_as_the_number(lobby: Lobby):
    assert lobby.enter(who=f"{lobby.nip[:8]} {lobby.nip[8:]}").state == "waiting"


def test_approved_accommodations_lengthen_the_time_others_do_not(database: db.Database):
    lobby = Lobby(database)
    lobby.change(Candidate, lobby.candidate_id, extra_minutes=30, break_minutes=10)
    other = Lobby(database)
    other.change(
        Candidate, other.candidate_id, extra_minutes=30, break_minutes=10, accommodation_approved_at=clock.now()
    )
    lobby.enter()
    other.enter()

    assert lobby.attempts()[0].allotted_seconds == 90 * 60
    assert other.attempts()[0].allotted_seconds == 130 * 60


def test_wrong_number_pin_or_room_are_refused_alike(lobby: Lobby):
    with lobby.database.unit_of_work() as session:
        other = make_room(session, session.get_one(Sitting, lobby.sitting_id))
        stranger = make_candidate(session, session.get_one(Sitting, lobby.sitting_id), other)

    reasons = [
        lobby.refusal(who="P-9999"),
        lobby.refusal(pin="2222-2222"),
        lobby.refusal(who=stranger.number),
        lobby.refusal(room_token=entrance.room_token(other.id)),
    ]

    assert reasons == ["entrance-refused"] * 4
    assert lobby.attempts() == []
    with lobby.database.reading() as session:
        assert session.query(AuditEntry).filter_by(action="attempt:enter-refused").count() == 4


def test_a_room_token_lasts_ten_minutes_at_most_and_belongs_to_its_room(lobby: Lobby):
    token = entrance.room_token(lobby.room_id, START)

    with clock.frozen(START + dt.timedelta(minutes=5)):
        assert lobby.refusal(room_token=f" {token[:3].lower()}-{token[3:]}", pin="SALAH") == "entrance-refused"
    with clock.frozen(START - dt.timedelta(minutes=5)):
        assert lobby.refusal(room_token=token) == "room-token-wrong"
    with clock.frozen(START + dt.timedelta(minutes=11)):
        assert lobby.refusal(room_token=token) == "room-token-wrong"


def test_a_pin_works_once_and_again_only_while_nobody_has_opened_the_test(lobby: Lobby):
    entered = lobby.enter()

    assert lobby.enter().token == entered.token  # the reply was lost
    assert lobby.refusal(visit=SEAT_13) == "entrance-refused"
    with lobby.database.unit_of_work() as session:
        assert delivery.take_lease(session, entered.token, "").granted
    assert lobby.refusal() == "entrance-refused"


def test_a_new_card_ends_the_old_one_and_leads_back_to_the_same_attempt(lobby: Lobby):
    entered = lobby.enter()
    proctor_id = make_user("pengawas", Role.PROCTOR)
    proctor = Actor(user_id=proctor_id, roles=frozenset({Role.PROCTOR}))
    with pytest.raises(NotAllowedError), lobby.database.unit_of_work() as session:
        entrance.issue_pin(session, proctor, candidate_id=lobby.candidate_id)
    with lobby.database.unit_of_work() as session:
        session.add(RoomProctor(room_id=lobby.room_id, user_id=proctor_id, assigned_at=clock.now()))
        session.flush()
        fresh = entrance.issue_pin(session, proctor, candidate_id=lobby.candidate_id)

    assert lobby.refusal() == "entrance-refused"
    assert lobby.enter(pin=fresh, visit=SEAT_13).token == entered.token
    assert len(lobby.attempts()) == 1


def test_the_accounts_password_opens_too_by_number_or_nip(lobby: Lobby):
    make_user("andi", Role.OFFICIAL, nip=lobby.nip, secret=None)

    entered = [
        entrance.enter_with_account(who=who, password=PASSWORD, room_token=lobby.token, visit=SEAT_12)
        for who in (lobby.number, lobby.nip)
    ]
    with pytest.raises(EntranceRefusedError):
        entrance.enter_with_account(who=lobby.nip, password=PASSWORD + "x", room_token=lobby.token, visit=SEAT_12)

    assert entered[0].token == entered[1].token


def test_a_candidate_without_account_is_refused_like_a_wrong_password(lobby: Lobby):
    with pytest.raises(EntranceRefusedError):
        entrance.enter_with_account(who=lobby.nip, password=PASSWORD, room_token=lobby.token, visit=SEAT_12)


def test_guessing_stops_after_ten_and_locks_out_nobody_else(lobby: Lobby):
    refusals = [lobby.refusal(visit=OUTSIDE, pin="2222-2222") for _ in range(10)]
    with pytest.raises(ThrottledError) as stopped:
        lobby.enter(visit=OUTSIDE)

    assert set(refusals) == {"entrance-refused"}
    assert stopped.value.details["seconds"] > 0
    assert lobby.enter().state == "waiting"


def test_guesses_of_room_tokens_under_ever_new_names_are_stopped_too(lobby: Lobby):
    tried = 0
    for number in range(1000):
        tried += 1
        try:
            lobby.enter(who=f"X{number}", room_token="222222", visit=OUTSIDE)
        except ThrottledError:
            break
        except RuleViolationError:
            continue

    assert tried < 400
    assert lobby.enter().state == "waiting"


def test_who_comes_too_late_is_sent_to_the_committee(lobby: Lobby):
    lobby.change(SittingRoom, lobby.room_id, started_at=clock.now() - dt.timedelta(minutes=16))

    assert lobby.refusal() == "late-arrival"
    assert lobby.attempts() == []
    lobby.change(SittingRoom, lobby.room_id, started_at=clock.now() - dt.timedelta(minutes=14))
    assert lobby.enter().state == "waiting"


def test_who_was_there_before_may_come_back_late(lobby: Lobby):
    entered = lobby.enter()
    lobby.change(SittingRoom, lobby.room_id, started_at=clock.now() - dt.timedelta(minutes=60))

    assert lobby.enter().token == entered.token


@pytest.mark.parametrize("state", ["sealed", "closed", "cancelled"])
def test_rooms_of_other_sittings_have_no_door(lobby: Lobby, state: str):
    lobby.change(Sitting, lobby.sitting_id, state=state)

    assert lobby.refusal() == "room-token-wrong"


def test_withdrawn_candidates_stay_out(lobby: Lobby):
    lobby.change(Candidate, lobby.candidate_id, withdrawn_at=clock.now())

    assert lobby.refusal() == "entrance-refused"


def test_safe_exam_browser_is_asked_for_by_its_own_address(database: db.Database):
    key = "ab" * 32
    lobby = Lobby(database, settings={"seb_config_keys": [key]})
    right = Visit(origin=SEAT_12.origin, address=SEAT_12.address, seb_hash=request_hash(SEAT_12.address, key))
    replayed = Visit(origin=SEAT_12.origin, address="http://127.0.0.1/ujian/abc", seb_hash=right.seb_hash)

    assert lobby.refusal() == "seb-required"
    assert lobby.refusal(visit=replayed) == "seb-wrong"
    assert lobby.enter(visit=right).state == "waiting"


def test_practice_starts_alone_and_only_the_own(database: db.Database):
    with database.unit_of_work() as session:
        sitting = make_sitting(session, state="sealed", kind="practice", minutes=30)
        candidate = make_candidate(session, sitting, None)
    own = Actor(user_id=1, official_id=candidate.official_id, roles=frozenset({Role.OFFICIAL}))
    foreign = Actor(user_id=2, official_id=candidate.official_id + 1, roles=frozenset({Role.OFFICIAL}))
    with database.unit_of_work() as session:
        session.add_all(User(id=n, login=f"u{n}", name=f"U{n}", created_at=clock.now()) for n in (1, 2))

    with database.unit_of_work() as session:
        started = entrance.start_practice(session, own, candidate_id=candidate.id, visit=SEAT_12)
        again = entrance.start_practice(session, own, candidate_id=candidate.id, visit=SEAT_12)
    with pytest.raises(NotFoundError), database.unit_of_work() as session:
        entrance.start_practice(session, foreign, candidate_id=candidate.id)

    with database.reading() as session:
        attempt = session.get_one(Attempt, started.attempt_id)
    assert started == again
    assert attempt.state == "running"
    assert attempt.deadline - attempt.started_at == dt.timedelta(minutes=30)
    with database.unit_of_work() as session:
        first = delivery.take_lease(session, started.token, "")
        second = delivery.take_lease(session, started.token, "")
    assert (first.granted, second.granted) == (True, True)


def test_an_exam_is_no_practice(lobby: Lobby):
    own = Actor(user_id=1, official_id=lobby.official_id, roles=frozenset({Role.OFFICIAL}))

    with pytest.raises(RuleViolationError) as refused, lobby.database.unit_of_work() as session:
        entrance.start_practice(session, own, candidate_id=lobby.candidate_id)

    assert refused.value.reason == "not-a-practice"


def test_the_room_tells_two_candidates_of_one_number_apart(lobby: Lobby):
    other = Lobby(lobby.database)
    other.change(Candidate, other.candidate_id, number=lobby.number)

    assert lobby.enter().attempt_id == lobby.attempts()[0].id
    assert lobby.refusal(room_token=other.token) == "entrance-refused"
    assert other.attempts() == []
