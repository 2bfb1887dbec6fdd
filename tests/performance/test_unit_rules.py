"""Rules of agreements, awards, complaints and satisfaction, with hand-worked numbers."""

import datetime as dt
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from merit.performance.domain import national_holidays, working_calendar
from merit.performance.domain.awards import AWARDS, load_awards, rank_units
from merit.performance.domain.complaints import (
    Age,
    Case,
    Refusal,
    Step,
    find_contradiction,
    find_refusal,
    measure_ages,
    take,
)
from merit.performance.domain.satisfaction import (
    SKM_ELEMENTS,
    Interval,
    class_of,
    find_interval,
    index_of,
    widest_deviation,
)
from merit.performance.domain.shares import wilson
from merit.performance.domain.unit_agreement import Doubt, Line, achieved_percent, find_doubt, sum_up
from merit.reference import load_document

pytestmark = pytest.mark.unit

TODAY = dt.date(2026, 6, 30)
MONDAY = dt.date(2026, 6, 8)


def line(indicator, quarter, target, realised, *, lower=False):
    reached = None if realised is None else Decimal(realised)
    return Line(indicator=indicator, quarter=quarter, target=Decimal(target), realised=reached, lower_is_better=lower)


@pytest.mark.parametrize(
    ("target", "realised", "lower", "percent"),
    [
        ("80", "60", False, "75.00"),
        # 12 days where 10 were meant: (2 - 12/10) * 100
        ("10", "12", True, "80.00"),
        ("10", "8", True, "120.00"),
        ("10", "25", True, "0.00"),
        ("3", "1", False, "33.33"),
        ("0", "5", False, None),
        ("80", None, False, None),
    ],
)
def test_achievement_is_realised_by_target(target, realised, lower, percent):
    got = achieved_percent(Decimal(target), None if realised is None else Decimal(realised), lower_is_better=lower)

    assert got == (None if percent is None else Decimal(percent))


@pytest.mark.parametrize(
    ("percent", "realised", "reason", "doubt"),
    [
        ("100", "80", "", None),
        ("150", "120", "", None),
        ("151", "121", "", Doubt.NEEDS_REASON),
        ("151", "121", "Tambahan anggaran pusat.", None),
        ("900", "720", "Tambahan anggaran pusat.", Doubt.IMPOSSIBLE),
        ("0", "-1", "", Doubt.NEGATIVE),
        (None, "5", "", None),
    ],
)
def test_achievement_far_above_the_target_is_doubted(percent, realised, reason, doubt):
    got = find_doubt(None if percent is None else Decimal(percent), Decimal(realised), reason)

    assert got == doubt


def test_a_year_is_the_mean_of_the_newest_quarters_each_capped():
    # A: quarter 2 says 90 %; B: 200 % counts as 150; C says nothing. (90 + 150) / 2 = 120
    lines = [line("A", 1, 10, 5), line("A", 2, 10, 9), line("B", 1, 10, 20), line("C", 1, 10, None)]

    year = sum_up(lines)

    assert (year.percent, year.silent) == (Decimal("120.00"), ("C",))
    assert [(used.indicator, used.quarter) for used in year.lines] == [("A", 2), ("B", 1)]
    assert sum_up([]).percent is None


def test_equal_figures_share_a_rank_and_units_without_one_have_none():
    figures = {1: Decimal(80), 2: Decimal(90), 3: None, 4: Decimal(80), 5: Decimal(10)}

    assert rank_units(figures) == {2: 1, 1: 2, 4: 2, 5: 4}


def test_the_award_categories_are_those_of_the_data_file():
    assert tuple(load_awards()) == AWARDS
    assert tuple(load_document("satisfaction")["elements"]) == SKM_ELEMENTS


def test_wilson_interval_of_eight_of_ten():
    # z² = 3.8415; centre = (0.8 + 0.19207) / 1.38415 = 0.71674; half = 1.95996/1.38415 * sqrt(0.016 + 0.0096036)
    share = wilson(8, 10)

    assert (share.value, round(share.low, 4), round(share.high, 4)) == (0.8, 0.4902, 0.9433)


def test_wilson_of_no_case_is_nothing_and_of_more_than_all_an_error():
    assert wilson(0, 0).value is None
    with pytest.raises(ValueError, match="some of the cases"):
        wilson(3, 2)


@given(st.integers(1, 500), st.data())
def test_wilson_contains_the_share_and_stays_in_range(total, data):
    good = data.draw(st.integers(0, total))

    share = wilson(good, total)

    assert 0 <= share.low <= share.value + 1e-12
    assert share.value - 1e-12 <= share.high <= 1


