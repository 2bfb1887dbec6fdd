"""What attendance counts, and the short code that shows somebody is in the room."""

from __future__ import annotations

import datetime as dt
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from merit.training.domain.settings import ClassSettings

Refer = Callable[[str, str], str]  # (text, purpose) → keyed reference, hexadecimal

LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no 0, O, 1, I: they are read off a wall
CODE_LETTERS = 6
SLOT = dt.timedelta(minutes=5)
OPENS_BEFORE = dt.timedelta(minutes=30)
_CENT = Decimal("0.01")
_FULL = 100


@dataclass(frozen=True, slots=True)
class Credit:
    """What a session counts for somebody: status, minutes there, hours (JP)."""

    status: str
    minutes: int
    hours: Decimal


def credit_arrival(settings: ClassSettings, *, length: int, hours: Decimal, late: int) -> Credit:
    """Return what counts for somebody who came ``late`` minutes after the start of ``length`` minutes of ``hours`` JP.

    Up to ``late_minutes`` all of it; later, what ``late_rule`` says: hours x (length - late) / length, rounded down to
    hundredths, all, or nothing.
    """
    late = min(max(late, 0), length)
    if late <= settings.late_minutes:
        return Credit("present", length, hours)
    there = length - late
    if settings.late_rule == "full":
        return Credit("late", there, hours)
    counted = _share(settings, there, length, hours) if settings.late_rule == "minutes" else Decimal(0)
    return Credit("late", there, counted)


def credit_minutes(settings: ClassSettings, *, length: int, hours: Decimal, minutes: int) -> Credit | None:
    """Return what counts for so many minutes in a session; None where the session is shorter than that, or below 0."""
    if not 0 <= minutes <= length:
        return None
    if minutes == 0:
        return Credit("absent", 0, Decimal(0))
    if minutes == length:
        return Credit("present", length, hours)
    return Credit("partial", minutes, _share(settings, minutes, length, hours))


def credit_excused() -> Credit:
    """Return what counts for somebody absent with leave: nothing, but not held against the name."""
    return Credit("excused", 0, Decimal(0))


def _share(settings: ClassSettings, minutes: int, length: int, hours: Decimal) -> Decimal:
    if minutes * _FULL < settings.least_percent * length:
        return Decimal(0)
    return (hours * minutes / length).quantize(_CENT, rounding=ROUND_DOWN)


def session_code(refer: Refer, session_id: int, at: dt.datetime) -> str:
    """Return the six letters a session shows at an instant; they change every five minutes."""
    return _code(refer, session_id, slot_of(at))


def is_session_code(refer: Refer, session_id: int, text: str, at: dt.datetime) -> bool:
    """Whether a typed text is the code of this slot or a neighbouring one (slow typing, clocks a little off)."""
    typed = folded(text)
    slot = slot_of(at)
    matches = [hmac.compare_digest(_code(refer, session_id, each), typed) for each in (slot, slot - 1, slot + 1)]
    return any(matches)


def slot_of(at: dt.datetime) -> int:
    """Return the number of the five minutes an instant lies in."""
    return int(at.timestamp() // SLOT.total_seconds())


def seconds_left(at: dt.datetime) -> int:
    """Return how long the code of an instant still stands."""
    return int(SLOT.total_seconds() - at.timestamp() % SLOT.total_seconds())


def folded(text: str) -> str:
    """Return what was typed as it is compared: capitals and digits only."""
    return re.sub(r"[^0-9A-Z]", "", text.upper())[:64]


def _code(refer: Refer, session_id: int, slot: int) -> str:
    number = int(refer(f"{session_id}:{slot}", "attendance-code"), 16)
    letters = []
    for _place in range(CODE_LETTERS):
        number, rest = divmod(number, len(LETTERS))
        letters.append(LETTERS[rest])
    return "".join(letters)
