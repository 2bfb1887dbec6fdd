"""Keep the list of programmes: add, change, take out of use, take back."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from merit import clock
from merit.audit.services import record
from merit.errors import ConflictError, InvalidInputError, NotAllowedError
from merit.security.permissions import Actor, Permission, is_granted
from merit.training.models.classes import Programme
from merit.training.queries.programmes import get_programme

CODE = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeInput:
    """A programme as described; ``cost`` rupiah per participant, ``aims`` (competency, level) pairs."""

    code: str
    name: str
    kind: str
    path: str
    provider: str
    learning_hours: Decimal
    quota: int
    cost: int = 0
    training_code: str = ""
    aims: tuple[tuple[str, int], ...] = ()
    description: str = ""


def require_manage(actor: Actor) -> None:
    """Refuse whoever does not plan training."""
    if not is_granted(actor, Permission.TRAINING_MANAGE):
        raise NotAllowedError


def create_programme(session: Session, actor: Actor, *, planned: ProgrammeInput) -> Programme:
    """Add a programme."""
    require_manage(actor)
    if not CODE.match(planned.code):
        raise InvalidInputError("code-shape")
    if session.scalar(select(Programme.id).where(Programme.code == planned.code)) is not None:
        raise InvalidInputError("programme-code-taken", code=planned.code)
    programme = Programme(code=planned.code, created_by=actor.user_id, created_at=clock.now())
    _apply(programme, planned)
    session.add(programme)
    session.flush()
    _note(session, actor, programme, "create")
    return programme


def change_programme(
    session: Session, actor: Actor, *, code: str, row_version: int, planned: ProgrammeInput
) -> Programme:
    """Change what a programme says; classes already planned keep their own quota and cost."""
    require_manage(actor)
    programme = get_programme(session, code)
    if programme.row_version != row_version:
        raise ConflictError("programme-changed-meanwhile", code=code)
    _apply(programme, planned)
    programme.row_version += 1
    session.flush()
    _note(session, actor, programme, "change")
    return programme


def retire_programme(session: Session, actor: Actor, *, code: str, used: bool) -> Programme:
    """Take a programme out of use, or back into it; its classes and records stay."""
    require_manage(actor)
    programme = get_programme(session, code)
    programme.retired_at = None if used else programme.retired_at or clock.now()
    programme.row_version += 1
    session.flush()
    _note(session, actor, programme, "reuse" if used else "retire")
    return programme


def _apply(programme: Programme, planned: ProgrammeInput) -> None:
    values = asdict(planned)
    values.pop("code")
    values["aims"] = [{"competency": competency, "level": level} for competency, level in planned.aims]
    values["training_code"] = "_".join(planned.training_code.upper().split())
    for name, value in values.items():
        setattr(programme, name, value)


def _note(session: Session, actor: Actor, programme: Programme, verb: str) -> None:
    details = {"code": programme.code, "hours": str(programme.learning_hours)}
    record(session, actor, action=f"programme:{verb}", subject=f"programme:{programme.id}", details=details)
