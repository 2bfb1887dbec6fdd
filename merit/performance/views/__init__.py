"""Pages of performance: one module per subject, imported here so that its routes exist."""

from __future__ import annotations

from merit.performance.views import (
    appraisals,
    awards,
    campaigns,
    complaints,
    offers,
    own_appraisals,
    own_feedback,
    respondents,
    satisfaction,
    units,
)
from merit.performance.views.blueprint import bp

__all__ = [
    "appraisals",
    "awards",
    "bp",
    "campaigns",
    "complaints",
    "offers",
    "own_appraisals",
    "own_feedback",
    "respondents",
    "satisfaction",
    "units",
]
