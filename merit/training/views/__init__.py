"""Pages of training: programmes, classes, calendar, participants, an official's own page."""

from __future__ import annotations

from merit.training.views import (
    attendance,
    calendar,
    certificates,
    classes,
    development,
    duty,
    enrolments,
    evaluation,
    gap_lists,
    more_exports,
    nominating,
    own,
    plan_comparison,
    plans,
    programmes,
    targets,
)
from merit.training.views.blueprint import bp

__all__ = [
    "attendance",
    "bp",
    "calendar",
    "certificates",
    "classes",
    "development",
    "duty",
    "enrolments",
    "evaluation",
    "gap_lists",
    "more_exports",
    "nominating",
    "own",
    "plan_comparison",
    "plans",
    "programmes",
    "targets",
]