def test_the_index_is_25_times_the_mean_of_nine_elements():
    means = dict.fromkeys(SKM_ELEMENTS, Decimal("3.2")) | {"biaya": Decimal(4), "sarana": Decimal("2.4")}

    # (7 * 3.2 + 4 + 2.4) / 9 = 3.2, times 25
    assert index_of(means) == Decimal("80.00")
    assert class_of(Decimal("80.00")) == "B"
    with pytest.raises(ValueError, match="nine"):
        index_of({"biaya": Decimal(4)})
    with pytest.raises(ValueError, match="between 1 and 4"):
        index_of(dict.fromkeys(SKM_ELEMENTS, Decimal(5)))


def test_the_interval_of_an_index_needs_number_and_deviation():
    # 1.96 * 10 / sqrt(100) = 1.96
    got = find_interval(Decimal(80), 100, Decimal(10))

    assert (round(got.low, 2), round(got.high, 2)) == (78.04, 81.96)
    assert find_interval(Decimal(99), 4, Decimal(10)) == Interval(low=pytest.approx(89.2, abs=0.01), high=100.0)
    assert find_interval(Decimal(80), None, Decimal(10)) is None
    # Half of them at 25, half at 100: 37.5 · √(n / (n - 1)).
    assert [widest_deviation(n) for n in (1, 2, 10)] == [Decimal(0), Decimal("53.033009"), Decimal("39.528471")]


CLOSED = Case(received=MONDAY, answered=MONDAY, closed=MONDAY + dt.timedelta(days=2))


@pytest.mark.parametrize(
    ("case", "step", "on", "refusal"),
    [
        (Case(received=MONDAY), Step.CLOSE, MONDAY - dt.timedelta(days=1), Refusal.BEFORE_RECEIVED),
        (Case(received=MONDAY), Step.ANSWER, TODAY + dt.timedelta(days=1), Refusal.FUTURE),
        (Case(received=MONDAY), Step.ANSWER, MONDAY, None),
        (Case(received=MONDAY, answered=MONDAY), Step.ANSWER, MONDAY, Refusal.ANSWERED),
        (Case(received=MONDAY), Step.REOPEN, MONDAY, Refusal.NOT_CLOSED),
        (CLOSED, Step.CLOSE, TODAY, Refusal.CLOSED),
        (CLOSED, Step.REOPEN, MONDAY, Refusal.REOPENED_EARLY),
        (CLOSED, Step.REOPEN, TODAY, None),
        (take(CLOSED, Step.REOPEN, TODAY), Step.CLOSE, TODAY, Refusal.CLOSED_AGAIN_EARLY),
    ],
)
def test_steps_of_a_complaint_follow_each_other(case, step, on, refusal):
    assert find_refusal(case, step, on, TODAY) == refusal


def test_a_closing_that_comes_first_is_the_first_answer_too():
    closed = take(Case(received=MONDAY), Step.CLOSE, TODAY)

    assert closed == Case(received=MONDAY, answered=TODAY, closed=TODAY)
    assert (closed.state, take(closed, Step.REOPEN, TODAY).state) == ("closed", "reopened")
    assert [Case(received=MONDAY).state, Case(received=MONDAY, answered=MONDAY).state] == ["waiting", "answered"]


def test_dates_of_a_record_may_not_contradict_each_other():
    early = MONDAY - dt.timedelta(days=1)

    assert find_contradiction(CLOSED, TODAY) is None
    assert find_contradiction(Case(received=MONDAY, closed=early), TODAY) == Refusal.BEFORE_RECEIVED
    assert find_contradiction(Case(received=MONDAY), early) == Refusal.FUTURE
    assert find_contradiction(Case(received=MONDAY, reopened=TODAY), TODAY) == Refusal.NOT_CLOSED


def test_age_counts_working_days_without_national_and_own_holidays():
    # Monday 8 June; 16 June is 1 Muharram, 10 June the agency's own: five working days later is Wednesday 17 June.
    workdays = working_calendar(2026, 2026, (dt.date(2026, 6, 10),))

    (age,) = measure_ages([MONDAY], [5], dt.date(2026, 6, 15), workdays)

    assert age == Age(days=4, deadline=dt.date(2026, 6, 17), left=1)
    assert (age.state, measure_ages([], [], TODAY, workdays)) == ("soon", [])


def test_age_past_the_deadline_is_below_zero():
    (late,) = measure_ages([MONDAY], [5], dt.date(2026, 6, 19), working_calendar(2026, 2026))
    (fresh,) = measure_ages([MONDAY], [14], MONDAY, working_calendar(2026, 2026))

    # deadline Monday 15 June; Wednesday 17, Thursday 18, Friday 19 are past it (16 June is a holiday)
    assert (late.left, late.state) == (-3, "late")
    assert (fresh.days, fresh.left, fresh.state) == (0, 14, "in_time")


def test_national_holidays_have_their_names():
    days = national_holidays(2026, 2026)

    assert days[dt.date(2026, 8, 17)] == "Hari Kemerdekaan Republik Indonesia"
    assert not np.is_busday(np.datetime64("2026-08-17"), busdaycal=working_calendar(2026, 2026))
