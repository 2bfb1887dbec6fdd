"""Make the attempt of a candidate who has come, and start those that start alone."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from merit import clock
from merit.accounts.services.throttle import Origin
from merit.assessment.domain import tokens
from merit.assessment.domain.settings import SittingSettings
from merit.assessment.domain.states import AttemptState, SittingState
from merit.assessment.domain.timing import AttemptClock, allotted_seconds, set_clock
from merit.assessment.models.delivery import Attempt
from merit.assessment.models.sittings import Candidate, Paper, Sitting, SittingEvent, SittingRoom
from merit.assessment.queries import delivery as queries
from merit.assessment.queries.adaptive import is_adaptive
from merit.assessment.services.sections import lay_down_sections
from merit.db import get_database
from merit.errors import RuleViolationError
from merit.security.crypto import load_keyring, reference
from merit.security.tokens import token_hash

PRACTICE_ROOM = "Latihan"
_ENTERED = (SittingState.OPEN, SittingState.RUNNING)
_PRACTISED = (SittingState.SEALED, *_ENTERED)


def seat_candidate(
    session: Session, sitting: Sitting, room: SittingRoom, candidate: Candidate, *, origin: Origin
) -> Attempt:
    """Return the candidate's attempt, made now (waiting for the tick) if this is the first time.

    Who comes back finds the attempt as it was left; another browser then asks the proctor for the lease.
    """
    attempt = queries.find_attempt_of(session, candidate.id)
    if attempt is not None:
        return attempt
    if sitting.state not in _ENTERED or room.closed_at is not None:
        raise RuleViolationError("room-closed")
    late = dt.timedelta(minutes=SittingSettings.model_validate(sitting.settings or {}).late_arrival_minutes)
    if room.started_at is not None and clock.now() > room.started_at + late:
        raise RuleViolationError("late-arrival", minutes=int(late.total_seconds() // 60))
    return _make(session, sitting, room.id, candidate, origin)


def start_practice(session: Session, candidate: Candidate, *, origin: Origin) -> Attempt:
    """Return the practice attempt, running; made and started now if this is the first time."""
    sitting = session.get_one(Sitting, candidate.sitting_id)
    attempt = queries.find_attempt_of(session, candidate.id)
    if sitting.kind != "practice":
        raise RuleViolationError("not-a-practice")
    if attempt is not None:
        return attempt
    if sitting.state not in _PRACTISED or clock.now() < sitting.starts_at:
        raise RuleViolationError("practice-closed")
    attempt = _make(session, sitting, candidate.room_id or _practice_room(session, sitting), candidate, origin)
    now = clock.now()
    attempt.admitted_at = now
    attempt.state = AttemptState.RUNNING.value
    set_clock(attempt, AttemptClock(started_at=now, allotted_seconds=attempt.allotted_seconds))
    attempt.last_seen_at = now
    _note_start(session, attempt, now)
    return attempt


def _make(session: Session, sitting: Sitting, room_id: int, candidate: Candidate, origin: Origin) -> Attempt:
    paper = session.scalars(select(Paper).where(Paper.candidate_id == candidate.id)).one_or_none()
    if paper is None:
        raise RuleViolationError("paper-missing")
    now = clock.now()
    is_approved = candidate.accommodation_approved_at is not None
    extra, breaks = (candidate.extra_minutes, candidate.break_minutes) if is_approved else (0, 0)
    keyring = load_keyring(get_database().settings.secret_file)
    token = tokens.attempt_token(lambda text, purpose: reference(keyring, text, purpose=purpose), candidate.id, now)
    attempt = Attempt(
        sitting_id=sitting.id,
        room_id=room_id,
        candidate_id=candidate.id,
        paper_id=paper.id,
        items=0 if is_adaptive(session, sitting.id) else paper.items,  # an adaptive paper grows
        token_hash=token_hash(token),
        state=AttemptState.WAITING.value,
        created_at=now,
        allotted_seconds=allotted_seconds(sitting.minutes, extra, breaks),
        paused_seconds=0,
        extended_seconds=0,
        grace_seconds=sitting.grace_seconds,
        network=origin.network,
        browser=origin.browser,
        flags=[],
    )
    session.add(attempt)
    session.flush()
    lay_down_sections(session, attempt, paper, minutes=sitting.minutes)
    return attempt


def _practice_room(session: Session, sitting: Sitting) -> int:
    room = session.scalars(select(SittingRoom).where(SittingRoom.sitting_id == sitting.id).limit(1)).one_or_none()
    if room is None:
        room = SittingRoom(sitting_id=sitting.id, name=PRACTICE_ROOM, seats=2000, minutes_signed=[])
        session.add(room)
        session.flush()
    return room.id


def _note_start(session: Session, attempt: Attempt, at: dt.datetime) -> None:
    session.add(
        SittingEvent(
            sitting_id=attempt.sitting_id,
            room_id=attempt.room_id,
            candidate_id=attempt.candidate_id,
            kind="practice-started",
            at=at,
        )
    )
    session.flush()
