"""Selects of certificates and claims."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from merit.db import known
from merit.errors import NotFoundError
from merit.people.models import Official, OfficialRecord, OrgUnitRecord
from merit.people.queries.officials import full_name
from merit.security.permissions import Actor
from merit.training.domain.certificates import Held
from merit.training.models.certificates import CertificateClaim, TrainingCertificate
from merit.training.models.classes import Programme, TrainingClass
from merit.training.models.records import TrainingRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateLine:
    """A certificate with its holder, class and programme."""

    certificate: TrainingCertificate
    course: TrainingClass
    programme: Programme
    nip: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimLine:
    """A claim with its holder."""

    claim: CertificateClaim
    nip: str
    name: str
    unit: str


def find_certificate(session: Session, *, token: str = "", certificate_id: int = 0) -> CertificateLine:
    """Return a certificate by the token of its address or by id; raise :class:`NotFoundError`."""
    wanted = TrainingCertificate.token == token if token else TrainingCertificate.id == certificate_id
    rows = session.execute(_certificates().where(wanted)).all()
    if not rows:
        raise NotFoundError("certificate-unknown")
    return _certificate(rows[0])


def list_certificates(session: Session, actor: Actor, *, class_id: int) -> list[CertificateLine]:
    """Return the certificates of a class by number, those of officials now in the actor's units."""
    statement = _certificates().where(TrainingCertificate.class_id == class_id)
    if actor.unit_ids is not None:
        statement = statement.where(OfficialRecord.unit_id.in_(actor.unit_ids))
    return [_certificate(row) for row in session.execute(statement.order_by(TrainingCertificate.number))]


def own_certificates(session: Session, official_id: int) -> list[CertificateLine]:
    """Return an official's certificates, the newest first."""
    statement = _certificates().where(TrainingCertificate.official_id == official_id)
    return [_certificate(row) for row in session.execute(statement.order_by(TrainingCertificate.dated.desc()))]


def get_claim(session: Session, actor: Actor, claim_id: int) -> ClaimLine:
    """Return a claim within the actor's units, or one's own; raise :class:`NotFoundError`."""
    row = session.execute(_claims().where(CertificateClaim.id == claim_id)).one_or_none()
    found = None if row is None else _claim(row)
    if found is None or not (
        found.claim.official_id == actor.official_id or actor.unit_ids is None or found.claim.unit_id in actor.unit_ids
    ):
        raise NotFoundError("claim-unknown")
    return found


def count_claims(session: Session, actor: Actor, **narrowed: Any) -> int:
    """Return how many claims the filters and the actor's units leave."""
    inner = _narrowed(_claims(), actor, **narrowed).with_only_columns(CertificateClaim.id).subquery()
    return session.scalar(select(func.count()).select_from(inner)) or 0


def list_claims(
    session: Session, actor: Actor, *, limit: int | None = None, offset: int = 0, **narrowed: Any
) -> list[ClaimLine]:
    """Return claims, those waiting longest first; filters are ``state`` and ``text``."""
    statement = _narrowed(_claims(), actor, **narrowed).order_by(CertificateClaim.submitted_at, CertificateClaim.id)
    return [_claim(row) for row in session.execute(statement.limit(limit).offset(offset))]


def own_claims(session: Session, official_id: int) -> list[CertificateClaim]:
    """Return an official's claims, the newest first."""
    statement = select(CertificateClaim).where(CertificateClaim.official_id == official_id)
    return list(session.scalars(statement.order_by(CertificateClaim.id.desc())))


def held_trainings(session: Session, official_id: int) -> list[Held]:
    """Return the trainings an official has on record now."""
    statement = select(
        TrainingRecord.name, TrainingRecord.starts, TrainingRecord.ends, TrainingRecord.certificate_number
    ).where(known(TrainingRecord), TrainingRecord.official_id == official_id)
    return [Held(*row) for row in session.execute(statement.order_by(TrainingRecord.starts))]


def source_of(session: Session, row: Mapping[str, Any]) -> tuple[str, str]:
    """Return where a training record was made here: ("class", its code), ("claim", its id), or ("", "").

    Numbers of certificates given here are unique, and a claim's number is so among an official's records.
    """
    number, official_id = row["certificate_number"], row["official_id"]
    if not number:
        return "", ""
    code = session.scalar(
        select(TrainingClass.code)
        .join(TrainingCertificate, TrainingCertificate.class_id == TrainingClass.id)
        .where(TrainingCertificate.number == number, TrainingCertificate.official_id == official_id)
    )
    if code is not None:
        return "class", str(code)
    claim = session.scalar(
        select(CertificateClaim.id)
        .where(CertificateClaim.official_id == official_id, CertificateClaim.number == number)
        .where(CertificateClaim.state == "accepted", CertificateClaim.name == row["name"])
        .limit(1)
    )
    return ("", "") if claim is None else ("claim", str(claim))


def _certificates() -> Any:
    return (
        select(
            TrainingCertificate,
            TrainingClass,
            Programme,
            Official.nip,
            OfficialRecord.name,
            OfficialRecord.title_before,
            OfficialRecord.title_after,
        )
        .join(TrainingClass, TrainingClass.id == TrainingCertificate.class_id)
        .join(Programme, Programme.id == TrainingClass.programme_id)
        .join(Official, Official.id == TrainingCertificate.official_id)
        .outerjoin(OfficialRecord, and_(OfficialRecord.official_id == Official.id, known(OfficialRecord)))
    )


def _certificate(row: Any) -> CertificateLine:
    name = full_name(row[4] or row[3], row[5] or "", row[6] or "")
    return CertificateLine(certificate=row[0], course=row[1], programme=row[2], nip=row[3], name=name)


def _claims() -> Any:
    return (
        select(
            CertificateClaim,
            Official.nip,
            OfficialRecord.name,
            OfficialRecord.title_before,
            OfficialRecord.title_after,
            func.coalesce(OrgUnitRecord.name, "").label("unit_name"),
        )
        .join(Official, Official.id == CertificateClaim.official_id)
        .outerjoin(OfficialRecord, and_(OfficialRecord.official_id == Official.id, known(OfficialRecord)))
        .outerjoin(OrgUnitRecord, and_(OrgUnitRecord.unit_id == CertificateClaim.unit_id, known(OrgUnitRecord)))
    )


def _claim(row: Any) -> ClaimLine:
    return ClaimLine(
        claim=row[0], nip=row[1], name=full_name(row[2] or row[1], row[3] or "", row[4] or ""), unit=row[5]
    )


def _narrowed(statement: Any, actor: Actor, *, state: str = "", text: str = "") -> Any:
    if actor.unit_ids is not None:
        statement = statement.where(CertificateClaim.unit_id.in_(actor.unit_ids))
    if state:
        statement = statement.where(CertificateClaim.state == state)
    for word in text.lower().split():
        like = f"%{word}%"
        named = (OfficialRecord.name, CertificateClaim.name, CertificateClaim.number)
        statement = statement.where(or_(*(func.lower(each).like(like) for each in named), Official.nip.like(like)))
    return statement
