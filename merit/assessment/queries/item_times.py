"""When questions were seen and answered in a sitting, and the seconds spent on each."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from merit.assessment.domain.integrity_flags import View
from merit.assessment.domain.item_times import pauses_of, seconds_by_position
from merit.assessment.models.delivery import Attempt, AttemptEvent, ResponseSave
from merit.assessment.models.sittings import SittingEvent

VIEW = "item-view"
LONGEST_VIEW = 86_400
Mark = tuple[dt.datetime, bool]
_STOPS, _RUNS = ("paused", "room-paused"), ("resumed", "room-resumed")


def seconds_per_place(session: Session, sitting_id: int) -> dict[tuple[int, int], float]:
    """Return the seconds every candidate spent on every place: {(attempt id, position): seconds}.

    Places nothing is known of are absent: never seen, or answered together with others in the same moment.
    """
    views, answers = views_by_attempt(session, sitting_id), answers_by_attempt(session, sitting_id)
    rooms, people = _stops(session, sitting_id)
    rows = session.execute(
        select(Attempt.id, Attempt.room_id, Attempt.candidate_id, Attempt.started_at, Attempt.finished_at).where(
            Attempt.sitting_id == sitting_id, Attempt.started_at.is_not(None)
        )
    )
    found = {}
    for row in rows:
        clocks = rooms.get(row.room_id, ()), people.get(row.candidate_id, ())
        pauses = pauses_of(*clocks, ends=row.finished_at) if row.finished_at else ()
        seconds = seconds_by_position(
            views.get(row.id, ()), answers.get(row.id, {}), starts=row.started_at, pauses=pauses
        )
        found.update({(row.id, position): spent for position, spent in seconds.items()})
    return found


def views_by_attempt(session: Session, sitting_id: int) -> dict[int, list[View]]:
    """Return which question was on the screen when, by the browser's clock: ``at`` ends a view of ``seconds``."""
    rows = session.execute(
        select(AttemptEvent.attempt_id, AttemptEvent.details)
        .join(Attempt, Attempt.id == AttemptEvent.attempt_id)
        .where(Attempt.sitting_id == sitting_id, AttemptEvent.kind == VIEW)
        .order_by(AttemptEvent.id)
    )
    found: dict[int, list[View]] = defaultdict(list)
    for row in rows:
        position, seconds, at = (row.details.get(name) for name in ("position", "seconds", "at"))
        until = _instant(at)
        if isinstance(position, int) and isinstance(seconds, int | float) and until is not None:
            length = dt.timedelta(seconds=min(max(seconds, 0), LONGEST_VIEW))
            found[row.attempt_id].append(View(position=position, starts=until - length, until=until))
    return found


def answers_by_attempt(session: Session, sitting_id: int) -> dict[int, dict[int, list[dt.datetime]]]:
    """Return when each position was answered, by the browser's clock, for every attempt."""
    rows = session.execute(
        select(ResponseSave.attempt_id, ResponseSave.payload)
        .join(Attempt, Attempt.id == ResponseSave.attempt_id)
        .where(Attempt.sitting_id == sitting_id)
        .order_by(ResponseSave.attempt_id, ResponseSave.number)
    )
    found: dict[int, dict[int, list[dt.datetime]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        for entry in json.loads(row.payload)["responses"]:
            at = _instant(entry.get("at"))
            if at is not None and entry.get("value"):
                found[row.attempt_id][entry["position"]].append(at)
    return found


def _stops(session: Session, sitting_id: int) -> tuple[Mapping[int, list[Mark]], Mapping[int, list[Mark]]]:
    """Return when clocks were stopped (True) and let run on, by room and by candidate."""
    rows = session.execute(
        select(SittingEvent.room_id, SittingEvent.candidate_id, SittingEvent.kind, SittingEvent.at)
        .where(SittingEvent.sitting_id == sitting_id, SittingEvent.kind.in_((*_STOPS, *_RUNS)))
        .order_by(SittingEvent.id)
    )
    rooms: dict[int, list[Mark]] = defaultdict(list)
    people: dict[int, list[Mark]] = defaultdict(list)
    for row in rows:
        clock = rooms[row.room_id] if row.candidate_id is None else people[row.candidate_id]
        clock.append((row.at, row.kind in _STOPS))
    return rooms, people


def _instant(text: object) -> dt.datetime | None:
    try:
        at = dt.datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return at.replace(tzinfo=dt.UTC) if at is not None and at.tzinfo is None else at
