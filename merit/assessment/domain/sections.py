"""Parts of a paper that are taken one after the other: which may be answered now, and until when (docs/adr/0107).

A paper has such rules when it is worked forward only or when one of its sections has a time of its own. Then its
sections are entered in order and a section that was left does not come back. All instants are the server's.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from merit.assessment.domain.timing import SECONDS_PER_MINUTE, is_late


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A section of one candidate's paper, from its first to its last position; ``seconds`` None: no time of its own."""

    number: int
    first: int
    last: int
    seconds: int | None = None


class Window(NamedTuple):
    """What may be answered now: the section entered last, the positions open in it, and when it ends (None: never)."""

    section: int
    open_from: int
    open_to: int
    deadline: dt.datetime | None


class Entry(NamedTuple):
    """A step into a section: the end of the one left behind, and when the new one counts as entered."""

    part: Part
    left_until: dt.datetime | None
    entered_at: dt.datetime
    deadline: dt.datetime | None


def parts_of(paper: Mapping[str, Any], *, allotted_seconds: int, minutes: int) -> tuple[Part, ...]:
    """Return the sections of a paper with rules, none of a paper without; an adaptive one is given item by item anyway.

    ``minutes`` is the sitting's time, ``allotted_seconds`` what this candidate gets: extra time lengthens every section
    in the same proportion.
    """
    if not paper["items"]:
        return ()
    sections: Sequence[Mapping[str, Any]] = paper["sections"]
    if not is_forward(paper) and not any(section["minutes"] for section in sections):
        return ()
    return tuple(
        Part(
            number=number,
            first=section["first"],
            last=section["last"],
            seconds=_seconds(section["minutes"], allotted_seconds, minutes),
        )
        for number, section in enumerate(sections)
    )


def is_forward(paper: Mapping[str, Any]) -> bool:
    """Whether a paper is worked from the first question to the last without going back."""
    return bool(paper["navigation"] == "forward")


def enter(
    window: Window, parts: Iterable[Part], *, position: int, at: dt.datetime, paused_at: dt.datetime | None = None
) -> list[Entry]:
    """Return the steps from the present section to the one that holds a position; none where it was entered before.

    A section counts as entered when the one before it was left, at the latest when the time of that one was over: who
    was away in between has not been given that time twice. ``paused_at`` is where a standing clock stands.
    """
    entries: list[Entry] = []
    deadline, present = window.deadline, paused_at or at
    for part in sorted(parts, key=lambda part: part.number):
        if part.number <= window.section or part.first > position:
            continue
        entered = present if deadline is None else min(present, deadline)
        following = None if part.seconds is None else entered + dt.timedelta(seconds=part.seconds)
        entries.append(Entry(part, deadline, entered, following))
        deadline = following
    return entries


def window_after(window: Window, entries: Sequence[Entry]) -> Window:
    """Return the window once some sections have been entered."""
    if not entries:
        return window
    part = entries[-1].part
    return Window(part.number, part.first, part.last, entries[-1].deadline)


def comes_late(
    position: int,
    before: Window,
    entries: Sequence[Entry],
    *,
    at: dt.datetime,
    grace_seconds: int,
    paused_at: dt.datetime | None = None,
) -> bool:
    """Whether an answer comes too late: its section was left before this request, or its time is over.

    ``before`` is the window before the request, ``entries`` the sections the request itself enters: what was worked
    offline in several sections arrives together and is judged by the end each of them had.
    """
    if position < before.open_from:
        return True
    ends = [(before.open_to, before.deadline), *((entry.part.last, entry.deadline) for entry in entries)]
    end = next((deadline for last, deadline in ends if position <= last), None)
    return is_late(end, grace_seconds, paused_at or at)


def seconds_left(deadline: dt.datetime | None, at: dt.datetime, paused_at: dt.datetime | None = None) -> int | None:
    """Return the whole seconds left of a section, never below 0; None where it has no end of its own."""
    if deadline is None:
        return None
    return max(0, math.ceil((deadline - (paused_at or at)).total_seconds()))


def _seconds(minutes: int | None, allotted_seconds: int, whole_minutes: int) -> int | None:
    if not minutes:
        return None
    whole = whole_minutes * SECONDS_PER_MINUTE
    return max(1, math.ceil(minutes * SECONDS_PER_MINUTE * allotted_seconds / whole))
