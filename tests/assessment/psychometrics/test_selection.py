"""Adaptive choice: what is chosen and why, when it ends, shadow tests, exposure, and banks that are too small."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from merit.assessment.psychometrics import (
    Bank,
    ChoiceCode,
    ExclusionCode,
    ItemParametersError,
    ItemSet,
    PlainParameters,
    Row,
    Rules,
    Shortage,
    answered,
    begin,
    calibrate,
    item_information,
    next_item,
    score,
    shortages,
)
from merit.assessment.psychometrics.shadow import assemble
from merit.assessment.psychometrics.simulation import exposure_probabilities, replay, simulate, with_exposure
from tests.assessment.psychometrics.calibrated import items_of

pytestmark = pytest.mark.unit


def flat(*difficulties, slope=1.0):
    return ItemSet.of(PlainParameters(model="2pl", discrimination=slope, thresholds=(b,)) for b in difficulties)


def random_items(rng, size):
    return ItemSet.of(
        PlainParameters(model="2pl", discrimination=a, thresholds=(b,))
        for a, b in zip(rng.lognormal(0, 0.25, size).tolist(), rng.normal(size=size).tolist(), strict=True)
    )


def generator(seed=1):
    return np.random.default_rng(seed)


def sit(bank, rules, respond, seed=1):
    """Return the choices of one test and its last state."""
    rng = generator(seed)
    state, choices = begin(bank, rules, rng=rng), []
    while (choice := next_item(state, bank, rules, rng=rng)).item is not None:
        choices.append(choice)
        state = answered(state, bank, rules, item=choice.item, response=respond(choice.item))
    return [*choices, choice], state


def test_curves_of_mixed_items_are_those_of_the_calibration(table):
    rows = table("science_mirt.csv")[1]
    calibration = calibrate(rows, "grm", errors=False)
    items = items_of(calibration)

    np.testing.assert_allclose(items.information([-1.0, 0.5]), item_information(calibration, [-1.0, 0.5]))
    np.testing.assert_allclose(items.probabilities(0.3).sum(axis=2), 1)
    moved = items.moved(1.3, -0.4)
    np.testing.assert_allclose(moved.probabilities(1.3 * 0.3 - 0.4), items.probabilities(0.3))


@pytest.mark.parametrize("model", ["2pl", "3pl", "grm", "gpcm"])
def test_information_is_that_of_the_curves(model):
    guessing = 0.2 if model == "3pl" else 0.0
    thresholds = (0.3,) if model in {"2pl", "3pl"} else (-0.5, 0.3, 1.0)
    items = ItemSet.of([PlainParameters(model=model, discrimination=1.4, thresholds=thresholds, guessing=guessing)] * 2)
    theta, step = np.linspace(-2, 2, 9), 1e-5

    slope = (items.probabilities(theta + step) - items.probabilities(theta - step)) / (2 * step)

    np.testing.assert_allclose(items.information(theta), (slope**2 / items.probabilities(theta)).sum(axis=2), rtol=1e-7)


def test_the_ability_within_a_test_is_the_eap_of_the_calibration(table):
    rows = table("science_mirt.csv")[1]
    calibration = calibrate(rows, "grm", errors=False)
    bank, rules = Bank(items=items_of(calibration)), Rules(longest=4)

    state = begin(bank, rules, rng=generator())
    for item in (2, 0, 3):
        state = answered(state, bank, rules, item=item, response=int(rows[0, item]) - 1)

    expected = score(np.where(np.arange(4) == 1, -1, rows[:1]), calibration)
    np.testing.assert_allclose(
        (state.theta, state.standard_error), (expected.theta[0], expected.standard_error[0]), atol=1e-6
    )


def test_the_most_informative_item_comes_next_and_says_so():
    bank, rules = Bank(items=flat(-2, 0.1, 1.5)), Rules(longest=2)

    first, second, last = sit(bank, rules, lambda item: 1)[0]

    assert (first.item, second.item, last.item) == (1, 2, None)
    assert first.reason.code is ChoiceCode.MOST_INFORMATIVE
    np.testing.assert_allclose(first.information, bank.items.information(0.0)[1, 0])
    assert (first.reason.place, second.reason.place) == (1, 2)
    assert last.reason.code is ChoiceCode.LONGEST


def test_enemies_and_barred_items_are_passed_over_by_name():
    bank = Bank(items=flat(0, 0.05, 0.4, 2), enemies=[{0, 1}], exposure=np.array([1, 1, 0, 1.0]))
    rules = Rules(longest=3)

    choices, state = sit(bank, rules, lambda item: item == 0)

    assert state.barred == {2}
    assert [choice.item for choice in choices] == [0, 3, 2, None]
    passed = {row.item: (row.code, row.enemy) for row in choices[1].reason.passed_over}
    assert passed == {1: (ExclusionCode.ENEMY, 0), 2: (ExclusionCode.EXPOSURE, None)}
    assert choices[2].reason.exposure_lifted


def test_a_bank_that_runs_out_ends_the_test():
    choices, state = sit(Bank(items=flat(0, 1), enemies=[{0, 1}]), Rules(longest=5), lambda item: 1)

    assert (len(state.given), choices[-1].reason.code) == (1, ChoiceCode.EXHAUSTED)


def test_chance_chooses_among_the_best_and_can_be_replayed():
    bank, rules = Bank(items=flat(*np.linspace(-1, 1, 21).tolist())), Rules(longest=1, randomesque=(3, 1))

    firsts = [sit(bank, rules, lambda item: 1, seed)[0][0] for seed in range(20)]

    assert {choice.item for choice in firsts} == {9, 10, 11}
    assert firsts == [sit(bank, rules, lambda item: 1, seed)[0][0] for seed in range(20)]
    best = firsts[0].reason.candidates
    assert firsts[0].item == best[int(firsts[0].reason.draw * 3)].item


def test_early_items_can_weigh_information_by_the_posterior():
    """A steep item off the middle beats a flat one at the middle only when theta is known."""
    items = ItemSet.of(
        [
            PlainParameters(model="2pl", discrimination=4.0, thresholds=(0.0,)),
            PlainParameters(model="2pl", discrimination=1.3, thresholds=(0.0,)),
        ]
    )
    grid = Bank(items=items).grid
    weight = np.exp(-(grid**2) / 2)
    bank = Bank(items=items)

    plain = next_item(begin(bank, Rules(longest=1), rng=generator()), bank, Rules(longest=1), rng=generator())
    rules = Rules(longest=1, weighted_first=1)
    weighted = next_item(begin(bank, rules, rng=generator()), bank, rules, rng=generator())

    np.testing.assert_allclose(plain.information, 4.0)
    np.testing.assert_allclose(weighted.information, items.information(grid)[0] @ weight / weight.sum())
    assert weighted.reason.weighted


def test_a_test_ends_when_it_is_precise_or_the_level_is_decided():
    bank = Bank(items=flat(*np.linspace(-2, 2, 60).tolist(), slope=1.5))

    precise, state = sit(bank, Rules(longest=60, standard_error=0.4), lambda item: item % 2)
    decided, other = sit(bank, Rules(longest=60, shortest=5, cuts=(0.0,), certainty=0.9), lambda item: 1)

    assert precise[-1].reason.code is ChoiceCode.PRECISE
    assert state.standard_error <= 0.4 < precise[-2].reason.standard_error
    assert (decided[-1].reason.code, decided[-1].reason.level) == (ChoiceCode.DECIDED, 2)
    assert decided[-1].reason.probability >= 0.9
    assert len(other.given) >= 5


def test_no_test_ends_before_its_blueprint_is_kept():
    """The precise test still owes an item of the far subject."""
    items = flat(*np.linspace(-1, 1, 30).tolist(), 3.0, 3.2, slope=2.0)
    bank = Bank(items=items, content={"subject": ["near"] * 30 + ["far"] * 2})
    rules = Rules(
        longest=20, standard_error=0.45, blueprint=(Row("subject", "far", 1, 2), Row("subject", "near", 0, 20))
    )

    choices, state = sit(bank, rules, lambda item: item % 2)

    assert sum(item >= 30 for item in state.given) >= 1
    assert choices[-1].reason.code is ChoiceCode.PRECISE
    assert choices[-2].reason.code is ChoiceCode.FOR_BLUEPRINT


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 10_000))
def test_a_shadow_test_is_the_best_that_keeps_everything(seed):
    """Against all sets of 4 of 10 items."""
    rng = generator(seed)
    subject = [f"s{code}" for code in rng.integers(0, 3, 10)]
    bank = Bank(items=random_items(rng, 10), content={"subject": subject}, enemies=[{0, 1, 2}, {2, 3}])
    rules = Rules(longest=4, blueprint=(Row("subject", "s0", 1, 2), Row("subject", "s1", 0, 2)))
    information = bank.items.information(float(rng.normal()))[:, 0]

    def allowed(chosen):
        counts = {code: sum(subject[item] == code for item in chosen) for code in ("s0", "s1")}
        apart = len({0, 1, 2} & set(chosen)) <= 1 and len({2, 3} & set(chosen)) <= 1
        return 5 in chosen and 7 not in chosen and 1 <= counts["s0"] <= 2 and counts["s1"] <= 2 and apart

    found = assemble(bank, rules, given=(5,), barred=frozenset({7}), information=information)

    tests = [chosen for chosen in combinations(range(10), 4) if allowed(chosen)]
    if tests:
        best = max(information[list(chosen)].sum() for chosen in tests)
        np.testing.assert_allclose(information[found.test].sum(), best, rtol=1e-3)
        assert allowed(np.flatnonzero(found.test).tolist())
    else:
        assert found.exposure_lifted or found.shortages


def test_a_full_row_is_named_where_it_keeps_an_item_out():
    bank = Bank(items=flat(0, 0.01, 0.02, 2, 2.1), content={"subject": list("aaabb")})
    full = Row("subject", "a", 1, 1)

    first = sit(bank, Rules(longest=3, blueprint=(full, Row("subject", "b", 0, 2))), lambda item: 0)[0]

    assert [choice.item for choice in first] == [0, 3, 4, None]
    assert {(row.item, row.code, row.row) for row in first[1].reason.passed_over} == {
        (1, ExclusionCode.ROW_FULL, full),
        (2, ExclusionCode.ROW_FULL, full),
    }


def test_a_bank_too_small_for_its_blueprint_is_named_row_by_row():
    bank = Bank(items=flat(*[0.0] * 6), content={"level": list("223344")}, enemies=[{0, 1}])

    lacking = shortages(bank, Rules(longest=6, blueprint=(Row("level", "2", 2, 3), Row("level", "3", 6, 6))))
    too_long = shortages(bank, Rules(longest=9))
    fine = shortages(bank, Rules(longest=5, blueprint=(Row("level", "3", 1, 2),)))

    assert lacking == (Shortage(Row("level", "2", 2, 3), 1), Shortage(Row("level", "3", 6, 6), 4))
    assert too_long == (Shortage(None, 3),)
    assert fine == ()


def test_rows_that_contradict_each_other_are_named_and_the_test_goes_on():
    bank = Bank(items=flat(*[0.0] * 6), content={"level": list("223344")})
    rules = Rules(longest=2, blueprint=(Row("level", "2", 2, 2), Row("level", "3", 1, 2)))

    choices, state = sit(bank, rules, lambda item: 1)

    assert [(row.lacking, row.row is None) for row in shortages(bank, rules)] in ([(1, False)], [(1, True)])
    assert len(state.given) == 2
    assert choices[0].reason.shortages


def test_many_at_once_are_those_one_by_one():
    """Rules without chance: the fast path gives the same tests as ``next_item``, up to the grid's half step."""
    rng = generator(4)
    bank = Bank(items=random_items(rng, 60), enemies=[{3, 4, 5}])
    rules = Rules(longest=15, standard_error=0.45)
    responses = (rng.random((20, 60)) < 0.5).astype(int)

    found = replay(bank, rules, responses, rng=generator())

    same = 0
    for person, row in enumerate(responses):
        state = sit(bank, rules, lambda item, row=row: int(row[item]))[1]
        same += state.given == tuple(found.given[person, : found.lengths[person]].tolist())
        np.testing.assert_allclose(found.theta[person], state.theta, atol=0.2)
    assert same >= 12
    assert not any({3, 4} <= set(row) or {4, 5} <= set(row) or {3, 5} <= set(row) for row in found.given.tolist())


