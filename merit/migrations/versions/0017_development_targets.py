"""Development: target posts, why somebody was nominated, what a plan nominated.

Revision ID: 0017
Revises: 0016
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def _big() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the tables."""
    _add_training_targets()
    _add_training_nomination_needs()
    _add_training_plan_nominations()


def _add_training_targets() -> None:
    op.create_table(
        "training_targets",
        sa.Column("id", _big(), nullable=False),
        sa.Column("official_id", _big(), nullable=False),
        sa.Column("position_id", _big(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("chosen_by", _big(), nullable=True),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by", _big(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("ended_by IS NULL OR ended_at IS NOT NULL", name=op.f("ck_training_targets_ending_dated")),
        sa.ForeignKeyConstraint(["chosen_by"], ["users.id"], name=op.f("fk_training_targets_chosen_by")),
        sa.ForeignKeyConstraint(["ended_by"], ["users.id"], name=op.f("fk_training_targets_ended_by")),
        sa.ForeignKeyConstraint(["official_id"], ["officials.id"], name=op.f("fk_training_targets_official_id")),
        sa.ForeignKeyConstraint(["position_id"], ["positions.id"], name=op.f("fk_training_targets_position_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_targets")),
    )
    op.create_index(op.f("ix_training_targets_official_id"), "training_targets", ["official_id"], unique=False)
    op.create_index(
        "uq_training_targets_current",
        "training_targets",
        ["official_id", "position_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def _add_training_nomination_needs() -> None:
    op.create_table(
        "training_nomination_needs",
        sa.Column("step_id", _big(), nullable=False),
        sa.Column("competency", sa.Text(), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("se", sa.BigInteger(), nullable=False),
        sa.Column("standard", sa.SmallInteger(), nullable=False),
        sa.Column("expected", sa.BigInteger(), nullable=False),
        sa.Column("below", sa.BigInteger(), nullable=False),
        sa.Column("result_id", _big(), nullable=False),
        sa.Column("position_id", _big(), nullable=True),
        sa.CheckConstraint("level BETWEEN 1 AND 5", name=op.f("ck_training_nomination_needs_level_range")),
        sa.CheckConstraint("standard BETWEEN 1 AND 5", name=op.f("ck_training_nomination_needs_standard_range")),
        sa.CheckConstraint("expected > 0", name=op.f("ck_training_nomination_needs_gap_positive")),
        sa.ForeignKeyConstraint(
            ["position_id"], ["positions.id"], name=op.f("fk_training_nomination_needs_position_id")
        ),
        sa.ForeignKeyConstraint(
            ["result_id"], ["competency_results.id"], name=op.f("fk_training_nomination_needs_result_id")
        ),
        sa.ForeignKeyConstraint(
            ["step_id"], ["training_enrolment_steps.id"], name=op.f("fk_training_nomination_needs_step_id")
        ),
        sa.PrimaryKeyConstraint("step_id", "competency", name=op.f("pk_training_nomination_needs")),
    )


def _add_training_plan_nominations() -> None:
    op.create_table(
        "training_plan_nominations",
        sa.Column("plan_id", _big(), nullable=False),
        sa.Column("enrolment_id", _big(), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["training_enrolments.id"], name=op.f("fk_training_plan_nominations_enrolment_id")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["training_plans.id"], name=op.f("fk_training_plan_nominations_plan_id")),
        sa.PrimaryKeyConstraint("plan_id", "enrolment_id", name=op.f("pk_training_plan_nominations")),
    )
