"""Paired gains and pooled levels, worked by hand."""

from __future__ import annotations

import pytest

from merit.training.domain.gain import Pair, expected_level, is_measurable, paired_gain

pytestmark = pytest.mark.unit


def make_pair(before: float, after: float, se: float = 0.1) -> Pair:
    return Pair(before=before, before_se=se, after=after, after_se=se)


def test_gain_is_the_mean_difference_with_student_t():
    # d = 1, 0, 2: mean 1, s^2 = 1, s / sqrt(3) = 0.57735; measurement sqrt(3 * 0.02) / 3 = 0.08165 is smaller;
    # t(2; 0.975) = 4.30265, half width 2.48414
    gain = paired_gain([make_pair(2, 3), make_pair(2, 2), make_pair(2, 4)])

    assert (gain.persons, gain.gain, gain.before, gain.after) == (3, 1.0, 2.0, 3.0)
    assert gain.se == pytest.approx(0.57735, abs=1e-5)
    assert (gain.low, gain.high) == pytest.approx((-1.48414, 3.48414), abs=1e-4)
    assert not gain.by_measurement


def test_gain_never_claims_more_than_the_tests_measure():
    # equal differences have no spread; the errors do: sqrt(2 * (0.3^2 + 0.3^2)) / 2 = 0.3
    gain = paired_gain([make_pair(2, 3, 0.3), make_pair(3, 4, 0.3)])

    assert gain.se == pytest.approx(0.3)
    assert gain.high - gain.gain == pytest.approx(1.959964 * 0.3, abs=1e-6)
    assert gain.by_measurement


def test_gain_of_one_person_rests_on_measurement():
    gain = paired_gain([make_pair(2, 3, 0.3)])

    assert gain.by_measurement
    assert gain.se == pytest.approx(0.18**0.5)


def test_gain_needs_somebody():
    with pytest.raises(ValueError, match="pair"):
        paired_gain([])


def test_one_person_without_errors_shows_no_gain():
    assert not is_measurable([make_pair(2, 3, 0)])
    assert is_measurable([make_pair(2, 3, 0), make_pair(2, 3, 0)])
    assert is_measurable([make_pair(2, 3, 0.3)])


def test_expected_level_of_two_likely_levels():
    # 0.5 * 2 + 0.5 * 3 = 2.5, SD 0.5
    assert expected_level([0, 0.5, 0.5, 0, 0]) == (2.5, 0.5)
