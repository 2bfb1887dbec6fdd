"""Signs in answers: fit as R computes it, copies and hasty answers found, honest ones left alone."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import false_discovery_control

from merit.assessment.psychometrics import (
    DataProblem,
    ItemSet,
    PlainParameters,
    answer_similarity,
    calibrate,
    corrected,
    person_fit,
    rapid_guessing,
    score,
)
from tests.assessment.psychometrics.calibrated import items_of

pytestmark = pytest.mark.unit
OMITTED = 8


def test_lsat6_person_fit_agrees_with_mirt(table, oracle):
    rows, expected = table("lsat6.csv")[1], oracle("lsat6_mirt.json")["personfit"]
    calibration = calibrate(rows[:, :5], "2pl", weights=rows[:, 5], errors=False)
    patterns = np.array([[int(code) for code in row["pattern"]] for row in expected])

    found = person_fit(patterns, items_of(calibration), score(patterns, calibration).theta, method="eap")

    names = {"lz": "Zh", "outfit": "outfit", "outfit_z": "z.outfit", "infit": "infit", "infit_z": "z.infit"}
    for ours, theirs in names.items():
        np.testing.assert_allclose(getattr(found, ours), [row[theirs] for row in expected], rtol=0, atol=1e-4)


def test_sat12_person_fit_agrees_with_mirt(table, oracle):
    rows = table("sat12_scored.csv")[1]
    calibration = calibrate(rows, "2pl", errors=False)
    items = items_of(calibration)

    found = person_fit(rows[:50], items, score(rows[:50], calibration).theta, method="eap")

    np.testing.assert_allclose(found.lz, oracle("sat12_mirt.json")["lz_first50"], rtol=0, atol=1e-4)
    assert np.isnan(found.lz_star).all()


def test_corrected_fit_is_standard_normal_where_the_plain_one_is_not():
    """Thirty graded and plain items, 3,000 who answer as the model says: mean 0, spread 1 within sampling error."""
    rng = np.random.default_rng(1)
    items = ItemSet.of(
        PlainParameters(model="grm", discrimination=1.2, thresholds=(b - 0.5, b + 0.5))
        if place % 2
        else PlainParameters(model="2pl", discrimination=1.4, thresholds=(b,))
        for place, b in enumerate(np.linspace(-2, 2, 30).tolist())
    )
    theta = rng.normal(0, 0.7, 3_000)
    rows = draw(items, theta, rng)

    found = person_fit(rows, items, by_newton(items, rows), method="mle")

    assert abs(np.nanmean(found.lz_star)) < 0.08
    assert abs(np.nanstd(found.lz_star) - 1) < 0.06
    assert np.nanstd(found.lz) < np.nanstd(found.lz_star)
    assert np.nanmin(found.p_corrected) > 0.001


def draw(items, theta, rng):
    above = np.cumsum(items.probabilities(theta), axis=2)[:, :, :-1]  # (J, N, C - 1)
    return (rng.random((len(items), len(theta), 1)) > above).sum(axis=2).T


def by_newton(items, rows):
    """MLE by scoring steps, bounded at 4."""
    theta = np.zeros(len(rows))
    for _step in range(30):
        curves = items.curves(theta)
        chosen = np.take_along_axis(curves.first / np.maximum(curves.share, 1e-12), rows.T[:, :, None], axis=2)[:, :, 0]
        theta = np.clip(theta + chosen.sum(axis=0) / items.information(theta).sum(axis=0), -4, 4)
    return np.where(np.abs(theta) < 4, theta, np.nan)


def test_items_alike_in_everything_cannot_misfit():
    items = ItemSet.of([PlainParameters(model="2pl", discrimination=1.0, thresholds=(0.0,))] * 5)

    assert np.isnan(person_fit([[1, 0, 1, 0, 1]], items, [0.4]).lz_star).all()


def test_somebody_who_fails_the_easy_and_solves_the_hard_is_seen():
    items = ItemSet.of(
        PlainParameters(model="2pl", discrimination=1.5, thresholds=(b,)) for b in np.linspace(-2, 2, 20).tolist()
    )
    rows = np.stack((np.arange(20) < 10, np.arange(20) >= 10)).astype(int)

    found = person_fit(rows, items, np.zeros(2), method="mle")

    assert found.p_corrected[1] < 1e-6
    assert found.p_value[0] > 0.9
    assert found.outfit[1] > 3


def test_who_answered_nothing_or_one_item_has_no_fit():
    items = ItemSet.of(PlainParameters(model="2pl", discrimination=1.0, thresholds=(b,)) for b in (-1.0, 0.0, 1.0))

    found = person_fit([[-1, -1, -1], [1, -1, -1], [1, 0, 1]], items, [np.nan, 0.1, 0.5])

    assert np.isnan(found.lz_star).tolist() == [True, True, False]
    np.testing.assert_allclose(found.p_corrected[2], found.p_value[2])


def raw_answers(table):
    raw = table("sat12_raw.csv")[1]
    key, answers = raw[0].copy(), np.where(raw == OMITTED, -1, raw)
    return key, answers


def similar(key, answers, **options):
    scored = np.where(answers < 0, -1, answers == key)
    calibration = calibrate(scored, "2pl", errors=False, tolerance=1e-3)
    theta = score(scored, calibration, "wle").theta
    return answer_similarity(answers, scored, items_of(calibration), theta, **options)


def test_a_copy_among_real_answers_is_found_and_nobody_else(table):
    """Row 201 of 600 copies 28 of 32 answers of row 101, who has 19 right."""
    key, answers = raw_answers(table)
    answers[200, :28] = answers[100, :28]

    found = similar(key, answers)

    assert [{pair.copier, pair.source} for pair in found.pairs] == [{100, 200}]
    assert found.pairs[0].matches >= 28
    assert found.pairs[0].omega > 5
    assert found.tests > 300_000


def test_honest_answers_and_pairs_not_looked_at_are_left_alone(table):
    key, answers = raw_answers(table)
    answers[200, :28] = answers[100, :28]
    apart = np.zeros((600, 600), dtype=bool)
    apart[:50, :50] = True

    assert similar(key, answers, among=apart).pairs == ()


def test_who_copies_from_a_perfect_row_is_not_told_from_a_good_candidate(table):
    """The planted copy agrees in 29 of 32: the ability it claims expects 28.8. Neighbours' plain agreement sees it."""
    rows = table("sat12_copy_planted.csv")[1]
    key = np.ones(32, dtype=int)

    assert similar(key, rows).pairs == ()


