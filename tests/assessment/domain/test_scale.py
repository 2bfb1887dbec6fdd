"""Items on a scale and the line onto another one."""

from __future__ import annotations

import pytest

from merit.assessment.domain.scale import ItemParameters, Link, can_share_scale, common_model

pytestmark = pytest.mark.unit


def test_link_keeps_every_probability():
    item, link, theta = ItemParameters("2pl", 1.2, (0.5,)), Link(1.5, -0.4), 0.9

    moved = link.apply(item)

    assert moved.discrimination == pytest.approx(0.8)  # 1.2 / 1.5
    assert moved.thresholds == (pytest.approx(0.35),)  # 1.5 * 0.5 - 0.4
    before = item.discrimination * (theta - item.thresholds[0])
    assert moved.discrimination * (link.slope * theta + link.intercept - moved.thresholds[0]) == pytest.approx(before)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [("1pl", "2pl", True), ("2pl", "grm", True), ("gpcm", "pcm", True), ("grm", "gpcm", False), ("3pl", "2pl", True),
     ("3pl", "grm", False)],
)  # fmt: skip
def test_models_share_a_scale_when_one_contains_the_other(first, second, expected):
    assert can_share_scale(first, second) is expected


def test_common_model_is_the_widest():
    assert common_model(frozenset({"1pl", "gpcm"})) == "gpcm"
    assert common_model(frozenset({"1pl", "2pl"})) == "2pl"


@pytest.mark.parametrize(
    ("model", "slope", "steps", "expected"),
    [("2pl", 0.28, 1, True), ("2pl", 0.3, 1, False), ("gpcm", 0.28, 1, True), ("gpcm", 0.28, 2, False),
     ("gpcm", 0.05, 4, True), ("grm", 0.28, 4, True)],
)  # fmt: skip
def test_a_weak_item_is_judged_over_its_whole_range_of_points(model, slope, steps, expected):
    thresholds = tuple(float(step) for step in range(steps))

    assert ItemParameters(model, slope, thresholds).is_weak is expected
