"""What a proctor does for one candidate: let in, pause, give time, judge a second browser, end, note."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from merit import clock
from merit.assessment.domain import timing
from merit.assessment.domain.settings import SittingSettings
from merit.assessment.domain.states import AttemptState
from merit.assessment.models.delivery import Attempt
from merit.assessment.models.sittings import Candidate, SittingEvent
from merit.assessment.queries.board import ABSENT, ABSENT_UNDONE, manages_all
from merit.assessment.services.proctoring.clocks import keep_silence, take_late
from merit.assessment.services.proctoring.reach import (
    Case,
    Place,
    check_step,
    checked_note,
    get_candidate,
    lock_case,
    lock_open_room,
    note,
    step,
)
from merit.errors import InvalidInputError, NotFoundError, RuleViolationError
from merit.security.permissions import Actor

LONGEST_EXTENSION = 120
INCIDENT_KINDS = (
    *("power", "network", "computer", "illness", "disturbance", "misconduct", "identity", "emergency-answers"),
    "other",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Late:
    """An admission after the start."""

    kind: str
    minutes: int
    text: str


def admit(session: Session, actor: Actor, *, attempt_id: int, reason: str = "") -> Attempt:
    """Tick that the face fits the name: the candidate may start, and does so at once where the room runs already.

    Who comes later than the sitting allows is refused; who manages sittings may decide otherwise, with a reason.
    """
    case = lock_case(session, actor, attempt_id)
    now = clock.now()
    if case.candidate.withdrawn_at is not None:
        raise RuleViolationError("candidate-is-withdrawn")
    check_step(case.attempt, AttemptState.ADMITTED)
    room = case.place.room
    late = None if room.started_at is None else _check_late(actor, case, now - room.started_at, reason)
    step(case.attempt, AttemptState.ADMITTED)
    case.attempt.admitted_at, case.attempt.admitted_by = now, actor.user_id
    if is_marked_absent(session, case.candidate):
        note(session, actor, case.place, ABSENT_UNDONE, candidate_id=case.candidate.id)
    if late is None:
        note(session, actor, case.place, "admitted", candidate_id=case.candidate.id)
    else:
        start(case.attempt, now)
        note(session, actor, case.place, late.kind, candidate_id=case.candidate.id, text=late.text, late=late.minutes)
    session.flush()
    return case.attempt


def admit_several(session: Session, actor: Actor, *, room_id: int, attempt_ids: Iterable[int]) -> int:
    """Tick several candidates of one room at once; return how many.

    Those ticked meanwhile are left as they are, and so is the actor's own: nobody identifies themselves.
    """
    place = lock_open_room(session, actor, room_id)
    wanted = set(attempt_ids)
    if not wanted:
        raise InvalidInputError("nobody-chosen")
    own = select(Candidate.id).where(Candidate.official_id == (actor.official_id or 0))
    waiting = select(Attempt.id).where(
        Attempt.id.in_(wanted),
        Attempt.room_id == place.room.id,
        Attempt.state == AttemptState.WAITING,
        Attempt.candidate_id.not_in(own),
    )
    ids = sorted(session.scalars(waiting))
    for attempt_id in ids:
        admit(session, actor, attempt_id=attempt_id)
    return len(ids)


def undo_admission(session: Session, actor: Actor, *, attempt_id: int) -> Attempt:
    """Take the tick away again, as long as the candidate has not started."""
    case = lock_case(session, actor, attempt_id)
    step(case.attempt, AttemptState.WAITING)
    case.attempt.admitted_at = case.attempt.admitted_by = None
    note(session, actor, case.place, "admission-undone", candidate_id=case.candidate.id)
    return case.attempt


def start(attempt: Attempt, now: dt.datetime) -> None:
    """Let an admitted attempt run from now on."""
    step(attempt, AttemptState.RUNNING)
    attempt.last_seen_at = now
    timing.set_clock(attempt, timing.AttemptClock(started_at=now, allotted_seconds=attempt.allotted_seconds))


def pause(session: Session, actor: Actor, *, attempt_id: int, reason: str) -> Attempt:
    """Stop one candidate's clock."""
    case = lock_case(session, actor, attempt_id)
    text = checked_note(reason)
    stop(session, case.attempt, clock.now())
    note(session, actor, case.place, "paused", candidate_id=case.candidate.id, text=text)
    return case.attempt


