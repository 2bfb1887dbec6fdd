"""Conditional estimates against eRm, by hand, and against marginal ones."""

from __future__ import annotations

import numpy as np
import pytest

from merit.assessment.psychometrics import (
    DataProblem,
    UnusableResponsesError,
    andersen_test,
    calibrate,
    calibrate_conditionally,
)

pytestmark = pytest.mark.unit


def close(found, expected, tolerance=1e-4):
    np.testing.assert_allclose(found, np.asarray(expected, dtype=float), rtol=0, atol=tolerance)


def test_two_items_by_hand():
    """Of those with one right answer 30 have the first right, 10 the second: b2 - b1 = ln 3, b = -+ ln 3 / 2."""
    found = calibrate_conditionally([[1, 0], [0, 1], [1, 1]], weights=[30, 10, 7])

    close(found.difficulty, [-np.log(3) / 2, np.log(3) / 2], 1e-8)
    close(found.log_likelihood, 30 * np.log(0.75) + 10 * np.log(0.25), 1e-8)
    close(found.easiness_error[:, 0], np.sqrt(1 / 30 + 1 / 10) / 2, 1e-6)


def test_answers_missing_by_design_place_items_of_two_forms_on_one_scale():
    rng = np.random.default_rng(3)
    b = np.linspace(-1.5, 1.5, 9)
    rows = (rng.random((2_000, 9)) < 1 / (1 + np.exp(-(rng.normal(size=(2_000, 1)) - b)))).astype(int)
    rows[:1_000, 6:] = -1
    rows[1_000:, :3] = -1

    found, marginal = calibrate_conditionally(rows), calibrate(rows, "1pl", errors=False)

    close(found.difficulty, b, 0.25)
    close(found.difficulty, (marginal.difficulty - marginal.difficulty.mean()) * marginal.discrimination[0], 0.05)


def test_an_item_nobody_did_better_on_is_named_and_the_rest_estimated():
    """The third item is solved only by those who solved everything: its place above the others is unknown."""
    rows = [[1, 0, 0], [0, 1, 0], [0, 0, 0], [1, 1, 0], [1, 1, 1]]

    found = calibrate_conditionally(rows)

    assert DataProblem("item-separated", item=2) in found.problems
    assert np.isfinite(found.difficulty[:2]).all()
    assert np.isnan(found.thresholds[2, 0])


def test_perfectly_separated_answers_are_refused():
    with pytest.raises(UnusableResponsesError) as refusal:
        calibrate_conditionally([[0, 0, 0], [1, 0, 0], [1, 1, 0], [1, 1, 1]])

    assert refusal.value.code == "responses-not-comparable"


def test_an_item_that_is_too_easy_for_one_group_is_named():
    rng = np.random.default_rng(4)
    rows = (rng.random((300, 5)) < 0.6).astype(int)
    rows[150:, 4] = 1

    found = andersen_test(rows, groups=np.repeat([0, 1], 150))

    assert found.problems == (DataProblem("item-not-in-all-groups", item=4),)
    assert found.df == 3


def test_who_cannot_be_compared_is_refused():
    rows = [[1, 0], [0, 1]]

    with pytest.raises(UnusableResponsesError, match="one integer per row"):
        andersen_test(rows, groups=[1])
    with pytest.raises(UnusableResponsesError, match="nobody"):
        andersen_test(np.zeros((0, 2), dtype=int))


def test_one_answer_alone_compares_nothing():
    """Whoever answered one item only enters no sum score of two: the estimates stay."""
    rows = [[1, 0], [0, 1], [1, -1], [-1, -1]]

    close(calibrate_conditionally(rows, weights=[3, 1, 5, 2]).difficulty, [-np.log(3) / 2, np.log(3) / 2], 1e-8)
