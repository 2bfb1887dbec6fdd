"""Versions of the figures: one person proposes, another puts them in force from a date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from merit import clock
from merit.audit.services import record
from merit.errors import InvalidInputError, NotAllowedError, NotFoundError, RuleViolationError
from merit.ranking.professionalism.domain.rules import Rules, check_values, corrected_rules, shipped_rules
from merit.ranking.professionalism.models import ProfessionalismRules
from merit.security.permissions import Actor, Permission, is_granted
from merit.web.labels import label


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A set of figures by code, the day they begin to hold, and the document they rest on."""

    figures: Mapping[str, Decimal]
    valid_from: dt.date
    basis: str
    note: str = ""


def rules_on(session: Session, day: dt.date) -> Rules:
    """Return the figures that hold on a day: of the version in force that began last, else the product's own."""
    version = session.scalars(
        select(ProfessionalismRules)
        .where(ProfessionalismRules.state == "in_force", ProfessionalismRules.valid_from <= day)
        .order_by(ProfessionalismRules.valid_from.desc(), ProfessionalismRules.number.desc())
        .limit(1)
    ).one_or_none()
    return shipped_rules() if version is None else rules_of(version)


def rules_of(version: ProfessionalismRules) -> Rules:
    """Return the rules of a version."""
    return corrected_rules(decimals(version.figures), number=version.number, basis=version.basis)


def decimals(figures: Mapping[str, str]) -> dict[str, Decimal]:
    """Return stored figures as numbers."""
    return {code: Decimal(text) for code, text in figures.items()}


def texts(rules: Rules) -> dict[str, str]:
    """Return every figure of rules as text, to be stored."""
    return {code: f"{figure.value.normalize():f}" for code, figure in rules.figures.items()}


def list_versions(session: Session) -> Sequence[ProfessionalismRules]:
    """Return all versions, newest first."""
    return session.scalars(select(ProfessionalismRules).order_by(ProfessionalismRules.number.desc())).all()


def get_version(session: Session, number: int) -> ProfessionalismRules:
    """Return a version; raise :class:`merit.errors.NotFoundError`."""
    version = session.scalars(select(ProfessionalismRules).where(ProfessionalismRules.number == number)).one_or_none()
    if version is None:
        raise NotFoundError("ipasn-version-unknown")
    return version


def propose_rules(session: Session, actor: Actor, *, proposal: Proposal) -> ProfessionalismRules:
    """Record a set of figures that waits for a second person.

    Raises :class:`merit.errors.InvalidInputError` for figures that cannot stand together and
    :class:`merit.errors.RuleViolationError` while another proposal waits or nothing would change.
    """
    if not is_granted(actor, Permission.PROFESSIONALISM_MANAGE):
        raise NotAllowedError
    if not proposal.basis.strip():
        raise InvalidInputError("ipasn-basis-missing")
    for problem in check_values(proposal.figures):
        raise InvalidInputError(
            problem.code, **{"figure": label(problem.figure, "ipasn_figure")} | dict(problem.details)
        )
    waiting = select(ProfessionalismRules.number).where(ProfessionalismRules.state == "proposed").limit(1)
    if (number := session.scalar(waiting)) is not None:
        raise RuleViolationError("ipasn-proposal-waits", number=number)
    last = session.scalar(select(func.max(ProfessionalismRules.number))) or 0
    rules = corrected_rules(proposal.figures, number=last + 1, basis=proposal.basis.strip())
    if rules.sha256 == rules_on(session, proposal.valid_from).sha256:
        raise RuleViolationError("ipasn-nothing-changed")
    version = ProfessionalismRules(
        number=rules.number,
        figures=texts(rules),
        sha256=rules.sha256,
        valid_from=proposal.valid_from,
        basis=proposal.basis.strip(),
        note=proposal.note.strip(),
        author_id=actor.user_id,
        recorded_at=clock.now(),
    )
    session.add(version)
    session.flush()
    _note(session, actor, "propose", version)
    return version


def decide_rules(session: Session, actor: Actor, *, number: int, approve: bool, note: str = "") -> ProfessionalismRules:
    """Put a proposal in force, or refuse it with a reason; never by whoever proposed it."""
    if not is_granted(actor, Permission.PROFESSIONALISM_DECIDE):
        raise NotAllowedError
    version = _waiting(session, number)
    if version.author_id == actor.user_id:
        raise RuleViolationError("ipasn-own-proposal")
    if not approve and not note.strip():
        raise InvalidInputError("ipasn-reason-missing")
    _decide(version, actor, "in_force" if approve else "refused", note)
    session.flush()
    _note(session, actor, "approve" if approve else "refuse", version)
    return version


def withdraw_rules(session: Session, actor: Actor, *, number: int) -> ProfessionalismRules:
    """Take one's own proposal back."""
    if not is_granted(actor, Permission.PROFESSIONALISM_MANAGE):
        raise NotAllowedError
    version = _waiting(session, number)
    if version.author_id != actor.user_id:
        raise RuleViolationError("ipasn-not-own-proposal")
    _decide(version, actor, "withdrawn", "")
    session.flush()
    _note(session, actor, "withdraw", version)
    return version


def _waiting(session: Session, number: int) -> ProfessionalismRules:
    version = session.scalars(
        select(ProfessionalismRules).where(ProfessionalismRules.number == number).with_for_update()
    ).one_or_none()
    if version is None:
        raise NotFoundError("ipasn-version-unknown")
    if version.state != "proposed":
        raise RuleViolationError("ipasn-decided-already")
    return version


def _decide(version: ProfessionalismRules, actor: Actor, state: str, note: str) -> None:
    version.state = state
    version.decided_by_id = actor.user_id
    version.decided_at = clock.now()
    version.decision_note = note.strip()


def _note(session: Session, actor: Actor, verb: str, version: ProfessionalismRules) -> None:
    details = {"sha256": version.sha256, "valid_from": version.valid_from.isoformat()}
    record(session, actor, action=f"professionalism:{verb}", subject=f"ipasn-rules:{version.number}", details=details)
