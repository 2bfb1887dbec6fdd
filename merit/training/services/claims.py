"""Certificates from elsewhere: hand in, verify for the unit, accept by BKPSDM, refuse, withdraw."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import re
import secrets
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from merit import clock
from merit.assessment.queries.rosters import people_of
from merit.audit.services import record
from merit.db import get_database
from merit.errors import InvalidInputError, NotAllowedError, NotFoundError, RuleViolationError
from merit.security.permissions import Actor, Permission, is_granted
from merit.security.policy import reaches_unit
from merit.training.domain.certificates import MAX_BYTES, folded, media_type_of, same_as
from merit.training.domain.states import CLAIM_STEPS, LIVING_CLAIMS, ClaimState
from merit.training.models.certificates import CertificateClaim, TrainingCertificate
from merit.training.models.records import TrainingRecord
from merit.training.queries.certificates import get_claim, held_trainings
from merit.training.services.telling import tell_claim

_NAME = re.compile(r"[^\w .()-]+")
_LIVING = tuple(sorted(LIVING_CLAIMS))


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimInput:
    """A certificate as its holder describes it."""

    name: str
    kind: str
    path: str
    provider: str
    starts: dt.date
    ends: dt.date
    learning_hours: Decimal
    number: str


def submit_claim(
    session: Session, actor: Actor, *, claimed: ClaimInput, data: bytes, file_name: str
) -> CertificateClaim:
    """Hand in one's own certificate; the same file, number or training counts once."""
    if actor.official_id is None or not is_granted(actor, Permission.SELF_READ):
        raise NotAllowedError
    media_type = media_type_of(data)
    if not media_type or len(data) > MAX_BYTES:
        raise InvalidInputError("claim-file")
    if claimed.ends < claimed.starts:
        raise InvalidInputError("period-order")
    if claimed.ends > clock.today():
        raise InvalidInputError("claim-in-future")
    sha256 = hashlib.sha256(data).hexdigest()
    _require_new(session, actor.official_id, claimed, sha256)
    unit_id = people_of(session, [actor.official_id])[actor.official_id][2]
    if unit_id is None:
        raise RuleViolationError("nominee-unknown")
    _keep(sha256, data)
    claim = CertificateClaim(
        official_id=actor.official_id,
        unit_id=unit_id,
        state=ClaimState.SUBMITTED.value,
        name=claimed.name,
        kind=claimed.kind,
        path=claimed.path,
        provider=claimed.provider,
        provider_key=folded(claimed.provider),
        starts=claimed.starts,
        ends=claimed.ends,
        learning_hours=claimed.learning_hours,
        number=claimed.number,
        number_key=folded(claimed.number),
        file_name=_NAME.sub("", Path(file_name.replace("\\", "/")).name)[:100] or "sertifikat",
        media_type=media_type,
        sha256=sha256,
        submitted_at=clock.now(),
    )
    session.add(claim)
    try:
        session.flush()
    except IntegrityError as error:  # the same sent twice at the same moment
        raise RuleViolationError("claim-file-twice") from error
    _note(session, actor, claim, "submit")
    return claim


def verify_claim(session: Session, actor: Actor, *, claim_id: int) -> CertificateClaim:
    """Verify a claim for the unit; never one's own."""
    claim = _decidable(session, actor, claim_id, ClaimState.VERIFIED)
    claim.state, claim.unit_by, claim.unit_at = ClaimState.VERIFIED.value, actor.user_id, clock.now()
    session.flush()
    _note(session, actor, claim, "verify")
    return claim


def accept_claim(session: Session, actor: Actor, *, claim_id: int) -> CertificateClaim:
    """Accept a claim the unit verified, as somebody else than that; it becomes a training record."""
    if not is_granted(actor, Permission.TRAINING_MANAGE):
        raise NotAllowedError
    claim = _decidable(session, actor, claim_id, ClaimState.ACCEPTED)
    if actor.user_id is not None and claim.unit_by == actor.user_id:
        raise RuleViolationError("claim-two-persons")
    held = held_trainings(session, claim.official_id)
    if same_as(claim.name, claim.starts, claim.ends, claim.number, held):
        raise RuleViolationError("claim-on-record")
    now = clock.now()
    claim.state, claim.agency_by, claim.agency_at = ClaimState.ACCEPTED.value, actor.user_id, now
    session.add(
        TrainingRecord(
            official_id=claim.official_id,
            name=claim.name,
            kind=claim.kind,
            path=claim.path,
            provider=claim.provider,
            starts=claim.starts,
            ends=claim.ends,
            learning_hours=claim.learning_hours,
            certificate_number=claim.number,
            recorded_at=now,
        )
    )
    session.flush()
    _note(session, actor, claim, "accept")
    return claim


