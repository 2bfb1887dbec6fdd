"""Figures of items from points and answers: reliability, options by fifths, groups at equal ability."""

from __future__ import annotations

import numpy as np
import pytest

from merit.assessment.domain.item_analysis import (
    SittingPoints,
    fifths,
    group_figures,
    option_figures,
    points_matrix,
    reliability,
)

pytestmark = pytest.mark.unit
NAN = float("nan")


def table(points):
    matrix = np.array(points, dtype=float)
    people, items = matrix.shape
    return SittingPoints(persons=np.arange(people), versions=np.arange(items), points=matrix, maxima=np.ones(items))


def test_long_answers_become_a_matrix_with_holes():
    found = points_matrix(
        np.array([7, 7, 5]), np.array([2, 1, 2]), np.array([1.0, 0.0, 0.5]), np.array([1.0, 2.0, 1.0])
    )

    assert found.persons.tolist() == [5, 7]
    assert found.versions.tolist() == [1, 2]
    np.testing.assert_array_equal(found.points, [[NAN, 0.5], [0.0, 1.0]])
    assert found.maxima.tolist() == [2.0, 1.0]
    assert not found.is_one_form


def test_reliability_of_a_hand_worked_test():
    # Two items that always agree: alpha 1; sums 0, 0, 2, 2 have the sample SD 2/sqrt(3) and no error.
    found = reliability(table([[0, 0], [0, 0], [1, 1], [1, 1]]))

    assert found is not None
    assert (found.persons, found.items, found.mean) == (4, 2, 1.0)
    assert found.alpha == pytest.approx(1.0)
    assert found.sd == pytest.approx(2 / 3**0.5)
    assert found.sem == pytest.approx(0.0)
    assert reliability(table([[1, 0]])) is None


def test_the_rest_leaves_the_item_itself_out():
    np.testing.assert_allclose(table([[1, 0, NAN], [1, 1, 0]]).rest(0), [0.0, 0.5])


def test_fifths_keep_equal_abilities_together():
    assert fifths(np.array([0.1, 0.2, 0.3, 0.4, 0.5, NAN])).tolist() == [0, 1, 2, 3, 4, -1]
    assert fifths(np.array([0.5, 0.5, 0.5])).tolist() == [2, 2, 2]


def test_an_option_the_able_choose_rises_through_the_fifths():
    ability = np.linspace(0, 1, 100)
    answers = [("C",) if value > 0.5 else ("B",) for value in ability[:-1]] + [()]

    found = {option.value: option for option in option_figures(answers, ability)}

    assert found["C"].by_fifth[:2] == (0.0, 0.0)
    assert found["C"].by_fifth[3] == 1.0
    assert found["C"].correlation > 0.8
    assert found["B"].correlation < -0.8
    assert (found[""].count, found[""].share) == (1, 0.01)


def test_an_item_easier_for_a_group_at_equal_ability_is_told():
    rng = np.random.default_rng(4)
    woman = rng.integers(0, 2, 600)
    chance = 1 / (1 + np.exp(-(rng.normal(size=(600, 1)) + np.zeros((1, 12)))))
    points = (rng.random((600, 12)) < chance).astype(float)
    points[:, 0] = np.where(woman == 1, np.maximum(points[:, 0], rng.random(600) < 0.6), points[:, 0])

    found = group_figures(table(points), {"woman": woman, "few": np.where(np.arange(600) < 20, 1, 0)})

    assert [(one.group, one.category, one.eases) for one in found[0]] == [("woman", "C", True)]
    assert all(one.category == "A" for version in range(1, 12) for one in found[version] if one.group == "woman")
