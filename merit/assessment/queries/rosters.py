"""Selects of rosters: candidates with names, what speaks against a time, what is worth knowing before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from merit.accounts.models import User
from merit.assessment.domain.roster import overlaps
from merit.assessment.models.results import CompetencyResult
from merit.assessment.models.sittings import Candidate, RoomProctor, Sitting, SittingRoom
from merit.db import known
from merit.people.models import LeavePeriod, Official, OfficialRecord, OrgUnitRecord, Position, PositionRecord
from merit.people.queries.officials import full_name

ROSTER_SORTS = {"number": Candidate.id, "name": OfficialRecord.name, "unit": OrgUnitRecord.name, "seat": Candidate.seat}
ROSTER_SHOWS = ("present", "unseated", "accommodated", "undecided", "withdrawn")
_LONGEST = dt.timedelta(hours=16)
_CHUNK = 1_000


@dataclass(frozen=True, slots=True)
class Clash:
    """Somebody who would have to be in two places: an official, or a user who watches."""

    person_id: int
    other: str  # code of the other sitting


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterLine:
    """A candidate with the person behind the number."""

    candidate: Candidate
    nip: str
    name: str
    unit_id: int | None
    unit: str
    position: str
    room: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterFilter:
    """What the roster is narrowed to."""

    text: str = ""
    room_id: int = 0
    candidate_id: int = 0
    show: str = "present"


def count_roster(session: Session, sitting_id: int, chosen: RosterFilter) -> int:
    """Return how many candidates the filter leaves."""
    return session.scalar(_roster(select(func.count(Candidate.id)), sitting_id, chosen)) or 0


def list_roster(
    session: Session,
    sitting_id: int,
    chosen: RosterFilter,
    *,
    order: str = "number",
    limit: int | None = None,
    offset: int = 0,
) -> list[RosterLine]:
    """Return candidates with names as known now."""
    key = ROSTER_SORTS[order.removeprefix("-")]
    columns = select(
        Candidate,
        Official.nip,
        OfficialRecord.name,
        OfficialRecord.title_before,
        OfficialRecord.title_after,
        OfficialRecord.unit_id,
        func.coalesce(OrgUnitRecord.name, ""),
        func.coalesce(PositionRecord.name, ""),
        func.coalesce(SittingRoom.name, ""),
    )
    statement = _roster(columns, sitting_id, chosen).outerjoin(
        PositionRecord, and_(PositionRecord.position_id == OfficialRecord.position_id, known(PositionRecord))
    )
    statement = statement.order_by(key.desc() if order.startswith("-") else key.asc(), Candidate.id)
    return [_roster_line(row) for row in session.execute(statement.limit(limit).offset(offset))]


def count_roster_states(session: Session, sitting_id: int) -> dict[str, int]:
    """Return how many candidates are present, unseated, accommodated, undecided and withdrawn."""
    return {show: count_roster(session, sitting_id, RosterFilter(show=show)) for show in ROSTER_SHOWS}


def present_candidates(session: Session, sitting_id: int) -> Sequence[Candidate]:
    """Return the candidates who are not withdrawn, by number."""
    statement = select(Candidate).where(Candidate.sitting_id == sitting_id, Candidate.withdrawn_at.is_(None))
    return session.scalars(statement.order_by(Candidate.id)).all()


def candidate_clashes(session: Session, sitting: Sitting, officials: Collection[int]) -> list[Clash]:
    """Return which of the officials sit in another sitting at the same time."""
    found: list[Clash] = []
    for code, other in _overlapping(session, sitting).items():
        seated = select(Candidate.official_id).where(Candidate.sitting_id == other, Candidate.withdrawn_at.is_(None))
        found.extend(Clash(person, code) for person in session.scalars(seated) if person in officials)
    return found


def proctor_clashes(session: Session, sitting: Sitting) -> list[Clash]:
    """Return which proctors of a sitting watch elsewhere at the same time."""
    own = select(RoomProctor.user_id).join(SittingRoom).where(SittingRoom.sitting_id == sitting.id)
    watching = set(session.scalars(own))
    found: list[Clash] = []
    for code, other in _overlapping(session, sitting).items():
        busy = select(RoomProctor.user_id).join(SittingRoom).where(SittingRoom.sitting_id == other).distinct()
        found.extend(Clash(user, code) for user in session.scalars(busy) if user in watching)
    return found


def proctors_on_roster(session: Session, sitting_id: int) -> list[tuple[str, str]]:
    """Return name and room of the proctors of a sitting who sit it themselves."""
    statement = (
        select(User.name, SittingRoom.name)
        .join(RoomProctor, RoomProctor.user_id == User.id)
        .join(SittingRoom, SittingRoom.id == RoomProctor.room_id)
        .join(Candidate, Candidate.official_id == User.official_id)
        .where(SittingRoom.sitting_id == sitting_id)
        .where(Candidate.sitting_id == sitting_id, Candidate.withdrawn_at.is_(None))
        .order_by(User.name, User.id)
    )
    return [(name, room) for name, room in session.execute(statement)]


def is_on_roster(session: Session, sitting_id: int, user_id: int) -> bool:
    """Whether the official behind an account sits a sitting."""
    statement = (
        select(Candidate.id)
        .join(User, User.official_id == Candidate.official_id)
        .where(Candidate.sitting_id == sitting_id, Candidate.withdrawn_at.is_(None), User.id == user_id)
    )
    return session.scalar(statement) is not None


def on_leave(session: Session, officials: Collection[int], day: dt.date) -> dict[int, str]:
    """Return the kind of leave of those who are on leave that day."""
    found: dict[int, str] = {}
    for some in _chunks(officials):
        statement = select(LeavePeriod.official_id, LeavePeriod.kind).where(
            known(LeavePeriod),
            LeavePeriod.official_id.in_(some),
            LeavePeriod.starts <= day,
            or_(LeavePeriod.ends.is_(None), LeavePeriod.ends >= day),
        )
        found.update((official, kind) for official, kind in session.execute(statement))
    return found


def valid_results(session: Session, officials: Collection[int], day: dt.date) -> dict[int, dt.date]:
    """Return until when somebody's results are valid, of those whose are valid that day."""
    found: dict[int, dt.date] = {}
    for some in _chunks(officials):
        statement = (
            select(CompetencyResult.official_id, func.max(CompetencyResult.valid_until))
            .where(known(CompetencyResult), CompetencyResult.official_id.in_(some), CompetencyResult.valid_until >= day)
            .group_by(CompetencyResult.official_id)
        )
        found.update((official, until) for official, until in session.execute(statement) if until)
    return found


