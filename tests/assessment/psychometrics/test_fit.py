"""Fit of items and of the whole model: against mirt, by hand, for missing answers, and where there is too little."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from merit.assessment.psychometrics import DataProblem, calibrate, item_fit, model_fit, residual_fit

pytestmark = pytest.mark.unit


def simulate(seed, persons=1_200, items=10, steps=1):
    rng = np.random.default_rng(seed)
    theta, a = rng.normal(size=(persons, 1, 1)), rng.lognormal(0, 0.2, (items, 1))
    b = np.sort(rng.uniform(-1.5, 1.5, (items, steps)), axis=1)
    return (rng.random((persons, items, 1)) < 1 / (1 + np.exp(-a * (theta - b)))).sum(axis=2)


def test_residuals_by_hand():
    """At P = 1/2 every answer has z² = 1 and the same variance: both mean squares are 1, spread of outfit 0."""
    calibration = calibrate(simulate(1, items=2), "1pl", errors=False)

    found = residual_fit([[1, -1], [0, -1]], calibration, theta=[calibration.difficulty[0]] * 2)

    np.testing.assert_allclose((found.outfit[0], found.infit[0]), (1, 1), atol=1e-12)
    assert np.isnan(found.outfit[1])


@pytest.mark.parametrize(("model", "steps"), [("2pl", 1), ("grm", 2)])
def test_a_model_that_holds_fits(model, steps):
    rows = simulate(5, steps=steps)
    calibration = calibrate(rows, model, errors=False)

    items, whole = item_fit(rows, calibration), model_fit(rows, calibration)

    assert items.p_value.min() > 0.001
    assert np.abs(items.infit - 1).max() < 0.2
    assert whole.p_value > 0.01
    assert whole.rmsea < 0.03


def test_an_item_that_falls_with_ability_in_the_middle_does_not_fit():
    rows = simulate(6)
    total = rows[:, 1:].sum(axis=1)
    rows[:, 0] = np.where(np.abs(total - 5) < 2, 0, 1)

    calibration = calibrate(rows, errors=False)

    assert item_fit(rows, calibration).p_value[0] < 1e-6
    assert model_fit(rows, calibration).p_value < 1e-6


def test_two_forms_are_compared_each_on_its_own_and_rare_ones_named():
    rows = simulate(7)
    rows[:600, 7:] = -1
    rows[600:, :3] = -1
    rows[0, :5] = -1
    calibration = calibrate(rows, errors=False)

    items, whole = item_fit(rows, calibration), model_fit(rows, calibration)

    assert items.persons.tolist() == [599] * 3 + [1199] * 4 + [600] * 3
    assert DataProblem("fit-persons-left-out") in items.problems
    assert whole.df == 2 * 7 * 8 // 2 - calibration.parameters
    assert whole.persons == 1199
    assert whole.p_value > 0.001


def test_groups_and_anchors_count_what_was_estimated():
    rows, groups = simulate(8), np.arange(1_200) % 2
    calibration = calibrate(rows, "1pl", groups=groups, errors=False)

    found = model_fit(rows, calibration, groups=groups)

    assert found.df == 2 * 10 * 11 // 2 - calibration.parameters
    with pytest.raises(ValueError, match="several groups"):
        model_fit(rows, calibration)


def test_a_model_with_more_parameters_than_moments_is_named():
    rows = simulate(9, items=3)
    calibration = calibrate(rows, errors=False)

    found = model_fit(rows, calibration)

    assert found.problems == (DataProblem("fit-too-few-moments"),)
    assert np.isnan(found.m2)


def test_three_persons_give_no_fit():
    rows = simulate(10)
    calibration = calibrate(rows, errors=False)

    items, whole = item_fit(rows[:3], calibration), model_fit(rows[:3], calibration)

    assert np.isnan(items.s_x2).all()
    assert DataProblem("fit-item-unknown", item=0) in items.problems
    assert whole.problems == (DataProblem("fit-persons-left-out"), DataProblem("fit-too-few-moments"))


def test_items_that_always_agree_leave_directions_without_variance():
    rows = simulate(11)
    rows[:, 1] = rows[:, 0]
    calibration = calibrate(rows, errors=False)
    steep = calibration.discrimination.copy()
    steep[:2] = 4_000.0

    found = model_fit(rows, replace(calibration, discrimination=steep))

    assert np.isfinite([found.m2, found.rmsea, found.cfi]).all()
    assert 0 < found.df < 10 * 11 // 2
