"""What every model and size must do: maxima are maxima, sparse equals dense, long tests lose nobody."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from merit.assessment.psychometrics import UnusableResponsesError, calibrate, empirical_reliability, score
from merit.assessment.psychometrics.estimation import parameters_of
from merit.assessment.psychometrics.expectation import Block
from merit.assessment.psychometrics.models import MODELS

pytestmark = pytest.mark.unit


def simulate(seed, persons, items, steps=1):
    rng = np.random.default_rng(seed)
    theta, a = rng.normal(size=(persons, 1, 1)), rng.lognormal(0, 0.2, (items, 1))
    b = np.sort(rng.uniform(-1.5, 1.5, (items, steps)), axis=1)
    return (rng.random((persons, items, 1)) < 1 / (1 + np.exp(-a * (theta - b)))).sum(axis=2)


@pytest.mark.parametrize(("model", "steps"), [("1pl", 1), ("3pl", 1), ("grm", 2), ("gpcm", 2), ("pcm", 2)])
def test_the_likelihood_is_highest_at_the_mle(model, steps):
    rows = simulate(1, 500, 8, steps)
    calibration = calibrate(rows, model, errors=False, max_iterations=60)
    grid = np.linspace(-6, 6, 24_001)
    everything = Block(np.arange(8), np.zeros((8, 0), dtype=np.int64), steps + 1)
    curves = np.log(MODELS[model].probabilities(parameters_of(calibration, everything), grid))
    mixed = rows[(rows.max(axis=1) > 0) & (rows.min(axis=1) < steps)][:20]
    likelihood = np.array([curves[np.arange(8), :, row].sum(axis=0) for row in mixed])
    inside = np.abs(grid[likelihood.argmax(axis=1)]) < 5.9

    found = score(mixed, calibration, "mle").theta

    np.testing.assert_allclose(found[inside], grid[likelihood.argmax(axis=1)][inside], atol=1e-3)
    assert inside.sum() > 10


def test_errors_of_sparse_answers_equal_those_of_dense_ones():
    """With items nobody met the same answers are few among many cells and are kept sparse."""
    rows = simulate(2, 300, 18)
    wider = np.concatenate((rows, np.full((300, 80), -1)), axis=1)

    dense, sparse = calibrate(rows), calibrate(wider)

    np.testing.assert_allclose(
        sparse.standard_errors.thresholds[:18], dense.standard_errors.thresholds, rtol=1e-6, atol=1e-8
    )


def test_a_test_of_two_thousand_items_underflows_nowhere():
    rng = np.random.default_rng(3)
    items = calibrate(simulate(3, 400, 20), "1pl", errors=False)
    repeats = 100
    long = replace(
        items,
        discrimination=np.tile(items.discrimination, repeats),
        intercepts=np.tile(items.intercepts, (repeats, 1)),
        categories=np.tile(items.categories, repeats),
        codes=items.codes * repeats,
    )
    rows = (rng.random((3, 2_000)) < 0.5).astype(int)

    found, solved = score(rows, long), score(rows, long, "mle")

    np.testing.assert_allclose(found.theta, solved.theta, atol=0.01)
    np.testing.assert_allclose(found.standard_error, solved.standard_error, rtol=0.01)


def test_reliability_of_one_person_is_unknown():
    items = calibrate(simulate(4, 200, 5), errors=False)

    assert np.isnan(empirical_reliability(score([[1, 0, 1, 0, 1]], items)))


def test_unknown_methods_and_items_are_refused():
    items = calibrate(simulate(5, 200, 5), errors=False)

    with pytest.raises(ValueError, match="Unknown method"):
        score([[1, 0, 1, 0, 1]], items, "mode")
    with pytest.raises(ValueError, match="number of items"):
        score([[1, 0]], items)


def test_missing_numbers_are_missing_answers_and_fractions_are_refused():
    rows = simulate(6, 300, 6)
    holes = rows.astype(float)
    rows[::7, 2], holes[::7, 2] = -1, np.nan

    np.testing.assert_array_equal(
        calibrate(holes, errors=False).discrimination, calibrate(rows, errors=False).discrimination
    )
    for odd in ([[0.5, 1.0]], [["A", "B"]], [[np.inf, 1.0]]):
        with pytest.raises(UnusableResponsesError, match="whole numbers"):
            calibrate(odd)
