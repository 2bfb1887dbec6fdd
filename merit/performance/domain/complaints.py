"""What may happen to a public complaint, and how old it is; pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from merit.performance.domain.service import add_working_days

SOON = 2  # working days left from which an open complaint is urgent


class Step(StrEnum):
    """One step of handling a complaint."""

    ANSWER = "answer"
    CLOSE = "close"
    REOPEN = "reopen"


class Refusal(StrEnum):
    """Why a date of a complaint cannot be."""

    BEFORE_RECEIVED = "complaint-before-received"
    FUTURE = "complaint-future"
    ANSWERED = "complaint-answered-already"
    CLOSED = "complaint-closed-already"
    NOT_CLOSED = "complaint-not-closed"
    REOPENED_EARLY = "complaint-reopened-early"
    CLOSED_AGAIN_EARLY = "complaint-closed-again-early"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """The dates of a complaint."""

    received: dt.date
    answered: dt.date | None = None
    closed: dt.date | None = None
    reopened: dt.date | None = None

    @property
    def is_open(self) -> bool:
        """Not closed, or opened again and not closed since."""
        return self.closed is None or (self.reopened is not None and self.closed <= self.reopened)

    @property
    def state(self) -> str:
        """Where it stands: closed, reopened, answered or waiting."""
        if not self.is_open:
            return "closed"
        if self.reopened is not None:
            return "reopened"
        return "answered" if self.answered is not None else "waiting"


@dataclass(frozen=True, slots=True, kw_only=True)
class Age:
    """How long a complaint waits: working days since receipt, its deadline, working days left (below 0: late)."""

    days: int
    deadline: dt.date
    left: int

    @property
    def state(self) -> str:
        """Late, soon late, or in time."""
        return "late" if self.left < 0 else "soon" if self.left <= SOON else "in_time"


def find_refusal(case: Case, step: Step, on: dt.date, today: dt.date) -> Refusal | None:
    """Return why a step cannot be taken on a date, or None."""
    if on < case.received:
        return Refusal.BEFORE_RECEIVED
    if on > today:
        return Refusal.FUTURE
    if step is Step.REOPEN:
        return _refuse_reopening(case, on)
    if not case.is_open:
        return Refusal.CLOSED
    if step is Step.ANSWER:
        return None if case.answered is None else Refusal.ANSWERED
    return Refusal.CLOSED_AGAIN_EARLY if case.reopened is not None and on <= case.reopened else None


def _refuse_reopening(case: Case, on: dt.date) -> Refusal | None:
    if case.is_open or case.closed is None:
        return Refusal.NOT_CLOSED
    return Refusal.REOPENED_EARLY if on < case.closed else None


def take(case: Case, step: Step, on: dt.date) -> Case:
    """Return the case after a step; a closing that comes first is also the first answer."""
    if step is Step.REOPEN:
        return Case(received=case.received, answered=case.answered, closed=case.closed, reopened=on)
    answered = on if case.answered is None else case.answered
    closed = on if step is Step.CLOSE else case.closed
    return Case(received=case.received, answered=answered, closed=closed, reopened=case.reopened)


def find_contradiction(case: Case, today: dt.date) -> Refusal | None:
    """Return what is wrong with the dates of a whole record, or None."""
    for step in (case.answered, case.closed, case.reopened):
        if step is not None and step < case.received:
            return Refusal.BEFORE_RECEIVED
    if max(step for step in (case.received, case.answered, case.closed, case.reopened) if step is not None) > today:
        return Refusal.FUTURE
    return Refusal.NOT_CLOSED if case.reopened is not None and case.closed is None else None


def measure_ages(
    received: Sequence[dt.date], allowed: Sequence[int], today: dt.date, workdays: np.busdaycalendar
) -> list[Age]:
    """Return the ages of complaints still open; the day of receipt is not counted.

    ``allowed`` are the working days of each one's deadline class.
    """
    if not received:
        return []
    start = np.array(received, dtype="datetime64[D]")
    deadline = add_working_days(start, np.array(allowed), workdays)
    # From the day after receipt until today included.
    passed = np.busday_count(start + 1, np.datetime64(today) + 1, busdaycal=workdays)
    left = np.busday_count(np.datetime64(today) + 1, deadline + 1, busdaycal=workdays)
    return [
        Age(days=int(max(days, 0)), deadline=end, left=int(rest))
        for days, end, rest in zip(passed, deadline.tolist(), left, strict=True)
    ]
