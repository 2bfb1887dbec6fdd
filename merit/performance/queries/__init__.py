"""Selects of the slice."""

from merit.performance.queries.records import (
    MINIMUM_RATERS,
    ComplaintSummary,
    GroupFeedback,
    list_agreements,
    list_appraisals,
    list_awards,
    list_feedback,
    list_surveys,
    list_unit_results,
    summarise_complaints,
)

__all__ = [
    "MINIMUM_RATERS",
    "ComplaintSummary",
    "GroupFeedback",
    "list_agreements",
    "list_appraisals",
    "list_awards",
    "list_feedback",
    "list_surveys",
    "list_unit_results",
    "summarise_complaints",
]
