"""Units: elements of satisfaction, the agency's own holidays, where figures come from.

Revision ID: 0013
Revises: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

_TABLES = ("satisfaction_elements", "agency_holidays")
_COLUMNS = (
    ("unit_results", "sources", sa.Text()),
    ("agreement_targets", "lower_is_better", sa.Boolean()),
    ("agreement_targets", "note", sa.Text()),
)


def _big() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the tables and columns."""
    _add_satisfaction_elements()
    _add_agency_holidays()
    for table, name, kind in _COLUMNS:
        op.add_column(table, sa.Column(name, kind, nullable=True))


def downgrade() -> None:
    """Drop what :func:`upgrade` added."""
    for table, name, _kind in _COLUMNS:
        op.drop_column(table, name)
    for table in _TABLES:
        op.drop_table(table)


def _add_satisfaction_elements() -> None:
    table = "satisfaction_elements"
    elements = ("persyaratan", "prosedur", "waktu", "biaya", "produk", "kompetensi", "perilaku", "sarana", "pengaduan")
    known = " OR ".join(f"element = '{element}'" for element in elements)
    op.create_table(
        table,
        sa.Column("id", _big(), nullable=False),
        sa.Column("unit_id", _big(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("element", sa.Text(), nullable=False),
        sa.Column("mean", sa.BigInteger(), nullable=False),
        *_fact_columns(),
        sa.CheckConstraint(known, name=op.f(f"ck_{table}_element_known")),
        sa.CheckConstraint("mean BETWEEN 1000000 AND 4000000", name=op.f(f"ck_{table}_mean_range")),
        sa.CheckConstraint("length(period) IN (4, 7)", name=op.f(f"ck_{table}_period_form")),
        sa.ForeignKeyConstraint(["unit_id"], ["org_units.id"], name=op.f(f"fk_{table}_unit_id")),
        *_fact_keys(table),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    _add_fact_indexes(table, ["unit_id", "period", "element"])


def _add_agency_holidays() -> None:
    table = "agency_holidays"
    op.create_table(
        table,
        sa.Column("id", _big(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        *_fact_columns(),
        sa.CheckConstraint("name <> ''", name=op.f(f"ck_{table}_named")),
        sa.CheckConstraint("basis <> ''", name=op.f(f"ck_{table}_founded")),
        *_fact_keys(table),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    _add_fact_indexes(table, ["day"])


def _fact_columns() -> list[sa.Column[object]]:
    return [
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("batch_id", _big(), nullable=True),
        sa.Column("superseding_batch_id", _big(), nullable=True),
    ]


def _fact_keys(table: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([name], ["import_batches.id"], name=op.f(f"fk_{table}_{name}"))
        for name in ("batch_id", "superseding_batch_id")
    ]


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
