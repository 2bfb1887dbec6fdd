"""Outages found in silences, by hand-worked numbers and by properties."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from merit.assessment.domain.outages import FEWEST, SHARE, Gap, Run, find_outages, is_held

pytestmark = pytest.mark.unit
START = dt.datetime(2026, 11, 20, 1, 0, tzinfo=dt.UTC)


def at(minutes: float) -> dt.datetime:
    return START + dt.timedelta(minutes=minutes)


def runs(count: int, until: float = 90) -> list[Run]:
    return [Run(attempt_id=number, starts=at(0), until=at(until)) for number in range(count)]


def gap(attempt_id: int, first: float, last: float, *, is_open: bool = False) -> Gap:
    return Gap(attempt_id=attempt_id, starts=at(first), until=at(last), is_open=is_open)


def test_a_common_silence_is_one_outage_with_the_longest_loss_rounded_up():
    silences = [gap(0, 10.0, 35.0), gap(1, 10.2, 35.1), gap(2, 10.1, 35.4), gap(3, 10.0, 35.2)]

    (outage,) = find_outages(runs(4), silences)

    assert (outage.starts, outage.until) == (at(10), at(35.2))  # from the second silent one to the third return
    assert (outage.affected, outage.running) == (4, 4)
    assert outage.lost == dt.timedelta(minutes=25.3)  # the third candidate: 10.1 to 35.4
    assert (outage.minutes, outage.seconds) == (26, 26 * 60)


def test_who_was_heard_for_an_instant_in_between_lost_the_same():
    silences = [gap(0, 10, 20), gap(0, 20, 30), gap(1, 10, 30), gap(2, 10, 30)]

    (outage,) = find_outages(runs(3), silences)

    assert (outage.affected, outage.minutes) == (3, 20)


def test_one_cable_is_no_outage():
    assert find_outages(runs(10), [gap(3, 10, 40)]) == []
    assert find_outages(runs(1), [gap(0, 10, 40)]) == []


def test_less_than_half_is_no_outage_and_half_is():
    silences = [gap(number, 10, 20) for number in range(4)]

    assert find_outages(runs(10), silences) == []
    assert len(find_outages(runs(8), silences)) == 1


def test_a_machine_that_never_came_back_does_not_stretch_the_outage():
    silences = [gap(0, 10, 15), gap(1, 10, 15), gap(2, 10, 15), gap(3, 10, 80, is_open=True)]

    (outage,) = find_outages(runs(4), silences)

    assert outage.minutes == 8  # five and the three minutes a return may take
    assert not outage.is_open


def test_an_outage_that_lasts_is_open():
    silences = [gap(number, 10, 20, is_open=True) for number in range(3)]

    (outage,) = find_outages(runs(3, until=20), silences)

    assert outage.is_open


def test_who_finished_before_does_not_count_as_running():
    finished = [Run(attempt_id=number, starts=at(0), until=at(5)) for number in range(10, 20)]
    silences = [gap(number, 10, 20) for number in range(2)]

    (outage,) = find_outages([*runs(3), *finished], silences)

    assert outage.running == 3


def test_the_last_two_of_a_hall_who_walked_out_are_no_outage():
    finished = [Run(attempt_id=number, starts=at(0), until=at(60)) for number in range(10, 40)]

    assert find_outages([*runs(2), *finished], [gap(number, 70, 90) for number in range(2)]) == []


def test_two_outages_stay_two():
    silences = [gap(number, first, first + 5) for number in range(3) for first in (10, 40)]

    assert [outage.starts for outage in find_outages(runs(3), silences)] == [at(10), at(40)]


def test_short_silences_are_nothing():
    assert find_outages(runs(3), [gap(number, 10, 10.5) for number in range(3)]) == []


def test_an_attempt_is_held_while_its_outage_is_undecided_but_not_for_ever():
    (outage,) = find_outages(runs(3), [gap(number, 10, 35) for number in range(3)])

    assert is_held(at(20), [outage], at(21))
    assert is_held(at(40), [outage], at(60))
    assert not is_held(at(5), [outage], at(21))  # its time was over before anything happened
    assert not is_held(at(20), [outage], at(66))  # half an hour after the outage
    assert not is_held(at(20), [], at(21))


def test_the_longest_hold_ends_even_while_everybody_stays_away():
    (outage,) = find_outages(runs(3, until=400), [gap(number, 80, 400, is_open=True) for number in range(3)])

    assert is_held(at(90), [outage], at(150))
    assert not is_held(at(90), [outage], at(151))


@st.composite
def silences(draw: st.DrawFn) -> tuple[int, list[Gap]]:
    count = draw(st.integers(1, 12))
    found = []
    for number in range(count):
        for _ in range(draw(st.integers(0, 2))):
            first = draw(st.integers(0, 80))
            found.append(gap(number, first, first + draw(st.integers(1, 30))))
    return count, found


@settings(suppress_health_check=[HealthCheck.too_slow])  # machines are shared
@given(silences())
def test_every_minute_of_an_outage_has_enough_silent_and_no_other_minute_has(case: tuple[int, list[Gap]]):
    count, gaps = case
    outages = find_outages(runs(count), gaps)

    for minute in range(90):
        middle = at(minute + 0.5)
        quiet = len({each.attempt_id for each in gaps if each.starts <= middle < each.until})
        is_out = quiet >= FEWEST and quiet >= SHARE * count
        assert is_out == any(outage.starts <= middle < outage.until for outage in outages)


@settings(suppress_health_check=[HealthCheck.too_slow])  # machines are shared
@given(silences())
def test_nobody_lost_more_than_offered_within_the_allowance(case: tuple[int, list[Gap]]):
    count, gaps = case

    for outage in find_outages(runs(count), gaps):
        assert outage.seconds >= outage.lost.total_seconds() > outage.seconds - 60
        assert outage.lost <= outage.until - outage.starts + dt.timedelta(minutes=6)
        for each in gaps:
            inside = min(each.until, outage.until) - max(each.starts, outage.starts)
            assert inside <= outage.lost
