"""When the server's clock is set during a test: nobody gains or loses a second (fault 21, ADR 0094)."""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter

import structlog
from sqlalchemy.orm import Session

from merit import clock
from merit.assessment.domain.clock_steps import ClockWatch, uptime
from merit.assessment.models.sittings import SittingEvent
from merit.assessment.queries.delivery import lock_working, rooms_at_work, sections_at_work
from merit.assessment.services.sweeping import close_overdue
from merit.audit.services import record
from merit.db import Database, unit_of_work
from merit.security.permissions import SYSTEM

HOLD_SECONDS = 120.0  # the sweep leaves the web server time to put the clocks right
log = structlog.get_logger()


class StepGuard:
    """Asked at every request of a candidate: has the clock been set? Then the running attempts are moved along."""

    def __init__(self, watch: ClockWatch | None = None) -> None:
        """Compare with now, or with what was seen earlier."""
        self._watch = watch or ClockWatch(clock.now(), uptime())
        self._lock = threading.Lock()

    def check(self) -> None:
        """Move the running attempts by what the clock was set, once."""
        if not self._watch.step(clock.now(), uptime()):
            return
        with self._lock:
            wall, up = clock.now(), uptime()
            by = self._watch.step(wall, up)
            if by:
                with unit_of_work() as session:
                    moved = move_clocks(session, by, at=wall)
                self._watch.renew(wall, up)
                log.warning("the server's clock was set", seconds=by.total_seconds(), attempts=moved)


class PatientSweep:
    """The closing sweep as a chore; after the clock was set it waits until the attempts have been moved along."""

    def __init__(self, watch: ClockWatch | None = None) -> None:
        """Compare with now, or with what was seen earlier."""
        self._watch = watch or ClockWatch(clock.now(), uptime())
        self._held_until = 0.0

    def __call__(self, database: Database) -> None:
        """Sweep, unless the clock was set a moment ago."""
        wall, up = clock.now(), uptime()
        if self._watch.step(wall, up):
            self._watch.renew(wall, up)
            self._held_until = up + HOLD_SECONDS
        if up >= self._held_until:
            close_overdue(database)


def move_clocks(session: Session, by: dt.timedelta, *, at: dt.datetime) -> int:
    """Write every running or paused attempt's instants in terms of the clock as it is now; return how many.

    What the old clock showed as 08.00 was 08.10 by the new one, so time worked and time left stay what they were.
    """
    attempts = lock_working(session)
    for attempt in attempts:
        attempt.started_at = _moved(attempt.started_at, by)
        attempt.deadline = _moved(attempt.deadline, by)
        attempt.paused_at = _moved(attempt.paused_at, by)
        attempt.last_seen_at = _moved(attempt.last_seen_at, by)
        attempt.section_deadline = _moved(attempt.section_deadline, by)
    for section in sections_at_work(session, [attempt.id for attempt in attempts if attempt.section is not None]):
        section.entered_at, section.until = _moved(section.entered_at, by), _moved(section.until, by)
    for room in rooms_at_work(session, {attempt.room_id for attempt in attempts}):
        room.started_at = _moved(room.started_at, by)
        room.paused_at = _moved(room.paused_at, by)
    seconds = round(by.total_seconds())
    for sitting_id, moved in Counter(attempt.sitting_id for attempt in attempts).items():
        details = {"seconds": seconds, "attempts": moved}
        session.add(SittingEvent(sitting_id=sitting_id, kind="clock-jumped", details=details, at=at))
        record(session, SYSTEM, action="attempt:clock", subject=f"sitting:{sitting_id}", details=details)
    session.flush()
    return len(attempts)


def _moved(instant: dt.datetime | None, by: dt.timedelta) -> dt.datetime | None:
    return None if instant is None else instant + by
