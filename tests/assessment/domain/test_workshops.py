"""Workshops: steps, valid judgements, and the cuts of a round worked by hand."""

from math import log

import pytest

from merit.assessment.domain.scale import ItemParameters
from merit.assessment.domain.workshops import (
    STEPS,
    Method,
    WorkshopProblem,
    WorkshopState,
    WorkshopStep,
    answer_problem,
    compare_last_rounds,
    cuts_of_round,
    cuts_problem,
    keys_of_round,
    next_state,
)
from merit.assessment.psychometrics import ordered_booklet
from merit.assessment.psychometrics.item_set import ItemSet

pytestmark = pytest.mark.unit

ITEMS = ItemSet.of([ItemParameters("2pl", 1.0, (0.0,))] * 4)


def angoff(ratings, raters=(7, 8, 9)):
    return cuts_of_round(Method.ANGOFF, ratings, raters=raters, items=ITEMS, booklet=())


def shares(*values):
    return dict.fromkeys(range(1, 5), values)


def test_a_round_opens_closes_and_opens_again_until_it_ends():
    assert next_state(WorkshopState.PREPARED, WorkshopStep.OPEN, rounds=0) is WorkshopState.RATING
    assert next_state(WorkshopState.FEEDBACK, WorkshopStep.OPEN, rounds=1) is WorkshopState.RATING
    assert next_state(WorkshopState.FEEDBACK, WorkshopStep.OPEN, rounds=5) is WorkshopProblem.ROUNDS
    assert next_state(WorkshopState.RATING, WorkshopStep.FINISH, rounds=1) is WorkshopProblem.STEP
    assert not any(state in {WorkshopState.FINISHED, WorkshopState.CANCELLED} for state, _step in STEPS)


@pytest.mark.parametrize(
    ("method", "answer", "problem"),
    [
        (Method.ANGOFF, (0.2, 0.4, 0.6, 1.0), None),
        (Method.ANGOFF, (0.2, 0.4, 0.6, 1.1), WorkshopProblem.SHARE),
        (Method.ANGOFF, (0.2, 0.4, 0.6), WorkshopProblem.SHARE),
        (Method.ANGOFF, (0.5, 0.4, 0.6, 0.7), WorkshopProblem.ORDER),
        (Method.BOOKMARK, (0, 1, 3, 4), None),
        (Method.BOOKMARK, (0, 1, 3, 5), WorkshopProblem.PAGE),
        (Method.EXPERT_KEYS, (5, 4, 2, 1), None),
        (Method.EXPERT_KEYS, (5, 4, 2), WorkshopProblem.VALUE),
        (Method.EXPERT_KEYS, (6, 4, 2, 1), WorkshopProblem.VALUE),
    ],
)
def test_a_judgement_must_fit_its_method(method, answer, problem):
    assert answer_problem(method, answer, size=4) is problem


def test_angoff_cuts_are_the_ability_at_which_the_panels_share_is_expected():
    # Two raters, four equal items at b = 0: theta is the logit of the mean share.
    result = angoff({7: shares(0.2, 0.4, 0.6, 0.8), 8: shares(0.3, 0.5, 0.7, 0.9), 9: {1: (0.1, 0.2, 0.3, 0.4)}})

    assert result.theta == pytest.approx([log(p / (1 - p)) for p in (0.25, 0.45, 0.65, 0.85)], abs=1e-6)
    assert result.shares == pytest.approx([25, 45, 65, 85], abs=1e-4)
    # Spread of 0.2 and 0.3 is 0.0707, error 0.05; on theta divided by p (1 - p).
    assert result.errors[0] == pytest.approx(0.05 / (0.25 * 0.75), rel=1e-3)
    assert {problem.code for problem in result.problems} >= {"few-raters", "rater-incomplete"}
    assert result.can_propose
    assert result.evidence()["raters"] == 3


def test_one_complete_rater_is_no_panel():
    assert angoff({7: shares(0.2, 0.4, 0.6, 0.8)}) is WorkshopProblem.INCOMPLETE