def officials_by_nip(session: Session, nips: Collection[str]) -> dict[str, int]:
    """Return the officials with a record now, by NIP."""
    found: dict[str, int] = {}
    for some in _chunks(nips):
        statement = (
            select(Official.nip, Official.id)
            .join(OfficialRecord, and_(OfficialRecord.official_id == Official.id, known(OfficialRecord)))
            .where(Official.nip.in_(some))
        )
        found.update((nip, official) for nip, official in session.execute(statement))
    return found


def officials_matching(
    session: Session,
    *,
    unit_ids: Collection[int] = (),
    tier: str = "",
    position: str = "",
    expired_on: dt.date | None,
) -> list[int]:
    """Return officials by unit, tier and position; ``expired_on`` keeps those without a result valid that day."""
    statement = select(OfficialRecord.official_id).where(known(OfficialRecord)).order_by(OfficialRecord.name)
    if unit_ids:
        statement = statement.where(OfficialRecord.unit_id.in_(unit_ids))
    if tier:
        statement = statement.where(OfficialRecord.tier == tier)
    if position:
        held = select(Position.id).where(Position.code == position)
        statement = statement.where(OfficialRecord.position_id.in_(held))
    if expired_on is not None:
        valid = select(CompetencyResult.official_id).where(
            known(CompetencyResult), CompetencyResult.valid_until >= expired_on
        )
        statement = statement.where(OfficialRecord.official_id.not_in(valid))
    return list(session.scalars(statement))


