"""Notices and the mails they become.

Revision ID: 0015
Revises: 0014
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def _big() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "notices",
        sa.Column("id", _big(), nullable=False),
        sa.Column("official_id", _big(), nullable=True),
        sa.Column("user_id", _big(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("params", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mail_state", sa.Text(), nullable=False),
        sa.Column("mail_attempts", sa.Integer(), nullable=False),
        sa.Column("mail_after", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mail_error", sa.Text(), nullable=False),
        sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(official_id IS NULL) <> (user_id IS NULL)", name=op.f("ck_notices_one_recipient")),
        sa.CheckConstraint("kind <> ''", name=op.f("ck_notices_kind_given")),
        sa.CheckConstraint("key <> ''", name=op.f("ck_notices_key_given")),
        sa.CheckConstraint("link = '' OR link LIKE '/%'", name=op.f("ck_notices_link_inside")),
        sa.CheckConstraint("mail_attempts >= 0", name=op.f("ck_notices_attempts_not_negative")),
        sa.CheckConstraint("(mail_state = 'sent') = (mailed_at IS NOT NULL)", name=op.f("ck_notices_sent_dated")),
        sa.CheckConstraint(
            "mail_state = 'none' OR mail_state = 'waiting' OR mail_state = 'sent' OR mail_state = 'failed'",
            name=op.f("ck_notices_mail_state_known"),
        ),
        sa.ForeignKeyConstraint(["official_id"], ["officials.id"], name=op.f("fk_notices_official_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_notices_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
    )
    _index("uq_notices_official_key", ["official_id", "key"], "official_id IS NOT NULL", unique=True)
    _index("uq_notices_user_key", ["user_id", "key"], "user_id IS NOT NULL", unique=True)
    _index("ix_notices_official_unread", ["official_id"], "official_id IS NOT NULL AND read_at IS NULL")
    _index("ix_notices_user_unread", ["user_id"], "user_id IS NOT NULL AND read_at IS NULL")
    _index("ix_notices_waiting", ["mail_after"], "mail_state = 'waiting'")
    op.create_index("ix_notices_read_at", "notices", ["read_at"], unique=False)
    op.create_table(
        "mail_settings",
        sa.Column("user_id", _big(), autoincrement=False, nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("code_hash", sa.Text(), nullable=True),
        sa.Column("code_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("code_tries", sa.Integer(), nullable=False),
        sa.Column("muted", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "confirmed_at IS NULL OR address IS NOT NULL", name=op.f("ck_mail_settings_confirmed_address")
        ),
        sa.CheckConstraint("(code_hash IS NULL) = (code_until IS NULL)", name=op.f("ck_mail_settings_code_dated")),
        sa.CheckConstraint("code_tries >= 0", name=op.f("ck_mail_settings_tries_not_negative")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_mail_settings_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_mail_settings")),
    )


def _index(name: str, columns: list[str], condition: str, *, unique: bool = False) -> None:
    where = sa.text(condition)
    op.create_index(name, "notices", columns, unique=unique, sqlite_where=where, postgresql_where=where)
