"""Sections and their times are kept by the server, on both databases: saves, the act of entering, clocks."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from merit import clock, db
from merit.assessment.domain import sections
from merit.assessment.domain.receipts import final_answers
from merit.assessment.models.delivery import Attempt, AttemptSection, LateResponse, Response
from merit.assessment.queries.delivery import chain_of
from merit.assessment.saving import Saved, close_stores
from merit.assessment.services import proctoring
from merit.assessment.services.clock_steps import move_clocks
from merit.assessment.services.delivery import keep_heartbeat, standing_of
from merit.assessment.services.late_answers import is_outage_recorded
from merit.assessment.services.saving import save_answers, verify_receipts
from merit.assessment.services.sections import enter_section
from merit.errors import InvalidInputError, RuleViolationError
from merit.security.permissions import Role
from tests.assessment.board_samples import make_staff
from tests.assessment.exam_papers import ITEMS, paper
from tests.assessment.sitting_rows import Seat, make_hall, make_room

pytestmark = pytest.mark.db

START = dt.datetime(2026, 11, 23, 1, 0, tzinfo=dt.UTC)
SECTIONS = [
    {"name": "Satu", "first": 1, "last": 4, "minutes": 10},
    {"name": "Dua", "first": 5, "last": 8, "minutes": 5},
    {"name": "Tiga", "first": 9, "last": 12, "minutes": None},
]
Sections = list[dict[str, Any]]


def after(seconds: float) -> dt.datetime:
    return START + dt.timedelta(seconds=seconds)


@pytest.fixture(autouse=True)
def _stores_closed(database: db.Database):
    yield
    close_stores()


def sit(navigation: str = "free", parts: Sections | None = None) -> Seat:
    sheet = paper(*([ITEMS["single"]] * 12), navigation=navigation, sections=parts or SECTIONS)
    with clock.frozen(START), db.unit_of_work() as session:
        return make_hall(session, paper=sheet).seats[0]


def save(seat: Seat, seconds: float, *positions: int, revision: int = 1) -> Saved:
    answers = [{"position": position, "revision": revision, "value": ["A"]} for position in positions]
    return save_answers(seat.token, seat.lease, answers, at=after(seconds))


def enter(seat: Seat, seconds: float, number: int) -> Attempt:
    with clock.frozen(after(seconds)), db.unit_of_work() as session:
        return enter_section(session, seat.token, seat.lease, number=number)


def kept(seat: Seat, model: type = Response) -> set[int]:
    with db.reading() as session:
        return {row.position for row in session.query(model).filter_by(attempt_id=seat.attempt_id)}


def window(seat: Seat) -> tuple[Any, ...]:
    with db.reading() as session:
        row = session.get_one(Attempt, seat.attempt_id)
        return (row.section, row.open_from, row.open_to, row.section_deadline)


def entries(seat: Seat) -> list[tuple[Any, ...]]:
    with db.reading() as session:
        rows = session.query(AttemptSection).filter_by(attempt_id=seat.attempt_id).order_by(AttemptSection.number)
        return [(row.entered_at, row.way, row.until) for row in rows]


def test_answers_of_a_section_count_until_its_end_and_grace(database: db.Database):
    seat = sit()

    in_time, late = save(seat, 605, 1), save(seat, 606, 2)

    assert (in_time.late, late.late) == (False, True)
    assert (in_time.section, in_time.section_deadline) == (0, after(600))
    assert (kept(seat), kept(seat, LateResponse)) == ({1}, {2})
    with db.reading() as session:
        assert verify_receipts(session, seat.attempt_id).is_intact


def test_a_section_that_was_left_takes_nothing_that_counts(database: db.Database):
    seat = sit()
    save(seat, 10, 1)

    enter(seat, 60, 1)
    again = save(seat, 70, 1, 5, revision=2)

    assert (again.status, again.late, again.section) == ("saved", True, 1)
    assert (kept(seat), kept(seat, LateResponse)) == ({1, 5}, {1})
    assert window(seat) == (1, 5, 8, after(360))
    assert entries(seat) == [(None, None, after(600)), (after(60), "asked", None), (None, None, None)]
    with db.reading() as session:
        chain = chain_of(session, seat.attempt_id)
        assert [link.late for link in chain] == [False, True, False]
        assert verify_receipts(session, seat.attempt_id).is_intact
        assert final_answers(chain) == {1: (1, '["A"]', False), 5: (2, '["A"]', False)}
        assert session.get_one(Attempt, seat.attempt_id).answered == 2


def test_the_first_save_of_a_section_enters_it_by_the_servers_clock(database: db.Database):
    seat = sit()

    save(seat, 100, 3, 5)
    assert window(seat) == (1, 5, 8, after(400))
    save(seat, 900, 9)

    # Section two was over at 400 s: by then at the latest the third had begun.
    assert window(seat) == (2, 9, 12, None)
    assert entries(seat) == [
        (None, None, after(600)),
        (after(100), "saved", after(400)),
        (after(400), "saved", None),
    ]
    assert (kept(seat), kept(seat, LateResponse)) == ({3, 5, 9}, set())


def test_a_forward_paper_takes_no_answer_to_an_earlier_question(database: db.Database):
    seat = sit("forward", [{"name": "Satu", "first": 1, "last": 12, "minutes": None}])
    save(seat, 10, 1, 2, 3)

    back, same = save(seat, 20, 2, revision=2), save(seat, 21, 3, revision=2)

    assert (back.late, same.late) == (True, False)
    assert (kept(seat), kept(seat, LateResponse)) == ({1, 2, 3}, {2})
    assert window(seat) == (0, 3, 12, None)


def test_entering_twice_or_going_back_changes_nothing(database: db.Database):
    seat = sit()
    enter(seat, 60, 1)

    enter(seat, 90, 1)
    enter(seat, 91, 0)

    assert window(seat) == (1, 5, 8, after(360))


def test_entering_is_refused_with_a_reason(database: db.Database):
    seat, plain = sit(), sit(parts=[{"name": "", "first": 1, "last": 12, "minutes": None}])

    with pytest.raises(InvalidInputError, match="section-unknown"):
        enter(seat, 60, 7)
    with pytest.raises(InvalidInputError, match="section-unknown"):
        enter(plain, 60, 0)
    with pytest.raises(RuleViolationError, match="time-is-over"):
        enter(seat, 5406, 1)
    with pytest.raises(RuleViolationError, match="lease-ended"), db.unit_of_work() as session:
        enter_section(session, seat.token, "another", number=1)


def test_pause_and_extension_lengthen_the_section_that_runs(database: db.Database):
    seat = sit()
    with db.unit_of_work() as session:
        attempt = session.get_one(Attempt, seat.attempt_id)
        with clock.frozen(after(100)):
            proctoring.people.stop(session, attempt, clock.now())
        with clock.frozen(after(160)):
            standing = standing_of(seat.token, seat.lease)
            proctoring.people.let_run_on(attempt, clock.now())
        proctoring.people.add_minutes(attempt, 2)
    assert standing.section is not None

    assert window(seat) == (0, 1, 4, after(600 + 60 + 120))
    enter(seat, 300, 1)
    assert window(seat) == (1, 5, 8, after(600))


def test_a_standing_clock_shows_what_is_left_of_the_section(database: db.Database):
    seat = sit()
    with clock.frozen(after(100)), db.unit_of_work() as session:
        proctoring.people.stop(session, session.get_one(Attempt, seat.attempt_id), clock.now())

    with clock.frozen(after(160)):
        shown, beat = (
            standing_of(seat.token, seat.lease).section,
            keep_heartbeat(seat.token, seat.lease, [], network=""),
        )

    assert shown is not None
    assert (shown.number, shown.remaining) == (0, 500)
    assert (beat.section, beat.open_from, beat.open_to, beat.section_deadline) == (0, 1, 4, after(600))
    with pytest.raises(RuleViolationError, match="attempt-paused"):
        enter(seat, 170, 1)


def test_a_clock_that_is_set_moves_the_section_along(database: db.Database):
    seat = sit()
    enter(seat, 60, 1)

    with db.unit_of_work() as session:
        move_clocks(session, dt.timedelta(hours=1), at=after(70))

    assert window(seat)[3] == after(3960)
    assert entries(seat)[1][0] == after(3660)


def test_more_time_counts_what_came_late_in_the_section_that_runs_only(database: db.Database):
    seat = sit()
    save(seat, 700, 4)
    with clock.frozen(after(710)), db.unit_of_work() as session:
        attempt = session.get_one(Attempt, seat.attempt_id)
        room = make_room(session, session.get_one(proctoring.reach.Sitting, attempt.sitting_id))
        place = proctoring.reach.Place(room=room, sitting=session.get_one(proctoring.reach.Sitting, room.sitting_id))
        proctoring.people.add_minutes(attempt, 5)
        taken = proctoring.clocks.take_late(session, make_staff(session, Role.PROCTOR), place, attempt)
    assert (taken, kept(seat), kept(seat, LateResponse)) == (1, {4}, set())

    save(seat, 920, 3)  # late: the section ended at 900
    enter(seat, 930, 1)
    with clock.frozen(after(940)), db.unit_of_work() as session:
        attempt = session.get_one(Attempt, seat.attempt_id)
        proctoring.people.add_minutes(attempt, 10)
        assert proctoring.clocks.take_late(session, make_staff(session, Role.PROCTOR), place, attempt) == 0
    assert kept(seat, LateResponse) == {3}


def test_a_silence_over_the_end_of_a_section_is_an_outage_on_record(database: db.Database):
    seat = sit()
    with db.reading() as session:
        assert not is_outage_recorded(session, session.get_one(Attempt, seat.attempt_id))

    save(seat, 590, 1)
    save(seat, 660, 2, 5)  # silent from 590 s to 660 s, over the end at 600 s

    with db.reading() as session:
        assert is_outage_recorded(session, session.get_one(Attempt, seat.attempt_id))


@pytest.mark.parametrize("navigation", ["free", "forward"])
def test_any_saves_lead_to_what_the_pure_rules_say(database: db.Database, navigation: str):
    chance, seat = random.Random(20261122), sit(navigation)
    parts = [
        sections.Part(number=0, first=1, last=4, seconds=600),
        sections.Part(number=1, first=5, last=8, seconds=300),
    ]
    parts.append(sections.Part(number=2, first=9, last=12))
    book, late_book, now = set(), set(), 0.0
    present = sections.Window(0, 1, 4, after(600))

    for revision in range(1, 61):
        now += chance.choice([0, 5, 30, 60])
        reach = 4 if now < 300 else 8 if now < 800 else 12
        positions = sorted(chance.sample(range(1, reach + 1), chance.randint(1, 3)))
        steps = sections.enter(present, parts, position=positions[-1], at=after(now))
        late = {at for at in positions if sections.comes_late(at, present, steps, at=after(now), grace_seconds=5)}

        saved = save(seat, now, *positions, revision=revision)

        present = sections.window_after(present, steps)
        in_time = set(positions) - late
        if navigation == "forward" and in_time:
            present = present._replace(open_from=max(present.open_from, *in_time))
        book |= in_time
        late_book |= late
        assert (saved.status, saved.late, saved.section) == ("saved", bool(late), present.section)
        assert window(seat) == tuple(present)
    assert (kept(seat), kept(seat, LateResponse)) == (book, late_book)
    assert late_book
    with db.reading() as session:
        assert verify_receipts(session, seat.attempt_id).is_intact


@pytest.mark.web
def test_the_interface_tells_the_section_and_takes_the_entry(app: Flask, client: FlaskClient, database: db.Database):
    seat = sit()
    base = f"/api/v1/attempts/{seat.token}"

    with clock.frozen(after(60)):
        told = client.get(base, headers={"Merit-Lease": seat.lease}).json
        entered = client.post(f"{base}/section", json={"lease": seat.lease, "section": 1}).json
        answers = [{"position": 5, "revision": 1, "value": ["A"]}]
        saved = client.post(f"{base}/responses", json={"lease": seat.lease, "responses": answers}).json
        wrong = client.post(f"{base}/section", json={"lease": seat.lease, "section": True})
        unknown = client.post(f"{base}/section", json={"lease": seat.lease, "section": 9})

    assert told["section"] == {"number": 0, "from": 1, "to": 4, "deadline": iso(600), "remaining": 540}
    assert told["sections"] == [600, 300, None]
    assert entered["section"] == {"number": 1, "from": 5, "to": 8, "deadline": iso(360), "remaining": 300}
    assert saved["section"] == {"number": 1, "deadline": iso(360)}
    assert (wrong.status_code, wrong.json["error"]) == (422, "request-malformed")
    assert (unknown.status_code, unknown.json["error"]) == (422, "section-unknown")


def iso(seconds: float) -> str:
    return after(seconds).isoformat(timespec="milliseconds")