def people_of(session: Session, officials: Collection[int]) -> dict[int, tuple[str, str, int | None, str]]:
    """Return NIP, name, unit and unit's name of officials."""
    found: dict[int, tuple[str, str, int | None, str]] = {}
    for some in _chunks(officials):
        statement = (
            select(
                Official.id,
                Official.nip,
                OfficialRecord.name,
                OfficialRecord.unit_id,
                func.coalesce(OrgUnitRecord.name, ""),
            )
            .outerjoin(OfficialRecord, and_(OfficialRecord.official_id == Official.id, known(OfficialRecord)))
            .outerjoin(OrgUnitRecord, and_(OrgUnitRecord.unit_id == OfficialRecord.unit_id, known(OrgUnitRecord)))
            .where(Official.id.in_(some))
        )
        found.update({row[0]: (row[1], row[2] or row[1], row[3], row[4]) for row in session.execute(statement)})
    return found


def _overlapping(session: Session, sitting: Sitting) -> dict[str, int]:
    """Return other exams and rehearsals alive at the same time: id by code."""
    rows = session.execute(
        select(Sitting.id, Sitting.code, Sitting.starts_at, Sitting.minutes).where(
            Sitting.id != sitting.id,
            Sitting.state.in_(("draft", "sealed", "open", "running")),
            Sitting.kind != "practice",
            Sitting.starts_at.between(sitting.starts_at - _LONGEST, sitting.starts_at + _LONGEST),
        )
    )
    own = (sitting.starts_at, sitting.minutes)
    return {code: number for number, code, starts, minutes in rows if overlaps(own, (starts, minutes))}


def _chunks(values: Collection[Any]) -> Iterator[list[Any]]:
    ordered = sorted(set(values))
    for start in range(0, len(ordered), _CHUNK):
        yield ordered[start : start + _CHUNK]


def _roster(statement: Any, sitting_id: int, chosen: RosterFilter) -> Select[Any]:
    statement = (
        statement.select_from(Candidate)
        .join(Official, Official.id == Candidate.official_id)
        .outerjoin(OfficialRecord, and_(OfficialRecord.official_id == Official.id, known(OfficialRecord)))
        .outerjoin(OrgUnitRecord, and_(OrgUnitRecord.unit_id == OfficialRecord.unit_id, known(OrgUnitRecord)))
        .outerjoin(SittingRoom, SittingRoom.id == Candidate.room_id)
        .where(Candidate.sitting_id == sitting_id, *_showing(chosen.show))
    )
    if chosen.candidate_id:
        statement = statement.where(Candidate.id == chosen.candidate_id)
    if chosen.room_id:
        statement = statement.where(Candidate.room_id == chosen.room_id)
    for word in chosen.text.split():
        fits: Collection[ColumnElement[bool]] = (
            OfficialRecord.name.icontains(word, autoescape=True),
            Official.nip.contains(word, autoescape=True),
            Candidate.number.contains(word, autoescape=True),
        )
        statement = statement.where(or_(*fits))
    narrowed: Select[Any] = statement
    return narrowed


def _showing(show: str) -> tuple[ColumnElement[bool], ...]:
    asked = Candidate.accommodation_asked_by.is_not(None)
    approved = Candidate.accommodation_approved_by.is_not(None)
    present = Candidate.withdrawn_at.is_(None)
    conditions: Mapping[str, tuple[ColumnElement[bool], ...]] = {
        "unseated": (present, Candidate.room_id.is_(None)),
        "accommodated": (present, approved),
        "undecided": (present, asked, ~approved),
        "withdrawn": (Candidate.withdrawn_at.is_not(None),),
        "all": (),
    }
    return conditions.get(show, (present,))


def _roster_line(row: Any) -> RosterLine:
    candidate, nip, name, before, after, unit_id, unit, position, room = row
    return RosterLine(
        candidate=candidate,
        nip=nip,
        name=full_name(name, before, after) if name else nip,
        unit_id=unit_id,
        unit=unit,
        position=position,
        room=room,
    )
