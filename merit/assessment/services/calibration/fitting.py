"""How well answers follow their curves: item fit as a calibration keeps it."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

from numpy.typing import ArrayLike

from merit.assessment.psychometrics import Calibration, item_fit

SUSPECT = 0.01
VISIBLE = 0.05  # RMSEA from which a misfit is more than a large sample


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


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
