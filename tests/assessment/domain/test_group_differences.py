"""Items beside groups: simulated differences are found, equal treatment is not accused, small groups get no class."""

from __future__ import annotations

import numpy as np
import pytest

from merit.assessment.domain.group_differences import compare_groups

pytestmark = pytest.mark.unit
PERSONS, ITEMS = 800, 12


def answers(*, harder: float = 0.0, steeper: float = 0.0, seed: int = 3):
    """Return points and side: item 0 is harder for the group by ``harder`` logits, or its slope differs."""
    rng = np.random.default_rng(seed)
    side = np.arange(PERSONS) % 2
    theta = rng.normal(0.0, 1.0, PERSONS)
    logit = 1.4 * theta[:, None] - np.linspace(-1, 1, ITEMS)
    logit[:, 0] = (1.4 + steeper * side) * theta - harder * side
    return (rng.random(logit.shape) < 1 / (1 + np.exp(-logit))).astype(np.int64), side


def test_an_item_that_is_harder_for_a_group_is_large_and_the_others_are_not():
    found = compare_groups(*answers(harder=1.5))

    assert (found[0].verdict, found[0].eases, found[0].is_crossing) == ("C", False, False)
    assert [row.verdict for row in found[1:]].count("C") == 0
    assert found[0].classes == {"mantel_haenszel": "C", "logistic": "B", "standardisation": "C"}
    assert (found[0].persons, found[0].reference_persons) == (400, 400)


def test_a_difference_that_turns_over_is_seen_by_regression_alone():
    found = compare_groups(*answers(steeper=-1.6))

    assert (found[0].verdict in {"A", "B"}, found[0].is_crossing) == (True, True)
    assert found[0].evidence("x").is_crossing
    assert not any(row.is_crossing for row in found[1:])


def test_a_small_group_has_figures_and_no_class():
    points, side = answers(harder=1.5)
    side = np.where((side == 1) & (np.arange(PERSONS) >= 180), -1, side)

    strict, lenient = compare_groups(points, side), compare_groups(points, side, least=90)

    assert (strict[0].persons, strict[0].verdict) == (90, None)
    assert strict[0].figures == lenient[0].figures
    assert lenient[0].verdict == "C"


def test_points_of_steps_and_missing_answers_are_compared_too():
    points, side = answers(harder=1.5)
    graded = points.copy()
    graded[:, 0] += points[:, 1] * points[:, 0]  # 0, 1 or 2 points
    absent = np.where((np.arange(PERSONS)[:, None] + np.arange(ITEMS)) % 5 == 4, -1, points)

    steps, holes = compare_groups(graded, side)[0], compare_groups(absent, side)[0]

    assert (set(steps.figures), steps.verdict, steps.eases) == ({"mantel"}, "C", False)
    assert (holes.verdict, holes.persons + holes.reference_persons) == ("C", PERSONS * 4 // 5)
