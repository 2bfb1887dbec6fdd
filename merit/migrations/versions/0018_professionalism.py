"""Index of professionalism: versions of its figures, immutable computations and their lines.

Revision ID: 0018
Revises: 0017
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from merit import append_only

revision = "0018"
down_revision = "0017"

_RULES, _RUNS, _LINES = "professionalism_rules", "professionalism_runs", "professionalism_lines"
_DECISION = frozenset({"state", "decided_by_id", "decided_at", "decision_note"})


def upgrade() -> None:
    """Create the tables and keep the database from changing what is in them."""
    _create_rules()
    _create_runs()
    _create_lines()
    connection = op.get_bind()
    append_only.install(connection, (_RULES,), changing=_DECISION)
    append_only.install(connection, (_RUNS,))
    append_only.install(connection, (_LINES,), key=("run_id", "official_id"))


def _big() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _user(table: str, name: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([name], ["users.id"], name=op.f(f"fk_{table}_{name}"))


def _one_of(table: str, name: str, values: tuple[str, ...]) -> sa.CheckConstraint:
    sql = " OR ".join(f"{name} = '{value}'" for value in values)
    return sa.CheckConstraint(sql, name=op.f(f"ck_{table}_{name}_known"))


def _create_rules() -> None:
    table = _RULES
    two = "decided_by_id IS NULL OR author_id IS NULL OR state = 'withdrawn' OR decided_by_id <> author_id"
    op.create_table(
        table,
        sa.Column("id", _big(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("author_id", _big(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", _big(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_note", sa.Text(), nullable=False),
        _one_of(table, "state", ("proposed", "in_force", "refused", "withdrawn")),
        sa.CheckConstraint("basis <> ''", name=op.f(f"ck_{table}_founded")),
        sa.CheckConstraint("length(sha256) = 64", name=op.f(f"ck_{table}_sha256_length")),
        sa.CheckConstraint(two, name=op.f(f"ck_{table}_two_persons")),
        sa.CheckConstraint(
            "(state = 'proposed') = (decided_at IS NULL)", name=op.f(f"ck_{table}_decided_when_not_proposed")
        ),
        _user(table, "author_id"),
        _user(table, "decided_by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("number", name=op.f(f"uq_{table}_number")),
    )


def _create_runs() -> None:
    table = _RUNS
    op.create_table(
        table,
        sa.Column("id", _big(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("known_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rules_number", sa.Integer(), nullable=False),
        sa.Column("rules_sha256", sa.Text(), nullable=False),
        sa.Column("rules_basis", sa.Text(), nullable=False),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.Column("result_sha256", sa.Text(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("tallies", sa.Text(), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", _big(), nullable=True),
        sa.CheckConstraint("length(rules_sha256) = 64", name=op.f(f"ck_{table}_rules_sha256_length")),
        sa.CheckConstraint("length(result_sha256) = 64", name=op.f(f"ck_{table}_result_sha256_length")),
        sa.CheckConstraint("people >= 0", name=op.f(f"ck_{table}_people_not_negative")),
        _user(table, "user_id"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_as_of"), table, ["as_of"])


def _create_lines() -> None:
    table = _LINES
    figures = ("qualification", "competence_low", "competence_high", "performance_low", "performance_high")
    op.create_table(
        table,
        sa.Column("run_id", _big(), nullable=False),
        sa.Column("official_id", _big(), nullable=False),
        sa.Column("unit_id", _big(), nullable=False),
        sa.Column("employment", sa.Text(), nullable=False),
        sa.Column("job_group", sa.Text(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in (*figures, "discipline", "low", "high")),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("missing", sa.SmallInteger(), nullable=False),
        sa.Column("gaps", sa.SmallInteger(), nullable=False),
        sa.Column("hours", sa.BigInteger(), nullable=False),
        _one_of(table, "employment", ("PNS", "CPNS", "PPPK")),
        _one_of(table, "job_group", ("struktural", "fungsional", "pelaksana", "")),
        _one_of(table, "category", ("sangat_tinggi", "tinggi", "sedang", "rendah", "sangat_rendah", "")),
        sa.CheckConstraint(
            "low BETWEEN 0 AND 100000000 AND high BETWEEN low AND 100000000", name=op.f(f"ck_{table}_bounds_order")
        ),
        sa.ForeignKeyConstraint(["run_id"], [f"{_RUNS}.id"], name=op.f(f"fk_{table}_run_id")),
        sa.ForeignKeyConstraint(["official_id"], ["officials.id"], name=op.f(f"fk_{table}_official_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["org_units.id"], name=op.f(f"fk_{table}_unit_id")),
        sa.PrimaryKeyConstraint("run_id", "official_id", name=op.f(f"pk_{table}")),
    )
    op.create_index(f"ix_{table}_unit", table, ["run_id", "unit_id"])
    op.create_index(f"ix_{table}_official", table, ["official_id"])
    op.create_index(f"ix_{table}_order", table, ["run_id", "low", "high", "official_id"])
