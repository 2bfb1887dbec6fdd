"""Offer placements and task forces, keep the answers, keep leave: the facts the imports write."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from merit import clock
from merit.audit.services import record
from merit.db import known
from merit.errors import InvalidInputError, NotAllowedError, NotFoundError, RuleViolationError
from merit.people.models import LEAVE_KINDS, Assignment, LeavePeriod
from merit.people.queries.record import OfficialHead, get_official, get_official_by_id
from merit.performance.domain.offers import check_answer
from merit.performance.services.facts import end_fact, write_fact
from merit.security.permissions import Actor, Permission, is_granted

LONGEST_REASON = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerInput:
    """An answer: ``diterima`` with the decree and its period, ``ditolak`` with or without a lawful reason."""

    response: str
    lawful_reason: bool | None = None
    starts: dt.date | None = None
    ends: dt.date | None = None
    decree_number: str = ""


def make_offer(session: Session, actor: Actor, *, nip: str, name: str, offered: dt.date) -> Assignment:
    """Record that a placement or task force was offered; it counts once it is answered."""
    official = _official(session, actor, nip)
    name = name.strip()
    if not name:
        raise InvalidInputError("offer-unnamed")
    if offered > clock.today():
        raise InvalidInputError("offer-ahead")
    same = select(Assignment.id).where(
        known(Assignment),
        Assignment.official_id == official.id,
        Assignment.name == name,
        Assignment.offered == offered,
    )
    if session.scalar(same) is not None:
        raise RuleViolationError("offer-twice")
    answer = AnswerInput(response="")
    return _keep(session, actor, (official.id, name, offered), answer)


def answer_offer(session: Session, actor: Actor, *, assignment_id: int, answer: AnswerInput) -> Assignment:
    """Record the answer to an offer; a former answer is superseded and stays readable."""
    offer = get_offer(session, actor, assignment_id)[0]
    if not is_granted(actor, Permission.APPRAISAL_RECORD):
        raise NotAllowedError
    if offer.official_id == actor.official_id:
        raise RuleViolationError("offer-own")
    problem = check_answer(
        offer.offered, answer.response, lawful_reason=answer.lawful_reason, starts=answer.starts, ends=answer.ends
    )
    if problem:
        raise InvalidInputError(problem)
    if answer.response == "diterima" and not answer.decree_number.strip():
        raise InvalidInputError("offer-decree")
    return _keep(session, actor, (offer.official_id, offer.name, offer.offered), answer)


def get_offer(session: Session, actor: Actor, assignment_id: int) -> tuple[Assignment, OfficialHead]:
    """Return an offer that stands, with its official, within the actor's units; raise :class:`NotFoundError`."""
    offer = session.get(Assignment, assignment_id)
    if offer is None or offer.superseded_at is not None:
        raise NotFoundError("offer-unknown")
    return offer, get_official_by_id(session, actor, offer.official_id)


def withdraw_offer(session: Session, actor: Actor, *, assignment_id: int, reason: str) -> None:
    """Withdraw an offer recorded by mistake: it counts no more, and stays readable with the reason in the chain."""
    offer, official = get_offer(session, actor, assignment_id)
    _withdraw(session, actor, offer, official, reason, action="offer:withdraw")


def withdraw_leave(session: Session, actor: Actor, *, leave_id: int, reason: str) -> None:
    """Withdraw a leave recorded by mistake; the years it took out count again."""
    leave, official = get_leave(session, actor, leave_id)
    _withdraw(session, actor, leave, official, reason, action="leave:withdraw")


def get_leave(session: Session, actor: Actor, leave_id: int) -> tuple[LeavePeriod, OfficialHead]:
    """Return a leave that stands, with its official, within the actor's units; raise :class:`NotFoundError`."""
    leave = session.get(LeavePeriod, leave_id)
    if leave is None or leave.superseded_at is not None:
        raise NotFoundError("leave-unknown")
    return leave, get_official_by_id(session, actor, leave.official_id)


def record_leave(
    session: Session, actor: Actor, *, nip: str, kind: str, starts: dt.date, ends: dt.date | None
) -> LeavePeriod:
    """Record a leave or its end; without an end it still lasts."""
    official = _official(session, actor, nip)
    if kind not in LEAVE_KINDS:
        raise InvalidInputError("leave-kind")
    if ends is not None and ends < starts:
        raise InvalidInputError("leave-period")
    leave = write_fact(
        session,
        LeavePeriod,
        key={"official_id": official.id, "kind": kind, "starts": starts},
        values={"ends": ends},
    )
    details = {"kind": kind, "starts": starts.isoformat(), "ends": ends.isoformat() if ends else None}
    record(session, actor, action="leave:record", subject=f"official:{official.id}", details=details)
    return leave


def _withdraw(
    session: Session,
    actor: Actor,
    fact: Assignment | LeavePeriod,
    official: OfficialHead,
    reason: str,
    *,
    action: str,
) -> None:
    if not is_granted(actor, Permission.APPRAISAL_RECORD):
        raise NotAllowedError
    if official.id == actor.official_id:
        raise RuleViolationError("offer-own")
    reason = " ".join(reason.split())
    if not 0 < len(reason) <= LONGEST_REASON:
        raise InvalidInputError("withdraw-reason")
    end_fact(session, fact)
    record(session, actor, action=action, subject=f"official:{official.id}", details={"id": fact.id, "reason": reason})


def _official(session: Session, actor: Actor, nip: str) -> OfficialHead:
    if not is_granted(actor, Permission.APPRAISAL_RECORD):
        raise NotAllowedError
    official = get_official(session, actor, nip)
    if official.id == actor.official_id:
        raise RuleViolationError("offer-own")
    return official


def _keep(session: Session, actor: Actor, key: tuple[int, str, dt.date], answer: AnswerInput) -> Assignment:
    official_id, name, offered = key
    refused = answer.response == "ditolak"
    assignment = write_fact(
        session,
        Assignment,
        key={"official_id": official_id, "name": name, "offered": offered},
        values={
            "response": answer.response or None,
            "lawful_reason": answer.lawful_reason if refused else None,
            "starts": None if refused else answer.starts,
            "ends": None if refused else answer.ends,
            "decree_number": answer.decree_number.strip(),
        },
    )
    details = {"offered": offered.isoformat(), "response": answer.response, "lawful": answer.lawful_reason}
    verb = "answer" if answer.response else "make"
    record(session, actor, action=f"offer:{verb}", subject=f"official:{official_id}", details=details)
    return assignment
