"""Adaptive sittings: frozen pools, steps, shadow runs.

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from merit.assessment import triggers

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Apply."""
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "adaptive_pools",
        sa.Column("id", big, nullable=False),
        sa.Column("sitting_id", big, nullable=False),
        sa.Column("section", sa.SmallInteger(), nullable=False),
        sa.Column("competency", sa.Text(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("rows", sa.Text(), nullable=False),
        sa.Column("cuts", sa.Text(), nullable=True),
        sa.Column("enemies", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("competency <> ''", name=op.f("ck_adaptive_pools_competency_given")),
        sa.ForeignKeyConstraint(["sitting_id"], ["sittings.id"], name=op.f("fk_adaptive_pools_sitting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adaptive_pools")),
        sa.UniqueConstraint("sitting_id", "section", name=op.f("uq_adaptive_pools_sitting_id_section")),
    )
    op.create_table(
        "adaptive_pool_items",
        sa.Column("pool_id", big, nullable=False),
        sa.Column("version_id", big, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=True),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("discrimination", sa.Float(), nullable=False),
        sa.Column("thresholds", sa.Text(), nullable=False),
        sa.Column("guessing", sa.Float(), nullable=False),
        sa.Column("steps", sa.Text(), nullable=False),
        sa.Column("row_numbers", sa.Text(), nullable=False),
        sa.Column("exposure", sa.Float(), nullable=False),
        sa.Column("calibration_id", big, nullable=False),
        sa.ForeignKeyConstraint(
            ["calibration_id"], ["calibrations.id"], name=op.f("fk_adaptive_pool_items_calibration_id")
        ),
        sa.ForeignKeyConstraint(["pool_id"], ["adaptive_pools.id"], name=op.f("fk_adaptive_pool_items_pool_id")),
        sa.ForeignKeyConstraint(["version_id"], ["item_versions.id"], name=op.f("fk_adaptive_pool_items_version_id")),
        sa.PrimaryKeyConstraint("pool_id", "version_id", name=op.f("pk_adaptive_pool_items")),
    )
    op.create_table(
        "adaptive_steps",
        sa.Column("attempt_id", big, nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("pool_id", big, nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=True),
        sa.Column("version_id", big, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("theta", sa.Float(), nullable=False),
        sa.Column("error", sa.Float(), nullable=False),
        sa.Column("information", sa.Float(), nullable=True),
        sa.Column("seed", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(position IS NULL) = (version_id IS NULL)", name=op.f("ck_adaptive_steps_item_has_place")),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_adaptive_steps_reason_given")),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempts.id"], name=op.f("fk_adaptive_steps_attempt_id")),
        sa.ForeignKeyConstraint(["pool_id"], ["adaptive_pools.id"], name=op.f("fk_adaptive_steps_pool_id")),
        sa.ForeignKeyConstraint(["version_id"], ["item_versions.id"], name=op.f("fk_adaptive_steps_version_id")),
        sa.PrimaryKeyConstraint("attempt_id", "number", name=op.f("pk_adaptive_steps")),
        sa.UniqueConstraint("attempt_id", "position", name=op.f("uq_adaptive_steps_attempt_id_position")),
    )
    op.create_index(op.f("ix_adaptive_steps_pool_id"), "adaptive_steps", ["pool_id"], unique=False)
    op.create_table(
        "adaptive_replays",
        sa.Column("id", big, nullable=False),
        sa.Column("sitting_id", big, nullable=False),
        sa.Column("competency", sa.Text(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("calibrations", sa.Text(), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("made_by", big, nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["made_by"], ["users.id"], name=op.f("fk_adaptive_replays_made_by")),
        sa.ForeignKeyConstraint(["sitting_id"], ["sittings.id"], name=op.f("fk_adaptive_replays_sitting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adaptive_replays")),
    )
    op.create_index(op.f("ix_adaptive_replays_sitting_id"), "adaptive_replays", ["sitting_id"], unique=False)
    triggers.install_later(op.get_bind(), "adaptive_pools", "adaptive_pool_items", "adaptive_steps", "adaptive_replays")
