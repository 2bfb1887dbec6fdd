"""How well a calibration describes the responses as a whole: M2 from single items and pairs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import cholesky, solve_triangular
from scipy.optimize import brentq
from scipy.stats import chi2, ncx2

from merit.assessment.psychometrics.data import DataProblem, FloatArray, IntArray
from merit.assessment.psychometrics.forms import Curves, Form, curves_of, density, forms_of
from merit.assessment.psychometrics.irt import Calibration
from merit.assessment.psychometrics.models import MODELS

FEWEST_PERSONS = 100
MOST_ITEMS = 100  # the covariance of all pairs of more items does not fit into memory
FEWEST_ITEMS = 3
RARE = 1e-6  # persons imagined in every category, so that an item without variation has some


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFit:
    """Fit of a calibration; NaN where it cannot be computed (``problems`` says why).

    Attributes
    ----------
    m2, df, p_value : Maydeu-Olivares & Joe's (2006) M2; for ordered categories M2* of Cai & Hansen (2013)
    rmsea, rmsea_low, rmsea_high : with its 90 % interval
    srmsr : root mean square of observed less expected correlations
    tli, cfi : against the model of independent items
    persons : weight of the persons who entered
    """

    m2: float
    df: int
    p_value: float
    rmsea: float
    rmsea_low: float
    rmsea_high: float
    srmsr: float
    tli: float
    cfi: float
    persons: float
    problems: tuple[DataProblem, ...]


def model_fit(
    responses: ArrayLike,
    calibration: Calibration,
    *,
    weights: ArrayLike | None = None,
    groups: ArrayLike | None = None,
) -> ModelFit:
    """Return the fit of a calibration from the means of all items and of all products of two.

    Moments need complete answers: persons who met the same items form a table of their own, and the tables are added.
    Forms that fewer than 100 persons met, or of more than 100 or fewer than 3 items, do not enter.

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
    fitting = [form for form in forms if FEWEST_ITEMS <= len(form.items) <= MOST_ITEMS]
    problems = [DataProblem("fit-persons-left-out")] if left_out or len(fitting) < len(forms) else []
    curves = curves_of(calibration)
    tables = [_Whitened.of(form, curves, calibration) for form in fitting]
    persons = sum(form.persons for form in fitting)
    statistic, df = _statistic([table.columns for table in tables])
    if df <= 0:
        return _nothing(persons, (*problems, DataProblem("fit-too-few-moments")))
    null_statistic, null_df = _statistic([_independent(form).columns for form in fitting])
    low, high = (_noncentrality(statistic, df, share) for share in (0.95, 0.05))
    excess, null_excess = max(statistic - df, 0.0), max(null_statistic - null_df, statistic - df, 1e-300)
    ratio, null_ratio = statistic / df, null_statistic / max(null_df, 1)
    return ModelFit(
        m2=statistic,
        df=df,
        p_value=float(chi2.sf(statistic, df)),
        rmsea=float(np.sqrt(excess / (df * (persons - 1)))),
        rmsea_low=float(np.sqrt(low / (df * (persons - 1)))),
        rmsea_high=float(np.sqrt(high / (df * (persons - 1)))),
        srmsr=_srmsr(tables),
        tli=(null_ratio - ratio) / (null_ratio - 1) if null_ratio > 1 else float("nan"),
        cfi=1 - excess / null_excess,
        persons=persons,
        problems=tuple(problems),
    )


def _nothing(persons: float, problems: tuple[DataProblem, ...]) -> ModelFit:
    unknown = float("nan")
    return ModelFit(
        m2=unknown,
        df=0,
        p_value=unknown,
        rmsea=unknown,
        rmsea_low=unknown,
        rmsea_high=unknown,
        srmsr=unknown,
        tli=unknown,
        cfi=unknown,
        persons=persons,
        problems=problems,
    )


