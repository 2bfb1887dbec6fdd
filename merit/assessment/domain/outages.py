"""Outages: when most of a room was out of contact, and how much time everybody is owed for it.

The server knows one thing only: from when to when it heard nothing of a running attempt. Where at least half of
those running were silent at once it was no single cable, and everybody gets the same time, as much as the one who
lost most by it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

SHARE = 0.5
FEWEST = 2
FEWEST_SHARE = 0.1  # of all who started: the last two who left without finishing are no outage of a full hall
SHORTEST = dt.timedelta(seconds=60)
RETURN_ALLOWANCE = dt.timedelta(minutes=3)
PATIENCE = dt.timedelta(minutes=30)
LONGEST_HOLD = dt.timedelta(hours=1)
_MINUTE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """From when to when an attempt was running (``until`` is the present while it still runs)."""

    attempt_id: int
    starts: dt.datetime
    until: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A stretch without contact; ``is_open`` when the attempt has not come back yet."""

    attempt_id: int
    starts: dt.datetime
    until: dt.datetime
    is_open: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """A stretch in which at least half of those running were out of contact, and what it cost them.

    ``lost`` is the loss of the one who lost most, ``seconds`` the same rounded up to whole minutes: what everybody
    is offered. ``silent_from`` is when the first of those hit fell silent, as far as that counts.
    """

    starts: dt.datetime
    until: dt.datetime
    affected: int
    running: int
    lost: dt.timedelta
    is_open: bool = False
    silent_from: dt.datetime
    attempt_ids: frozenset[int] = field(default=frozenset(), repr=False)

    @property
    def seconds(self) -> int:
        """Return the loss rounded up to whole minutes."""
        return -(-int(self.lost.total_seconds()) // _MINUTE) * _MINUTE

    @property
    def minutes(self) -> int:
        """Return the whole minutes offered."""
        return self.seconds // _MINUTE

    def overlaps(self, starts: dt.datetime, until: dt.datetime) -> bool:
        """Whether a stretch shares time with the outage."""
        return starts < self.until and self.starts < until


def find_outages(runs: Sequence[Run], gaps: Iterable[Gap], *, share: float = SHARE) -> list[Outage]:
    """Return the outages of a room or a sitting, oldest first.

    Parameters
    ----------
    runs
        Everybody's time at work; who was not running at an instant counts neither way.
    gaps
        Stretches without contact.
    share
        Least part of those running (0-1] that must be silent at once; fewer than two people, or than a tenth of all
        who started, are never an outage.
    """
    silent = _cut_to_runs(runs, gaps)
    return [
        _weigh(starts, until, runs, silent)
        for starts, until in _stretches(runs, silent, share)
        if until - starts >= SHORTEST
    ]


def is_held(deadline: dt.datetime, outages: Iterable[Outage], now: dt.datetime) -> bool:
    """Whether an attempt must not be closed yet: its time ran out during, or after, an outage nobody decided on.

    The hold ends by itself half an hour after the outage, and an hour after the deadline at the latest, so that a
    sitting nobody looks at closes all the same.
    """
    return now <= deadline + LONGEST_HOLD and any(
        outage.starts <= deadline and now <= outage.until + PATIENCE for outage in outages
    )


def _cut_to_runs(runs: Iterable[Run], gaps: Iterable[Gap]) -> list[Gap]:
    """Return each attempt's silences as far as it was running; those that touch are one."""
    by_id: dict[int, list[Run]] = {}
    for run in runs:
        by_id.setdefault(run.attempt_id, []).append(run)
    cut: dict[int, list[Gap]] = {}
    for gap in sorted(gaps, key=lambda gap: (gap.attempt_id, gap.starts)):
        for run in by_id.get(gap.attempt_id, ()):
            starts, until = max(gap.starts, run.starts), min(gap.until, run.until)
            if starts < until:
                _join(cut.setdefault(gap.attempt_id, []), replace(gap, starts=starts, until=until))
    return [gap for own in cut.values() for gap in own]


def _join(own: list[Gap], gap: Gap) -> None:
    if own and gap.starts <= own[-1].until:
        last = own.pop()
        gap = replace(last, until=max(gap.until, last.until), is_open=gap.is_open or last.is_open)
    own.append(gap)


def _stretches(runs: Sequence[Run], silent: Sequence[Gap], share: float) -> list[tuple[dt.datetime, dt.datetime]]:
    """Return the longest stretches in which enough of those running were silent."""
    changes: dict[dt.datetime, list[int]] = {}
    for run in runs:
        changes.setdefault(run.starts, [0, 0])[0] += 1
        changes.setdefault(run.until, [0, 0])[0] -= 1
    for gap in silent:
        changes.setdefault(gap.starts, [0, 0])[1] += 1
        changes.setdefault(gap.until, [0, 0])[1] -= 1
    found: list[tuple[dt.datetime, dt.datetime]] = []
    running = quiet = 0
    fewest = max(FEWEST, FEWEST_SHARE * len(runs))
    began: dt.datetime | None = None
    for instant in sorted(changes):
        running += changes[instant][0]
        quiet += changes[instant][1]
        is_out = quiet >= fewest and quiet >= share * running
        if is_out and began is None:
            began = instant
        elif not is_out and began is not None:
            found.append((began, instant))
            began = None
    return found


def _weigh(starts: dt.datetime, until: dt.datetime, runs: Sequence[Run], silent: Sequence[Gap]) -> Outage:
    """Count who was hit and how much the hardest hit lost.

    A single machine that stayed away far longer than the outage must not stretch it for all: a gap counts at most
    ``RETURN_ALLOWANCE`` before and after the common stretch.
    """
    hit = [gap for gap in silent if gap.starts < until and starts < gap.until]
    first, last = starts - RETURN_ALLOWANCE, until + RETURN_ALLOWANCE
    losses: dict[int, dt.timedelta] = {}
    for gap in hit:
        silence = min(gap.until, last) - max(gap.starts, first)
        losses[gap.attempt_id] = losses.get(gap.attempt_id, dt.timedelta(0)) + silence
    touched = frozenset(run.attempt_id for run in runs if run.starts < until and starts < run.until)
    return Outage(
        starts=starts,
        until=until,
        affected=len(losses),
        running=len(touched),
        lost=max(losses.values()),
        is_open=any(gap.is_open and gap.until <= until for gap in hit),
        silent_from=max(first, min(gap.starts for gap in hit)),
        attempt_ids=touched,
    )
