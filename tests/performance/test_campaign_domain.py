"""Rules of 360 feedback campaigns: the draw, the sheet, agreement and what stays hidden."""

import datetime as dt
from decimal import Decimal

import pytest

from merit.performance.domain.campaigns import (
    SELF,
    CampaignProblem,
    CampaignState,
    Circle,
    Terms,
    draw,
    find_terms_problem,
    is_rateable,
    move,
)
from merit.performance.domain.rater_agreement import combine, find_leniency, intraclass, summarise, within_agreement
from merit.performance.domain.sheets import (
    SheetProblem,
    Sign,
    all_keys,
    find_problem,
    find_signs,
    load_scale,
    load_values,
    value_means,
)
from merit.performance.models import ASPECTS

pytestmark = pytest.mark.unit


def terms(**changes):
    given = {
        "name": "360",
        "year": 2025,
        "starts": dt.date(2026, 1, 5),
        "ends": dt.date(2026, 1, 30),
        "peers": 4,
        "staff": 3,
        "minimum": 3,
    }
    return Terms(**(given | changes))


def sheet(mark=4, **changes):
    return dict.fromkeys(all_keys(), mark) | {key.replace("_", "-"): mark for key, mark in changes.items()}


def test_the_form_has_three_behaviours_for_each_of_the_seven_values():
    values = load_values()

    assert tuple(value.code for value in values) == ASPECTS
    assert {len(value.behaviours) for value in values} == {3}
    assert len(load_scale()) == 5


def test_loyal_is_loyalty_to_the_state_and_never_to_a_person():
    loyal = next(value for value in load_values() if value.code == "loyal")

    words = " ".join(loyal.behaviours).casefold()
    assert "pancasila" in words
    assert not any(person in words for person in ("pimpinan", "atasan", "wali kota", "kepala"))
    assert loyal.source == "UU 20/2023 Pasal 4"


def test_the_same_seed_draws_the_same_raters_and_another_seed_others():
    circles = [Circle(subject=1, peers=tuple(range(10, 40)), staff=(50, 51, 52))]

    first, again, other = (draw(circles, terms(), seed) for seed in ("a", "a", "b"))

    assert first == again
    assert [one.rater for one in first] != [one.rater for one in other]
    assert [one.group for one in first].count("rekan") == 4
    assert {one.by for one in first if one.group == "rekan"} == {"chance"}
    assert {one.by for one in first if one.group == "bawahan"} == {"rule"}


def test_a_group_under_the_minimum_is_not_asked():
    drawn = draw([Circle(subject=1, superiors=(2, 3), peers=(4, 5))], terms(), "a")

    assert [(one.rater, one.group) for one in drawn] == [(1, SELF)]
    assert not is_rateable(drawn, 1)


def test_nobody_is_drawn_for_himself_or_twice():
    circle = Circle(subject=1, superiors=(2, 3, 4), peers=(1, 2, 5, 6, 7), staff=(5, 6, 7, 8, 9, 10))

    drawn = draw([circle], terms(), "a")

    raters = [one.rater for one in drawn]
    assert len(raters) == len(set(raters))
    assert [one.group for one in drawn if one.rater == 1] == [SELF]


def test_the_work_is_spread_over_those_who_can():
    peers = (10, 11, 12, 13, 14, 15)
    drawn = draw([Circle(subject=one, peers=peers) for one in (1, 2)], terms(peers=3), "a")

    assert sorted(one.rater for one in drawn if one.group == "rekan") == list(peers)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({}, None),
        ({"ends": dt.date(2026, 1, 4)}, CampaignProblem.PERIOD),
        ({"year": 2023}, CampaignProblem.YEAR),
        ({"minimum": 2}, CampaignProblem.NUMBERS),
        ({"minimum": 5}, CampaignProblem.NUMBERS),
        ({"peers": 90}, CampaignProblem.NUMBERS),
    ],
)
def test_terms_that_cannot_hold(changes, problem):
    assert find_terms_problem(terms(**changes)) == problem


def test_a_published_campaign_moves_no_more():
    steps = ("draw", "open", "close", "propose", "refuse", "publish", "cancel", "unknown")

    assert {move(CampaignState.PUBLISHED, step) for step in steps} == {None}
    assert move(CampaignState.PROPOSED, "publish") == CampaignState.PUBLISHED


def test_a_sheet_is_complete_known_and_says_enough():
    assert find_problem(sheet()) is None
    assert find_problem(sheet(loyal_1=6)) == SheetProblem.MARK
    assert find_problem({"kaya-1": 3}) == SheetProblem.MARK
    assert find_problem({"loyal-1": 3}) == SheetProblem.INCOMPLETE
    assert find_problem(sheet(mark=0)) == SheetProblem.FEW


def test_what_cannot_be_observed_does_not_count():
    means = value_means(sheet(loyal_1=5, loyal_2=4, loyal_3=0, adaptif_1=0, adaptif_2=0, adaptif_3=0))

    # (5 + 4) / 2
    assert means["loyal"] == Decimal("4.5")
    assert "adaptif" not in means


def test_signs_of_a_careless_sheet():
    mixed = {key: 3 + number % 2 for number, key in enumerate(all_keys())}
    torn = {key: (1, 5, 1)[number % 3] for number, key in enumerate(all_keys())}

    assert find_signs(mixed, 120) == []
    assert find_signs(sheet(), 120) == [Sign.STRAIGHT]
    assert find_signs(mixed, 41) == [Sign.QUICK]
    assert find_signs(torn, 120) == [Sign.SCATTERED]


def test_agreement_by_hand():
    # marks 3, 4, 5: s² = 1, σ_E² = 2, r_wg = 1 - 1/2
    found = within_agreement([3, 4, 5])

    assert found.value == pytest.approx(0.5)
    # (n-1)s² = 2, χ²(2) at 0.975 is 7.378: 1 - 2/7.378/2; the lower end is below nought and cut
    assert (found.low, found.high) == (0.0, pytest.approx(1 - 1 / 7.3778, abs=1e-4))
    assert within_agreement([4, 4, 4]).value == 1.0


def test_a_group_has_mean_and_error_only_from_the_minimum_on():
    assert summarise([3, 5], 3) is None
    found = summarise([3, 4, 5], 3)
    # v = (2·1 + 3·0.64) / 5 = 0.784, SE = √(0.784/3)
    assert (found.mean, found.se) == (4.0, pytest.approx(0.51121, abs=1e-5))
    assert combine([found, found]) == (4.0, pytest.approx(0.51121 / 2**0.5, abs=1e-5))
    assert combine([]) is None


def test_intraclass_correlation_of_shrout_and_fleiss():
    # Shrout & Fleiss (1979), table 2: six targets, four judges, ICC(1,1) = 0.17, 95 % interval -0.13 to 0.72
    rated = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]

    found = intraclass(rated)

    assert found.value == pytest.approx(0.1657, abs=1e-3)
    assert (found.low, found.high) == (pytest.approx(-0.1329, abs=1e-3), pytest.approx(0.7226, abs=1e-3))
    assert intraclass([[1, 2, 3]]) is None


def test_leniency_of_groups_is_shown_and_that_of_few_raters_is_not():
    found = find_leniency([{"rekan": [4, 4, 4], "bawahan": [2, 2, 2]}, {"rekan": [5, 5, 5], "bawahan": [4, 4, 4]}])

    # rekan: +1 and +0.5
    assert found.groups == {"rekan": 0.75, "bawahan": -0.75}
    assert found.spread == 0.0
    assert find_leniency([{"rekan": [4, 3, 5]}]).spread is None
