"""Rules of performance: appraisals, feedback by several raters, service to the public."""

from __future__ import annotations

from merit.performance.domain.appraisal import (
    RATINGS,
    YEARS_BACK,
    YEARS_WANTED,
    choose_years,
    format_predicate,
    parse_predicate,
    parse_rating,
    predicate_of,
)
from merit.performance.domain.feedback import MIDDLE, GroupSums, Rating, rate
from merit.performance.domain.service import (
    add_working_days,
    judge_answer,
    judge_closing,
    national_holidays,
    working_calendar,
)

__all__ = [
    "MIDDLE",
    "RATINGS",
    "YEARS_BACK",
    "YEARS_WANTED",
    "GroupSums",
    "Rating",
    "add_working_days",
    "choose_years",
    "format_predicate",
    "judge_answer",
    "judge_closing",
    "national_holidays",
    "parse_predicate",
    "parse_rating",
    "predicate_of",
    "rate",
    "working_calendar",
]
