import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from merit.assessment.domain.matching import job_person_match, level_probabilities, match_points
from merit.evidence import Surplus

pytestmark = pytest.mark.unit

STANDARD = np.full(9, 3, dtype=np.int64)


def test_level_probabilities_cut_the_normal_at_half_levels():
    (p,) = level_probabilities(np.array([3]), np.array([0.4]))

    # Phi(-0.5 / 0.4) = Phi(-1.25) = 0.105650, Phi(-1.5 / 0.4) = Phi(-3.75) = 0.000088; symmetric around 3.
    assert p == pytest.approx([0.000088, 0.105561, 0.788700, 0.105561, 0.000088], abs=1e-6)


def test_level_probabilities_absorb_the_tails_at_both_ends():
    p = level_probabilities(np.array([1, 5]), np.array([0.5, 0.5]))

    # P(1) = Phi(0.5 / 0.5) = Phi(1) = 0.841345, everything below included.
    assert p[:, [0, 4]] == pytest.approx(np.array([[0.841345, 0.0], [0.0, 0.841345]]), abs=1e-6)


def test_level_probabilities_without_error_are_certain():
    assert level_probabilities(np.array([2]), np.array([0.0])).tolist() == [[0, 1, 0, 0, 0]]


@given(st.integers(1, 5), st.integers(0, 5_000_000))
def test_level_probabilities_sum_to_one(level, millionths):
    p = level_probabilities(np.array([level]), np.array([millionths / 1_000_000]))

    assert (p >= 0).all()
    assert p.sum() == pytest.approx(1.0, abs=1e-12)


def test_capped_surplus_does_not_offset_a_gap():
    levels = np.array([[5, 2, 3, 3, 3, 3, 3, 3, 3]])

    # min(5,3) + 2 + 7 x 3 = 26 of 27
    assert match_points(levels, STANDARD, Surplus.CAPPED).tolist() == [26]
    assert job_person_match(np.array([26]), STANDARD).tolist() == [2600 / 27]


def test_offset_surplus_is_limited_by_the_whole_standard():
    levels = np.array([[5, 2, 3, 3, 3, 3, 3, 3, 3], [3, 2, 3, 3, 3, 3, 3, 3, 3]])

    # 28 and 26 levels against 27: the first counts as 27.
    assert match_points(levels, STANDARD, Surplus.OFFSET).tolist() == [27, 26]


@given(st.lists(st.integers(1, 5), min_size=9, max_size=9), st.integers(0, 8))
def test_a_better_level_never_lowers_the_match(levels, place):
    worse = np.array([levels])
    better = worse.copy()
    better[0, place] = min(5, better[0, place] + 1)

    for surplus in Surplus:
        assert match_points(better, STANDARD, surplus)[0] >= match_points(worse, STANDARD, surplus)[0]
