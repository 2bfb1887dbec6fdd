import datetime as dt
from decimal import Decimal

import pytest

from merit.performance.domain.cycle import check_ratings, cycle_period, last_day_to_object, may_object, needs_reason
from merit.performance.domain.distribution import Advice, advise
from merit.performance.domain.superiors import Lines, find_superior

pytestmark = pytest.mark.unit

# City 1 > agency 2 > division 3; 10 leads the city, 20 the agency, 30 the division; 31 and 32 serve in it.
LINES = Lines(
    parents={1: None, 2: 1, 3: 2},
    leaders={1: [10], 2: [20], 3: [30]},
    units={10: 1, 20: 2, 30: 3, 31: 3, 32: 3},
    led={10: [1], 20: [2], 30: [3]},
)


@pytest.mark.parametrize(("official", "superior"), [(31, 30), (30, 20), (20, 10), (10, None), (99, None)])
def test_superior_leads_the_unit_or_the_next_above(official, superior):
    assert find_superior(official, LINES) == superior


def test_superior_of_a_unit_without_head_is_found_above():
    lines = Lines(parents={1: None, 2: 1}, leaders={1: [10]}, units={20: 2}, led={10: [1]})

    assert find_superior(20, lines) == 10


def test_nobody_is_guessed_where_two_lead():
    lines = Lines(parents={1: None, 2: 1}, leaders={1: [10], 2: [20, 21]}, units={30: 2}, led={})

    assert find_superior(30, lines) is None


def test_superior_search_ends_in_a_circle_of_units():
    assert find_superior(30, Lines(parents={1: 2, 2: 1}, leaders={}, units={30: 1})) is None


def test_predicate_told_must_follow_from_the_matrix():
    # above x above is Sangat Baik (5), meets x below is Kurang/Misconduct (2)
    assert check_ratings(3, 3, told=5) is None
    assert check_ratings(2, 1, told=4) == "predicate-contradicts"
    assert check_ratings(2, 1) is None
    assert check_ratings(0, 2) == "rating-unknown"


def test_only_extremes_need_a_reason():
    assert [needs_reason(predicate) for predicate in range(1, 6)] == [True, True, False, False, True]


def test_objection_ends_fourteen_days_after_the_appraisal_was_handed_over():
    handed_over = dt.date(2026, 1, 5)

    assert last_day_to_object(handed_over) == dt.date(2026, 1, 19)
    assert may_object(handed_over, dt.date(2026, 1, 19))
    assert not may_object(handed_over, dt.date(2026, 1, 20))


@pytest.mark.parametrize(
    ("quarter", "first", "last"),
    [(0, "2025-01-01", "2025-12-31"), (1, "2025-01-01", "2025-03-31"), (4, "2025-10-01", "2025-12-31")],
)
def test_cycle_period_is_a_year_or_a_quarter(quarter, first, last):
    assert cycle_period(2025, quarter) == (dt.date.fromisoformat(first), dt.date.fromisoformat(last))


def test_guidance_shows_shares_beside_what_the_unit_predicate_suggests():
    # 8 Baik and 2 Sangat Baik in a good unit: 80 % Baik is over 70 %, and nobody is below.
    advice = advise("baik", {4: 8, 5: 2})

    assert advice == [
        Advice(predicates=(4,), share=Decimal("0.8"), high=Decimal("0.7")),
        Advice(predicates=(3, 2), share=Decimal(0), low=Decimal("0.1")),
    ]
    assert [line.is_met for line in advice] == [False, False]


def test_guidance_of_a_weak_unit_caps_the_best():
    # 6 of 10 Kurang (from 60 %), 2 Butuh Perbaikan (from 10 %), 2 Sangat Baik (up to 10 %)
    advice = advise("kurang", {2: 6, 3: 2, 5: 2})

    assert [(line.predicates, line.is_met) for line in advice] == [((2,), True), ((3,), True), ((5,), False)]


def test_guidance_needs_a_unit_predicate_and_somebody_rated():
    assert advise("", {4: 1}) == []
    assert advise("baik", {}) == []
