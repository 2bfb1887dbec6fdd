"""Steps of an item and of its revision, by hand and by Hypothesis."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from merit.assessment.domain.reviewing import (
    Move,
    Standing,
    Step,
    StepRefusal,
    find_refusal,
    plan_drop,
    plan_edit,
    plan_move,
    standing_of,
)
from merit.assessment.domain.states import ITEM_STEPS, ItemState

pytestmark = pytest.mark.unit

D, R, T, A, S, X = ItemState
ACTIVATED = [Step(1, R), Step(1, T), Step(1, A)]


def test_a_draft_stands_alone():
    assert standing_of(D, 1, []) == Standing(state=D, newest_id=1, in_use_id=1)


@pytest.mark.parametrize(
    ("newest", "steps", "revision", "in_use"),
    [
        (1, [], None, 1),
        (2, [], D, 1),
        (2, [Step(2, R)], R, 1),
        (3, [Step(2, R)], R, 1),
        (2, [Step(2, R), Step(2, T), Step(2, A)], None, 2),
        (2, [Step(2, X)], None, 1),
        (3, [Step(2, X)], D, 1),
    ],
)
def test_a_revision_walks_beside_the_version_in_use(newest, steps, revision, in_use):
    standing = standing_of(A, newest, [*ACTIVATED, *steps])

    assert (standing.revision, standing.in_use_id) == (revision, in_use)


def test_a_suspended_item_comes_back_with_the_version_that_was_in_use():
    standing = standing_of(S, 2, [*ACTIVATED, Step(1, S)])

    assert plan_move(standing, A) == Move(version_id=1, start=S, to=A, item_state=A)
    assert plan_move(standing, R) == Move(version_id=2, start=S, to=R, item_state=R)


def test_only_a_revision_moves_when_there_is_one():
    standing = standing_of(A, 2, ACTIVATED)

    assert plan_move(standing, R) == Move(version_id=2, start=D, to=R, item_state=A)
    assert plan_move(standing, S) == Move(version_id=1, start=A, to=S, item_state=S)
    assert plan_move(standing, T) == StepRefusal.NO_STEP
    assert plan_drop(standing) == Move(version_id=2, start=D, to=X, item_state=A)
    assert plan_drop(standing_of(A, 1, ACTIVATED)) == StepRefusal.NO_REVISION


def test_new_words_in_trial_are_reviewed_again():
    assert plan_edit(standing_of(T, 1, ACTIVATED[:2]), 2) == Move(version_id=2, start=T, to=R, item_state=R)
    in_trial = standing_of(A, 2, [*ACTIVATED, Step(2, R), Step(2, T)])
    assert plan_edit(in_trial, 3) == Move(version_id=3, start=T, to=R, item_state=A)
    assert plan_edit(standing_of(D, 1, []), 2) is None


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({}, None),
        ({"actor_id": 1}, StepRefusal.OWN_WORK),
        ({"open_comments": 1}, StepRefusal.COMMENTS),
        ({"key_problems": 1}, StepRefusal.KEY),
    ],
)
def test_what_keeps_an_item_from_passing(changes, refusal):
    facts = {"note": "", "actor_id": 2, "author_id": 1, "open_comments": 0, "key_problems": 0}

    assert find_refusal(Move(version_id=1, start=R, to=T, item_state=T), **(facts | changes)) == refusal


@pytest.mark.parametrize("to", [D, S, X])
def test_going_back_needs_a_reason(to):
    facts = {"actor_id": 2, "author_id": 1, "open_comments": 0, "key_problems": 0}
    step = Move(version_id=1, start=R, to=to, item_state=to)

    assert find_refusal(step, note=" ", **facts) == StepRefusal.NOTE
    assert find_refusal(step, note="sebab", **facts) is None


@given(st.lists(st.one_of(st.sampled_from(ItemState), st.just("edit")), max_size=25))
def test_no_walk_ever_skips_a_step(walk):
    state, newest, steps = D, 1, []
    for action in walk:
        standing = standing_of(state, newest, steps)
        if action == "edit":
            newest += 1
            move = plan_edit(standing, newest)
        else:
            move = plan_move(standing, action)
        if isinstance(move, Move):
            assert move.to in ITEM_STEPS[move.start]
            assert move.version_id <= newest
            steps.append(Step(move.version_id, move.to))
            state = move.item_state
    after = standing_of(state, newest, steps)
    assert after.in_use_id <= newest
    if state == A:
        assert Step(after.in_use_id, A) in steps
