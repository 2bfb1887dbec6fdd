"""The clock of an attempt: ``deadline = start + allotted + pauses + extensions``, all the server's time."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, replace
from typing import Protocol

from merit.errors import RuleViolationError

SILENCE = dt.timedelta(seconds=60)  # nothing heard for longer is a gap that may be compensated
SECONDS_PER_MINUTE = 60


class Clocked(Protocol):
    """What carries a clock: an attempt's row; ``section_…`` is the section it is in, where that has its own time."""

    started_at: dt.datetime | None
    allotted_seconds: int
    paused_at: dt.datetime | None
    paused_seconds: int
    extended_seconds: int
    deadline: dt.datetime | None
    section_seconds: int | None
    section_deadline: dt.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptClock:
    """A clock that has started; ``paused_at`` while it stands."""

    started_at: dt.datetime
    allotted_seconds: int
    paused_seconds: int = 0
    extended_seconds: int = 0
    paused_at: dt.datetime | None = None

    @property
    def deadline(self) -> dt.datetime:
        """When it ends, were it to run from now on (or from ``paused_at``)."""
        return deadline_of(self.started_at, self.allotted_seconds, self.paused_seconds, self.extended_seconds)

    def remaining(self, at: dt.datetime) -> int:
        """Return the whole seconds left, never below 0; a standing clock loses none."""
        left = self.deadline - (self.paused_at or at)
        return max(0, math.ceil(left.total_seconds()))


def allotted_seconds(minutes: int, extra_minutes: int = 0, break_minutes: int = 0) -> int:
    """Return the seconds a candidate gets: the sitting's minutes and what was approved beyond them."""
    return (minutes + extra_minutes + break_minutes) * SECONDS_PER_MINUTE


def deadline_of(started_at: dt.datetime, allotted: int, paused: int = 0, extended: int = 0) -> dt.datetime:
    """Return the instant the time is over; all lengths in seconds."""
    return started_at + dt.timedelta(seconds=allotted + paused + extended)


def pause(clock: AttemptClock, at: dt.datetime) -> AttemptClock:
    """Stop the clock; one that stands already stays as it is."""
    return clock if clock.paused_at is not None else replace(clock, paused_at=max(at, clock.started_at))


def resume(clock: AttemptClock, at: dt.datetime) -> AttemptClock:
    """Let the clock run on; a begun second of the pause is the candidate's."""
    if clock.paused_at is None:
        return clock
    stood = max(0, math.ceil((at - clock.paused_at).total_seconds()))
    return replace(clock, paused_at=None, paused_seconds=clock.paused_seconds + stood)


def extend(clock: AttemptClock, seconds: int) -> AttemptClock:
    """Give more time; time is never taken away."""
    if seconds <= 0:
        raise RuleViolationError("extension-not-positive")
    return replace(clock, extended_seconds=clock.extended_seconds + seconds)


def compensate(
    clock: AttemptClock,
    seconds: int,
    silent_from: dt.datetime,
    at: dt.datetime,
    *,
    section_deadline: dt.datetime | None = None,
) -> AttemptClock:
    """Give back what an outage cost, so that it can be worked from the instant it is given.

    A clock that ran out meanwhile gets what was left on it when the outage began, at most what was lost, counted from
    ``at`` (for a standing clock from where it stands). So does the section somebody is still in, unless its time was
    over before the outage.
    """
    present = clock.paused_at or at
    waited = _waited(clock.deadline, seconds, silent_from, present)
    if section_deadline is not None and section_deadline > silent_from:
        waited = max(waited, _waited(section_deadline, seconds, silent_from, present))
    return extend(clock, max(seconds, waited))


def _waited(end: dt.datetime, seconds: int, silent_from: dt.datetime, present: dt.datetime) -> int:
    """Return the seconds from an end that has passed until what is given back can be worked."""
    if end >= present:
        return 0
    left = min(dt.timedelta(seconds=seconds), end - silent_from)
    return math.ceil((present + left - end).total_seconds())


def is_late(deadline: dt.datetime | None, grace_seconds: int, at: dt.datetime) -> bool:
    """Whether what arrives at an instant is after the deadline and its grace; without a deadline nothing is."""
    return deadline is not None and at > deadline + dt.timedelta(seconds=grace_seconds)


def clock_of(row: Clocked) -> AttemptClock:
    """Read the clock of a started attempt."""
    if row.started_at is None:
        raise RuleViolationError("attempt-not-started")
    return AttemptClock(
        started_at=row.started_at,
        allotted_seconds=row.allotted_seconds,
        paused_seconds=row.paused_seconds,
        extended_seconds=row.extended_seconds,
        paused_at=row.paused_at,
    )


def set_clock(row: Clocked, clock: AttemptClock) -> None:
    """Write a clock back; the row's ``deadline`` is empty while the clock stands.

    What lengthens the whole time (a pause that ends, an extension, compensation) lengthens the section that is running
    by the same seconds; the first section begins with the clock.
    """
    _set_section(row, clock)
    row.started_at = clock.started_at
    row.paused_at = clock.paused_at
    row.paused_seconds = clock.paused_seconds
    row.extended_seconds = clock.extended_seconds
    row.deadline = None if clock.paused_at is not None else clock.deadline


def _set_section(row: Clocked, clock: AttemptClock) -> None:
    if row.section_deadline is not None:
        more = clock.paused_seconds + clock.extended_seconds - row.paused_seconds - row.extended_seconds
        row.section_deadline += dt.timedelta(seconds=more)
    elif row.section_seconds is not None and row.started_at is None:
        row.section_deadline = deadline_of(clock.started_at, row.section_seconds)