def test_many_at_once_keep_rows_as_shadow_tests_do():
    """Rows that share no item and ask for a least number: the fast path gives what ``next_item`` gives."""
    rng = generator(9)
    codes = [f"l{place % 4}" for place in range(60)]
    rows = tuple(Row("level", f"l{code}", 2, 12) for code in range(3))
    bank = Bank(items=random_items(rng, 60), content={"level": codes})
    rules = Rules(longest=12, shortest=6, standard_error=0.5, blueprint=rows)
    responses = (rng.random((25, 60)) < 0.5).astype(int)

    found = replay(bank, rules, responses, rng=generator())

    same = 0
    for person, row in enumerate(responses):
        state = sit(bank, rules, lambda item, row=row: int(row[item]))[1]
        same += set(state.given) == set(found.given[person, : found.lengths[person]].tolist())
        counts = [sum(codes[item] == f"l{code}" for item in found.given[person] if item >= 0) for code in range(3)]
        assert min(counts) >= 2
    assert same >= 18  # the others differ by the grid's half step
    assert not found.short_rows.any()
    assert set(found.ends) <= {ChoiceCode.PRECISE, ChoiceCode.LONGEST}


def test_rows_that_cannot_be_kept_are_told_and_the_tests_go_on():
    bank = Bank(items=flat(*[0.0] * 8), content={"level": list("aabbbbbb")})
    rules = Rules(longest=5, blueprint=(Row("level", "a", 3, 5),))

    found = simulate(bank, rules, [0.0, 0.5], rng=generator())

    assert (found.short_rows.tolist(), found.lengths.tolist()) == ([True, True], [5, 5])
    assert all({0, 1} <= set(test) for test in found.given.tolist())


