"""Where a number comes from: the table and row behind an indicator or a gate, and the page that shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from merit.ranking.domain import GateKind

INDICATOR_TABLES: Mapping[str, str] = MappingProxyType(
    {
        "feedback.loyal": "feedback_ratings",
        "feedback.service": "feedback_ratings",
        "appraisal.behaviour": "appraisals",
        "appraisal.result": "appraisals",
        "discipline.record": "discipline_findings",
        "attendance.unexcused": "attendance_years",
        "assignment.accepted": "assignments",
        "unit.achievement": "unit_results",
        "service.complaints": "complaints",
        "service.response": "complaints",
        "service.satisfaction": "satisfaction_surveys",
        "competency.jpm": "competency_results",
        "training.transfer": "training_records",
        "learning.duty": "training_records",
    }
)
GATE_TABLES: Mapping[GateKind, str] = MappingProxyType(
    {
        GateKind.EMPLOYMENT_STATUS: "official_records",
        GateKind.EDUCATION_AT_LEAST: "official_records",
        GateKind.GRADE_BETWEEN: "grade_periods",
        GateKind.TENURE: "posts",
        GateKind.RELATED_FIELD: "posts",
        GateKind.TIME_IN_POSITION: "posts",
        GateKind.AGE_AT_MOST: "official_records",
        GateKind.PERFORMANCE_AT_LEAST: "appraisals",
        GateKind.JPM_AT_LEAST: "competency_results",
        GateKind.TECHNICAL_AT_LEAST: "competency_results",
        GateKind.LEARNING_DUTY: "training_records",
        GateKind.TRAINING_ANY: "training_records",
        GateKind.NO_DISCIPLINE: "discipline_findings",
        GateKind.ATTESTED: "attestations",
    }
)


@dataclass(frozen=True, slots=True)
class EvidenceLink:
    """A row of a record table; ``path`` is its page inside the application."""

    table: str
    id: int

    @property
    def path(self) -> str:
        """Address of the page that shows the row; it names no person."""
        return f"/bukti/{self.table}/{self.id}"

    def as_json(self) -> dict[str, object]:
        """Return the link as JSON values."""
        return {"table": self.table, "id": self.id, "path": self.path}


def indicator_link(code: str, source: int) -> EvidenceLink | None:
    """Return the link to an indicator's evidence row, None where there is none."""
    return EvidenceLink(INDICATOR_TABLES[code], source) if source and code in INDICATOR_TABLES else None


def gate_link(kind: GateKind, source: int) -> EvidenceLink | None:
    """Return the link to the row a gate looked at, None where there is none."""
    return EvidenceLink(GATE_TABLES[kind], source) if source else None
