"""Calibration of items by marginal maximum likelihood (MML-EM, Bock & Aitkin 1981)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit

from merit.assessment.psychometrics.anchors import KnownItem, displaced, known_codes, usable_anchors
from merit.assessment.psychometrics.data import (
    DataProblem,
    FloatArray,
    IntArray,
    ResponseData,
    UnusableResponsesError,
    prepare,
)
from merit.assessment.psychometrics.em import Fit, State
from merit.assessment.psychometrics.errors import StandardErrors, louis_covariance, standard_errors
from merit.assessment.psychometrics.expectation import Expected, normal_grid
from merit.assessment.psychometrics.maximisation import LARGEST_SLOPE, GuessPrior
from merit.assessment.psychometrics.models import BINARY, MODELS

FEW_PERSONS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """One group of persons, theta ~ N(mean, sd); one that defines the metric is not estimated and has no errors."""

    group: int
    persons: float
    is_estimated: bool
    mean: float
    sd: float
    mean_error: float
    sd_error: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Item parameters on the logistic metric (D = 1), theta ~ N(0, 1) in the first group unless anchors set it.

    Attributes
    ----------
    model : one of ``MODELS``
    discrimination : (J,) slopes a; NaN where an item could not be calibrated (see ``problems``)
    intercepts : (J, C_max - 1) intercepts d, NaN beyond an item's own categories
    thresholds : (J, C_max - 1) thresholds b = -d / a (graded: points at which the next category becomes as likely
        as not; partial credit: where neighbouring categories are equally likely)
    guessing : (J,) lower asymptotes, 0 unless 3pl
    categories : (J,) number of categories; ``codes`` their original codes
    standard_errors : of the same quantities, None when not asked for
    log_likelihood : of the data, without priors
    persons : sum of the weights
    anchors : (J,) whether an item was an anchor, its parameters taken as known
    populations : the groups in the order of their codes
    """

    model: str
    discrimination: FloatArray
    intercepts: FloatArray
    thresholds: FloatArray
    guessing: FloatArray
    categories: IntArray
    codes: tuple[IntArray, ...]
    standard_errors: StandardErrors | None
    log_likelihood: float
    iterations: int
    converged: bool
    persons: float
    anchors: NDArray[np.bool_]
    populations: tuple[Population, ...]
    problems: tuple[DataProblem, ...]

    @property
    def difficulty(self) -> FloatArray:
        """(J,) difficulty b; for more than two categories the mean of an item's thresholds."""
        counted = np.isfinite(self.thresholds).sum(axis=1)
        total = np.nansum(self.thresholds, axis=1)
        return np.where(counted > 0, total / np.maximum(counted, 1), np.nan)

    @property
    def parameters(self) -> int:
        """Number of estimated parameters."""
        usable = np.isfinite(self.discrimination) & ~self.anchors
        slopes = int(usable.sum())
        if MODELS[self.model].common_slope:
            slopes = int(not self.anchors.any())
        guesses = int(usable.sum()) if MODELS[self.model].guesses else 0
        latent = 2 * sum(population.is_estimated for population in self.populations)
        return slopes + guesses + latent + int(np.isfinite(self.intercepts[usable]).sum())

    @property
    def aic(self) -> float:
        """Akaike's criterion."""
        return 2 * self.parameters - 2 * self.log_likelihood

    @property
    def bic(self) -> float:
        """Schwarz's criterion."""
        return float(np.log(self.persons)) * self.parameters - 2 * self.log_likelihood


def calibrate(
    responses: ArrayLike,
    model: str = "2pl",
    *,
    weights: ArrayLike | None = None,
    fixed: Mapping[int, KnownItem] | None = None,
    groups: ArrayLike | None = None,
    max_iterations: int = 500,
    tolerance: float = 1e-6,
    prior: GuessPrior | None = None,
    errors: bool = True,
) -> Calibration:
    """Estimate item parameters from responses that may be missing by design.

    Parameters
    ----------
    responses
        (N, J) integers: category codes, -1 for missing.
    model
        ``1pl`` (one common slope), ``2pl``, ``3pl``, ``grm``, ``gpcm`` or ``pcm`` (common slope).
    weights
        (N,) counts of patterns.
    fixed
        Items by index whose parameters are known (anything with ``model``, ``discrimination``, ``thresholds``,
        ``guessing``). They carry their metric: mean and standard deviation of every group are estimated. Their
        codes are 0 … number of thresholds. Under a common slope, new items take the slope of the anchors.
    groups
        (N,) integers. Groups differ in mean and standard deviation, items are the same for all (Bock & Zimowski
        1997); without ``fixed`` the group with the lowest code is standard normal.
    tolerance
        Largest change of a parameter in one EM step at which the estimate counts as converged.
    prior
        Of logit c in the 3PL (default N(-1.5, 3)).
    errors
        Whether standard errors are computed (observed information by Louis 1982, the same matrix as Oakes').

    Raises
    ------
    ValueError
        Unknown model, a shape that does not fit, anchors none of which can be used, or no item that could be
        calibrated.

    """
    if model not in MODELS:
        raise ValueError(f"Unknown model {model!r}; known: {', '.join(MODELS)}.")
    items = np.shape(responses)[-1] if np.ndim(responses) else 0
    anchors, refused = usable_anchors(fixed or {}, MODELS[model], items)
    data = prepare(responses, weights, known_codes(anchors, items) if anchors else None, groups)
    prior = prior or (GuessPrior() if model == "3pl" else None)
    fit = Fit.of(data, MODELS[model], normal_grid().theta, anchors, prior)
    _check(fit)
    state, iterations, converged = fit.run(max_iterations, tolerance)
    return _calibration(fit, state, refused, iterations=iterations, converged=converged, errors=errors)


