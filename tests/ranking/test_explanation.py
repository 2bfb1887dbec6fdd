"""Parts that sum, pairs, counterfactuals through the whole pipeline."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from merit.evidence import Levels, Status, Surplus
from merit.ranking.domain import Standing
from merit.ranking.engine.counterfactual import attainable, counterfactuals
from merit.ranking.engine.explanation import cut_line, explain_pair, parts, reference_score, shown_parts
from merit.ranking.engine.types import Change, Option
from tests.ranking.builders import TRANSFER, column, facts, gate, policy, ranked

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("exact", "target", "shown"),
    [
        # 1.4 + 1.4 + 1.2 = 4.0: floors 1, 1, 1; the one left goes to the first of the largest fractions.
        ([14, 14, 12], 4, [2, 1, 1]),
        # Negative parts are floored as well: -1.5 -> -2, 2.7 -> 2; target 1 leaves one, to .7.
        ([-15, 27], 1, [-2, 3]),
        # More left than parts: round and round.
        ([10, 10], 7, [4, 3]),
        # Less than the floors: taken from the smallest fraction first, then round.
        ([19, 11], 1, [1, 0]),
        ([19, 11], -1, [0, -1]),
        ([20, 30], 5, [2, 3]),
    ],
)
def test_shown_parts_by_largest_remainder(exact, target, shown):
    assert shown_parts(exact, target, 10) == shown
    assert sum(shown) == target


THREE = [
    "{code: training.transfer, weight: 0.5, points: [[0, 0], [100, 100]], neutral: 65, actionable: true, step: 10}",
    "{code: assignment.accepted, weight: 0.3, points: [[0, 0], [1, 100]], neutral: 65}",
    "{code: attendance.unexcused, weight: 0.2, points: [[0, 100], [28, 0]], missing: floor, actionable: true}",
]


def three(**settings):
    return policy(THREE, **settings)


def pool():
    """0: 40 + 15 + 20 = 75; 1: 30 + 30 + 10 = 70; 2: 20 + 18 + 0 = 38."""
    return {
        "training.transfer": column([80.0, 60.0, 40.0]),
        "assignment.accepted": column([0.5, 1.0, 0.6]),
        "attendance.unexcused": column([0.0, 14.0, None]),
    }


def test_parts_by_hand():
    result = ranked(three(), pool())

    first = parts(result, 0)

    # Means: 60, 70, 50. Contributions 0.5·20, 0.3·(-20), 0.2·50 = 10 - 6 + 10 = 14 = 75 - 61.
    assert [part.points for part in first] == ["40.0000000000", "15.0000000000", "20.0000000000"]
    assert [part.contribution for part in first] == ["10.0000000000", "-6.0000000000", "10.0000000000"]
    assert [part.shown_contribution for part in first] == ["10.00", "-6.00", "10.00"]
    assert [part.weight for part in first] == ["0.5000", "0.3000", "0.2000"]
    assert (first[0].value, first[0].standard_error, first[0].utility) == (80.0, 0.0, "80.000000")
    assert reference_score(result, result.reference) == 6100


def test_parts_of_a_missing_value_have_no_number():
    (_, _, last) = parts(ranked(three(), pool()), 2)

    assert (last.value, last.standard_error, last.status) == (None, None, Status.MISSING)


def test_parts_against_the_cut_line():
    result = ranked(three(size=2), pool())

    shown = [part.shown_contribution for part in parts(result, 0, cut_line(result))]

    # The second of two names is official 1: 0.5·20, 0.3·(-50), 0.2·50.
    assert shown == ["10.00", "-15.00", "10.00"]


def test_cut_line_of_a_short_list_is_its_end():
    result = ranked(three(size=9), pool())

    assert cut_line(result).tolist() == result.slots.utility[2].tolist()


def test_pair_by_hand():
    result = ranked(three(), pool())

    pair = explain_pair(result, 1, 0)

    assert (pair.above, pair.below, pair.shown, pair.tie_break) == (0, 1, "5.00", None)
    assert [(part.indicator, part.shown) for part in pair.parts] == [
        ("assignment.accepted", "-15.00"),
        ("training.transfer", "10.00"),
        ("attendance.unexcused", "10.00"),
    ]
    assert pair.difference == "5.0000000000"
    assert sum(Fraction(part.difference) for part in pair.parts) == 5
    # assignment: d = -50, R = (5 + 15)/0.7 = 28.571, t* = 28.571/78.571 = 0.3636.
    assert pair.parts[0].flips_at == "0.3636"
    # training: d = 20, R = (5 - 10)/0.5 = -10, t* = -10/(-10 - 20) = 0.3333.
    assert pair.parts[1].flips_at == "0.3333"


def test_pair_of_equal_scores_names_the_deciding_indicator():
    columns = {
        "training.transfer": column([60.0, 54.0, 60.0]),
        "assignment.accepted": column([0.5, 0.6, 0.5]),
        "attendance.unexcused": column([0.0, 0.0, 0.0]),
    }
    result = ranked(three(ties="training.transfer"), columns)

    assert explain_pair(result, 1, 0).tie_break == "training.transfer"
    assert explain_pair(result, 0, 2).tie_break is None
    assert explain_pair(result, 0, 2).parts[0].flips_at is None


def option(code, step):
    return Option(code=code, x=(0.0, 1.0), y=(0.0, 100.0), actionable=True, step=step)


def test_attainable_values_go_in_steps_to_the_fixed_bound():
    plain = column([0.0])

    assert attainable(option("feedback.loyal", 0.5), plain, 3.75) == (4.25, 4.75, 5.0)
    assert attainable(option("appraisal.result", 0.5), plain, 2.0) == (2.5, 3.0)
    assert attainable(option("attendance.unexcused", 1.0), plain, 2.0) == (1.0, 0.0)
    assert attainable(option("appraisal.result", 0.5), plain, 3.0) == ()
    assert len(attainable(option("unit.achievement", 1.0), plain, 60.0)) == 60
    assert attainable(option("competency.jpm", None), plain, 98.5) == (99.5, 100.0)


def test_attainable_job_person_match_moves_by_whole_levels():
    noise = Levels(
        p=np.zeros((1, 2, 5)),
        standard=np.array([3, 3]),
        codes=("M.01", "M.02"),
        surplus=Surplus.CAPPED,
        is_default=np.array([False]),
    )
    evidence = replace(column([400 / 6]), noise=noise)

    assert attainable(option("competency.jpm", None), evidence, 400 / 6) == (500 / 6, 600 / 6)


def ask(rules, columns, row, **more):
    goal = more.pop("goal", None)
    result = ranked(rules, columns, **more)
    n = result.officials.size
    return result, counterfactuals(result, facts(n, **more), columns, row, goal=goal)


def test_counterfactual_of_the_second_by_hand():
    _, found = ask(three(), pool(), 1)

    # To pass 75 with 70: training +10 gives 75 and a tie in rank 1 (cost 10/100); absence 14 -> 7 gives 75 (7/28).
    assert [one.changes for one in found] == [
        (Change(indicator="training.transfer", before=60.0, after=70.0),),
        (Change(indicator="attendance.unexcused", before=14.0, after=7.0),),
    ]
    assert [one.cost for one in found] == [0.1, 0.25]
    assert [one.rank for one in found] == [1, 1]
    assert [one.gates for one in found] == [(), ()]


def test_counterfactual_takes_two_indicators_where_one_does_not_suffice():
    columns = {
        "training.transfer": column([100.0, 90.0]),
        "assignment.accepted": column([1.0, 0.9]),
        "attendance.unexcused": column([0.0, 3.0]),
    }

    _, found = ask(three(precision=0), columns, 1, goal=1)

    # 100 against 45 + 27 + 17.857 = 89.857: training full gives 95, absence 0 gives 92; both 97. No change reaches.
    assert found == ()
    columns["assignment.accepted"] = column([0.9, 0.9])
    columns["training.transfer"] = column([96.0, 90.0])
    # 95 against 89.857: full training alone gives 94.857 -> 95 rounded, a tie and rank 1.
    assert ask(three(precision=0), columns, 1)[1][0].changes[0].after == 100.0
    # At two decimals it needs one day of absence less as well.
    (pair,) = ask(three(), columns, 1)[1]
    assert [change.indicator for change in pair.changes] == ["training.transfer", "attendance.unexcused"]
    assert (pair.changes[0].after, pair.changes[1].after, pair.rank) == (100.0, 2.0, 1)


def test_first_and_unmovable_have_no_counterfactual():
    assert ask(three(), pool(), 0)[1] == ()
    assert (
        ask(policy([TRANSFER.replace(", actionable: true", "")]), {"training.transfer": column([9.0, 1.0])}, 1)[1] == ()
    )


def test_already_full_values_are_no_lever():
    assert ask(policy([TRANSFER]), {"training.transfer": column([100.0, 100.0])}, 1, goal=0)[1] == ()
    assert ask(policy([TRANSFER]), {"training.transfer": column([100.0, 100.0])}, 1, goal=1)[1] == ()


def test_counterfactual_goes_through_the_gates():
    jpm = "{code: competency.jpm, weight: 1, points: [[0, 0], [100, 100]], missing: hold, actionable: true, step: 4}"
    rules = policy(
        [jpm], gates=[gate("jpm_at_least", "{percent: 68}")], default_se="{competency.jpm: {cact: 0.4, asesmen: 0.3}}"
    )
    columns = {"competency.jpm": column([90.0, 60.0], internal=np.array([False, False]))}

    result, found = ask(rules, columns, 1)

    assert result.standing.tolist() == [Standing.RANKED, Standing.FAILED]
    assert [(one.changes[0].after, one.rank, one.gates) for one in found] == [(68.0, 2, ("G",))]


def test_counterfactual_never_helps_against_a_fact_nobody_can_change():
    rules = policy([TRANSFER], gates=[gate("age_at_most", "{years: 30}")])

    result, found = ask(rules, {"training.transfer": column([50.0, 60.0])}, 1)

    assert (result.standing.tolist(), found) == ([Standing.FAILED, Standing.FAILED], ())