@dataclass(frozen=True, slots=True)
class _Whitened:
    """Observed less expected moments of a form and their derivatives, where the moments' covariance is the identity.

    Moments are the means of the items and of their products; S = J + J (J - 1) / 2. ``columns`` is (S, 1 + P), the
    residual first; ``correlation_gaps`` (J (J - 1) / 2,) observed less expected correlations.
    """

    columns: FloatArray
    correlation_gaps: FloatArray

    @classmethod
    def of(cls, form: Form, curves: Curves, calibration: Calibration) -> _Whitened:
        """Return the moments under the calibration."""
        shares = [curves.share[int(item)] for item in form.items]
        slopes = _slopes(form, curves, calibration)
        return cls.under(form, shares, density(form.population, curves.theta), slopes)

    @classmethod
    def under(cls, form: Form, shares: list[FloatArray], weight: FloatArray, slopes: FloatArray) -> _Whitened:
        """Return the moments under category probabilities, (Q, C) per item, at points of given weight, (Q,)."""
        mean = np.stack([share @ np.arange(share.shape[1]) for share in shares], axis=1)
        square = np.stack([share @ np.arange(share.shape[1]) ** 2 for share in shares], axis=1)
        given = form.ranks.astype(np.float64)
        observed = (given * form.weights[:, None]).T @ given / form.persons
        average = form.weights @ given / form.persons
        i, j = _pairs(len(form.items))
        expected, expected_products = weight @ mean, (mean * weight[:, None]).T @ mean
        residual = np.concatenate((average - expected, (observed - expected_products)[i, j]))
        np.fill_diagonal(expected_products, weight @ square)
        gaps = _correlation(observed, average)[i, j] - _correlation(expected_products, expected)[i, j]
        white = _whitened(mean, square - mean**2, weight, np.column_stack((residual, slopes)))
        return cls(np.sqrt(form.persons) * white, gaps)


def _pairs(items: int) -> tuple[IntArray, IntArray]:
    i, j = np.triu_indices(items, 1)
    return i, j


def _covariance(mean: FloatArray, variance: FloatArray, weight: FloatArray) -> FloatArray:
    """Return the covariance of the moments from means and variances at the grid points, (Q, J) each.

    Given ability answers are independent: two moments covary there only through the items they share.
    """
    items = mean.shape[1]
    i, j = _pairs(items)
    both = np.concatenate((mean, mean[:, i] * mean[:, j]), axis=1)
    both = (both - weight @ both) * np.sqrt(weight)[:, None]
    found: FloatArray = both.T @ both
    place = np.zeros((items, items), dtype=np.int64)
    place[i, j] = place[j, i] = items + np.arange(len(i))
    place[np.arange(items), np.arange(items)] = np.arange(items)
    for item in range(items):
        rest = mean.copy()
        rest[:, item] = 1.0
        found[np.ix_(place[item], place[item])] += (rest * (weight * variance[:, item])[:, None]).T @ rest
    pair = items + np.arange(len(i))
    found[pair, pair] += weight @ (variance[:, i] * variance[:, j])
    return found


