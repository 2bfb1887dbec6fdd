"""Answers that came after the time was over: scored only when two persons accept them on a recorded outage."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from merit import clock
from merit.assessment.domain.states import SittingState
from merit.assessment.models.delivery import Attempt, AttemptSection, Compensation, ContactGap, LateResponse
from merit.assessment.models.scoring import EssayMark
from merit.assessment.models.sittings import Candidate, SittingEvent
from merit.assessment.queries.adaptive import is_adaptive
from merit.assessment.queries.board import manages_all
from merit.assessment.services.proctoring.reach import Place, checked_note, lock_room, note
from merit.errors import NotAllowedError, NotFoundError, RuleViolationError
from merit.security.permissions import Actor

OUTAGE_INCIDENTS = frozenset({"power", "network", "computer", "emergency-answers"})
_OPEN_FOR_LATE = (SittingState.RUNNING, SittingState.CLOSED)


def propose_late(session: Session, actor: Actor, *, attempt_id: int, reason: str) -> int:
    """Propose that an attempt's late answers count, with the outage that made them late; return how many.

    Raises
    ------
    RuleViolationError
        Nothing is recorded that could have made them late, nothing is left to propose, or the sitting is scored.

    A later save of one of them takes it out of the proposal, so that what two persons agree on is one text. Essays
    with marks are left out: the marks are for the text that was there. So are items an adaptive test went on from:
    what followed was chosen by the answers that stand.
    """
    place, attempt = _place(session, actor, attempt_id)
    text = checked_note(reason)
    rows = [row for row in _locked_late(session, attempt_id) if row.proposed_by is None]
    if not rows:
        raise RuleViolationError("late-nothing-to-propose")
    passed = _passed_among(session, attempt, rows)
    rows = [row for row in rows if row.position not in passed]
    if not rows:
        raise RuleViolationError("late-adaptive-passed", positions=_listed(passed))
    marked = _marked_among(session, attempt_id, rows)
    rows = [row for row in rows if row.position not in marked]
    if not rows:
        raise RuleViolationError("late-marked-already", positions=_listed(marked))
    if not is_outage_recorded(session, attempt):
        raise RuleViolationError("late-without-outage")
    for row in rows:
        row.proposed_by, row.proposed_reason = actor.user_id, text
    note(session, actor, place, "late-proposed", candidate_id=attempt.candidate_id, text=text, count=len(rows))
    return len(rows)


def accept_late(session: Session, actor: Actor, *, attempt_id: int) -> int:
    """Accept what another person proposed: from now on these answers count; return how many."""
    place, attempt = _place(session, actor, attempt_id)
    if not manages_all(actor):
        raise NotAllowedError
    rows = [row for row in _locked_late(session, attempt_id) if row.proposed_by and row.accepted_by is None]
    if not rows:
        raise RuleViolationError("late-nothing-proposed")
    if any(row.proposed_by == actor.user_id for row in rows):
        raise RuleViolationError("late-same-person")
    passed = _passed_among(session, attempt, rows)
    if passed:
        raise RuleViolationError("late-adaptive-passed", positions=_listed(passed))
    marked = _marked_among(session, attempt_id, rows)
    if marked:
        raise RuleViolationError("late-marked-already", positions=_listed(marked))
    for row in rows:
        row.accepted_by, row.accepted_at = actor.user_id, clock.now()
    note(session, actor, place, "late-accepted", candidate_id=attempt.candidate_id, count=len(rows))
    return len(rows)


def withdraw_late(session: Session, actor: Actor, *, attempt_id: int, reason: str) -> int:
    """Take a proposal back, or refuse somebody else's; return how many answers it was about."""
    place, attempt = _place(session, actor, attempt_id)
    text = checked_note(reason)
    rows = [row for row in _locked_late(session, attempt_id) if row.proposed_by and row.accepted_by is None]
    if not rows:
        raise RuleViolationError("late-nothing-proposed")
    if not manages_all(actor) and any(row.proposed_by != actor.user_id for row in rows):
        raise NotAllowedError
    for row in rows:
        row.proposed_by, row.proposed_reason = None, ""
    note(session, actor, place, "late-refused", candidate_id=attempt.candidate_id, text=text, count=len(rows))
    return len(rows)


