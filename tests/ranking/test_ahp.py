"""Weights from judgements of pairs, against worked and published examples."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from merit.ranking.engine.ahp import (
    SCALE,
    combine,
    inner_digits,
    matrix_of,
    pairs_of,
    ratio_of,
    rounded,
    weigh,
)

pytestmark = pytest.mark.unit


def reciprocal(rows):
    """The matrix whose upper triangle is given row by row on Saaty's scale."""
    members = [str(place) for place in range(len(rows) + 1)]
    return matrix_of(members, dict(zip(pairs_of(members), [value for row in rows for value in row], strict=True)))


# T. L. Saaty, "How to make a decision: the AHP", European Journal of Operational Research 48 (1990): the house.
HOUSE = [
    [5, 3, 7, 6, 6, -3, -4],
    [-3, 5, 3, 3, -5, -7],
    [6, 3, 4, 6, -5],
    [-3, -4, -7, -8],
    [-2, -5, -6],
    [-5, -6],
    [-2],
]
# T. L. Saaty, "Decision making with the AHP", Int. J. Services Sciences 1 (2008), table 2: which drink is had most.
DRINKS = [
    [9, 5, 2, 1, 1, -2],
    [-3, -9, -9, -9, -9],
    [-3, -4, -3, -9],
    [-2, 1, -3],
    [2, -2],
    [-3],
]


def test_three_members_worked_by_hand():
    # a:b = 3, a:c = 5, b:c = 3. For three members the eigenvector is the geometric mean of the rows:
    # cube roots of 15, 1, 1/15 = 2.46621, 1, 0.40548, sum 3.87169; λ = 1 + k + 1/k with k = (5/9)^(1/3) = 0.82207.
    result = weigh(reciprocal([[3, 5], [3]]))

    assert result.weights == pytest.approx((0.636986, 0.258285, 0.104729), abs=1e-6)
    assert result.eigenvalue == pytest.approx(3.038511, abs=1e-6)
    assert result.consistency_index == pytest.approx(0.019256, abs=1e-6)
    assert result.consistency_ratio == pytest.approx(0.0332, abs=1e-4)
    assert result.oddity is None


def test_drinks_give_the_published_weights():
    result = weigh(reciprocal(DRINKS))

    assert result.weights == pytest.approx((0.177, 0.019, 0.042, 0.116, 0.190, 0.129, 0.327), abs=6e-4)
    assert result.is_consistent


def test_house_gives_the_published_weights_and_its_oddest_judgement():
    result = weigh(reciprocal(HOUSE))

    assert result.weights == pytest.approx((0.173, 0.054, 0.188, 0.018, 0.031, 0.036, 0.167, 0.333), abs=6e-4)
    assert result.eigenvalue == pytest.approx(9.669, abs=1e-3)
    assert result.consistency_ratio == pytest.approx(0.169, abs=1e-3)
    assert not result.is_consistent
    # Saaty 2003 (EJOR 145): neighbourhood against financing, judged 6, should be about one half.
    assert (result.oddity.first, result.oddity.second, result.oddity.stated) == (2, 6, 6.0)
    assert result.oddity.suggestion == -2
    assert result.oddity.ratio_after < 0.1


def test_two_members_cannot_contradict_each_other():
    result = weigh(reciprocal([[9]]))

    assert result.weights == pytest.approx((0.9, 0.1))
    assert (result.consistency_ratio, result.oddity) == (0.0, None)


def test_a_missing_pair_is_an_error():
    with pytest.raises(KeyError):
        matrix_of(["a", "b", "c"], {("a", "b"): 3, ("a", "c"): 2})


def test_drafters_are_combined_by_the_geometric_mean():
    # 9 and 1/4 give √(9/4) = 1.5; the mean of opposites is equality.
    together = combine([reciprocal([[9]]), reciprocal([[-4]])])

    assert together[0, 1] == pytest.approx(1.5)
    assert together[1, 0] == pytest.approx(1 / 1.5)
    assert combine([reciprocal([[7]]), reciprocal([[-7]])])[0, 1] == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("weights", "digits", "expected"),
    [
        ((1 / 3, 1 / 3, 1 / 3), 4, ("0.3334", "0.3333", "0.3333")),
        ((0.6369, 0.2583, 0.1048), 2, ("0.64", "0.26", "0.10")),
        ((0.995, 0.004, 0.001), 2, ("0.98", "0.01", "0.01")),
    ],
)
def test_rounding_sums_to_one_and_lets_nobody_vanish(weights, digits, expected):
    assert rounded(weights, digits) == tuple(map(Decimal, expected))


