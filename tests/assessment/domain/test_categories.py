"""Which categories the points of an item are."""

from __future__ import annotations

from decimal import Decimal

import pytest

from merit.assessment.domain.categories import CategoryReason, Steps, category_of, steps_of
from merit.assessment.domain.items import (
    Choice,
    ChoiceInteraction,
    EssayKey,
    InlineChoiceInteraction,
    ItemContent,
    ItemKey,
    MapEntry,
    MapKey,
    MatchKey,
    NearNumber,
    NumericKey,
    OrderKey,
)

pytestmark = pytest.mark.unit
CHOICES = tuple(Choice(id=name, html=name) for name in "ABCD")
ONE = ItemContent(body="<p></p>", interactions=(ChoiceInteraction(id="R", choices=CHOICES),))
MANY = ItemContent(body="<p></p>", interactions=(ChoiceInteraction(id="R", choices=CHOICES, most=0),))
LISTS = ItemContent(
    body="<p></p>", interactions=tuple(InlineChoiceInteraction(id=name, choices=CHOICES) for name in "PQ")
)


def _points(*values: str) -> Steps:
    return Steps(tuple(map(Decimal, values)))


def _map(**points: str) -> MapKey:
    return MapKey(entries=tuple(MapEntry(value=name, points=Decimal(value)) for name, value in points.items()))


@pytest.mark.parametrize(
    ("content", "rule", "maximum", "expected"),
    [
        (ONE, MatchKey(correct=("A",), points=Decimal("2.5")), "2.5", _points("0", "2.5")),
        (ONE, _map(A="5", B="4", C="2", D="1"), "5", _points("0", "1", "2", "4", "5")),
        (ONE, _map(A="1", B="-1"), "1", _points("0", "1")),  # the item's lower bound is 0
        (MANY, _map(A="1", B="1", C="-1"), "2", _points("0", "1", "2")),
        (MANY, _map(A="1", B="0.5"), "1.5", Steps((), CategoryReason.BROKEN)),
        (ONE, NumericKey(value=Decimal(3), points=Decimal(2), near=(NearNumber(value=Decimal(4), points=Decimal(1)),)),
         "2", _points("0", "1", "2")),
        (ONE, OrderKey(correct=tuple("ABCD"), partial=True, points=Decimal(3)), "3", _points("0", "1", "2", "3")),
        (ONE, EssayKey(points=Decimal(4)), "4", _points("0", "1", "2", "3", "4")),
        (ONE, EssayKey(points=Decimal(100)), "100", Steps((), CategoryReason.MANY)),
        (ONE, MatchKey(correct=("A",), points=Decimal(0)), "1", Steps((), CategoryReason.NO_POINTS)),
    ],
)  # fmt: skip
def test_steps_of_one_response(content, rule, maximum, expected):
    key = ItemKey(responses={"R": rule}, maximum=Decimal(maximum))

    assert steps_of(content, key) == expected


def test_steps_of_several_responses_add_up():
    key = ItemKey(responses={name: MatchKey(correct=("A",), points=Decimal(1)) for name in "PQ"}, maximum=Decimal(2))

    assert steps_of(LISTS, key) == _points("0", "1", "2")


def test_steps_of_imported_processing_are_whole_points_up_to_the_maximum():
    assert steps_of(ONE, ItemKey(maximum=Decimal(1), processing={"rules": []})) == _points("0", "1")


def test_category_is_the_highest_begun_and_the_lowest_where_none_is():
    steps = tuple(map(Decimal, (1, 2, 4, 5)))

    assert [category_of(Decimal(points), steps) for points in (0, 1, 3, 4, 5, 6)] == [0, 0, 1, 2, 3, 3]
