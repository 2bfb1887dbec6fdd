"""A sitting ready to be taken, as rows: officials, rooms, candidates, papers and attempts, without bank and sealing."""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import json
from dataclasses import dataclass
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from merit import clock
from merit.assessment.models.delivery import Attempt
from merit.assessment.models.items import Blueprint
from merit.assessment.models.sittings import Candidate, Paper, Sitting, SittingRoom
from merit.assessment.services.sections import lay_down_sections
from merit.security.tokens import token_hash
from tests.factories import make_official

_numbers = count(1)
CHOICES = [{"id": letter, "html": f"Pilihan {letter}"} for letter in "ABCDE"]


@dataclass(frozen=True, kw_only=True)
class Seat:
    """One candidate with the secrets of a browser that is already in."""

    attempt_id: int
    candidate_id: int
    token: str
    lease: str
    number: str
    nip: str


@dataclass(frozen=True, kw_only=True)
class Hall:
    """A sitting, its only room, and its seats."""

    sitting_id: int
    room_id: int
    seats: tuple[Seat, ...]


def paper_document(items: int) -> bytes:
    """Return the public JSON of a paper of single choices."""
    document = {
        "version": 1,
        "title": "Uji kompetensi",
        "language": "id",
        "navigation": "free",
        "sections": [{"name": "Bagian 1", "first": 1, "last": items, "minutes": None}],
        "items": [
            {
                "position": position,
                "section": 0,
                "body": f'<p>Soal {position}: apa yang Anda lakukan?</p><div data-response="RESPONSE"></div>',
                "interactions": [{"id": "RESPONSE", "kind": "choice", "prompt": "", "choices": CHOICES}],
            }
            for position in range(1, items + 1)
        ],
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def make_sitting(session: Session, **details: Any) -> Sitting:
    """Add a sitting in state running."""
    number = next(_numbers)
    now = clock.now()
    blueprint = Blueprint(code=f"KISI-{number}", name="Kisi-kisi", document={}, created_at=now, changed_at=now)
    session.add(blueprint)
    session.flush()
    defaults: dict[str, Any] = {
        "code": f"SESI-{number}",
        "name": "Uji kompetensi",
        "state": "running",
        "starts_at": now - dt.timedelta(minutes=10),
        "minutes": 90,
        "organiser": "BKPSDM",
        "settings": {},
        "created_at": now,
    }
    sitting = Sitting(blueprint_id=blueprint.id, **(defaults | details))
    session.add(sitting)
    session.flush()
    return sitting


def make_room(session: Session, sitting: Sitting, **details: Any) -> SittingRoom:
    """Add a room that is open."""
    defaults: dict[str, Any] = {"name": f"Ruang {next(_numbers)}", "seats": 2000, "minutes_signed": []}
    room = SittingRoom(sitting_id=sitting.id, **(defaults | details))
    session.add(room)
    session.flush()
    return room


def make_candidate(
    session: Session,
    sitting: Sitting,
    room: SittingRoom | None,
    items: int = 20,
    *,
    paper: bytes | None = None,
    **details: Any,
) -> Candidate:
    """Add a candidate with a seat and a sealed paper."""
    number = next(_numbers)
    official = make_official(session)
    seat = {} if room is None else {"room_id": room.id, "seat": number}
    defaults = {"sitting_id": sitting.id, "official_id": official.id, "number": f"P-{number:04d}", **seat}
    candidate = Candidate(**(defaults | details))
    session.add(candidate)
    session.flush()
    document = paper or paper_document(items)
    sealed = Paper(
        sitting_id=sitting.id,
        candidate_id=candidate.id,
        items=len(json.loads(document)["items"]),
        packed=gzip.compress(document, mtime=0),
        sha256=hashlib.sha256(document).hexdigest(),
        sealed_at=clock.now(),
    )
    session.add(sealed)
    session.flush()
    return candidate


def make_attempt(session: Session, candidate: Candidate, *, secret: str, **details: Any) -> Attempt:
    """Add an attempt; running since now unless told otherwise, its lease ``L<secret>``."""
    now = clock.now()
    paper = session.query(Paper).filter_by(candidate_id=candidate.id).one()
    defaults: dict[str, Any] = {
        "state": "running",
        "created_at": now,
        "admitted_at": now,
        "started_at": now,
        "allotted_seconds": 5400,
        "deadline": now + dt.timedelta(seconds=5400),
        "lease_hash": token_hash(f"L{secret}"),
        "last_seen_at": now,
        "flags": [],
    }
    attempt = Attempt(
        sitting_id=candidate.sitting_id,
        room_id=candidate.room_id,
        candidate_id=candidate.id,
        paper_id=paper.id,
        items=paper.items,
        token_hash=token_hash(f"T{secret}"),
        **(defaults | details),
    )
    session.add(attempt)
    session.flush()
    lay_down_sections(session, attempt, paper, minutes=attempt.allotted_seconds // 60)
    if attempt.started_at is not None and attempt.section_seconds is not None:
        attempt.section_deadline = attempt.started_at + dt.timedelta(seconds=attempt.section_seconds)
        session.flush()
    return attempt


def make_hall(
    session: Session,
    *,
    seats: int = 1,
    items: int = 20,
    sitting: dict[str, Any] | None = None,
    paper: bytes | None = None,
    **attempt: Any,
) -> Hall:
    """Add a running sitting with some candidates at work."""
    row = make_sitting(session, **(sitting or {}))
    room = make_room(session, row)
    made = []
    for _ in range(seats):
        candidate = make_candidate(session, row, room, items, paper=paper)
        secret = hashlib.sha256(f"{row.code}:{candidate.number}".encode()).hexdigest()[:32]
        started = make_attempt(session, candidate, secret=secret, **attempt)
        nip = _nip(session, candidate)
        made.append(
            Seat(
                attempt_id=started.id,
                candidate_id=candidate.id,
                token=f"T{secret}",
                lease=f"L{secret}",
                number=candidate.number,
                nip=nip,
            )
        )
    return Hall(sitting_id=row.id, room_id=room.id, seats=tuple(made))


def _nip(session: Session, candidate: Candidate) -> str:
    from merit.people.models import Official

    return session.get_one(Official, candidate.official_id).nip
