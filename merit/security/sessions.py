"""How long a sign-in lasts."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

STAFF_IDLE = dt.timedelta(minutes=15)
OFFICIAL_IDLE = dt.timedelta(minutes=30)
ABSOLUTE = dt.timedelta(hours=12)
PENDING = dt.timedelta(minutes=10)
TOUCH_EVERY = dt.timedelta(seconds=30)
RECENT = dt.timedelta(minutes=15)


class Stage(StrEnum):
    """How far a sign-in has come."""

    ENROL = "enrol"
    FACTOR = "factor"
    OPEN = "open"


class Ending(StrEnum):
    """Why a sign-in ended."""

    SIGNED_OUT = "signed-out"
    REPLACED = "replaced"
    ENDED_BY_USER = "ended-by-user"
    IDLE = "idle"
    EXPIRED = "expired"
    DISABLED = "disabled"
    CREDENTIALS_CHANGED = "credentials-changed"


def find_ending(*, seen_at: dt.datetime, expires_at: dt.datetime, now: dt.datetime, is_staff: bool) -> Ending | None:
    """Return why a sign-in is over at ``now``, None while it lasts."""
    if now >= expires_at:
        return Ending.EXPIRED
    if now - seen_at > (STAFF_IDLE if is_staff else OFFICIAL_IDLE):
        return Ending.IDLE
    return None


def needs_touch(seen_at: dt.datetime, now: dt.datetime) -> bool:
    """Whether the time of the last request is worth writing again."""
    return now - seen_at >= TOUCH_EVERY


def is_recent(confirmed_at: dt.datetime, now: dt.datetime) -> bool:
    """Whether the user has proved who they are recently enough for a sensitive act."""
    return now - confirmed_at <= RECENT
