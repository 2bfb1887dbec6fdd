"""Tables of the hash chain, its checkpoints and the log of readings; all but the head are append-only."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from merit.db import Base, BigId, intpk, official_fk

APPEND_ONLY = ("audit_entries", "audit_checkpoints", "access_log")
HEAD_ID = 1


class AuditEntry(Base):
    """One thing somebody did.

    ``payload`` is canonical JSON and the truth; the other columns repeat parts of it for searching and are
    compared with it by ``merit audit verify``. ``hash`` is SHA-256 of the previous hash's bytes followed by
    the payload's bytes as stored. ``id`` counts without gaps from 1.
    """

    __tablename__ = "audit_entries"
    __table_args__ = (
        CheckConstraint("length(hash) = 64", name="hash_length"),
        CheckConstraint("id >= 1", name="counts_from_one"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    recorded_at: Mapped[dt.datetime] = mapped_column(index=True)
    action: Mapped[str] = mapped_column(index=True)
    actor_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id"), index=True)
    subject: Mapped[str] = mapped_column(index=True)
    payload: Mapped[str]
    hash: Mapped[str] = mapped_column(unique=True)


class AuditHead(Base):
    """The end of the chain; one row, locked while entries are appended."""

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint(f"id = {HEAD_ID}", name="one_row"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    entry_id: Mapped[int] = mapped_column(BigId)
    hash: Mapped[str]
    sealed_entry_id: Mapped[int] = mapped_column(BigId)
    sealed_at: Mapped[dt.datetime | None]


class AuditCheckpoint(Base):
    """A signed statement of where the chain stood; ``payload`` is what the signature covers."""

    __tablename__ = "audit_checkpoints"

    id: Mapped[intpk]
    entry_id: Mapped[int] = mapped_column(BigId, index=True)
    made_at: Mapped[dt.datetime]
    payload: Mapped[str]
    signature: Mapped[str]
    key_id: Mapped[str]


class AccessEntry(Base):
    """One reading of another person's record: who, whose, what and why; shown to the official."""

    __tablename__ = "access_log"
    __table_args__ = (CheckConstraint("what <> ''", name="what_given"),)

    id: Mapped[intpk]
    read_at: Mapped[dt.datetime] = mapped_column(index=True)
    user_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id"), index=True)
    official_id: Mapped[official_fk] = mapped_column(index=True)
    what: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
