"""Life cycle of policies: revisions, acts, judgements of pairs, simulations; the switch of versions happens by date.

Revision ID: 0016
Revises: 0015
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from merit.ranking import triggers

revision = "0016"
down_revision = "0015"

_STAGES = ("writing", "submitted", "reviewed", "discarded")
_ORIGINS = ("copy", "upload", "form", "text", "undo", "weights", "decree")
_ACTS = ("submit", "withdraw", "review", "return", "approve", "discard", "restore")


def _big() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _known(name: str, values: tuple[str, ...]) -> str:
    return " OR ".join(f"{name} = '{value}'" for value in values)


def upgrade() -> None:
    """Add the tables; what was superseded by hand is from now on superseded by date."""
    op.drop_index("uq_policy_versions_active", table_name="policy_versions")
    op.execute("UPDATE policy_versions SET state = 'active' WHERE state = 'superseded'")
    op.drop_column("policy_versions", "superseded_at")
    # Written out: adding a checked column in one statement is what both databases can do.
    op.execute(
        "ALTER TABLE policy_versions ADD COLUMN stage TEXT NOT NULL DEFAULT 'writing' "
        f"CONSTRAINT ck_policy_versions_stage_known CHECK ({_known('stage', _STAGES)})"
    )
    op.execute(
        "ALTER TABLE policy_versions ADD COLUMN revision INTEGER NOT NULL DEFAULT 1 "
        "CONSTRAINT ck_policy_versions_revision_positive CHECK (revision >= 1)"
    )
    _add_revisions()
    _add_acts()
    _add_judgements()
    _add_simulations()
    triggers.install_later(op.get_bind(), "policy_revisions", "policy_acts", "policy_judgements", "ranking_simulations")


def _add_revisions() -> None:
    table = "policy_revisions"
    op.create_table(
        table,
        sa.Column("id", _big(), nullable=False),
        sa.Column("version_id", _big(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("base_id", _big(), nullable=True),
        sa.Column("justification", sa.Text(), nullable=True),
        sa.Column("author_id", _big(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(_known("origin", _ORIGINS), name=op.f(f"ck_{table}_origin_known")),
        sa.CheckConstraint("number >= 1", name=op.f(f"ck_{table}_number_positive")),
        sa.CheckConstraint("length(sha256) = 64", name=op.f(f"ck_{table}_sha256_length")),
        sa.ForeignKeyConstraint(["version_id"], ["policy_versions.id"], name=op.f(f"fk_{table}_version_id")),
        sa.ForeignKeyConstraint(["base_id"], ["policy_versions.id"], name=op.f(f"fk_{table}_base_id")),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f(f"fk_{table}_author_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("version_id", "number", name=op.f(f"uq_{table}_version_id_number")),
    )


def _add_acts() -> None:
    table = "policy_acts"
    op.create_table(
        table,
        sa.Column("id", _big(), nullable=False),
        sa.Column("version_id", _big(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("user_id", _big(), nullable=True),
        sa.Column("acted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("in_force_from", sa.Date(), nullable=True),
        sa.Column("decree_number", sa.Text(), nullable=True),
        sa.Column("decree_date", sa.Date(), nullable=True),
        sa.Column("file_name", sa.Text(), nullable=True),
        sa.Column("file_content", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(_known("act", _ACTS), name=op.f(f"ck_{table}_act_known")),
        sa.CheckConstraint("length(sha256) = 64", name=op.f(f"ck_{table}_sha256_length")),
        sa.CheckConstraint("(file_name IS NULL) = (file_content IS NULL)", name=op.f(f"ck_{table}_file_has_name")),
        sa.ForeignKeyConstraint(["version_id"], ["policy_versions.id"], name=op.f(f"fk_{table}_version_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f(f"fk_{table}_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_version_id"), table, ["version_id"], unique=False)


def _add_judgements() -> None:
    table = "policy_judgements"
    op.create_table(
        table,
        sa.Column("id", _big(), nullable=False),
        sa.Column("version_id", _big(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("user_id", _big(), nullable=False),
        sa.Column("members", sa.Text(), nullable=False),
        sa.Column("ratios", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["version_id"], ["policy_versions.id"], name=op.f(f"fk_{table}_version_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f(f"fk_{table}_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_version_id"), table, ["version_id"], unique=False)


def _add_simulations() -> None:
    table = "ranking_simulations"
    op.create_table(
        table,
        sa.Column("id", _big(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("run_id", _big(), nullable=False),
        sa.Column("vacancy_id", _big(), nullable=False),
        sa.Column("user_id", _big(), nullable=True),
        sa.Column("simulated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("policy_sha256", sa.Text(), nullable=False),
        sa.Column("result_sha256", sa.Text(), nullable=False),
        sa.Column("engine", sa.Text(), nullable=False),
        sa.Column("moved", sa.Integer(), nullable=False),
        sa.Column("entered", sa.Integer(), nullable=False),
        sa.Column("left", sa.Integer(), nullable=False),
        sa.CheckConstraint("purpose <> ''", name=op.f(f"ck_{table}_purposeful")),
        sa.CheckConstraint("length(result_sha256) = 64", name=op.f(f"ck_{table}_sha256_length")),
        sa.ForeignKeyConstraint(["run_id"], ["ranking_runs.id"], name=op.f(f"fk_{table}_run_id")),
        sa.ForeignKeyConstraint(["vacancy_id"], ["vacancies.id"], name=op.f(f"fk_{table}_vacancy_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f(f"fk_{table}_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("code", name=op.f(f"uq_{table}_code")),
    )
    op.create_index(op.f(f"ix_{table}_run_id"), table, ["run_id"], unique=False)
    op.create_index(op.f(f"ix_{table}_vacancy_id"), table, ["vacancy_id"], unique=False)
