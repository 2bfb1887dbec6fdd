"""What goes with a change of somebody's clock: the silence before it is kept, answers it makes timely are counted."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from merit.assessment.domain import timing
from merit.assessment.domain.answers import is_blank
from merit.assessment.domain.states import AttemptState
from merit.assessment.models.delivery import Attempt, ContactGap, LateResponse, Response
from merit.assessment.services.proctoring.reach import Place, note
from merit.security.permissions import Actor

TAKEN = "late-taken"


def keep_silence(session: Session, attempt: Attempt, now: dt.datetime) -> None:
    """Write down the silence of a running attempt whose clock is about to stop: nobody would know of it afterwards."""
    moments = (attempt.started_at, attempt.last_seen_at, attempt.last_save_at)
    heard = max((at for at in moments if at is not None), default=now)
    if attempt.state == AttemptState.RUNNING and now - heard > timing.SILENCE:
        session.add(ContactGap(attempt_id=attempt.id, from_at=heard, until_at=now))
        attempt.last_seen_at = now


def take_late(session: Session, actor: Actor, place: Place, attempt: Attempt) -> int:
    """Count the late answers that are in time now that the deadline of a locked attempt has moved; return how many.

    What somebody proposed for two persons to decide stays with them, and so does what belongs to a section that was
    left. The chain of receipts keeps when they came.
    """
    grace = dt.timedelta(seconds=attempt.grace_seconds)
    until = timing.clock_of(attempt).deadline + grace
    if attempt.section_deadline is not None:
        until = min(until, attempt.section_deadline + grace)
    late = session.scalars(
        select(LateResponse)
        .where(
            LateResponse.attempt_id == attempt.id,
            LateResponse.saved_at <= until,
            LateResponse.position >= (attempt.open_from or 0),
            LateResponse.proposed_by.is_(None),
            LateResponse.accepted_by.is_(None),
        )
        .order_by(LateResponse.position)
        .execution_options(populate_existing=True)
    ).all()
    taken = sum([_take(session, attempt, row) for row in late])
    session.flush()
    if taken:
        note(session, actor, place, TAKEN, candidate_id=attempt.candidate_id, count=taken)
    return taken


def _take(session: Session, attempt: Attempt, late: LateResponse) -> bool:
    kept = session.get(Response, (attempt.id, late.position), populate_existing=True)
    if kept is not None and kept.revision >= late.revision:
        return False
    if kept is not None:
        attempt.answered -= not is_blank(kept.value)
        attempt.marked -= kept.marked
    else:
        kept = Response(attempt_id=attempt.id, position=late.position)
        session.add(kept)
    kept.revision, kept.value, kept.marked = late.revision, late.value, late.marked
    kept.client_at, kept.saved_at = late.client_at, late.saved_at
    attempt.answered += not is_blank(late.value)
    attempt.marked += late.marked
    session.delete(late)
    return True
