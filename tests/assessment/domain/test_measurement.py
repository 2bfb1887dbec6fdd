"""Levels from calibrated items: hand-worked abilities, who is measured on theta, and the match with its error."""

from dataclasses import replace
from decimal import Decimal
from math import log, sqrt

import numpy as np
import pytest

from merit.assessment.domain.items import EssayInteraction, EssayKey, ItemContent, ItemKey
from merit.assessment.domain.measurement import (
    Basis,
    MeasureReason,
    Scale,
    ScaleItem,
    abilities,
    basis_of,
    measure_sheets,
    read_scale,
)
from merit.assessment.domain.results import capped_variance, match_standard
from merit.assessment.domain.scale import ItemParameters
from merit.assessment.domain.scoring import score_item
from merit.assessment.domain.sheets import (
    Correction,
    CorrectionKind,
    Place,
    PlaceScore,
    Sheet,
    results_of,
    score_place,
    sheets_sha256,
)

pytestmark = pytest.mark.unit

CUTS = (-1.5, -0.5, 0.5, 1.5)
RIGHT_OR_WRONG = (Decimal(0), Decimal(1))


def dichotomous(b=0.0, a=1.0):
    return ScaleItem(parameters=ItemParameters("2pl", a, (b,)), steps=RIGHT_OR_WRONG)


def scale(count=8, **changes):
    return replace(Scale(items={f"v{at}": dichotomous() for at in range(count)}, cuts=CUTS), **changes)


def places(points, *, competency="M.01", **changes):
    one = PlaceScore(
        position=1, version="", competency=competency, points=None, maximum=Decimal(1), outcome="scored", reason=""
    )
    return tuple(
        replace(one, position=at + 1, version=f"v{at}", points=Decimal(earned), **changes)
        for at, earned in enumerate(points)
    )


def sheet(number, points):
    found = places(points)
    return Sheet(number=number, places=found, results=results_of(found, cuts=(20, 40, 60, 80), weights={}))


def test_equal_items_give_warms_estimate_by_hand():
    # n Rasch items at b = 0: Warm's estimate is the logit of (r + 1/2) / (n + 1), its error 1 / sqrt(n p q).
    theta, error = abilities(scale().items, [{f"v{at}": Decimal(at < 6) for at in range(8)}])

    p = 6.5 / 9
    assert theta[0] == pytest.approx(log(p / (1 - p)), abs=1e-6)
    assert error[0] == pytest.approx(1 / sqrt(8 * p * (1 - p)), abs=1e-6)


def test_level_is_one_plus_the_cuts_reached_and_carries_its_chances():
    measured = measure_sheets([sheet("P-1", [1] * 6 + [0] * 2)], {"M.01": Basis(scale=scale())})

    result = measured[0].results["M.01"]
    # theta 0.9555, error 0.7894: P(>= 4) = Phi(0.5771) = 0.7181, P(5) = Phi(-0.6897) = 0.2452.
    assert (result.level, result.scaled) == (4, 75)
    assert [float(chance) for chance in result.probabilities[3:]] == pytest.approx([0.4729, 0.2452], abs=2e-4)
    assert float(sum(result.probabilities)) == pytest.approx(1, abs=1e-5)


def test_all_wrong_and_all_right_have_finite_abilities():
    theta, error = abilities(scale().items, [dict.fromkeys(scale().items, Decimal(x)) for x in (0, 1)])

    assert theta.tolist() == pytest.approx([-log(17), log(17)], abs=1e-6)
    assert np.isfinite(error).all()