def stop(session: Session, attempt: Attempt, now: dt.datetime) -> None:
    """Stop a running attempt's clock; a silence up to now stays on record."""
    check_step(attempt, AttemptState.PAUSED)
    keep_silence(session, attempt, now)
    step(attempt, AttemptState.PAUSED)
    timing.set_clock(attempt, timing.pause(timing.clock_of(attempt), now))


def resume(session: Session, actor: Actor, *, attempt_id: int) -> Attempt:
    """Let one candidate's clock run on; what it stood is added to the deadline."""
    case = lock_case(session, actor, attempt_id)
    if case.place.room.paused_at is not None and case.attempt.paused_at == case.place.room.paused_at:
        raise RuleViolationError("room-is-paused")
    before = case.attempt.paused_seconds
    let_run_on(case.attempt, clock.now())
    stood = case.attempt.paused_seconds - before
    note(session, actor, case.place, "resumed", candidate_id=case.candidate.id, seconds=stood)
    return case.attempt


def let_run_on(attempt: Attempt, now: dt.datetime) -> None:
    """Resume a paused attempt's clock."""
    step(attempt, AttemptState.RUNNING)
    attempt.last_seen_at = now  # silence while the clock stood is no gap
    timing.set_clock(attempt, timing.resume(timing.clock_of(attempt), now))


def extend(session: Session, actor: Actor, *, attempt_id: int, minutes: int, reason: str) -> Attempt:
    """Give one candidate more minutes."""
    case = lock_case(session, actor, attempt_id)
    text = checked_note(reason)
    add_minutes(case.attempt, minutes)
    note(session, actor, case.place, "extended", candidate_id=case.candidate.id, text=text, minutes=minutes)
    take_late(session, actor, case.place, case.attempt)
    return case.attempt


def add_minutes(attempt: Attempt, minutes: int) -> None:
    """Move the deadline of an attempt at work."""
    if not 1 <= minutes <= LONGEST_EXTENSION:
        raise InvalidInputError("extension-range", most=LONGEST_EXTENSION)
    if attempt.state not in (AttemptState.RUNNING, AttemptState.PAUSED):
        raise RuleViolationError("attempt-not-at-work")
    seconds = minutes * timing.SECONDS_PER_MINUTE
    timing.set_clock(attempt, timing.extend(timing.clock_of(attempt), seconds))


def consent_lease(session: Session, actor: Actor, *, attempt_id: int) -> Attempt:
    """Give the lease to the browser that asked; the former one can save nothing from now on."""
    case = lock_case(session, actor, attempt_id)
    attempt = case.attempt
    if attempt.lease_asked_hash is None:
        raise RuleViolationError("lease-not-asked")
    if attempt.state == AttemptState.FINISHED:
        raise RuleViolationError("attempt-is-finished")
    attempt.lease_hash, attempt.lease_number = attempt.lease_asked_hash, attempt.lease_number + 1
    attempt.lease_asked_hash = attempt.lease_asked_at = None
    note(session, actor, case.place, "lease-granted", candidate_id=case.candidate.id, lease=attempt.lease_number)
    return attempt


def refuse_lease(session: Session, actor: Actor, *, attempt_id: int) -> Attempt:
    """Send the browser that asked away; the present one keeps working."""
    case = lock_case(session, actor, attempt_id)
    asked = case.attempt.lease_asked_hash
    if asked is None:
        raise RuleViolationError("lease-not-asked")
    case.attempt.lease_asked_hash = case.attempt.lease_asked_at = None
    note(session, actor, case.place, "lease-refused", candidate_id=case.candidate.id, browser=asked)
    return case.attempt


def end_attempt(session: Session, actor: Actor, *, attempt_id: int, number: str, reason: str) -> Attempt:
    """End an attempt for good; the candidate's number is typed, so that the wrong seat is not ended by a slip."""
    case = lock_case(session, actor, attempt_id)
    if number.strip().casefold() != case.candidate.number.casefold():
        raise InvalidInputError("candidate-number-differs")
    text = checked_note(reason)
    keep_silence(session, case.attempt, clock.now())
    finish(case.attempt, clock.now())
    note(session, actor, case.place, "ended", candidate_id=case.candidate.id, text=text)
    return case.attempt


