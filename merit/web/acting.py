"""Small acts of a page: done in one unit of work, answered with a message, never with a lost page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash
from sqlalchemy.orm import Session

from merit.db import unit_of_work
from merit.errors import ConflictError, InvalidInputError, RuleViolationError
from merit.phrases import phrase


def acted(act: Callable[[Session], Any], done: str | Callable[[], str]) -> bool:
    """Do something and say so; what a rule forbids is said instead, and nothing is changed."""
    try:
        with unit_of_work() as session:
            act(session)
    except (RuleViolationError, InvalidInputError, ConflictError) as error:
        flash(phrase(error.reason, **error.details), "danger")
        return False
    flash(done if isinstance(done, str) else done(), "success")
    return True
