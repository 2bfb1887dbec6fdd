"""Keep the register of disciplinary cases: the same facts as the import writes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from merit import clock
from merit.audit.services import record
from merit.db import known
from merit.errors import InvalidInputError, NotAllowedError, NotFoundError, RuleViolationError
from merit.people.models import FINDING_CODES, DisciplineFinding
from merit.people.queries.record import OfficialHead, get_official, get_official_by_id
from merit.performance.domain.discipline import NEXT, check_case, period_of
from merit.performance.services.facts import write_fact
from merit.performance.services.telling import tell_discipline
from merit.security.permissions import Actor, Permission, is_granted


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseInput:
    """A case as told: ``number`` is that of the summons while it is examined, of the decree afterwards."""

    code: str
    number: str
    dated: dt.date
    state: str
    starts: dt.date | None = None
    ends: dt.date | None = None


def record_case(session: Session, actor: Actor, *, nip: str, case: CaseInput) -> DisciplineFinding:
    """Record a case under examination or a final punishment.

    Raises
    ------
    RuleViolationError
        The case is one's own, is recorded already, or begins in another state.
    InvalidInputError
        Dates contradict each other.
    """
    if not is_granted(actor, Permission.DISCIPLINE_RECORD):
        raise NotAllowedError
    official = get_official(session, actor, nip)
    if case.state not in {"proses", "final"}:
        raise RuleViolationError("discipline-begins")
    _refuse_double(session, official.id, case)
    return _keep(session, actor, official, case, verb="record")


def move_case(session: Session, actor: Actor, *, finding_id: int, case: CaseInput) -> DisciplineFinding:
    """Take a case on: from examination to a decree, from a decree to objection or appeal and back, or void.

    The fact known so far is superseded; it stays readable in the history of the record.
    """
    if not is_granted(actor, Permission.DISCIPLINE_RECORD):
        raise NotAllowedError
    finding, official = get_case(session, actor, finding_id, lock=True)
    if case.state not in NEXT[finding.state]:
        raise RuleViolationError("discipline-step")
    if finding.official_id == actor.official_id:
        raise RuleViolationError("discipline-own")
    _refuse_bad(case)
    if (finding.decree_number, finding.code) == (case.number.strip(), case.code):
        return _keep(session, actor, official, case, verb="move")
    _refuse_double(session, official.id, case)
    return _keep(session, actor, official, case, verb="move", former=finding)


def get_case(
    session: Session, actor: Actor, finding_id: int, *, lock: bool = False
) -> tuple[DisciplineFinding, OfficialHead]:
    """Return a case that stands, with its official, within the actor's units; raise :class:`NotFoundError`."""
    finding = session.get(DisciplineFinding, finding_id, with_for_update=lock or None, populate_existing=lock)
    if finding is None or finding.superseded_at is not None:
        raise NotFoundError("discipline-unknown")
    return finding, get_official_by_id(session, actor, finding.official_id)


def _refuse_double(session: Session, official_id: int, case: CaseInput) -> None:
    number = case.number.strip()
    same = select(DisciplineFinding.id).where(
        known(DisciplineFinding),
        DisciplineFinding.official_id == official_id,
        DisciplineFinding.decree_number == number,
        DisciplineFinding.code == case.code,
    )
    if session.scalar(same) is not None:
        raise RuleViolationError("discipline-twice", number=number)


def _keep(
    session: Session,
    actor: Actor,
    official: OfficialHead,
    case: CaseInput,
    *,
    verb: str,
    former: DisciplineFinding | None = None,
) -> DisciplineFinding:
    if official.id == actor.official_id:
        raise RuleViolationError("discipline-own")
    _refuse_bad(case)
    is_open = case.state == "proses"
    starts, ends = (case.starts, None) if is_open else period_of(case.code, case.dated, case.starts, case.ends)
    finding = write_fact(
        session,
        DisciplineFinding,
        key={"official_id": official.id, "decree_number": case.number.strip(), "code": case.code},
        values={"dated": case.dated, "starts": starts, "ends": ends, "state": case.state},
        instead_of=former,
    )
    details = {"code": case.code, "state": case.state, "dated": case.dated.isoformat()}
    record(session, actor, action=f"discipline:{verb}", subject=f"official:{official.id}", details=details)
    tell_discipline(session, actor, finding)
    return finding


def _refuse_bad(case: CaseInput) -> None:
    if case.code not in FINDING_CODES:
        raise InvalidInputError("discipline-code")
    if not case.number.strip():
        raise InvalidInputError("discipline-number")
    problem = check_case(case.state, case.dated, case.starts, case.ends, clock.today())
    if problem:
        raise InvalidInputError(problem)
