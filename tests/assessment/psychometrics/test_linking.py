"""Scales linked and forms equated: lines recovered, drifting and contradictory anchors named, R and a book matched."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from merit.assessment.psychometrics import DataProblem, ItemSet, PlainParameters, equate, equate_common, link, presmooth
from merit.assessment.psychometrics.linking import METHODS

pytestmark = pytest.mark.unit


def mixed(rng, size=12):
    """Graded, guessed and plain items in turn."""
    items = []
    for place in range(size):
        slope, b = float(rng.lognormal(0, 0.2)), float(rng.normal())
        if place % 3 == 0:
            thresholds = (b - 0.8, b, b + float(rng.uniform(0.4, 1.2)))
            items.append(PlainParameters(model="grm", discrimination=slope, thresholds=thresholds))
        elif place % 3 == 1:
            items.append(PlainParameters(model="3pl", discrimination=slope, thresholds=(b,), guessing=0.2))
        else:
            items.append(PlainParameters(model="2pl", discrimination=slope, thresholds=(b,)))
    return ItemSet.of(items)


def shifted(items, place, by):
    moved = list(items.parameters)
    moved[place] = replace(moved[place], thresholds=tuple(b + by for b in moved[place].thresholds))
    return ItemSet.of(moved)


def noisy(items, rng, spread=0.06):
    return ItemSet.of(
        replace(
            each,
            discrimination=float(each.discrimination * rng.lognormal(0, spread)),
            thresholds=tuple(np.sort(np.array(each.thresholds) + rng.normal(0, spread, len(each.thresholds))).tolist()),
        )
        for each in items.parameters
    )


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.6, 1.7), st.floats(-1.5, 1.5), st.sampled_from(METHODS))
def test_a_line_without_noise_is_found_exactly(seed, slope, intercept, method):
    old = mixed(np.random.default_rng(seed))
    new = old.moved(1 / slope, -intercept / slope)

    found = link(new, old, method=method)

    np.testing.assert_allclose((found.slope, found.intercept), (slope, intercept), atol=1e-7)
    assert found.problems == ()
    assert found.distance < 1e-8


def test_order_of_anchors_does_not_matter():
    rng = np.random.default_rng(4)
    old = mixed(rng)
    new, order = noisy(old.moved(0.8, 0.3), rng), rng.permutation(len(old))

    plain, other = link(new, old), link(new.subset(order), old.subset(order))

    np.testing.assert_allclose((other.slope, other.intercept), (plain.slope, plain.intercept), atol=1e-8)
    np.testing.assert_allclose(other.slope_error, plain.slope_error, rtol=1e-4)


@pytest.mark.parametrize("method", METHODS)
def test_a_drifting_anchor_is_named_and_left_out(method):
    rng = np.random.default_rng(5)
    old = mixed(rng)
    new = shifted(noisy(old.moved(1 / 1.2, -0.5 / 1.2), rng), 4, 1.2)

    found, blind = link(new, old, method=method), link(new, old, method=method, purify=False)

    assert DataProblem("anchor-drift", item=4) in found.problems
    assert 4 not in found.anchors
    assert [row.item for row in found.drift if row.is_drifting] == [4]
    assert abs(found.intercept - 0.5) < min(abs(blind.intercept - 0.5), 0.1)
    assert DataProblem("anchors-contradictory") not in found.problems


def test_displacement_is_judged_by_errors_where_they_are_known():
    rng = np.random.default_rng(6)
    old = mixed(rng)
    new = shifted(old, 2, 0.5)

    row = link(new, old, new_errors=np.full(12, 0.1), old_errors=np.full(12, 0.1)).drift[2]

    np.testing.assert_allclose((row.displacement, row.error_z), (-0.5, -0.5 / np.hypot(0.1, 0.1)), rtol=1e-6)


def test_contradictory_anchors_are_named():
    old = mixed(np.random.default_rng(7))
    new = ItemSet.of(
        replace(each, thresholds=tuple(b + (1.5 if place % 2 else -1.5) for b in each.thresholds))
        for place, each in enumerate(old.parameters)
    )

    found = link(new, old)

    assert DataProblem("anchors-contradictory") in found.problems
    assert sum(problem.code == "anchor-drift" for problem in found.problems) > 4


@pytest.mark.parametrize("method", ["stocking-lord", "haebara", "mean-mean"])
def test_anchors_that_measure_next_to_nothing_break_nothing(method):
    """Slopes near zero put difficulties far off the scale."""
    flat = [PlainParameters(model="2pl", discrimination=0.05, thresholds=(b,)) for b in (-40.0, 40.0)]

    found = link(ItemSet.of(flat[:1] * 6), ItemSet.of(flat[1:] * 6), method=method)

    assert np.isfinite((found.slope, found.intercept)).all()


def test_few_anchors_and_other_categories_are_named():
    old = mixed(np.random.default_rng(8), size=3)
    new = ItemSet.of([old.parameters[1], *old.parameters[1:]])

    found = link(new, old)

    assert found.anchors.tolist() == [1, 2]
    assert set(found.problems) == {DataProblem("anchor-categories", item=0), DataProblem("anchors-few")}
    assert np.isnan(found.slope_error)


@pytest.mark.parametrize("method", ["mean", "linear", "equipercentile"])
def test_equating_agrees_with_r(table, oracle, method):
    rows, expected = table("actmath.csv")[1], oracle("actmath_equate.json")[method]

    found = equate(rows[:, 1], rows[:, 2], method)

    np.testing.assert_allclose(found.equivalents, [row["yx"] for row in expected], rtol=0, atol=1e-6)
    if "se" in expected[0]:
        counted = rows[:, 1] > 0  # where nobody has the score, R says 0 and we say nothing
        errors = np.array([row["se"] for row in expected])
        np.testing.assert_allclose(found.standard_error[counted], errors[counted], rtol=0, atol=1e-6)


def test_presmoothing_keeps_the_moments(table):
    counts = table("actmath.csv")[1][:, 1]
    scores = np.arange(41)

    smooth = presmooth(counts, 4)

    for order in range(5):
        np.testing.assert_allclose(smooth @ scores**order, counts @ scores**order, rtol=1e-9)
    assert (smooth > 0).all()


def test_a_form_equated_with_itself_stays(table):
    counts = presmooth(table("actmath.csv")[1][:, 1], 6)

    for method in ("mean", "linear", "equipercentile"):
        np.testing.assert_allclose(equate(counts, counts, method).equivalents, np.arange(41), atol=1e-8)


def group(total_mean, total_sd, common_mean, common_sd, covariance):
    """Four persons with exactly these moments."""
    first, second = np.array([1, -1, 1, -1.0]), np.array([1, 1, -1, -1.0])
    along = covariance / common_sd
    total = total_mean + along * first + np.sqrt(total_sd**2 - along**2) * second
    return np.stack((total, common_mean + common_sd * first), axis=1)


NEW = group(15.8205, 6.5278, 5.1063, 2.3760, 13.4088)
OLD = group(18.6728, 6.8784, 5.8626, 2.4515, 14.7603)


@pytest.mark.parametrize(
    ("method", "slope", "intercept"),
    [("tucker", 1.0289, 0.537), ("levine", 1.0112, 0.251), ("levine-true", 1.0087, 0.291)],
)
def test_common_items_equate_as_in_the_book(method, slope, intercept):
    """Two forms of 36 items with 12 common ones (Kolen & Brennan 2014, chapter 4), weight of the new group 1."""
    found = equate_common(NEW, OLD, method, points=36)

    np.testing.assert_allclose(np.diff(found.equivalents), slope, atol=2e-4)
    np.testing.assert_allclose(found.equivalents[0], intercept, atol=2e-3)


def test_chained_equating_follows_equal_groups():
    """Where the same persons took both forms, chaining by the common items is equating."""
    rng = np.random.default_rng(9)
    ability = rng.normal(size=4_000)
    common = rng.binomial(20, 1 / (1 + np.exp(-ability)))
    total = common + rng.binomial(20, 1 / (1 + np.exp(-ability)))

    found = equate_common(np.stack((total, common), axis=1), np.stack((total, common), axis=1), "chained", points=40)

    np.testing.assert_allclose(found.equivalents[5:36], np.arange(5, 36), atol=0.15)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: link(mixed(np.random.default_rng(1)), mixed(np.random.default_rng(1)), method="x"), "Unknown method"),
        (lambda: link(mixed(np.random.default_rng(1)), mixed(np.random.default_rng(1), 6)), "same anchors"),
        (lambda: link(mixed(np.random.default_rng(1), 1), mixed(np.random.default_rng(1), 1)), "two anchors"),
        (lambda: equate([1, 1], [2, 2], "x"), "Unknown method"),
        (lambda: equate([1, 1], [2, 2]), "three persons"),
        (lambda: equate([9, 0], [2, 2]), "two different scores"),
        (lambda: equate([1, -1, 4], [2, 2, 2]), "at least 0"),
        (lambda: presmooth([3, 4, 5], 3), "degree"),
        (lambda: equate_common(NEW, OLD, "x", points=36), "Unknown method"),
        (lambda: equate_common(NEW[:2], OLD, points=36), "three persons"),
        (lambda: equate_common(np.ones((5, 2)), OLD, points=36), "must vary"),
    ],
)
def test_what_cannot_be_linked_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
