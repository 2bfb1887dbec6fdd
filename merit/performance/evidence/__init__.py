"""Evidence from performance records: appraisals, feedback, units led."""

from __future__ import annotations

from merit.performance.evidence.appraisals import (
    load_appraisal_behaviour,
    load_appraisal_result,
    load_predicates,
)
from merit.performance.evidence.feedback import load_feedback_loyal, load_feedback_service
from merit.performance.evidence.sources import PerformanceSources
from merit.performance.evidence.units import (
    load_service_complaints,
    load_service_response,
    load_service_satisfaction,
    load_unit_achievement,
)

__all__ = [
    "PerformanceSources",
    "load_appraisal_behaviour",
    "load_appraisal_result",
    "load_feedback_loyal",
    "load_feedback_service",
    "load_predicates",
    "load_service_complaints",
    "load_service_response",
    "load_service_satisfaction",
    "load_unit_achievement",
]
