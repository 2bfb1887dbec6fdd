"""How well answers follow their curves: fit of the items and of the whole, as a calibration keeps them."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

from numpy.typing import ArrayLike

from merit.assessment.psychometrics import (
    Calibration,
    empirical_reliability,
    item_fit,
    marginal_reliability,
    model_fit,
    score,
)
from merit.assessment.psychometrics.forms import Form, forms_of
from merit.assessment.psychometrics.modelfit import FEWEST_ITEMS, FEWEST_PERSONS, MOST_ITEMS

SUSPECT = 0.01
VISIBLE = 0.05  # RMSEA from which a misfit is more than a large sample
MOST_WORK = 5e10  # floating point operations of M2: some seconds
MOST_CELLS = 2e7  # moments times parameters kept at once: 160 MB
TOO_LARGE = "fit-too-large"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """S-X2 of one item with degrees of freedom, p and RMSEA, and its mean squares."""

    statistic: float
    degrees: float
    p_value: float
    rmsea: float
    infit: float | None
    outfit: float | None

    @property
    def is_misfit(self) -> bool:
        """Whether the answers hardly come from the curve, and by a visible distance."""
        return self.p_value < SUSPECT and self.rmsea > VISIBLE

    def to_document(self) -> dict[str, Any]:
        """Return the figures as JSON."""
        return {name: None if value is None else round(value, 6) for name, value in asdict(self).items()}


def fit_items(responses: ArrayLike, found: Calibration, groups: ArrayLike | None) -> list[Fit | None]:
    """Return the fit of every item, None where too few persons met the same items."""
    fits = item_fit(responses, found, groups=groups)
    return [
        None
        if math.isnan(fits.p_value[item])
        else Fit(
            statistic=float(fits.s_x2[item]),
            degrees=float(fits.df[item]),
            p_value=float(fits.p_value[item]),
            rmsea=float(fits.rmsea[item]),
            infit=_finite(fits.infit[item]),
            outfit=_finite(fits.outfit[item]),
        )
        for item in range(len(found.codes))
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeFit:
    """Fit of a whole calibration and the reliability of its abilities; None where a figure cannot be computed.

    ``m2``, ``rmsea`` with its 90 % interval and ``srmsr`` are those of ``model_fit``; ``marginal`` is the reliability
    expected of theta ~ N(0, 1), ``empirical`` that of the EAP abilities of the persons themselves. ``persons`` in
    ``forms`` sets of the same items entered M2; ``reasons`` are codes of what limits it.
    """

    m2: float | None
    degrees: int
    p_value: float | None
    rmsea: float | None
    rmsea_low: float | None
    rmsea_high: float | None
    srmsr: float | None
    persons: float
    forms: int
    marginal: float | None
    empirical: float | None
    reasons: tuple[str, ...]

    def to_document(self) -> dict[str, Any]:
        """Return the figures as JSON."""
        figures = {name: round(one, 6) if isinstance(one, float) else one for name, one in asdict(self).items()}
        return figures | {"reasons": list(self.reasons)}


def fit_whole(
    responses: ArrayLike,
    found: Calibration,
    *,
    groups: ArrayLike | None = None,
    weights: ArrayLike | None = None,
) -> WholeFit:
    """Return the fit of a calibration to its answers; M2 is left out with a reason where it would take too long.

    Parameters
    ----------
    responses
        (N, J) category codes as calibrated, -1 for missing.
    groups, weights
        (N,) as in the calibration.

    """
    marginal = _finite(marginal_reliability(found))
    empirical = _finite(empirical_reliability(score(responses, found, "eap"), weights))
    met, _few = forms_of(responses, found, weights, groups, FEWEST_PERSONS)
    forms = [form for form in met if FEWEST_ITEMS <= len(form.items) <= MOST_ITEMS]
    if _is_too_large(forms, int(found.categories.sum())):
        return _without_moments(marginal, empirical, (TOO_LARGE,))
    whole = model_fit(responses, found, groups=groups, weights=weights)
    reasons = tuple(dict.fromkeys(problem.code for problem in whole.problems))
    if not math.isfinite(whole.m2):
        return _without_moments(marginal, empirical, reasons)
    return WholeFit(
        m2=_finite(whole.m2),
        degrees=whole.df,
        p_value=_finite(whole.p_value),
        rmsea=_finite(whole.rmsea),
        rmsea_low=_finite(whole.rmsea_low),
        rmsea_high=_finite(whole.rmsea_high),
        srmsr=_finite(whole.srmsr),
        persons=whole.persons,
        forms=len(forms),
        marginal=marginal,
        empirical=empirical,
        reasons=reasons,
    )


def _is_too_large(forms: list[Form], parameters: int) -> bool:
    """Whether M2 would take too long: its covariance is cubic in the moments of a form, items and pairs of items."""
    moments = [len(form.items) * (len(form.items) + 1) / 2 for form in forms]
    work = sum(one**3 for one in moments) / 3 + 4 * sum(moments) * parameters**2
    return work > MOST_WORK or sum(moments) * parameters > MOST_CELLS


def _without_moments(marginal: float | None, empirical: float | None, reasons: tuple[str, ...]) -> WholeFit:
    return WholeFit(
        m2=None,
        degrees=0,
        p_value=None,
        rmsea=None,
        rmsea_low=None,
        rmsea_high=None,
        srmsr=None,
        persons=0.0,
        forms=0,
        marginal=marginal,
        empirical=empirical,
        reasons=reasons,
    )


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
