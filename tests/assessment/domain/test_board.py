"""What a seat shows."""

from __future__ import annotations

import datetime as dt

import pytest

from merit.assessment.domain.board import Flag, Seat, SeatState, flags_of, remaining_of, rows_of, state_of
from merit.assessment.domain.timing import AttemptClock

pytestmark = pytest.mark.unit
NOW = dt.datetime(2026, 11, 20, 2, 0, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)


def seat(**details: object) -> Seat:
    defaults: dict[str, object] = {"candidate_id": 1, "attempt_id": 1, "seat": 1, "state": "running"}
    return Seat(**(defaults | details))


def clock_to(deadline: dt.datetime, **details: object) -> AttemptClock:
    return AttemptClock(started_at=deadline - 3600 * SECOND, allotted_seconds=3600, **details)


def test_the_state_of_a_seat_without_an_attempt():
    assert state_of(seat(state=None)) is SeatState.EXPECTED
    assert state_of(seat(state=None, is_marked_absent=True)) is SeatState.ABSENT
    assert state_of(seat(state=None, is_withdrawn=True, is_marked_absent=True)) is SeatState.WITHDRAWN
    assert state_of(seat(state="paused", is_marked_absent=True)) is SeatState.PAUSED


@pytest.mark.parametrize(
    ("seen", "saved", "is_raised"),
    [(60, None, False), (61, None, True), (300, 10, False), (None, None, True)],
)
def test_silence_is_more_than_a_minute_without_heartbeat_or_save(seen, saved, is_raised):
    one = seat(
        last_seen_at=None if seen is None else NOW - seen * SECOND,
        last_save_at=None if saved is None else NOW - saved * SECOND,
    )

    assert (Flag.SILENT in flags_of(one, NOW)) is is_raised


def test_only_a_running_attempt_can_be_silent_and_only_an_open_one_waits_for_a_second_browser():
    assert flags_of(seat(state="paused"), NOW) == []
    assert flags_of(seat(state="finished", has_second_browser=True), NOW) == []
    assert flags_of(seat(state="waiting", has_second_browser=True), NOW) == [Flag.SECOND_BROWSER]


def test_flags_come_in_the_order_of_their_urgency():
    one = seat(
        has_second_browser=True,
        focus_losses=2,
        flags=("two-networks",),
        has_accommodation=True,
        clock=clock_to(NOW - SECOND),
    )

    assert flags_of(one, NOW) == [
        *(Flag.SECOND_BROWSER, Flag.SILENT, Flag.OVERTIME, Flag.NETWORK, Flag.FOCUS),
        Flag.ACCOMMODATION,
    ]


def test_time_left_stands_still_while_paused_and_is_never_negative():
    assert remaining_of(seat(clock=clock_to(NOW + 90 * SECOND)), NOW) == 90
    assert remaining_of(seat(clock=clock_to(NOW - 90 * SECOND)), NOW) == 0
    paused = clock_to(NOW + 90 * SECOND, paused_at=NOW - 30 * SECOND)
    assert remaining_of(seat(state="paused", clock=paused), NOW) == 120
    assert remaining_of(seat(state="finished", clock=paused), NOW) is None
    assert remaining_of(seat(state="waiting"), NOW) is None


def test_rows_hold_every_seat_once():
    assert [list(row) for row in rows_of(7, 3)] == [[1, 2, 3], [4, 5, 6], [7]]
