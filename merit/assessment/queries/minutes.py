"""What the minutes of a room are made of: who was there, what happened, who decided what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from merit.accounts.models import User
from merit.assessment.models.delivery import Attempt, Compensation, LateResponse
from merit.assessment.models.sittings import Candidate, RoomProctor, SittingEvent
from merit.assessment.queries.board import RoomHead
from merit.assessment.queries.board_attempts import Moment
from merit.db import known
from merit.people.models import Official, OfficialRecord

_EMERGENCY = "emergency-answers"
CHECKPOINT = "checkpoint"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendance:
    """One candidate's line."""

    number: str
    name: str
    nip: str
    seat: int
    started_at: dt.datetime | None
    finished_at: dt.datetime | None
    ending: str
    answered: int
    items: int
    saves: int
    receipt: str
    extended_seconds: int
    extra_minutes: int
    break_minutes: int
    has_reader: bool
    is_withdrawn: bool
    has_come: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One event with the candidate it was about ("" for the room)."""

    who: str
    moment: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """One compensation."""

    starts: dt.datetime
    until: dt.datetime
    seconds: int
    attempts: int
    reason: str
    by: str
    at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MinutesOfRoom:
    """The whole of a room's minutes; ``instant`` is when the record last changed, so the PDF repeats byte for byte."""

    head: RoomHead
    proctors: Sequence[tuple[int, str]]
    attendance: Sequence[Attendance]
    lines: Sequence[Line]
    granted: Sequence[Granted]
    late: Sequence[tuple[str, int, int]]  # (number, late answers, accepted)
    checkpoint: dict[str, Any] | None
    instant: dt.datetime

    @property
    def present(self) -> list[Attendance]:
        """Return who came."""
        return [each for each in self.attendance if each.has_come]

    @property
    def absent(self) -> list[Attendance]:
        """Return who did not come, and was not withdrawn."""
        return [each for each in self.attendance if not each.has_come and not each.is_withdrawn]

    @property
    def accommodated(self) -> list[Attendance]:
        """Return who had something approved."""
        return [each for each in self.attendance if each.extra_minutes or each.break_minutes or each.has_reader]

    def of_kinds(self, *kinds: str) -> list[Line]:
        """Return the lines of some kinds."""
        return [line for line in self.lines if line.moment.kind in kinds]

    @property
    def emergencies(self) -> list[Line]:
        """Return the incidents in which answers were handed over on a medium."""
        return [line for line in self.of_kinds("incident") if line.moment.details.get("incident") == _EMERGENCY]


def collect_minutes(session: Session, head: RoomHead) -> MinutesOfRoom:
    """Return everything the minutes of a room say; read in one consistent state."""
    lines, checkpoint = _lines(session, head)
    signed = [dt.datetime.fromisoformat(each["at"]) for each in head.minutes_signed]
    moments = [line.moment.at for line in lines if line.moment.at.tzinfo is not None]
    return MinutesOfRoom(
        head=head,
        proctors=_proctors(session, head.room_id),
        attendance=_attendance(session, head.room_id),
        lines=lines,
        granted=_granted(session, head),
        late=_late(session, head.room_id),
        checkpoint=checkpoint,
        instant=max([head.starts_at, *moments, *signed]),
    )


def _proctors(session: Session, room_id: int) -> list[tuple[int, str]]:
    rows = session.execute(
        select(User.id, User.name)
        .join(RoomProctor, RoomProctor.user_id == User.id)
        .where(RoomProctor.room_id == room_id)
        .order_by(User.name, User.id)
    )
    return [(row.id, row.name) for row in rows]


def _attendance(session: Session, room_id: int) -> list[Attendance]:
    rows = session.execute(
        select(Candidate, Attempt, OfficialRecord.name, Official.nip)
        .join(Official, Official.id == Candidate.official_id)
        .join(OfficialRecord, (OfficialRecord.official_id == Official.id) & known(OfficialRecord), isouter=True)
        .join(Attempt, Attempt.candidate_id == Candidate.id, isouter=True)
        .where(Candidate.room_id == room_id)
        .order_by(Candidate.seat)
    )
    return [_attended(*row) for row in rows]


def _attended(candidate: Candidate, attempt: Attempt | None, name: str | None, nip: str) -> Attendance:
    is_approved = candidate.accommodation_approved_at is not None
    return Attendance(
        number=candidate.number,
        name=name or candidate.number,
        nip=nip,
        seat=candidate.seat or 0,
        started_at=attempt.started_at if attempt else None,
        finished_at=attempt.finished_at if attempt else None,
        ending=(attempt.ending or "") if attempt else "",
        answered=attempt.answered if attempt else 0,
        items=attempt.items if attempt else 0,
        saves=attempt.saves if attempt else 0,
        receipt=attempt.receipt if attempt else "",
        extended_seconds=attempt.extended_seconds if attempt else 0,
        extra_minutes=candidate.extra_minutes if is_approved else 0,
        break_minutes=candidate.break_minutes if is_approved else 0,
        has_reader=is_approved and candidate.has_reader,
        is_withdrawn=candidate.withdrawn_at is not None,
        has_come=attempt is not None,
    )


def _lines(session: Session, head: RoomHead) -> tuple[list[Line], dict[str, Any] | None]:
    """Return the room's events and, once the sitting is closed, the seal of the audit chain."""
    rows = session.execute(
        select(SittingEvent, Candidate.number, User.name)
        .join(Candidate, Candidate.id == SittingEvent.candidate_id, isouter=True)
        .join(User, User.id == SittingEvent.by_id, isouter=True)
        .where(
            SittingEvent.sitting_id == head.sitting_id,
            or_(SittingEvent.room_id == head.room_id, SittingEvent.kind == CHECKPOINT),
        )
        .order_by(SittingEvent.id)
    ).all()
    lines = [_line(event, number, name) for event, number, name in rows if event.kind != CHECKPOINT]
    seals: list[dict[str, Any]] = [event.details for event, _number, _name in rows if event.kind == CHECKPOINT]
    return lines, seals[-1] if seals else None


def _line(event: SittingEvent, number: str | None, by: str | None) -> Line:
    moment = Moment(at=event.at, kind=event.kind, by=by or "", note=event.note, details=event.details or {})
    return Line(who=number or "", moment=moment)


def _granted(session: Session, head: RoomHead) -> list[Granted]:
    rows = session.execute(
        select(Compensation, User.name)
        .join(User, User.id == Compensation.granted_by)
        .where(Compensation.sitting_id == head.sitting_id)
        .where(or_(Compensation.room_id == head.room_id, Compensation.room_id.is_(None)))
        .order_by(Compensation.from_at, Compensation.id)
    )
    return [
        Granted(
            starts=row.from_at,
            until=row.until_at,
            seconds=row.seconds,
            attempts=row.attempts,
            reason=row.reason,
            by=name,
            at=row.granted_at,
        )
        for row, name in rows
    ]


def _late(session: Session, room_id: int) -> list[tuple[str, int, int]]:
    rows = session.execute(
        select(Candidate.number, LateResponse.accepted_by)
        .join(Attempt, Attempt.id == LateResponse.attempt_id)
        .join(Candidate, Candidate.id == Attempt.candidate_id)
        .where(Attempt.room_id == room_id)
        .order_by(Candidate.number)
    )
    counted: dict[str, tuple[int, int]] = {}
    for number, accepted_by in rows:
        all_of, accepted = counted.get(number, (0, 0))
        counted[number] = all_of + 1, accepted + (accepted_by is not None)
    return [(number, *counts) for number, counts in counted.items()]
