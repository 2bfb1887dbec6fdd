"""Draws, intervals, P(rank ≤ k), the band, rank sets and weight robustness."""

import hashlib
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from scipy.special import betaincinv, ndtr, ndtri

from merit.evidence import Levels, Status, Surplus
from merit.ranking.engine.draws import Source, share_quantiles, stream_key, uniforms, words
from merit.ranking.engine.ranksets import rank_sets, simultaneous_ranks
from merit.ranking.engine.robustness import draw_weights, flipping_weight, weight_robustness
from merit.ranking.engine.uncertainty import drawn_scores, simulate, uncertainty_sha256
from tests.ranking.builders import TRANSFER, column, policy, ranked

pytestmark = pytest.mark.unit

MONTE_CARLO = 4 * np.sqrt(0.25 / 20_000)  # four standard errors of a share near one half: 0.014


def philox_4x64(key, counter):
    """One block of Philox4x64-10 (Salmon et al. 2011), written out as a reference."""
    word, mask = 2**64, 2**64 - 1
    k0, k1 = key % word, key // word
    c = [counter, 0, 0, 0]
    for _ in range(10):
        p0, p1 = 0xD2E7470EE14C6C93 * c[0], 0xCA5A826395121157 * c[2]
        c = [(p1 // word) ^ c[1] ^ k0, p1 & mask, (p0 // word) ^ c[3] ^ k1, p0 & mask]
        k0, k1 = (k0 + 0x9E3779B97F4A7C15) & mask, (k1 + 0xBB67AE8584CAA73B) & mask
    return c


def test_words_follow_the_documented_layout():
    key = stream_key("ab" * 32, "LOWONGAN-1", "training.transfer", "198001012005010001")

    text = "ab" * 32 + "\nLOWONGAN-1\ntraining.transfer\n198001012005010001"
    assert key == int.from_bytes(hashlib.sha256(text.encode()).digest()[:16], "little")
    assert words(key, 6).tolist() == [*philox_4x64(key, 1), *philox_4x64(key, 2)[:2]]


def test_uniforms_are_strictly_inside():
    ends = uniforms(np.array([0, 2**64 - 1], dtype=np.uint64))

    assert ends[0] == 2.0**-54
    assert ends[1] == 1.0 - 2.0**-54


@pytest.mark.parametrize(("k", "n"), [(0, 5), (5, 5), (8, 10), (270, 300), (4999, 5000)])
def test_share_quantiles_agree_with_the_exact_inverse(k, n):
    places = np.array([5, 205, 410, 2048, 3686, 3891, 4091])
    spread = np.sqrt((k + 1) * (n - k + 1) / (n + 2) ** 2 / (n + 3))

    exact = betaincinv(k + 1, n - k + 1, places / 4096)

    assert np.abs(share_quantiles(k, n)[places] - exact).max() < 0.001 * spread


def test_two_officials_62_6_and_58_8_come_first_with_phi_of_0_4():
    # P(X > Y) = Φ((62 - 58)/√(6² + 8²)) = Φ(4/10) = 0.6554.
    columns = {"training.transfer": column([62.0, 58.0], se=[6.0, 8.0])}

    known = simulate(ranked(policy([TRANSFER]), columns), columns)

    assert known.draws == 20_000
    assert abs(known.p_top[0] - ndtr(0.4)) < MONTE_CARLO
    assert known.p_top.sum() == pytest.approx(1.0)
    assert known.sigma.tolist() == pytest.approx([6.0, 8.0], rel=0.02)
    # 62 ± 1.645·6 = 52.13 … 71.87
    assert [known.score_low[0], known.score_high[0]] == pytest.approx([52.13, 71.87], abs=0.3)
    assert (known.rank_low.tolist(), known.rank_high.tolist()) == ([1, 1], [2, 2])
    assert known.band == (0, 2)
    assert known.in_band.all()


def test_nothing_varies_nothing_is_uncertain():
    columns = {"training.transfer": column([62.0, 58.0, 90.0])}

    known = simulate(ranked(policy([TRANSFER], size=2), columns), columns)

    assert known.p_top.tolist() == [1.0, 1.0, 0.0]
    assert known.score_low.tolist() == known.score_high.tolist() == [90.0, 62.0, 58.0]
    assert known.rank_low.tolist() == known.rank_high.tolist() == [1, 2, 3]
    assert (known.band, known.in_band.any()) == ((2, 2), False)


def test_equal_officials_share_the_places_across_the_cut():
    columns = {"training.transfer": column([90.0, 60.0, 60.0, 60.0])}

    known = simulate(ranked(policy([TRANSFER], size=2), columns), columns)

    assert known.p_top.tolist() == pytest.approx([1.0, 1 / 3, 1 / 3, 1 / 3])
    assert known.rank_low.tolist() == known.rank_high.tolist() == [1, 2, 2, 2]
    assert known.band == (1, 4)


def test_ties_in_a_draw_go_by_the_policy():
    indicators = [
        "{code: training.transfer, weight: 0.5, points: [[0, 0], [100, 100]], neutral: 65}",
        "{code: assignment.accepted, weight: 0.5, points: [[0, 0], [1, 100]], neutral: 65}",
    ]
    columns = {
        "training.transfer": column([25.0, 75.0, 75.0]),
        "assignment.accepted": column([0.75, 0.25, 0.25]),
    }

    known = simulate(ranked(policy(indicators, ties="training.transfer"), columns), columns)

    assert known.rows.tolist() == [1, 2, 0]
    assert known.p_top.tolist() == pytest.approx([0.5, 0.5, 0.0])
    assert known.rank_high.tolist() == [1, 1, 3]


def test_fewer_officials_than_names_all_belong():
    columns = {"training.transfer": column([90.0, 60.0], se=[5.0, 5.0])}

    known = simulate(ranked(policy([TRANSFER], size=3), columns), columns)

    assert (known.p_top.tolist(), known.band) == ([1.0, 1.0], (2, 2))


def test_nobody_ranked():
    result = ranked(policy([TRANSFER]), {"training.transfer": column([])}, n=0)

    known = simulate(result, {"training.transfer": column([])})

    assert (known.rows.size, known.band, weight_robustness(result, seed=1).size) == (0, (0, 0), 0)


def test_nobodys_interval_depends_on_who_else_is_in_the_pool():
    columns = {"training.transfer": column([62.0, 58.0, 70.0], se=[6.0, 8.0, 3.0])}
    alone = {"training.transfer": column([62.0], se=[6.0])}
    rules = policy([TRANSFER])

    together = drawn_scores(ranked(rules, columns), columns, 100)
    single = drawn_scores(ranked(rules, alone), alone, 100)

    assert (together[1] == single[0]).all()


def test_result_does_not_depend_on_threads():
    columns = {"training.transfer": column([62.0, 58.0, 70.0], se=[6.0, 8.0, 3.0])}
    result = ranked(policy([TRANSFER]), columns)

    hashes = {uncertainty_sha256(simulate(result, columns, draws=500, threads=count)) for count in (1, 3)}

    assert len(hashes) == 1


def test_another_vacancy_draws_other_numbers():
    columns = {"training.transfer": column([62.0, 58.0], se=[6.0, 8.0])}
    result = ranked(policy([TRANSFER]), columns)
    elsewhere = replace(result, vacancy=replace(result.vacancy, code="LOWONGAN-2"))

    assert uncertainty_sha256(simulate(result, columns)) != uncertainty_sha256(simulate(elsewhere, columns))


SHARE = "{code: service.complaints, weight: 1, points: [[0, 0], [1, 100]], neutral: 65}"


def test_shared_evidence_moves_together():
    same = column([0.8, 0.8], k=[8, 8], n=[10, 10], stream=np.array(["U1", "U1"]))
    apart = column([0.8, 0.8], k=[8, 8], n=[10, 10], stream=np.array(["U1", ""]))
    rules = policy([SHARE])

    def draws(evidence):
        columns = {"service.complaints": evidence}
        return drawn_scores(ranked(rules, columns), columns, 2_000)

    together, separate = draws(same), draws(apart)
    assert (together[0] == together[1]).all()
    assert abs(np.corrcoef(separate)[0, 1]) < 0.1


def test_shares_are_drawn_from_beta():
    evidence = column([0.8], k=[8], n=[10])
    columns = {"service.complaints": evidence}

    scores = drawn_scores(ranked(policy([SHARE]), columns), columns, 20_000)[0]

    # Beta(9, 3): standard deviation √(9·3/(12²·13)) = 0.1201; recentred on 80.
    assert scores.mean() == pytest.approx(80.0)
    assert scores.std() == pytest.approx(12.01, rel=0.02)


JPM = "{code: competency.jpm, weight: 1, points: [[0, 0], [100, 100]], missing: hold}"
JPM_SE = "{competency.jpm: {cact: 0.4, asesmen: 0.3}}"


@pytest.mark.parametrize(
    ("surplus", "percent"), [(Surplus.CAPPED, [60, 80, 100, 100]), (Surplus.OFFSET, [60, 80, 100, 100])]
)
def test_job_person_match_draws_levels_then_caps(surplus, percent):
    # Standards 3 and 2; the second is certainly 2. The first is 1, 2, 3 or 4 with 0.2, 0.3, 0.3, 0.2:
    # (1 + 2)/5, (2 + 2)/5, (3 + 2)/5 of 100, and level 4 counts 3 (capped) or gives 6/5, at most 100.
    chances = np.array([0.2, 0.3, 0.3, 0.2])
    p = np.zeros((1, 2, 5))
    p[0, 0, :4] = chances
    p[0, 1, 1] = 1.0
    noise = Levels(
        p=p, standard=np.array([3, 2]), codes=("M.01", "M.02"), surplus=surplus, is_default=np.array([False])
    )
    columns = {"competency.jpm": replace(column([80.0]), noise=noise)}

    scores = drawn_scores(ranked(policy([JPM], default_se=JPM_SE), columns), columns, 20_000)[0]

    spread = np.sqrt(chances @ np.square(percent) - (chances @ np.array(percent)) ** 2)
    assert scores.std() == pytest.approx(spread, rel=0.02)
    assert len(np.unique(scores.round(6))) == 3


def test_offset_lets_a_surplus_count_elsewhere():
    # Standards 3 and 3; the first is certainly 5, the second 1 or 2: offset (5 + 1)/6 or more is full already.
    p = np.zeros((1, 2, 5))
    p[0, 0, 4] = 1.0
    p[0, 1, :2] = 0.5
    noise = Levels(
        p=p, standard=np.array([3, 3]), codes=("M.01", "M.02"), surplus=Surplus.OFFSET, is_default=np.array([False])
    )
    columns = {"competency.jpm": replace(column([100.0]), noise=noise)}

    scores = drawn_scores(ranked(policy([JPM], default_se=JPM_SE), columns), columns, 100)[0]

    assert scores.std() == 0.0


def test_certain_levels_do_not_vary():
    p = np.zeros((1, 1, 5))
    p[0, 0, 2] = 1.0
    noise = Levels(p=p, standard=np.array([3]), codes=("M.01",), surplus=Surplus.CAPPED, is_default=np.array([False]))
    columns = {"competency.jpm": replace(column([100.0]), noise=noise)}

    known = simulate(ranked(policy([JPM], default_se=JPM_SE), columns), columns)

    assert known.sigma.tolist() == [0.0]


def test_draws_follow_the_value_function_within_fixed_bounds():
    # Flat below 50 and above 90: a value of 95 ± 2 varies only when it falls below 90 (2.5 standard errors).
    curved = "{code: training.transfer, weight: 1, points: [[0, 0], [50, 0], [90, 100], [100, 100]], neutral: 65}"
    columns = {"training.transfer": column([95.0], se=[2.0])}

    scores = drawn_scores(ranked(policy([curved]), columns), columns, 20_000)[0]

    assert (scores < scores.max() - 1e-9).mean() == pytest.approx(ndtr(-2.5), abs=0.003)


def test_pieces_beyond_the_fixed_bounds_never_count():
    # Values end at 0 and 100; what rises below 0 or above 100 cannot be reached.
    wide = "{code: training.transfer, weight: 1, points: [[-20, 0], [-10, 40], [110, 60], [120, 100]], neutral: 65}"
    share = "{code: service.complaints, weight: 1, points: [[-2, 0], [-1, 40], [1, 60], [2, 100]], neutral: 65}"
    columns = {
        "training.transfer": column([50.0], se=[60.0]),
        "service.complaints": column([0.8], k=[8], n=[10]),
    }

    scores = [drawn_scores(ranked(policy([one]), columns), columns, 5_000)[0] for one in (wide, share)]

    assert np.ptp(scores[0]) == pytest.approx(100 / 120 * 20)
    assert np.ptp(scores[1]) < 10


def test_columns_that_cannot_vary_add_nothing():
    exact = column([50.0])
    source = Source(
        policy_sha256="",
        vacancy="",
        option=policy([TRANSFER]).slots[0].options[0],
        column=exact,
        low=0.0,
        high=100.0,
        weight=1.0,
        draws=3,
    )
    drawn = np.zeros(3)

    source.add(0, "1", drawn)

    assert (source.varies(0), drawn.tolist()) == (False, [0.0, 0.0, 0.0])


def test_no_recorded_error_means_no_spread():
    columns = {"training.transfer": column([50.0, 40.0], se=[0.0, 5.0])}

    scores = drawn_scores(ranked(policy([TRANSFER]), columns), columns, 100)

    assert (scores[0] == 50.0).all()
    assert np.ptp(scores[1]) > 0


BOUNDED = "{code: attendance.unexcused, weight: 0.5, points: [[0, 100], [28, 0]], missing: bounds}"
HALF = "{code: training.transfer, weight: 0.5, points: [[0, 0], [100, 100]], neutral: 65}"


def test_open_values_reach_to_the_best_knot():
    # The second misses attendance: 0.5·60 = 30 at the floor, 80 at the best knot; the first stands at 50 + 20 = 70.
    columns = {"attendance.unexcused": column([0.0, None]), "training.transfer": column([40.0, 60.0])}
    result = ranked(policy([BOUNDED, HALF]), columns)

    known = simulate(result, columns)

    assert result.flagged.tolist() == [False, True]
    assert (known.score_low[1], known.score_high[1]) == (30.0, 80.0)
    assert (known.rank_low[1], known.rank_high[1]) == (1, 2)
    assert known.p_top.tolist() == [1.0, 0.0]


def test_disputed_values_reach_from_one_to_the_other():
    contested = np.array([[np.nan, np.nan], [0.0, 28.0]])
    columns = {
        "attendance.unexcused": column([0.0, None], status=[Status.MEASURED, Status.DISPUTED], alternative=contested),
        "training.transfer": column([40.0, 60.0]),
    }

    known = simulate(ranked(policy([BOUNDED, HALF]), columns), columns)

    assert (known.score_low[1], known.score_high[1], known.rank_low[1]) == (30.0, 80.0, 1)


def test_large_pools_take_fewer_draws():
    columns = {"training.transfer": column(np.linspace(1, 99, 301).tolist(), se=[5.0] * 301)}

    known = simulate(ranked(policy([TRANSFER], size=5), columns), columns)

    assert known.draws == 4_000
    assert known.p_top.sum() == pytest.approx(5.0)


def test_band_by_hand():
    # 80 ± 0.1 is surely in; 60 ± 5 and 59 ± 5 contend for the second place; 20 is surely out.
    columns = {"training.transfer": column([80.0, 60.0, 59.0, 20.0], se=[0.1, 5.0, 5.0, 0.1])}

    known = simulate(ranked(policy([TRANSFER], size=2), columns), columns)

    assert known.band == (1, 3)
    assert known.in_band.tolist() == [False, True, True, False]
    assert known.position.tolist() == [1, 2, 3, 4]


def test_simultaneous_sets_of_sure_officials_are_their_ranks():
    columns = {"training.transfer": column([80.0, 60.0, 60.0, 20.0])}
    result = ranked(policy([TRANSFER]), columns)

    sets = simultaneous_ranks(result, simulate(result, columns), seed=1)

    assert (sets.low.tolist(), sets.high.tolist()) == ([1, 2, 2, 4], [1, 3, 3, 4])
    assert (sets.method, sets.level) == ("stepdown", 0.9)


def test_two_officials_are_told_apart_at_the_exact_critical_value():
    # One pair, two ordered hypotheses: max(|z|) at 90 % is 1.645; after one falls the other is at 1.282.
    sigma = np.array([1.0, 1.0])
    near, far = np.array([2.2, 0.0]), np.array([2.5, 0.0])  # 2.2/√2 = 1.556, 2.5/√2 = 1.768

    for points, high in ((near, 2), (far, 1)):
        low, worst, _ = rank_sets(points, sigma, np.array([1, 2]), level=0.9, seed=3)
        assert (low[0], worst[0]) == (1, high)


def test_holm_takes_over_for_large_pools():
    points = np.arange(301, 0, -1) * 10.0
    sigma = np.full(301, 1.0)

    low, high, method = rank_sets(points, sigma, np.arange(1, 302), level=0.9, seed=1)

    # Neighbours are 10/√2 = 7.07 standard errors apart, beyond the critical value for 90,300 pairs (4.73).
    assert method == "holm"
    assert (low == high).all()
    assert ndtri(1 - 0.1 / 90_300) < 10 / np.sqrt(2)


def test_holm_agrees_with_its_textbook_steps():
    rng = np.random.Generator(np.random.Philox(key=5))
    points, sigma = rng.normal(50, 3, 301), rng.uniform(0.5, 2, 301)
    sigma[:3] = 0.0
    rank = np.argsort(np.argsort(-points)) + 1

    low, high, _ = rank_sets(points, sigma, rank, level=0.9, seed=1)

    surely = np.zeros((301, 301), dtype=bool)
    pairs = [(i, j) for i in range(301) for j in range(301) if i != j]
    unsure = [(i, j) for i, j in pairs if sigma[i] + sigma[j] > 0]
    statistic = {(i, j): (points[i] - points[j]) / np.hypot(sigma[i], sigma[j]) for i, j in unsure}
    for step, pair in enumerate(sorted(unsure, key=statistic.get, reverse=True)):
        if ndtr(-statistic[pair]) > 0.1 / (len(unsure) - step):
            break
        surely[pair] = True
    for i, j in set(pairs) - set(unsure):
        surely[i, j] = rank[i] < rank[j]
    assert low.tolist() == (1 + surely.sum(axis=0)).tolist()
    assert high.tolist() == (301 - surely.sum(axis=1)).tolist()


def test_weights_are_drawn_within_the_box_and_sum_to_one():
    policy_weights = np.array([0.5, 0.3, 0.2])

    weights = draw_weights(policy_weights, seed=7, draws=2_000)

    assert weights.shape == (2_000, 3)
    assert np.abs(weights.sum(axis=1) - 1).max() < 1e-12
    assert np.abs(weights / policy_weights - 1).max() <= 0.2 + 1e-9
    assert weights.mean(axis=0) == pytest.approx(policy_weights, abs=0.005)


def test_weight_robustness_of_the_undisputed_first():
    columns = {"training.transfer": column([80.0, 60.0])}

    assert weight_robustness(ranked(policy([TRANSFER]), columns), seed=1).tolist() == [1.0, 0.0]


TURNING = [
    "{code: training.transfer, weight: 0.5, points: [[0, 0], [100, 100]], neutral: 65}",
    "{code: assignment.accepted, weight: 0.5, points: [[0, 0], [1, 100]], neutral: 65}",
]


def test_flipping_weight_is_exact():
    # d = (40, -20), Δ = 10. For the first weight: R = -20, t* = R/(R - d) = -20/(-20 - 40) = 1/3.
    columns = {"training.transfer": column([80.0, 40.0]), "assignment.accepted": column([0.5, 0.7])}
    result = ranked(policy(TURNING), columns)

    assert flipping_weight(result, 0, 1, 0) == Fraction(1, 3)
    assert flipping_weight(result, 0, 1, 1) == Fraction(2, 3)


def test_weights_that_never_turn_an_order():
    columns = {"training.transfer": column([80.0, 40.0]), "assignment.accepted": column([0.9, 0.5])}
    dominated = ranked(policy(TURNING), columns)
    alone = ranked(policy([TRANSFER]), {"training.transfer": column([80.0, 40.0])})

    # Equal gaps: the difference is the same at every weight. A single indicator: there is nothing to move.
    assert flipping_weight(dominated, 0, 1, 0) is None
    assert flipping_weight(alone, 0, 1, 0) is None
