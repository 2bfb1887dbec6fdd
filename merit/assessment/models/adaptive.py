"""Tables of adaptive tests: the pool frozen at sealing, and why each item was chosen; written once."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, SmallInteger, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from merit.db import Base, BigId, JSONText, intpk


class AdaptivePool(Base):
    """What an adaptive part of a sitting chooses from, and by which rules; immutable.

    ``rules`` is an AdaptiveRules document, ``rows`` the demands of the part, ``cuts`` the four abilities that begin the
    levels 2 to 5 as they were in force (null: none), ``enemies`` pairs of versions that must not meet. ``sha256`` is
    that of all of it with every item, and stands in every paper of the sitting.
    """

    __tablename__ = "adaptive_pools"
    __table_args__ = (
        UniqueConstraint("sitting_id", "section"),
        CheckConstraint("competency <> ''", name="competency_given"),
    )

    id: Mapped[intpk]
    sitting_id: Mapped[int] = mapped_column(BigId, ForeignKey("sittings.id"))
    section: Mapped[int] = mapped_column(SmallInteger)
    competency: Mapped[str]
    rules: Mapped[Any] = mapped_column(JSONText)
    rows: Mapped[Any] = mapped_column(JSONText)
    cuts: Mapped[Any | None] = mapped_column(JSONText)
    enemies: Mapped[Any] = mapped_column(JSONText)
    sha256: Mapped[str]
    sealed_at: Mapped[dt.datetime]


class AdaptivePoolItem(Base):
    """One item of a pool with its parameters on the scale of the competency; immutable.

    ``steps`` are the points that begin each score category, as texts; ``row_numbers`` the rows of the part it serves;
    ``exposure`` the probability that it may be used for a candidate (Sympson & Hetter),
    1 where nothing is bounded.
    """

    __tablename__ = "adaptive_pool_items"

    pool_id: Mapped[int] = mapped_column(BigId, ForeignKey("adaptive_pools.id"), primary_key=True)
    version_id: Mapped[int] = mapped_column(BigId, ForeignKey("item_versions.id"), primary_key=True)
    code: Mapped[str]
    level: Mapped[int | None] = mapped_column(SmallInteger)
    model: Mapped[str]
    discrimination: Mapped[float]
    thresholds: Mapped[Any] = mapped_column(JSONText)
    guessing: Mapped[float]
    steps: Mapped[Any] = mapped_column(JSONText)
    row_numbers: Mapped[Any] = mapped_column(JSONText)
    exposure: Mapped[float]
    calibration_id: Mapped[int] = mapped_column(BigId, ForeignKey("calibrations.id"))


class AdaptiveStep(Base):
    """One decision in one attempt: the next item and why, or that the part is over and why; append-only.

    ``number`` counts the decisions of an attempt from 1, ``position`` its items; a part that ended has no position.
    ``theta`` and ``error`` are the EAP and its standard error before the decision. ``details`` holds the answers it
    was made on, the best candidates with their information, and how others were excluded (domain.adaptive.StepLog).
    """

    __tablename__ = "adaptive_steps"
    __table_args__ = (
        UniqueConstraint("attempt_id", "position"),
        CheckConstraint("(position IS NULL) = (version_id IS NULL)", name="item_has_place"),
        CheckConstraint("reason <> ''", name="reason_given"),
    )

    attempt_id: Mapped[int] = mapped_column(BigId, ForeignKey("attempts.id"), primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    pool_id: Mapped[int] = mapped_column(BigId, ForeignKey("adaptive_pools.id"), index=True)
    position: Mapped[int | None] = mapped_column(SmallInteger)
    version_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("item_versions.id"))
    reason: Mapped[str]
    theta: Mapped[float]
    error: Mapped[float]
    information: Mapped[float | None]
    seed: Mapped[str]
    details: Mapped[Any] = mapped_column(JSONText)
    chosen_at: Mapped[dt.datetime]


class AdaptiveReplay(Base):
    """A shadow run: what an adaptive test would have given those who took a fixed one (uji bayangan); append-only.

    ``rules`` is the AdaptiveRules document it ran under, ``calibrations`` the calibrations its items come from,
    ``report`` a ReplayReport document. Nothing of it touches a result.
    """

    __tablename__ = "adaptive_replays"

    id: Mapped[intpk]
    sitting_id: Mapped[int] = mapped_column(BigId, ForeignKey("sittings.id"), index=True)
    competency: Mapped[str]
    rules: Mapped[Any] = mapped_column(JSONText)
    calibrations: Mapped[Any] = mapped_column(JSONText)
    report: Mapped[Any] = mapped_column(JSONText)
    made_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id"))
    made_at: Mapped[dt.datetime]
