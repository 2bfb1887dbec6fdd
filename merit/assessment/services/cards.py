"""Cards of candidates: a fresh PIN each, known to nobody but the sheet it is printed on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from merit.assessment.models.sittings import Candidate, SittingRoom
from merit.assessment.queries.board import people_of
from merit.assessment.services.entrance import issue_pin, issue_pins
from merit.assessment.services.proctoring.reach import lock_open_room, note
from merit.audit.services import log_download
from merit.errors import RuleViolationError
from merit.security.permissions import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What is printed for one candidate."""

    number: str
    name: str
    nip: str
    room: str
    seat: int
    pin: str


def issue_room_cards(session: Session, actor: Actor, *, room_id: int) -> list[Card]:
    """Give every candidate of a room who is still to come a fresh PIN; earlier cards are worthless."""
    place = lock_open_room(session, actor, room_id)
    pins = {each.id: issue_pin(session, actor, candidate_id=each.id) for each in _expected(session, room_id)}
    cards = _cards(session, [place.room], pins)
    note(session, actor, place, "cards-printed", cards=len(cards))
    log_download(session, actor, subject=f"cards:room:{room_id}", rows=len(cards))
    return cards


def issue_sitting_cards(session: Session, actor: Actor, *, sitting_id: int) -> list[Card]:
    """Give every candidate of a sitting a fresh PIN, room by room; only who manages sittings may."""
    pins = issue_pins(session, actor, sitting_id=sitting_id)
    rooms = session.scalars(
        select(SittingRoom).where(SittingRoom.sitting_id == sitting_id).order_by(SittingRoom.name)
    ).all()
    cards = _cards(session, rooms, pins)
    log_download(session, actor, subject=f"cards:sitting:{sitting_id}", rows=len(cards))
    return cards


def _expected(session: Session, room_id: int) -> Sequence[Candidate]:
    return session.scalars(
        select(Candidate)
        .where(Candidate.room_id == room_id, Candidate.withdrawn_at.is_(None), Candidate.moved_to_id.is_(None))
        .order_by(Candidate.seat)
    ).all()


def _cards(session: Session, rooms: Sequence[SittingRoom], pins: dict[int, str]) -> list[Card]:
    cards = []
    for room in rooms:
        people = people_of(session, room.id)
        seated = select(Candidate.id, Candidate.seat).where(Candidate.room_id == room.id).order_by(Candidate.seat)
        for row in session.execute(seated):
            if row.id in pins:
                who = people[row.id]
                cards.append(
                    Card(
                        number=who.number,
                        name=who.name,
                        nip=who.nip,
                        room=room.name,
                        seat=row.seat,
                        pin=pins[row.id],
                    )
                )
    if not cards:
        raise RuleViolationError("cards-nobody")
    return cards
