"""Schedule sittings: make, change, copy, cancel, rehearse; every step and its line in the minutes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from merit import clock
from merit.assessment.domain.blueprints import CODE
from merit.assessment.domain.roster import candidate_number
from merit.assessment.domain.settings import SittingSettings
from merit.assessment.domain.states import SITTING_STEPS, SittingState
from merit.assessment.models.items import Blueprint
from merit.assessment.models.sittings import Candidate, RoomProctor, Sitting, SittingEvent, SittingRoom
from merit.assessment.queries.blueprints import document_of, get_blueprint
from merit.assessment.queries.sittings import get_sitting
from merit.audit.services import record
from merit.errors import ConflictError, InvalidInputError, NotAllowedError, RuleViolationError
from merit.people.models import Position
from merit.security.permissions import Actor, Permission, is_granted


@dataclass(frozen=True, slots=True, kw_only=True)
class SittingInput:
    """A sitting as planned; ``accreditation`` given means the organiser's own from BKN (method ``asesmen``)."""

    name: str
    blueprint_code: str
    starts_at: dt.datetime
    minutes: int
    organiser: str
    code: str = ""
    kind: str = "exam"
    purpose: str = "mapping"
    accreditation: str = ""
    grace_seconds: int = 5
    settings: SittingSettings = field(default_factory=SittingSettings)


def create_sitting(session: Session, actor: Actor, *, planned: SittingInput) -> Sitting:
    """Plan a sitting; it starts as a draft without rooms and candidates."""
    require_manage(actor)
    code = planned.code.strip() or next_code(session)
    if not CODE.match(code):
        raise InvalidInputError("code-shape")
    if session.scalar(select(Sitting.id).where(Sitting.code == code)) is not None:
        raise InvalidInputError("sitting-code-taken", code=code)
    sitting = Sitting(code=code, kind=planned.kind, created_by=actor.user_id, created_at=clock.now())
    _apply(session, sitting, planned)
    session.add(sitting)
    session.flush()
    add_event(session, actor, sitting, "created", audit="sitting:create", **_told(sitting))
    return sitting


def change_sitting(session: Session, actor: Actor, *, code: str, row_version: int, planned: SittingInput) -> Sitting:
    """Change a draft; once sealed nothing changes any more."""
    require_manage(actor)
    sitting = lock_sitting(session, code)
    if sitting.row_version != row_version:
        raise ConflictError("sitting-changed-meanwhile", code=code)
    require_draft(sitting)
    _apply(session, sitting, planned)
    sitting.row_version += 1
    session.flush()
    add_event(session, actor, sitting, "changed", audit="sitting:change", **_told(sitting))
    return sitting


def copy_sitting(
    session: Session, actor: Actor, *, code: str, starts_at: dt.datetime, with_roster: bool = False
) -> Sitting:
    """Plan the same sitting again at another time: settings, rooms and proctors, with the roster where wanted."""
    require_manage(actor)
    source = get_sitting(session, code)
    copied = create_sitting(session, actor, planned=_as_input(session, source, starts_at))
    _copy_rooms(session, actor, source, copied, with_roster=with_roster)
    add_event(session, actor, copied, "copied", audit="sitting:copy", source=source.code)
    return copied


def plan_rehearsal(
    session: Session, actor: Actor, *, code: str, blueprint_code: str, starts_at: dt.datetime, with_roster: bool
) -> Sitting:
    """Plan a rehearsal in the same rooms with the same proctors and a practice paper, never the paper of the exam."""
    require_manage(actor)
    source = get_sitting(session, code)
    blueprint = get_blueprint(session, blueprint_code)
    if blueprint.id == source.blueprint_id:
        raise RuleViolationError("rehearsal-same-blueprint")
    planned = _as_input(session, source, starts_at)
    rehearsal = create_sitting(
        session,
        actor,
        planned=SittingInput(
            name=f"Gladi bersih {source.name}",
            blueprint_code=blueprint.code,
            starts_at=starts_at,
            minutes=min(source.minutes, document_of(blueprint).minutes),
            organiser=source.organiser,
            kind="rehearsal",
            purpose="practice",
            settings=planned.settings,
        ),
    )
    rehearsal.rehearses_id = source.id
    _copy_rooms(session, actor, source, rehearsal, with_roster=with_roster)
    add_event(session, actor, source, "rehearsal-planned", audit="sitting:rehearse", rehearsal=rehearsal.code)
    return rehearsal


