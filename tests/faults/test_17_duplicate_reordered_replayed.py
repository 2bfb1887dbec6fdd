"""Fault 17: saves that are doubled, reordered, replayed or stale; both databases against one plain model."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from merit import clock, db
from merit.assessment.domain.receipts import final_answers, next_receipt
from merit.assessment.models.delivery import Attempt, LateResponse, Response, ResponseSave
from merit.assessment.queries.delivery import chain_of
from merit.assessment.saving import Saved, close_stores
from merit.assessment.services.delivery import finish_attempt
from merit.assessment.services.saving import read_answers, save_answers, verify_receipts
from merit.security.permissions import Role
from tests.assessment.board_samples import make_staff
from tests.assessment.sitting_rows import Seat, make_hall

pytestmark = pytest.mark.db

ITEMS = 4
START = dt.datetime(2026, 11, 23, 1, 0, tzinfo=dt.UTC)
VALUES = st.sampled_from([[], ["A"], ["B"], ["A", "C"], ["x “y” \\ é"], {"R1": ["a"], "R2": []}, {"R1": []}])
ANSWERS = st.fixed_dictionaries(
    {
        "position": st.integers(1, ITEMS),
        "revision": st.integers(1, 5),
        "value": VALUES,
        "marked": st.booleans(),
        "at": st.sampled_from(["", "09.48.31"]),
    }
)


def agrees(answers: list[dict[str, Any]]) -> bool:
    """Whether no two answers of a request contradict each other."""
    said: dict[tuple[int, int], Any] = {}
    return all(
        said.setdefault((each["position"], each["revision"]), (each["value"], each["marked"]))
        == (each["value"], each["marked"])
        for each in answers
    )


REQUESTS = st.lists(ANSWERS, min_size=1, max_size=4).filter(agrees)


class Saves(RuleBasedStateMachine):
    """A browser that sends anything in any order, and the book a person would keep."""

    seat: Seat

    @initialize()
    def begin(self) -> None:
        with clock.frozen(START), db.unit_of_work() as session:
            self.seat = make_hall(session, items=ITEMS).seats[0]
            self.proposer = make_staff(session, Role.PROCTOR).user_id
        self.now = START
        self.book: dict[int, tuple[int, str, bool]] = {}
        self.late_book: dict[int, tuple[int, str, bool]] = {}
        self.proposed: set[int] = set()
        self.receipts = [""]
        self.sent: list[list[dict[str, Any]]] = []
        self.is_finished = False

    @property
    def is_late(self) -> bool:
        return self.now > START + dt.timedelta(seconds=5405)

    @rule(request=REQUESTS)
    def send(self, request: list[dict[str, Any]]) -> None:
        self.sent.append(request)
        self.expect(request, self.save(request))

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def replay(self, data: st.DataObject) -> None:
        request = data.draw(st.sampled_from(self.sent))
        self.expect(request, self.save(list(reversed(request))))

    @rule(seconds=st.integers(0, 50))
    def wait(self, seconds: int) -> None:
        self.now += dt.timedelta(seconds=seconds)

    @precondition(lambda self: not self.is_late)
    @rule()
    def run_out_of_time(self) -> None:
        self.now = START + dt.timedelta(seconds=5405, microseconds=1)

    @precondition(lambda self: not self.is_late and not self.is_finished)
    @rule()
    def finish(self) -> None:
        with clock.frozen(self.now):
            assert finish_attempt(self.seat.token, self.seat.lease).receipt == self.receipts[-1]
        self.is_finished = True

    @precondition(lambda self: self.late_book)
    @rule()
    def propose_what_is_late(self) -> None:
        with db.unit_of_work() as session:
            session.query(LateResponse).filter_by(attempt_id=self.seat.attempt_id).update(
                {"proposed_by": self.proposer, "proposed_reason": "Padam"}
            )
        self.proposed = set(self.late_book)

    def save(self, request: list[dict[str, Any]]) -> Saved:
        return save_answers(self.seat.token, self.seat.lease, request, at=self.now)

    def expect(self, request: list[dict[str, Any]], saved: Saved) -> None:
        late = self.is_late and not self.is_finished
        book = self.late_book if late else self.book
        fresh, stale = [], []
        for answer in read_answers(request):
            mine = (answer.revision, answer.value, answer.marked)
            newest = book.get(answer.position) or self.book.get(answer.position)
            if newest is None or answer.revision > newest[0]:
                fresh.append((answer.position, mine))
            elif mine not in {newest, self.book.get(answer.position)}:
                stale.append(answer.position)
        if fresh and self.is_finished:
            assert saved.status == "attempt-finished"
            return
        book.update(fresh)
        if late:
            self.proposed -= {position for position, _answer in fresh}
        assert saved.status == ("stale-revision" if stale else "saved")
        assert [each["position"] for each in saved.stored] == stale
        assert saved.late is late
        if fresh:
            assert saved.receipt not in self.receipts
            self.receipts.append(saved.receipt)
        assert (saved.receipt, saved.saves) == (self.receipts[-1], len(self.receipts) - 1)

    @invariant()
    def the_database_holds_the_book(self) -> None:
        with db.reading() as session:
            attempt = session.get_one(Attempt, self.seat.attempt_id)
            assert self.rows(session, Response) == self.book
            assert self.rows(session, LateResponse) == self.late_book
            assert self.proposals(session) == {
                position: (self.proposer, "Padam") if position in self.proposed else (None, "")
                for position in self.late_book
            }
            assert verify_receipts(session, attempt.id).is_intact
            assert final_answers(chain_of(session, attempt.id)) == self.book
        assert attempt.answered == sum(value not in {"[]", "{}"} for _revision, value, _marked in self.book.values())
        assert attempt.marked == sum(marked for _revision, _value, marked in self.book.values())
        assert attempt.saves == len(self.receipts) - 1

    def proposals(self, session: Any) -> dict[int, tuple[int | None, str]]:
        rows = session.query(LateResponse).filter_by(attempt_id=self.seat.attempt_id)
        return {row.position: (row.proposed_by, row.proposed_reason) for row in rows}

    def rows(self, session: Any, model: Any) -> dict[int, tuple[int, str, bool]]:
        rows = session.query(model).filter_by(attempt_id=self.seat.attempt_id)
        return {row.position: (row.revision, row.value, row.marked) for row in rows}


def test_any_order_of_saves_leads_to_the_book(database: db.Database):
    try:
        run_state_machine_as_test(
            Saves,
            settings=settings(
                max_examples=25,
                stateful_step_count=20,
                deadline=None,
                suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
            ),
        )
    finally:
        close_stores()


def test_a_chain_can_be_recomputed_with_nothing_but_the_stored_texts(database: db.Database):
    with clock.frozen(START), database.unit_of_work() as session:
        seat = make_hall(session, items=ITEMS).seats[0]
    for revision in range(1, 4):
        request = [{"position": 2, "revision": revision, "value": ["ä “B”"], "at": "1"}]
        save_answers(seat.token, seat.lease, request, at=START + dt.timedelta(seconds=revision))
    close_stores()

    with database.reading() as session:
        rows = session.query(ResponseSave).order_by(ResponseSave.number).all()

    assert [row.payload for row in rows] == [
        f'{{"at":"2026-11-23T01:00:0{n}.000000Z","attempt":{seat.attempt_id},"late":false,"number":{n},'
        f'"responses":[{{"at":"1","marked":false,"position":2,"revision":{n},"value":["ä “B”"]}}]}}'
        for n in (1, 2, 3)
    ]
    receipt = ""
    for row in rows:
        receipt = next_receipt(receipt, row.payload)
        assert json.loads(row.payload)["number"] == row.number
        assert row.receipt == receipt
