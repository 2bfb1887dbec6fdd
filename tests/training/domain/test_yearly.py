"""The yearly plan against every plan there is, and what its prices say."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from merit.training.domain.yearly import Question, Waits, solve_plan, who_waits

pytestmark = pytest.mark.unit


def make_question(value: list[list[float]], **changed: object) -> Question:
    array = np.array(value)
    n, m = array.shape
    whole = Question(
        value=array,
        cost=np.full(m, 1_000_000),
        quota=np.full(m, n),
        unit=np.zeros(n, dtype=np.int64),
        floor=np.zeros(1, dtype=np.int64),
        budget=n * 1_000_000,
    )
    return replace(whole, **changed)


def best_by_trying(question: Question) -> float:
    n, m = question.value.shape
    best = 0.0
    for choice in product(range(m + 1), repeat=n):
        taken = [(person, course) for person, course in enumerate(choice) if course < m]
        courses = np.bincount([course for _person, course in taken], minlength=m) if taken else np.zeros(m)
        fits = (courses <= question.quota).all() and courses @ question.cost <= question.budget
        if fits:
            best = max(best, sum(question.value[pair] for pair in taken))
    return float(best)


def test_plan_equals_the_best_of_all_plans():
    rng = np.random.default_rng(7)
    for _number in range(5):
        question = make_question(
            rng.integers(0, 9, (5, 3)) / 10,
            cost=rng.integers(1, 4, 3) * 1_000_000,
            quota=rng.integers(1, 3, 3),
            budget=7_000_000,
        )

        answer = solve_plan(question)

        assert answer.value == pytest.approx(best_by_trying(question))
        assert answer.bound >= answer.value - 1e-9


def test_plan_keeps_every_limit():
    rng = np.random.default_rng(3)
    question = make_question(
        np.where(rng.random((60, 8)) < 0.5, rng.random((60, 8)), 0.0),
        quota=np.full(8, 4),
        unit=np.arange(60) % 6,
        floor=np.full(6, 3),
        budget=25_000_000,
        most=2,
    )

    answer = solve_plan(question)

    assert np.bincount(answer.course, minlength=8).max() <= 4
    assert np.bincount(answer.person, minlength=60).max() <= 2
    assert answer.cost <= 25_000_000
    assert np.bincount(question.unit[answer.person], minlength=6).min() >= 3
    assert answer.gap < 0.05


def test_plan_tells_what_a_unit_lacks():
    question = make_question([[0.5], [0.4]], unit=np.array([0, 1]), floor=np.array([1, 1]), budget=1_000_000)

    answer = solve_plan(question)

    assert answer.short.sum() == 1


def test_waiting_for_a_place_names_the_quota_and_the_price():
    # one place for three: the price of the place is what the second would close, the third lacks 0.7 - 0.2 levels of it
    question = make_question([[0.9], [0.7], [0.2], [0.0]], quota=np.array([1]))

    waiting = who_waits(question, solve_plan(question))

    assert [(one.person, one.reason) for one in waiting] == [(1, Waits.QUOTA), (2, Waits.QUOTA), (3, Waits.NO_GAIN)]
    assert 0.5 - 1e-9 <= waiting[1].short <= 0.7 + 1e-9


def test_waiting_for_money_names_the_budget():
    question = make_question([[0.9], [0.7], [0.2]], budget=1_000_000)

    waiting = who_waits(question, solve_plan(question))

    assert {one.reason for one in waiting} == {Waits.BUDGET}


def test_reasons_of_waiting_hold_in_the_plan_itself():
    rng = np.random.default_rng(11)
    question = make_question(
        np.where(rng.random((80, 6)) < 0.5, np.round(rng.random((80, 6)), 2), 0.0),
        cost=rng.integers(1, 6, 6) * 1_000_000,
        quota=rng.integers(2, 9, 6),
        budget=60_000_000,
    )
    answer = solve_plan(question)
    used = np.bincount(answer.course, minlength=6)
    left = question.budget - answer.cost

    for one in who_waits(question, answer):
        if one.reason is Waits.NO_GAIN:
            assert not question.value[one.person].any()
            continue
        inside = question.value[answer.person[answer.course == one.course], one.course]
        is_full, is_dear = used[one.course] == question.quota[one.course], left < question.cost[one.course]
        expected = {(True, True): Waits.BOTH, (True, False): Waits.QUOTA, (False, True): Waits.BUDGET}
        assert one.reason is expected[bool(is_full), bool(is_dear)]
        assert not is_full or question.value[one.person, one.course] <= inside.min()


def test_a_place_kept_for_another_unit_is_told_as_its_share():
    # one place, owed to the second unit, though the first would gain more of it
    question = make_question([[0.9], [0.4]], quota=np.array([1]), unit=np.array([0, 1]), floor=np.array([0, 1]))

    waiting = who_waits(question, solve_plan(question))

    assert [(one.person, one.reason) for one in waiting] == [(0, Waits.SHARE)]


def test_nobody_to_plan_for_is_an_empty_plan():
    answer = solve_plan(make_question([[0.0, 0.0]]))

    assert (answer.value, len(answer.person)) == (0.0, 0)


def greedy_worth(question: Question) -> float:
    """Go through the pairs from the greatest gain; take what fits."""
    places, money, free = question.quota.tolist(), question.budget, [question.most] * len(question.value)
    worth = 0.0
    for pair in np.argsort(-question.value, axis=None, kind="stable").tolist():
        person, course = divmod(pair, question.value.shape[1])
        if question.value[person, course] > 0 and free[person] and places[course] and question.cost[course] <= money:
            places[course] -= 1
            free[person] -= 1
            money -= int(question.cost[course])
            worth += float(question.value[person, course])
    return worth


def drawn_question(seed: int) -> Question:
    rng = np.random.default_rng(seed)
    n, m, units = int(rng.integers(5, 90)), int(rng.integers(1, 12)), int(rng.integers(1, 6))
    value = np.where(rng.random((n, m)) < rng.random(), np.round(rng.random((n, m)) * 2, int(rng.integers(0, 3))), 0.0)
    return Question(
        value=value,
        cost=rng.integers(0, 12, m) * 333_333,
        quota=rng.integers(0, 12, m),
        unit=rng.integers(0, units, n),
        floor=rng.integers(0, 3, units) * int(rng.integers(0, 2)),
        budget=int(rng.integers(0, n * 1_500_000)),
        most=int(rng.integers(1, 4)),
    )


@pytest.mark.parametrize("seed", range(25))
def test_any_plan_keeps_its_limits_and_is_never_worse_than_greedy(seed):
    question = drawn_question(seed)

    answer = solve_plan(question)

    taken = set(zip(answer.person.tolist(), answer.course.tolist(), strict=True))
    assert len(taken) == len(answer.person)
    assert (question.value[answer.person, answer.course] > 0).all()
    assert (np.bincount(answer.course, minlength=len(question.quota)) <= question.quota).all()
    assert (np.bincount(answer.person, minlength=len(question.value)) <= question.most).all()
    assert question.cost[answer.course].sum() == answer.cost <= question.budget
    assert answer.value <= answer.bound + 1e-9
    if not question.floor.any():
        assert answer.value >= greedy_worth(question) - 1e-9
    again = solve_plan(question)
    assert (again.person.tolist(), again.course.tolist()) == (answer.person.tolist(), answer.course.tolist())


def test_a_plan_without_time_is_still_full_and_tells_its_bound():
    rng = np.random.default_rng(5)
    question = make_question(
        np.where(rng.random((400, 30)) < 0.3, rng.random((400, 30)), 0.0), quota=np.full(30, 5), budget=10**9
    )

    answer = solve_plan(question, seconds=0.0)

    assert answer.value >= greedy_worth(question) - 1e-9
    assert len(answer.person) == 150
    assert answer.bound >= answer.value


def test_equal_classes_are_spread_over_everybody():
    # 40 classes of four patterns: without ties broken by person the first prices crowd all into four of them
    rng = np.random.default_rng(6)
    gaps = np.maximum(rng.normal(0.3, 0.5, (800, 4)), 0.0)
    question = make_question(np.tile(gaps, 10), quota=np.full(40, 15), budget=10**10)

    answer = solve_plan(question, seconds=20.0)

    assert answer.gap < 0.001
    assert answer.pairs < 12 * 800
