"""Cuts from outcomes: rising curves, named lacks, the same result twice."""

import numpy as np
import pytest

from merit.assessment.domain.outcome_cuts import OutcomeLack, calibrate_cuts

pytestmark = pytest.mark.unit

TRUE_CUTS = np.array([-1.5, -0.5, 0.5, 1.5])


def people(count, seed=1):
    rng = np.random.default_rng(seed)
    theta = rng.normal(0, 1.4, count)
    return theta, 1 + (theta[:, None] + rng.normal(0, 0.4, (count, 1)) >= TRUE_CUTS).sum(axis=1)


def test_cuts_lie_where_half_of_the_people_reach_the_level():
    found = calibrate_cuts(*people(1500), samples=40)

    assert found.lacks == ()
    assert found.cuts == pytest.approx(TRUE_CUTS, abs=0.25)
    assert all(0 < error < 0.4 for error in found.errors)
    assert all((np.diff(curve.share) >= 0).all() for curve in found.curves)
    assert all((curve.low <= curve.high).all() for curve in found.curves)


def test_a_higher_probability_asks_for_more_ability():
    half, most = (calibrate_cuts(*people(600), probability=p, samples=10).cuts for p in (0.5, 0.8))

    assert all(low < high for low, high in zip(half, most, strict=True))


def test_the_same_people_give_the_same_curve():
    assert calibrate_cuts(*people(200), samples=10).errors == calibrate_cuts(*people(200), samples=10).errors


def test_what_is_missing_is_counted():
    theta, levels = people(300)

    few = calibrate_cuts(theta[:40], levels[:40]).lacks
    one_sided = calibrate_cuts(theta, np.minimum(levels, 4), samples=5)

    assert [(lack.code, lack.count, lack.needed) for lack in few] == [(OutcomeLack.PERSONS, 40, 100)]
    assert [(lack.code, lack.level, lack.count) for lack in one_sided.lacks] == [(OutcomeLack.REACHED, 5, 0)]
    assert one_sided.cuts == ()
