"""Tables of scoring: versions, scores of responses, marks of essays, key changes, results of candidates."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, UniqueConstraint, column
from sqlalchemy.orm import Mapped, mapped_column

from merit.db import Base, BigId, JSONText, intpk, one_of

SCORE_STATES = ("current", "superseded", "failed")
SCORE_OUTCOMES = ("scored", "blank", "to_mark", "unsupported", "void")
KEY_CHANGE_KINDS = ("key", "void", "everybody")


class ScoreVersion(Base):
    """One scoring of a whole sitting; a key change makes a new one, the old one is kept."""

    __tablename__ = "score_versions"
    __table_args__ = (
        UniqueConstraint("sitting_id", "number"),
        one_of("state", SCORE_STATES),
        Index(
            "uq_score_versions_current",
            "sitting_id",
            unique=True,
            sqlite_where=column("state") == "current",
            postgresql_where=column("state") == "current",
        ),
    )

    id: Mapped[intpk]
    sitting_id: Mapped[int] = mapped_column(BigId, ForeignKey("sittings.id"))
    number: Mapped[int]
    state: Mapped[str]
    sha256: Mapped[str]  # of all scores and results in canonical order: the same bytes on every run
    reason: Mapped[str] = mapped_column(default="")
    made_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id"))
    made_at: Mapped[dt.datetime]


class ResponseScore(Base):
    """Points of one position of one attempt in one score version."""

    __tablename__ = "response_scores"
    __table_args__ = (one_of("outcome", SCORE_OUTCOMES),)

    score_version_id: Mapped[int] = mapped_column(BigId, ForeignKey("score_versions.id"), primary_key=True)
    attempt_id: Mapped[int] = mapped_column(BigId, ForeignKey("attempts.id"), primary_key=True)
    position: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    version_id: Mapped[int] = mapped_column(BigId, ForeignKey("item_versions.id"), index=True)
    points: Mapped[Decimal | None]
    maximum: Mapped[Decimal]
    outcome: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")


class EssayMark(Base):
    """One marker's points for one essay, given without seeing the person or the other marks."""

    __tablename__ = "essay_marks"
    __table_args__ = (
        UniqueConstraint("attempt_id", "position", "marker_id"),
        UniqueConstraint("attempt_id", "position", "turn"),
        CheckConstraint("turn BETWEEN 1 AND 3", name="turn_range"),
        CheckConstraint("points >= 0", name="points_not_negative"),
    )

    id: Mapped[intpk]
    attempt_id: Mapped[int] = mapped_column(BigId, ForeignKey("attempts.id"))
    position: Mapped[int] = mapped_column(SmallInteger)
    turn: Mapped[int] = mapped_column(SmallInteger)
    marker_id: Mapped[int] = mapped_column(BigId, ForeignKey("users.id"), index=True)
    points: Mapped[Decimal]
    comment: Mapped[str] = mapped_column(default="")
    marked_at: Mapped[dt.datetime]


class KeyChange(Base):
    """A correction of an item's key for one sitting: proposed with its effects, decided by a second person.

    ``sealed_key`` is the encrypted new ItemKey for kind ``key``; ``void`` takes the item out for all, ``everybody``
    gives all its points.
    """

    __tablename__ = "key_changes"
    __table_args__ = (
        one_of("kind", KEY_CHANGE_KINDS),
        CheckConstraint("reason <> ''", name="reason_given"),
        CheckConstraint("decided_by IS NULL OR decided_by <> proposed_by", name="two_persons"),
        CheckConstraint("(decided_at IS NULL) = (approved IS NULL)", name="decision_given"),
        CheckConstraint("(kind = 'key') = (sealed_key IS NOT NULL)", name="key_given"),
    )

    id: Mapped[intpk]
    sitting_id: Mapped[int] = mapped_column(BigId, ForeignKey("sittings.id"), index=True)
    version_id: Mapped[int] = mapped_column(BigId, ForeignKey("item_versions.id"))
    kind: Mapped[str]
    sealed_key: Mapped[str | None]
    reason: Mapped[str]
    preview: Mapped[Any] = mapped_column(JSONText)
    proposed_by: Mapped[int] = mapped_column(BigId, ForeignKey("users.id"))
    proposed_at: Mapped[dt.datetime]
    decided_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id"))
    decided_at: Mapped[dt.datetime | None]
    approved: Mapped[bool | None]
    score_version_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("score_versions.id"))


class CandidateResult(Base):
    """One candidate's result on one competency ("" is the whole test) in one score version.

    ``level_probabilities`` are P(level 1 … 5); ``job_person_match`` are percents for the present and, where the
    sitting names one, the target position (rows with competency "" only).
    """

    __tablename__ = "candidate_results"
    __table_args__ = (
        UniqueConstraint("score_version_id", "attempt_id", "competency"),
        CheckConstraint("level IS NULL OR level BETWEEN 1 AND 5", name="level_range"),
    )

    id: Mapped[intpk]
    score_version_id: Mapped[int] = mapped_column(BigId, ForeignKey("score_versions.id"))
    attempt_id: Mapped[int] = mapped_column(BigId, ForeignKey("attempts.id"), index=True)
    competency: Mapped[str]
    items: Mapped[int] = mapped_column(SmallInteger)
    raw: Mapped[Decimal]
    maximum: Mapped[Decimal]
    scaled: Mapped[Decimal | None]  # 0-100
    scaled_se: Mapped[Decimal | None]
    ability: Mapped[Decimal | None]
    ability_se: Mapped[Decimal | None]
    level: Mapped[int | None] = mapped_column(SmallInteger)
    level_se: Mapped[Decimal | None]
    level_probabilities: Mapped[Any] = mapped_column(JSONText)
    job_person_match: Mapped[Any] = mapped_column(JSONText)  # {"present": {...}, "target": {...}} or null