def is_outage_recorded(session: Session, attempt: Attempt) -> bool:
    """Whether something on record could have made the answers late: a silence at the end, compensation, an incident."""
    return _was_silent_at_the_end(session, attempt) or _was_noted(session, attempt)


def _was_silent_at_the_end(session: Session, attempt: Attempt) -> bool:
    left = select(AttemptSection.until).where(AttemptSection.attempt_id == attempt.id)
    ends = [attempt.deadline or attempt.finished_at, attempt.section_deadline, *session.scalars(left)]
    over = [(ContactGap.from_at <= end) & (ContactGap.until_at >= end) for end in ends if end is not None]
    gap = select(ContactGap.id).where(ContactGap.attempt_id == attempt.id, or_(*over))
    return bool(over) and session.scalar(gap.limit(1)) is not None


def _was_noted(session: Session, attempt: Attempt) -> bool:
    granted = select(Compensation.id).where(
        Compensation.sitting_id == attempt.sitting_id,
        Compensation.room_id.is_(None) | (Compensation.room_id == attempt.room_id),
    )
    if session.scalar(granted.limit(1)) is not None:
        return True
    incidents = select(SittingEvent.details).where(
        SittingEvent.sitting_id == attempt.sitting_id,
        SittingEvent.room_id == attempt.room_id,
        SittingEvent.kind == "incident",
        SittingEvent.candidate_id.is_(None) | (SittingEvent.candidate_id == attempt.candidate_id),
    )
    return any(details.get("incident") in OUTAGE_INCIDENTS for details in session.scalars(incidents))


def _place(session: Session, actor: Actor, attempt_id: int) -> tuple[Place, Attempt]:
    """Lock sitting, room and attempt in that order: no scoring and no save comes between reading and deciding."""
    room_id = session.scalar(select(Attempt.room_id).where(Attempt.id == attempt_id))
    if room_id is None:
        raise NotFoundError
    place = lock_room(session, actor, room_id, with_sitting=True)
    attempt = session.scalars(
        select(Attempt)
        .where(Attempt.id == attempt_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()
    if attempt.room_id != room_id:  # moved to another room while we waited
        raise RuleViolationError("changed-meanwhile")
    if place.sitting.state not in _OPEN_FOR_LATE:
        raise RuleViolationError("late-after-scoring")
    if session.get_one(Candidate, attempt.candidate_id).official_id == actor.official_id:
        raise NotAllowedError
    return place, attempt


def _locked_late(session: Session, attempt_id: int) -> Sequence[LateResponse]:
    return session.scalars(
        select(LateResponse)
        .where(LateResponse.attempt_id == attempt_id)
        .order_by(LateResponse.position)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).all()


def _passed_among(session: Session, attempt: Attempt, rows: Sequence[LateResponse]) -> set[int]:
    """Return the positions of these answers that an adaptive test has gone on from; none in other tests."""
    passed = {row.position for row in rows if attempt.open_from is not None and row.position < attempt.open_from}
    return passed if passed and is_adaptive(session, attempt.sitting_id) else set()


def _marked_among(session: Session, attempt_id: int, rows: Sequence[LateResponse]) -> set[int]:
    """Return the positions of these answers at which somebody has marked an earlier text."""
    positions = [row.position for row in rows]
    statement = select(EssayMark.position).where(EssayMark.attempt_id == attempt_id, EssayMark.position.in_(positions))
    return set(session.scalars(statement))


def _listed(positions: set[int]) -> str:
    return ", ".join(map(str, sorted(positions)))
