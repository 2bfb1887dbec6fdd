"""Campaigns of 360 feedback: subjects, invitations and, apart from them, sheets.

Revision ID: 0012
Revises: 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def _big() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the tables."""
    _add_campaigns()
    _add_invitations()


def _add_campaigns() -> None:
    op.create_table(
        "feedback_campaigns",
        sa.Column("id", _big(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("peers", sa.SmallInteger(), nullable=False),
        sa.Column("staff", sa.SmallInteger(), nullable=False),
        sa.Column("minimum", sa.SmallInteger(), nullable=False),
        sa.Column("drops_careless", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("seed", sa.Text(), nullable=False),
        sa.Column("created_by", _big(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_by", _big(), nullable=True),
        sa.Column("published_by", _big(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("name <> ''", name=op.f("ck_feedback_campaigns_named")),
        sa.CheckConstraint(
            "state = 'draft' OR state = 'drawn' OR state = 'open' OR state = 'closed' OR state = 'proposed' OR state = 'published' OR state = 'cancelled'",
            name=op.f("ck_feedback_campaigns_state_known"),
        ),
        sa.CheckConstraint("ends >= starts", name=op.f("ck_feedback_campaigns_period_order")),
        sa.CheckConstraint(
            "minimum >= 3 AND peers >= minimum AND staff >= minimum", name=op.f("ck_feedback_campaigns_anonymous")
        ),
        sa.CheckConstraint(
            "published_by IS NULL OR published_by <> proposed_by", name=op.f("ck_feedback_campaigns_two_persons")
        ),
        sa.CheckConstraint("year BETWEEN 1950 AND 2200", name=op.f("ck_feedback_campaigns_year_range")),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name=op.f("fk_feedback_campaigns_created_by")),
        sa.ForeignKeyConstraint(["proposed_by"], ["users.id"], name=op.f("fk_feedback_campaigns_proposed_by")),
        sa.ForeignKeyConstraint(["published_by"], ["users.id"], name=op.f("fk_feedback_campaigns_published_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_campaigns")),
    )
    op.create_table(
        "feedback_subjects",
        sa.Column("id", _big(), nullable=False),
        sa.Column("campaign_id", _big(), nullable=False),
        sa.Column("official_id", _big(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=True),
        sa.Column("is_rateable", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["feedback_campaigns.id"], name=op.f("fk_feedback_subjects_campaign_id")
        ),
        sa.ForeignKeyConstraint(["official_id"], ["officials.id"], name=op.f("fk_feedback_subjects_official_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_subjects")),
        sa.UniqueConstraint("campaign_id", "official_id", name=op.f("uq_feedback_subjects_campaign_id_official_id")),
        sa.UniqueConstraint("official_id", "year", name=op.f("uq_feedback_subjects_official_id_year")),
    )


def _add_invitations() -> None:
    op.create_table(
        "feedback_invitations",
        sa.Column("id", _big(), nullable=False),
        sa.Column("subject_id", _big(), nullable=False),
        sa.Column("subject_official_id", _big(), nullable=False),
        sa.Column("rater_id", _big(), nullable=False),
        sa.Column("rater_group", sa.Text(), nullable=False),
        sa.Column("drawn_by", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("draft", sa.Text(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(rater_group = 'diri' AND rater_id = subject_official_id) OR (rater_group <> 'diri' AND rater_id <> subject_official_id)",
            name=op.f("ck_feedback_invitations_nobody_rates_himself"),
        ),
        sa.CheckConstraint(
            "drawn_by = 'rule' OR drawn_by = 'chance'",
            name=op.f("ck_feedback_invitations_drawn_by_known"),
        ),
        sa.CheckConstraint(
            "rater_group = 'atasan' OR rater_group = 'rekan' OR rater_group = 'bawahan' OR rater_group = 'diri'",
            name=op.f("ck_feedback_invitations_rater_group_known"),
        ),
        sa.CheckConstraint(
            "state <> 'submitted' OR (draft IS NULL AND opened_at IS NULL)",
            name=op.f("ck_feedback_invitations_nothing_kept"),
        ),
        sa.CheckConstraint(
            "state = 'invited' OR state = 'conflict' OR state = 'replaced' OR state = 'submitted'",
            name=op.f("ck_feedback_invitations_state_known"),
        ),
        sa.ForeignKeyConstraint(["rater_id"], ["officials.id"], name=op.f("fk_feedback_invitations_rater_id")),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["feedback_subjects.id"], name=op.f("fk_feedback_invitations_subject_id")
        ),
        sa.ForeignKeyConstraint(
            ["subject_official_id"], ["officials.id"], name=op.f("fk_feedback_invitations_subject_official_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_invitations")),
        sa.UniqueConstraint("subject_id", "rater_id", name=op.f("uq_feedback_invitations_subject_id_rater_id")),
    )
    op.create_index("ix_feedback_invitations_rater_id", "feedback_invitations", ["rater_id"], unique=False)
    op.create_table(
        "feedback_sheets",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("subject_id", _big(), nullable=False),
        sa.Column("rater_group", sa.Text(), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("signs", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "rater_group = 'atasan' OR rater_group = 'rekan' OR rater_group = 'bawahan' OR rater_group = 'diri'",
            name=op.f("ck_feedback_sheets_rater_group_known"),
        ),
        sa.ForeignKeyConstraint(["subject_id"], ["feedback_subjects.id"], name=op.f("fk_feedback_sheets_subject_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_sheets")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_feedback_sheets_subject_id", "feedback_sheets", ["subject_id"], unique=False)


def downgrade() -> None:
    """Take the tables away."""
    for table in ("feedback_sheets", "feedback_invitations", "feedback_subjects", "feedback_campaigns"):
        op.drop_table(table)