def _slopes(form: Form, curves: Curves, calibration: Calibration) -> FloatArray:
    """Return the derivatives of a form's moments in the free parameters of the whole calibration, (S, P)."""
    weight = density(form.population, curves.theta)
    steps = {item: np.arange(share.shape[1]) for item, share in curves.share.items()}
    mean = np.stack([curves.share[int(k)] @ steps[int(k)] for k in form.items], axis=1)
    place = {int(item): at for at, item in enumerate(form.items)}
    columns: list[FloatArray] = []
    common = np.zeros(len(form.items) * (len(form.items) + 1) // 2)
    for item in curves.share:
        if calibration.anchors[item]:
            continue
        slope = np.einsum("qck,c->qk", curves.slopes[item], steps[item])
        own = np.zeros((len(common), slope.shape[1]))
        if item in place:
            own = _item_columns(place[item], slope * weight[:, None], mean)
        if MODELS[calibration.model].common_slope:
            common = common + own[:, 0]
            own = own[:, 1:]
        columns.append(own)
    if MODELS[calibration.model].common_slope and not calibration.anchors.any():
        columns.append(common[:, None])
    columns += [
        _population_columns(form, population is form.population, curves, mean)
        for population in calibration.populations
        if population.is_estimated
    ]
    return np.concatenate(columns, axis=1)


def _item_columns(at: int, slope: FloatArray, mean: FloatArray) -> FloatArray:
    """Return how the moments move with the parameters of one item; ``slope`` is weighted, (Q, K)."""
    items = mean.shape[1]
    i, j = _pairs(items)
    found = np.zeros((items + len(i), slope.shape[1]))
    found[at] = slope.sum(axis=0)
    cross = mean.T @ slope
    found[items + np.flatnonzero(i == at)] = cross[j[i == at]]
    found[items + np.flatnonzero(j == at)] = cross[i[j == at]]
    return found


def _population_columns(form: Form, is_own: bool, curves: Curves, mean: FloatArray) -> FloatArray:
    i, j = _pairs(mean.shape[1])
    both = np.concatenate((mean, mean[:, i] * mean[:, j]), axis=1)
    standard = (curves.theta - form.population.mean) / form.population.sd
    weight = density(form.population, curves.theta)
    scores = np.stack((standard / form.population.sd, standard**2 - 1), axis=1) * weight[:, None]
    return (both.T @ scores) * is_own


def _statistic(tables: list[FloatArray]) -> tuple[float, int]:
    """Return the sum of squared residuals (first column) that no change of the parameters explains, and its df."""
    if not tables:
        return float("nan"), 0
    columns = np.concatenate(tables)
    residual, direction = columns[:, 0], columns[:, 1:]
    basis, size, _right = np.linalg.svd(direction, full_matrices=False)
    basis = basis[:, size > 1e-9 * size[0]] if len(size) else basis
    left = residual - basis @ (basis.T @ residual)
    return float(left @ left), len(residual) - basis.shape[1]


def _whitened(mean: FloatArray, variance: FloatArray, weight: FloatArray, columns: FloatArray) -> FloatArray:
    """Return columns in coordinates in which the covariance is the identity; directions without variance go."""
    try:  # in place: the matrix of a long form is the largest thing in memory
        root = cholesky(_covariance(mean, variance, weight).T, lower=True, overwrite_a=True, check_finite=False)
    except np.linalg.LinAlgError:
        values, vectors = np.linalg.eigh(_covariance(mean, variance, weight))
        kept = values > 1e-10 * values[-1]
        white: FloatArray = (vectors[:, kept] / np.sqrt(values[kept])).T @ columns
        return white
    solved: FloatArray = solve_triangular(root, columns, lower=True, check_finite=False)
    return solved


def _independent(form: Form) -> _Whitened:
    """Return the moments under independent items with the observed shares, and their derivatives in the means."""
    shares = []
    for place in range(len(form.items)):
        highest = max(int(form.ranks[:, place].max()) + 1, 2)
        counts = np.bincount(form.ranks[:, place], form.weights, minlength=highest) + RARE
        shares.append((counts / counts.sum())[None])
    mean = np.stack([share @ np.arange(share.shape[1]) for share in shares], axis=1)
    columns = [_item_columns(place, np.ones((1, 1)), mean) for place in range(len(form.items))]
    return _Whitened.under(form, shares, np.ones(1), np.concatenate(columns, axis=1))


def _noncentrality(statistic: float, df: int, share: float) -> float:
    """Return the noncentrality under which a smaller statistic has this probability, 0 where none has."""
    if chi2.cdf(statistic, df) <= share:
        return 0.0
    high = max(statistic, 1.0)
    while ncx2.cdf(statistic, df, high) > share:
        high *= 2
    return float(brentq(lambda centre: ncx2.cdf(statistic, df, centre) - share, 1e-9, high))


def _correlation(products: FloatArray, mean: FloatArray) -> FloatArray:
    covariance = products - np.outer(mean, mean)
    spread = np.sqrt(np.maximum(np.diag(covariance), 0))
    with np.errstate(invalid="ignore", divide="ignore"):
        found: FloatArray = covariance / np.outer(spread, spread)
    return found


def _srmsr(tables: list[_Whitened]) -> float:
    gaps = np.concatenate([table.correlation_gaps for table in tables])
    known = gaps[np.isfinite(gaps)]
    return float(np.sqrt((known**2).mean())) if len(known) else float("nan")
