"""Tables of 360 feedback campaigns: who is asked about whom, and apart from that what was answered."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from merit.db import Base, BigId, JSONText, intpk, official_fk, one_of
from merit.performance.domain.campaigns import (
    INVITED_GROUPS,
    CampaignState,
    InvitationState,
)


class Campaign(Base):
    """One round of 360 feedback about a year; ``seed`` is what the raters were drawn with."""

    __tablename__ = "feedback_campaigns"
    __table_args__ = (
        one_of("state", tuple(CampaignState)),
        CheckConstraint("name <> ''", name="named"),
        CheckConstraint("year BETWEEN 1950 AND 2200", name="year_range"),
        CheckConstraint("ends >= starts", name="period_order"),
        CheckConstraint("minimum >= 3 AND peers >= minimum AND staff >= minimum", name="anonymous"),
        CheckConstraint("published_by IS NULL OR published_by <> proposed_by", name="two_persons"),
    )

    id: Mapped[intpk]
    name: Mapped[str]
    year: Mapped[int] = mapped_column(SmallInteger)
    starts: Mapped[dt.date]
    ends: Mapped[dt.date]
    peers: Mapped[int] = mapped_column(SmallInteger)
    staff: Mapped[int] = mapped_column(SmallInteger)
    minimum: Mapped[int] = mapped_column(SmallInteger)
    drops_careless: Mapped[bool]
    state: Mapped[str]
    seed: Mapped[str] = mapped_column(default="")
    created_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id"))
    created_at: Mapped[dt.datetime]
    proposed_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id"))
    published_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id"))
    published_at: Mapped[dt.datetime | None]


class CampaignSubject(Base):
    """An official a campaign is about; ``year`` is the campaign's while it lives, None once it is cancelled."""

    __tablename__ = "feedback_subjects"
    __table_args__ = (
        UniqueConstraint("campaign_id", "official_id"),
        # One campaign per person and year: two with almost the same raters could be subtracted from each other.
        UniqueConstraint("official_id", "year"),
    )

    id: Mapped[intpk]
    campaign_id: Mapped[int] = mapped_column(BigId, ForeignKey("feedback_campaigns.id"))
    official_id: Mapped[official_fk]
    year: Mapped[int | None] = mapped_column(SmallInteger)
    is_rateable: Mapped[bool]


class Invitation(Base):
    """Somebody asked about a subject; ``draft`` is sealed, and erased with ``opened_at`` when it is handed in."""

    __tablename__ = "feedback_invitations"
    __table_args__ = (
        one_of("rater_group", INVITED_GROUPS),
        one_of("state", tuple(InvitationState)),
        one_of("drawn_by", ("rule", "chance")),
        CheckConstraint(
            "(rater_group = 'diri' AND rater_id = subject_official_id)"
            " OR (rater_group <> 'diri' AND rater_id <> subject_official_id)",
            name="nobody_rates_himself",
        ),
        CheckConstraint("state <> 'submitted' OR (draft IS NULL AND opened_at IS NULL)", name="nothing_kept"),
        UniqueConstraint("subject_id", "rater_id"),
        Index("ix_feedback_invitations_rater_id", "rater_id"),
    )

    id: Mapped[intpk]
    subject_id: Mapped[int] = mapped_column(BigId, ForeignKey("feedback_subjects.id"))
    subject_official_id: Mapped[official_fk]
    rater_id: Mapped[official_fk]
    rater_group: Mapped[str]
    drawn_by: Mapped[str]
    state: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    draft: Mapped[str | None]
    opened_at: Mapped[dt.datetime | None]
    reminded_at: Mapped[dt.datetime | None]


class Sheet(Base):
    """One answer about a subject: no rater, no time, no number in order; ``id`` is drawn anew with each sheet."""

    __tablename__ = "feedback_sheets"
    __table_args__ = (
        one_of("rater_group", INVITED_GROUPS),
        Index("ix_feedback_sheets_subject_id", "subject_id"),
        # SQLite would otherwise number the rows in the order they came.
        {"sqlite_with_rowid": False},
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = mapped_column(BigId, ForeignKey("feedback_subjects.id"))
    rater_group: Mapped[str]
    answers: Mapped[dict[str, int]] = mapped_column(JSONText)
    signs: Mapped[list[str]] = mapped_column(JSONText)
