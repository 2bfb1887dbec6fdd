"""The application with a clock that a test moves on, as a machine that was left running for months.

``MERIT_TEST_HAND`` names a file with the seconds by which the present is later than it is.
"""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

from merit import clock

_HAND = Path(os.environ["MERIT_TEST_HAND"])
_real = clock.now


def _now() -> dt.datetime:
    return _real() + dt.timedelta(seconds=float(_HAND.read_text()))


clock.now = _now

from wsgi import app  # noqa: E402 -- nothing may take the clock before it is moved

__all__ = ["app"]
