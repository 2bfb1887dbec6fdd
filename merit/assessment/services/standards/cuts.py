"""Cuts: proposed by one person, put in force by another one, never changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from merit import clock
from merit.assessment.domain.workshops import Method, RoundResult, WorkshopState, cuts_problem
from merit.assessment.models.standards import CutSet
from merit.assessment.queries.cuts import get_cut_set
from merit.assessment.queries.standards import load_ratings, load_workshop
from merit.audit.services import record
from merit.errors import InvalidInputError, NotAllowedError, RuleViolationError
from merit.security.permissions import Actor, Permission, is_granted

MOST_REASON = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class CutProposal:
    """Four abilities where the levels 2 to 5 begin, with what they rest on.

    ``errors`` are standard errors and ``shares`` expected percents of the points, () where not known.
    """

    cuts: Sequence[float]
    errors: Sequence[float] = ()
    shares: Sequence[float] = ()
    source: str = "direct"
    workshop_id: int | None = None
    evidence: dict[str, Any] = field(default_factory=dict)


def propose_cuts(
    session: Session, actor: Actor, *, competency: str, proposal: CutProposal, reason: str, valid_from: dt.date
) -> CutSet:
    """Propose cuts of a competency from a day on; they hold nothing before a second person puts them in force."""
    if not is_granted(actor, Permission.STANDARD_MANAGE):
        raise NotAllowedError
    reason = reason.strip()
    if not reason or len(reason) > MOST_REASON:
        raise InvalidInputError("cuts-reason")
    kept = _texts(proposal.cuts)
    problem = cuts_problem([float(cut) for cut in kept])  # as they will hold: rounding may make two of them one
    if problem is not None or not competency:
        raise InvalidInputError(problem or "workshop-input")
    waiting = select(CutSet.id).where(CutSet.competency == competency, CutSet.decided_at.is_(None))
    if session.scalar(waiting.limit(1)) is not None:
        raise RuleViolationError("cuts-waiting")
    number = session.scalar(select(func.max(CutSet.number)).where(CutSet.competency == competency)) or 0
    cut_set = CutSet(
        competency=competency,
        number=number + 1,
        cuts=kept,
        errors=_texts(proposal.errors),
        shares=_texts(proposal.shares),
        source=proposal.source,
        workshop_id=proposal.workshop_id,
        evidence=proposal.evidence,
        reason=reason,
        valid_from=valid_from,
        proposed_by=actor.user_id,
        proposed_at=clock.now(),
    )
    session.add(cut_set)
    session.flush()
    details = {"competency": competency, "number": cut_set.number, "cuts": cut_set.cuts}
    record(session, actor, action="standard:propose-cuts", subject=f"cut-set:{cut_set.id}", details=details)
    return cut_set


def propose_workshop_cuts(
    session: Session, actor: Actor, *, workshop_id: int, reason: str, valid_from: dt.date
) -> CutSet:
    """Propose what the last round of a finished workshop came to."""
    if not is_granted(actor, Permission.STANDARD_MANAGE):
        raise NotAllowedError
    workshop = load_workshop(session, workshop_id, lock=True)
    if workshop.state is not WorkshopState.FINISHED or workshop.method is Method.EXPERT_KEYS:
        raise RuleViolationError("cuts-unfinished")
    result = workshop.result(load_ratings(session, workshop_id, workshop.row.round))
    if not isinstance(result, RoundResult):
        raise RuleViolationError(result)
    if not result.can_propose:
        raise RuleViolationError("cuts-not-usable")
    proposal = CutProposal(
        cuts=result.theta,
        errors=result.errors,
        shares=result.shares,
        source="workshop",
        workshop_id=workshop_id,
        evidence={"method": workshop.method.value, "round": workshop.row.round, **result.evidence()},
    )
    return propose_cuts(
        session, actor, competency=workshop.row.competency, proposal=proposal, reason=reason, valid_from=valid_from
    )


def decide_cuts(session: Session, actor: Actor, *, cut_set_id: int, approve: bool) -> CutSet:
    """Put another person's proposal in force, or refuse it."""
    if not is_granted(actor, Permission.STANDARD_MANAGE) or actor.user_id is None:
        raise NotAllowedError
    cut_set = get_cut_set(session, cut_set_id, lock=True)
    if cut_set.decided_at is not None:
        raise RuleViolationError("cuts-decided")
    if cut_set.proposed_by == actor.user_id:
        raise RuleViolationError("cuts-second-person")
    cut_set.decided_by, cut_set.decided_at, cut_set.approved = actor.user_id, clock.now(), approve
    session.flush()
    details = {"competency": cut_set.competency, "number": cut_set.number, "approved": approve}
    record(session, actor, action="standard:decide-cuts", subject=f"cut-set:{cut_set.id}", details=details)
    return cut_set


def _texts(values: Sequence[float]) -> list[str]:
    return [f"{value:.4f}" for value in values]
