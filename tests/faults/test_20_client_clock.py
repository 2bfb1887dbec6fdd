"""Fault 20: a client whose clock is hours wrong gains and loses nothing; only the server's clock counts."""

from __future__ import annotations

import datetime as dt

import pytest

from merit import clock
from tests.assessment.exam_client import ExamPage, answer

pytestmark = pytest.mark.web


@pytest.mark.parametrize("hours", [-3, 3])
def test_a_wrong_client_clock_changes_nothing(pages: list[ExamPage], hours: int):
    wrong, right = pages
    said = (clock.now() + dt.timedelta(hours=hours)).isoformat(timespec="seconds")

    told = wrong.save(answer(1, 1, "A", at=said)).json
    beat = wrong.post("heartbeat", events=[{"kind": "focus-lost", "at": said, "details": {}}]).json
    expected = right.save(answer(1, 1, "A", at=clock.now().isoformat(timespec="seconds"))).json

    assert "late" not in told
    assert abs(instant(told["server_time"]) - instant(expected["server_time"])) < dt.timedelta(seconds=5)
    assert told["deadline"] == wrong.attempt().deadline.isoformat(timespec="milliseconds")
    assert wrong.attempt().deadline - wrong.attempt().started_at == dt.timedelta(seconds=5400)
    assert 5390 < beat["remaining"] <= 5400


@pytest.mark.parametrize("hours", [-3, 3])
def test_after_the_deadline_no_client_clock_helps(page: ExamPage, hours: int):
    page.change(deadline=clock.now() - dt.timedelta(seconds=30))
    said = (clock.now() + dt.timedelta(hours=hours)).isoformat(timespec="seconds")

    assert page.save(answer(1, 1, "A", at=said)).json["late"] is True
    assert page.stored() == {}


def instant(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)