def refuse_claim(session: Session, actor: Actor, *, claim_id: int, reason: str) -> CertificateClaim:
    """Refuse a claim with a reason its holder reads; one the unit verified only by BKPSDM."""
    if not reason.strip():
        raise InvalidInputError("enrolment-reason")
    claim = _decidable(session, actor, claim_id, ClaimState.REFUSED)
    if claim.state == ClaimState.VERIFIED and not is_granted(actor, Permission.TRAINING_MANAGE):
        raise NotAllowedError
    claim.state, claim.reason = ClaimState.REFUSED.value, reason.strip()
    session.flush()
    _note(session, actor, claim, "refuse")
    return claim


def withdraw_claim(session: Session, actor: Actor, *, claim_id: int) -> CertificateClaim:
    """Take one's own claim back before it is decided."""
    claim = get_claim(session, actor, claim_id).claim
    if actor.official_id is None or claim.official_id != actor.official_id:
        raise NotAllowedError
    session.refresh(claim, with_for_update=True)
    _require_step(claim, ClaimState.WITHDRAWN)
    claim.state = ClaimState.WITHDRAWN.value
    session.flush()
    _note(session, actor, claim, "withdraw")
    return claim


def claim_file(claim: CertificateClaim) -> bytes:
    """Return the file of a claim; raise :class:`NotFoundError` where the disk has lost it."""
    try:
        return _path(claim.sha256).read_bytes()
    except FileNotFoundError as error:
        raise NotFoundError("claim-file-lost") from error


def _require_new(session: Session, official_id: int, claimed: ClaimInput, sha256: str) -> None:
    living = CertificateClaim.state.in_(_LIVING)
    if session.scalar(select(CertificateClaim.id).where(living, CertificateClaim.sha256 == sha256).limit(1)):
        raise RuleViolationError("claim-file-twice")
    same_number = select(CertificateClaim.id).where(
        living,
        CertificateClaim.number_key == folded(claimed.number),
        or_(CertificateClaim.provider_key == folded(claimed.provider), CertificateClaim.official_id == official_id),
    )
    given = select(TrainingCertificate.id).where(TrainingCertificate.number == claimed.number)
    if session.scalar(same_number.limit(1)) or session.scalar(given.limit(1)):
        raise RuleViolationError("claim-number-twice", number=claimed.number)
    held = held_trainings(session, official_id)
    if same_as(claimed.name, claimed.starts, claimed.ends, claimed.number, held):
        raise RuleViolationError("claim-on-record")


def _decidable(session: Session, actor: Actor, claim_id: int, state: ClaimState) -> CertificateClaim:
    claim = get_claim(session, actor, claim_id).claim
    if not (is_granted(actor, Permission.TRAINING_NOMINATE) and reaches_unit(actor, claim.unit_id)):
        raise NotAllowedError
    if actor.official_id == claim.official_id:
        raise RuleViolationError("claim-own")
    session.refresh(claim, with_for_update=True)
    _require_step(claim, state)
    return claim


def _require_step(claim: CertificateClaim, state: ClaimState) -> None:
    if state not in CLAIM_STEPS[ClaimState(claim.state)]:
        raise RuleViolationError("claim-step")


def _note(session: Session, actor: Actor, claim: CertificateClaim, verb: str) -> None:
    record(session, actor, action=f"claim:{verb}", subject=f"claim:{claim.id}", details={"sha256": claim.sha256})
    tell_claim(session, actor, claim)


def _path(sha256: str) -> Path:
    return get_database().settings.files_path / "claims" / sha256


def _keep(sha256: str, data: bytes) -> None:
    """Write the file whole or not at all; one already there is the same."""
    path = _path(sha256)
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{sha256}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
