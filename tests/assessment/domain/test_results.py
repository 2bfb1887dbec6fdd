"""Results: hand-worked estimates, and what must hold for any points."""

from decimal import Decimal
from math import log, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from merit.assessment.domain.results import (
    Mark,
    deviation,
    level_chances,
    match_standard,
    summarise,
)

pytestmark = pytest.mark.unit

CUTS = tuple(map(Decimal, (20, 40, 60, 80)))


def marks(*points: int | str, maximum: int | str = 1, competency: str = "M.01") -> list[Mark]:
    return [Mark(competency=competency, points=Decimal(p), maximum=Decimal(maximum)) for p in points]


def test_seven_of_ten_is_estimated_by_hand():
    # q = (7 + 2) / (10 + 4) = 9/14; se = 100 sqrt(9/14 * 5/14 / 14) = 12.806; logit = ln(9/5);
    # its se = 1 / sqrt(14 * 9/14 * 5/14) = sqrt(14/45).
    result = summarise(marks(*[1] * 7, *[0] * 3), cuts=CUTS)

    assert (result.items, result.raw, result.maximum, result.scaled, result.level) == (10, 7, 10, 70, 4)
    assert float(result.scaled_se) == pytest.approx(100 * sqrt(9 / 14 * 5 / 14 / 14), abs=1e-6)
    assert float(result.ability) == pytest.approx(log(9 / 5), abs=1e-6)
    assert float(result.ability_se) == pytest.approx(sqrt(14 / 45), abs=1e-6)


def test_probability_of_levels_is_that_of_the_normal_table():
    # 70 with an error of 10: Phi(5), Phi(3), Phi(1) = 0.841345, Phi(-1) = 0.158655.
    chances = level_chances(70.0, 10.0, [20.0, 40.0, 60.0, 80.0])

    assert chances == pytest.approx((0.0000003, 0.0013496, 0.1573054, 0.6826895, 0.1586553), abs=1e-6)
    assert deviation((0.0, 0.0, 0.5, 0.5, 0.0)) == pytest.approx(0.5)


def test_items_of_different_weight_count_as_fewer_equal_ones():
    # Maxima 5 and 1: n = 36 / 26; share 5/6; q = (36/26 * 5/6 + 2) / (36/26 + 4).
    result = summarise([*marks(5, maximum=5), *marks(0)], cuts=CUTS)

    n = 36 / 26
    q = (n * 5 / 6 + 2) / (n + 4)
    assert float(result.scaled) == pytest.approx(83.333333)
    assert float(result.scaled_se) == pytest.approx(100 * sqrt(q * (1 - q) / (n + 4)), abs=1e-6)


def test_weights_of_competencies_change_the_whole_and_not_the_points():
    both = [*marks(1, 1), *marks(0, 0, competency="M.02")]

    plain = summarise(both, cuts=CUTS)
    weighed = summarise(both, cuts=CUTS, weights={"M.01": Decimal(3)})

    assert (plain.scaled, weighed.scaled) == (50, 75)
    assert (plain.raw, plain.maximum) == (weighed.raw, weighed.maximum) == (2, 4)


def test_nothing_that_counts_gives_no_level():
    result = summarise([], cuts=CUTS)

    assert (result.scaled, result.level, result.probabilities) == (None, None, ())


@pytest.mark.parametrize(("points", "level"), [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 5)])
def test_a_cut_begins_its_level(points, level):
    assert summarise(marks(*[1] * points, *[0] * (5 - points)), cuts=CUTS).level == level


def test_surplus_does_not_fill_a_gap():
    # min(5,3) + min(2,3) = 5 of 6; SK.01 is required and was not measured.
    match = match_standard({"M.01": 5, "M.02": 2, "X": 4}, {"M.01": 3, "M.02": 3, "SK.01": 3})

    assert (match.points, match.required, match.percent) == (5, 6, Decimal("83.333333"))
    assert (match.measured, match.missing) == (("M.01", "M.02"), ("SK.01",))


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(1, 4)), min_size=1, max_size=60))
def test_any_points_give_a_sound_result(pairs):
    result = summarise(
        [Mark(competency="M.01", points=Decimal(min(p, m)), maximum=Decimal(m)) for p, m in pairs], cuts=CUTS
    )

    assert 0 <= result.scaled <= 100
    assert result.scaled_se > 0
    assert result.ability_se > 0
    assert abs(sum(result.probabilities) - 1) <= Decimal("0.000005")
    assert all(chance >= 0 for chance in result.probabilities)
    assert 0 <= result.level_se <= 2


@given(st.integers(2, 80).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n - 1))))
def test_one_more_right_answer_never_lowers_anything(case):
    n, right = case
    less = summarise(marks(*[1] * right, *[0] * (n - right)), cuts=CUTS)
    more = summarise(marks(*[1] * (right + 1), *[0] * (n - right - 1)), cuts=CUTS)

    assert more.ability > less.ability
    assert more.level >= less.level
    at_least = [sum(more.probabilities[level:]) - sum(less.probabilities[level:]) for level in range(1, 5)]
    assert min(at_least) >= Decimal("-0.000005")


@given(st.permutations([(1, 1), (0, 1), (3, 5), (2, 4), (0, 2)]))
def test_order_of_items_means_nothing(order):
    def of(pairs):
        return summarise([Mark(competency="M", points=Decimal(p), maximum=Decimal(m)) for p, m in pairs], cuts=CUTS)

    assert of(order) == of([(1, 1), (0, 1), (3, 5), (2, 4), (0, 2)])