@pytest.mark.parametrize(
    ("pillar", "digits"), [("1", 4), ("0.5", 3), ("0.4", 3), ("0.45", 2), ("0.375", 1), ("0.3333", 0)]
)
def test_weights_inside_a_pillar_stay_within_four_effective_decimals(pillar, digits):
    assert inner_digits(Decimal(pillar)) == digits


judgements = st.integers(3, 7).flatmap(
    lambda n: st.lists(st.sampled_from(SCALE), min_size=n * (n - 1) // 2, max_size=n * (n - 1) // 2).map(
        lambda values: (n, values)
    )
)


@settings(max_examples=25, deadline=None)
@given(judgements)
def test_weights_are_positive_sum_to_one_and_solve_the_eigenvalue_equation(drawn):
    n, values = drawn
    members = [str(place) for place in range(n)]
    matrix = matrix_of(members, dict(zip(pairs_of(members), values, strict=True)))

    result = weigh(matrix)
    weights = np.array(result.weights)

    assert (weights > 0).all()
    assert weights.sum() == pytest.approx(1)
    assert matrix @ weights == pytest.approx(result.eigenvalue * weights, rel=1e-6)
    assert result.eigenvalue >= n - 1e-9


@settings(max_examples=25, deadline=None)
@given(judgements)
def test_turning_all_judgements_round_turns_a_pair_round(drawn):
    n, values = drawn
    members = [str(place) for place in range(n)]
    matrix = matrix_of(members, dict(zip(pairs_of(members), values, strict=True)))
    order = list(reversed(range(n)))

    assert weigh(matrix[np.ix_(order, order)]).weights == pytest.approx(weigh(matrix).weights[::-1], abs=1e-9)


@given(st.lists(st.floats(0.01, 10), min_size=3, max_size=7))
def test_consistent_judgements_give_back_their_weights(sizes):
    weights = np.array(sizes) / sum(sizes)

    result = weigh(weights[:, None] / weights[None, :])

    assert result.weights == pytest.approx(tuple(weights), rel=1e-9)
    assert result.consistency_ratio == pytest.approx(0, abs=1e-9)


@given(st.lists(st.floats(1e-6, 1), min_size=2, max_size=10), st.integers(2, 4))
def test_rounded_weights_sum_exactly_to_one(sizes, digits):
    result = rounded([size / sum(sizes) for size in sizes], digits)

    assert sum(result) == 1
    assert all(weight >= Decimal(1).scaleb(-digits) for weight in result)


@pytest.mark.parametrize(("judgement", "ratio"), [(1, 1.0), (9, 9.0), (-4, 0.25)])
def test_the_scale_reads_both_ways(judgement, ratio):
    assert ratio_of(judgement) == ratio


def test_the_suggestion_is_never_what_was_judged_already():
    # Six times 9 in a chain: 9 for the ends, where 27 would fit, cannot be mended on the scale; 9 for neighbours can.
    members = ("a", "b", "c", "d")
    odd = weigh(matrix_of(members, dict.fromkeys(pairs_of(members), 9)))

    assert odd.oddity.suggestion != round(odd.oddity.stated)
    assert odd.oddity.ratio_after < odd.consistency_ratio


def test_a_matrix_worked_by_hand():
    # 3, 5, 3: the eigenvalue is 1 + r + 1/r with r = cbrt(3·3/5) for a reciprocal matrix of three.
    root = (9 / 5) ** (1 / 3)
    found = weigh(matrix_of("abc", {("a", "b"): 3, ("a", "c"): 5, ("b", "c"): 3}))

    assert found.eigenvalue == pytest.approx(1 + root + 1 / root)
    assert found.consistency_ratio == pytest.approx((root + 1 / root - 2) / 2 / 0.58)
    assert found.weights[0] / found.weights[1] == pytest.approx(15 ** (1 / 3))
