"""Tables of programmes, classes with their sessions and trainers, and who is enrolled."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from merit.db import Base, BigId, JSONText, intpk, official_fk, one_of, unit_fk
from merit.training.domain.states import ClassState, EnrolmentState
from merit.training.models.records import TRAINING_KINDS, TRAINING_PATHS


class Programme(Base):
    """What can be learnt: kind, hours (JP), competencies and levels aimed at, provider, usual quota and cost.

    ``training_code`` is the code gates ask for (PKA, PKP …), ``cost`` rupiah per participant, ``aims`` a list of
    ``{"competency", "level"}``.
    """

    __tablename__ = "training_programmes"
    __table_args__ = (
        one_of("kind", TRAINING_KINDS),
        one_of("path", TRAINING_PATHS),
        CheckConstraint("code <> ''", name="code_given"),
        CheckConstraint("name <> ''", name="name_given"),
        CheckConstraint("learning_hours > 0", name="hours_positive"),
        CheckConstraint("quota BETWEEN 1 AND 10000", name="quota_range"),
        CheckConstraint("cost >= 0", name="cost_not_negative"),
    )

    id: Mapped[intpk]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    kind: Mapped[str]
    path: Mapped[str]
    training_code: Mapped[str] = mapped_column(default="")
    provider: Mapped[str]
    learning_hours: Mapped[Decimal]
    quota: Mapped[int]
    cost: Mapped[int] = mapped_column(BigInteger)
    aims: Mapped[Any] = mapped_column(JSONText, default=list)
    description: Mapped[str] = mapped_column(default="")
    retired_at: Mapped[dt.datetime | None]
    row_version: Mapped[int] = mapped_column(default=1)
    created_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id"))
    created_at: Mapped[dt.datetime]


class TrainingClass(Base):
    """One run of a programme; ``starts`` and ``ends`` are the days of its first and last session.

    ``settings`` is a :class:`merit.training.domain.settings.ClassSettings` document.
    """

    __tablename__ = "training_classes"
    __table_args__ = (
        one_of("state", tuple(ClassState)),
        CheckConstraint("code <> ''", name="code_given"),
        CheckConstraint("quota BETWEEN 1 AND 10000", name="quota_range"),
        CheckConstraint("cost >= 0", name="cost_not_negative"),
        CheckConstraint("ends >= starts", name="period_order"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closing_signed"),
    )

    id: Mapped[intpk]
    code: Mapped[str] = mapped_column(unique=True)
    programme_id: Mapped[int] = mapped_column(BigId, ForeignKey("training_programmes.id"), index=True)
    name: Mapped[str]
    state: Mapped[str] = mapped_column(default=ClassState.PLANNED.value, index=True)
    starts: Mapped[dt.date] = mapped_column(index=True)
    ends: Mapped[dt.date]
    venue: Mapped[str]
    quota: Mapped[int]
    cost: Mapped[int] = mapped_column(BigInteger)
    settings: Mapped[Any] = mapped_column(JSONText)
    row_version: Mapped[int] = mapped_column(default=1)
    created_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id"))
    created_at: Mapped[dt.datetime]
    closed_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id"))
    closed_at: Mapped[dt.datetime | None]
    cancel_reason: Mapped[str] = mapped_column(default="")


class ClassTrainer(Base):
    """Who teaches a class; with ``official_id`` the person may show codes and mark attendance when signed in."""

    __tablename__ = "training_trainers"
    __table_args__ = (UniqueConstraint("class_id", "name"), CheckConstraint("name <> ''", name="name_given"))

    id: Mapped[intpk]
    class_id: Mapped[int] = mapped_column(BigId, ForeignKey("training_classes.id"))
    name: Mapped[str]
    official_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("officials.id"), index=True)


class ClassSession(Base):
    """One meeting of a class; ``learning_hours`` JP are counted for whoever attends all of it."""

    __tablename__ = "training_sessions"
    __table_args__ = (
        UniqueConstraint("class_id", "starts_at"),
        CheckConstraint("ends_at > starts_at", name="time_order"),
        CheckConstraint("learning_hours > 0", name="hours_positive"),
    )

    id: Mapped[intpk]
    class_id: Mapped[int] = mapped_column(BigId, ForeignKey("training_classes.id"))
    title: Mapped[str] = mapped_column(default="")
    starts_at: Mapped[dt.datetime] = mapped_column(index=True)
    ends_at: Mapped[dt.datetime]
    venue: Mapped[str] = mapped_column(default="")
    learning_hours: Mapped[Decimal]


class Enrolment(Base):
    """One official's place in a class, from nomination to invitation; ``place`` orders the waiting list.

    ``unit_id`` is where the official served when nominated: that unit decides.
    """

    __tablename__ = "training_enrolments"
    __table_args__ = (
        UniqueConstraint("class_id", "official_id"),
        one_of("state", tuple(EnrolmentState)),
        Index("ix_training_enrolments_class_state", "class_id", "state", "place"),
    )

    id: Mapped[intpk]
    class_id: Mapped[int] = mapped_column(BigId, ForeignKey("training_classes.id"))
    official_id: Mapped[official_fk] = mapped_column(index=True)
    unit_id: Mapped[unit_fk] = mapped_column(index=True)
    state: Mapped[str]
    place: Mapped[int]
    reason: Mapped[str] = mapped_column(default="")
    nominated_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id"))
    nominated_at: Mapped[dt.datetime]


class EnrolmentStep(Base):
    """One step of an enrolment: by whom, when, why; rows are only added."""

    __tablename__ = "training_enrolment_steps"
    __table_args__ = (one_of("state", tuple(EnrolmentState)),)

    id: Mapped[intpk]
    enrolment_id: Mapped[int] = mapped_column(BigId, ForeignKey("training_enrolments.id"), index=True)
    state: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id"))
    at: Mapped[dt.datetime]


class CalendarFeed(Base):
    """The private address of somebody's calendar; only a keyed reference of its token is kept."""

    __tablename__ = "training_feeds"

    id: Mapped[intpk]
    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("users.id"), index=True)
    token_reference: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[dt.datetime]
    revoked_at: Mapped[dt.datetime | None]
