"""Marks of essays: resolution, steps, queue, agreement."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from merit.assessment.domain.marking import agreement, queue_key, resolve, steps_of

pytestmark = pytest.mark.unit

POINTS = st.integers(0, 10).map(Decimal)


def given_marks(*points: str) -> list[Decimal]:
    return [Decimal(point) for point in points]


@pytest.mark.parametrize(
    ("marks", "points", "wanted", "used"),
    [
        ((), None, 2, ()),
        (("4",), None, 2, ()),
        (("4", "6"), Decimal(5), 2, (0, 1)),
        (("4", "7"), None, 3, ()),
        (("2", "8", "7"), Decimal("7.5"), 3, (1, 2)),
        (("8", "2", "3"), Decimal("2.5"), 3, (1, 2)),
        (("2", "8", "5"), Decimal(5), 3, (0, 1, 2)),
        (("2", "8", "2"), Decimal(2), 3, (0, 2)),
    ],
)
def test_marks_resolve(marks, points, wanted, used):
    found = resolve(given_marks(*marks), Decimal(2))

    assert (found.points, found.wanted, found.used) == (points, wanted, used)


@given(POINTS, POINTS, POINTS)
def test_result_lies_between_the_marks_whatever_their_order(first, second, third):
    results = {resolve([a, b, third], Decimal(0)).points for a, b in ((first, second), (second, first))}

    assert len(results) == 1
    assert min(first, second, third) <= results.pop() <= max(first, second, third)


def test_steps_end_at_the_maximum():
    assert steps_of(Decimal(2), Decimal("0.5")) == [Decimal(n) / 2 for n in range(5)]
    assert steps_of(Decimal(5), Decimal(2)) == [0, 2, 4, 5]
    assert len(steps_of(Decimal(100), Decimal("0.0001"))) <= 202


def test_every_marker_has_an_order_of_their_own():
    names = [f"{number:032x}" for number in range(40)]

    first = sorted(names, key=lambda name: queue_key(name, 1))
    second = sorted(names, key=lambda name: queue_key(name, 2))

    assert first == sorted(names, key=lambda name: queue_key(name, 1))
    assert names != first != second


def test_agreement_of_a_hand_worked_table():
    # Pairs (1,2) (2,2) (3,4) (4,4): squared differences 1+0+1+0, mean 0.5. Population variances 1.25 and 1, means 2.5
    # and 3: by chance 1.25 + 1 + 0.25 = 2.5, kappa = 1 - 0.5/2.5 = 0.8. Means of pairs 1.5 2 3.5 4, grand 2.75:
    # MS between 2(1.5625 + 0.5625 + 0.5625 + 1.5625)/3 = 17/6; MS within (0.5 + 0.5)/4 = 1/4;
    # ICC = (17/6 - 1/4)/(17/6 + 1/4) = 31/37.
    found = agreement([(Decimal(a), Decimal(b)) for a, b in ((1, 2), (2, 2), (3, 4), (4, 4))], Decimal(1))

    assert (found.essays, found.equal, found.within, found.mean_difference) == (4, 2, 4, 0.5)
    assert found.kappa == pytest.approx(0.8)
    assert found.icc == pytest.approx(31 / 37)


def test_agreement_without_variance_is_undefined():
    assert agreement([], Decimal(1)).kappa is None
    assert agreement([(Decimal(3), Decimal(3))] * 3, Decimal(1)).kappa is None
