"""Standard setting, cuts, and what a scoring measured with.

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from merit.assessment import triggers

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def _big() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _codes(name: str, *values: str) -> str:
    return " OR ".join(f"{name} = '{value}'" for value in values)


def upgrade() -> None:
    """Apply."""
    _add_workshops()
    _add_judgements()
    _add_cuts()
    tables = ("standard_ratings", "standard_places", "cut_sets", "score_scales")
    triggers.install_later(op.get_bind(), *tables)


def _add_workshops() -> None:
    op.create_table(
        "standard_workshops",
        sa.Column("id", _big(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("competency", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("round", sa.SmallInteger(), nullable=False),
        sa.Column("probability", sa.BigInteger(), nullable=False),
        sa.Column("created_by", _big(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            _codes("method", "angoff", "bookmark", "expert_keys"), name=op.f("ck_standard_workshops_method_known")
        ),
        sa.CheckConstraint(
            _codes("state", "prepared", "rating", "feedback", "finished", "cancelled"),
            name=op.f("ck_standard_workshops_state_known"),
        ),
        sa.CheckConstraint("competency <> ''", name=op.f("ck_standard_workshops_competency_given")),
        sa.CheckConstraint("name <> ''", name=op.f("ck_standard_workshops_name_given")),
        sa.CheckConstraint("round BETWEEN 0 AND 9", name=op.f("ck_standard_workshops_round_range")),
        sa.CheckConstraint(
            "probability > 0 AND probability < 1000000", name=op.f("ck_standard_workshops_probability_range")
        ),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name=op.f("fk_standard_workshops_created_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standard_workshops")),
    )
    op.create_table(
        "standard_places",
        sa.Column("workshop_id", _big(), nullable=False),
        sa.Column("place", sa.SmallInteger(), nullable=False),
        sa.Column("version_id", _big(), nullable=False),
        sa.Column("parameters", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workshop_id"], ["standard_workshops.id"], name=op.f("fk_standard_places_workshop_id")
        ),
        sa.ForeignKeyConstraint(["version_id"], ["item_versions.id"], name=op.f("fk_standard_places_version_id")),
        sa.PrimaryKeyConstraint("workshop_id", "place", name=op.f("pk_standard_places")),
    )
    op.create_index(op.f("ix_standard_places_version_id"), "standard_places", ["version_id"])
    op.create_table(
        "standard_raters",
        sa.Column("workshop_id", _big(), nullable=False),
        sa.Column("user_id", _big(), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["workshop_id"], ["standard_workshops.id"], name=op.f("fk_standard_raters_workshop_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_standard_raters_user_id")),
        sa.PrimaryKeyConstraint("workshop_id", "user_id", name=op.f("pk_standard_raters")),
    )


def _add_judgements() -> None:
    op.create_table(
        "standard_ratings",
        sa.Column("id", _big(), nullable=False),
        sa.Column("workshop_id", _big(), nullable=False),
        sa.Column("rater_id", _big(), nullable=False),
        sa.Column("round", sa.SmallInteger(), nullable=False),
        sa.Column("place", sa.SmallInteger(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("rated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("place >= 0", name=op.f("ck_standard_ratings_place_not_negative")),
        sa.CheckConstraint("round >= 1", name=op.f("ck_standard_ratings_round_positive")),
        sa.ForeignKeyConstraint(
            ["workshop_id"], ["standard_workshops.id"], name=op.f("fk_standard_ratings_workshop_id")
        ),
        sa.ForeignKeyConstraint(["rater_id"], ["users.id"], name=op.f("fk_standard_ratings_rater_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standard_ratings")),
        sa.UniqueConstraint(
            "workshop_id",
            "rater_id",
            "round",
            "place",
            name=op.f("uq_standard_ratings_workshop_id_rater_id_round_place"),
        ),
    )
    op.create_index(op.f("ix_standard_ratings_rater_id"), "standard_ratings", ["rater_id"])


def _add_cuts() -> None:
    op.create_table(
        "cut_sets",
        sa.Column("id", _big(), nullable=False),
        sa.Column("competency", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("cuts", sa.Text(), nullable=False),
        sa.Column("errors", sa.Text(), nullable=False),
        sa.Column("shares", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("workshop_id", _big(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("proposed_by", _big(), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", _big(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved", sa.Boolean(), nullable=True),
        sa.CheckConstraint(_codes("source", "workshop", "outcomes", "direct"), name=op.f("ck_cut_sets_source_known")),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_cut_sets_reason_given")),
        sa.CheckConstraint("decided_by IS NULL OR decided_by <> proposed_by", name=op.f("ck_cut_sets_two_persons")),
        sa.CheckConstraint("(decided_at IS NULL) = (approved IS NULL)", name=op.f("ck_cut_sets_decision_given")),
        sa.ForeignKeyConstraint(["workshop_id"], ["standard_workshops.id"], name=op.f("fk_cut_sets_workshop_id")),
        sa.ForeignKeyConstraint(["proposed_by"], ["users.id"], name=op.f("fk_cut_sets_proposed_by")),
        sa.ForeignKeyConstraint(["decided_by"], ["users.id"], name=op.f("fk_cut_sets_decided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cut_sets")),
        sa.UniqueConstraint("competency", "number", name=op.f("uq_cut_sets_competency_number")),
    )
    op.create_index(op.f("ix_cut_sets_workshop_id"), "cut_sets", ["workshop_id"])
    op.create_table(
        "score_scales",
        sa.Column("score_version_id", _big(), nullable=False),
        sa.Column("competency", sa.Text(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("cut_set_id", _big(), nullable=True),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.CheckConstraint(_codes("measure", "theta", "classical"), name=op.f("ck_score_scales_measure_known")),
        sa.CheckConstraint("(measure = 'theta') = (reason = '')", name=op.f("ck_score_scales_reason_given")),
        sa.ForeignKeyConstraint(
            ["score_version_id"], ["score_versions.id"], name=op.f("fk_score_scales_score_version_id")
        ),
        sa.ForeignKeyConstraint(["cut_set_id"], ["cut_sets.id"], name=op.f("fk_score_scales_cut_set_id")),
        sa.PrimaryKeyConstraint("score_version_id", "competency", name=op.f("pk_score_scales")),
    )
    op.create_index(op.f("ix_score_scales_cut_set_id"), "score_scales", ["cut_set_id"])
