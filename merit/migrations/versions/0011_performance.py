"""Appraisal cycles, sheets and their steps.

Revision ID: 0011
Revises: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def _big() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the tables."""
    _add_cycles()
    _add_sheets()
    _add_steps()


def _add_cycles() -> None:
    op.create_table(
        "appraisal_cycles",
        sa.Column("id", _big(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("quarter", sa.SmallInteger(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("opened_by", _big(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("quarter BETWEEN 0 AND 4", name=op.f("ck_appraisal_cycles_quarter_range")),
        sa.CheckConstraint("year BETWEEN 1950 AND 2200", name=op.f("ck_appraisal_cycles_year_range")),
        sa.ForeignKeyConstraint(["opened_by"], ["users.id"], name=op.f("fk_appraisal_cycles_opened_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appraisal_cycles")),
        sa.UniqueConstraint("year", "quarter", name=op.f("uq_appraisal_cycles_year_quarter")),
    )


def _add_sheets() -> None:
    table = "appraisal_sheets"
    op.create_table(
        table,
        sa.Column("id", _big(), nullable=False),
        sa.Column("cycle_id", _big(), nullable=False),
        sa.Column("official_id", _big(), nullable=False),
        sa.Column("unit_id", _big(), nullable=False),
        sa.Column("assessor_id", _big(), nullable=True),
        sa.Column("reviewer_id", _big(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("result_rating", sa.SmallInteger(), nullable=True),
        sa.Column("behaviour_rating", sa.SmallInteger(), nullable=True),
        sa.Column("predicate", sa.SmallInteger(), nullable=True),
        sa.Column("handed_over", sa.Date(), nullable=True),
        sa.Column("fact_id", _big(), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state = 'waiting' OR state = 'rated' OR state = 'objected' OR state = 'final'",
            name=op.f(f"ck_{table}_state_known"),
        ),
        sa.CheckConstraint("result_rating BETWEEN 1 AND 3", name=op.f(f"ck_{table}_result_range")),
        sa.CheckConstraint("behaviour_rating BETWEEN 1 AND 3", name=op.f(f"ck_{table}_behaviour_range")),
        sa.CheckConstraint("predicate BETWEEN 1 AND 5", name=op.f(f"ck_{table}_predicate_range")),
        sa.CheckConstraint(
            "assessor_id IS NULL OR assessor_id <> official_id", name=op.f(f"ck_{table}_assessor_not_self")
        ),
        sa.CheckConstraint(
            "reviewer_id IS NULL OR reviewer_id <> official_id", name=op.f(f"ck_{table}_reviewer_not_self")
        ),
        sa.CheckConstraint(
            "state = 'waiting' OR (result_rating IS NOT NULL AND behaviour_rating IS NOT NULL"
            " AND predicate IS NOT NULL AND handed_over IS NOT NULL)",
            name=op.f(f"ck_{table}_rated_complete"),
        ),
        sa.ForeignKeyConstraint(["cycle_id"], ["appraisal_cycles.id"], name=op.f(f"fk_{table}_cycle_id")),
        sa.ForeignKeyConstraint(["official_id"], ["officials.id"], name=op.f(f"fk_{table}_official_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["org_units.id"], name=op.f(f"fk_{table}_unit_id")),
        sa.ForeignKeyConstraint(["assessor_id"], ["officials.id"], name=op.f(f"fk_{table}_assessor_id")),
        sa.ForeignKeyConstraint(["reviewer_id"], ["officials.id"], name=op.f(f"fk_{table}_reviewer_id")),
        sa.ForeignKeyConstraint(["fact_id"], ["appraisals.id"], name=op.f(f"fk_{table}_fact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("cycle_id", "official_id", name=op.f(f"uq_{table}_cycle_id_official_id")),
    )
    op.create_index(f"ix_{table}_unit", table, ["cycle_id", "unit_id", "state"])
    for column in ("official_id", "assessor_id", "reviewer_id"):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def _add_steps() -> None:
    table = "appraisal_steps"
    op.create_table(
        table,
        sa.Column("id", _big(), nullable=False),
        sa.Column("sheet_id", _big(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("result_rating", sa.SmallInteger(), nullable=True),
        sa.Column("behaviour_rating", sa.SmallInteger(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by_id", _big(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "step = 'assign' OR step = 'rate' OR step = 'accept' OR step = 'object' OR step = 'uphold'"
            " OR step = 'change' OR step = 'lapse'",
            name=op.f(f"ck_{table}_step_known"),
        ),
        sa.ForeignKeyConstraint(["sheet_id"], ["appraisal_sheets.id"], name=op.f(f"fk_{table}_sheet_id")),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f(f"fk_{table}_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_sheet_id"), table, ["sheet_id"])


def downgrade() -> None:
    """Take the tables away."""
    for table in ("appraisal_steps", "appraisal_sheets", "appraisal_cycles"):
        op.drop_table(table)
