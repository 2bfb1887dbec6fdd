"""Keep the awards of officials: the same facts as the import writes. No indicator reads them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from merit import clock
from merit.audit.services import record
from merit.db import known
from merit.errors import InvalidInputError, NotAllowedError, NotFoundError, RuleViolationError
from merit.people.queries.record import OfficialHead, get_official, get_official_by_id
from merit.performance.models import AWARD_KINDS, OfficialAward
from merit.performance.services.facts import end_fact, write_fact
from merit.security.permissions import Actor, Permission, is_granted

LONGEST_REASON = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardInput:
    """An award as told; ``number`` is that of the decree or charter."""

    kind: str
    name: str
    issuer: str
    number: str
    dated: dt.date
    note: str = ""

    def trimmed(self) -> AwardInput:
        """Return the award with its texts freed of superfluous blanks."""
        texts = (" ".join(text.split()) for text in (self.name, self.issuer, self.number, self.note))
        name, issuer, number, note = texts
        return AwardInput(kind=self.kind, name=name, issuer=issuer, number=number, dated=self.dated, note=note)


def record_award(session: Session, actor: Actor, *, nip: str, award: AwardInput) -> OfficialAward:
    """Record an award.

    Raises
    ------
    RuleViolationError
        The award is one's own, or of this kind and number and recorded already.
    InvalidInputError
        Something is missing, or the day lies ahead.
    """
    _require_recording(actor)
    official = get_official(session, actor, nip)
    award = _checked(award)
    _refuse_double(session, official.id, award)
    return _keep(session, actor, official, award, verb="record")


def correct_award(session: Session, actor: Actor, *, award_id: int, award: AwardInput) -> OfficialAward:
    """Correct an award; what was recorded before is superseded and stays readable."""
    _require_recording(actor)
    former, official = get_award(session, actor, award_id, lock=True)
    award = _checked(award)
    if (former.decree_number, former.kind) == (award.number, award.kind):
        return _keep(session, actor, official, award, verb="correct")
    _refuse_double(session, official.id, award)
    return _keep(session, actor, official, award, verb="correct", former=former)


def withdraw_award(session: Session, actor: Actor, *, award_id: int, reason: str) -> None:
    """Withdraw an award recorded by mistake; it stays readable with the reason in the chain."""
    _require_recording(actor)
    award, official = get_award(session, actor, award_id, lock=True)
    _refuse_own(actor, official)
    reason = " ".join(reason.split())
    if not 0 < len(reason) <= LONGEST_REASON:
        raise InvalidInputError("withdraw-reason")
    end_fact(session, award)
    details = {"id": award.id, "reason": reason}
    record(session, actor, action="award:withdraw", subject=f"official:{official.id}", details=details)


def get_award(
    session: Session, actor: Actor, award_id: int, *, lock: bool = False
) -> tuple[OfficialAward, OfficialHead]:
    """Return an award that stands, with its official, within the actor's units; raise :class:`NotFoundError`."""
    award = session.get(OfficialAward, award_id, with_for_update=lock or None, populate_existing=lock)
    if award is None or award.superseded_at is not None:
        raise NotFoundError("award-unknown")
    return award, get_official_by_id(session, actor, award.official_id)


def _require_recording(actor: Actor) -> None:
    if not is_granted(actor, Permission.APPRAISAL_RECORD):
        raise NotAllowedError


def _refuse_own(actor: Actor, official: OfficialHead) -> None:
    if official.id == actor.official_id:
        raise RuleViolationError("award-own")


def _checked(award: AwardInput) -> AwardInput:
    award = award.trimmed()
    if award.kind not in AWARD_KINDS:
        raise InvalidInputError("award-kind")
    if not (award.name and award.issuer and award.number):
        raise InvalidInputError("award-incomplete")
    if award.dated > clock.today():
        raise InvalidInputError("award-ahead")
    return award


def _refuse_double(session: Session, official_id: int, award: AwardInput) -> None:
    same = select(OfficialAward.id).where(
        known(OfficialAward),
        OfficialAward.official_id == official_id,
        OfficialAward.decree_number == award.number,
        OfficialAward.kind == award.kind,
    )
    if session.scalar(same) is not None:
        raise RuleViolationError("award-twice", number=award.number)


def _keep(
    session: Session,
    actor: Actor,
    official: OfficialHead,
    award: AwardInput,
    *,
    verb: str,
    former: OfficialAward | None = None,
) -> OfficialAward:
    _refuse_own(actor, official)
    kept = write_fact(
        session,
        OfficialAward,
        key={"official_id": official.id, "decree_number": award.number, "kind": award.kind},
        values={"name": award.name, "issuer": award.issuer, "dated": award.dated, "note": award.note},
        instead_of=former,
    )
    details = {"id": kept.id, "kind": award.kind, "number": award.number, "dated": award.dated.isoformat()}
    record(session, actor, action=f"award:{verb}", subject=f"official:{official.id}", details=details)
    return kept
