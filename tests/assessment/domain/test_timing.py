"""The clock of an attempt, by hand and by property."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from merit.assessment.domain.timing import (
    AttemptClock,
    allotted_seconds,
    deadline_of,
    extend,
    is_late,
    pause,
    resume,
)
from merit.errors import RuleViolationError

pytestmark = pytest.mark.unit

START = dt.datetime(2026, 11, 23, 1, 0, tzinfo=dt.UTC)
CLOCK = AttemptClock(started_at=START, allotted_seconds=5400)


def after(seconds: float) -> dt.datetime:
    return START + dt.timedelta(seconds=seconds)


def test_the_deadline_is_start_allotted_pauses_and_extensions():
    assert allotted_seconds(90, 30, 15) == 135 * 60
    assert deadline_of(START, 5400, 120, 300) == dt.datetime(2026, 11, 23, 2, 37, tzinfo=dt.UTC)


def test_a_standing_clock_loses_no_second():
    standing = pause(CLOCK, after(600))

    assert standing.remaining(after(600)) == standing.remaining(after(4000)) == 4800
    assert pause(standing, after(700)) == standing
    assert resume(standing, after(900.2)).paused_seconds == 301
    assert resume(CLOCK, after(5)) == CLOCK


def test_time_is_given_never_taken():
    assert extend(CLOCK, 60).deadline == after(5460)
    for seconds in (0, -1):
        with pytest.raises(RuleViolationError):
            extend(CLOCK, seconds)


def test_the_grace_belongs_to_the_candidate():
    assert not is_late(after(5400), 5, after(5405))
    assert is_late(after(5400), 5, after(5405.000001))
    assert not is_late(None, 5, after(9999))


@given(st.lists(st.tuples(st.integers(0, 600), st.integers(0, 600)), max_size=6))
def test_pauses_in_a_row_give_back_exactly_their_length(stretches: list[tuple[int, int]]):
    clocked, now, worked = CLOCK, START, 0
    for work, rest in stretches:
        now += dt.timedelta(seconds=work)
        worked += work
        clocked = pause(clocked, now)
        now += dt.timedelta(seconds=rest)
        clocked = resume(clocked, now)

    assert clocked.remaining(now) == 5400 - worked
    assert clocked.paused_seconds == sum(rest for _work, rest in stretches)


@given(st.integers(-10_000, 10_000))
def test_what_remains_is_never_negative_and_falls_with_time(seconds: int):
    left = CLOCK.remaining(after(seconds))

    assert left == max(0, 5400 - seconds)
