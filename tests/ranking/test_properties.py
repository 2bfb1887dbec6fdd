"""Properties that must hold for any pool: searched with Hypothesis."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from merit.evidence import Status
from merit.ranking.engine.explanation import parts, reference_score
from merit.ranking.engine.result import score_text
from merit.ranking.engine.scoring import utility
from merit.ranking.engine.types import Option
from merit.ranking.engine.uncertainty import simulate
from tests.ranking.builders import column, policy, ranked

pytestmark = pytest.mark.unit

INDICATORS = [
    "{code: training.transfer, weight: 0.35, points: [[0, 0], [65, 65], [100, 100]], neutral: 65}",
    "{code: assignment.accepted, weight: 0.4, points: [[0, 10], [0.3, 65], [1, 100]], neutral: 65}",
    "{code: attendance.unexcused, weight: 0.25, points: [[0, 100], [3, 65], [28, 0]], missing: floor}",
]
CODES = ("training.transfer", "assignment.accepted", "attendance.unexcused")
BETTER = (1, 1, -1)
RULES = policy(INDICATORS, size=2, ties="attendance.unexcused, training.transfer")

officials = st.tuples(
    st.one_of(st.none(), st.integers(0, 1000).map(lambda tenth: tenth / 10)),
    st.one_of(st.none(), st.integers(0, 20).map(lambda part: part / 20)),
    st.one_of(st.none(), st.integers(0, 30).map(float)),
)
pools = st.lists(officials, min_size=2, max_size=7)


def columns_of(pool):
    """None is NOT_APPLICABLE for the first two, MISSING for the last."""
    columns = {}
    for index, code in enumerate(CODES):
        values = [official[index] for official in pool]
        absent = Status.MISSING if index == 2 else Status.NOT_APPLICABLE
        status = [absent if value is None else Status.MEASURED for value in values]
        columns[code] = column(values, status=status)
    return columns


def names(count):
    return np.array([f"{index:018d}" for index in range(count)])


def ranks(pool, nips):
    """Return rank and tie of each official by NIP."""
    result = ranked(RULES, columns_of(pool), n=len(pool), nip=nips)
    return {str(nip): int(rank) for nip, rank in zip(result.nip, result.rank, strict=True)}, result


def order_of(placed, among):
    """Return every pair's comparison: who is above, below or level."""
    return {
        (one, other): (placed[one] > placed[other]) - (placed[one] < placed[other]) for one in among for other in among
    }


@given(pools, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_order_is_invariant_to_permuting(pool, random):
    nips = names(len(pool))
    shuffled = list(range(len(pool)))
    random.shuffle(shuffled)

    placed, _ = ranks(pool, nips)
    again, result = ranks([pool[index] for index in shuffled], nips[shuffled])

    assert again == placed
    assert [str(nip) for nip in result.nip[result.order]] == sorted(placed, key=lambda nip: (placed[nip], nip))


@given(pools, st.data())
@settings(max_examples=60, deadline=None)
def test_order_of_the_others_is_invariant_to_removing(pool, data):
    gone = data.draw(st.integers(0, len(pool) - 1))
    rest = [index for index in range(len(pool)) if index != gone]
    nips = names(len(pool))

    placed, _ = ranks(pool, nips)
    without, _ = ranks([pool[index] for index in rest], nips[rest])

    others = [str(nips[index]) for index in rest]
    assert order_of(without, others) == order_of(placed, others)


@given(pools, officials)
@settings(max_examples=60, deadline=None)
def test_order_of_the_others_is_invariant_to_adding_and_duplicating(pool, added):
    nips = names(len(pool) + 2)
    present = [str(nip) for nip in nips[: len(pool)]]

    placed, _ = ranks(pool, nips[: len(pool)])
    more, _ = ranks([*pool, added, pool[0]], nips)

    assert order_of(more, present) == order_of(placed, present)
    assert more[str(nips[-1])] == more[present[0]]


@given(pools, st.data())
@settings(max_examples=60, deadline=None)
def test_better_never_scores_or_ranks_lower(pool, data):
    """A missing value becomes the best there is; a measured one improves by a third."""
    who = data.draw(st.integers(0, len(pool) - 1))
    index = data.draw(st.integers(0, 2))
    value = pool[who][index]
    improved = list(pool[who])
    improved[index] = (0.0 if index == 2 else 100.0) if value is None else value + BETTER[index] * value / 3
    changed = [*pool[:who], tuple(improved), *pool[who + 1 :]]
    nips = names(len(pool))

    _, before = ranks(pool, nips)
    _, after = ranks(changed, nips)

    assert after.total[who] >= before.total[who]
    assert after.rank[who] <= before.rank[who]


knots = st.lists(st.integers(-100, 100), min_size=2, max_size=5, unique=True).map(sorted)


@given(knots, st.data())
@settings(max_examples=200, deadline=None)
def test_utility_is_monotone_everywhere_and_exact_at_knots(x, data):
    y = sorted(data.draw(st.lists(st.integers(0, 100_000), min_size=len(x), max_size=len(x))))
    values = sorted(data.draw(st.lists(st.floats(-150, 150), min_size=2, max_size=20)))
    rising = Option(code="x", x=tuple(map(float, x)), y=tuple(part / 1000 for part in y), actionable=False, step=1.0)
    falling = replace(rising, y=tuple(part / 1000 for part in reversed(y)))

    assert (np.diff(utility(rising, np.array(values))) >= 0).all()
    assert (np.diff(utility(falling, np.array(values))) <= 0).all()
    assert utility(rising, np.array(rising.x)).tolist() == [part * 1000 for part in y]


@given(pools, st.integers(0, 4))
@settings(max_examples=60, deadline=None)
def test_parts_sum_to_the_score_as_shown(pool, precision):
    rules = policy(INDICATORS, size=2, precision=precision)
    result = ranked(rules, columns_of(pool), n=len(pool))

    for row in range(len(pool)):
        each = parts(result, row)
        score = Fraction(score_text(result, row))
        reference = Fraction(reference_score(result, result.reference), 10**precision)
        assert sum(Fraction(part.points) for part in each) == Fraction(int(result.total[row]), 10**15)
        assert sum(Fraction(part.shown_points) for part in each) == score
        assert sum(Fraction(part.shown_contribution) for part in each) == score - reference
        exact = sum(Fraction(part.contribution) for part in each)
        against = Fraction(int((result.policy.weights * result.reference).sum()), 10**15)
        assert exact == Fraction(int(result.total[row]), 10**15) - against


@given(pools, st.integers(1, 8), st.lists(st.sampled_from([0.0, 0.0, 2.0, 15.0]), min_size=7, max_size=7))
@settings(max_examples=40, deadline=None)
def test_shares_of_the_top_sum_to_the_places(pool, size, errors):
    columns = columns_of(pool)
    noisy = columns["training.transfer"]
    columns["training.transfer"] = column(noisy.value.tolist(), status=noisy.status.tolist(), se=[*errors[: len(pool)]])
    result = ranked(policy(INDICATORS, size=size, ties="training.transfer"), columns, n=len(pool))

    known = simulate(result, columns, draws=200)

    assert known.p_top.sum() == pytest.approx(min(size, len(pool)))
    assert (known.rank_low <= result.rank[known.rows]).all()
    assert (result.rank[known.rows] <= known.rank_high).all()
    points = result.total[known.rows] / 10**15
    assert (known.score_low <= points + 1e-9).all()
    assert (points <= known.score_high + 1e-9).all()
    first, last = known.band
    assert 0 <= first <= last <= len(pool)
