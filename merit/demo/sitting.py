"""A sitting of the demonstration city, ready to take: bank, blueprint, room, roster, sealed papers, open lobby."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from merit import clock
from merit.accounts.models import User
from merit.accounts.queries import actor_of
from merit.assessment.domain.blueprints import BlueprintDocument, BlueprintRow, BlueprintSection, ItemKind
from merit.assessment.domain.settings import SittingSettings
from merit.assessment.models.items import Blueprint, Item
from merit.assessment.models.sittings import Candidate, Sitting
from merit.assessment.services.accommodations import approve_accommodation, propose_accommodation
from merit.assessment.services.blueprints import create_blueprint
from merit.assessment.services.entrance import issue_pins, room_token
from merit.assessment.services.proctoring.rooms import open_lobby
from merit.assessment.services.rosters import add_candidates
from merit.assessment.services.sealing import seal_sitting
from merit.assessment.services.seating import add_room, assign_proctor, seat_everybody
from merit.assessment.services.sittings import SittingInput, create_sitting
from merit.demo.accounts import DemoAccount, create_seconds
from merit.demo.items import fill_bank
from merit.errors import RuleViolationError
from merit.people.models import Official, OfficialRecord
from merit.security.permissions import Actor, Role

ORGANISER = "BKPSDM Kota Balikpapan (peragaan)"
CANDIDATES, SEATS, COLUMNS = 24, 30, 6
MINUTES, PRACTICE_MINUTES = 60, 20
START = dt.timedelta(minutes=15)
EXAM_NAME, PRACTICE_NAME = "Uji kompetensi manajerial (peragaan)", "Latihan layar ujian (peragaan)"
EXAM_PLAN, PRACTICE_PLAN = "KISI-PERAGAAN", "KISI-LATIHAN"
COMPETENCIES = ("M.01", "M.02", "M.03", "M.04", "M.05", "M.06", "M.07", "M.08", "SK.01")
PRACTICE_KINDS: tuple[ItemKind, ...] = (
    *("single_choice", "multiple_choice", "true_false"),
    *("numeric_entry", "order", "match"),
)
_STAFF = {Role.ADMIN: "demo-admin", Role.AUTHOR: "demo-penulis", Role.PROCTOR: "demo-pengawas"}


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoCard:
    """What a candidate's card says."""

    number: str
    name: str
    nip: str
    seat: int
    pin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadySitting:
    """What to print about the sitting; the PINs exist only here."""

    code: str
    name: str
    practice: str
    room: str
    room_id: int
    token: str
    cards: tuple[DemoCard, ...]
    accounts: tuple[DemoAccount, ...]


def prepare_sitting(session: Session, *, candidates: Sequence[str] = ()) -> ReadySitting:
    """Build everything a sitting needs in a demonstration city, through the services people use.

    ``candidates`` are NIPs that sit first; officials with an account come next, then others by their number.

    Raises
    ------
    RuleViolationError
        The database holds no demonstration city.
    """
    first = {role: actor_named(session, login) for role, login in _STAFF.items()}
    accounts = create_seconds(session)
    second = {role: actor_named(session, f"{login}-2") for role, login in _STAFF.items()}
    if session.scalar(select(Item.id).limit(1)) is None:
        fill_bank(session, first[Role.AUTHOR], second[Role.AUTHOR])
    _plans(session, first[Role.AUTHOR])
    admin, proctor = first[Role.ADMIN], first[Role.PROCTOR]
    officials = choose_officials(session, candidates)
    starts_at = free_time(session)
    practice = _practice(session, admin, officials, starts_at)
    sitting = create_sitting(session, admin, planned=planned_sitting(EXAM_NAME, EXAM_PLAN, MINUTES, starts_at))
    room = add_room(session, admin, code=sitting.code, name="Ruang CAT 1", seats=SEATS, columns=COLUMNS)
    for watcher in (proctor, second[Role.PROCTOR]):
        assign_proctor(session, admin, code=sitting.code, room_id=room.id, user_id=watcher.user_id or 0)
    add_candidates(session, admin, code=sitting.code, officials=officials)
    seat_everybody(session, admin, code=sitting.code)
    _accommodate(session, admin, second[Role.ADMIN], sitting)
    seal_sitting(session, admin, code=sitting.code)
    pins = issue_pins(session, admin, sitting_id=sitting.id)
    open_lobby(session, admin, room_id=room.id, reason="Peragaan")
    return ReadySitting(
        code=sitting.code,
        name=sitting.name,
        practice=practice.code,
        room=room.name,
        room_id=room.id,
        token=room_token(room.id),
        cards=cards_of(session, sitting, pins, officials),
        accounts=tuple(accounts),
    )


def actor_named(session: Session, login: str) -> Actor:
    """Return a demonstration account as actor."""
    user = session.scalars(select(User).where(User.login == login)).one_or_none()
    if user is None:
        raise RuleViolationError("demo-sitting-needs-city")
    return actor_of(session, user)


