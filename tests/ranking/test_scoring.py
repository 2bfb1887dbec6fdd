"""Utilities, slots, totals, order: hand-worked, exact."""

import hashlib
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from merit.evidence import Levels, Status, Surplus
from merit.ranking.document import canonical_json
from merit.ranking.domain import Standing
from merit.ranking.engine.core import assess, join, place, rank
from merit.ranking.engine.result import fixed, points_text, result_document, result_sha256, score_text, utility_text
from merit.ranking.engine.scoring import round_half_even, standard_error, utility
from merit.ranking.engine.types import Option
from tests.ranking.builders import TRANSFER, column, datum, facts, gate, policy, ranked, vacancy

pytestmark = pytest.mark.unit

MEASURED, MISSING, NOT_APPLICABLE, EXPIRED, DISPUTED = Status


def option(points, code="training.transfer"):
    x, y = zip(*points, strict=True)
    return Option(code=code, x=tuple(map(float, x)), y=tuple(map(float, y)), actionable=False, step=1.0)


def test_utility_is_linear_between_knots_and_flat_outside():
    knots = option([(60, 0), (90, 65), (120, 100)])

    # 75 is half way to 65; 100 is a third of the way from 65 to 100: 76.666667.
    assert utility(knots, np.array([10.0, 60, 75, 90, 100, 120, 500])).tolist() == [
        *(0, 0, 32_500_000, 65_000_000, 76_666_667, 100_000_000, 100_000_000)
    ]


def test_utility_of_a_falling_indicator():
    knots = option([(0, 100), (3, 65), (12, 25), (24, 0)])

    # 7.5 is half way between 65 and 25.
    assert utility(knots, np.array([0.0, 3, 7.5, 30])).tolist() == [100_000_000, 65_000_000, 45_000_000, 0]


@pytest.mark.parametrize(("value", "rounded"), [(25, 2), (35, 4), (26, 3), (24, 2), (-25, -2), (-35, -4), (0, 0)])
def test_rounding_is_half_to_even(value, rounded):
    assert round_half_even(np.array([value]), 10).tolist() == [rounded]


def test_exact_texts():
    assert fixed(-5, 2) == "-0.05"
    assert fixed(78, 0) == "78"
    assert utility_text(65_000_000) == "65.000000"
    assert points_text(200_000_000 * 65_000_001) == "13.0000002000"
    assert points_text(-200_000_000 * 65_000_001) == "-13.0000002000"


SLOT = """{code: appraisal.result, weight: 0.6, points: [[1, 0], [2, 65], [3, 100]], missing: %s,
         preferred: {code: unit.achievement, points: [[60, 0], [100, 80], [120, 100]]}}"""
OTHER = "{code: training.transfer, weight: 0.4, points: [[0, 0], [100, 100]], neutral: 65}"


def two(missing="hold"):
    return policy([SLOT % missing, OTHER])


def test_score_by_hand():
    # 0: 0.6·80 + 0.4·50 = 68 (leads a unit at 100 %). 1: 0.6·65 + 0.4·65 = 65 (no unit, no training: neutral).
    columns = {
        "unit.achievement": column([100.0, None], status=[MEASURED, NOT_APPLICABLE]),
        "appraisal.result": column([3.0, 2.0]),
        "training.transfer": column([50.0, None], status=[MEASURED, NOT_APPLICABLE]),
    }

    result = ranked(two(), columns)

    assert [score_text(result, row) for row in (0, 1)] == ["68.00", "65.00"]
    assert result.slots.option.tolist() == [[0, 0], [1, 0]]
    assert result.slots.se[1].tolist() == [0.0, 0.0]
    assert result.reference.tolist() == [72_500_000, 57_500_000]
    assert result.rank.tolist() == [1, 2]


def test_leading_a_unit_without_a_figure_is_missing_not_the_other_indicator():
    columns = {
        "unit.achievement": column([None]),
        "appraisal.result": column([3.0]),
        "training.transfer": column([50.0]),
    }

    result = ranked(two(), columns)

    assert (result.standing.tolist(), result.slots.held.tolist()) == ([Standing.HOLD], [[True, False]])
    assert result.order.size == 0
    assert result.reference.tolist() == [0, 0]


@pytest.mark.parametrize("status", [MISSING, EXPIRED])
@pytest.mark.parametrize(
    ("missing", "standing", "best"),
    [("hold", Standing.HOLD, 0), ("floor", Standing.RANKED, 0), ("bounds", Standing.RANKED, 100_000_000)],
)
def test_missing_rules(status, missing, standing, best):
    columns = {
        "unit.achievement": column([None], status=[NOT_APPLICABLE]),
        "appraisal.result": column([None], status=[status]),
        "training.transfer": column([50.0]),
    }

    result = ranked(two(missing), columns)

    assert result.standing.tolist() == [standing]
    assert result.slots.utility.tolist() == [[0, 50_000_000]]
    assert (result.slots.best[0, 0], result.flagged[0]) == (best, best > 0)


def test_disputed_is_scored_between_both_values_and_never_waits():
    columns = {
        "unit.achievement": column([None], status=[NOT_APPLICABLE]),
        "appraisal.result": column([None], status=[DISPUTED], alternative=np.array([[3.0, 2.0]])),
        "training.transfer": column([50.0]),
    }

    result = ranked(two(), columns)

    assert result.standing.tolist() == [Standing.RANKED]
    assert (result.slots.utility[0, 0], result.slots.best[0, 0]) == (65_000_000, 100_000_000)
    assert (result.flagged.tolist(), score_text(result, 0)) == ([True], "59.00")


