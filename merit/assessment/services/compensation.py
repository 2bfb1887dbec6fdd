"""Time given back after an outage: the same for everybody, once per outage, written into the minutes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from merit import clock
from merit.assessment.domain import timing
from merit.assessment.domain.outages import Outage
from merit.assessment.domain.states import AttemptState
from merit.assessment.models.delivery import Attempt, Compensation
from merit.assessment.models.sittings import SittingEvent, SittingRoom
from merit.assessment.queries.board import manages_all
from merit.assessment.queries.outages import DECLINED, Proposal, undecided_outages
from merit.assessment.services.proctoring.clocks import take_late
from merit.assessment.services.proctoring.reach import Place, checked_note, lock_room, note
from merit.errors import NotAllowedError, RuleViolationError
from merit.security.permissions import Actor

_Owed = tuple[Place, Proposal, list[Attempt]]


def grant_room(
    session: Session, actor: Actor, *, room_id: int, starts: dt.datetime, until: dt.datetime, reason: str = ""
) -> Compensation:
    """Give everybody at work in a room the time the outage cost; once per outage and room."""
    place = lock_room(session, actor, room_id, with_sitting=True)
    chosen = _chosen(undecided_outages(session, place.sitting.id, room_id=room_id), starts, until)
    rows = _grant(session, actor, [(place, chosen[0])], checked_note(reason, is_required=False))
    return rows[0]


def grant_sitting(
    session: Session, actor: Actor, *, room_id: int, starts: dt.datetime, until: dt.datetime, reason: str = ""
) -> list[Compensation]:
    """Give everybody in all rooms of the sitting that were out the same time; rooms decided before are left."""
    if not manages_all(actor):
        raise NotAllowedError
    place = lock_room(session, actor, room_id, with_sitting=True)
    chosen = [each for each in _chosen(undecided_outages(session, place.sitting.id), starts, until) if each.is_common]
    if not chosen:
        raise RuleViolationError("outage-not-common")
    places = [
        (Place(room=_lock_room(session, each.room_id), sitting=place.sitting), each)
        for each in sorted(chosen, key=lambda each: each.room_id)
    ]
    return _grant(session, actor, places, checked_note(reason, is_required=False))


def decline_outage(
    session: Session, actor: Actor, *, room_id: int, starts: dt.datetime, until: dt.datetime, reason: str
) -> SittingEvent:
    """Decide that a silence was no outage, or cost nobody anything; the reason stands in the minutes."""
    place = lock_room(session, actor, room_id, with_sitting=True)
    text = checked_note(reason)
    outage = _chosen(undecided_outages(session, place.sitting.id, room_id=room_id), starts, until)[0].outage
    return note(session, actor, place, DECLINED, text=text, **_stretch(outage))


def _chosen(proposals: Iterable[Proposal], starts: dt.datetime, until: dt.datetime) -> list[Proposal]:
    """Return the proposals that mean the outage shown; its edges may have moved since, as browsers came back."""
    found = [each for each in proposals if each.outage.overlaps(starts, until)]
    if not found:
        raise RuleViolationError("outage-already-decided")
    return found


def _grant(session: Session, actor: Actor, places: Sequence[tuple[Place, Proposal]], text: str) -> list[Compensation]:
    if any(proposal.outage.is_open for _place, proposal in places):
        raise RuleViolationError("outage-not-over")
    at_work = _lock_owed(session, [proposal for _place, proposal in places])
    found = [(place, proposal, _owed(at_work, proposal)) for place, proposal in places]
    found = [each for each in found if each[2]]
    if not found:
        raise RuleViolationError("nobody-at-work")
    return [_give(session, actor, each, text) for each in found]


def _lock_owed(session: Session, proposals: Iterable[Proposal]) -> list[Attempt]:
    """Lock those still at work who sat in the rooms while these were out, by number, wherever they sit now."""
    wanted = frozenset[int]().union(*(each.attempt_ids for each in proposals))
    return list(
        session.scalars(
            select(Attempt)
            .where(Attempt.id.in_(wanted), Attempt.state.in_((AttemptState.RUNNING, AttemptState.PAUSED)))
            .order_by(Attempt.id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
    )


def _owed(at_work: Iterable[Attempt], proposal: Proposal) -> list[Attempt]:
    """Return those who sat there, but for whose time was over before the outage began: they lost none."""
    return [
        each
        for each in at_work
        if each.id in proposal.attempt_ids and (each.deadline is None or each.deadline > proposal.outage.silent_from)
    ]


def _give(session: Session, actor: Actor, owed: _Owed, text: str) -> Compensation:
    place, proposal, attempts = owed
    outage = proposal.outage
    now = clock.now()
    for attempt in attempts:
        given = timing.compensate(
            timing.clock_of(attempt),
            outage.seconds,
            outage.silent_from,
            now,
            section_deadline=attempt.section_deadline,
        )
        timing.set_clock(attempt, given)
    row = Compensation(
        sitting_id=place.sitting.id,
        room_id=place.room.id,
        from_at=outage.starts,
        until_at=outage.until,
        seconds=outage.seconds,
        attempts=len(attempts),
        reason=text or "outage",
        granted_by=actor.user_id or 0,
        granted_at=now,
    )
    session.add(row)
    session.flush()
    numbers = {"affected": outage.affected, "running": outage.running, "lost": int(outage.lost.total_seconds())}
    details = numbers | {"minutes": outage.minutes, "count": len(attempts), "is_common": proposal.is_common}
    note(session, actor, place, "compensated", text=text, **details, **_stretch(outage))
    for attempt in attempts:
        take_late(session, actor, place, attempt)
    return row


def _stretch(outage: Outage) -> dict[str, Any]:
    return {"from": outage.starts.isoformat(), "until": outage.until.isoformat()}


def _lock_room(session: Session, room_id: int) -> SittingRoom:
    return session.scalars(
        select(SittingRoom)
        .where(SittingRoom.id == room_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()