def test_equal_cuts_are_not_proposed():
    result = angoff({7: shares(0.5, 0.5, 0.6, 0.8), 8: shares(0.5, 0.5, 0.7, 0.9)})

    assert not result.can_propose
    assert "cuts-not-increasing" in {problem.code for problem in result.problems}


def test_bookmarks_lead_to_the_median_of_the_raters():
    items = ItemSet.of([ItemParameters("2pl", 1.0, (b,)) for b in (-2.0, -1.0, 0.0, 1.0, 2.0)])
    booklet = ordered_booklet(items)
    ratings = {7: {0: (1, 2, 3, 4)}, 8: {0: (1, 2, 3, 4)}, 9: {0: (2, 3, 4, 5)}}

    result = cuts_of_round(Method.BOOKMARK, ratings, raters=(7, 8, 9), items=items, booklet=booklet)

    # A page lies log 2 above its item's b; the cut halfway to the next page.
    assert result.theta == pytest.approx([b + 0.5 + log(2) for b in (-2, -1, 0, 1)], abs=1e-6)


def test_experts_key_needs_three_complete_experts():
    ratings = {7: {1: (5, 4, 2, 1)}, 8: {1: (5, 3, 2, 1)}, 9: {1: (4, 4, 2, 1)}}

    key = keys_of_round(ratings, 1, raters=(7, 8, 9), options=4)

    assert key.values.tolist() == [5, 4, 2, 1]
    assert keys_of_round({7: ratings[7], 8: ratings[8]}, 1, raters=(7, 8, 9), options=4) is None


def test_kept_cuts_are_four_and_rise():
    assert cuts_problem((-1.0, 0.0, 1.0, 2.0)) is None
    assert cuts_problem((-1.0, 0.0, 1.0)) is WorkshopProblem.CUTS
    assert cuts_problem((-1.0, 0.0, 0.0, 2.0)) is WorkshopProblem.CUTS_ORDER


def test_a_second_round_tells_what_it_changed_among_those_who_judged_both():
    """At level 2 rater 1 moves 0.2 to 0.3, rater 2 stays at 0.4: by 0.05 in the mean, and so does the cut."""
    before = {1: {1: [0.2, 0.4, 0.6, 0.8]}, 2: {1: [0.4, 0.5, 0.6, 0.9]}, 3: {}}
    after = {1: {1: [0.3, 0.4, 0.6, 0.8]}, 2: {1: [0.4, 0.5, 0.7, 0.9]}, 3: {1: [0.1, 0.2, 0.3, 0.4]}}

    found = compare_last_rounds(Method.ANGOFF, before, after, places=[1], booklet=())

    assert [(one.level, one.raters, one.is_closer) for one in found] == [
        (2, 2, True),
        (3, 2, False),
        (4, 2, False),
        (5, 2, False),
    ]
    assert [round(one.ratings, 6) for one in found] == [0.05, 0.0, 0.05, 0.0]
    assert round(found[0].cut, 6) == 0.05
    assert round(found[2].after, 6) == round(0.1 / 2**0.5, 6)


def test_bookmarks_are_compared_on_the_scale_and_values_of_experts_all_together():
    booklet = ordered_booklet(ItemSet.of(ItemParameters("2pl", 1.0, (at,)) for at in (-1.0, 0.0, 1.0)))
    marks = ({1: {0: [0, 1, 2, 3]}, 2: {0: [1, 1, 2, 3]}}, {1: {0: [1, 1, 2, 3]}, 2: {0: [1, 1, 2, 3]}})
    values = ({1: {1: [1, 5]}, 2: {1: [3, 5]}}, {1: {1: [2, 5]}, 2: {1: [3, 5]}})

    level_2 = compare_last_rounds(Method.BOOKMARK, *marks, places=[0], booklet=booklet)[0]
    options = compare_last_rounds(Method.EXPERT_KEYS, *values, places=[1], booklet=())

    assert round(level_2.ratings, 6) == 0.25  # the first page lies at -1 + ln 2, halfway to the next at -0.5 + ln 2
    assert [(one.level, one.ratings) for one in options] == [(None, 0.25)]
    assert compare_last_rounds(Method.EXPERT_KEYS, values[0], {1: values[1][1]}, places=[1], booklet=()) == ()
