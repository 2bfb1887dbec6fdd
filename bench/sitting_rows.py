"""A sealed sitting in bulk: officials, rooms, seats, papers and running attempts."""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import json
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from merit import clock
from merit.accounts.models import User
from merit.assessment.models.delivery import Attempt
from merit.assessment.models.items import Blueprint
from merit.assessment.models.sittings import Candidate, Paper, Sitting, SittingRoom
from merit.db import Database
from merit.people.models import Official
from merit.security.crypto import create_keyring
from merit.security.passwords import hash_password
from merit.security.tokens import token_hash

ITEMS = 100
HALL = 500  # seats of the first room; the others are rooms
ROOM = 50
ENTERING = 300  # candidates of a second sitting who are still outside
PASSWORD = "kuda laut menari pelan"


class Seat(NamedTuple):
    """The secrets of one candidate's browser."""

    token: str
    lease: str
    attempt_id: int


def fill(database: Database, candidates: int) -> list[Seat]:
    """Store a running sitting; return its seats."""
    if not database.settings.secret_file.exists():
        create_keyring(database.settings.secret_file)
    now = clock.now()
    seats = [Seat(f"t{n:031x}", f"lease{n:027x}", n) for n in range(1, candidates + 1)]
    with database.unit_of_work() as session:
        for model, rows in _sitting(now, candidates) + _people(seats) + _papers(now, seats):
            session.execute(insert(model), rows)
        _go_on_counting(session)
    return seats


def _go_on_counting(session: Session) -> None:
    """Let PostgreSQL number new rows after those stored with a number."""
    if session.get_bind().dialect.name == "postgresql":
        for table in ("attempts", "candidates", "officials", "papers", "sitting_rooms", "sittings"):
            session.execute(text(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))"))


def room_of(number: int) -> int:
    """Return the room of a candidate: the first five hundred sit in one hall."""
    return 1 if number <= HALL else 2 + (number - HALL - 1) // ROOM


def fill_outside(database: Database, count: int) -> dict[int, tuple[str, str]]:
    """Store a second sitting whose lobby is open; return candidate → number and NIP. All have one password."""
    now = clock.now()
    first = 1_000_000
    numbers = range(first, first + count)
    document = paper_document()
    sitting = {**_sitting_row(now), "id": 2, "code": "SESI-2", "state": "open", "started_at": None}
    room = {"id": first, "sitting_id": 2, "name": "Aula", "seats": 2000, "minutes_signed": [], "opened_at": now}
    hashed = hash_password(PASSWORD)
    people = [{"id": n, "nip": _nip(n)} for n in numbers]
    users = [
        {
            "id": n,
            "login": _nip(n),
            "name": f"Pegawai {n}",
            "official_id": n,
            "password_hash": hashed,
            "created_at": now,
        }
        for n in numbers
    ]
    candidates = [
        {"id": n, "sitting_id": 2, "official_id": n, "number": f"Q{n}", "room_id": first, "seat": n - first + 1}
        for n in numbers
    ]
    papers = [_paper(n, 2, document, now) for n in numbers]
    with database.unit_of_work() as session:
        for model, rows in [
            (Sitting, [sitting]),
            (SittingRoom, [room]),
            (Official, people),
            (User, users),
            (Candidate, candidates),
            (Paper, papers),
        ]:
            session.execute(insert(model), rows)
    return {n: (f"Q{n}", _nip(n)) for n in numbers}


def paper_document() -> bytes:
    """Return a paper of a hundred choices of usual length."""
    text = "Seorang warga mengadu bahwa permohonannya belum selesai meski sudah melewati batas waktu pelayanan. "
    choices = [{"id": letter, "html": f"Pilihan {letter}: {text}"} for letter in "ABCDE"]
    items = [
        {
            "position": position,
            "section": 0,
            "body": f"<p>{position}. {text * 3}</p><div data-response='RESPONSE'></div>",
            "interactions": [{"id": "RESPONSE", "kind": "choice", "prompt": "", "choices": choices, "most": 1}],
        }
        for position in range(1, ITEMS + 1)
    ]
    paper = {"version": 1, "title": "Uji", "language": "id", "navigation": "free", "sections": [], "items": items}
    return json.dumps(paper, separators=(",", ":")).encode()


def _sitting_row(now: dt.datetime) -> dict[str, Any]:
    return {
        "id": 1,
        "code": "SESI",
        "name": "Uji kompetensi",
        "blueprint_id": 1,
        "state": "running",
        "starts_at": now,
        "minutes": 120,
        "organiser": "BKPSDM",
        "settings": {},
        "created_at": now,
        "opened_at": now,
        "started_at": now,
    }


def _sitting(now: dt.datetime, candidates: int) -> list[tuple[Any, list[dict[str, Any]]]]:
    blueprint = {"id": 1, "code": "KISI", "name": "Kisi", "document": {}, "created_at": now, "changed_at": now}
    rooms = [
        {
            "id": n,
            "sitting_id": 1,
            "name": f"R{n}",
            "seats": HALL if n == 1 else ROOM,
            "columns": 25 if n == 1 else 6,
            "started_at": now,
            "minutes_signed": [],
        }
        for n in range(1, room_of(candidates) + 1)
    ]
    return [(Blueprint, [blueprint]), (Sitting, [_sitting_row(now)]), (SittingRoom, rooms)]


def _nip(number: int) -> str:
    return f"{198001010000000000 + number:018d}"


def _people(seats: list[Seat]) -> list[tuple[Any, list[dict[str, Any]]]]:
    numbers = [seat.attempt_id for seat in seats]
    candidates = [
        {"id": n, "sitting_id": 1, "official_id": n, "number": f"P{n:05d}", "room_id": room_of(n), "seat": n}
        for n in numbers
    ]
    return [(Official, [{"id": n, "nip": _nip(n)} for n in numbers]), (Candidate, candidates)]


def _paper(number: int, sitting_id: int, document: bytes, now: dt.datetime) -> dict[str, Any]:
    return {
        "id": number,
        "sitting_id": sitting_id,
        "candidate_id": number,
        "items": ITEMS,
        "packed": _packed(document),
        "sha256": hashlib.sha256(document).hexdigest(),
        "sealed_at": now,
    }


@lru_cache(maxsize=1)
def _packed(document: bytes) -> bytes:
    return gzip.compress(document, mtime=0)


def _papers(now: dt.datetime, seats: list[Seat]) -> list[tuple[Any, list[dict[str, Any]]]]:
    document = paper_document()
    attempts = [
        {
            "id": seat.attempt_id,
            "sitting_id": 1,
            "room_id": room_of(seat.attempt_id),
            "candidate_id": seat.attempt_id,
            "paper_id": seat.attempt_id,
            "items": ITEMS,
            "token_hash": token_hash(seat.token),
            "lease_hash": token_hash(seat.lease),
            "lease_number": 1,
            "state": "running",
            "created_at": now,
            "started_at": now,
            "allotted_seconds": 7200,
            "deadline": now + dt.timedelta(hours=2),
            "last_seen_at": now,
            "flags": [],
        }
        for seat in seats
    ]
    return [(Paper, [_paper(seat.attempt_id, 1, document, now) for seat in seats]), (Attempt, attempts)]
