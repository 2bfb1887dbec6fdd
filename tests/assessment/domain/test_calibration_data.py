"""From points to the matrix a calibration reads."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from merit.assessment.domain.calibration_data import MICRO, LeftOut, PointCells, find_islands, select_answers
from merit.assessment.domain.categories import CategoryReason, Steps

pytestmark = pytest.mark.unit
RIGHT_OR_WRONG = Steps((Decimal(0), Decimal(1)))
GRADED = Steps(tuple(map(Decimal, (0, 1, 2, 3))))


def cells(points, groups=None):
    matrix = np.asarray(points)
    person, version = np.nonzero(matrix >= 0)
    own = np.zeros(len(matrix), dtype=np.int64) if groups is None else np.asarray(groups)
    return PointCells(
        persons=person + 100, groups=own[person], versions=version, points=matrix[person, version] * MICRO
    )


def answers(people, items, seed=2, most=1):
    return np.random.default_rng(seed).integers(0, most + 1, (people, items))


def test_few_answers_and_equal_answers_stay_outside():
    points = answers(60, 4)
    points[:, 1] = 1
    points[20:, 2] = -1
    steps = dict.fromkeys(range(3), RIGHT_OR_WRONG) | {3: Steps((), CategoryReason.BROKEN)}

    found = select_answers(cells(points), steps)

    assert found.versions == (0,)
    assert {one.version_id: (one.reason, one.answers) for one in found.excluded} == {
        1: (LeftOut.SAME, 60),
        2: (LeftOut.FEW, 20),
        3: (CategoryReason.BROKEN, 60),
    }


def test_sparse_categories_are_joined_with_the_one_below_and_the_lowest_with_the_one_above():
    points = np.concatenate(
        [np.repeat([[value, value]], count, axis=0) for value, count in ((0, 3), (1, 30), (2, 4), (3, 30))]
    )

    found = select_answers(cells(points), {0: GRADED, 1: GRADED})

    # 0 joins 1 (three persons); then 2 (four persons) joins what is below it.
    assert found.steps == ((Decimal(0), Decimal(3)),) * 2
    assert found.merged == {0, 1}
    assert np.bincount(found.responses[:, 0]).tolist() == [37, 30]


def test_categories_of_an_earlier_calibration_are_kept():
    points = answers(200, 2, most=3)
    known = {0: (Decimal(0), Decimal(2))}

    found = select_answers(cells(points), {0: GRADED, 1: GRADED}, known=known)

    assert found.steps[0] == (Decimal(0), Decimal(2))
    np.testing.assert_array_equal(found.responses[:, 0], points[:, 0] >= 2)


def test_persons_who_answered_next_to_nothing_are_counted_and_left_out():
    points = answers(50, 3)
    points[:5, 1:] = -1

    found = select_answers(cells(points), dict.fromkeys(range(3), RIGHT_OR_WRONG))

    assert (found.responses.shape, found.silent) == ((45, 3), 5)


def test_sittings_without_a_common_item_are_islands():
    points = answers(120, 4)
    points[:60, 2:] = -1
    points[60:, :2] = -1
    apart = select_answers(cells(points, [7] * 60 + [9] * 60), dict.fromkeys(range(4), RIGHT_OR_WRONG))
    points[60:, 1] = 1 - points[60:, 2]
    joined = select_answers(cells(points, [7] * 60 + [9] * 60), dict.fromkeys(range(4), RIGHT_OR_WRONG))

    assert (apart.sources, find_islands(apart)) == ((7, 9), 2)
    assert find_islands(joined) == 1
    assert joined.without({0: "x"}).versions == (1, 2, 3)