def test_a_simulation_measures_without_much_bias():
    rng = generator(5)
    theta = rng.normal(size=600)

    found = simulate(Bank(items=random_items(rng, 300)), Rules(longest=30, standard_error=0.3), theta, rng=rng)

    assert abs(found.bias) < 0.05
    assert 0.25 < found.rmse < 0.36
    assert sum(found.ends.values()) == 600
    np.testing.assert_allclose(found.exposure.sum(), found.lengths.mean())


def test_a_blueprint_holds_for_everybody_in_a_simulation():
    rng = generator(6)
    codes = [f"l{code}" for code in rng.integers(0, 3, 60)]
    rows = tuple(Row("level", f"l{code}", 2, 4) for code in range(3))
    bank = Bank(items=random_items(rng, 60), content={"level": codes})

    found = simulate(bank, Rules(longest=8, blueprint=rows), rng.normal(size=5), rng=rng)

    for test in found.given:
        counts = [sum(codes[item] == f"l{code}" for item in test) for code in range(3)]
        assert min(counts) >= 2
        assert max(counts) <= 4
    assert not found.short_rows.any()


def test_exposure_control_keeps_items_from_being_seen_by_all():
    rng = generator(7)
    bank, rules = Bank(items=random_items(rng, 120)), Rules(longest=10)
    theta = rng.normal(size=1_500)

    chances = exposure_probabilities(bank, rules, theta, most=0.25, rng=rng)
    free = simulate(bank, rules, theta, rng=rng)
    bounded = simulate(with_exposure(bank, chances), rules, theta, rng=rng)

    assert free.exposure.max() > 0.9
    assert bounded.exposure.max() < 0.30
    assert bounded.overlap < free.overlap
    assert bounded.rmse < free.rmse + 0.1


