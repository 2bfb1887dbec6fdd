"""The only place that knows the present.

Instants are UTC and aware; dates are civil dates in the agency's zone. Tests and replays freeze both.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Makassar")

_frozen: ContextVar[dt.datetime | None] = ContextVar("merit_clock_frozen", default=None)


def now() -> dt.datetime:
    """Return the present instant, aware, in UTC."""
    return _frozen.get() or dt.datetime.now(dt.UTC)  # noqa: TID251 -- the one place


def today() -> dt.date:
    """Return the civil date in the agency's zone."""
    return now().astimezone(ZONE).date()


def local(instant: dt.datetime) -> dt.datetime:
    """Return the instant as the agency's wall clock shows it."""
    return instant.astimezone(ZONE)


@contextmanager
def frozen(instant: dt.datetime) -> Iterator[None]:
    """Hold the clock at an aware instant inside the block."""
    if instant.tzinfo is None:
        raise ValueError("The clock is frozen at an aware instant.")
    token = _frozen.set(instant.astimezone(dt.UTC))
    try:
        yield
    finally:
        _frozen.reset(token)