def cancel_sitting(session: Session, actor: Actor, *, code: str, reason: str) -> Sitting:
    """Call a sitting off; it stays readable with its reason."""
    require_manage(actor)
    if not reason.strip():
        raise InvalidInputError("sitting-cancel-reason")
    sitting = lock_sitting(session, code)
    take_step(sitting, SittingState.CANCELLED)
    sitting.cancelled_at, sitting.cancel_reason = clock.now(), reason.strip()
    session.flush()
    add_event(session, actor, sitting, "cancelled", audit="sitting:cancel", note=reason.strip())
    return sitting


def take_step(sitting: Sitting, to: SittingState) -> None:
    """Bring a sitting into the next state; a step that does not exist is refused."""
    if to not in SITTING_STEPS[SittingState(sitting.state)]:
        raise RuleViolationError(f"sitting-step-{to.value}", code=sitting.code, state=sitting.state)
    sitting.state = to.value
    sitting.row_version += 1


def add_event(
    session: Session,
    actor: Actor,
    sitting: Sitting,
    kind: str,
    /,
    *,
    audit: str = "",
    room_id: int | None = None,
    candidate_id: int | None = None,
    note: str = "",
    **details: Any,
) -> SittingEvent:
    """Write a line into the minutes, and into the audit chain where ``audit`` names the act.

    Details hold codes and numbers only; ``note`` may name people and stays out of the audit chain.
    """
    event = SittingEvent(
        sitting_id=sitting.id,
        room_id=room_id,
        candidate_id=candidate_id,
        kind=kind,
        note=note,
        details=details,
        by_id=actor.user_id,
        at=clock.now(),
    )
    session.add(event)
    session.flush()
    if audit:
        ids = {"room": room_id, "candidate": candidate_id}
        told = {name: value for name, value in ids.items() if value is not None}
        record(session, actor, action=audit, subject=f"sitting:{sitting.id}", details={**told, **details})
    return event


def ask_again(session: Session, actor: Actor, sitting: Sitting, *, source: Candidate, candidate: Candidate) -> None:
    """Ask in a sitting for the accommodation somebody has in another; a second person decides before sealing."""
    wanted, own = (one.extra_minutes or one.break_minutes or one.has_reader for one in (source, candidate))
    if not wanted or own:
        return
    told = {name: getattr(source, name) for name in ("extra_minutes", "break_minutes", "has_reader")}
    for name, value in told.items():
        setattr(candidate, name, value)
    candidate.accommodation_reason = source.accommodation_reason
    candidate.accommodation_asked_by = actor.user_id or source.accommodation_asked_by
    session.flush()
    add_event(
        session, actor, sitting, "accommodation-asked", audit="accommodation:asked", candidate_id=candidate.id, **told
    )


def lock_sitting(session: Session, code: str) -> Sitting:
    """Return a sitting locked for change."""
    sitting = get_sitting(session, code)
    # In the mode that leaves foreign keys alone: who writes a line of the minutes must not wait for us.
    session.refresh(sitting, with_for_update={"key_share": True})
    return sitting


def require_draft(sitting: Sitting) -> None:
    """Refuse changes to a sitting that is sealed or further."""
    if sitting.state != SittingState.DRAFT:
        raise RuleViolationError("sitting-not-draft", code=sitting.code)


def require_manage(actor: Actor) -> None:
    """Refuse actors who may not manage sittings."""
    if not is_granted(actor, Permission.SITTING_MANAGE):
        raise NotAllowedError