def finish(attempt: Attempt, now: dt.datetime) -> None:
    """Close an attempt on the proctor's word; everything saved stays saved."""
    step(attempt, AttemptState.FINISHED)
    attempt.finished_at, attempt.ending = now, "proctor"
    attempt.paused_at = None
    attempt.lease_asked_hash = attempt.lease_asked_at = None


def note_incident(
    session: Session, actor: Actor, *, room_id: int, kind: str, text: str, candidate_id: int | None = None
) -> SittingEvent:
    """Write what happened into the minutes, for one candidate or the whole room."""
    place = lock_open_room(session, actor, room_id)
    if kind not in INCIDENT_KINDS:
        raise InvalidInputError("incident-kind-unknown")
    if candidate_id is not None:
        get_candidate(session, actor, room_id, candidate_id)
    text = checked_note(text)
    return note(session, actor, place, "incident", candidate_id=candidate_id, text=text, incident=kind)


def mark_absent(session: Session, actor: Actor, *, room_id: int, candidate_id: int) -> SittingEvent:
    """Note that a candidate did not come; who comes after all is admitted as anybody late."""
    place = lock_open_room(session, actor, room_id)
    candidate = get_candidate(session, actor, room_id, candidate_id)
    if session.scalar(select(Attempt.id).where(Attempt.candidate_id == candidate.id)) is not None:
        raise RuleViolationError("candidate-is-present")
    if is_marked_absent(session, candidate):
        raise RuleViolationError("candidate-marked-absent")
    return note(session, actor, place, ABSENT, candidate_id=candidate.id)


def mark_all_absent(session: Session, actor: Actor, place: Place) -> int:
    """Note for everybody of a room who has not signed in that they did not come; return how many."""
    expected = session.scalars(
        select(Candidate)
        .where(
            Candidate.room_id == place.room.id,
            Candidate.withdrawn_at.is_(None),
            ~exists().where(Attempt.candidate_id == Candidate.id),
        )
        .order_by(Candidate.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    missing = [candidate for candidate in expected if not is_marked_absent(session, candidate)]
    for candidate in missing:
        note(session, actor, place, ABSENT, candidate_id=candidate.id)
    return len(missing)


def undo_absence(session: Session, actor: Actor, *, room_id: int, candidate_id: int) -> SittingEvent:
    """Take the mark of absence back."""
    place = lock_open_room(session, actor, room_id)
    candidate = get_candidate(session, actor, room_id, candidate_id)
    if not is_marked_absent(session, candidate):
        raise RuleViolationError("candidate-not-marked-absent")
    return note(session, actor, place, ABSENT_UNDONE, candidate_id=candidate.id)


def is_marked_absent(session: Session, candidate: Candidate) -> bool:
    """Whether the last word on the candidate's presence in this room is that they did not come."""
    last = session.scalar(
        select(SittingEvent.kind)
        .where(
            SittingEvent.candidate_id == candidate.id,
            SittingEvent.room_id == candidate.room_id,
            SittingEvent.kind.in_((ABSENT, ABSENT_UNDONE)),
        )
        .order_by(SittingEvent.id.desc())
        .limit(1)
    )
    return last == ABSENT


def count_unfinished(session: Session, room_id: int) -> int:
    """Return how many attempts of a room are at work or paused."""
    at_work = (AttemptState.RUNNING, AttemptState.PAUSED)
    counted = select(func.count()).where(Attempt.room_id == room_id, Attempt.state.in_(at_work))
    return session.scalar(counted) or 0


def _check_late(actor: Actor, case: Case, late: dt.timedelta, reason: str) -> _Late:
    """Return how late somebody is, refused where the sitting does not allow it."""
    if case.place.room.paused_at is not None:
        raise RuleViolationError("room-is-paused")
    allowed = SittingSettings.model_validate(case.place.sitting.settings or {}).late_arrival_minutes
    is_over = late > dt.timedelta(minutes=allowed)
    if is_over and not manages_all(actor):
        raise RuleViolationError("late-arrival-over", minutes=allowed)
    return _Late(
        kind="late-admitted-exception" if is_over else "late-admitted",
        minutes=int(late.total_seconds() // timing.SECONDS_PER_MINUTE),
        text=checked_note(reason, is_required=is_over),
    )


def get_attempt_of(session: Session, room_id: int, candidate_id: int) -> Attempt:
    """Return the attempt of a candidate seated in the room."""
    found = session.scalars(
        select(Attempt).where(Attempt.candidate_id == candidate_id, Attempt.room_id == room_id)
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found
