"""Tables of evaluation: linked tests and anchors of a class, reactions, measured gains, ratings of use at work."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, column
from sqlalchemy.orm import Mapped, mapped_column

from merit.db import Base, BigId, JSONText, intpk, official_fk, one_of

GAIN_SCALES = ("level", "score")
RATER_GROUPS = ("superior", "peer")


class ClassEvaluation(Base):
    """How a class is evaluated: the sittings before and after it, and the anchors its use at work is rated by."""

    __tablename__ = "training_evaluations"
    __table_args__ = (
        CheckConstraint("before_id IS NULL OR after_id IS NULL OR before_id <> after_id", name="two_sittings"),
    )

    class_id: Mapped[int] = mapped_column(BigId, ForeignKey("training_classes.id"), primary_key=True)
    before_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("sittings.id"))
    after_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("sittings.id"))
    anchors: Mapped[Any] = mapped_column(JSONText)
    changed_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id"))
    changed_at: Mapped[dt.datetime]


class Reaction(Base):
    """One participant's reaction, kept without who wrote it or when; ``id`` is drawn, so order tells nothing."""

    __tablename__ = "training_reactions"

    id: Mapped[intpk]
    class_id: Mapped[int] = mapped_column(BigId, ForeignKey("training_classes.id"), index=True)
    marks: Mapped[Any] = mapped_column(JSONText)
    comment: Mapped[str] = mapped_column(default="")


class ReactionSlip(Base):
    """That a participant has reacted, so that nobody does twice; what was said is elsewhere."""

    __tablename__ = "training_reaction_slips"

    enrolment_id: Mapped[int] = mapped_column(BigId, ForeignKey("training_enrolments.id"), primary_key=True)


class ClassGain(Base):
    """Mean gain of a class on one competency with its standard error; a new computation supersedes the former."""

    __tablename__ = "training_gains"
    __table_args__ = (
        Index(
            "uq_training_gains_current",
            "class_id",
            "competency",
            unique=True,
            sqlite_where=column("superseded_at").is_(None),
            postgresql_where=column("superseded_at").is_(None),
        ),
        one_of("scale", GAIN_SCALES),
        CheckConstraint("persons > 0", name="somebody_measured"),
        CheckConstraint("se >= 0", name="se_not_negative"),
    )

    id: Mapped[intpk]
    class_id: Mapped[int] = mapped_column(BigId, ForeignKey("training_classes.id"))
    competency: Mapped[str]
    scale: Mapped[str]
    persons: Mapped[int]
    before: Mapped[Decimal]
    after: Mapped[Decimal]
    gain: Mapped[Decimal]
    se: Mapped[Decimal]
    low: Mapped[Decimal]
    high: Mapped[Decimal]
    computed_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id"))
    computed_at: Mapped[dt.datetime]
    superseded_at: Mapped[dt.datetime | None]


class TransferRater(Base):
    """Somebody asked to rate how a participant uses a training at work; ``marks`` is empty until answered."""

    __tablename__ = "training_transfer_raters"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "official_id"),
        one_of("rater_group", RATER_GROUPS),
        CheckConstraint("closes > opens", name="window_order"),
        CheckConstraint("(marks IS NULL) = (answered_at IS NULL)", name="answered_with_marks"),
    )

    id: Mapped[intpk]
    enrolment_id: Mapped[int] = mapped_column(BigId, ForeignKey("training_enrolments.id"))
    official_id: Mapped[official_fk] = mapped_column(index=True)
    rater_group: Mapped[str]
    opens: Mapped[dt.date]
    closes: Mapped[dt.date] = mapped_column(index=True)
    asked_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id"))
    asked_at: Mapped[dt.datetime]
    marks: Mapped[Any] = mapped_column(JSONText, nullable=True)
    answered_at: Mapped[dt.datetime | None]
