"""Classical figures of items by hand and against the published data."""

import numpy as np
import pytest

from merit.assessment.domain.item_statistics import (
    count_options,
    discriminations,
    facilities,
    median_seconds,
)

pytestmark = pytest.mark.unit


def test_facility_is_the_mean_share_of_those_who_got_the_item():
    shares = np.array([[1.0, np.nan], [0.0, 0.5], [0.5, np.nan]])

    assert facilities(shares) == [0.5, 0.5]


def test_discrimination_is_the_correlation_with_the_rest(shared):
    scored = np.loadtxt(shared / "data" / "psychometrics" / "sat12_scored.csv", delimiter=",", skiprows=1)

    found = discriminations(scored)

    rest = scored.sum(axis=1, keepdims=True) - scored
    expected = [np.corrcoef(scored[:, at], rest[:, at])[0, 1] for at in range(scored.shape[1])]
    assert found == pytest.approx(expected)


def test_too_few_or_equal_answers_discriminate_nothing():
    few, equal = np.eye(5), np.ones((20, 3))

    assert discriminations(few) == [None] * 5
    assert discriminations(equal) == [None] * 3


def test_blank_answers_are_counted_apart():
    assert count_options([("B",), (), ("A", "B")]) == {"": 1, "A": 1, "B": 2}


def test_the_middle_of_the_seconds_is_told_where_any_are_known():
    assert median_seconds([12.0, 300.0, 14.26, 15.0]) == 14.6
    assert median_seconds([]) is None
