"""Faults 14 and 15, the server's side: offline for ten minutes and past the deadline, then back with everything."""

from __future__ import annotations

import datetime as dt

import pytest

from merit import clock, db
from merit.assessment.models.delivery import ContactGap
from merit.assessment.services.saving import verify_receipts
from merit.assessment.services.sweeping import close_overdue
from tests.assessment.exam_client import ExamPage, answer

pytestmark = pytest.mark.web


def test_ten_minutes_offline_every_answer_arrives_and_the_gap_is_known(page: ExamPage):
    page.save(answer(1, 1, "A"))
    left = clock.now()
    with clock.frozen(left + dt.timedelta(minutes=10)):
        back = page.save(*(answer(position, 1, "B", at="dari luring") for position in range(2, 16)), answer(1, 2, "C"))

    assert back.status_code == 200
    assert page.stored() == {1: (2, '["C"]')} | dict.fromkeys(range(2, 16), (1, '["B"]'))
    with db.reading() as session:
        [gap] = session.query(ContactGap).all()
        assert verify_receipts(session, page.seat.attempt_id).is_intact
    assert abs(gap.until_at - gap.from_at - dt.timedelta(minutes=10)) < dt.timedelta(seconds=5)


def test_back_after_the_deadline_the_answers_are_kept_as_late(page: ExamPage, database: db.Database):
    page.save(answer(1, 1, "A"))
    over = page.attempt().deadline + dt.timedelta(minutes=4)
    with clock.frozen(over):
        before_the_sweep = page.save(answer(2, 1, "B"))
        close_overdue(database)
        after_the_sweep = page.save(answer(1, 2, "C"), answer(3, 1, "D"))
        replay = page.save(answer(3, 1, "D"))

    assert [each.status_code for each in (before_the_sweep, after_the_sweep, replay)] == [200, 200, 200]
    assert [each.json["late"] for each in (before_the_sweep, after_the_sweep, replay)] == [True, True, True]
    assert page.stored() == {1: (1, '["A"]')}
    assert page.late() == {1: (2, '["C"]'), 2: (1, '["B"]'), 3: (1, '["D"]')}
    assert (page.attempt().state, page.attempt().ending) == ("finished", "sweep")
    with db.reading() as session:
        assert verify_receipts(session, page.seat.attempt_id).is_intact