def test_exposure_is_bounded_under_the_rows_that_candidates_will_meet():
    """Six items serve the row: without it the simulation would not know that everybody needs two of them."""
    rng = generator(11)
    bank = Bank(items=random_items(rng, 60), content={"level": ["a" if item < 6 else "b" for item in range(60)]})
    rules = Rules(longest=8, blueprint=(Row("level", "a", 2, 8),))
    theta = rng.normal(size=600)

    chances = exposure_probabilities(bank, rules, theta, most=0.5, rng=rng)
    bare = exposure_probabilities(bank, Rules(longest=8), theta, most=0.5, rng=rng)
    with_rows, without = (
        simulate(with_exposure(bank, found), rules, theta, rng=rng, together=True).exposure.max()
        for found in (chances, bare)
    )

    assert with_rows < 0.56
    assert without > with_rows


def test_a_replay_uses_only_what_was_answered():
    rng = generator(8)
    bank = Bank(items=random_items(rng, 20), content={"level": ["l"] * 20})
    responses = rng.integers(0, 2, (6, 20))
    responses[:, 8:] = -1

    open_rules, bound = Rules(longest=12), Rules(longest=6, blueprint=(Row("level", "l", 1, 6),))

    for rules in (open_rules, bound):
        found = replay(bank, rules, responses, rng=rng)
        assert found.given.max() < 8
        assert np.isnan(found.bias)
    assert replay(bank, open_rules, responses, rng=rng).ends == {ChoiceCode.EXHAUSTED: 6}


