"""The registry: every indicator of the catalogue with the loader that reads it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from types import MappingProxyType
from typing import TypeAlias

from sqlalchemy.orm import Session

from merit.assessment.evidence import load_competency_jpm
from merit.evidence import Column, EvidenceRequest
from merit.people.evidence import load_assignment_accepted, load_attendance_unexcused, load_discipline_record
from merit.performance.evidence import (
    PerformanceSources,
    load_appraisal_behaviour,
    load_appraisal_result,
    load_feedback_loyal,
    load_feedback_service,
    load_service_complaints,
    load_service_response,
    load_service_satisfaction,
    load_unit_achievement,
)
from merit.training.evidence import load_learning_duty, load_training_transfer

Loader: TypeAlias = Callable[[Session, EvidenceRequest], Column]

_SHARED = MappingProxyType(
    {
        "appraisal.result": load_appraisal_result,
        "appraisal.behaviour": load_appraisal_behaviour,
        "unit.achievement": load_unit_achievement,
        "service.complaints": load_service_complaints,
        "service.response": load_service_response,
        "service.satisfaction": load_service_satisfaction,
    }
)
LOADERS: Mapping[str, Loader] = MappingProxyType(
    {
        **_SHARED,
        "feedback.loyal": load_feedback_loyal,
        "feedback.service": load_feedback_service,
        "discipline.record": load_discipline_record,
        "attendance.unexcused": load_attendance_unexcused,
        "assignment.accepted": load_assignment_accepted,
        "competency.jpm": load_competency_jpm,
        "training.transfer": load_training_transfer,
        "learning.duty": load_learning_duty,
    }
)


def load_columns(session: Session, codes: Iterable[str], request: EvidenceRequest) -> dict[str, Column]:
    """Return the columns of the indicators; records that several of them rest on are read once."""
    sources = PerformanceSources(session, request)
    columns = {}
    for code in codes:
        loader = partial(_SHARED[code], sources=sources) if code in _SHARED else LOADERS[code]
        columns[code] = loader(session, request)
    return columns