def _check(fit: Fit) -> None:
    if all(block.is_fixed for block in fit.blocks) or not fit.data.weights.any():
        raise UnusableResponsesError("responses-no-variation", "No item has two categories in use.")
    if fit.model.name in BINARY and any(block.categories > 2 for block in fit.blocks):  # noqa: PLR2004 -- binary
        raise UnusableResponsesError(
            "responses-not-binary", "Items with more than two categories need grm, gpcm or pcm."
        )


def _calibration(
    fit: Fit,
    state: State,
    refused: tuple[DataProblem, ...],
    *,
    iterations: int,
    converged: bool,
    errors: bool,
) -> Calibration:
    data, expected = fit.data, fit.expect(state)
    slope, intercepts, guessing = _by_item(fit, state)
    found = None
    if errors:
        found = standard_errors(fit, state, louis_covariance(fit, state, expected), intercepts.shape[1])
    problems = (*data.problems, *refused, *_problems(fit, state, expected), *_without_errors(fit, found))
    with np.errstate(divide="ignore", invalid="ignore"):
        thresholds = -intercepts / slope[:, None]
    return Calibration(
        model=fit.model.name,
        discrimination=slope,
        intercepts=intercepts,
        thresholds=thresholds,
        guessing=guessing,
        categories=data.categories,
        codes=data.codes,
        standard_errors=found,
        log_likelihood=expected.log_likelihood,
        iterations=iterations,
        converged=converged,
        persons=float(data.weights.sum()),
        anchors=np.isin(np.arange(data.items), list(fit.anchors)),
        populations=_populations(state, data, found),
        problems=problems if converged else (*problems, *_not_converged(fit, state)),
    )


def _by_item(fit: Fit, state: State) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return slopes (J,), intercepts (J, C_max - 1) and lower asymptotes (J,)."""
    steps = max(block.categories for block in fit.blocks) - 1
    slope = np.full(fit.data.items, np.nan)
    intercepts = np.full((fit.data.items, steps), np.nan)
    guessing = np.zeros(fit.data.items)
    for block, values in zip(fit.blocks, state.blocks, strict=True):
        slope[block.items] = values[:, 0]
        intercepts[block.items, : block.categories - 1] = values[:, 1 : block.categories]
        if fit.model.guesses:
            guessing[block.items] = expit(values[:, -1])
    return slope, intercepts, guessing


def _problems(fit: Fit, state: State, expected: Expected) -> list[DataProblem]:
    found: list[DataProblem] = []
    for block, values, counts in zip(fit.blocks, state.blocks, expected.counts, strict=True):
        if block.is_fixed:
            found += displaced(block, values, counts, fit.theta, fit.model)
        else:
            steep = block.items[np.abs(values[:, 0]) >= LARGEST_SLOPE]
            found += [DataProblem("slope-at-limit", item=int(item)) for item in steep]
    if fit.data.weights.sum() < FEW_PERSONS:
        found.append(DataProblem("few-persons"))
    return [*found, *state.populations.problems()]


def _not_converged(fit: Fit, state: State) -> list[DataProblem]:
    moving = [DataProblem("item-not-settled", item=item) for item in fit.unsettled(state)]
    return [DataProblem("not-converged"), *moving]


def _without_errors(fit: Fit, errors: StandardErrors | None) -> list[DataProblem]:
    """Name the items whose parameters the responses do not determine."""
    if errors is None:
        return []
    free = [int(item) for block in fit.blocks if not block.is_fixed for item in block.items]
    unknown = np.isnan(errors.discrimination) | np.isnan(errors.thresholds[:, 0])
    return [DataProblem("error-unknown", item=item) for item in sorted(free) if unknown[item]]


def _populations(state: State, data: ResponseData, errors: StandardErrors | None) -> tuple[Population, ...]:
    persons = np.bincount(data.groups, data.weights, minlength=len(data.group_codes))
    unknown = np.full(len(persons), np.nan)
    return tuple(
        Population(
            group=int(code),
            persons=float(persons[group]),
            is_estimated=bool(state.populations.free[group]),
            mean=float(state.populations.values[group, 0]),
            sd=float(np.exp(state.populations.values[group, 1])),
            mean_error=float((unknown if errors is None else errors.means)[group]),
            sd_error=float((unknown if errors is None else errors.deviations)[group]),
        )
        for group, code in enumerate(data.group_codes)
    )