def _plans(session: Session, author: Actor) -> None:
    known = set(session.scalars(select(Blueprint.code)))
    if EXAM_PLAN not in known:
        create_blueprint(session, author, code=EXAM_PLAN, name="Kompetensi manajerial, peragaan", document=_exam_plan())
    if PRACTICE_PLAN not in known:
        create_blueprint(
            session, author, code=PRACTICE_PLAN, name="Latihan mengenal layar ujian", document=_practice_plan()
        )


def _exam_plan() -> BlueprintDocument:
    rows = [BlueprintRow(competency=code, level=level, count=1) for code in COMPETENCIES for level in (1, 2, 3)]
    return BlueprintDocument(
        minutes=MINUTES,
        forms=2,
        sections=(BlueprintSection(name="Situasi kerja dan pengetahuan", rows=tuple(rows)),),
    )


def _practice_plan() -> BlueprintDocument:
    rows = tuple(BlueprintRow(kinds=(kind,), count=1) for kind in PRACTICE_KINDS)
    section = BlueprintSection(name="Latihan", rows=rows, shuffle_items=False)
    return BlueprintDocument(minutes=PRACTICE_MINUTES, forms=1, sections=(section,))


def free_time(session: Session) -> dt.datetime:
    """Return a start at which nobody sits or watches in a former sitting of the demonstration."""
    former = session.execute(select(Sitting.starts_at, Sitting.minutes)).all()
    ends = [begun + dt.timedelta(minutes=minutes) + START for begun, minutes in former]
    return max([clock.now() + START, *(end + START for end in ends)])


def planned_sitting(name: str, plan: str, minutes: int, starts_at: dt.datetime, kind: str = "exam") -> SittingInput:
    """Return a sitting of the demonstration as it is planned."""
    return SittingInput(
        name=name,
        blueprint_code=plan,
        starts_at=starts_at,
        minutes=minutes,
        organiser=ORGANISER,
        kind=kind,
        purpose="practice" if kind == "practice" else "mapping",
        settings=SittingSettings(late_arrival_minutes=60),
    )


def _practice(session: Session, admin: Actor, officials: Sequence[int], starts_at: dt.datetime) -> Sitting:
    planned = planned_sitting(PRACTICE_NAME, PRACTICE_PLAN, PRACTICE_MINUTES, starts_at, "practice")
    practice = create_sitting(session, admin, planned=planned)
    add_candidates(session, admin, code=practice.code, officials=officials)
    return seal_sitting(session, admin, code=practice.code)


def choose_officials(session: Session, wanted: Sequence[str]) -> list[int]:
    """Return who sits: those wanted, those with an account, those who may become administrator, then others."""
    standing = select(Official.id, Official.nip, OfficialRecord.tier).join(
        OfficialRecord, OfficialRecord.official_id == Official.id
    )
    people = session.execute(standing.where(OfficialRecord.superseded_at.is_(None)).order_by(Official.nip)).all()
    with_account = set(session.scalars(select(User.official_id).where(User.official_id.is_not(None))))
    ordered = sorted(
        people, key=lambda row: (row.nip not in wanted, row.id not in with_account, row.tier != "pengawas", row.nip)
    )
    return [row.id for row in ordered[:CANDIDATES]]


def _accommodate(session: Session, admin: Actor, other: Actor, sitting: Sitting) -> None:
    last = select(Candidate.id).where(Candidate.sitting_id == sitting.id).order_by(Candidate.number.desc()).limit(1)
    candidate = session.scalars(last).one()
    propose_accommodation(
        session,
        admin,
        code=sitting.code,
        candidate_id=candidate,
        extra_minutes=15,
        break_minutes=0,
        has_reader=False,
        reason="Penglihatan terbatas, surat keterangan dokter (peragaan)",
    )
    approve_accommodation(session, other, code=sitting.code, candidate_id=candidate)


def cards_of(
    session: Session, sitting: Sitting, pins: dict[int, str], officials: Sequence[int]
) -> tuple[DemoCard, ...]:
    """Return what the cards of the candidates say, in the order of the officials."""
    statement = (
        select(Candidate, Official.nip, OfficialRecord.name)
        .join(Official, Official.id == Candidate.official_id)
        .join(OfficialRecord, OfficialRecord.official_id == Official.id)
        .where(Candidate.sitting_id == sitting.id, OfficialRecord.superseded_at.is_(None))
    )
    place = {official: number for number, official in enumerate(officials)}
    rows = sorted(session.execute(statement), key=lambda row: place[row[0].official_id])
    return tuple(
        DemoCard(number=who.number, name=name, nip=nip, seat=who.seat or 0, pin=pins[who.id]) for who, nip, name in rows
    )
