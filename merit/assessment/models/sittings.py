"""Tables of sittings: rooms, seats, candidates, sealed papers, minutes, compensation."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, SmallInteger, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from merit.assessment.domain.states import SittingState
from merit.db import Base, BigId, JSONText, intpk, official_fk, one_of

SITTING_METHODS = ("internal", "asesmen")
SITTING_PURPOSES = ("filling", "mapping", "practice")
SITTING_KINDS = ("exam", "practice", "rehearsal")


class Sitting(Base):
    """One occasion on which a test is given (sesi uji).

    ``settings`` is a SittingSettings document (late arrival, grace, SEB, cuts, navigation …). ``accreditation`` is
    set where the organiser holds BKN's own for it; method is then ``asesmen`` and results count as accredited.
    """

    __tablename__ = "sittings"
    __table_args__ = (
        one_of("state", tuple(SittingState)),
        one_of("method", SITTING_METHODS),
        one_of("purpose", SITTING_PURPOSES),
        one_of("kind", SITTING_KINDS),
        CheckConstraint("code <> ''", name="code_given"),
        CheckConstraint("minutes BETWEEN 1 AND 600", name="minutes_range"),
        CheckConstraint("grace_seconds BETWEEN 0 AND 600", name="grace_range"),
        CheckConstraint("(method = 'internal') = (accreditation = '')", name="accreditation_fits"),
        CheckConstraint("published_by IS NULL OR published_by <> publish_asked_by", name="two_publishers"),
        CheckConstraint("(state = 'published') = (published_at IS NOT NULL)", name="published_signed"),
    )

    id: Mapped[intpk]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(default="exam")
    rehearses_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("sittings.id"))
    blueprint_id: Mapped[int] = mapped_column(BigId, ForeignKey("blueprints.id"))
    state: Mapped[str] = mapped_column(default=SittingState.DRAFT.value, index=True)
    purpose: Mapped[str] = mapped_column(default="mapping")
    starts_at: Mapped[dt.datetime]
    minutes: Mapped[int] = mapped_column(SmallInteger)
    grace_seconds: Mapped[int] = mapped_column(SmallInteger, default=5)
    organiser: Mapped[str]
    method: Mapped[str] = mapped_column(default="internal")
    accreditation: Mapped[str] = mapped_column(default="")
    settings: Mapped[Any] = mapped_column(JSONText)
    row_version: Mapped[int] = mapped_column(default=1)
    created_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id"))
    created_at: Mapped[dt.datetime]
    sealed_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id"))
    sealed_at: Mapped[dt.datetime | None]
    sealed_sha256: Mapped[str | None]
    opened_at: Mapped[dt.datetime | None]
    started_at: Mapped[dt.datetime | None]
    closed_at: Mapped[dt.datetime | None]
    scored_at: Mapped[dt.datetime | None]
    publish_asked_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id"))
    publish_asked_at: Mapped[dt.datetime | None]
    published_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id"))
    published_at: Mapped[dt.datetime | None]
    cancel_reason: Mapped[str] = mapped_column(default="")
    cancelled_at: Mapped[dt.datetime | None]


class SittingRoom(Base):
    """A room of a sitting, its seats drawn as rows and columns."""

    __tablename__ = "sitting_rooms"
    __table_args__ = (
        UniqueConstraint("sitting_id", "name"),
        CheckConstraint("seats BETWEEN 1 AND 2000", name="seats_range"),
        CheckConstraint("columns BETWEEN 1 AND 100", name="columns_range"),
    )

    id: Mapped[intpk]
    sitting_id: Mapped[int] = mapped_column(BigId, ForeignKey("sittings.id"))
    name: Mapped[str]
    seats: Mapped[int]
    columns: Mapped[int] = mapped_column(default=6)
    opened_at: Mapped[dt.datetime | None]
    started_at: Mapped[dt.datetime | None]
    paused_at: Mapped[dt.datetime | None]
    closed_at: Mapped[dt.datetime | None]
    minutes_signed: Mapped[Any] = mapped_column(JSONText, default=list)  # [{user, name, at}]


class RoomProctor(Base):
    """Who watches a room (pengawas ruang)."""

    __tablename__ = "room_proctors"
    __table_args__ = (UniqueConstraint("room_id", "user_id"),)

    id: Mapped[intpk]
    room_id: Mapped[int] = mapped_column(BigId, ForeignKey("sitting_rooms.id"))
    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("users.id"), index=True)
    assigned_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id"))
    assigned_at: Mapped[dt.datetime]


class Candidate(Base):
    """An official on a sitting's roster (peserta): number, room, seat, card PIN, accommodation.

    ``pin_hash`` is a keyed reference of the one-time PIN on the card. An accommodation counts only when approved.
    """

    __tablename__ = "candidates"
    __table_args__ = (
        UniqueConstraint("sitting_id", "official_id"),
        UniqueConstraint("sitting_id", "number"),
        UniqueConstraint("room_id", "seat"),
        CheckConstraint("(room_id IS NULL) = (seat IS NULL)", name="seat_in_room"),
        CheckConstraint("seat IS NULL OR seat >= 1", name="seat_positive"),
        CheckConstraint("extra_minutes BETWEEN 0 AND 300", name="extra_range"),
        CheckConstraint("break_minutes BETWEEN 0 AND 120", name="break_range"),
        CheckConstraint(
            "accommodation_approved_by IS NULL OR accommodation_approved_by <> accommodation_asked_by",
            name="two_persons_accommodate",
        ),
    )

    id: Mapped[intpk]
    sitting_id: Mapped[int] = mapped_column(BigId, ForeignKey("sittings.id"))
    official_id: Mapped[official_fk] = mapped_column(index=True)
    number: Mapped[str]
    room_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("sitting_rooms.id"))
    seat: Mapped[int | None]
    pin_hash: Mapped[str | None] = mapped_column(index=True)
    pin_used_at: Mapped[dt.datetime | None]
    extra_minutes: Mapped[int] = mapped_column(SmallInteger, default=0)
    break_minutes: Mapped[int] = mapped_column(SmallInteger, default=0)
    has_reader: Mapped[bool] = mapped_column(default=False)
    accommodation_reason: Mapped[str] = mapped_column(default="")
    accommodation_asked_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id"))
    accommodation_approved_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id"))
    accommodation_approved_at: Mapped[dt.datetime | None]
    moved_to_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("candidates.id"))  # rescheduled to
    withdrawn_at: Mapped[dt.datetime | None]
    withdrawn_reason: Mapped[str] = mapped_column(default="")


class Paper(Base):
    """The frozen test of one candidate; ``packed`` is its public JSON, gzip, made once; immutable.

    ``sha256`` is that of the unpacked JSON. It holds no key and no weight.
    """

    __tablename__ = "papers"
    __table_args__ = (UniqueConstraint("candidate_id"),)

    id: Mapped[intpk]
    sitting_id: Mapped[int] = mapped_column(BigId, ForeignKey("sittings.id"), index=True)
    candidate_id: Mapped[int] = mapped_column(BigId, ForeignKey("candidates.id"))
    form: Mapped[int | None] = mapped_column(SmallInteger)
    items: Mapped[int] = mapped_column(SmallInteger)
    packed: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str]
    sealed_at: Mapped[dt.datetime]


class PaperItem(Base):
    """One place of a paper: which version, in which section, options in which order; immutable.

    ``is_scored`` is false for items on trial, which are shown and analysed but never count. ``template_values`` is
    what was drawn for this candidate, sealed: right answers may be among it. NULL where the item draws nothing.
    ``competency``, ``level`` and ``subject`` are the item's tags at sealing: results keep them whatever is retagged.
    """

    __tablename__ = "paper_items"

    paper_id: Mapped[int] = mapped_column(BigId, ForeignKey("papers.id"), primary_key=True)
    position: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    version_id: Mapped[int] = mapped_column(BigId, ForeignKey("item_versions.id"), index=True)
    section: Mapped[int] = mapped_column(SmallInteger, default=0)
    orders: Mapped[Any] = mapped_column(JSONText)  # {response id: [identifiers as shown]}
    is_scored: Mapped[bool] = mapped_column(default=True)
    template_values: Mapped[str | None]
    competency: Mapped[str] = mapped_column(default="")
    level: Mapped[int | None] = mapped_column(SmallInteger)
    subject: Mapped[str] = mapped_column(default="")


class SittingEvent(Base):
    """One line of the minutes: what happened, to whom, by whom; append-only."""

    __tablename__ = "sitting_events"
    __table_args__ = (
        CheckConstraint("kind <> ''", name="kind_given"),
        Index("ix_sitting_events_room", "sitting_id", "room_id", "id"),
    )

    id: Mapped[intpk]
    sitting_id: Mapped[int] = mapped_column(BigId, ForeignKey("sittings.id"))
    room_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("sitting_rooms.id"))
    candidate_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("candidates.id"), index=True)
    kind: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    details: Mapped[Any] = mapped_column(JSONText, default=dict)
    by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id"))
    at: Mapped[dt.datetime]
