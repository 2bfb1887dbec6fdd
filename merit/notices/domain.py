"""What notices there are, to which group each belongs, and how a mail that failed is tried again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

MAIL_STATES = ("none", "waiting", "sent", "failed")
MAX_KEY = 120
MAX_ATTEMPTS = 7
TOO_OLD = dt.timedelta(days=7)
TRANSPORT_PAUSE = dt.timedelta(minutes=15)
_WAITS = (1, 5, 15, 60, 240, 720)  # minutes before the next try


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Who is told: an official, with or without an account, or an account."""

    official_id: int | None = None
    user_id: int | None = None


class Group(StrEnum):
    """What a person may take or leave by mail; in the application every notice is shown."""

    TRAINING = "training"
    APPRAISAL = "appraisal"
    FEEDBACK = "feedback"
    UNIT = "unit"
    DISCIPLINE = "discipline"


NEVER_MAILED = frozenset({Group.DISCIPLINE})
MAILED = tuple(group for group in Group if group not in NEVER_MAILED)

KINDS: Mapping[str, Group] = {
    "nomination-to-approve": Group.TRAINING,
    "nomination-to-decide": Group.TRAINING,
    "nomination-refused": Group.TRAINING,
    "class-invited": Group.TRAINING,
    "class-waiting": Group.TRAINING,
    "class-place-free": Group.TRAINING,
    "class-withdrawn": Group.TRAINING,
    "class-answer-due": Group.TRAINING,
    "class-tomorrow": Group.TRAINING,
    "class-cancelled": Group.TRAINING,
    "certificate-issued": Group.TRAINING,
    "certificate-revoked": Group.TRAINING,
    "claim-to-verify": Group.TRAINING,
    "claim-to-accept": Group.TRAINING,
    "claim-verified": Group.TRAINING,
    "claim-accepted": Group.TRAINING,
    "claim-refused": Group.TRAINING,
    "reaction-open": Group.TRAINING,
    "transfer-asked": Group.TRAINING,
    "transfer-closing": Group.TRAINING,
    "duty-open": Group.TRAINING,
    "duty-informed": Group.TRAINING,
    "appraisal-given": Group.APPRAISAL,
    "appraisal-to-acknowledge": Group.APPRAISAL,
    "appraisal-to-give": Group.APPRAISAL,
    "objection-to-decide": Group.APPRAISAL,
    "objection-decided": Group.APPRAISAL,
    "feedback-asked": Group.FEEDBACK,
    "feedback-closing": Group.FEEDBACK,
    "feedback-published": Group.FEEDBACK,
    "complaint-due": Group.UNIT,
    "complaint-late": Group.UNIT,
    "achievement-missing": Group.UNIT,
    "discipline-recorded": Group.DISCIPLINE,
}


def is_mailed(kind: str) -> bool:
    """Whether notices of a kind may leave by mail at all."""
    return KINDS[kind] not in NEVER_MAILED


def kinds_of(group: str) -> tuple[str, ...]:
    """Return the kinds of a group, in the order of the table."""
    return tuple(kind for kind, its in KINDS.items() if its == group)


def is_inside(link: str) -> bool:
    """Whether a link is empty or a path of this application: no other site, no control characters."""
    if not link:
        return True
    return link.startswith("/") and not link.startswith(("//", "/\\")) and link.isprintable()


def next_try(attempts: int, now: dt.datetime) -> dt.datetime | None:
    """Return when a mail refused for the time being is tried again, None when it was the last try."""
    if attempts >= MAX_ATTEMPTS:
        return None
    return now + dt.timedelta(minutes=_WAITS[max(attempts, 1) - 1])


def stage_of(days_left: int, stages: tuple[int, ...]) -> int | None:
    """Return the latest stage reached (the smallest number of days not exceeded); None before the first.

    With stages (14, 3), 20 days left are no stage, 14 to 4 days are stage 14, 3 to 0 days stage 3; past the date none.
    A day on which nothing ran loses no reminder, and none is sent twice.
    """
    if days_left < 0:
        return None
    reached = [stage for stage in stages if days_left <= stage]
    return min(reached) if reached else None


def week_of(day: dt.date) -> str:
    """Return the week of a day: what waits for long is told once in each."""
    year, week, _day = day.isocalendar()
    return f"{year}W{week:02d}"
