"""Calibrations of items on the scale of a competency

Revision ID: 0005
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from merit.assessment import triggers

revision = "0005"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "calibrations",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("competency", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("previous_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("log_likelihood", sa.Double(), nullable=False),
        sa.Column("iterations", sa.Integer(), nullable=False),
        sa.Column("converged", sa.Boolean(), nullable=False),
        sa.Column("settings", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("left_out", sa.Text(), nullable=False),
        sa.Column("problems", sa.Text(), nullable=False),
        sa.Column("inputs_sha256", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("made_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_note", sa.Text(), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'draft') = (decided_at IS NULL)", name=op.f("ck_calibrations_decision_dated")),
        sa.CheckConstraint("competency <> ''", name=op.f("ck_calibrations_competency_given")),
        sa.CheckConstraint(
            "model = '1pl' OR model = '2pl' OR model = '3pl' OR model = 'grm' OR model = 'gpcm' OR model = 'pcm'",
            name=op.f("ck_calibrations_model_known"),
        ),
        sa.CheckConstraint("state <> 'refused' OR decision_note <> ''", name=op.f("ck_calibrations_refusal_explained")),
        sa.CheckConstraint(
            "state = 'draft' OR state = 'in_force' OR state = 'superseded' OR state = 'refused'",
            name=op.f("ck_calibrations_state_known"),
        ),
        sa.CheckConstraint("decided_by IS NULL OR decided_by <> made_by", name=op.f("ck_calibrations_two_persons")),
        sa.CheckConstraint("persons >= 0 AND items >= 0", name=op.f("ck_calibrations_counts_not_negative")),
        sa.ForeignKeyConstraint(["decided_by"], ["users.id"], name=op.f("fk_calibrations_decided_by")),
        sa.ForeignKeyConstraint(["made_by"], ["users.id"], name=op.f("fk_calibrations_made_by")),
        sa.ForeignKeyConstraint(["previous_id"], ["calibrations.id"], name=op.f("fk_calibrations_previous_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calibrations")),
        sa.UniqueConstraint("competency", "number", name=op.f("uq_calibrations_competency_number")),
    )
    op.create_index(
        "uq_calibrations_in_force",
        "calibrations",
        ["competency"],
        unique=True,
        sqlite_where=sa.text("state = 'in_force'"),
        postgresql_where=sa.text("state = 'in_force'"),
    )
    op.create_table(
        "calibration_items",
        sa.Column("calibration_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("is_anchor", sa.Boolean(), nullable=False),
        sa.Column("discrimination", sa.Double(), nullable=False),
        sa.Column("thresholds", sa.Text(), nullable=False),
        sa.Column("guessing", sa.Double(), nullable=False),
        sa.Column("steps", sa.Text(), nullable=False),
        sa.Column("own", sa.Text(), nullable=False),
        sa.Column("standard_errors", sa.Text(), nullable=False),
        sa.Column("fit", sa.Text(), nullable=False),
        sa.Column("displacement", sa.Double(), nullable=True),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.Column("flags", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "model = '1pl' OR model = '2pl' OR model = '3pl' OR model = 'grm' OR model = 'gpcm' OR model = 'pcm'",
            name=op.f("ck_calibration_items_model_known"),
        ),
        sa.CheckConstraint(
            "origin = 'estimated' OR origin = 'fixed' OR origin = 'carried'",
            name=op.f("ck_calibration_items_origin_known"),
        ),
        sa.CheckConstraint("persons >= 0", name=op.f("ck_calibration_items_persons_not_negative")),
        sa.ForeignKeyConstraint(
            ["calibration_id"], ["calibrations.id"], name=op.f("fk_calibration_items_calibration_id")
        ),
        sa.ForeignKeyConstraint(["version_id"], ["item_versions.id"], name=op.f("fk_calibration_items_version_id")),
        sa.PrimaryKeyConstraint("calibration_id", "version_id", name=op.f("pk_calibration_items")),
    )
    op.create_index(op.f("ix_calibration_items_version_id"), "calibration_items", ["version_id"], unique=False)
    op.create_table(
        "calibration_sources",
        sa.Column("calibration_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("score_version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.Column("items", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint("persons >= 0", name=op.f("ck_calibration_sources_persons_not_negative")),
        sa.ForeignKeyConstraint(
            ["calibration_id"], ["calibrations.id"], name=op.f("fk_calibration_sources_calibration_id")
        ),
        sa.ForeignKeyConstraint(
            ["score_version_id"], ["score_versions.id"], name=op.f("fk_calibration_sources_score_version_id")
        ),
        sa.PrimaryKeyConstraint("calibration_id", "score_version_id", name=op.f("pk_calibration_sources")),
    )
    triggers.install_later(op.get_bind(), "calibrations", "calibration_items", "calibration_sources")
