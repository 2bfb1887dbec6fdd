"""Tables of users, their roles, sign-in sessions, throttles and one-time links."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, column
from sqlalchemy.orm import Mapped, mapped_column, relationship

from merit.db import Base, BigId, intpk, one_of
from merit.security.permissions import UNIT_SCOPED_ROLES, Role

SESSION_STAGES = ("enrol", "factor", "open")
SESSION_ENDINGS = ("signed-out", "replaced", "ended-by-user", "idle", "expired", "disabled", "credentials-changed")
LINK_PURPOSES = ("activation", "reset")

_SCOPED = ", ".join(f"'{role.value}'" for role in sorted(UNIT_SCOPED_ROLES))


class User(Base):
    """Somebody who may sign in; ``login`` is stored folded (lower case, no spaces)."""

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint("login <> ''", name="login_given"),
        CheckConstraint("name <> ''", name="named"),
        CheckConstraint("totp_confirmed_at IS NULL OR totp_secret IS NOT NULL", name="factor_has_secret"),
    )

    id: Mapped[intpk]
    login: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    official_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("officials.id"), unique=True)
    password_hash: Mapped[str | None]
    password_changed_at: Mapped[dt.datetime | None]
    totp_secret: Mapped[str | None]
    totp_confirmed_at: Mapped[dt.datetime | None]
    totp_last_step: Mapped[int | None] = mapped_column(BigInteger)
    disabled_at: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime]
    last_sign_in_at: Mapped[dt.datetime | None]

    roles: Mapped[list[UserRole]] = relationship(
        back_populates="user", order_by="UserRole.id", foreign_keys="UserRole.user_id"
    )

    @property
    def is_enabled(self) -> bool:
        """Whether the account may sign in at all."""
        return self.disabled_at is None

    @property
    def has_factor(self) -> bool:
        """Whether a second factor is enrolled."""
        return self.totp_confirmed_at is not None


class UserRole(Base):
    """A role held by a user; unit-scoped roles name their unit, the others none."""

    __tablename__ = "user_roles"
    __table_args__ = (
        one_of("role", tuple(role.value for role in Role)),
        CheckConstraint(f"(role IN ({_SCOPED})) = (unit_id IS NOT NULL)", name="unit_scope"),
        UniqueConstraint("user_id", "role", "unit_id"),
        Index(
            "uq_user_roles_unscoped",
            "user_id",
            "role",
            unique=True,
            sqlite_where=column("unit_id").is_(None),
            postgresql_where=column("unit_id").is_(None),
        ),
    )

    id: Mapped[intpk]
    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("users.id"), index=True)
    role: Mapped[str] = mapped_column(index=True)
    unit_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("org_units.id"))
    granted_at: Mapped[dt.datetime]
    granted_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id"))

    user: Mapped[User] = relationship(back_populates="roles", foreign_keys=[user_id])


class UserSession(Base):
    """One sign-in on one device; the cookie carries a reference of which only the hash is kept."""

    __tablename__ = "user_sessions"
    __table_args__ = (
        one_of("stage", SESSION_STAGES),
        one_of("ending", SESSION_ENDINGS, nullable=True),
        CheckConstraint("(ended_at IS NULL) = (ending IS NULL)", name="ending_given"),
        CheckConstraint("failed_codes >= 0", name="failed_codes_not_negative"),
    )

    id: Mapped[intpk]
    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("users.id"), index=True)
    reference_hash: Mapped[str] = mapped_column(unique=True)
    stage: Mapped[str]
    created_at: Mapped[dt.datetime]
    seen_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    confirmed_at: Mapped[dt.datetime]
    failed_codes: Mapped[int] = mapped_column(default=0)
    network: Mapped[str] = mapped_column(default="")
    device: Mapped[str] = mapped_column(default="")
    ended_at: Mapped[dt.datetime | None]
    ending: Mapped[str | None]


class KnownPlace(Base):
    """A device (secret cookie) or network from which the user has signed in before."""

    __tablename__ = "known_places"
    __table_args__ = (one_of("kind", ("device", "network")), UniqueConstraint("user_id", "kind", "place_hash"))

    id: Mapped[intpk]
    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("users.id"))
    kind: Mapped[str]
    place_hash: Mapped[str]
    first_seen_at: Mapped[dt.datetime]
    last_seen_at: Mapped[dt.datetime]


class Throttle(Base):
    """Failed tries counted in a window, per hashed key (account, network or both)."""

    __tablename__ = "sign_in_throttles"
    __table_args__ = (CheckConstraint("tries >= 0", name="tries_not_negative"),)

    key: Mapped[str] = mapped_column(primary_key=True)
    window_started_at: Mapped[dt.datetime] = mapped_column(index=True)
    tries: Mapped[int]


class AccountLink(Base):
    """A single-use, short-lived link to choose a password; only the token's hash is kept."""

    __tablename__ = "account_links"
    __table_args__ = (
        one_of("purpose", LINK_PURPOSES),
        CheckConstraint("expires_at > created_at", name="expires_later"),
    )

    id: Mapped[intpk]
    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("users.id"), index=True)
    purpose: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[dt.datetime]
    created_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id"))
    expires_at: Mapped[dt.datetime]
    used_at: Mapped[dt.datetime | None]
    cancelled_at: Mapped[dt.datetime | None]


class FactorReset(Base):
    """The request to remove a lost second factor: one officer asks, another one approves."""

    __tablename__ = "factor_resets"
    __table_args__ = (
        CheckConstraint("reason <> ''", name="reason_given"),
        CheckConstraint("requested_by <> user_id", name="not_own_request"),
        CheckConstraint("decided_by IS NULL OR decided_by <> requested_by", name="two_officers"),
        CheckConstraint("decided_by IS NULL OR decided_by <> user_id", name="not_own_decision"),
        CheckConstraint("(decided_at IS NULL) = (decided_by IS NULL)", name="decision_signed"),
        CheckConstraint("(decided_at IS NULL) = (approved IS NULL)", name="decision_given"),
        Index(
            "uq_factor_resets_open",
            "user_id",
            unique=True,
            sqlite_where=column("decided_at").is_(None),
            postgresql_where=column("decided_at").is_(None),
        ),
    )

    id: Mapped[intpk]
    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("users.id"))
    reason: Mapped[str]
    requested_by: Mapped[int] = mapped_column(BigId, ForeignKey("users.id"))
    requested_at: Mapped[dt.datetime]
    decided_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id"))
    decided_at: Mapped[dt.datetime | None]
    approved: Mapped[bool | None]
