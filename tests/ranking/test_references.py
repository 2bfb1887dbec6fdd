"""Published rankings with known answers; the data stay in the shared folder."""

import json

import numpy as np
import pytest

from merit.ranking.engine.ranksets import rank_sets
from merit.ranking.engine.robustness import draw_weights, weight_robustness
from merit.ranking.engine.scoring import round_half_even, totals, utility
from merit.ranking.engine.types import Option
from tests.ranking.builders import column, policy, ranked

pytestmark = pytest.mark.unit


@pytest.fixture
def cases(shared):
    document = json.loads((shared / "data" / "mcda" / "cases.json").read_text(encoding="utf-8"))
    return {case["id"]: case for case in document["cases"]}


def scored(matrix, bounds, directions, weights):
    """Send a decision matrix through our own utilities and totals; return scores 0-100 and T."""
    utilities = []
    for values, (low, high), direction in zip(np.array(matrix).T, bounds, directions, strict=True):
        ends = (0.0, 100.0) if direction > 0 else (100.0, 0.0)
        knots = Option(code="x", x=(float(low), float(high)), y=ends, actionable=False, step=1.0)
        utilities.append(utility(knots, values.astype(float)))
    units = np.rint(np.array(weights) * 10**9).astype(np.int64)
    total = totals(units, np.stack(utilities, axis=1))
    return total / 10**15, total


def competition_rank(totals_):
    return [1 + int((totals_ > mine).sum()) for mine in totals_]


def test_spotis_is_our_score_turned_round(cases):
    case = cases["spotis_dezert_2020_ex1"]

    scores, total = scored(case["matrix"], case["bounds"], case["directions"], case["weights"])

    # SPOTIS measures the distance from the best of the fixed bounds: 1 - score/100.
    assert 1 - scores / 100 == pytest.approx(np.array(case["expected"]["distance"]), abs=case["tolerance"])
    assert competition_rank(total) == case["expected"]["rank"]


def test_weighted_sum_on_a_fixed_scale(cases):
    case = cases["saw_id_promotion_head_of_IT_unit"]

    scores, total = scored(case["matrix"], [(0, 100)] * 4, case["directions"], case["weights"])

    assert scores / 100 == pytest.approx(np.array(case["fixed_scale"]["score"]), abs=1e-12)
    assert competition_rank(round_half_even(total, 10**13)) == case["fixed_scale"]["rank"]


def test_copy_of_an_alternative_reverses_nothing(cases):
    case = cases["saw_id_promotion_head_of_IT_unit"]
    matrix = case["matrix"]
    settings = ([(0, 100)] * 4, case["directions"], case["weights"])

    _, alone = scored(matrix, *settings)
    _, with_copy = scored([*matrix, matrix[1]], *settings)

    assert with_copy[:-1].tolist() == alone.tolist()


def test_simultaneous_rank_sets_of_pisa_2018(cases):
    rows = cases["rank_ci_pisa2018_csranks"]["rows"]
    points, sigma, rank, low, high = (np.array([row[index] for row in rows]) for index in (1, 2, 3, 6, 7))

    ours_low, ours_high, method = rank_sets(points, sigma, rank, level=0.95, seed=101, resamples=20_000)

    # The reference was resampled with other random numbers: a bound may move by one rank.
    assert method == "stepdown"
    assert np.abs(ours_low - low).max() <= 1
    assert np.abs(ours_high - high).max() <= 1
    assert (ours_low != low).sum() + (ours_high != high).sum() <= 3


def test_weight_robustness_has_the_closed_form_of_smaa(cases):
    case = cases["smaa_exact_2x2"]
    indicators = [
        "{code: training.transfer, weight: 0.5, points: [[0, 0], [1, 100]], neutral: 65}",
        "{code: assignment.accepted, weight: 0.5, points: [[0, 0], [1, 100]], neutral: 65}",
    ]
    first, second = np.array(case["matrix"]).T
    columns = {"training.transfer": column(first.tolist()), "assignment.accepted": column(second.tolist())}
    result = ranked(policy(indicators), columns)

    # A spread of 1 around equal weights of two criteria is the whole simplex.
    shares = weight_robustness(result, seed=11, spread=1.0, draws=20_000)

    expected = np.array(case["expected"]["rank_acceptability"])[result.order, 0]
    assert np.abs(shares - expected).max() < 4 * np.sqrt(0.25 / 20_000)


def test_central_weights_have_the_closed_form_of_smaa(cases):
    case = cases["smaa_exact_2x2"]
    weights = draw_weights(np.array([0.5, 0.5]), seed=11, spread=1.0, draws=20_000)
    scores = weights @ np.array(case["matrix"]).T

    first = weights[scores[:, 0] > scores[:, 1]].mean(axis=0)

    assert first == pytest.approx(np.array(case["expected"]["central_weights"][0]), abs=0.01)
