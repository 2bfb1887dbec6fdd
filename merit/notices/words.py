"""The words of a notice: heading and sentence in the language spoken."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from merit.phrases import phrase
from merit.web.filters import long_date, number

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def heading(kind: str) -> str:
    """Return what a notice is about, without anything about anybody: also the line of a mail."""
    return phrase(f"notice-{kind}")


def sentence(kind: str, params: Mapping[str, Any]) -> str:
    """Return what the page adds to the heading; days and numbers are written the way of the language."""
    return phrase(f"told-{kind}", **{name: _written(value) for name, value in params.items()})


def _written(value: Any) -> str:
    if isinstance(value, str) and _DAY.fullmatch(value):
        return long_date(dt.date.fromisoformat(value))
    return number(value) if isinstance(value, int | float) and not isinstance(value, bool) else str(value)
