"""Tables of development: gaps per unit as last counted, target posts, why somebody was nominated, yearly plans."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, SmallInteger, column
from sqlalchemy.orm import Mapped, mapped_column

from merit.db import Base, BigId, JSONText, intpk, official_fk, one_of, unit_fk

PLAN_STATES = ("queued", "solved", "handed")
SHOWN_PLAN_STATES = ("queued", "failed", "solved", "handed")
PLAN_OUTCOMES = ("chosen", "waiting")


class GapCount(Base):
    """One count of the gaps of all officials, on a day."""

    __tablename__ = "training_gap_counts"

    id: Mapped[intpk]
    as_of: Mapped[dt.date]
    counted_at: Mapped[dt.datetime]
    officials: Mapped[int]


class UnitGap(Base):
    """Gap of a unit's own officials on one competency: ``below`` expected number below the standard, ``gap`` levels."""

    __tablename__ = "training_unit_gaps"
    __table_args__ = (CheckConstraint("measured <= officials", name="measured_among_officials"),)

    count_id: Mapped[int] = mapped_column(BigId, ForeignKey("training_gap_counts.id"), primary_key=True)
    unit_id: Mapped[unit_fk] = mapped_column(primary_key=True)
    competency: Mapped[str] = mapped_column(primary_key=True)
    officials: Mapped[int]
    measured: Mapped[int]
    below: Mapped[Decimal]
    gap: Mapped[Decimal]


class DevelopmentTarget(Base):
    """A post somebody prepares for; ended, never overwritten, and no promise of anything."""

    __tablename__ = "training_targets"
    __table_args__ = (
        CheckConstraint("ended_by IS NULL OR ended_at IS NOT NULL", name="ending_dated"),
        Index(
            "uq_training_targets_current",
            "official_id",
            "position_id",
            unique=True,
            sqlite_where=column("ended_at").is_(None),
            postgresql_where=column("ended_at").is_(None),
        ),
    )

    id: Mapped[intpk]
    official_id: Mapped[official_fk] = mapped_column(index=True)
    position_id: Mapped[int] = mapped_column(BigId, ForeignKey("positions.id"))
    note: Mapped[str] = mapped_column(default="")
    chosen_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id"))
    chosen_at: Mapped[dt.datetime]
    ended_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id"))
    ended_at: Mapped[dt.datetime | None]


class NominationNeed(Base):
    """The gap a nomination answers: level with ``se``, standard, ``expected`` levels short, ``below`` P(L < standard).

    ``position_id`` is the target post the standard is of, NULL for the post held; ``result_id`` the result measured.
    """

    __tablename__ = "training_nomination_needs"
    __table_args__ = (
        CheckConstraint("level BETWEEN 1 AND 5", name="level_range"),
        CheckConstraint("standard BETWEEN 1 AND 5", name="standard_range"),
        CheckConstraint("expected > 0", name="gap_positive"),
    )

    step_id: Mapped[int] = mapped_column(BigId, ForeignKey("training_enrolment_steps.id"), primary_key=True)
    competency: Mapped[str] = mapped_column(primary_key=True)
    level: Mapped[int] = mapped_column(SmallInteger)
    se: Mapped[Decimal]
    standard: Mapped[int] = mapped_column(SmallInteger)
    expected: Mapped[Decimal]
    below: Mapped[Decimal]
    result_id: Mapped[int] = mapped_column(BigId, ForeignKey("competency_results.id"))
    position_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("positions.id"))


class TrainingPlan(Base):
    """A yearly plan: what it was asked (``settings``) and what came out (``summary``).

    Whether its job failed, and why, is the job's to tell: see :func:`merit.training.queries.plans.plan_line`.
    """

    __tablename__ = "training_plans"
    __table_args__ = (
        one_of("state", PLAN_STATES),
        CheckConstraint("budget >= 0", name="budget_not_negative"),
        CheckConstraint("year BETWEEN 2000 AND 2100", name="year_range"),
    )

    id: Mapped[intpk]
    year: Mapped[int] = mapped_column(SmallInteger)
    name: Mapped[str]
    state: Mapped[str] = mapped_column(default="queued")
    budget: Mapped[int] = mapped_column(BigInteger)
    settings: Mapped[Any] = mapped_column(JSONText)
    summary: Mapped[Any] = mapped_column(JSONText, default=dict)
    job_id: Mapped[int | None] = mapped_column(BigId)
    made_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id"))
    made_at: Mapped[dt.datetime]


class PlanPlace(Base):
    """One official and one class in a plan: chosen, or waiting for the class that would help most, and why."""

    __tablename__ = "training_plan_places"
    __table_args__ = (
        one_of("outcome", PLAN_OUTCOMES),
        Index("ix_training_plan_places_plan_outcome", "plan_id", "outcome", "class_id"),
    )

    plan_id: Mapped[int] = mapped_column(BigId, ForeignKey("training_plans.id"), primary_key=True)
    official_id: Mapped[official_fk] = mapped_column(primary_key=True)
    class_id: Mapped[int] = mapped_column(BigId, ForeignKey("training_classes.id"), primary_key=True)
    unit_id: Mapped[unit_fk]
    outcome: Mapped[str]
    reason: Mapped[str]
    value: Mapped[Decimal]
    short: Mapped[Decimal]


class PlanNomination(Base):
    """An enrolment that a plan's hand-over made, so that it can be taken back."""

    __tablename__ = "training_plan_nominations"

    plan_id: Mapped[int] = mapped_column(BigId, ForeignKey("training_plans.id"), primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(BigId, ForeignKey("training_enrolments.id"), primary_key=True)
