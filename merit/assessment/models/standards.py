"""Tables of standard setting: workshops, blind ratings, sets of cuts, and what a scoring measured with."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, SmallInteger, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from merit.db import Base, BigId, JSONText, intpk, one_of

WORKSHOP_METHODS = ("angoff", "bookmark", "expert_keys")
WORKSHOP_STATES = ("prepared", "rating", "feedback", "finished", "cancelled")
CUT_SOURCES = ("workshop", "outcomes", "direct")
MEASURES = ("theta", "classical")


class StandardWorkshop(Base):
    """A meeting of experts who judge items, in rounds; ``round`` is the one open or closed last, 0 before the first.

    ``probability`` is the response probability of the bookmark method.
    """

    __tablename__ = "standard_workshops"
    __table_args__ = (
        one_of("method", WORKSHOP_METHODS),
        one_of("state", WORKSHOP_STATES),
        CheckConstraint("competency <> ''", name="competency_given"),
        CheckConstraint("name <> ''", name="name_given"),
        CheckConstraint("round BETWEEN 0 AND 9", name="round_range"),
        CheckConstraint("probability > 0 AND probability < 1000000", name="probability_range"),
    )

    id: Mapped[intpk]
    name: Mapped[str]
    competency: Mapped[str]
    method: Mapped[str]
    state: Mapped[str]
    round: Mapped[int] = mapped_column(SmallInteger)
    probability: Mapped[Decimal]
    created_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id"))
    created_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]


class WorkshopPlace(Base):
    """One item of a workshop, with the parameters it had when the workshop was made (none for expert keys)."""

    __tablename__ = "standard_places"

    workshop_id: Mapped[int] = mapped_column(BigId, ForeignKey("standard_workshops.id"), primary_key=True)
    place: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    version_id: Mapped[int] = mapped_column(BigId, ForeignKey("item_versions.id"), index=True)
    parameters: Mapped[Any] = mapped_column(JSONText)  # {} or model, discrimination, thresholds, guessing


class WorkshopRater(Base):
    """A user invited to judge."""

    __tablename__ = "standard_raters"

    workshop_id: Mapped[int] = mapped_column(BigId, ForeignKey("standard_workshops.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("users.id"), primary_key=True)
    invited_at: Mapped[dt.datetime]


class WorkshopRating(Base):
    """What one rater judged of one item in one round, for ever; place 0 is the whole booklet (bookmark).

    ``answer``: Angoff, four expected shares of the points, 0-1, of people at the borders of the levels 2 to 5;
    bookmark, four places; expert keys, a value 1-5 per option.
    """

    __tablename__ = "standard_ratings"
    __table_args__ = (
        UniqueConstraint("workshop_id", "rater_id", "round", "place"),
        CheckConstraint("place >= 0", name="place_not_negative"),
        CheckConstraint("round >= 1", name="round_positive"),
    )

    id: Mapped[intpk]
    workshop_id: Mapped[int] = mapped_column(BigId, ForeignKey("standard_workshops.id"))
    rater_id: Mapped[int] = mapped_column(BigId, ForeignKey("users.id"), index=True)
    round: Mapped[int] = mapped_column(SmallInteger)
    place: Mapped[int] = mapped_column(SmallInteger)
    answer: Mapped[Any] = mapped_column(JSONText)
    rated_at: Mapped[dt.datetime]


class CutSet(Base):
    """Four abilities where the levels 2 to 5 of a competency begin: proposed by one person, decided by another.

    The approved set with the latest ``valid_from`` not after a day holds on that day; a later one supersedes it and
    the former stays. ``evidence`` keeps what the proposal rests on.
    """

    __tablename__ = "cut_sets"
    __table_args__ = (
        UniqueConstraint("competency", "number"),
        one_of("source", CUT_SOURCES),
        CheckConstraint("reason <> ''", name="reason_given"),
        CheckConstraint("decided_by IS NULL OR decided_by <> proposed_by", name="two_persons"),
        CheckConstraint("(decided_at IS NULL) = (approved IS NULL)", name="decision_given"),
    )

    id: Mapped[intpk]
    competency: Mapped[str]
    number: Mapped[int]
    cuts: Mapped[Any] = mapped_column(JSONText)  # four decimals as text
    errors: Mapped[Any] = mapped_column(JSONText)  # their standard errors, or []
    shares: Mapped[Any] = mapped_column(JSONText)  # expected percent of the points at each cut, or []
    source: Mapped[str]
    workshop_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("standard_workshops.id"), index=True)
    evidence: Mapped[Any] = mapped_column(JSONText)
    reason: Mapped[str]
    valid_from: Mapped[dt.date]
    proposed_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id"))
    proposed_at: Mapped[dt.datetime]
    decided_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id"))
    decided_at: Mapped[dt.datetime | None]
    approved: Mapped[bool | None]


class ScoreScale(Base):
    """How one scoring measured one competency, kept with it so that it can be repeated whatever is calibrated later.

    ``reason`` is the code why it was not measured by calibrated items. ``document`` holds parameters by version's
    SHA-256, cuts, and the numbers of the calibrations.
    """

    __tablename__ = "score_scales"
    __table_args__ = (
        one_of("measure", MEASURES),
        CheckConstraint("(measure = 'theta') = (reason = '')", name="reason_given"),
    )

    score_version_id: Mapped[int] = mapped_column(BigId, ForeignKey("score_versions.id"), primary_key=True)
    competency: Mapped[str] = mapped_column(primary_key=True)
    measure: Mapped[str]
    reason: Mapped[str]
    cut_set_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("cut_sets.id"), index=True)
    document: Mapped[Any] = mapped_column(JSONText)
    sha256: Mapped[str]