@pytest.mark.parametrize(
    ("chosen", "given", "reason"),
    [
        (None, [1] * 8, MeasureReason.UNCALIBRATED),
        (scale(cuts=()), [1] * 8, MeasureReason.NO_CUTS),
        (scale(6), [1] * 8, MeasureReason.SOME_UNCALIBRATED),
        (scale(), [1] * 4, MeasureReason.FEW_ITEMS),
        (scale(items=scale().items | {"v0": replace(dichotomous(), steps=(*RIGHT_OR_WRONG, Decimal(2)))}),
         [1] * 8, MeasureReason.STEPS),
        (scale(items=scale().items | {
            "v0": ScaleItem(parameters=ItemParameters("3pl", 1.0, (0.0,), 0.2), steps=RIGHT_OR_WRONG),
            "v1": ScaleItem(parameters=ItemParameters("gpcm", 1.0, (0.0,)), steps=RIGHT_OR_WRONG)}),
         [1] * 8, MeasureReason.MIXED),
    ],
)  # fmt: skip
def test_a_competency_is_measured_classically_with_a_reason(chosen, given, reason):
    assert basis_of("M.01", [places(given)], chosen).reason == reason


def test_one_sheet_that_cannot_be_measured_leaves_nobody_on_theta():
    sheets = [places([1] * 8), places([1] * 3)]

    assert basis_of("M.01", sheets, scale()).reason is MeasureReason.FEW_ITEMS
    assert basis_of("M.01", sheets[:1], scale()).scale == scale()


def test_an_item_the_calibration_left_out_keeps_its_points_and_says_nothing_of_ability():
    found = basis_of("M.01", [places([1] * 8)], scale(7))

    assert sorted(found.scale.items) == sorted(scale(7).items)


def test_places_on_trial_and_with_corrected_keys_are_left_out_of_the_ability():
    trial, gift = places([1] * 9, reason="place-trial")[8:], places([1] * 10, reason="place-everybody")[9:]

    found = basis_of("M.01", [places([1] * 8) + trial + gift], scale())

    assert sorted(found.scale.items) == sorted(scale().items)


def test_a_stored_scale_measures_the_same():
    kept = read_scale(scale(calibrations=(3,)).document(), cut_set_id=7)

    assert kept == scale(calibrations=(3,), cut_set_id=7)
    assert kept.sha256 == scale().sha256


def test_other_parameters_or_cuts_are_another_digest():
    sheets = [sheet("P-1", [1] * 8)]
    digests = {
        sheets_sha256(sheets),
        sheets_sha256(sheets, {"M.01": scale().sha256}),
        sheets_sha256(sheets, {"M.01": scale(cuts=(-1.5, -0.5, 0.5, 1.6)).sha256}),
    }

    assert len(digests) == 3


def test_match_has_the_error_of_its_levels():
    # min(L, 3): levels 2 and 3 or more with a half each: variance 1/4; the certain one adds nothing. 100 sqrt(1/4) / 6.
    chances = {"M.01": tuple(map(Decimal, ("0", "0.5", "0.25", "0.25", "0"))), "M.02": tuple(map(Decimal, "00100"))}

    match = match_standard({"M.01": 3, "M.02": 3}, {"M.01": 3, "M.02": 3}, chances)

    assert (match.percent, match.error) == (100, Decimal("8.333333"))
    assert capped_variance((0, 0.5, 0.5, 0, 0), 5) == 0.25
    assert match_standard({"M.01": 3}, {"M.01": 3}).error is None


@pytest.mark.parametrize("marks", [("6", "6"), ("2", "9", "6")], ids=["agreed", "third marker"])
def test_a_changed_key_is_told_of_every_sheet_alike(marks):
    """Else the item would count for the ability of those whose markers disagreed, and of nobody else."""
    essay = ItemContent(body='<p>Uraikan.</p><div data-response="R"></div>', interactions=(EssayInteraction(id="R"),))
    key = ItemKey(responses={"R": EssayKey(points=Decimal(10), tolerance=Decimal(2))}, maximum=Decimal(10))
    place = Place(
        position=1,
        version="v0",
        competency="M.03",
        content=essay,
        key=key,
        maximum=Decimal(10),
        correction=Correction(kind=CorrectionKind.KEY, key=key),
    )

    found = score_place(place, {"R": ["Uraian"]}, [Decimal(mark) for mark in marks], score_item)

    assert (found.outcome, found.reason) == ("scored", "place-new-key")
