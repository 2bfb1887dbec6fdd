"""A small sitting with rooms, candidates and attempts, for the tests of what happens in a room."""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
from dataclasses import dataclass, field
from itertools import count

from sqlalchemy.orm import Session

from merit.accounts.models import User
from merit.assessment.domain.states import AttemptState
from merit.assessment.models.delivery import Attempt, ContactGap
from merit.assessment.models.items import Blueprint
from merit.assessment.models.sittings import Candidate, Paper, RoomProctor, Sitting, SittingRoom
from merit.security.permissions import Actor, Role
from tests.assessment.plan_samples import make_document
from tests.factories import add, make_official

START = dt.datetime(2026, 11, 20, 1, 0, tzinfo=dt.UTC)  # 09.00 WITA
MINUTE = dt.timedelta(minutes=1)
_numbers = count(1)


@dataclass
class Hall:
    """A sitting in its rooms, with the people by seat."""

    sitting: Sitting
    rooms: list[SittingRoom]
    admin: Actor
    proctor: Actor
    other_proctor: Actor
    candidates: list[Candidate] = field(default_factory=list)
    attempts: list[Attempt] = field(default_factory=list)

    @property
    def room(self) -> SittingRoom:
        """Return the first room."""
        return self.rooms[0]


def make_staff(session: Session, role: Role, name: str = "") -> Actor:
    """Add an account of a role."""
    number = next(_numbers)
    login = f"{role.value}{number}"
    user = add(session, User(login=login, name=name or f"Petugas {number}", created_at=START))
    return Actor(user_id=user.id, login=login, name=user.name, roles=frozenset({role}), unit_ids=None)


def make_sitting(session: Session, admin: Actor, **details: object) -> Sitting:
    """Add a sealed sitting of ninety minutes that begins at ``START``."""
    number = next(_numbers)
    blueprint = add(
        session,
        Blueprint(
            code=f"KISI-{number}",
            name="Kisi-kisi",
            document=make_document().model_dump(mode="json"),
            created_at=START,
            changed_at=START,
        ),
    )
    defaults: dict[str, object] = {
        "code": f"SESI-{number}",
        "name": f"Uji kompetensi {number}",
        "blueprint_id": blueprint.id,
        "state": "sealed",
        "starts_at": START,
        "minutes": 90,
        "organiser": "BKPSDM",
        "settings": {},
        "created_by": admin.user_id,
        "created_at": START - dt.timedelta(days=7),
        "sealed_at": START - dt.timedelta(days=1),
    }
    return add(session, Sitting(**(defaults | details)))


def make_room(session: Session, sitting: Sitting, *proctors: Actor, name: str = "", seats: int = 12) -> SittingRoom:
    """Add a room with its proctors."""
    room = add(
        session,
        SittingRoom(
            sitting_id=sitting.id, name=name or f"Ruang {next(_numbers)}", seats=seats, columns=4, minutes_signed=[]
        ),
    )
    for proctor in proctors:
        add(session, RoomProctor(room_id=room.id, user_id=proctor.user_id, assigned_at=START))
    return room


def make_candidate(session: Session, room: SittingRoom, seat: int, **details: object) -> Candidate:
    """Seat a new official, with a paper of ten items."""
    number = next(_numbers)
    official = make_official(session, name=f"Peserta {number}")
    candidate = add(
        session,
        Candidate(
            sitting_id=room.sitting_id,
            official_id=official.id,
            number=f"P-{number:04d}",
            room_id=room.id,
            seat=seat,
            **details,
        ),
    )
    text = b'{"version":1,"items":[]}'
    add(
        session,
        Paper(
            sitting_id=room.sitting_id,
            candidate_id=candidate.id,
            items=10,
            packed=gzip.compress(text, mtime=0),
            sha256=hashlib.sha256(text).hexdigest(),
            sealed_at=START,
        ),
    )
    return candidate


def make_attempt(session: Session, candidate: Candidate, state: str = "waiting", **details: object) -> Attempt:
    """Add a candidate's attempt in some state; a running one began at ``START`` and has ninety minutes."""
    paper = session.query(Paper).filter_by(candidate_id=candidate.id).one()
    defaults: dict[str, object] = {
        "sitting_id": candidate.sitting_id,
        "room_id": candidate.room_id,
        "candidate_id": candidate.id,
        "paper_id": paper.id,
        "items": 10,
        "token_hash": f"token-{next(_numbers)}",
        "state": state,
        "created_at": START - 20 * MINUTE,
        "allotted_seconds": 90 * 60,
        "paused_seconds": 0,
        "extended_seconds": 0,
        "flags": [],
    }
    if state in (AttemptState.RUNNING, AttemptState.PAUSED, AttemptState.FINISHED):
        defaults |= {"started_at": START, "deadline": START + 90 * MINUTE, "last_seen_at": START}
    if state == AttemptState.FINISHED:
        defaults |= {"finished_at": START + 80 * MINUTE, "ending": "candidate"}
    return add(session, Attempt(**(defaults | details)))


def make_gap(session: Session, attempt: Attempt, first: float, last: float) -> ContactGap:
    """Add a silence, in minutes after ``START``; the attempt was heard again at its end."""
    until = START + last * MINUTE
    attempt.last_seen_at = until
    return add(session, ContactGap(attempt_id=attempt.id, from_at=START + first * MINUTE, until_at=until))


def make_hall(session: Session, *, states: tuple[str, ...] = (), rooms: int = 1, **details: object) -> Hall:
    """Return a sitting whose first room seats one candidate per state ("" has not come yet)."""
    admin, proctor = make_staff(session, Role.ADMIN), make_staff(session, Role.PROCTOR)
    other = make_staff(session, Role.PROCTOR)
    sitting = make_sitting(session, admin, **details)
    made = [make_room(session, sitting, proctor, other) for _ in range(rooms)]
    hall = Hall(sitting=sitting, rooms=made, admin=admin, proctor=proctor, other_proctor=other)
    for seat, state in enumerate(states, start=1):
        seat_one(session, hall, made[0], seat, state)
    return hall


def seat_one(session: Session, hall: Hall, room: SittingRoom, seat: int, state: str) -> Candidate:
    """Seat one more candidate in a hall."""
    candidate = make_candidate(session, room, seat)
    hall.candidates.append(candidate)
    if state:
        hall.attempts.append(make_attempt(session, candidate, state))
    return candidate


def make_running_hall(session: Session, candidates: int = 4, rooms: int = 1) -> Hall:
    """Return a sitting at work: every room started at ``START`` with as many candidates running."""
    hall = make_hall(session, rooms=rooms, state="running", opened_at=START - 20 * MINUTE, started_at=START)
    for room in hall.rooms:
        room.opened_at, room.started_at = START - 20 * MINUTE, START
        for seat in range(1, candidates + 1):
            seat_one(session, hall, room, seat, "running")
    session.flush()
    return hall
