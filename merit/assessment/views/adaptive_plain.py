"""An adaptive test without JavaScript: the same pages as other tests, with the items given so far."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request

from merit.assessment.domain import seb
from merit.assessment.services.adaptive.delivery import Turn, next_turn
from merit.assessment.views.candidates import lease_of_cookie
from merit.db import unit_of_work

_PASSED = {"body": "", "section": 0, "interactions": [{"id": "", "kind": "essay", "prompt": ""}]}


def turn_of(token: str, *, done: int = 0) -> Turn:
    """Return the item to answer now."""
    with unit_of_work() as session:
        sent = request.headers.get(seb.HEADER, "")
        return next_turn(session, token, lease_of_cookie(), done=done, address=request.url, seb_sent=sent)


def grown(paper: Mapping[str, Any], turn: Turn) -> dict[str, Any]:
    """Return the paper with what has been given: passed items by their number alone, and the one to answer."""
    open_ones = 0 if turn.item is None else 1
    passed = [{**_PASSED, "position": position} for position in range(1, turn.given + 1 - open_ones)]
    items = passed if turn.item is None else [*passed, dict(turn.item)]
    return {**paper, "items": items, "navigation": "forward", "is_over": turn.is_over}
