"""Choose the posts somebody prepares for, and end the choice; a choice is a direction of learning, no promise."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from merit import clock
from merit.assessment.queries.rosters import people_of
from merit.audit.services import record
from merit.db import known
from merit.errors import InvalidInputError, NotAllowedError, NotFoundError, RuleViolationError
from merit.people.models import Official, OfficialRecord, Position, PositionRecord
from merit.security.permissions import Actor, Permission, is_granted
from merit.security.policy import is_self, reaches_unit
from merit.training.models.planning import DevelopmentTarget

MOST_TARGETS = 3
_NOTE_LENGTH = 300


def choose_target(session: Session, actor: Actor, *, official_id: int, code: str, note: str = "") -> DevelopmentTarget:
    """Add a post an official prepares for: chosen by oneself, or by who plans training for the unit."""
    _require_chooser(session, actor, official_id)
    session.scalars(select(Official.id).where(Official.id == official_id).with_for_update()).one()
    position = session.scalar(
        select(Position.id)
        .join(PositionRecord, PositionRecord.position_id == Position.id)
        .where(Position.code == code, known(PositionRecord))
    )
    if position is None:
        raise InvalidInputError("position-not-found")
    if len(note) > _NOTE_LENGTH:
        raise InvalidInputError("target-note-long", limit=_NOTE_LENGTH)
    held = select(OfficialRecord.position_id).where(OfficialRecord.official_id == official_id, known(OfficialRecord))
    if session.scalar(held) == position:
        raise RuleViolationError("target-held")
    present = _present(session, official_id)
    if position in present:
        raise RuleViolationError("target-chosen")
    if len(present) >= MOST_TARGETS:
        raise RuleViolationError("target-too-many", limit=MOST_TARGETS)
    target = DevelopmentTarget(
        official_id=official_id,
        position_id=position,
        note=note.strip(),
        chosen_by=actor.user_id,
        chosen_at=clock.now(),
    )
    session.add(target)
    session.flush()
    _note(session, actor, target, "choose", code)
    return target


def end_target(session: Session, actor: Actor, *, official_id: int, target_id: int) -> DevelopmentTarget:
    """End a choice; it stays in the history."""
    _require_chooser(session, actor, official_id)
    target = session.get(DevelopmentTarget, target_id, with_for_update=True)
    if target is None or target.official_id != official_id:
        raise NotFoundError("target-unknown")
    if target.ended_at is not None:
        raise RuleViolationError("target-ended")
    target.ended_at, target.ended_by = clock.now(), actor.user_id
    session.flush()
    code = session.scalar(select(Position.code).where(Position.id == target.position_id)) or ""
    _note(session, actor, target, "end", code)
    return target


def _present(session: Session, official_id: int) -> set[int]:
    statement = select(DevelopmentTarget.position_id).where(
        DevelopmentTarget.official_id == official_id, DevelopmentTarget.ended_at.is_(None)
    )
    return set(session.scalars(statement))


def _require_chooser(session: Session, actor: Actor, official_id: int) -> None:
    if is_self(actor, official_id) and is_granted(actor, Permission.SELF_READ):
        return
    unit = people_of(session, [official_id]).get(official_id, ("", "", None, ""))[2]
    if not is_granted(actor, Permission.TRAINING_NOMINATE):
        raise NotAllowedError
    if unit is None or not reaches_unit(actor, unit):
        raise NotFoundError("official-not-found")


def _note(session: Session, actor: Actor, target: DevelopmentTarget, verb: str, code: str) -> None:
    details = {"official": target.official_id, "position": code}
    record(session, actor, action=f"target:{verb}", subject=f"target:{target.id}", details=details)
