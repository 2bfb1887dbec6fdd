"""How well each item's curve describes its responses: S-X2, infit and outfit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import chi2

from merit.assessment.psychometrics.data import DataProblem, FloatArray
from merit.assessment.psychometrics.forms import Curves, Form, curves_of, density, forms_of
from merit.assessment.psychometrics.irt import Calibration
from merit.assessment.psychometrics.models import MODELS
from merit.assessment.psychometrics.residuals import residual_fit

FEWEST_PERSONS = 30
SMALLEST_CELL = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFit:
    """Fit of every item, each (J,); NaN where it cannot be computed.

    Attributes
    ----------
    s_x2, df, p_value, rmsea : Orlando & Thissen's (2000) S-X2, for ordered categories as Kang & Chen (2008):
        observed against expected answers at equal sum scores
    persons : weight of the persons who entered S-X2
    infit, outfit, infit_z, outfit_z : see ``residual_fit``, at WLE abilities
    """

    s_x2: FloatArray
    df: FloatArray
    p_value: FloatArray
    rmsea: FloatArray
    persons: FloatArray
    infit: FloatArray
    outfit: FloatArray
    infit_z: FloatArray
    outfit_z: FloatArray
    problems: tuple[DataProblem, ...]


def item_fit(
    responses: ArrayLike,
    calibration: Calibration,
    *,
    weights: ArrayLike | None = None,
    groups: ArrayLike | None = None,
) -> ItemFit:
    """Return the fit of every item of a calibration.

    Sum scores compare persons who met the same items: answers missing by design are handled form by form, and the
    figures of the forms added; persons whose form fewer than 30 met do not enter S-X2.

    Parameters
    ----------
    responses
        (N, J) category codes as calibrated, -1 for missing.
    weights
        (N,) counts of patterns.
    groups
        (N,) groups as in the calibration.

    Raises
    ------
    ValueError
        Shapes or groups that do not fit the calibration.

    """
    forms, left_out = forms_of(responses, calibration, weights, groups, FEWEST_PERSONS)
    curves = curves_of(calibration)
    figures = np.zeros((3, len(calibration.codes)))  # statistic, cells, persons
    for form in forms:
        for place, expected in _leave_one_out(form, curves):
            item = int(form.items[place])
            figures[:, item] += (*_statistic(form, place, expected, curves.share[item]), form.persons)
    statistic, cells, persons = figures
    df = cells - _own_parameters(calibration)
    with np.errstate(invalid="ignore", divide="ignore"):
        statistic, df = np.where(df > 0, statistic, np.nan), np.where(df > 0, df, np.nan)
        rmsea = np.sqrt(np.maximum(statistic - df, 0) / (df * (persons - 1)))
    residuals = residual_fit(responses, calibration, weights=weights)
    problems = [DataProblem("fit-item-unknown", item=int(item)) for item in np.flatnonzero(np.isnan(statistic))]
    if left_out:
        problems.append(DataProblem("fit-persons-left-out"))
    return ItemFit(
        s_x2=statistic,
        df=df,
        p_value=chi2.sf(statistic, df),
        rmsea=rmsea,
        persons=persons,
        infit=residuals.infit,
        outfit=residuals.outfit,
        infit_z=residuals.infit_z,
        outfit_z=residuals.outfit_z,
        problems=tuple(problems),
    )


def _own_parameters(calibration: Calibration) -> FloatArray:
    """Return how many parameters were estimated per item, a shared slope not counted for any."""
    model = MODELS[calibration.model]
    own = calibration.categories - 1 + int(not model.common_slope) + int(model.guesses)
    return np.where(calibration.anchors, 0, own).astype(np.float64)


def _leave_one_out(form: Form, curves: Curves) -> Iterator[tuple[int, FloatArray]]:
    """Yield for every place its index and P(rest score, theta), (S, Q), splitting the form in halves."""
    shares = [curves.share[int(item)].T for item in form.items]

    def walk(places: range, others: FloatArray) -> Iterator[tuple[int, FloatArray]]:
        if len(places) == 1:
            yield places[0], others
            return
        middle = len(places) // 2
        for own, other in ((places[:middle], places[middle:]), (places[middle:], places[:middle])):
            longer = others
            for place in other:
                longer = _longer(longer, shares[place])
            yield from walk(own, longer)

    yield from walk(range(len(shares)), density(form.population, curves.theta)[None])


def _longer(likelihood: FloatArray, share: FloatArray) -> FloatArray:
    """Return P(score | theta) with one more item of categories (C, Q) (Lord & Wingersky 1984)."""
    found = np.zeros((len(likelihood) + len(share) - 1, likelihood.shape[1]))
    for category, curve in enumerate(share):
        found[category : category + len(likelihood)] += likelihood * curve
    return found


def _statistic(form: Form, place: int, rest: FloatArray, share: FloatArray) -> tuple[float, int]:
    """Return the chi square of one item in one form and its free cells (cells less one per score).

    ``rest`` is P(rest score | theta) times the population's weight, (S, Q); ``share`` the item's curves, (Q, C).
    """
    categories = share.shape[1]
    joint = np.zeros((len(rest) + categories - 1, categories))
    for category in range(categories):
        joint[category : category + len(rest), category] = rest @ share[:, category]
    total = form.ranks.sum(axis=1)
    observed = np.zeros_like(joint)
    np.add.at(observed, (total, form.ranks[:, place]), form.weights)
    inner = slice(1, len(joint) - 1)  # nobody differs at the lowest and highest score
    observed, joint = observed[inner], joint[inner]
    persons = observed.sum(axis=1)
    expected = joint / joint.sum(axis=1, keepdims=True) * persons[:, None]
    return _collapsed_chi_square(observed[persons > 0], expected[persons > 0])


def _collapsed_chi_square(observed: FloatArray, expected: FloatArray) -> tuple[float, int]:
    """Merge cells of an expectation below one with their neighbours: categories first, then scores."""
    if expected.shape[1] > 2:  # noqa: PLR2004 -- of two categories, scores are merged
        _merge_categories(observed, expected)
    rows = list(range(len(expected)))
    at = 0
    while at < len(rows) and len(rows) > 1:
        if not _is_small(expected[rows[at]]):
            at += 1
            continue
        near = [n for n in (at - 1, at + 1) if 0 <= n < len(rows)]
        other = min(near, key=lambda n: observed[rows[n]].sum())
        for cells in (observed, expected):
            cells[rows[other]] += cells[rows[at]]
        del rows[at]
        at = max(at - 1, 0)
    observed, expected = observed[rows], expected[rows]
    used = expected > 0
    statistic = float(((observed[used] - expected[used]) ** 2 / expected[used]).sum())
    return statistic, int(used.sum()) - len(rows)


def _is_small(expected: FloatArray) -> bool:
    return any(0 < cell < SMALLEST_CELL for cell in expected.tolist())


def _merge_categories(observed: FloatArray, expected: FloatArray) -> None:
    """Merge, in place, the rare categories of each score into the next, the last into the one below."""
    last = expected.shape[1] - 1
    for k in range(last):
        rare = (expected[:, k] > 0) & (expected[:, k] < SMALLEST_CELL)
        for cells in (observed, expected):
            cells[rare, k + 1] += cells[rare, k]
            cells[rare, k] = 0
    lower = last - 1 - np.argmax(expected[:, last - 1 :: -1] > 0, axis=1)
    rows = np.flatnonzero((expected[:, last] < SMALLEST_CELL) & (expected[:, :last] > 0).any(axis=1))
    for cells in (observed, expected):
        cells[rows, lower[rows]] += cells[rows, last]
        cells[rows, last] = 0
