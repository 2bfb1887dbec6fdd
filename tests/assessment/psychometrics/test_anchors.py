"""Groups of different ability, and items whose parameters are known beforehand."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest

from merit.assessment.psychometrics import DataProblem, UnusableResponsesError, calibrate, model_fit

pytestmark = pytest.mark.unit
ITEMS = 16


class Known(NamedTuple):
    model: str
    discrimination: float
    thresholds: tuple[float, ...]
    guessing: float = 0.0


@pytest.fixture(scope="module")
def able():
    """2,000 persons of theta ~ N(1.2, 0.7) and the items they answered."""
    rng = np.random.default_rng(1)
    theta, a, b = rng.normal(1.2, 0.7, (2_000, 1)), rng.lognormal(0, 0.25, ITEMS), rng.uniform(-1, 2.5, ITEMS)
    return (rng.random((2_000, ITEMS)) < 1 / (1 + np.exp(-a * (theta - b)))).astype(int), a, b


def anchors(a, b, count=8):
    return {item: Known("2pl", a[item], (b[item],)) for item in range(count)}


def test_anchors_carry_their_metric_to_new_items_and_persons(able):
    rows, a, b = able

    found = calibrate(rows, fixed=anchors(a, b))

    (population,) = found.populations
    assert found.converged
    assert found.problems == ()
    assert abs(population.mean - 1.2) < 3 * population.mean_error
    assert abs(population.sd - 0.7) < 3 * population.sd_error
    np.testing.assert_allclose(found.discrimination[:8], a[:8], atol=1e-12)
    assert np.isnan(found.standard_errors.discrimination[:8]).all()
    new = slice(8, ITEMS)
    assert (np.abs(found.difficulty - b)[new] < 4 * found.standard_errors.difficulty[new]).all()
    assert found.parameters == 2 * 8 + 2


def test_one_slope_is_taken_from_the_anchors(able):
    rows, _a, b = able

    found = calibrate(rows, "1pl", fixed={item: Known("1pl", 0.9, (b[item],)) for item in range(6)})

    np.testing.assert_allclose(found.discrimination, 0.9, atol=1e-12)
    assert np.isfinite(found.standard_errors.difficulty[6:]).all()


def test_an_anchor_its_responses_contradict_is_named(able):
    rows, a, b = able
    moved = {**anchors(a, b), 3: Known("2pl", a[3], (b[3] + 1.5,))}

    assert DataProblem("anchor-contradicted", item=3) in calibrate(rows, fixed=moved, errors=False).problems


def test_an_anchor_that_does_not_suit_the_model_is_named_and_estimated(able):
    rows, a, b = able
    odd = {**anchors(a, b), 2: Known("3pl", a[2], (b[2],), 0.2), 4: Known("grm", a[4], (1.0, 0.0))}

    found = calibrate(rows, fixed=odd, errors=False)

    assert [problem for problem in found.problems if problem.code == "anchor-unusable"] == [
        DataProblem("anchor-unusable", item=2),
        DataProblem("anchor-unusable", item=4),
    ]
    assert found.anchors.tolist() == [item < 8 and item not in {2, 4} for item in range(ITEMS)]


@pytest.mark.parametrize(
    ("model", "fixed", "code"),
    [
        ("2pl", {0: Known("2pl", float("nan"), (0.0,))}, "anchors-none-usable"),
        ("1pl", {0: Known("1pl", 1.0, (0.0,)), 1: Known("1pl", 2.0, (0.0,))}, "anchors-slopes-differ"),
        ("2pl", {item: Known("2pl", 1.0, (0.0,)) for item in range(ITEMS)}, "responses-no-variation"),
    ],
)
def test_anchors_nothing_can_be_done_with_are_refused(able, model, fixed, code):
    with pytest.raises(UnusableResponsesError) as refusal:
        calibrate(able[0], model, fixed=fixed)

    assert refusal.value.code == code


def test_a_graded_anchor_keeps_a_category_nobody_used(able):
    rows = able[0]
    known = Known("grm", 1.0, (-1.0, 0.5, 4.0))

    found = calibrate(rows[:300, :5], "grm", fixed={0: known}, errors=False, max_iterations=30)

    np.testing.assert_allclose(found.thresholds[0], known.thresholds, atol=1e-12)


def test_equal_rows_of_different_groups_stay_apart():
    """Two groups of the same answers pattern by pattern, one weighted to the able: their means differ."""
    patterns = np.array([[0, 0, 0], [0, 0, 1], [0, 1, 1], [1, 1, 1], [1, 0, 0], [1, 1, 0]])
    rows = np.concatenate((patterns, patterns))
    weights = [60, 40, 30, 20, 20, 20, 20, 20, 40, 80, 20, 30]

    first, second = calibrate(rows, "1pl", weights=weights, groups=[7] * 6 + [9] * 6).populations

    assert (first.group, second.group) == (7, 9)
    assert (first.mean, first.sd, first.is_estimated) == (0.0, 1.0, False)
    assert second.mean > 3 * second.mean_error
    assert second.is_estimated


def test_a_guessing_anchor_keeps_its_asymptote_and_fit_counts_no_anchor(able):
    rows, a, b = able
    known = {item: Known("3pl", a[item], (b[item],), 0.01) for item in range(ITEMS - 1)}

    found = calibrate(rows[:600], "3pl", fixed=known, errors=False, max_iterations=20)

    np.testing.assert_allclose(found.guessing[:-1], 0.01)
    assert found.parameters == 3 + 2
    assert model_fit(rows[:600], found).df == ITEMS * (ITEMS + 1) // 2 - 5


def test_an_anchor_without_an_item_is_refused(able):
    with pytest.raises(ValueError, match="beyond the items"):
        calibrate(able[0], fixed={ITEMS: Known("2pl", 1.0, (0.0,))})


def test_groups_are_one_integer_per_row(able):
    with pytest.raises(UnusableResponsesError, match="one integer per row"):
        calibrate(able[0], groups=["a"] * len(able[0]))
