"""Predicted answers: without bias under the model, also where the items were chosen by the answers."""

from __future__ import annotations

import numpy as np
import pytest

from merit.assessment.psychometrics.adaptive import Bank, Rules
from merit.assessment.psychometrics.item_set import ItemSet, PlainParameters
from merit.assessment.psychometrics.prediction import predict_answers
from merit.assessment.psychometrics.simulation import replay

pytestmark = pytest.mark.unit
PERSONS, ITEMS = 600, 40


def bank() -> ItemSet:
    places = np.linspace(-2, 2, ITEMS)
    return ItemSet.of(PlainParameters(model="2pl", discrimination=1.4, thresholds=(float(b),)) for b in places)


def answers(*, mean: float = 0.0, leaked: int | None = None, seed: int = 1):
    """Return complete answers of a group; a leaked item is two logits easier."""
    rng = np.random.default_rng(seed)
    theta = rng.normal(mean, 1.0, PERSONS)
    logit = 1.4 * (theta[:, None] - np.linspace(-2, 2, ITEMS))
    if leaked is not None:
        logit[:, leaked] += 2.0
    return (rng.random(logit.shape) < 1 / (1 + np.exp(-logit))).astype(np.int64)


def adaptive(responses):
    """Return what an adaptive test of ten items would have seen of the answers, and in which order."""
    rng = np.random.default_rng(3)
    run = replay(Bank(items=bank()), Rules(longest=10, randomesque=(8, 4)), responses, rng=rng)
    seen, order = np.full_like(responses, -1), np.full_like(responses, -1)
    rows = np.arange(len(responses))
    for place in range(10):
        seen[rows, run.given[:, place]] = responses[rows, run.given[:, place]]
        order[rows, run.given[:, place]] = place
    return seen, order


@pytest.mark.parametrize("mean", [0.0, 0.8])
def test_answers_that_follow_the_model_are_as_predicted_whatever_the_group(mean):
    whole = answers(mean=mean)
    seen, order = adaptive(whole)

    fixed, chosen = predict_answers(whole, bank()), predict_answers(seen, bank(), order=order)

    for found in (fixed, chosen):
        told = found.persons >= 30
        assert abs(found.z[told].mean()) < 0.4
        assert 0.6 < found.z[told].std() < 1.4
        assert abs(found.mean - mean) < 0.15
    gap = np.nanmean(np.abs(chosen.observed - 0.5))
    assert gap < np.abs(fixed.observed - 0.5).mean()  # adaptive facility says nothing: it is near one half
    assert chosen.persons.sum() == PERSONS * 10


def test_a_leaked_item_stands_out_in_both_kinds_of_test():
    whole = answers(leaked=20)
    seen, order = adaptive(whole)

    fixed, chosen = predict_answers(whole, bank()), predict_answers(seen, bank(), order=order)

    assert (int(np.nanargmax(fixed.z)), int(np.nanargmax(chosen.z))) == (20, 20)
    assert min(fixed.z[20], chosen.z[20]) > 4
    assert fixed.observed[20] - fixed.expected[20] > 0.15


def test_an_uncertain_difficulty_explains_part_of_a_residual():
    sure = predict_answers(answers(leaked=20), bank())
    unsure = predict_answers(answers(leaked=20), bank(), difficulty_errors=np.where(np.arange(ITEMS) == 20, 1.0, 0.0))

    assert 0 < unsure.z[20] < 3 < sure.z[20]
    np.testing.assert_allclose(np.delete(unsure.z, 20), np.delete(sure.z, 20))


def test_an_item_that_tells_nothing_is_predicted_and_does_not_predict():
    whole = answers(leaked=20)
    silent = np.arange(ITEMS) != 20
    gone = whole.copy()
    gone[:, 20] = -1

    found, bare = predict_answers(whole, bank(), telling=silent), predict_answers(gone, bank())

    np.testing.assert_allclose(np.delete(found.z, 20), np.delete(bare.z, 20))
    assert found.z[20] > 4


def test_shapes_that_do_not_fit_are_refused_and_unanswered_items_have_no_figures():
    with pytest.raises(ValueError, match="persons by the items"):
        predict_answers([[0, 1]], bank())
    with pytest.raises(ValueError, match="order of the answers"):
        predict_answers(answers(), bank(), order=[[0]])
    bare = answers()
    bare[:, 5] = -1

    found = predict_answers(bare, bank())

    assert (found.persons[5], np.isnan(found.z[5]), np.isnan(found.observed[5])) == (0, True, True)
