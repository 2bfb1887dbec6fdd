"""What is done for a whole room: open its lobby, start, pause, give time, close; and with the rooms the sitting."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from merit import clock
from merit.assessment.domain.settings import SittingSettings
from merit.assessment.domain.states import SITTING_STEPS, AttemptState, SittingState
from merit.assessment.models.delivery import Attempt
from merit.assessment.models.sittings import Candidate, Sitting, SittingEvent, SittingRoom
from merit.assessment.queries.board import manages_all
from merit.assessment.queries.outages import undecided_outages
from merit.assessment.services.proctoring.clocks import take_late
from merit.assessment.services.proctoring.people import (
    add_minutes,
    count_unfinished,
    finish,
    let_run_on,
    mark_all_absent,
    start,
    stop,
)
from merit.assessment.services.proctoring.reach import (
    Place,
    checked_note,
    lock_attempts,
    lock_open_room,
    lock_room,
    note,
)
from merit.audit.models import AuditCheckpoint
from merit.audit.services import checkpoint
from merit.errors import InvalidInputError, RuleViolationError
from merit.security.permissions import Actor

S = SittingState


def open_lobby(session: Session, actor: Actor, *, room_id: int, reason: str = "") -> SittingRoom:
    """Let candidates sign in to a room; the first room opens the sitting.

    Not earlier than the sitting's lobby minutes before its start, unless who manages sittings says why.
    """
    place = _lock_both(session, actor, room_id)
    if place.room.opened_at is not None:
        raise RuleViolationError("room-is-open")
    now = clock.now()
    minutes = SittingSettings.model_validate(place.sitting.settings or {}).lobby_minutes
    is_early = now < place.sitting.starts_at - dt.timedelta(minutes=minutes)
    if is_early and not manages_all(actor):
        raise RuleViolationError("lobby-too-early", minutes=minutes)
    text = checked_note(reason, is_required=is_early)
    if place.sitting.state == S.SEALED:
        _step(place.sitting, S.OPEN)
        place.sitting.opened_at = now
    elif place.sitting.state not in (S.OPEN, S.RUNNING):
        raise RuleViolationError("sitting-not-sealed")
    place.room.opened_at = now
    note(session, actor, place, "lobby-opened", text=text)
    return place.room


def start_room(session: Session, actor: Actor, *, room_id: int, reason: str = "") -> int:
    """Start everybody admitted, each with their own time from this instant; return how many.

    The first room of a sitting makes it run. Who is still waiting for the tick starts on admission. Earlier than the
    sitting allows before its planned time needs a reason, which the minutes show.
    """
    place = _lock_both(session, actor, room_id)
    if place.room.opened_at is None:
        raise RuleViolationError("room-not-open")
    if place.room.started_at is not None:
        raise RuleViolationError("room-is-started")
    if place.sitting.state not in (S.OPEN, S.RUNNING):
        raise RuleViolationError("sitting-not-open")
    attempts = _still_listed(session, room_id, lock_attempts(session, room_id, AttemptState.ADMITTED))
    if not attempts:
        raise RuleViolationError("nobody-admitted")
    now = clock.now()
    early = _early_start(place.sitting, now, reason)
    if place.sitting.state == S.OPEN:
        _step(place.sitting, S.RUNNING)
        place.sitting.started_at = now
    place.room.started_at = now
    for attempt in attempts:
        start(attempt, now)
    note(session, actor, place, "room-started", text=early.text, count=len(attempts), **early.details)
    return len(attempts)


@dataclass(frozen=True, slots=True)
class _Early:
    """Why a room starts before its time, and how long before; empty when it does not."""

    text: str = ""
    details: Mapping[str, int] = field(default_factory=dict)


def _early_start(sitting: Sitting, now: dt.datetime, reason: str) -> _Early:
    allowed = SittingSettings.model_validate(sitting.settings or {}).start_early_minutes
    before = sitting.starts_at - now
    if before <= dt.timedelta(minutes=allowed):
        return _Early()
    if not reason.strip():
        raise InvalidInputError("start-too-early", minutes=allowed)
    return _Early(checked_note(reason), {"early": math.ceil(before / dt.timedelta(minutes=1))})


def pause_room(session: Session, actor: Actor, *, room_id: int, reason: str) -> int:
    """Stop the clocks of everybody at work in a room; return how many."""
    place = lock_open_room(session, actor, room_id)
    text = checked_note(reason)
    if place.room.started_at is None:
        raise RuleViolationError("room-not-started")
    if place.room.paused_at is not None:
        raise RuleViolationError("room-is-paused")
    now = clock.now()
    place.room.paused_at = now
    attempts = lock_attempts(session, room_id, AttemptState.RUNNING)
    for attempt in attempts:
        stop(session, attempt, now)
    note(session, actor, place, "room-paused", text=text, count=len(attempts))
    return len(attempts)


def resume_room(session: Session, actor: Actor, *, room_id: int) -> int:
    """Let the clocks that the room's pause stopped run on; who was paused alone stays paused."""
    place = lock_open_room(session, actor, room_id)
    paused_at = place.room.paused_at
    if paused_at is None:
        raise RuleViolationError("room-not-paused")
    now = clock.now()
    attempts = [each for each in lock_attempts(session, room_id, AttemptState.PAUSED) if each.paused_at == paused_at]
    for attempt in attempts:
        let_run_on(attempt, now)
    place.room.paused_at = None
    seconds = int((now - paused_at).total_seconds())
    note(session, actor, place, "room-resumed", count=len(attempts), seconds=seconds)
    return len(attempts)


