"""Sections that are taken one after the other: laid down at admission, entered when the candidate asks."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from merit import clock
from merit.assessment.domain import sections
from merit.assessment.domain.papers import unpack_paper
from merit.assessment.domain.states import AttemptState
from merit.assessment.domain.timing import is_late
from merit.assessment.models.delivery import Attempt, AttemptSection
from merit.assessment.models.sittings import Paper
from merit.assessment.queries.delivery import find_attempt
from merit.errors import InvalidInputError, NotFoundError, RuleViolationError
from merit.security.tokens import token_hash


def lay_down_sections(session: Session, attempt: Attempt, paper: Paper, *, minutes: int) -> None:
    """Keep the sections of a new attempt with their times, where its paper has rules; else change nothing."""
    document = unpack_paper(paper.packed)
    parts = sections.parts_of(document, allotted_seconds=attempt.allotted_seconds, minutes=minutes)
    if not parts:
        return
    attempt.is_forward = sections.is_forward(document)
    _open(attempt, parts[0])
    session.add_all(
        AttemptSection(
            attempt_id=attempt.id, number=part.number, first=part.first, last=part.last, seconds=part.seconds
        )
        for part in parts
    )
    session.flush()


def enter_section(session: Session, token: str, lease: str, *, number: int) -> Attempt:
    """Leave the present section for good and enter a later one; safe to repeat.

    Raises
    ------
    NotFoundError
        No such attempt.
    RuleViolationError
        ``lease-ended``, ``attempt-not-started``, ``attempt-paused``, ``attempt-finished``, ``time-is-over``.
    InvalidInputError
        ``section-unknown``: the paper has no such section, or none that are taken in order.
    """
    attempt = find_attempt(session, token_hash(token), for_update=True)
    if attempt is None:
        raise NotFoundError("attempt-unknown")
    _check(attempt, lease)
    rows = _rows(session, attempt.id)
    if number not in rows or attempt.section is None or attempt.open_from is None or attempt.open_to is None:
        raise InvalidInputError("section-unknown")
    present = sections.Window(attempt.section, attempt.open_from, attempt.open_to, attempt.section_deadline)
    parts = [
        sections.Part(number=row.number, first=row.first, last=row.last, seconds=row.seconds) for row in rows.values()
    ]
    entries = sections.enter(present, parts, position=rows[number].first, at=clock.now())
    for entry in entries:
        rows[entry.part.number - 1].until = entry.left_until
        rows[entry.part.number].entered_at, rows[entry.part.number].way = entry.entered_at, "asked"
        _open(attempt, entry.part)
        attempt.section_deadline = entry.deadline
    session.flush()
    return attempt


def sections_of(session: Session, attempt_id: int) -> Sequence[AttemptSection]:
    """Return the sections of an attempt in order; none where they are not taken one after the other."""
    return list(_rows(session, attempt_id).values())


def _check(attempt: Attempt, lease: str) -> None:
    if attempt.lease_hash is None or token_hash(lease) != attempt.lease_hash:
        raise RuleViolationError("lease-ended")
    if attempt.state in (AttemptState.WAITING, AttemptState.ADMITTED):
        raise RuleViolationError("attempt-not-started")
    if attempt.state == AttemptState.PAUSED:
        raise RuleViolationError("attempt-paused")
    if attempt.state == AttemptState.FINISHED:
        raise RuleViolationError("attempt-finished")
    if is_late(attempt.deadline, attempt.grace_seconds, clock.now()):
        raise RuleViolationError("time-is-over")


def _open(attempt: Attempt, part: sections.Part) -> None:
    attempt.section, attempt.open_from, attempt.open_to = part.number, part.first, part.last
    attempt.section_seconds = part.seconds


def _rows(session: Session, attempt_id: int) -> dict[int, AttemptSection]:
    statement = select(AttemptSection).where(AttemptSection.attempt_id == attempt_id).order_by(AttemptSection.number)
    return {row.number: row for row in session.scalars(statement.execution_options(populate_existing=True))}
