"""Answers of a sitting against known parameters: alarms need a distance that matters and is more than chance."""

from __future__ import annotations

import numpy as np
import pytest

from merit.assessment.domain.answer_checks import ItemCheck, KnownItem, PlacedCells, check_items
from merit.assessment.domain.scale import ItemParameters
from tests.assessment.calibration_samples import DIFFICULTIES, simulate

pytestmark = pytest.mark.unit
KNOWN = [
    KnownItem(version_id=70 + place, parameters=ItemParameters("2pl", 1.3, (at,)), steps=(0.0, 2.0), error=0.05)
    for place, at in enumerate(DIFFICULTIES)
]


def cells(points):
    """Return answers in long form: two points for right, positions in the order of the items."""
    persons, columns = np.nonzero(points >= 0)
    return PlacedCells(
        persons=persons + 500,
        versions=columns + 70,
        points=points[persons, columns] * 2_000_000,
        positions=columns + 1,
    )


@pytest.mark.parametrize("is_adaptive", [False, True])
def test_only_the_leaked_item_raises_an_alarm_though_it_makes_all_others_look_harder(is_adaptive):
    points = simulate(DIFFICULTIES, 600, seed=2, mean=0.6)
    clean = check_items(cells(points), KNOWN, is_adaptive=is_adaptive)
    points[::2, 2] = 1

    found = check_items(cells(points), KNOWN, is_adaptive=is_adaptive)

    assert [one.version_id for one in clean if one.is_alarm] == []
    assert [(one.version_id, one.gap > 0) for one in found if one.is_alarm] == [(72, True)]
    assert {one.persons for one in found} == {600}


def test_few_persons_and_unknown_items_are_not_checked():
    points = simulate(DIFFICULTIES, 60, seed=2)
    points[29:, 0] = -1

    found = check_items(cells(points), KNOWN[:3], is_adaptive=False)

    assert [one.version_id for one in found] == [71, 72]
    assert check_items(cells(points), KNOWN[:0], is_adaptive=False) == ()


@pytest.mark.parametrize(("observed", "p_value", "alarm"), [(0.6, 0.01, True), (0.54, 0.01, False), (0.6, 0.2, False)])
def test_an_alarm_is_visible_and_more_than_chance(observed, p_value, alarm):
    found = ItemCheck(version_id=1, persons=90, observed=observed, expected=0.5, z=3.0, p_value=p_value)

    assert found.is_alarm == alarm
    assert ItemCheck.from_document(found.to_document()) == found
