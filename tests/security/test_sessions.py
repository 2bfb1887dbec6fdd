from __future__ import annotations

import datetime as dt

import pytest

from merit.security.sessions import Ending, find_ending, is_recent, needs_touch

pytestmark = pytest.mark.unit

NOW = dt.datetime(2026, 3, 2, 1, 0, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(hours=1)


def ago(**span: float) -> dt.datetime:
    return NOW - dt.timedelta(**span)


@pytest.mark.parametrize(
    ("seen_at", "expires_at", "is_staff", "ending"),
    [
        (ago(minutes=15), LATER, True, None),
        (ago(minutes=15, seconds=1), LATER, True, Ending.IDLE),
        (ago(minutes=30), LATER, False, None),
        (ago(minutes=30, seconds=1), LATER, False, Ending.IDLE),
        (ago(seconds=1), NOW, True, Ending.EXPIRED),
        (ago(hours=3), NOW, False, Ending.EXPIRED),
    ],
)
def test_find_ending(seen_at, expires_at, is_staff, ending):
    assert find_ending(seen_at=seen_at, expires_at=expires_at, now=NOW, is_staff=is_staff) == ending


def test_needs_touch_every_half_minute():
    assert not needs_touch(ago(seconds=29), NOW)
    assert needs_touch(ago(seconds=30), NOW)


def test_proof_is_recent_for_a_quarter_hour():
    assert is_recent(ago(minutes=15), NOW)
    assert not is_recent(ago(minutes=15, seconds=1), NOW)
