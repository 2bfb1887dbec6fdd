"""What happens to a public complaint: recorded, answered, closed, reopened, corrected."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from merit import clock
from merit.audit.services import record
from merit.db import known
from merit.errors import InvalidInputError, RuleViolationError
from merit.performance.domain.complaints import Case, Step, find_contradiction, find_refusal, take
from merit.performance.models import Complaint
from merit.performance.queries.complaints import case_of, get_complaint
from merit.performance.services.facts import write_fact
from merit.performance.services.units import require_same, require_unit
from merit.security.permissions import Actor, Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintInput:
    """A complaint as somebody writes it down; its text is not kept, it may name people."""

    number: str
    unit_id: int
    kind: str
    channel: str
    case: Case
    outcome: str = ""


def record_complaint(session: Session, actor: Actor, *, complaint: ComplaintInput) -> Complaint:
    """Record a complaint that came in.

    Raises
    ------
    InvalidInputError
        The number is taken, or the dates contradict each other.
    """
    require_unit(actor, Permission.UNIT_RECORD, complaint.unit_id)
    number = " ".join(complaint.number.split())
    taken = select(Complaint.id).where(known(Complaint), Complaint.number == number)
    if session.scalar(taken) is not None:
        raise InvalidInputError("complaint-number-taken", number=number)
    written = _write(session, complaint, number)
    _note(session, actor, "complaint:record", written)
    return written


def correct_complaint(session: Session, actor: Actor, *, row_id: int, complaint: ComplaintInput) -> Complaint:
    """Write a complaint anew where a date, class, channel or unit was wrong; the former version stays readable.

    Raises
    ------
    InvalidInputError
        The dates contradict each other.
    ConflictError
        Somebody changed it since ``row_id`` was read.
    """
    standing = get_complaint(session, complaint.number)
    require_unit(actor, Permission.UNIT_RECORD, standing.unit_id)
    require_unit(actor, Permission.UNIT_RECORD, complaint.unit_id)
    require_same(standing.id, row_id)
    written = _write(session, complaint, complaint.number)
    _note(session, actor, "complaint:correct", written)
    return written


def take_step(
    session: Session, actor: Actor, *, number: str, row_id: int, step: Step, on: dt.date, outcome: str = ""
) -> Complaint:
    """Record the first answer, the closing or the reopening of a complaint; a closing tells its outcome.

    Raises
    ------
    RuleViolationError
        The step cannot follow what happened before, or not on that date.
    ConflictError
        Somebody changed it since ``row_id`` was read.
    """
    row = get_complaint(session, number)
    require_unit(actor, Permission.UNIT_RECORD, row.unit_id)
    require_same(row.id, row_id)
    case = case_of(row)
    if refusal := find_refusal(case, step, on, clock.today()):
        raise RuleViolationError(refusal)
    if step is Step.CLOSE and not outcome.strip():
        raise RuleViolationError("complaint-outcome-missing")
    told = outcome if step is Step.CLOSE else row.outcome
    complaint = ComplaintInput(
        number=number, unit_id=row.unit_id, kind=row.kind, channel=row.channel, case=take(case, step, on), outcome=told
    )
    written = _write(session, complaint, number)
    _note(session, actor, f"complaint:{step}", written)
    return written


def _write(session: Session, complaint: ComplaintInput, number: str) -> Complaint:
    case = complaint.case
    if contradiction := find_contradiction(case, clock.today()):
        raise InvalidInputError(contradiction)
    return write_fact(
        session,
        Complaint,
        key={"number": number},
        values={
            "unit_id": complaint.unit_id,
            "kind": complaint.kind,
            "channel": complaint.channel or None,
            "received": case.received,
            "answered": case.answered,
            "closed": case.closed,
            "reopened": case.reopened,
            "outcome": " ".join(complaint.outcome.split()),
        },
    )


def _note(session: Session, actor: Actor, action: str, written: Complaint) -> None:
    details = {"number": written.number, "unit": written.unit_id}
    record(session, actor, action=action, subject=f"complaint:{written.id}", details=details)
