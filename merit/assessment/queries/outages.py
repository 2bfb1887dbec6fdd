"""Outages of a sitting as the stored silences tell them, and which of them nobody has decided on."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from merit import clock
from merit.assessment.domain.outages import Gap, Outage, Run, find_outages, is_held
from merit.assessment.domain.states import AttemptState
from merit.assessment.domain.timing import SILENCE
from merit.assessment.models.delivery import Attempt, Compensation, ContactGap
from merit.assessment.models.sittings import SittingEvent

DECLINED = "outage-declined"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """An outage offered for compensation in one room; ``is_common`` when the whole sitting was out.

    ``attempt_ids`` are those who sat in the room then, wherever they sit now.
    """

    outage: Outage
    room_id: int
    is_common: bool
    attempt_ids: frozenset[int] = field(default=frozenset(), repr=False)


@dataclass(frozen=True, slots=True)
class _Stay:
    """From when to when an attempt was in a room; ``run`` is as much of it as it was running."""

    attempt_id: int
    room_id: int
    starts: dt.datetime
    until: dt.datetime
    run: Run | None


@dataclass(frozen=True, slots=True)
class _Decided:
    room_id: int | None
    starts: dt.datetime
    until: dt.datetime


def undecided_outages(session: Session, sitting_id: int, *, room_id: int | None = None) -> list[Proposal]:
    """Return what waits for a decision, per room, oldest first.

    An outage of the whole sitting is offered to every room with the same minutes; one of a single room with its own.
    """
    attempts = _attempts(session, sitting_id)
    if not attempts:
        return []
    now = clock.now()
    # Silence that begins when the time is over costs nobody anything; one that reaches over the end does.
    ends = {row.id: row.deadline for row in attempts if row.deadline is not None}
    silent = [*_stored_gaps(session, sitting_id), *_open_gaps(attempts, now)]
    gaps = [gap for gap in silent if gap.attempt_id not in ends or gap.starts < ends[gap.attempt_id]]
    if not gaps:
        return []
    common = find_outages([_run(each, now) for each in attempts], gaps)
    decided = _decided(session, sitting_id)
    found = []
    stays = _stays(session, sitting_id, attempts, now)
    for room in sorted({stay.room_id for stay in stays}):
        if room_id is None or room == room_id:
            found += _of_room(room, stays, gaps, common, decided)
    return found


def held_attempts(session: Session) -> frozenset[int]:
    """Return the attempts at work whose time is over but which must not be closed yet (docs/adr/0097)."""
    now = clock.now()
    overdue = session.execute(
        select(Attempt.id, Attempt.sitting_id, Attempt.deadline)
        .where(Attempt.state == AttemptState.RUNNING, Attempt.deadline < now)
        .order_by(Attempt.sitting_id)
    ).all()
    held: set[int] = set()
    for sitting_id, members in groupby(overdue, key=lambda row: row.sitting_id):
        proposals = undecided_outages(session, sitting_id)
        for row in members:
            outages = [each.outage for each in proposals if row.id in each.attempt_ids]
            if row.deadline is not None and is_held(row.deadline, outages, now):
                held.add(row.id)
    return frozenset(held)


def _of_room(
    room_id: int, stays: Sequence[_Stay], gaps: Sequence[Gap], common: Sequence[Outage], decided: Sequence[_Decided]
) -> list[Proposal]:
    runs = [stay.run for stay in stays if stay.room_id == room_id and stay.run is not None]
    proposals = []
    for outage in common:
        ids = _there_first(room_id, stays, outage)
        if ids & outage.attempt_ids:
            proposals.append(Proposal(outage=outage, room_id=room_id, is_common=True, attempt_ids=ids))
    shared = [each.outage for each in proposals]
    for outage in find_outages(runs, gaps):
        if not any(outage.overlaps(other.starts, other.until) for other in shared):
            ids = frozenset(
                stay.attempt_id
                for stay in stays
                if stay.room_id == room_id and outage.overlaps(stay.starts, stay.until)
            )
            proposals.append(Proposal(outage=outage, room_id=room_id, is_common=False, attempt_ids=ids))
    return sorted((each for each in proposals if not _is_decided(each, decided)), key=lambda each: each.outage.starts)


def _there_first(room_id: int, stays: Iterable[_Stay], outage: Outage) -> frozenset[int]:
    """Return who sat in the room when an outage of all rooms began: each in one room only, however often they moved."""
    first: dict[int, _Stay] = {}
    for stay in stays:  # of each attempt in order
        if outage.overlaps(stay.starts, stay.until):
            first.setdefault(stay.attempt_id, stay)
    return frozenset(stay.attempt_id for stay in first.values() if stay.room_id == room_id)


def _is_decided(proposal: Proposal, decided: Iterable[_Decided]) -> bool:
    return any(
        each.room_id in (None, proposal.room_id) and proposal.outage.overlaps(each.starts, each.until)
        for each in decided
    )


def _attempts(session: Session, sitting_id: int) -> Sequence[Row[tuple[object, ...]]]:
    columns = (Attempt.id, Attempt.candidate_id, Attempt.room_id, Attempt.state, Attempt.started_at)
    return session.execute(
        select(
            *columns,
            Attempt.finished_at,
            Attempt.deadline,
            Attempt.paused_at,
            Attempt.last_seen_at,
            Attempt.last_save_at,
        ).where(Attempt.sitting_id == sitting_id, Attempt.started_at.is_not(None))
    ).all()  # type: ignore[return-value] # columns of several types


def _run(row: Row[tuple[object, ...]], now: dt.datetime) -> Run:
    return Run(attempt_id=row.id, starts=row.started_at, until=row.finished_at or row.paused_at or now)


def _stays(
    session: Session, sitting_id: int, attempts: Iterable[Row[tuple[object, ...]]], now: dt.datetime
) -> list[_Stay]:
    """Return who sat in which room from when to when, as the moves in the minutes tell."""
    moves: dict[int | None, list[Row[tuple[object, ...]]]] = defaultdict(list)
    statement = select(SittingEvent.candidate_id, SittingEvent.room_id, SittingEvent.at, SittingEvent.details).where(
        SittingEvent.sitting_id == sitting_id, SittingEvent.kind == "moved"
    )
    for row in session.execute(statement.order_by(SittingEvent.at, SittingEvent.id)):
        if row.details.get("to_room") is not None:
            moves[row.candidate_id].append(row)
    found: list[_Stay] = []
    for attempt in attempts:
        run, since = _run(attempt, now), attempt.started_at
        left = [(move.room_id, move.at) for move in moves[attempt.candidate_id] if move.at > since]
        for room, until in [*left, (attempt.room_id, attempt.finished_at or now)]:
            part = replace(run, starts=since, until=min(run.until, until))
            there = part if part.starts < part.until else None
            found.append(_Stay(attempt.id, room, since, until, there))
            since = until
    return found


def _stored_gaps(session: Session, sitting_id: int) -> list[Gap]:
    rows = session.execute(
        select(ContactGap.attempt_id, ContactGap.from_at, ContactGap.until_at)
        .join(Attempt, Attempt.id == ContactGap.attempt_id)
        .where(Attempt.sitting_id == sitting_id)
    )
    return [Gap(attempt_id=row.attempt_id, starts=row.from_at, until=row.until_at) for row in rows]


def _open_gaps(attempts: Iterable[Row[tuple[object, ...]]], now: dt.datetime) -> list[Gap]:
    """Return the silences that have not ended; the row of one is only written when the browser comes back."""
    found = []
    for row in attempts:
        heard = max(at for at in (row.started_at, row.last_seen_at, row.last_save_at) if at is not None)
        if row.state == AttemptState.RUNNING and now - heard > SILENCE:
            found.append(Gap(attempt_id=row.id, starts=heard, until=now, is_open=True))
    return found


def _decided(session: Session, sitting_id: int) -> list[_Decided]:
    granted = session.execute(
        select(Compensation.room_id, Compensation.from_at, Compensation.until_at).where(
            Compensation.sitting_id == sitting_id
        )
    )
    declined = session.execute(
        select(SittingEvent.room_id, SittingEvent.details).where(
            SittingEvent.sitting_id == sitting_id, SittingEvent.kind == DECLINED
        )
    )
    return [_Decided(row.room_id, row.from_at, row.until_at) for row in granted] + [
        _Decided(row.room_id, dt.datetime.fromisoformat(row.details["from"]), _until(row.details)) for row in declined
    ]


def _until(details: dict[str, str]) -> dt.datetime:
    return dt.datetime.fromisoformat(details["until"])
