"""Fault 65 for answers: SQLite and PostgreSQL keep the same rows and receipts, in whatever order threads save."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import random
from concurrent.futures import ThreadPoolExecutor

import pytest

from merit import clock, db
from merit.assessment.domain.receipts import final_answers
from merit.assessment.models.delivery import Response, ResponseSave
from merit.assessment.queries.delivery import chain_of
from merit.assessment.saving import close_stores
from merit.assessment.services.saving import save_answers, verify_receipts
from tests.assessment.exam_client import answer
from tests.assessment.sitting_rows import Seat, make_hall

pytestmark = pytest.mark.db

START = dt.datetime(2026, 11, 23, 1, 0, tzinfo=dt.UTC)
VALUES = [["A"], [], ["“kutip” \\ é\n\t"], ["\u2028", "x"], ["=1+1"]]


def test_the_same_saves_have_the_same_receipts(database: db.Database):
    with clock.frozen(START), database.unit_of_work() as session:
        seat = make_hall(session).seats[0]
        assert seat.attempt_id == 1
    for number, value in enumerate(VALUES, start=1):
        request = [answer(2, number, *value, at="ä"), answer(1, number, "B", marked=True)]
        save_answers(seat.token, seat.lease, request, at=START + dt.timedelta(seconds=number, microseconds=number))
    close_stores()

    with database.reading() as session:
        last = session.query(ResponseSave).order_by(ResponseSave.number.desc()).first()

    assert last.number == len(VALUES)
    assert last.receipt == expected_receipt()


def expected_receipt() -> str:
    """Hash the texts as the rule says, with nothing of the program."""
    receipt = ""
    for number, value in enumerate(VALUES, start=1):
        body = {
            "at": f"2026-11-23T01:00:0{number}.00000{number}Z",
            "attempt": 1,
            "late": False,
            "number": number,
            "responses": [
                {"at": "", "marked": True, "position": 1, "revision": number, "value": ["B"]},
                {"at": "ä", "marked": False, "position": 2, "revision": number, "value": value},
            ],
        }
        payload = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        receipt = hashlib.sha256((receipt + payload).encode()).hexdigest()
    return receipt


@pytest.mark.parametrize("threads", [1, 4])
def test_any_order_and_number_of_threads_lead_to_the_same_answers(database: db.Database, threads: int):
    with clock.frozen(START), database.unit_of_work() as session:
        hall = make_hall(session, seats=4)
    steps = [(position, revision) for position in range(1, 9) for revision in range(1, 6)]
    saves = [(seat, answer(p, r, "ABCDE"[(p + r) % 5])) for seat in hall.seats for p, r in steps]
    random.Random(threads).shuffle(saves)

    def work(save: tuple[Seat, dict[str, object]]) -> None:
        save_answers(save[0].token, save[0].lease, [save[1]], at=START)

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, saves))
    close_stores()

    with database.reading() as session:
        for seat in hall.seats:
            rows = session.query(Response).filter_by(attempt_id=seat.attempt_id)
            assert {row.position: row.value for row in rows} == {p: f'["{"ABCDE"[(p + 5) % 5]}"]' for p in range(1, 9)}
            assert {row.revision for row in rows} == {5}
            assert verify_receipts(session, seat.attempt_id).is_intact
            chain = final_answers(chain_of(session, seat.attempt_id))
            assert {position: found[0] for position, found in chain.items()} == dict.fromkeys(range(1, 9), 5)
