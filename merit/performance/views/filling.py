"""Saving a form: what a rule forbids is said above the form, and nothing is half-written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash
from sqlalchemy.orm import Session

from merit.db import unit_of_work
from merit.errors import ConflictError, InvalidInputError, RuleViolationError
from merit.phrases import phrase
from merit.web.forms import BaseForm

UNPROCESSABLE = 422


def saved(form: BaseForm, act: Callable[[Session], Any], done: str) -> bool:
    """Validate the form and do the act in one unit of work; say so, or leave the reason with the form."""
    if not form.validate():
        return False
    try:
        with unit_of_work() as session:
            act(session)
    except (RuleViolationError, InvalidInputError, ConflictError) as error:
        form.form_errors.append(phrase(error.reason, **error.details))
        return False
    flash(done, "success")
    return True


def status_of(form: BaseForm) -> int:
    """Return the status of a page with the form: 422 when something must be mended."""
    return UNPROCESSABLE if form.errors else 200
