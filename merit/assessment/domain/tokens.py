"""Secrets of a sitting: the token in an attempt's address, a room's short-lived token, the PIN on a card.

All but the PIN are derived with the installation's key, so that nothing but hashes need be stored and a candidate who
signs in again comes back to the same address.
"""

from __future__ import annotations

import datetime as dt
import hmac
import re
import secrets
from collections.abc import Callable

Refer = Callable[[str, str], str]  # (text, purpose) → keyed reference, hexadecimal

LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no 0, O, 1, I: they are read aloud and typed from paper
ROOM_LETTERS = 6
ROOM_WINDOW = dt.timedelta(minutes=5)
PIN_LETTERS = 8


def room_code(refer: Refer, room_id: int, at: dt.datetime) -> str:
    """Return the six letters a room shows at an instant; they change every five minutes."""
    return _room_code(refer, room_id, _window(at))


def is_room_code(refer: Refer, room_id: int, text: str, at: dt.datetime) -> bool:
    """Whether a typed text is the room's present or previous token."""
    typed = folded(text)
    window = _window(at)
    matches = [hmac.compare_digest(_room_code(refer, room_id, each), typed) for each in (window, window - 1)]
    return any(matches)


def attempt_token(refer: Refer, candidate_id: int, created_at: dt.datetime) -> str:
    """Return the secret of an attempt's address: 128 bits, the same whenever the candidate signs in."""
    return refer(f"{candidate_id}:{created_at.astimezone(dt.UTC).isoformat()}", "attempt-token")


def new_pin() -> str:
    """Return a fresh card PIN of 40 bits, in two groups for the eye."""
    letters = "".join(secrets.choice(LETTERS) for _ in range(PIN_LETTERS))
    return f"{letters[:4]}-{letters[4:]}"


def pin_reference(refer: Refer, candidate_id: int, pin: str) -> str:
    """Return what is kept of a PIN: a keyed reference, bound to its candidate."""
    return refer(f"{candidate_id}:{folded(pin)}", "card-pin")


def folded(text: str) -> str:
    """Return what was typed as it is compared: capitals and digits only, no spaces or dashes."""
    return re.sub(r"[^0-9A-Z]", "", text.upper())[:64]


def _window(at: dt.datetime) -> int:
    return int(at.timestamp() // ROOM_WINDOW.total_seconds())


def _room_code(refer: Refer, room_id: int, window: int) -> str:
    number = int(refer(f"{room_id}:{window}", "room-token"), 16)
    return "".join(LETTERS[(number >> (5 * place)) & 31] for place in range(ROOM_LETTERS))
