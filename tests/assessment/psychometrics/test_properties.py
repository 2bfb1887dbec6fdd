"""What must hold for any data: order, counts, missing by design, monotony; and data that cannot be calibrated."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from merit.assessment.psychometrics import DataProblem, calibrate, item_statistics, levels, score

pytestmark = pytest.mark.unit
SAME = 1e-8


def simulate(seed, persons=400, items=6, categories=2):
    rng = np.random.default_rng(seed)
    theta = rng.normal(size=(persons, 1, 1))
    a = rng.lognormal(0, 0.25, (items, 1))
    d = np.sort(rng.normal(size=(items, categories - 1)))[:, ::-1] + 0.6 * np.arange(categories - 1, 0, -1)
    above = 1 / (1 + np.exp(-(a * theta + d)))
    return (rng.random((persons, items, 1)) < above).sum(axis=2)


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10_000))
def test_order_of_persons_and_items_does_not_matter(seed):
    rows = simulate(seed)
    rng = np.random.default_rng(seed)
    persons, items = rng.permutation(len(rows)), rng.permutation(rows.shape[1])

    plain, mixed = calibrate(rows, errors=False), calibrate(rows[persons][:, items], errors=False)

    np.testing.assert_allclose(mixed.discrimination, plain.discrimination[items], atol=SAME)
    np.testing.assert_allclose(mixed.intercepts, plain.intercepts[items], atol=SAME)


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["grm", "gpcm"]))
def test_a_count_says_the_same_as_repeated_rows(seed, model):
    rows = simulate(seed, persons=150, categories=3)
    counts = np.random.default_rng(seed).integers(1, 4, len(rows))

    counted, repeated = calibrate(rows, model, weights=counts), calibrate(np.repeat(rows, counts, axis=0), model)

    np.testing.assert_allclose(counted.log_likelihood, repeated.log_likelihood, rtol=1e-8)
    np.testing.assert_allclose(counted.thresholds, repeated.thresholds, atol=SAME)
    np.testing.assert_allclose(
        counted.standard_errors.thresholds, repeated.standard_errors.thresholds, rtol=1e-3, equal_nan=True
    )


def test_an_item_nobody_else_saw_changes_nothing_for_the_others():
    rows = simulate(3)
    wider = np.concatenate((rows, np.full((len(rows), 1), -1)), axis=1)

    found = calibrate(wider, errors=False)

    np.testing.assert_allclose(found.discrimination[:-1], calibrate(rows, errors=False).discrimination, atol=SAME)
    assert np.isnan(found.discrimination[-1])
    assert DataProblem("item-unanswered", item=rows.shape[1]) in found.problems


def test_sparse_and_dense_agree():
    rows = simulate(5, persons=600, items=40)
    rows[np.random.default_rng(5).random(rows.shape) > 0.2] = -1
    sparse = calibrate(rows, errors=False)

    dense = calibrate(rows[:, :8], errors=False)
    again = calibrate(np.concatenate((rows[:, :8], np.full((600, 40), -1)), axis=1), errors=False)

    np.testing.assert_allclose(again.discrimination[:8], dense.discrimination, atol=1e-5)
    assert sparse.converged


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10_000))
def test_ability_grows_with_the_sum_score_under_one_slope(seed):
    rows = simulate(seed)
    found = score(rows, calibrate(rows, "1pl", errors=False))

    order = np.argsort(rows.sum(axis=1), kind="stable")

    assert (np.diff(found.theta[order]) > -1e-9).all()


def test_two_parameters_are_recovered():
    """10,000 x 100 as in the prototype: RMSE of a .029 and of b .032, 5 % above allowed; errors tell them truly."""
    rng = np.random.default_rng(3)
    theta, a, b = rng.normal(size=(10_000, 1)), rng.lognormal(0, 0.25, 100), rng.uniform(-1.5, 1.5, 100)
    rows = (rng.random((10_000, 100)) < 1 / (1 + np.exp(-a * (theta - b)))).astype(np.int64)

    found = calibrate(rows)

    assert np.sqrt(((found.discrimination - a) ** 2).mean()) < 1.05 * 0.029
    assert np.sqrt(((found.difficulty - b) ** 2).mean()) < 1.05 * 0.032
    standard = np.stack(
        (
            (found.discrimination - a) / found.standard_errors.discrimination,
            (found.difficulty - b) / found.standard_errors.difficulty,
        )
    )
    assert 0.9 < np.sqrt((standard**2).mean()) < 1.1


def test_answers_missing_by_design_say_what_their_subset_says():
    """Two halves of the persons met different items: the likelihood is the product, the estimates are the same."""
    one, other = simulate(12), simulate(13)
    both = np.full((800, 12), -1)
    both[:400, :6], both[400:, 6:] = one, other

    found, first, second = (calibrate(rows, errors=False, tolerance=1e-9) for rows in (both, one, other))

    np.testing.assert_allclose(found.log_likelihood, first.log_likelihood + second.log_likelihood, rtol=1e-10)
    np.testing.assert_allclose(found.discrimination[:6], first.discrimination, atol=1e-6)
    np.testing.assert_allclose(found.difficulty[6:], second.difficulty, atol=1e-6)


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["eap", "wle", "mle"]))
def test_abilities_do_not_depend_on_the_order_of_items_or_persons(seed, method):
    rows = simulate(seed, persons=60)
    calibration = calibrate(rows, errors=False, max_iterations=20)
    rng = np.random.default_rng(seed)
    persons, items = rng.permutation(len(rows)), rng.permutation(rows.shape[1])

    mixed = replace(
        calibration,
        discrimination=calibration.discrimination[items],
        intercepts=calibration.intercepts[items],
        categories=calibration.categories[items],
        codes=tuple(calibration.codes[item] for item in items),
    )

    np.testing.assert_allclose(
        score(rows[persons][:, items], mixed, method).theta, score(rows, calibration, method).theta[persons], atol=1e-8
    )


def test_an_item_everybody_got_right_is_named_and_the_rest_computed():
    rows = simulate(7)
    rows[:, 2] = 1

    found = calibrate(rows, errors=False)

    assert DataProblem("item-without-variation", item=2) in found.problems
    assert np.isfinite(found.discrimination).tolist() == [True, True, False, True, True, True]


def test_a_person_who_answered_nothing_is_named_and_stands_at_the_prior():
    rows = simulate(8)
    calibration = calibrate(rows, errors=False)

    found = score(np.full((1, 6), -1), calibration)

    assert found.problems == (DataProblem("person-silent", person=0),)
    np.testing.assert_allclose((found.theta[0], found.standard_error[0]), (0, 1), atol=1e-6)
    assert np.isnan(score(np.full((1, 6), -1), calibration, "wle").theta[0])


def test_a_category_never_used_is_named():
    rows = simulate(9, categories=3)
    rows[rows[:, 1] == 1, 1] = 2

    assert DataProblem("category-unused", item=1) in calibrate(rows, "grm", errors=False).problems


def test_separated_patterns_and_three_persons_are_named():
    rows = np.repeat([[0, 0], [1, 1]], 50, axis=0)

    names = {problem.code for problem in calibrate(rows, errors=False).problems}

    assert {"slope-at-limit", "few-persons"} <= names
    assert "few-persons" in {p.code for p in calibrate([[0, 1], [1, 0], [1, 1]], errors=False).problems}


def test_what_the_responses_cannot_tell_has_no_error_and_is_named():
    found = calibrate(np.repeat([[0, 0, 1], [1, 1, 0]], 50, axis=0))

    unknown = {problem.item for problem in found.problems if problem.code == "error-unknown"}
    assert unknown == set(np.flatnonzero(np.isnan(found.standard_errors.difficulty)))
    assert unknown


def test_an_estimate_that_did_not_settle_is_named_and_given():
    found = calibrate(simulate(14), max_iterations=2)

    assert not found.converged
    assert {"not-converged", "item-not-settled"} <= {problem.code for problem in found.problems}
    assert np.isfinite(found.discrimination).all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: calibrate([[1, 0]], "4pl"), "Unknown model"),
        (lambda: calibrate([1, 0]), "matrix"),
        (lambda: calibrate([[1], [1]]), "No item"),
        (lambda: calibrate([[2], [1], [0]]), "more than two"),
        (lambda: calibrate([[1], [0]], weights=[1, -1]), "Weights"),
        (lambda: score([[1, 0]], calibrate(simulate(1), errors=False)), "number of items"),
        (lambda: levels([0.0], [1.0], [0.5, 0.5]), "Cuts"),
        (lambda: item_statistics([[1]]), "two persons"),
    ],
)
def test_what_cannot_be_computed_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize("method", ["eap", "map", "mle", "wle"])
def test_nobody_gets_no_score(method):
    rows = simulate(15)

    assert score(rows[:0], calibrate(rows, errors=False), method).theta.tolist() == []


def test_levels_follow_the_cuts_and_their_error():
    """Theta 0.5, SE 0.5, cuts -1, 0, 1, 2: P(level >= 2) = Phi(3), >= 3: Phi(1), >= 4: Phi(-1), >= 5: Phi(-3)."""
    found = levels([0.5, 0.5], [0.5, 0.0], [-1, 0, 1, 2])

    assert found.level.tolist() == [3, 3]
    np.testing.assert_allclose(found.probabilities[0], [0.00135, 0.157305, 0.682689, 0.157305, 0.00135], atol=1e-5)
    assert found.probabilities[1].tolist() == [0, 0, 1, 0, 0]
    np.testing.assert_allclose(found.standard_error, [np.sqrt(2 * (0.157305 + 4 * 0.00135)), 0], atol=1e-4)


def test_the_distractor_table_says_whom_an_option_attracts():
    """Of four persons the two best choose the key 2; option 1 draws the two others."""
    rows = np.array([[2, 2, 2], [2, 2, 2], [1, 2, 1], [1, 1, 1]])

    first = item_statistics(rows, keys=[2, 2, 2]).options[0]

    assert [(row.code, row.is_key, row.count) for row in first] == [(1, False, 2), (2, True, 2)]
    np.testing.assert_allclose([row.point_biserial for row in first], [-0.9045, 0.9045], atol=1e-4)
