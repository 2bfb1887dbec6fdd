"""Tables of calibrations: item parameters on the scale of a competency, written once and decided by a second person.

A calibration in force holds its competency's whole scale: items estimated from new answers and items carried over
unchanged from the one before. Only its state and the decision about it ever change.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, UniqueConstraint, column
from sqlalchemy.orm import Mapped, mapped_column

from merit.db import Base, BigId, JSONText, intpk, one_of

CALIBRATION_STATES = ("draft", "in_force", "superseded", "refused")
CALIBRATION_MODELS = ("1pl", "2pl", "3pl", "grm", "gpcm", "pcm")
ORIGINS = ("estimated", "fixed", "carried")
_IN_FORCE = column("state") == "in_force"


class Calibration(Base):
    """One estimation of the items of a competency.

    ``settings`` holds the plan, ``silent`` persons who said nothing about the items, and ``whole_fit``, the fit of the
    whole (services.calibration.fitting.WholeFit; absent from calibrations made before it was computed).
    ``link`` is ``{method, slope, intercept, anchors, …}`` onto the scale, null for the calibration that defines it;
    ``previous_id`` the calibration whose scale it was linked onto. ``left_out`` lists items that did not enter,
    ``problems`` what limits the outcome. ``sha256`` is that of the parameters, ``inputs_sha256`` of the answers and
    settings they come from.
    """

    __tablename__ = "calibrations"
    __table_args__ = (
        UniqueConstraint("competency", "number"),
        one_of("state", CALIBRATION_STATES),
        one_of("model", CALIBRATION_MODELS),
        CheckConstraint("competency <> ''", name="competency_given"),
        CheckConstraint("persons >= 0 AND items >= 0", name="counts_not_negative"),
        CheckConstraint("(state = 'draft') = (decided_at IS NULL)", name="decision_dated"),
        CheckConstraint("decided_by IS NULL OR decided_by <> made_by", name="two_persons"),
        CheckConstraint("state <> 'refused' OR decision_note <> ''", name="refusal_explained"),
        Index(
            "uq_calibrations_in_force", "competency", unique=True, sqlite_where=_IN_FORCE, postgresql_where=_IN_FORCE
        ),
    )

    id: Mapped[intpk]
    competency: Mapped[str]
    number: Mapped[int]
    model: Mapped[str]
    state: Mapped[str] = mapped_column(default="draft")
    previous_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("calibrations.id"))
    persons: Mapped[int]
    items: Mapped[int]
    log_likelihood: Mapped[float]
    iterations: Mapped[int]
    converged: Mapped[bool]
    settings: Mapped[Any] = mapped_column(JSONText)
    link: Mapped[Any | None] = mapped_column(JSONText)
    left_out: Mapped[Any] = mapped_column(JSONText)
    problems: Mapped[Any] = mapped_column(JSONText)
    inputs_sha256: Mapped[str]
    sha256: Mapped[str]
    made_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id"))
    made_at: Mapped[dt.datetime]
    decided_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id"))
    decided_at: Mapped[dt.datetime | None]
    decision_note: Mapped[str] = mapped_column(default="")
    superseded_at: Mapped[dt.datetime | None]


class CalibrationItem(Base):
    """One item version in a calibration; immutable.

    ``discrimination``, ``thresholds``, ``guessing`` are on the scale; ``own`` holds the estimates before linking
    and the figures of the drift; ``steps`` the points that begin each category, as texts; ``standard_errors`` and
    ``fit`` what is known of them; ``displacement`` the move of the difficulty against the one before, in logits.
    """

    __tablename__ = "calibration_items"
    __table_args__ = (
        one_of("origin", ORIGINS),
        one_of("model", CALIBRATION_MODELS),
        CheckConstraint("persons >= 0", name="persons_not_negative"),
    )

    calibration_id: Mapped[int] = mapped_column(BigId, ForeignKey("calibrations.id"), primary_key=True)
    version_id: Mapped[int] = mapped_column(BigId, ForeignKey("item_versions.id"), primary_key=True, index=True)
    origin: Mapped[str]
    model: Mapped[str]
    is_anchor: Mapped[bool] = mapped_column(default=False)
    discrimination: Mapped[float]
    thresholds: Mapped[Any] = mapped_column(JSONText)
    guessing: Mapped[float]
    steps: Mapped[Any] = mapped_column(JSONText)
    own: Mapped[Any] = mapped_column(JSONText)
    standard_errors: Mapped[Any] = mapped_column(JSONText)
    fit: Mapped[Any] = mapped_column(JSONText)
    displacement: Mapped[float | None]
    persons: Mapped[int]
    flags: Mapped[Any] = mapped_column(JSONText)


class CalibrationSource(Base):
    """One scoring whose answers entered a calibration; immutable."""

    __tablename__ = "calibration_sources"
    __table_args__ = (CheckConstraint("persons >= 0", name="persons_not_negative"),)

    calibration_id: Mapped[int] = mapped_column(BigId, ForeignKey("calibrations.id"), primary_key=True)
    score_version_id: Mapped[int] = mapped_column(BigId, ForeignKey("score_versions.id"), primary_key=True)
    persons: Mapped[int]
    items: Mapped[int] = mapped_column(SmallInteger)
