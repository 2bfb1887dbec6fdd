"""What if: other policies on frozen columns, and what they do to groups."""

from __future__ import annotations

import numpy as np
import pytest

from merit.ranking.engine.result import result_sha256
from merit.ranking.engine.selection import RateVerdict, group_rate
from merit.ranking.simulation import Changes, compare, contribution_changes, rank_again, real_changes, simulated
from merit.ranking.store.freeze import Inputs
from tests.ranking.builders import column, facts, gate, policy, ranked

pytestmark = pytest.mark.unit

TWO = policy(
    [
        "{code: training.transfer, weight: 0.6, points: [[0, 0], [100, 100]], neutral: 65}",
        "{code: service.response, weight: 0.4, points: [[0, 0], [1, 100]], neutral: 50}",
    ],
    gates=[gate("age_at_most", "{years: 58}")],
)
COLUMNS = {
    "training.transfer": column([90, 60, 20]),
    "service.response": column([0.2, 0.6, 1.0], k=[2, 6, 10], n=[10, 10, 10]),
}
WEIGHTS = "pillars.0.indicators.{}.weight"


def again(changes):
    """The ranking of the three under changes, and the one before."""
    before = ranked(TWO, COLUMNS)
    inputs = Inputs(officials=before.officials, facts=facts(3), columns=COLUMNS)
    changed = simulated(TWO.document, changes)
    assert changed.problems == ()
    return before, rank_again(inputs, changed.policy, before)


def test_other_weights_move_people_and_say_who_enters():
    # Before: 62, 60, 52. After 0.2/0.8: 34, 60, 84.
    before, after = again(Changes(fields={WEIGHTS.format(0): "0.2", WEIGHTS.format(1): "0.8"}))

    moves = compare(before, after)

    assert (before.rank.tolist(), after.rank.tolist()) == ([1, 2, 3], [3, 2, 1])
    assert (moves.moved.tolist(), moves.entered.tolist()) == ([True, False, True], [False, False, True])
    assert moves.left.tolist() == [True, False, False]
    assert moves.order.tolist() == [2, 1, 0]


def test_contribution_changes_are_measured_against_the_mean():
    # Means 56.666667 and 60: first 0.6·33.333333 = 20 before, 0.2·33.333333 = 6.666667 after; second 0.4·(20-60) = -16
    # before, 0.8·-40 = -32 after.
    before, after = again(Changes(fields={WEIGHTS.format(0): "0.2", WEIGHTS.format(1): "0.8"}))

    changes = contribution_changes(before, after, 0)

    assert [slot for slot, _units in changes] == [1, 0]
    assert [round(units / 10**15, 4) for _slot, units in changes] == [-16.0, -13.3333]


def test_a_gate_is_left_out_or_made_to_block():
    rule = gate("age_at_most", "{years: 30}", status="needs_verification")
    informing = policy(
        ["{code: training.transfer, weight: 1, points: [[0, 0], [100, 100]], neutral: 65}"], gates=[rule]
    )

    off = simulated(informing.document, Changes(gates={"G": "off"}))
    blocking = simulated(informing.document, Changes(gates={"G": "on"}))

    assert off.policy.gates == ()
    assert [one.may_block for one in (informing.gates[0], blocking.policy.gates[0])] == [False, True]


def test_a_wrong_parameter_is_named_at_its_own_gate_though_another_is_left_out():
    rules = [gate("age_at_most", "{years: 30}").replace("id: G", f"id: G{place}") for place in range(3)]
    three = policy(["{code: training.transfer, weight: 1, points: [[0, 0], [100, 100]], neutral: 65}"], gates=rules)

    checked = simulated(three.document, Changes(gates={"G0": "off"}, fields={"gates.2.params.years": "999"}))

    assert [path for path, _code, _details in checked.problems] == ["gates.2.params.years"]