def test_similarity_needs_twenty_persons():
    items = ItemSet.of([PlainParameters(model="2pl", discrimination=1.0, thresholds=(0.0,))] * 12)
    rows = np.ones((3, 12), dtype=int)

    found = answer_similarity(rows, rows, items, np.zeros(3))

    assert (found.pairs, found.problems) == ((), (DataProblem("similarity-few-persons"),))


def test_corrections_are_those_of_holm_and_benjamini_hochberg():
    p = np.array([0.01, np.nan, 0.04, 0.03])

    np.testing.assert_allclose(corrected(p)[[0, 2, 3]], [0.03, 0.06, 0.06])
    np.testing.assert_allclose(corrected(p, "bh")[[0, 2, 3]], false_discovery_control(p[[0, 2, 3]]))
    np.testing.assert_allclose(corrected([0.001], tests=100), [0.1])
    assert np.isnan(corrected(p)[1])


def hasty(rng, persons=200, items=20):
    """Times around 40 s; the last person answers fifteen items within two seconds, by chance."""
    seconds = rng.lognormal(np.log(40), 0.4, (persons, items))
    right = rng.random((persons, items)) < 0.7
    seconds[-1, :15] = rng.uniform(0.8, 2, 15)
    right[-1, :15] = rng.random(15) < 0.25
    return seconds, right


def test_hasty_answers_are_found_by_a_tenth_of_the_mean():
    seconds, right = hasty(np.random.default_rng(3))

    found = rapid_guessing(seconds, right=right)

    np.testing.assert_allclose(found.thresholds, np.minimum(seconds.mean(axis=0) / 10, 10))
    np.testing.assert_allclose(found.effort[-1], 0.25)
    assert np.flatnonzero(found.is_low).tolist() == [199]
    assert found.p_corrected[-1] < 1e-6
    assert found.p_corrected[:-1].min() > 0.5
    assert np.nanmean(found.rapid_right) < 0.5 < np.nanmean(found.solved_right)


def test_two_humps_give_the_valley_and_one_hump_a_tenth():
    rng = np.random.default_rng(4)
    two = np.concatenate((rng.lognormal(np.log(3), 0.3, 60), rng.lognormal(np.log(45), 0.35, 240)))
    one = rng.lognormal(np.log(45), 0.35, 300)

    found = rapid_guessing(np.stack((two, one), axis=1), method="mixture")

    assert found.by_valley.tolist() == [True, False]
    assert 6 < found.thresholds[0] < 20
    assert found.rapid[:60, 0].mean() > 0.95
    assert found.rapid[60:, 0].mean() < 0.05


def test_items_with_few_times_have_no_threshold():
    seconds = np.full((12, 2), 30.0)
    seconds[3:, 1] = np.nan

    found = rapid_guessing(seconds)

    assert found.problems == (DataProblem("times-few", item=1),)
    assert found.effort.tolist() == [1.0] * 12


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: corrected([0.1], "x"), "holm or bh"),
        (lambda: rapid_guessing([[0.0]]), "positive"),
        (lambda: rapid_guessing([[1.0]], method="x"), "methods"),
        (lambda: person_fit([[1]], ItemSet.of([]), [0.0]), "one ability"),
        (lambda: person_fit([[2]], one_item(), [0.0]), "outside the categories"),
        (lambda: person_fit([[1]], one_item(), [0.0], method="x"), "Unknown method"),
        (lambda: answer_similarity([[1, 1]], [[1]], one_item(), [0.0]), "same persons"),
    ],
)
def test_what_cannot_be_judged_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def one_item():
    return ItemSet.of([PlainParameters(model="2pl", discrimination=1.0, thresholds=(0.0,))])
