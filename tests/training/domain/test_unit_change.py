"""Changes of units around a class, by hand."""

from __future__ import annotations

import pytest

from merit.training.domain.unit_change import Change, difference, mean_change

pytestmark = pytest.mark.unit


def test_mean_change_by_hand():
    # 2, 4, 6: mean 4, s^2 = 4, t(0.975, 2) = 4.3027; half = 4.3027 x sqrt(4 / 3) = 4.9683
    found = mean_change([2.0, 4.0, 6.0])

    assert (found.mean, found.units) == (4.0, 3)
    assert (found.low, found.high) == pytest.approx((-0.9683, 8.9683), abs=1e-4)


def test_one_unit_has_no_interval_and_none_no_mean():
    assert mean_change([3.0]) == Change(3.0, None, None, 1)
    assert mean_change([]) is None
    assert difference([1.0, 2.0], []) is None
    assert difference([3.0], [1.0, 2.0]) == Change(1.5, None, None, 3)


def test_difference_of_changes_by_hand():
    # means 4 and 1; variances 4 and 1 over 3 units each: se^2 = 4/3 + 1/3 = 5/3
    # freedom = (5/3)^2 / ((4/3)^2 / 2 + (1/3)^2 / 2) = 2.9412; t = 3.2196; half = 3.2196 x 1.29099 = 4.1565
    found = difference([2.0, 4.0, 6.0], [0.0, 1.0, 2.0])

    assert found.mean == 3.0
    assert (found.low, found.high) == pytest.approx((3 - 4.1565, 3 + 4.1565), abs=5e-3)


def test_equal_changes_leave_no_doubt():
    assert difference([1.0, 1.0], [0.0, 0.0]) == Change(1.0, 1.0, 1.0, 4)
