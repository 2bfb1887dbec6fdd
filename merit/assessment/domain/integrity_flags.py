"""Signs in an attempt that somebody should look at; never a verdict.

Every sign carries the numbers it rests on, so that a person can judge. Nobody is thrown out by one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

QUICK_VIEW = dt.timedelta(seconds=10)
QUICK_ANSWER = dt.timedelta(seconds=12)
SHORTEST_VIEW = dt.timedelta(seconds=2)
LEAST_ITEMS = 5
LEAST_SHARE = 0.25
MANY_FOCUS_LOSSES = 3


class Sign(StrEnum):
    """What was noticed."""

    FOCUS = "sign-focus"
    NETWORKS = "sign-networks"
    COPIED_THEN_ANSWERED = "sign-view-then-answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A question came on the screen and left it."""

    position: int
    starts: dt.datetime
    until: dt.datetime

    @property
    def length(self) -> dt.timedelta:
        """Return how long it was seen."""
        return self.until - self.starts


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A sign with its evidence; ``details`` fill the sentence of the sign in phrases."""

    sign: Sign
    details: Mapping[str, int | str]
    positions: tuple[int, ...] = ()


def find_copied_then_answered(
    views: Sequence[View], answers: Mapping[int, Sequence[dt.datetime]], items: int
) -> Finding | None:
    """Return the pattern of somebody who looks at questions quickly, and later answers them as quickly.

    A question counts when it was first seen for two to ten seconds without an answer, and its first answer fell
    within twelve seconds of opening it again: too short to have read and thought, either time. At least five
    questions, and a quarter of the test, make the sign. Seven seconds to look and eight to answer is what has been
    seen where questions were carried out of the room and the answers brought in.
    """
    by_position: dict[int, list[View]] = {}
    for view in sorted(views, key=lambda seen: seen.starts):
        by_position.setdefault(view.position, []).append(view)
    found = {
        position: spans
        for position, seen in by_position.items()
        if (spans := _spans(seen, sorted(answers.get(position, ())))) is not None
    }
    if len(found) < max(LEAST_ITEMS, LEAST_SHARE * items):
        return None
    return Finding(
        sign=Sign.COPIED_THEN_ANSWERED,
        details={
            "count": len(found),
            "items": items,
            "view": _middle([view for view, _answer in found.values()]),
            "answer": _middle([answer for _view, answer in found.values()]),
        },
        positions=tuple(sorted(found)),
    )


def find_signs(
    *,
    focus_losses: int,
    network_changes: int,
    views: Sequence[View],
    answers: Mapping[int, Sequence[dt.datetime]],
    items: int,
) -> list[Finding]:
    """Return everything worth a look in one attempt."""
    found = []
    if focus_losses >= MANY_FOCUS_LOSSES:
        found.append(Finding(sign=Sign.FOCUS, details={"count": focus_losses}))
    if network_changes:
        found.append(Finding(sign=Sign.NETWORKS, details={"count": network_changes}))
    pattern = find_copied_then_answered(views, answers, items)
    return [*found, pattern] if pattern else found


def _spans(seen: Sequence[View], answers: Sequence[dt.datetime]) -> tuple[float, float] | None:
    """Return the seconds of the first look and of the answer, None when the question does not fit the pattern."""
    first = seen[0]
    if not answers or answers[0] <= first.until or not SHORTEST_VIEW <= first.length <= QUICK_VIEW:
        return None
    opened = max((view.starts for view in seen[1:] if view.starts <= answers[0]), default=None)
    if opened is None or answers[0] - opened > QUICK_ANSWER:
        return None
    return first.length.total_seconds(), (answers[0] - opened).total_seconds()


def _middle(values: Sequence[float]) -> int:
    ordered = sorted(values)
    return round(ordered[len(ordered) // 2])
