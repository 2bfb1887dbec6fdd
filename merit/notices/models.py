"""Tables of notices, the mails they become, and how each account wants to be reached."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from merit.db import Base, BigId, JSONText, intpk, one_of
from merit.notices.domain import MAIL_STATES

_OF_OFFICIAL = text("official_id IS NOT NULL")
_OF_USER = text("user_id IS NOT NULL")
_UNREAD_OF_OFFICIAL = text("official_id IS NOT NULL AND read_at IS NULL")
_UNREAD_OF_USER = text("user_id IS NOT NULL AND read_at IS NULL")
_WAITING = text("mail_state = 'waiting'")


class Notice(Base):
    """Something a person should know, once per ``key``; ``link`` is a path of this application.

    The recipient is the official where there is one, with or without an account, otherwise the account. ``mail_after``
    is when its mail may be tried (again); ``mail_error`` why the last try failed, without addresses.
    """

    __tablename__ = "notices"
    __table_args__ = (
        CheckConstraint("(official_id IS NULL) <> (user_id IS NULL)", name="one_recipient"),
        CheckConstraint("kind <> ''", name="kind_given"),
        CheckConstraint("key <> ''", name="key_given"),
        CheckConstraint("link = '' OR link LIKE '/%'", name="link_inside"),
        CheckConstraint("mail_attempts >= 0", name="attempts_not_negative"),
        CheckConstraint("(mail_state = 'sent') = (mailed_at IS NOT NULL)", name="sent_dated"),
        one_of("mail_state", MAIL_STATES),
        Index(
            "uq_notices_official_key",
            "official_id",
            "key",
            unique=True,
            sqlite_where=_OF_OFFICIAL,
            postgresql_where=_OF_OFFICIAL,
        ),
        Index("uq_notices_user_key", "user_id", "key", unique=True, sqlite_where=_OF_USER, postgresql_where=_OF_USER),
        Index(
            "ix_notices_official_unread",
            "official_id",
            sqlite_where=_UNREAD_OF_OFFICIAL,
            postgresql_where=_UNREAD_OF_OFFICIAL,
        ),
        Index("ix_notices_user_unread", "user_id", sqlite_where=_UNREAD_OF_USER, postgresql_where=_UNREAD_OF_USER),
        Index("ix_notices_waiting", "mail_after", sqlite_where=_WAITING, postgresql_where=_WAITING),
        Index("ix_notices_read_at", "read_at"),
    )

    id: Mapped[intpk]
    official_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("officials.id"))
    user_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id"))
    kind: Mapped[str]
    params: Mapped[Any] = mapped_column(JSONText)
    link: Mapped[str] = mapped_column(default="")
    key: Mapped[str]
    created_at: Mapped[dt.datetime]
    read_at: Mapped[dt.datetime | None]
    mail_state: Mapped[str] = mapped_column(default="none")
    mail_attempts: Mapped[int] = mapped_column(default=0)
    mail_after: Mapped[dt.datetime | None]
    mail_error: Mapped[str] = mapped_column(default="")
    mailed_at: Mapped[dt.datetime | None]


class MailSetting(Base):
    """How an account wants to be reached; no row: in the application only.

    ``address`` is sealed; no mail leaves before its owner has typed the code sent there (``confirmed_at``).
    ``muted`` lists the groups of notices that come without mail.
    """

    __tablename__ = "mail_settings"
    __table_args__ = (
        CheckConstraint("confirmed_at IS NULL OR address IS NOT NULL", name="confirmed_address"),
        CheckConstraint("(code_hash IS NULL) = (code_until IS NULL)", name="code_dated"),
        CheckConstraint("code_tries >= 0", name="tries_not_negative"),
    )

    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("users.id"), primary_key=True, autoincrement=False)
    address: Mapped[str | None]
    confirmed_at: Mapped[dt.datetime | None]
    code_hash: Mapped[str | None]
    code_until: Mapped[dt.datetime | None]
    code_tries: Mapped[int] = mapped_column(default=0)
    muted: Mapped[Any] = mapped_column(JSONText, default=list)
    language: Mapped[str]
    changed_at: Mapped[dt.datetime]
