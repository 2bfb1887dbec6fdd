"""Signs from models: planted patterns are found with their evidence, ordinary people are left alone."""

import numpy as np
import pytest

from merit.assessment.domain.integrity_models import Table, find_model_signs
from merit.assessment.domain.scale import ItemParameters

pytestmark = pytest.mark.unit

PERSONS, ITEMS = 60, 40
B = np.linspace(-2, 2, ITEMS)
NOT_TIMED = np.full((PERSONS, ITEMS), np.nan)


def answers(seed=4):
    """Return right (0) or one of three wrong options (1-3) of simulated people, and what each scores."""
    rng = np.random.default_rng(seed)
    theta = rng.normal(0, 1, PERSONS)
    right = rng.random((PERSONS, ITEMS)) < 1 / (1 + np.exp(-1.2 * (theta[:, None] - B)))
    choices = np.where(right, 0, rng.integers(1, 4, (PERSONS, ITEMS)))
    return choices, (choices == 0).astype(np.int64)


def signs(choices, categories, seconds=NOT_TIMED):
    table = Table(
        parameters=[ItemParameters("2pl", 1.2, (float(b),)) for b in B], categories=categories, choices=choices
    )
    return find_model_signs({"M.01": table}, seconds)


def test_ordinary_people_leave_no_sign():
    found = signs(*answers())

    assert (found.fits, found.pairs, found.hasty) == ((), (), ())
    assert (found.persons_fitted, found.pairs_compared) == (60, 60 * 59 / 2)


def test_hard_items_right_and_easy_ones_wrong_do_not_fit():
    choices, categories = answers()
    categories[5] = B > 0
    choices[5] = np.where(categories[5] == 1, 0, 1)

    (sign,) = signs(choices, categories).fits

    assert (sign.person, sign.items, sign.scale) == (5, 40, "M.01")
    assert sign.z < -3
    assert sign.observed < sign.expected
    assert sign.p < 0.05


def test_a_copied_sheet_is_shared_beyond_ability():
    choices, categories = answers()
    choices[8, :34], categories[8, :34] = choices[7, :34], categories[7, :34]

    (sign,) = signs(choices, categories).pairs

    assert {sign.copier, sign.source} == {7, 8}
    assert sign.matches >= 34 > sign.expected


def test_answers_faster_than_reading_are_counted_against_everybody():
    rng = np.random.default_rng(2)
    seconds = rng.uniform(20, 60, (PERSONS, ITEMS))
    seconds[3, :20] = 1.0

    (sign,) = signs(*answers(), seconds).hasty

    assert (sign.person, sign.rapid, sign.answers, sign.effort) == (3, 20, 40, 0.5)
    assert sign.expected == pytest.approx(20 / 60)


def test_nothing_calibrated_and_nothing_timed_is_nothing_looked_at():
    found = find_model_signs({}, NOT_TIMED)

    assert (found.persons_fitted, found.pairs_compared, found.persons_timed) == (0, 0, 0)
