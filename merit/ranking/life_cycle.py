"""The life of a policy version, pure: which acts are open in which stage, and what the dates make of the approved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Stage(StrEnum):
    """Where a draft stands."""

    WRITING = "writing"
    SUBMITTED = "submitted"
    REVIEWED = "reviewed"
    DISCARDED = "discarded"


class PolicyStanding(StrEnum):
    """What a version is today."""

    WRITING = "writing"
    SUBMITTED = "submitted"
    REVIEWED = "reviewed"
    DISCARDED = "discarded"
    SCHEDULED = "scheduled"
    ACTIVE = "active"
    SUPERSEDED = "superseded"


class Act(StrEnum):
    """What somebody does with a version."""

    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    REVIEW = "review"
    RETURN = "return"
    APPROVE = "approve"
    DISCARD = "discard"
    RESTORE = "restore"


# Approval needs no stage of its own here: an approved version is no draft any more.
TRANSITIONS: Mapping[tuple[Stage, Act], Stage] = {
    (Stage.WRITING, Act.SUBMIT): Stage.SUBMITTED,
    (Stage.WRITING, Act.DISCARD): Stage.DISCARDED,
    (Stage.SUBMITTED, Act.WITHDRAW): Stage.WRITING,
    (Stage.SUBMITTED, Act.REVIEW): Stage.REVIEWED,
    (Stage.SUBMITTED, Act.RETURN): Stage.WRITING,
    (Stage.REVIEWED, Act.RETURN): Stage.WRITING,
    (Stage.REVIEWED, Act.APPROVE): Stage.REVIEWED,
    (Stage.DISCARDED, Act.RESTORE): Stage.WRITING,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """What decides when an approved version is in force; ``approved_on`` is the civil date of its approval."""

    number: int
    in_force_from: dt.date
    approved_on: dt.date
    approved_at: dt.datetime

    @property
    def begins(self) -> dt.date:
        """The first day on which it can bind a vacancy: never before it was approved."""
        return max(self.in_force_from, self.approved_on)


def next_stage(stage: Stage, act: Act) -> Stage | None:
    """Return the stage an act leads to, None where the act is not open."""
    return TRANSITIONS.get((stage, act))


def in_force(approved: Iterable[Dated], on: dt.date) -> int | None:
    """Return the number of the version in force on a day: the one that begins last among those that have begun.

    Among versions beginning on the same day the one approved last counts. A day before every approval is answered by
    the written dates alone, so that a version dated back to 1 January is found for 2 January.
    """
    begun = [version for version in approved if version.in_force_from <= on]
    if not begun:
        return None
    return max(begun, key=lambda version: (version.begins, version.approved_at, version.number)).number


def standings(approved: Iterable[Dated], today: dt.date) -> dict[int, PolicyStanding]:
    """Return what every approved version is today.

    A version still to come that will never be in force (another one begins the same day and was approved later) is
    superseded already.
    """
    versions = list(approved)
    current = in_force(versions, today)
    found = {}
    for version in versions:
        if version.number == current:
            found[version.number] = PolicyStanding.ACTIVE
        elif version.begins > today and in_force(versions, version.begins) == version.number:
            found[version.number] = PolicyStanding.SCHEDULED
        else:
            found[version.number] = PolicyStanding.SUPERSEDED
    return found