@pytest.mark.parametrize("status", [NOT_APPLICABLE, DISPUTED])
def test_unforeseen_standing_waits_and_is_never_silently_zero(status):
    # The slot has no neutral utility, and a dispute comes without its two values.
    columns = {
        "unit.achievement": column([None], status=[NOT_APPLICABLE]),
        "appraisal.result": column([None], status=[status]),
        "training.transfer": column([50.0]),
    }

    assert ranked(two(), columns).standing.tolist() == [Standing.HOLD]


def test_rank_is_the_competition_rank_of_the_rounded_score():
    # 62.005 rounds half-even to 62.00, so the first two are equal; 62.015 rounds to 62.02.
    result = ranked(policy([TRANSFER]), {"training.transfer": column([62.005, 62.0, 62.015, 10.0])})

    assert result.rank.tolist() == [2, 2, 1, 4]
    assert result.tied.tolist() == [True, True, False, False]
    assert result.order.tolist() == [2, 0, 1, 3]


def test_equal_scores_are_ordered_by_the_policy_and_the_rest_is_tied():
    indicators = [
        "{code: training.transfer, weight: 0.5, points: [[0, 0], [100, 100]], neutral: 65}",
        "{code: assignment.accepted, weight: 0.5, points: [[0, 0], [1, 100]], neutral: 65}",
    ]
    columns = {
        "training.transfer": column([40.0, 60.0, 60.0, 50.0]),
        "assignment.accepted": column([0.6, 0.4, 0.4, 0.5]),
    }

    result = ranked(policy(indicators, ties="training.transfer"), columns)

    assert result.rank.tolist() == [4, 1, 1, 3]
    assert result.tied.tolist() == [False, True, True, False]


def test_standard_errors_by_kind_of_noise():
    # Levels: one competency, standard 3, P(2)=P(3)=P(4)=1/3. Capped levels 2, 3, 3: variance 2/9.
    p = np.array([[[0, 1 / 3, 1 / 3, 1 / 3, 0]]])

    def levels(surplus):
        return Levels(p=p, standard=np.array([3]), codes=("M.01",), surplus=surplus, is_default=np.array([True]))

    capped = replace(column([88.0]), noise=levels(Surplus.CAPPED))
    offset = replace(column([100.0]), noise=levels(Surplus.OFFSET))

    assert standard_error(capped)[0] == pytest.approx(100 / 3 * np.sqrt(2 / 9))
    assert standard_error(offset)[0] == pytest.approx(100 / 3 * np.sqrt(2 / 3))
    assert standard_error(column([0.8], k=[8], n=[10]))[0] == pytest.approx(np.sqrt(0.8 * 0.2 / 10))
    assert standard_error(column([5.0, None], se=[2.0, np.nan])).tolist()[0] == 2.0
    assert np.isnan(standard_error(column([None]))[0])


def test_weights_and_points_are_exact_to_the_last_digit():
    columns = {
        "unit.achievement": column([None], status=[NOT_APPLICABLE]),
        "appraisal.result": column([2.5]),
        "training.transfer": column([100 / 3]),
    }

    result = ranked(two(), columns)

    # 0.6·82.5 + 0.4·33.333333 = 49.5 + 13.3333332
    document = result_document(result)
    assert document["officials"][0]["points"] == ["49.5000000000", "13.3333332000"]
    assert sum(map(Fraction, document["officials"][0]["points"])) == Fraction(int(result.total[0]), 10**15)


@pytest.mark.parametrize("precision", [0, 2, 6])
def test_result_hash_is_that_of_the_canonical_document(precision):
    rules = policy([TRANSFER], gates=[gate("education_at_least", "{level: S1/D4}")], precision=precision)
    columns = {"training.transfer": column([0.0, 100, 7.123456, 50, 9])}

    result = ranked(rules, columns, education=datum([6, 6, 6, 5, None]), nip=np.array(["3", "20", "1", 'ü"', "5"]))

    text = canonical_json(result_document(result))
    assert [entry["nip"] for entry in result_document(result)["officials"]] == ["1", "20", "3", "5", 'ü"']
    assert result_sha256(result) == hashlib.sha256(text.encode()).hexdigest()


def test_result_hash_of_nobody():
    result = ranked(policy([TRANSFER]), {"training.transfer": column([])}, n=0)

    text = canonical_json(result_document(result))
    assert result_sha256(result) == hashlib.sha256(text.encode()).hexdigest()


def test_slices_joined_give_the_whole():
    values = [10.0, 20, 30, 40, 50]
    rules = policy([TRANSFER], gates=[gate("education_at_least", "{level: S1/D4}")])
    whole = ranked(rules, {"training.transfer": column(values)}, education=datum([6, 5, 6, 6, 6]))

    def part(start, stop):
        some = facts(
            stop - start,
            nip=whole.nip[start:stop],
            education=datum([6, 5, 6, 6, 6][start:stop]),
        )
        columns = {"training.transfer": column(values[start:stop])}
        return assess(some, columns, rules, officials=whole.officials[start:stop], vacancy=vacancy())

    joined = place(join([part(0, 2), part(2, 5)]), rules, vacancy())

    assert joined.rank.tolist() == whole.rank.tolist()
    assert result_sha256(joined) == result_sha256(whole)


def test_announced_number_goes_before_the_policys():
    rules = policy([TRANSFER], size=3)
    columns = {"training.transfer": column([1.0])}

    named = rank(facts(1), columns, rules, officials=np.array([7]), vacancy=vacancy(size=5))

    assert (ranked(rules, columns).size, named.size) == (3, 5)
    assert (named.row_of(str(named.nip[0])), named.row_of("nobody")) == (0, None)
