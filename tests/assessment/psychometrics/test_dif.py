"""Differential item functioning: against difR, by hand, simulated, purified, and where there is too little."""

from __future__ import annotations

import numpy as np
import pytest

from merit.assessment.psychometrics import (
    DataProblem,
    breslow_day,
    logistic_dif,
    mantel,
    mantel_haenszel,
    standardisation,
)

pytestmark = pytest.mark.unit


def close(found, expected, tolerance):
    np.testing.assert_allclose(np.asarray(found), np.asarray(expected, dtype=float), rtol=0, atol=tolerance)


def simulate(shift=0.0, slope=1.0, persons=3_000, items=20, seed=2):
    """Two groups of equal ability; the first item is harder, or steeper, for the focal one."""
    rng = np.random.default_rng(seed)
    group, theta = np.arange(persons) % 2, rng.normal(size=(persons, 1))
    a, b = np.ones((persons, items)), np.tile(np.linspace(-1.5, 1.5, items), (persons, 1))
    b[:, 0] = shift * group
    a[:, 0] = np.where(group, slope, 1.0)
    return (rng.random((persons, items)) < 1 / (1 + np.exp(-a * (theta - b)))).astype(int), group


def test_an_item_harder_for_one_group_is_found_by_every_method():
    rows, group = simulate(shift=0.9)

    tables, regression, points = mantel_haenszel(rows, group), logistic_dif(rows, group), mantel(rows, group)

    assert tables.category[0] == "C"
    assert regression.category[0] in {"B", "C"}
    assert points.category[0] in {"B", "C"}
    close(regression.log_odds[0], -np.log(tables.alpha[0]), 0.1)
    close(points.mean_difference, standardisation(rows, group), 1e-12)
    assert set(regression.category[1:]) == {"A"}
    assert tables.problems == ()


def test_an_item_steeper_for_one_group_differs_without_being_harder():
    rows, group = simulate(slope=3.0)

    found = logistic_dif(rows, group)

    assert found.p_non_uniform[0] < 1e-4
    assert found.p_uniform[0] > 0.01
    assert breslow_day(rows, group).p_value[0] < 0.01


def test_mantel_equals_mantel_haenszel_where_there_are_two_points():
    rows, group = simulate(shift=0.5)

    close(mantel(rows, group).chi2, mantel_haenszel(rows, group, correct=False).chi2, 1e-9)


def test_one_table_by_hand():
    """Reference 30 right of 40, focal 20 of 40 at one score: alpha = 30 * 20 / (10 * 20) = 3, STD P-DIF = -1/4."""
    right = np.repeat([1, 0, 1, 0], [30, 10, 20, 20])
    group = np.repeat([0, 0, 1, 1], [30, 10, 20, 20])

    found = mantel_haenszel(right[:, None], group, matching=np.ones(80))

    close(found.alpha, [3], 1e-12)
    close(found.delta, [-2.35 * np.log(3)], 1e-12)
    close(standardisation(right[:, None], group, matching=np.ones(80)), [-0.25], 1e-12)
    assert found.problems == (DataProblem("dif-few-persons"),)


def test_groups_too_small_and_answers_separated_are_named():
    rows, group = simulate(persons=400)
    rows[:250, 3] = -1
    rows[:, 4] = group

    found = logistic_dif(rows, group)

    assert found.problems == (DataProblem("dif-few-persons-item", item=3), DataProblem("dif-separated", item=4))
    assert np.isfinite(found.both[[0, 1, 2, 3]]).all()
    assert mantel(rows, group).problems == (DataProblem("dif-few-persons-item", item=3),)


def test_answers_that_leave_no_room_have_no_figures():
    """Equal shares in both groups have alpha 1; an item everybody got right has no figures at all."""
    rows = np.tile([[1, 1], [0, 1]], (4, 1))
    group = np.repeat([0, 0, 1, 1], 2)
    level = np.tile([1, 1, 2, 2], 2)

    tables, even = mantel_haenszel(rows, group, level), breslow_day(rows, group, level)

    close(tables.alpha, [1, np.nan], 1e-12)
    assert tables.category == ("A", "")
    close(even.statistic, [0, np.nan], 1e-12)
    assert even.df.tolist() == [1, 0]
    assert mantel(rows, group, level).category == ("A", "")
    assert logistic_dif(rows, group, level).category == ("A", "")


def test_a_matching_score_that_cannot_be_purified_is_named():
    rng = np.random.default_rng(1)
    group = np.arange(600) % 2
    rows = (rng.random((600, 4)) < np.where(group, 0.9, 0.2)[:, None]).astype(int)
    rows[:, 2:] = (rng.random((600, 2)) < np.where(group, 0.2, 0.9)[:, None]).astype(int)

    assert DataProblem("dif-not-purified") in mantel_haenszel(rows, group, purify=True).problems


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: mantel_haenszel([[1, 0]], [0, 1]), "one group per person"),
        (lambda: mantel_haenszel([[2, 0]], [0]), "0, 1 or -1"),
        (lambda: logistic_dif([[1, 0]], [0], [1, 2]), "matching score"),
        (lambda: logistic_dif([[1, 0]], [0], [1], purify=True), "cannot be purified"),
        (lambda: mantel([[1, 0]], [0, 1]), "one number per person"),
    ],
)
def test_what_cannot_be_compared_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