def answer_twice():
    bank, rules = Bank(items=flat(0, 1)), Rules(longest=2)
    state = answered(begin(bank, rules, rng=generator()), bank, rules, item=0, response=1)
    return answered(state, bank, rules, item=0, response=1)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Rules(longest=0), "at least one item"),
        (lambda: Rules(longest=2, certainty=0.9), "between cuts"),
        (lambda: Rules(longest=2, randomesque=()), "Chance"),
        (lambda: Rules(longest=2, blueprint=(Row("a", "b", 2, 1),)), "no more than"),
        (lambda: Bank(items=flat(0), content={"a": []}), "one code"),
        (lambda: Bank(items=flat(0), enemies=[{0, 1}]), "items of the bank"),
        (lambda: Bank(items=flat(0), exposure=np.array([1.5])), "probability"),
        (lambda: Bank(items=flat(0, slope=-1.0)), "positive slopes"),
        (lambda: simulate(Bank(items=flat(0)), Rules(longest=1), [], rng=generator()), "abilities"),
        (lambda: replay(Bank(items=flat(0)), Rules(longest=1), [[2]], rng=generator()), "categories"),
        (answer_twice, "once"),
        (
            lambda: exposure_probabilities(Bank(items=flat(0)), Rules(longest=1), [0.0], most=0.1, rng=generator()),
            "small",
        ),
    ],
)
def test_what_cannot_be_given_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize(
    "parameters",
    [
        PlainParameters(model="4pl", discrimination=1.0, thresholds=(0.0,)),
        PlainParameters(model="2pl", discrimination=float("nan"), thresholds=(0.0,)),
        PlainParameters(model="2pl", discrimination=0.0, thresholds=(0.0,)),
        PlainParameters(model="2pl", discrimination=1.0, thresholds=(0.0, 1.0)),
        PlainParameters(model="grm", discrimination=1.0, thresholds=(1.0, 0.0)),
        PlainParameters(model="3pl", discrimination=1.0, thresholds=(0.0,), guessing=1.0),
    ],
)
def test_parameters_without_a_curve_are_named(parameters):
    with pytest.raises(ItemParametersError) as refusal:
        ItemSet.of([PlainParameters(model="2pl", discrimination=1.0, thresholds=(0.0,)), parameters])

    assert refusal.value.item == 1
