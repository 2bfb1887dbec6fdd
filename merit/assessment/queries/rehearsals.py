"""What the rooms of a rehearsal did, out of attempts and their events."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from merit.assessment.domain.rehearsal import RoomVerdict, SeatTrial, judge_room
from merit.assessment.models.delivery import Attempt, AttemptEvent, ContactGap
from merit.assessment.models.sittings import Candidate, SittingRoom


def judge_rehearsal(session: Session, sitting_id: int) -> list[tuple[SittingRoom, RoomVerdict]]:
    """Return every room of a rehearsal with its verdict."""
    trials = load_trials(session, sitting_id)
    used = select(Candidate.room_id, Candidate.seat).where(
        Candidate.sitting_id == sitting_id, Candidate.withdrawn_at.is_(None), Candidate.room_id.is_not(None)
    )
    occupied: dict[int | None, int] = defaultdict(int)
    for room_id, _seat in session.execute(used):
        occupied[room_id] += 1
    rooms = session.scalars(select(SittingRoom).where(SittingRoom.sitting_id == sitting_id).order_by(SittingRoom.id))
    return [
        (room, judge_room(room.id, occupied[room.id], [one for one in trials if one.room_id == room.id]))
        for room in rooms
    ]


def load_trials(session: Session, sitting_id: int) -> list[SeatTrial]:
    """Return what every seat told: events ``rehearsal`` carry ``latency_ms``, ``clock_ms`` and ``browser``."""
    rows = session.execute(
        select(Attempt, Candidate.seat)
        .join(Candidate, Candidate.id == Attempt.candidate_id)
        .where(Attempt.sitting_id == sitting_id, Candidate.seat.is_not(None))
        .order_by(Attempt.id)
    ).all()
    told, gaps = _events(session, sitting_id), _gaps(session, sitting_id)
    return [
        SeatTrial(
            room_id=attempt.room_id,
            seat=seat or 0,
            browser=_last_text(told[attempt.id], "browser") or attempt.browser,
            latency_ms=tuple(_numbers(told[attempt.id], "latency_ms")),
            clock_ms=max(_numbers(told[attempt.id], "clock_ms"), key=abs, default=None),
            saves=attempt.saves,
            longest_gap=gaps[attempt.id],
        )
        for attempt, seat in rows
    ]


def _events(session: Session, sitting_id: int) -> dict[int, list[dict[str, Any]]]:
    statement = (
        select(AttemptEvent.attempt_id, AttemptEvent.details)
        .join(Attempt, Attempt.id == AttemptEvent.attempt_id)
        .where(Attempt.sitting_id == sitting_id, AttemptEvent.kind == "rehearsal")
        .order_by(AttemptEvent.id)
    )
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for attempt_id, details in session.execute(statement):
        if isinstance(details, dict):
            found[attempt_id].append(details)
    return found


def _gaps(session: Session, sitting_id: int) -> dict[int, float]:
    statement = (
        select(ContactGap).join(Attempt, Attempt.id == ContactGap.attempt_id).where(Attempt.sitting_id == sitting_id)
    )
    longest: dict[int, float] = defaultdict(float)
    for gap in session.scalars(statement):
        longest[gap.attempt_id] = max(longest[gap.attempt_id], (gap.until_at - gap.from_at).total_seconds())
    return longest


def _numbers(events: list[dict[str, Any]], name: str) -> list[float]:
    values = (event.get(name) for event in events)
    return [float(value) for value in values if isinstance(value, int | float) and not isinstance(value, bool)]


def _last_text(events: list[dict[str, Any]], name: str) -> str:
    texts = [event[name] for event in events if isinstance(event.get(name), str)]
    return texts[-1] if texts else ""
