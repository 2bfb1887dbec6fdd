"""The closing sweep: end attempts whose time is over and that nobody finished."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections import Counter

from sqlalchemy.orm import Session

from merit import clock
from merit.assessment.domain.states import AttemptState
from merit.assessment.domain.timing import is_late
from merit.assessment.models.sittings import SittingEvent
from merit.assessment.queries.delivery import has_overdue, overdue
from merit.assessment.queries.outages import held_attempts
from merit.audit.services import record
from merit.db import Database
from merit.security.permissions import SYSTEM

BATCH = 200
PAUSE = 2.0  # seconds between sweeps that browsers set off
_pause = threading.Lock()
_last = [float("-inf")]


def close_overdue(database: Database) -> None:
    """End every attempt past its deadline and grace, some at a time; writes only when there is one."""
    while True:
        with database.reading() as session:
            is_due = has_overdue(session, clock.now())
        if not is_due:
            return
        with database.unit_of_work() as session:
            if sweep_attempts(session, at=clock.now()) == 0:
                return


def sweep_soon(database: Database) -> None:
    """Sweep because somebody overdue was met; at most every two seconds, for a hall runs out of time together."""
    if not _pause.acquire(blocking=False):
        return
    try:
        if time.monotonic() - _last[0] >= PAUSE:
            close_overdue(database)
            _last[0] = time.monotonic()
    finally:
        _pause.release()


def sweep_attempts(session: Session, *, at: dt.datetime, limit: int = BATCH) -> int:
    """End some overdue attempts as of their deadline and grace; return how many. Nothing is ended twice."""
    held = held_attempts(session)  # an outage nobody has decided on: docs/adr/0097
    found = overdue(session, at, limit=limit, without=held)
    due = [each for each in found if is_late(each.deadline, each.grace_seconds, at)]
    for attempt in due:
        deadline = attempt.deadline or at
        attempt.state = AttemptState.FINISHED.value
        attempt.finished_at = deadline + dt.timedelta(seconds=attempt.grace_seconds)
        attempt.ending = "sweep"
        session.add(
            SittingEvent(
                sitting_id=attempt.sitting_id,
                room_id=attempt.room_id,
                candidate_id=attempt.candidate_id,
                kind="swept",
                at=at,
            )
        )
    session.flush()
    for sitting_id, ended in Counter(attempt.sitting_id for attempt in due).items():
        record(session, SYSTEM, action="attempt:sweep", subject=f"sitting:{sitting_id}", details={"attempts": ended})
    return len(due)
