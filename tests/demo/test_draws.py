"""Draws that must be the same next year."""

from __future__ import annotations

import numpy as np
import pytest

from merit.demo.draws import Draws

pytestmark = pytest.mark.unit


def test_uniform_is_fixed_by_seed_and_name():
    # First 53 bits of Philox4x64 keyed with SHA-256("merit-demo/7/x"); a change here changes every city.
    assert [round(float(u), 12) for u in Draws(7).stream("x").uniform(3)] == [
        0.427830897601,
        0.585001273248,
        0.064842550065,
    ]


def test_streams_of_other_names_differ():
    draws = Draws(7)

    assert not np.array_equal(draws.stream("a").uniform(4), draws.stream("b").uniform(4))


def test_pick_follows_the_weights():
    counts = np.bincount(Draws(1).stream("pick").pick((1, 3), 20_000))

    # Expected 5,000 of 20,000, standard deviation sqrt(20000 * 0.25 * 0.75) = 61.
    assert abs(int(counts[0]) - 5000) < 250


def test_poisson_has_its_mean():
    drawn = Draws(1).stream("poisson").poisson(np.full(20_000, 2.5))

    # Standard error of the mean sqrt(2.5 / 20000) = 0.011.
    assert abs(float(drawn.mean()) - 2.5) < 0.05


def test_order_is_a_permutation():
    assert sorted(Draws(1).stream("order").order(50)) == list(range(50))


def test_integers_include_both_ends():
    assert set(Draws(1).stream("integers").integers(1, 3, 500)) == {1, 2, 3}
