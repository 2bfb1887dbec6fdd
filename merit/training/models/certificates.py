"""Tables of certificates: those a class gives, and those officials bring from elsewhere."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from merit.db import Base, BigId, intpk, official_fk, one_of, unit_fk
from merit.training.domain.states import ClaimState
from merit.training.models.records import TRAINING_KINDS, TRAINING_PATHS

_LIVING = text("state <> 'refused' AND state <> 'withdrawn'")


class TrainingCertificate(Base):
    """A numbered certificate of a class; ``token`` is in the address of its public verification page."""

    __tablename__ = "training_certificates"
    __table_args__ = (
        CheckConstraint("number <> ''", name="number_given"),
        CheckConstraint("(revoked_at IS NULL) = (revoke_reason = '')", name="revoked_with_reason"),
        CheckConstraint("valid_until IS NULL OR valid_until >= dated", name="validity_order"),
    )

    id: Mapped[intpk]
    number: Mapped[str] = mapped_column(unique=True)
    token: Mapped[str] = mapped_column(unique=True)
    class_id: Mapped[int] = mapped_column(BigId, ForeignKey("training_classes.id"), index=True)
    enrolment_id: Mapped[int] = mapped_column(BigId, ForeignKey("training_enrolments.id"), unique=True)
    official_id: Mapped[official_fk] = mapped_column(index=True)
    learning_hours: Mapped[Decimal]
    dated: Mapped[dt.date]
    valid_until: Mapped[dt.date | None]
    issued_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id"))
    issued_at: Mapped[dt.datetime]
    revoked_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id"))
    revoked_at: Mapped[dt.datetime | None]
    revoke_reason: Mapped[str] = mapped_column(default="")


class CertificateClaim(Base):
    """A certificate from elsewhere, uploaded by its holder; two persons verify it: the unit, then BKPSDM.

    The same file or the same number of the same provider stands once among the living claims.
    """

    __tablename__ = "training_claims"
    __table_args__ = (
        one_of("state", tuple(ClaimState)),
        one_of("kind", TRAINING_KINDS),
        one_of("path", TRAINING_PATHS),
        CheckConstraint("number <> ''", name="number_given"),
        CheckConstraint("ends >= starts", name="period_order"),
        CheckConstraint("learning_hours > 0", name="hours_positive"),
        CheckConstraint("unit_by IS NULL OR agency_by IS NULL OR unit_by <> agency_by", name="two_verifiers"),
        Index("uq_training_claims_file", "sha256", unique=True, sqlite_where=_LIVING, postgresql_where=_LIVING),
        Index(
            "uq_training_claims_number",
            "provider_key",
            "number_key",
            unique=True,
            sqlite_where=_LIVING,
            postgresql_where=_LIVING,
        ),
    )

    id: Mapped[intpk]
    official_id: Mapped[official_fk] = mapped_column(index=True)
    unit_id: Mapped[unit_fk] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(default=ClaimState.SUBMITTED.value, index=True)
    name: Mapped[str]
    kind: Mapped[str]
    path: Mapped[str]
    provider: Mapped[str]
    provider_key: Mapped[str]
    starts: Mapped[dt.date]
    ends: Mapped[dt.date]
    learning_hours: Mapped[Decimal]
    number: Mapped[str]
    number_key: Mapped[str]
    file_name: Mapped[str]
    media_type: Mapped[str]
    sha256: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    submitted_at: Mapped[dt.datetime]
    unit_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id"))
    unit_at: Mapped[dt.datetime | None]
    agency_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id"))
    agency_at: Mapped[dt.datetime | None]
