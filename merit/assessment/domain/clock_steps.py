"""Notice that the machine's clock has been set: compare it with the time since the machine was started."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass

TOLERANCE = dt.timedelta(seconds=2)


def uptime() -> float:
    """Return the seconds since the machine was started, sleep included; nobody can set this clock."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


@dataclass(slots=True)
class ClockWatch:
    """What the clock showed at a moment of the machine's uptime."""

    wall: dt.datetime
    up: float

    def step(self, wall: dt.datetime, up: float) -> dt.timedelta:
        """Return by how much the clock has been set since then, zero for what drifts or is corrected slowly."""
        gone = (wall - self.wall) - dt.timedelta(seconds=up - self.up)
        return gone if abs(gone) > TOLERANCE else dt.timedelta(0)

    def renew(self, wall: dt.datetime, up: float) -> None:
        """Compare with this moment from now on."""
        self.wall, self.up = wall, up