def extend_room(session: Session, actor: Actor, *, room_id: int, minutes: int, reason: str) -> int:
    """Give everybody at work in a room the same minutes; return how many."""
    place = lock_open_room(session, actor, room_id)
    text = checked_note(reason)
    attempts = lock_attempts(session, room_id, AttemptState.RUNNING, AttemptState.PAUSED)
    if not attempts:
        raise RuleViolationError("nobody-at-work")
    for attempt in attempts:
        add_minutes(attempt, minutes)
    note(session, actor, place, "room-extended", text=text, minutes=minutes, count=len(attempts))
    for attempt in attempts:
        take_late(session, actor, place, attempt)
    return len(attempts)


def close_room(session: Session, actor: Actor, *, room_id: int, end_all: bool = False, reason: str = "") -> SittingRoom:
    """Close a room for good; with the last one the sitting closes and the audit chain is sealed.

    Nobody may be at work any more, unless the proctor confirms that they all end now. An outage nobody decided on
    must be decided first: after the close no time can be given back. A room that was never started is closed with a
    reason once its planned time is over, by who manages sittings at any time; who has not come is marked absent.
    """
    place = _lock_both(session, actor, room_id)
    text = "" if place.room.started_at is not None else _why_never_started(actor, place, reason)
    at_work = count_unfinished(session, room_id)
    if at_work and not end_all:
        raise RuleViolationError("room-still-at-work", count=at_work)
    if _is_time_owed(session, place):
        raise RuleViolationError("outage-undecided")
    now = clock.now()
    unfinished = [state for state in AttemptState if state is not AttemptState.FINISHED]
    for attempt in lock_attempts(session, room_id, *unfinished):
        finish(attempt, now)
    details = {"ended": at_work}
    if place.room.started_at is None:
        details["absent"] = mark_all_absent(session, actor, place)
    place.room.closed_at, place.room.paused_at = now, None
    note(session, actor, place, "room-closed", text=text, **details)
    session.flush()
    _close_sitting(session, actor, place, now)
    return place.room


def _why_never_started(actor: Actor, place: Place, reason: str) -> str:
    if place.sitting.state not in (S.SEALED, S.OPEN, S.RUNNING):
        raise RuleViolationError("sitting-not-sealed")
    ends = place.sitting.starts_at + dt.timedelta(minutes=place.sitting.minutes)
    if clock.now() < ends and not manages_all(actor):
        raise RuleViolationError("room-never-started-early")
    if not reason.strip():
        raise InvalidInputError("room-never-started-reason")
    return checked_note(reason)


def _is_time_owed(session: Session, place: Place) -> bool:
    """Whether somebody at work may still get time for an outage: of this room, or of another while sitting here now."""
    unfinished = select(Attempt.id, Attempt.room_id).where(
        Attempt.sitting_id == place.sitting.id, Attempt.state.in_((AttemptState.RUNNING, AttemptState.PAUSED))
    )
    at_work = {row.id: row.room_id for row in session.execute(unfinished)}
    return any(
        place.room.id in (proposal.room_id, at_work[attempt_id])
        for proposal in (undecided_outages(session, place.sitting.id) if at_work else ())
        for attempt_id in proposal.attempt_ids & at_work.keys()
    )


def _lock_both(session: Session, actor: Actor, room_id: int) -> Place:
    place = lock_room(session, actor, room_id, with_sitting=True)
    if place.room.closed_at is not None:
        raise RuleViolationError("room-is-closed")
    return place


def _still_listed(session: Session, room_id: int, attempts: list[Attempt]) -> list[Attempt]:
    """Leave out whoever was withdrawn from the roster or moved to another sitting."""
    gone = set(
        session.scalars(
            select(Attempt.id)
            .join(Candidate, Candidate.id == Attempt.candidate_id)
            .where(Attempt.room_id == room_id, Candidate.withdrawn_at.is_not(None))
        )
    )
    return [attempt for attempt in attempts if attempt.id not in gone]


def _step(sitting: Sitting, to: SittingState) -> None:
    if to not in SITTING_STEPS[SittingState(sitting.state)]:
        raise RuleViolationError("sitting-step-missing")
    sitting.state = to.value
    sitting.row_version += 1


def _close_sitting(session: Session, actor: Actor, place: Place, now: dt.datetime) -> None:
    """Close the sitting when no room with candidates is left open, and seal the chain at that point."""
    is_used = select(Candidate.id).where(Candidate.room_id == SittingRoom.id).exists()
    left = select(func.count()).where(
        SittingRoom.sitting_id == place.sitting.id, SittingRoom.closed_at.is_(None), is_used
    )
    if place.sitting.state != S.RUNNING or session.scalar(left):
        return
    _step(place.sitting, S.CLOSED)
    place.sitting.closed_at = now
    finished = select(func.count()).where(Attempt.sitting_id == place.sitting.id)
    note(session, actor, place, "sitting-closed", attempts=session.scalar(finished) or 0)
    entry = checkpoint(session)
    sealed = session.scalars(select(AuditCheckpoint).where(AuditCheckpoint.entry_id == entry)).first()
    if sealed is not None:
        _keep_checkpoint(session, place, sealed, now)


def _keep_checkpoint(session: Session, place: Place, sealed: AuditCheckpoint, now: dt.datetime) -> None:
    """Write the seal into the minutes, whose QR shows it."""
    details = {"entry": sealed.entry_id, "payload": sealed.payload, "signature": sealed.signature, "key": sealed.key_id}
    event = SittingEvent(sitting_id=place.sitting.id, kind="checkpoint", details=details, at=now)
    session.add(event)
    session.flush()
