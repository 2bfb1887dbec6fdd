"""Cuts by a panel: hand-worked Angoff and bookmark, published agreement, inverted curves, panels that cannot say."""

from __future__ import annotations

import numpy as np
import pytest

from merit.assessment.psychometrics import ItemSet, PlainParameters
from merit.assessment.psychometrics.agreement import agreement
from merit.assessment.psychometrics.expert_keys import expert_key
from merit.assessment.psychometrics.standards import (
    PanelProblem,
    angoff,
    bookmark,
    compare_rounds,
    consequences,
    cut_problems,
    expected_share,
    ordered_booklet,
    theta_at,
)

pytestmark = pytest.mark.unit


def rasch(*difficulties):
    return ItemSet.of(PlainParameters(model="2pl", discrimination=1.0, thresholds=(b,)) for b in difficulties)


def test_agreement_is_that_of_shrout_and_fleiss():
    """Six targets, four judges (Shrout & Fleiss 1979, table 2): ICC(2,1) = .29, ICC(2,4) = .62."""
    judges = np.array([[9, 6, 8, 7, 10, 6], [2, 1, 4, 1, 5, 2], [5, 3, 6, 2, 6, 4], [8, 2, 8, 6, 9, 7]])

    found = agreement(judges)

    np.testing.assert_allclose((found.icc_single, found.icc_average), (0.2898, 0.6201), atol=1e-4)


def test_concordance_corrects_for_ties():
    """Three judges, ranks (1, 2, 3), (1, 2, 3), (1.5, 1.5, 3): W = 12 S / (9 · 24 - 3 · 6)."""
    found = agreement([[1, 2, 3], [1, 2, 3], [1, 1, 2]])

    sums = np.array([3.5, 5.5, 9.0])
    np.testing.assert_allclose(found.kendall_w, 12 * ((sums - 6) ** 2).sum() / (9 * 24 - 3 * 6))
    assert agreement([[1, 2, 3], [1, 2, 3]]).kendall_w == pytest.approx(1)
    assert np.isnan(agreement([[2, 2], [2, 2]]).kendall_w)


def test_angoff_is_the_mean_of_the_raters_sums():
    """Three raters, two items worth 1 and 3: cuts (.5 + 1.8)/4, (.7 + 2.1)/4, (.6 + 1.5)/4."""
    found = angoff([[0.5, 0.6], [0.7, 0.7], [0.6, 0.5]], points=[1, 3])

    np.testing.assert_allclose(found.rater_cuts, [0.575, 0.7, 0.525])
    np.testing.assert_allclose(found.cut, 0.6)
    np.testing.assert_allclose(found.standard_error, np.std([0.575, 0.7, 0.525], ddof=1) / np.sqrt(3))
    np.testing.assert_allclose(found.item_spread, [0.1, 0.1])
    assert found.problems == (PanelProblem("few-raters"),)


def test_an_angoff_cut_stands_on_theta():
    """Raters who say what the curve says at 0.4 cut at 0.4."""
    items = rasch(-1.0, 0.0, 1.5)
    truth = items.expected(0.4)[:, 0]

    found = angoff(np.stack((truth + 0.02, truth - 0.02)), items=items)

    np.testing.assert_allclose(found.theta, 0.4, atol=1e-9)
    slope = items.information(0.4).sum() / 3  # with a slope of 1 information is the derivative of P
    np.testing.assert_allclose(found.theta_error, found.standard_error / slope, rtol=1e-6)


def test_a_rater_apart_and_one_who_left_items_out_are_named():
    ratings = np.tile([[0.5], [0.52], [0.49], [0.51], [0.5], [0.9]], 4) + np.linspace(-0.1, 0.1, 4)
    ratings = np.concatenate((ratings, [[0.5, np.nan, 0.5, 0.5]]))

    found = angoff(ratings)

    assert set(found.problems) == {PanelProblem("rater-apart", rater=5), PanelProblem("rater-incomplete", rater=6)}
    assert np.isnan(found.rater_cuts[6])


def test_a_cut_below_guessing_is_no_ability():
    guessed = ItemSet.of([PlainParameters(model="3pl", discrimination=1.0, thresholds=(0.0,), guessing=0.25)] * 2)

    found = angoff([[0.2, 0.2], [0.21, 0.2]], items=guessed)

    assert found.theta is None
    assert PanelProblem("cut-outside-curve") in found.problems


@pytest.mark.parametrize("share", [0.1, 0.5, 0.93])
def test_the_curve_inverts(share):
    graded = PlainParameters(model="grm", discrimination=1.3, thresholds=(-1.0, 0.2, 1.4))
    items = ItemSet.of([graded, PlainParameters(model="2pl", discrimination=0.8, thresholds=(0.5,))])

    np.testing.assert_allclose(expected_share(items, theta_at(items, share)), share, atol=1e-9)


