"""How long a candidate had each question before them, from what the browser told and from the times of answers.

The exam screen tells every view of a question when it is left. A view it could not tell (the last one before the end,
one cut off by a reload, every view of the plain form) is known by the answers given in it: it began when the view
before ended, or the answer before was given, and lasted at least until the answer.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise

from merit.assessment.domain.integrity_flags import View

SLACK = dt.timedelta(seconds=2)  # views are told in whole seconds, and an answer is kept while its question is left
Span = tuple[dt.datetime, dt.datetime]


def seconds_by_position(
    views: Sequence[View],
    answers: Mapping[int, Sequence[dt.datetime]],
    *,
    starts: dt.datetime,
    pauses: Sequence[Span] = (),
) -> dict[int, float]:
    """Return the seconds each position was on the screen while the clock ran.

    Parameters
    ----------
    views
        Views as the browser told them.
    answers
        When each position was answered or changed, by the same clock.
    starts
        When the attempt began: nothing is on the screen before.
    pauses
        Stretches in which the clock stood; they are taken off.

    Returns
    -------
    dict
        Seconds by position; a position without a view and without an answer whose time can be told is absent.
    """
    found: dict[int, float] = defaultdict(float)
    told = [view for view in views if view.until > starts]
    for view in [*told, *_untold(told, answers, starts)]:
        seconds = (view.until - max(view.starts, starts)).total_seconds() - sum(
            _shared(view, pause) for pause in pauses
        )
        found[view.position] += max(seconds, 0.0)
    return dict(found)


def pauses_of(*clocks: Sequence[tuple[dt.datetime, bool]], ends: dt.datetime) -> list[Span]:
    """Return the stretches in which a clock stood: from a stop (True) to what follows it, or to the end.

    ``clocks`` are the room's and the candidate's own; where both stood at once the time is taken off once.
    """
    spans = sorted(
        (at, min(until, ends))
        for marks in clocks
        for (at, stopped), (until, _) in pairwise([*sorted(marks), (ends, False)])
        if stopped and at < ends
    )
    merged: list[Span] = []
    for first, last in spans:
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return merged


def _untold(views: Sequence[View], answers: Mapping[int, Sequence[dt.datetime]], starts: dt.datetime) -> list[View]:
    """Return the views that only answers tell of; several answers of the very same moment tell nothing of each."""
    told = sorted(views, key=lambda view: view.starts)
    begins = [view.starts for view in told]
    ends = list(accumulate((view.until for view in told), max))
    acts = sorted((at, position) for position, times in answers.items() for at in times)
    alone = _alone(acts)
    found, before = [], starts
    for at, position in acts:
        if _is_told(told, at, position):
            continue
        seen = bisect_right(begins, at)
        since = max(before, ends[seen - 1] if seen else starts)
        if since < at and at in alone:
            found.append(View(position=position, starts=since, until=at))
        before = max(before, at)
    return found


def _alone(acts: Sequence[tuple[dt.datetime, int]]) -> set[dt.datetime]:
    positions: dict[dt.datetime, set[int]] = defaultdict(set)
    for at, position in acts:
        positions[at].add(position)
    return {at for at, those in positions.items() if len(those) == 1}


def _is_told(told: Sequence[View], at: dt.datetime, position: int) -> bool:
    return any(view.position == position and view.starts - SLACK <= at <= view.until + SLACK for view in told)


def _shared(view: View, pause: Span) -> float:
    return max((min(view.until, pause[1]) - max(view.starts, pause[0])).total_seconds(), 0.0)
