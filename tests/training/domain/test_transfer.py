"""Ratings of use at work, worked by hand."""

from __future__ import annotations

import datetime as dt
from random import Random

import pytest

from merit.training.domain.transfer import (
    Colleague,
    RaterGroup,
    draw_peers,
    find_anchor_problem,
    find_marks_problem,
    rater_score,
    transfer_of,
    window,
)

pytestmark = pytest.mark.unit


def test_transfer_is_the_mean_over_groups():
    # superior 80; peers 60, 70, 80: mean 70, s^2 = 100. value (80 + 70) / 2 = 75
    # v_superior = (0 + 3 * 400) / 3 = 400; v_peers = (2 * 100 + 3 * 400) / 5 = 280
    # SE = sqrt(400 / 1 + 280 / 3) / 2 = 11.1056
    found = transfer_of({RaterGroup.SUPERIOR: [80.0], RaterGroup.PEER: [60.0, 70.0, 80.0]})

    assert found is not None
    assert (found.value, found.superiors, found.peers) == (75.0, 1, 3)
    assert found.se == pytest.approx(11.1056, abs=1e-4)


def test_transfer_leaves_out_two_peers():
    found = transfer_of({RaterGroup.SUPERIOR: [80.0], RaterGroup.PEER: [0.0, 0.0]})

    assert found is not None
    assert (found.value, found.se, found.peers) == (80.0, 20.0, 0)


def test_transfer_of_two_peers_alone_is_none():
    assert transfer_of({RaterGroup.PEER: [50.0, 60.0]}) is None


def test_rater_score_leaves_out_what_was_not_seen():
    # (4 + 3) / 2 = 3.5 of 4
    assert rater_score([4, None, 3]) == 87.5


@pytest.mark.parametrize(
    ("marks", "problem"),
    [
        ([1, 2, 3], None),
        ([1, 2], "transfer-incomplete"),
        ([1, 2, 5], "transfer-incomplete"),
        ([1, None, None], "transfer-too-little-seen"),
    ],
)
def test_marks_are_checked(marks: list[int | None], problem: str | None):
    assert find_marks_problem(marks, 3) == problem


@pytest.mark.parametrize(
    ("anchors", "problem"),
    [
        (["a", "b", "c"], None),
        (["a", "b"], "anchors-count"),
        (["a", "b", " "], "anchors-length"),
        (["a"] * 3, "anchors-twice"),
    ],
)
def test_anchors_are_checked(anchors: list[str], problem: str | None):
    assert find_anchor_problem(anchors) == problem


def test_peers_of_the_same_rank_come_first():
    alike = [Colleague(official_id=number, tier_order=2) for number in (1, 2, 3)]
    others = [Colleague(official_id=number, tier_order=1) for number in (4, 5, 6)]

    drawn = draw_peers(2, alike + others, Random(1))

    assert len(drawn) == 5
    assert {1, 2, 3} <= set(drawn)


def test_window_opens_after_three_months_and_closes_after_six():
    assert window(dt.date(2026, 8, 31)) == (dt.date(2026, 11, 30), dt.date(2027, 2, 28))