@pytest.mark.parametrize(("shift", "expected"), [(20, [85.0, 70.0]), (-20, [45.0, 30.0])])
def test_neutral_values_are_shifted_together(shift, expected):
    assert [slot.neutral for slot in simulated(TWO.document, Changes(neutral=shift)).policy.slots] == expected


def test_a_neutral_value_stays_within_the_scale():
    high = policy(["{code: training.transfer, weight: 1, points: [[0, 0], [100, 100]], neutral: 95}"])

    assert simulated(high.document, Changes(neutral=20)).policy.slots[0].neutral == 100.0


def test_only_weights_and_parameters_can_be_changed_and_only_real_changes_count():
    typed = {
        WEIGHTS.format(0): "0,60",
        WEIGHTS.format(1): "0,4",
        "gates.0.params.years": "56",
        "gates.0.status": "confirmed",
        "title": "Lain",
        "size": "9",
    }

    assert real_changes(TWO.document, typed) == {"gates.0.params.years": "56"}


def test_a_simulation_repeats_to_the_last_digit():
    changes = Changes(fields={WEIGHTS.format(0): "0.35", WEIGHTS.format(1): "0.65"}, neutral=-7)

    assert result_sha256(again(changes)[1]) == result_sha256(again(changes)[1])


def test_somebody_a_gate_had_failed_is_ranked_without_it():
    strict = policy(
        ["{code: training.transfer, weight: 1, points: [[0, 0], [100, 100]], neutral: 65}"],
        gates=[gate("age_at_most", "{years: 30}")],
    )
    columns = {"training.transfer": column([90, 60])}
    before = ranked(strict, columns)
    inputs = Inputs(officials=before.officials, facts=facts(2), columns=columns)

    after = rank_again(inputs, simulated(strict.document, Changes(gates={"G": "off"})).policy, before)
    moves = compare(before, after)

    assert (before.rank.tolist(), after.rank.tolist()) == ([0, 0], [1, 2])
    assert moves.moved.tolist() == [True, True]
    assert np.flatnonzero(moves.entered).tolist() == [0]


def test_rates_below_thirty_are_not_judged():
    rate = group_rate(selected=3, size=29, all_selected=40, all_size=400)

    assert (rate.ratio, rate.verdict) == (None, RateVerdict.FEW)
    assert group_rate(selected=3, size=371, all_selected=40, all_size=400).verdict is RateVerdict.FEW


def test_a_ratio_worked_by_hand_is_a_description_below_250():
    # 10 of 100 against 30 of 150: (10.5/101)/(30.5/151) = 0.103960/0.201987 = 0.514689.
    # Variance 1/10.5 - 1/101 + 1/30.5 - 1/151 = 0.111501, so factor exp(1.959964·0.333918) = 1.924119.
    rate = group_rate(selected=10, size=100, all_selected=40, all_size=250)

    assert rate.ratio == pytest.approx(0.514689, abs=1e-6)
    assert (rate.low, rate.high) == pytest.approx((0.267493, 0.990323), abs=1e-5)
    assert rate.verdict is RateVerdict.DESCRIPTIVE


@pytest.mark.parametrize(
    ("selected", "all_selected", "verdict"),
    [(20, 100, RateVerdict.APART), (45, 100, RateVerdict.ALIKE), (1, 5, RateVerdict.DESCRIPTIVE)],
)
def test_a_verdict_needs_250_and_five_expected(selected, all_selected, verdict):
    assert group_rate(selected=selected, size=300, all_selected=all_selected, all_size=600).verdict is verdict


@pytest.mark.parametrize(
    "name", ["gates.99.params.years", "gates.x.params.years", "gates.².params.years", "gates.0.params.years.x", "code"]
)
def test_fields_the_form_does_not_have_change_nothing(name):
    assert real_changes(TWO.document, {name: "3"}) == {}


def test_an_endless_number_is_a_problem_at_its_field():
    typed = real_changes(TWO.document, {"pillars.0.weight": "1e999999999"})

    assert [path for path, _code, _details in simulated(TWO.document, Changes(fields=typed)).problems] == [
        "pillars.0.weight"
    ]
