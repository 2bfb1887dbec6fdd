"""Training evaluation and development: reactions, gains, use at work, gaps per unit, yearly plans.

Revision ID: 0014
Revises: 0013
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

_TABLES = (
    "training_evaluations",
    "training_reactions",
    "training_reaction_slips",
    "training_gains",
    "training_transfer_raters",
    "training_gap_counts",
    "training_unit_gaps",
    "training_plans",
    "training_plan_places",
)


def _big() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the tables."""
    _add_training_evaluations()
    _add_training_reactions()
    _add_training_reaction_slips()
    _add_training_gains()
    _add_training_transfer_raters()
    _add_training_gap_counts()
    _add_training_unit_gaps()
    _add_training_plans()
    _add_training_plan_places()


def _add_training_evaluations() -> None:
    op.create_table(
        "training_evaluations",
        sa.Column("class_id", _big(), nullable=False),
        sa.Column("before_id", _big(), nullable=True),
        sa.Column("after_id", _big(), nullable=True),
        sa.Column("anchors", sa.Text(), nullable=False),
        sa.Column("changed_by", _big(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "before_id IS NULL OR after_id IS NULL OR before_id <> after_id",
            name=op.f("ck_training_evaluations_two_sittings"),
        ),
        sa.ForeignKeyConstraint(["after_id"], ["sittings.id"], name=op.f("fk_training_evaluations_after_id")),
        sa.ForeignKeyConstraint(["before_id"], ["sittings.id"], name=op.f("fk_training_evaluations_before_id")),
        sa.ForeignKeyConstraint(["changed_by"], ["users.id"], name=op.f("fk_training_evaluations_changed_by")),
        sa.ForeignKeyConstraint(["class_id"], ["training_classes.id"], name=op.f("fk_training_evaluations_class_id")),
        sa.PrimaryKeyConstraint("class_id", name=op.f("pk_training_evaluations")),
    )


def _add_training_reactions() -> None:
    op.create_table(
        "training_reactions",
        sa.Column("id", _big(), nullable=False),
        sa.Column("class_id", _big(), nullable=False),
        sa.Column("marks", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["class_id"], ["training_classes.id"], name=op.f("fk_training_reactions_class_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_reactions")),
    )
    op.create_index(op.f("ix_training_reactions_class_id"), "training_reactions", ["class_id"], unique=False)


def _add_training_reaction_slips() -> None:
    op.create_table(
        "training_reaction_slips",
        sa.Column("enrolment_id", _big(), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["training_enrolments.id"], name=op.f("fk_training_reaction_slips_enrolment_id")
        ),
        sa.PrimaryKeyConstraint("enrolment_id", name=op.f("pk_training_reaction_slips")),
    )


def _add_training_gains() -> None:
    op.create_table(
        "training_gains",
        sa.Column("id", _big(), nullable=False),
        sa.Column("class_id", _big(), nullable=False),
        sa.Column("competency", sa.Text(), nullable=False),
        sa.Column("scale", sa.Text(), nullable=False),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.Column("before", sa.BigInteger(), nullable=False),
        sa.Column("after", sa.BigInteger(), nullable=False),
        sa.Column("gain", sa.BigInteger(), nullable=False),
        sa.Column("se", sa.BigInteger(), nullable=False),
        sa.Column("low", sa.BigInteger(), nullable=False),
        sa.Column("high", sa.BigInteger(), nullable=False),
        sa.Column("computed_by", _big(), nullable=True),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("scale = 'level' OR scale = 'score'", name=op.f("ck_training_gains_scale_known")),
        sa.CheckConstraint("persons > 0", name=op.f("ck_training_gains_somebody_measured")),
        sa.CheckConstraint("se >= 0", name=op.f("ck_training_gains_se_not_negative")),
        sa.ForeignKeyConstraint(["class_id"], ["training_classes.id"], name=op.f("fk_training_gains_class_id")),
        sa.ForeignKeyConstraint(["computed_by"], ["users.id"], name=op.f("fk_training_gains_computed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_gains")),
    )
    op.create_index(
        "uq_training_gains_current",
        "training_gains",
        ["class_id", "competency"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )


def _add_training_transfer_raters() -> None:
    op.create_table(
        "training_transfer_raters",
        sa.Column("id", _big(), nullable=False),
        sa.Column("enrolment_id", _big(), nullable=False),
        sa.Column("official_id", _big(), nullable=False),
        sa.Column("rater_group", sa.Text(), nullable=False),
        sa.Column("opens", sa.Date(), nullable=False),
        sa.Column("closes", sa.Date(), nullable=False),
        sa.Column("asked_by", _big(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("marks", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "rater_group = 'superior' OR rater_group = 'peer'",
            name=op.f("ck_training_transfer_raters_rater_group_known"),
        ),
        sa.CheckConstraint(
            "(marks IS NULL) = (answered_at IS NULL)", name=op.f("ck_training_transfer_raters_answered_with_marks")
        ),
        sa.CheckConstraint("closes > opens", name=op.f("ck_training_transfer_raters_window_order")),
        sa.ForeignKeyConstraint(["asked_by"], ["users.id"], name=op.f("fk_training_transfer_raters_asked_by")),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["training_enrolments.id"], name=op.f("fk_training_transfer_raters_enrolment_id")
        ),
        sa.ForeignKeyConstraint(
            ["official_id"], ["officials.id"], name=op.f("fk_training_transfer_raters_official_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_transfer_raters")),
        sa.UniqueConstraint(
            "enrolment_id", "official_id", name=op.f("uq_training_transfer_raters_enrolment_id_official_id")
        ),
    )
    op.create_index(op.f("ix_training_transfer_raters_closes"), "training_transfer_raters", ["closes"], unique=False)
    op.create_index(
        op.f("ix_training_transfer_raters_official_id"), "training_transfer_raters", ["official_id"], unique=False
    )


def _add_training_gap_counts() -> None:
    op.create_table(
        "training_gap_counts",
        sa.Column("id", _big(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("officials", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_gap_counts")),
    )


def _add_training_unit_gaps() -> None:
    op.create_table(
        "training_unit_gaps",
        sa.Column("count_id", _big(), nullable=False),
        sa.Column("unit_id", _big(), nullable=False),
        sa.Column("competency", sa.Text(), nullable=False),
        sa.Column("officials", sa.Integer(), nullable=False),
        sa.Column("measured", sa.Integer(), nullable=False),
        sa.Column("below", sa.BigInteger(), nullable=False),
        sa.Column("gap", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("measured <= officials", name=op.f("ck_training_unit_gaps_measured_among_officials")),
        sa.ForeignKeyConstraint(["count_id"], ["training_gap_counts.id"], name=op.f("fk_training_unit_gaps_count_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["org_units.id"], name=op.f("fk_training_unit_gaps_unit_id")),
        sa.PrimaryKeyConstraint("count_id", "unit_id", "competency", name=op.f("pk_training_unit_gaps")),
    )


def _add_training_plans() -> None:
    op.create_table(
        "training_plans",
        sa.Column("id", _big(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("budget", sa.BigInteger(), nullable=False),
        sa.Column("settings", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("job_id", _big(), nullable=True),
        sa.Column("made_by", _big(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state = 'queued' OR state = 'solved' OR state = 'handed'", name=op.f("ck_training_plans_state_known")
        ),
        sa.CheckConstraint("budget >= 0", name=op.f("ck_training_plans_budget_not_negative")),
        sa.CheckConstraint("year BETWEEN 2000 AND 2100", name=op.f("ck_training_plans_year_range")),
        sa.ForeignKeyConstraint(["made_by"], ["users.id"], name=op.f("fk_training_plans_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_plans")),
    )


def _add_training_plan_places() -> None:
    op.create_table(
        "training_plan_places",
        sa.Column("plan_id", _big(), nullable=False),
        sa.Column("official_id", _big(), nullable=False),
        sa.Column("class_id", _big(), nullable=False),
        sa.Column("unit_id", _big(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("short", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "outcome = 'chosen' OR outcome = 'waiting'", name=op.f("ck_training_plan_places_outcome_known")
        ),
        sa.ForeignKeyConstraint(["class_id"], ["training_classes.id"], name=op.f("fk_training_plan_places_class_id")),
        sa.ForeignKeyConstraint(["official_id"], ["officials.id"], name=op.f("fk_training_plan_places_official_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["training_plans.id"], name=op.f("fk_training_plan_places_plan_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["org_units.id"], name=op.f("fk_training_plan_places_unit_id")),
        sa.PrimaryKeyConstraint("plan_id", "official_id", "class_id", name=op.f("pk_training_plan_places")),
    )
    op.create_index(
        "ix_training_plan_places_plan_outcome", "training_plan_places", ["plan_id", "outcome", "class_id"], unique=False
    )


def downgrade() -> None:
    """Remove them."""
    for table in reversed(_TABLES):
        op.drop_table(table)
