"""Points of one response, by hand and by properties."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from merit.assessment.domain.items import (
    Area,
    AreaEntry,
    AreaKey,
    Choice,
    ChoiceInteraction,
    EssayInteraction,
    EssayKey,
    HotspotInteraction,
    Interaction,
    ItemContent,
    ItemKey,
    MapEntry,
    MapKey,
    MatchInteraction,
    MatchKey,
    NearNumber,
    NumericKey,
    OrderInteraction,
    OrderKey,
    ResponseKey,
    TextEntryInteraction,
)
from merit.assessment.domain.scoring import Outcome, key_problems, score_item

pytestmark = pytest.mark.unit
LETTERS = "ABCDE"


def choices(letters: str = LETTERS) -> tuple[Choice, ...]:
    return tuple(Choice(id=letter, html=letter) for letter in letters)


def content(*interactions: Interaction) -> ItemContent:
    return ItemContent(body="", interactions=interactions)


def choice_item(most: int = 1) -> ItemContent:
    return content(ChoiceInteraction(id="R", choices=choices(), most=most))


def points(item: ItemContent, rule: ResponseKey, *values: str, maximum: str = "10") -> Decimal | None:
    key = ItemKey(responses={"R": rule}, maximum=Decimal(maximum))
    return score_item(item, key, {"R": values}).points


def weights(*amounts: str, **more: str) -> MapKey:
    entries = tuple(MapEntry(value=one, points=Decimal(p)) for one, p in zip(LETTERS, amounts, strict=False))
    return MapKey(entries=entries, **{name: Decimal(value) for name, value in more.items()})


def test_match_needs_exactly_the_right_set():
    rule = MatchKey(correct=("A", "C"), points=Decimal(2))

    assert points(choice_item(0), rule, "C", "A") == 2
    assert points(choice_item(0), rule, "A") == 0
    assert points(choice_item(0), rule, "A", "C", "D") == 0
    assert points(choice_item(0), rule, "A", "A", "C") == 2


def test_ordered_match_minds_the_order():
    rule = MatchKey(correct=("B", "A"), ordered=True)
    item = content(OrderInteraction(id="R", choices=choices("AB")))

    assert points(item, rule, "B", "A") == 1
    assert points(item, rule, "A", "B") == 0


def test_sjt_weights_and_blank():
    rule = weights("1", "2", "3", "4", "5")
    key = ItemKey(responses={"R": rule}, maximum=Decimal(5), lower=Decimal(1))

    assert [points(choice_item(), rule, letter) for letter in LETTERS] == [1, 2, 3, 4, 5]
    blank = score_item(choice_item(), key, {"R": []})
    assert (blank.points, blank.outcome) == (0, Outcome.BLANK)
    assert score_item(choice_item(), key, {}).points == 0


def test_map_adds_defaults_and_keeps_its_bounds():
    rule = weights("2", "1.5", "-3", default="-0.5", lower="0", upper="3")

    assert points(choice_item(0), rule, "A") == 2
    assert points(choice_item(0), rule, "A", "B") == 3  # 3.5 cut at 3
    assert points(choice_item(0), rule, "A", "D") == Decimal("1.5")  # D is not mapped: -0.5
    assert points(choice_item(0), rule, "A", "C") == 0  # -1 raised to 0
    assert points(choice_item(0), rule, "A", "A", "A") == 2


def test_text_is_mapped_by_its_own_spelling_first():
    item = content(TextEntryInteraction(id="R"))
    rule = MapKey(
        entries=(
            MapEntry(value="york", points=Decimal("0.5"), case_sensitive=False),
            MapEntry(value="York", points=Decimal(1)),
        )
    )

    assert points(item, rule, "York") == 1
    assert points(item, rule, "YORK") == Decimal("0.5")
    assert points(item, rule, "  York ") == 1
    assert points(item, rule, "New York") == 0


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("0.63", 1), ("0,63", 1), ("0,6300", 1), (" 0,63 ", 1), ("0.64", 1), ("0.6401", 0), ("0,62", 1), ("x", 0)],
)
def test_numbers_within_an_absolute_tolerance(typed: str, expected: int):
    item = content(TextEntryInteraction(id="R", numeric=True))
    rule = NumericKey(value=Decimal("0.63"), tolerance=Decimal("0.01"))

    assert points(item, rule, typed) == expected


def test_numbers_within_a_relative_tolerance_and_near_ones():
    item = content(TextEntryInteraction(id="R", numeric=True))
    rule = NumericKey(
        value=Decimal(-200),
        tolerance=Decimal(1),
        relative=True,
        points=Decimal(2),
        near=(NearNumber(value=Decimal(200), points=Decimal("0.5")),),
    )

    assert points(item, rule, "-202") == 2
    assert points(item, rule, "−198") == 2
    assert points(item, rule, "-202,1") == 0
    assert points(item, rule, "200") == Decimal("0.5")


def test_order_all_or_nothing_or_by_neighbours():
    item = content(OrderInteraction(id="R", choices=choices("ABCD")))
    whole = OrderKey(correct=("A", "B", "C", "D"), points=Decimal(3))
    partial = whole.model_copy(update={"partial": True})

    assert points(item, whole, *"ABCD") == 3
    assert points(item, whole, *"ABDC") == 0
    assert points(item, partial, *"ABCD") == 3
    assert points(item, partial, *"BCDA") == 2  # B-C and C-D of three neighbours
    assert points(item, partial, *"DCBA") == 0
    assert points(item, partial, *"AB") == 1


@pytest.mark.parametrize(
    ("shape", "coords", "inside", "outside"),
    [
        ("rect", (10, 20, 30, 40), "10 20", "9.9 20"),
        ("circle", (100, 100, 20), "112 116", "112 117"),
        ("ellipse", (50, 50, 20, 10), "70 50", "50 60.5"),
        ("poly", (0, 0, 10, 0, 0, 10), "5 5", "5.1 5"),
        ("poly", (0, 0, 10, 0, 10, 10, 5, 5, 0, 10), "1 8", "5 8"),
    ],
)
def test_points_in_every_shape_with_its_border(shape: str, coords: tuple[float, ...], inside: str, outside: str):
    item = content(HotspotInteraction(id="R", image="media:x", width=200, height=200, most=0))
    rule = AreaKey(entries=(AreaEntry(area=Area(shape=shape, coords=coords), points=Decimal(2)),))

    assert points(item, rule, inside) == 2
    assert points(item, rule, outside) == 0


def test_each_area_counts_once():
    item = content(HotspotInteraction(id="R", image="media:x", width=200, height=200, most=0))
    rule = AreaKey(
        entries=(
            AreaEntry(area=Area(shape="circle", coords=(10, 10, 5)), points=Decimal(1)),
            AreaEntry(area=Area(shape="rect", coords=(50, 50, 60, 60)), points=Decimal(2)),
        ),
        default=Decimal("-0.5"),
        lower=Decimal(0),
    )

    assert points(item, rule, "10 10", "11 11") == 1
    assert points(item, rule, "10 10", "55 55") == 3
    assert points(item, rule, "10 10", "100 100") == Decimal("0.5")
    assert points(item, rule, "100 100") == 0


def test_pairs_of_equal_sides_have_no_direction():
    both = choices("ABC")
    associate = content(MatchInteraction(id="R", sources=both, targets=both))
    match = content(MatchInteraction(id="R", sources=choices("A"), targets=choices("B")))
    rule = MatchKey(correct=("A B",))

    assert points(associate, rule, "B A") == 1
    assert points(associate, rule, "A     B") == 1
    assert points(match, rule, "B A") == 0


def test_essays_wait_for_people_unless_blank():
    item = content(EssayInteraction(id="R"))
    key = ItemKey(responses={"R": EssayKey(points=Decimal(10))}, maximum=Decimal(10))

    assert score_item(item, key, {"R": ["Teks"]}).outcome == Outcome.TO_MARK
    assert score_item(item, key, {"R": ["Teks"]}).points is None
    assert score_item(item, key, {"R": ["   "]}).points == 0


def test_items_sum_their_responses_within_the_items_bounds():
    item = content(ChoiceInteraction(id="R", choices=choices()), ChoiceInteraction(id="S", choices=choices()))
    key = ItemKey(
        responses={"R": weights("3", "-5"), "S": MatchKey(correct=("A",), points=Decimal(2))},
        maximum=Decimal(5),
        upper=Decimal(4),
    )

    assert score_item(item, key, {"R": ["A"], "S": ["B"]}).points == 3
    assert score_item(item, key, {"R": ["A"], "S": ["A"]}).points == 4
    assert score_item(item, key, {"R": ["B"], "S": ["A"]}).points == 0


def test_processing_that_cannot_be_evaluated_is_not_zero():
    program = {
        "responses": {"R": {"base": "identifier", "cardinality": "single"}},
        "outcomes": {"SCORE": {"base": "float", "cardinality": "single"}},
        "rules": [
            {
                "op": "setOutcomeValue",
                "attrs": {"identifier": "SCORE"},
                "args": [{"op": "customOperator", "attrs": {"class": "org.example.Magic"}, "args": []}],
            }
        ],
    }
    result = score_item(choice_item(), ItemKey(maximum=Decimal(1), processing=program), {"R": ["A"]})

    assert (result.points, result.outcome) == (None, Outcome.UNSUPPORTED)
    assert result.reason == "customOperator org.example.Magic"


def test_a_program_says_the_points_within_the_maximum():
    rule = {
        "op": "setOutcomeValue",
        "attrs": {"identifier": "SCORE"},
        "args": [{"op": "baseValue", "attrs": {"baseType": "float"}, "args": [], "text": "7.5"}],
    }
    program = {"responses": {}, "outcomes": {"SCORE": {"base": "float", "cardinality": "single"}}, "rules": [rule]}

    assert score_item(choice_item(), ItemKey(maximum=Decimal(9), processing=program), {"R": ["A"]}).points == Decimal(
        "7.5"
    )
    assert score_item(choice_item(), ItemKey(maximum=Decimal(5), processing=program), {"R": ["A"]}).points == 5


@pytest.mark.parametrize(
    ("rule", "maximum", "expected"),
    [
        (MatchKey(correct=("A",)), "1", ()),
        (MatchKey(correct=()), "1", ("key-no-correct",)),
        (MatchKey(correct=("Z",)), "1", ("key-correct-unknown",)),
        (MatchKey(correct=("A",)), "0", ("key-maximum-zero", "key-maximum-exceeded")),
        (MatchKey(correct=("A",)), "2", ("key-maximum-unreachable",)),
        (weights("-1", "0"), "1", ("key-no-correct", "key-maximum-unreachable")),
        (weights("1", "2", "3", "4", "5"), "5", ()),
        (weights("1", "2", "3", "4", "6"), "5", ("key-maximum-exceeded",)),
    ],
)
def test_what_is_wrong_with_a_key(rule: ResponseKey, maximum: str, expected: tuple[str, ...]):
    assert key_problems(choice_item(), ItemKey(responses={"R": rule}, maximum=Decimal(maximum))) == expected


def test_keys_and_interactions_must_belong_together():
    key = ItemKey(responses={"S": MatchKey(correct=("A",))}, maximum=Decimal(1))

    assert key_problems(choice_item(), key) == ("key-response-missing", "key-response-unknown")


amounts = st.decimals(min_value=-5, max_value=5, places=2)
map_keys = st.builds(
    lambda points, default, lower, width: MapKey(
        entries=tuple(MapEntry(value=v, points=p) for v, p in zip(LETTERS, points, strict=True)),
        default=default,
        lower=lower,
        upper=None if width is None or lower is None else lower + width,
    ),
    st.lists(amounts, min_size=5, max_size=5),
    amounts,
    st.none() | st.decimals(min_value=-3, max_value=0, places=1),
    st.none() | st.decimals(min_value=0, max_value=6, places=1),
)
answers = st.lists(st.sampled_from([*LETTERS, "Z"]), min_size=1, max_size=8)


@given(map_keys, answers, st.randoms(use_true_random=False))
def test_the_order_of_choices_and_answers_does_not_matter(rule: MapKey, given_values: list[str], chance):
    shuffled, entries = list(given_values), list(rule.entries)
    chance.shuffle(shuffled)
    chance.shuffle(entries)
    other = content(ChoiceInteraction(id="R", choices=choices(LETTERS[::-1]), most=0))

    first = points(choice_item(0), rule, *given_values)
    second = points(other, rule.model_copy(update={"entries": tuple(entries)}), *shuffled)
    assert first == second


@given(map_keys, answers)
def test_duplicates_count_once(rule: MapKey, given_values: list[str]):
    assert points(choice_item(0), rule, *given_values) == points(choice_item(0), rule, *set(given_values))


@given(map_keys, answers, st.decimals(min_value=0, max_value=8, places=1), st.none() | amounts)
def test_points_stay_within_the_items_bounds(
    rule: MapKey, given_values: list[str], maximum: Decimal, lower: Decimal | None
):
    lower = None if lower is None else min(lower, maximum)
    key = ItemKey(responses={"R": rule}, maximum=maximum, lower=lower)
    result = score_item(choice_item(0), key, {"R": given_values})

    assert result.points is not None
    assert result.points <= maximum
    assert lower is None or result.points >= lower


@given(st.permutations("ABCDE"))
def test_partial_order_gives_all_only_to_the_right_order(order: list[str]):
    item = content(OrderInteraction(id="R", choices=choices()))
    rule = OrderKey(correct=tuple(LETTERS), partial=True, points=Decimal(4))
    earned = points(item, rule, *order)

    assert earned is not None
    assert 0 <= earned <= 4
    assert (earned == 4) == (order == list(LETTERS))
    assert earned == earned.to_integral_value()  # four neighbours, four points