def next_code(session: Session) -> str:
    """Return the next free code of the year: ``UJI-2026-007``."""
    start = f"UJI-{clock.today().year}-"
    codes = session.scalars(select(Sitting.code).where(Sitting.code.startswith(start, autoescape=True)))
    numbers = [int(tail) for code in codes if (tail := code.removeprefix(start)).isdigit()]
    return f"{start}{max(numbers, default=0) + 1:03d}"


def _apply(session: Session, sitting: Sitting, planned: SittingInput) -> None:
    blueprint = get_blueprint(session, planned.blueprint_code)
    if blueprint.retired_at is not None and blueprint.id != sitting.blueprint_id:
        raise RuleViolationError("blueprint-retired", code=blueprint.code)
    target = planned.settings.target_position
    if target and session.scalar(select(Position.id).where(Position.code == target)) is None:
        raise InvalidInputError("sitting-position-unknown", code=target)
    sitting.name = planned.name.strip()
    sitting.blueprint_id = blueprint.id
    sitting.purpose = planned.purpose
    sitting.starts_at = planned.starts_at
    sitting.minutes = planned.minutes
    sitting.grace_seconds = planned.grace_seconds
    sitting.organiser = planned.organiser.strip()
    sitting.accreditation = planned.accreditation.strip()
    sitting.method = "asesmen" if sitting.accreditation else "internal"
    sitting.settings = planned.settings.model_dump(mode="json")


def _as_input(session: Session, source: Sitting, starts_at: dt.datetime) -> SittingInput:
    return SittingInput(
        name=source.name,
        blueprint_code=session.get_one(Blueprint, source.blueprint_id).code,
        starts_at=starts_at,
        minutes=source.minutes,
        organiser=source.organiser,
        kind=source.kind,
        purpose=source.purpose,
        accreditation=source.accreditation,
        grace_seconds=source.grace_seconds,
        settings=SittingSettings.model_validate(source.settings),
    )


def _copy_rooms(session: Session, actor: Actor, source: Sitting, target: Sitting, *, with_roster: bool) -> None:
    statement = select(SittingRoom).where(SittingRoom.sitting_id == source.id).order_by(SittingRoom.id)
    rooms: dict[int | None, int] = {}
    for room in session.scalars(statement).all():
        copied = SittingRoom(sitting_id=target.id, name=room.name, seats=room.seats, columns=room.columns)
        session.add(copied)
        session.flush()
        rooms[room.id] = copied.id
    proctors = session.scalars(select(RoomProctor).where(RoomProctor.room_id.in_(rooms)).order_by(RoomProctor.id))
    for proctor in proctors.all():
        session.add(
            RoomProctor(
                room_id=rooms[proctor.room_id],
                user_id=proctor.user_id,
                assigned_by=actor.user_id,
                assigned_at=clock.now(),
            )
        )
    if with_roster:
        _copy_roster(session, actor, source, target, rooms)
    session.flush()


def _copy_roster(
    session: Session, actor: Actor, source: Sitting, target: Sitting, rooms: dict[int | None, int]
) -> None:
    people = select(Candidate).where(Candidate.sitting_id == source.id, Candidate.withdrawn_at.is_(None))
    for place, person in enumerate(session.scalars(people.order_by(Candidate.id)).all(), 1):
        copied = Candidate(
            sitting_id=target.id,
            official_id=person.official_id,
            number=candidate_number(target.id, place),
            room_id=rooms.get(person.room_id),
            seat=person.seat,
        )
        session.add(copied)
        session.flush()
        ask_again(session, actor, target, source=person, candidate=copied)


def _told(sitting: Sitting) -> dict[str, Any]:
    return {
        "code": sitting.code,
        "kind": sitting.kind,
        "blueprint": sitting.blueprint_id,
        "starts_at": sitting.starts_at.isoformat(),
        "minutes": sitting.minutes,
        "method": sitting.method,
    }
