"""Whether the answers of all attempts are those the chains of receipts were made from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from merit.assessment.domain.receipts import unfounded
from merit.assessment.models.delivery import Attempt, Response
from merit.assessment.models.sittings import Candidate, Sitting
from merit.assessment.queries.delivery import chain_of
from merit.assessment.services.saving import verify_receipts


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptFault:
    """An attempt whose saves or answers were changed; ``faults`` name what does not fit."""

    sitting: str
    candidate: str
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptAudit:
    """How many chains were computed anew, and those that do not hold."""

    attempts: int
    faults: tuple[ReceiptFault, ...]


def audit_receipts(session: Session) -> ReceiptAudit:
    """Compute every attempt's chain anew and hold its answers against it."""
    statement = (
        select(Attempt.id, Sitting.code, Candidate.number)
        .join(Candidate, Candidate.id == Attempt.candidate_id)
        .join(Sitting, Sitting.id == Attempt.sitting_id)
        .order_by(Attempt.id)
    )
    rows = session.execute(statement).all()
    found = [
        ReceiptFault(sitting=sitting, candidate=number, faults=faults)
        for attempt_id, sitting, number in rows
        if (faults := tuple(_faults(session, attempt_id)))
    ]
    return ReceiptAudit(attempts=len(rows), faults=tuple(found))


def _faults(session: Session, attempt_id: int) -> Iterator[str]:
    report = verify_receipts(session, attempt_id)
    yield from report.faults
    if any(fault.startswith("payload") for fault in report.faults):
        return  # what cannot be read grounds nothing
    answers = select(Response.position, Response.revision, Response.value).where(Response.attempt_id == attempt_id)
    kept = {position: (revision, value) for position, revision, value in session.execute(answers)}
    yield from unfounded(chain_of(session, attempt_id), kept)
