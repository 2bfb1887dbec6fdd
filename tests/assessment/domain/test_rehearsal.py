"""Go or no-go, worked out by hand."""

from __future__ import annotations

import pytest

from merit.assessment.domain.rehearsal import SeatTrial, browser_family, judge_room, percentile

pytestmark = pytest.mark.unit


def trial(seat: int, **details) -> SeatTrial:
    values = {"latency_ms": (100.0,), "clock_ms": 200.0, "saves": 2, "browser": "x Firefox/140.0"} | details
    return SeatTrial(room_id=1, seat=seat, **values)


def test_a_room_is_ready_when_every_seat_is():
    verdict = judge_room(1, 2, [trial(1), trial(2, latency_ms=(900.0, 40.0), clock_ms=-4999.0)])
    assert verdict.is_go
    assert (verdict.tried, verdict.saved, verdict.latency_p95, verdict.clock_worst) == (2, 2, 900.0, 4999.0)
    assert verdict.browsers == {"Firefox 140": 2}


@pytest.mark.parametrize(
    ("second", "reason"),
    [
        (None, "rehearsal-seats"),
        ({"saves": 0}, "rehearsal-saves"),
        ({"latency_ms": (1001.0,)}, "rehearsal-slow"),
        ({"clock_ms": 5001.0}, "rehearsal-clocks"),
        ({"longest_gap": 61.0}, "rehearsal-gaps"),
    ],
)
def test_one_reason_is_enough_against_it(second: dict[str, object] | None, reason: str):
    trials = [trial(1)] if second is None else [trial(1), trial(2, **second)]
    verdict = judge_room(1, 2, trials)
    assert verdict.reasons == (reason,)
    assert not verdict.is_go


def test_a_room_whose_browsers_told_nothing_is_not_ready():
    assert judge_room(1, 1, [trial(1, latency_ms=(), clock_ms=None)]).reasons == ("rehearsal-unmeasured",)
    assert judge_room(1, 1, []).reasons == ("rehearsal-seats",)


def test_percentile_is_the_nearest_rank():
    assert percentile([], 0.95) is None
    assert percentile([5.0], 0.95) == 5.0
    assert percentile([float(n) for n in range(1, 101)], 0.95) == 95.0
    assert percentile([1.0, 2.0, 3.0, 4.0], 0.5) == 2.0


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (Windows) Chrome/141.0.1 Safari/537.36 SEB/3.7.0", "Safe Exam Browser 3"),
        ("Mozilla/5.0 Chrome/141.0 Safari/537.36 Edg/141.0", "Edge 141"),
        ("Mozilla/5.0 Version/17.4 Safari/605", "Safari 17"),
        ("curl", ""),
    ],
)
def test_browsers_are_named(agent: str, name: str):
    assert browser_family(agent) == name
