"""Tables of the item bank: items, immutable versions, review, enemies, media."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from merit.assessment.domain.states import ItemState
from merit.db import Base, BigId, JSONText, intpk, one_of

KINDS = (
    *("single_choice", "multiple_choice", "sjt", "true_false", "order", "match", "inline_choice"),
    *("text_entry", "numeric_entry", "hotspot", "slider", "essay", "composite", "information"),
)
COMMENT_KINDS = ("comment", "review")


class Item(Base):
    """One question of the bank; what it asks lives in its versions.

    ``row_version`` counts changes of the tags and the state, so that two people cannot overwrite each other.
    """

    __tablename__ = "items"
    __table_args__ = (
        one_of("state", tuple(ItemState)),
        CheckConstraint("level IS NULL OR level BETWEEN 1 AND 5", name="level_range"),
        CheckConstraint("code <> ''", name="code_given"),
        Index("ix_items_competency_level", "competency", "level", "state"),
    )

    id: Mapped[intpk]
    code: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(default=ItemState.DRAFT.value, index=True)
    competency: Mapped[str] = mapped_column(default="")
    level: Mapped[int | None] = mapped_column(SmallInteger)
    subject: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="id")
    origin: Mapped[str] = mapped_column(default="")
    author_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id"), index=True)
    created_at: Mapped[dt.datetime]
    row_version: Mapped[int] = mapped_column(default=1)


class ItemVersion(Base):
    """What an item asks and how it is scored, for ever; ``sealed_key`` is the encrypted ItemKey."""

    __tablename__ = "item_versions"
    __table_args__ = (
        UniqueConstraint("item_id", "number"),
        one_of("kind", KINDS),
        CheckConstraint("maximum >= 0", name="maximum_not_negative"),
        CheckConstraint("number >= 1", name="number_positive"),
        CheckConstraint("facility IS NULL OR facility BETWEEN 0 AND 1000000", name="facility_range"),
    )

    id: Mapped[intpk]
    item_id: Mapped[int] = mapped_column(BigId, ForeignKey("items.id"))
    number: Mapped[int]
    kind: Mapped[str]
    title: Mapped[str] = mapped_column(default="")
    content: Mapped[Any] = mapped_column(JSONText)
    sealed_key: Mapped[str]
    maximum: Mapped[Decimal]
    facility: Mapped[Decimal | None]  # expected share of the points, 0-1, as estimated by the author
    plain_text: Mapped[str]
    sha256: Mapped[str] = mapped_column(index=True)
    note: Mapped[str] = mapped_column(default="")
    created_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id"))
    created_at: Mapped[dt.datetime]


class ItemTransition(Base):
    """A step of an item from one state to another, with the person who took it."""

    __tablename__ = "item_transitions"
    __table_args__ = (
        one_of("from_state", tuple(ItemState)),
        one_of("to_state", tuple(ItemState)),
    )

    id: Mapped[intpk]
    item_id: Mapped[int] = mapped_column(BigId, ForeignKey("items.id"), index=True)
    version_id: Mapped[int] = mapped_column(BigId, ForeignKey("item_versions.id"))
    from_state: Mapped[str]
    to_state: Mapped[str]
    by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id"))
    at: Mapped[dt.datetime]
    note: Mapped[str] = mapped_column(default="")


class ItemComment(Base):
    """What a reviewer wrote about a version; a comment may be settled."""

    __tablename__ = "item_comments"
    __table_args__ = (
        one_of("kind", COMMENT_KINDS),
        CheckConstraint("text <> ''", name="text_given"),
        CheckConstraint("(settled_at IS NULL) = (settled_by IS NULL)", name="settled_signed"),
    )

    id: Mapped[intpk]
    version_id: Mapped[int] = mapped_column(BigId, ForeignKey("item_versions.id"), index=True)
    kind: Mapped[str] = mapped_column(default="comment")
    text: Mapped[str]
    by_id: Mapped[int] = mapped_column(BigId, ForeignKey("users.id"))
    at: Mapped[dt.datetime]
    settled_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id"))
    settled_at: Mapped[dt.datetime | None]


class ItemEnemy(Base):
    """Two items that must never meet in one paper (one gives the other away)."""

    __tablename__ = "item_enemies"
    __table_args__ = (
        UniqueConstraint("item_id", "enemy_id"),
        CheckConstraint("item_id < enemy_id", name="ordered_pair"),
    )

    id: Mapped[intpk]
    item_id: Mapped[int] = mapped_column(BigId, ForeignKey("items.id"))
    enemy_id: Mapped[int] = mapped_column(BigId, ForeignKey("items.id"), index=True)
    reason: Mapped[str] = mapped_column(default="")
    created_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id"))
    created_at: Mapped[dt.datetime]


class Medium(Base):
    """A picture or sound of the bank, kept once by content under ``files/media``; ``address`` cannot be guessed."""

    __tablename__ = "media"
    __table_args__ = (CheckConstraint("size > 0", name="size_positive"),)

    id: Mapped[intpk]
    sha256: Mapped[str] = mapped_column(unique=True)
    address: Mapped[str] = mapped_column(unique=True)
    media_type: Mapped[str]
    size: Mapped[int]
    width: Mapped[int | None]
    height: Mapped[int | None]
    name: Mapped[str] = mapped_column(default="")
    created_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id"))
    created_at: Mapped[dt.datetime]


class ItemStatistic(Base):
    """What one sitting told about one version: counts of options, facility, discrimination, time."""

    __tablename__ = "item_statistics"
    __table_args__ = (
        UniqueConstraint("version_id", "sitting_id"),
        CheckConstraint("persons >= 0", name="persons_not_negative"),
    )

    id: Mapped[intpk]
    version_id: Mapped[int] = mapped_column(BigId, ForeignKey("item_versions.id"))
    sitting_id: Mapped[int] = mapped_column(BigId, ForeignKey("sittings.id"), index=True)
    persons: Mapped[int]
    facility: Mapped[float | None]
    discrimination: Mapped[float | None]
    median_seconds: Mapped[float | None]
    options: Mapped[Any] = mapped_column(JSONText)  # {value: count}
    computed_at: Mapped[dt.datetime]


class Blueprint(Base):
    """The plan of a test (kisi-kisi); ``document`` is a BlueprintDocument."""

    __tablename__ = "blueprints"
    __table_args__ = (CheckConstraint("code <> ''", name="code_given"),)

    id: Mapped[intpk]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    document: Mapped[Any] = mapped_column(JSONText)
    row_version: Mapped[int] = mapped_column(default=1)
    created_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id"))
    created_at: Mapped[dt.datetime]
    changed_at: Mapped[dt.datetime]
    retired_at: Mapped[dt.datetime | None]
