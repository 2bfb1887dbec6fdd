"""Awards of officials; appraisals found by their predicate.

Revision ID: 0019
Revises: 0018
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

_KINDS = (
    "karya_satya_10",
    "karya_satya_20",
    "karya_satya_30",
    "tanda_kehormatan",
    "instansi",
    "inovasi",
    "lainnya",
)


def _big() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the table and the index."""
    _add_official_awards()
    _add_fact_indexes("official_awards", ["official_id", "decree_number", "kind"])
    op.create_index("ix_appraisal_sheets_predicate", "appraisal_sheets", ["cycle_id", "predicate"], unique=False)


def _add_official_awards() -> None:
    table = "official_awards"
    known = " OR ".join(f"kind = '{kind}'" for kind in _KINDS)
    op.create_table(
        table,
        sa.Column("id", _big(), nullable=False),
        sa.Column("official_id", _big(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("decree_number", sa.Text(), nullable=False),
        sa.Column("dated", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("batch_id", _big(), nullable=True),
        sa.Column("superseding_batch_id", _big(), nullable=True),
        sa.CheckConstraint(known, name=op.f(f"ck_{table}_kind_known")),
        sa.CheckConstraint("name <> ''", name=op.f(f"ck_{table}_named")),
        sa.CheckConstraint("issuer <> ''", name=op.f(f"ck_{table}_issuer_named")),
        sa.CheckConstraint("decree_number <> ''", name=op.f(f"ck_{table}_numbered")),
        sa.ForeignKeyConstraint(["official_id"], ["officials.id"], name=op.f(f"fk_{table}_official_id")),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batches.id"], name=op.f(f"fk_{table}_batch_id")),
        sa.ForeignKeyConstraint(
            ["superseding_batch_id"], ["import_batches.id"], name=op.f(f"fk_{table}_superseding_batch_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_dated"), table, ["dated"], unique=False)


def _add_fact_indexes(table: str, key: list[str]) -> None:
    op.create_index(op.f(f"ix_{table}_batch_id"), table, ["batch_id"], postgresql_using="brin")
    ended = sa.text("superseding_batch_id IS NOT NULL")
    op.create_index(
        op.f(f"ix_{table}_superseding_batch_id"),
        table,
        ["superseding_batch_id"],
        sqlite_where=ended,
        postgresql_where=ended,
    )
    current = sa.text("superseded_at IS NULL")
    op.create_index(f"uq_{table}_current", table, key, unique=True, sqlite_where=current, postgresql_where=current)