def test_a_booklet_stands_in_the_order_of_two_thirds():
    """P = 2/3 at b + ln 2 when the slope is 1; steps of a graded item each have a page."""
    graded = PlainParameters(model="grm", discrimination=1.0, thresholds=(-0.5, 0.7))
    items = ItemSet.of([*rasch(1.0, -1.0).parameters, graded])

    booklet = ordered_booklet(items)

    assert [(page.item, page.step) for page in booklet] == [(1, 1), (2, 1), (2, 2), (0, 1)]
    np.testing.assert_allclose([page.location for page in booklet], np.array([-1, -0.5, 0.7, 1]) + np.log(2), atol=1e-9)


def test_a_bookmark_cuts_halfway_to_the_next_page():
    booklet = ordered_booklet(rasch(-1.0, 0.0, 1.0))

    found = bookmark([1, 2, 2, 0, 3], booklet)

    np.testing.assert_allclose(found.rater_cuts - np.log(2), [-0.5, 0.5, 0.5, -1, 1], atol=1e-9)
    np.testing.assert_allclose(found.cut, 0.5 + np.log(2), atol=1e-9)


def test_rounds_bring_raters_together():
    found = compare_rounds([[0.4, 0.4], [0.8, 0.6]], [[0.5, 0.4], [0.6, 0.6]])

    np.testing.assert_allclose(found.rater_change, [0.05, 0.1])
    np.testing.assert_allclose(found.cut_change, 0.525 - 0.55)
    assert found.spread_after < found.spread_before


def test_consequences_count_persons_and_move_with_the_cut():
    found = consequences([-1.0, 0.0, 0.4, 2.0], [0.0, 1.0], cut_errors=[0.5, 0.1])

    assert found.counts.tolist() == [1, 2, 1]
    np.testing.assert_allclose(found.expected, found.shares)
    np.testing.assert_allclose((found.low, found.reached, found.high), ([0.25, 0.25], [0.75, 0.25], [0.75, 0.25]))


def test_cuts_out_of_order_or_too_close_are_named():
    assert cut_problems([-1.0, -1.2, 0.5]) == (PanelProblem("cuts-not-increasing", level=3),)
    assert cut_problems([-1.0, 0.0, 0.1], [0.2, 0.2, 0.2]) == (PanelProblem("cuts-close", level=4),)
    assert cut_problems([-1.0, 0.0, 1.0], [0.2, 0.2, 0.2]) == ()


def test_an_expert_key_names_options_without_consensus():
    """Ratings 5 5 4 → 5 (mean 4.67); 1 3 5 → variance 4, r_wg = 1 - 4/2 = -1: no consensus."""
    found = expert_key([[5, 1, 2], [5, 3, 2], [4, 5, 2]])

    assert found.values.tolist() == [5, 3, 2]
    np.testing.assert_allclose(found.consensus, [1 - (1 / 3) / 2, -1, 1])
    assert found.agreed.tolist() == [True, False, True]
    assert found.problems == (PanelProblem("option-no-consensus", option=1),)


def test_an_expert_key_can_give_every_option_its_own_points():
    found = expert_key([[5, 4, 4, 2, 1], [5, 4, 4, 2, 1], [5, 5, 4, 1, 1], [4, 4, 4, 2, 2]], distinct=True)

    assert found.values.tolist() == [5, 4, 3, 2, 1]
    assert PanelProblem("options-not-apart", option=1) in found.problems


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: angoff([[0.5, 1.2], [0.5, 0.5]]), "shares"),
        (lambda: angoff([[0.5, 0.5]]), "two raters"),
        (lambda: angoff([[0.5], [0.4]], points=[0]), "positive"),
        (lambda: angoff([[0.5], [0.4]], items=rasch(0.0, 1.0)), "same items"),
        (lambda: bookmark([1, 7], ordered_booklet(rasch(0.0))), "pages"),
        (lambda: bookmark([1], ordered_booklet(rasch(0.0))), "two raters"),
        (lambda: ordered_booklet(rasch(0.0), response_probability=1.0), "between 0 and 1"),
        (lambda: agreement([[1, 2]]), "two raters"),
        (lambda: compare_rounds([[1.0], [1.0]], [[1.0]]), "same raters"),
        (lambda: consequences([np.nan], [0.0]), "persons"),
        (lambda: expert_key([[1, 6], [1, 2], [2, 2]]), "1 to 5"),
        (lambda: expert_key([[1, 2], [1, 2]]), "three experts"),
    ],
)
def test_what_a_panel_cannot_say_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
