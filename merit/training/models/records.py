"""Tables of training records."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from merit.db import Base, Fact, current_key, intpk, official_fk, one_of

TRAINING_KINDS = ("kepemimpinan", "fungsional", "teknis", "sosial_kultural", "seminar", "lainnya")
TRAINING_PATHS = ("klasikal", "nonklasikal")


class TrainingRecord(Fact, Base):
    """A training attended; ``transfer`` is the level-3 evaluation of its use at work (0-100)."""

    __tablename__ = "training_records"
    __table_args__ = (
        current_key("training_records", "official_id", "name", "starts", "ends", "certificate_number"),
        one_of("kind", TRAINING_KINDS, nullable=True),
        one_of("path", TRAINING_PATHS, nullable=True),
        CheckConstraint("ends >= starts", name="period_order"),
        CheckConstraint("learning_hours >= 0", name="hours_not_negative"),
        CheckConstraint("transfer IS NULL OR transfer BETWEEN 0 AND 100000000", name="transfer_range"),
        CheckConstraint("transfer_se IS NULL OR transfer_se >= 0", name="transfer_se_not_negative"),
    )

    id: Mapped[intpk]
    official_id: Mapped[official_fk]
    name: Mapped[str]
    code: Mapped[str] = mapped_column(default="")
    kind: Mapped[str | None]
    path: Mapped[str | None]
    provider: Mapped[str]
    starts: Mapped[dt.date]
    ends: Mapped[dt.date]
    learning_hours: Mapped[Decimal]
    grade_text: Mapped[str] = mapped_column(default="")
    certificate_number: Mapped[str] = mapped_column(default="")
    transfer: Mapped[Decimal | None]
    transfer_se: Mapped[Decimal | None]
