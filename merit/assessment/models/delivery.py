"""Tables of attempts and answers: lease, clock, responses and the receipt chain.

The save of an answer is one statement (PostgreSQL function ``merit_save``, SQLite's writer thread); both write
exactly these tables and compute the same receipts.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from merit.assessment.domain.states import AttemptState
from merit.db import Base, BigId, JSONText, intpk, one_of

ENDINGS = ("candidate", "proctor", "sweep", "plain_form")


class Attempt(Base):
    """One candidate's work in a sitting; there is never a second one.

    The deadline is ``started_at + allotted + paused + extended`` and is kept in ``deadline`` while running.
    ``token_hash`` is the SHA-256 of the secret in the address; ``lease_hash`` that of the one browser that may save.
    ``receipt`` is the end of the chain: SHA-256 of the previous receipt and the accepted save.

    ``section`` and what follows is empty unless the paper's sections are taken one after the other: the section entered
    last, the positions that may still be answered, and its own end (``section_deadline``; it stands still in a pause).
    """

    __tablename__ = "attempts"
    __table_args__ = (
        UniqueConstraint("candidate_id"),
        one_of("state", tuple(AttemptState)),
        one_of("ending", ENDINGS, nullable=True),
        CheckConstraint("(state = 'finished') = (finished_at IS NOT NULL)", name="finished_signed"),
        CheckConstraint("(state = 'paused') = (paused_at IS NOT NULL)", name="paused_since"),
        CheckConstraint("allotted_seconds > 0", name="allotted_positive"),
        CheckConstraint("paused_seconds >= 0 AND extended_seconds >= 0", name="clock_not_negative"),
        CheckConstraint("saves >= 0", name="saves_not_negative"),
    )

    id: Mapped[intpk]
    sitting_id: Mapped[int] = mapped_column(BigId, ForeignKey("sittings.id"), index=True)
    room_id: Mapped[int] = mapped_column(BigId, ForeignKey("sitting_rooms.id"), index=True)
    candidate_id: Mapped[int] = mapped_column(BigId, ForeignKey("candidates.id"))
    paper_id: Mapped[int] = mapped_column(BigId, ForeignKey("papers.id"))
    items: Mapped[int] = mapped_column(SmallInteger)
    token_hash: Mapped[str] = mapped_column(unique=True)
    lease_hash: Mapped[str | None]
    lease_number: Mapped[int] = mapped_column(default=0)
    lease_asked_hash: Mapped[str | None]  # a second browser that waits for the proctor's consent
    lease_asked_at: Mapped[dt.datetime | None]
    state: Mapped[str] = mapped_column(default=AttemptState.WAITING.value)
    created_at: Mapped[dt.datetime]
    admitted_at: Mapped[dt.datetime | None]
    admitted_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id"))
    started_at: Mapped[dt.datetime | None]
    allotted_seconds: Mapped[int]
    paused_at: Mapped[dt.datetime | None]
    paused_seconds: Mapped[int] = mapped_column(default=0)
    extended_seconds: Mapped[int] = mapped_column(default=0)
    deadline: Mapped[dt.datetime | None]
    grace_seconds: Mapped[int] = mapped_column(SmallInteger, default=5)
    section: Mapped[int | None] = mapped_column(SmallInteger)
    open_from: Mapped[int | None] = mapped_column(SmallInteger)
    open_to: Mapped[int | None] = mapped_column(SmallInteger)
    is_forward: Mapped[bool | None]
    section_seconds: Mapped[int | None]
    section_deadline: Mapped[dt.datetime | None]
    finished_at: Mapped[dt.datetime | None]
    ending: Mapped[str | None]
    receipt: Mapped[str] = mapped_column(default="")
    saves: Mapped[int] = mapped_column(default=0)
    answered: Mapped[int] = mapped_column(SmallInteger, default=0)
    marked: Mapped[int] = mapped_column(SmallInteger, default=0)
    last_save_at: Mapped[dt.datetime | None]
    last_seen_at: Mapped[dt.datetime | None]
    network: Mapped[str] = mapped_column(default="")
    browser: Mapped[str] = mapped_column(default="")
    focus_losses: Mapped[int] = mapped_column(default=0)
    flags: Mapped[Any] = mapped_column(JSONText, default=list)


class AttemptSection(Base):
    """A section of an attempt whose sections are taken one after the other; rows exist from admission on.

    ``entered_at`` is the server's time (empty for the first, which begins with the attempt, and for those ahead);
    ``way`` tells whether the candidate's browser asked for it or its first save did. ``until`` is the end the section
    had when it was left.
    """

    __tablename__ = "attempt_sections"
    __table_args__ = (
        one_of("way", ("asked", "saved"), nullable=True),
        CheckConstraint("first >= 1 AND last >= first", name="range_order"),
        CheckConstraint("seconds IS NULL OR seconds > 0", name="seconds_positive"),
        CheckConstraint("(entered_at IS NULL) = (way IS NULL)", name="entry_explained"),
    )

    attempt_id: Mapped[int] = mapped_column(BigId, ForeignKey("attempts.id"), primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    first: Mapped[int] = mapped_column(SmallInteger)
    last: Mapped[int] = mapped_column(SmallInteger)
    seconds: Mapped[int | None]
    entered_at: Mapped[dt.datetime | None]
    way: Mapped[str | None]
    until: Mapped[dt.datetime | None]


class Response(Base):
    """The newest answer to one position; ``late`` ones are kept but scored only when two persons accept them."""

    __tablename__ = "responses"
    __table_args__ = (CheckConstraint("revision >= 1", name="revision_positive"),)

    attempt_id: Mapped[int] = mapped_column(BigId, ForeignKey("attempts.id"), primary_key=True)
    position: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    revision: Mapped[int]
    value: Mapped[str]  # canonical JSON: list of values, or {response id: [values]}
    marked: Mapped[bool] = mapped_column(default=False)
    client_at: Mapped[str] = mapped_column(default="")
    saved_at: Mapped[dt.datetime]


class LateResponse(Base):
    """An answer that came after the deadline and its grace; the newest revision per position."""

    __tablename__ = "late_responses"
    __table_args__ = (
        CheckConstraint("revision >= 1", name="revision_positive"),
        CheckConstraint("accepted_by IS NULL OR accepted_by <> proposed_by", name="two_persons"),
    )

    attempt_id: Mapped[int] = mapped_column(BigId, ForeignKey("attempts.id"), primary_key=True)
    position: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    revision: Mapped[int]
    value: Mapped[str]
    marked: Mapped[bool] = mapped_column(default=False)
    client_at: Mapped[str] = mapped_column(default="")
    saved_at: Mapped[dt.datetime]
    proposed_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id"))
    proposed_reason: Mapped[str] = mapped_column(default="")
    accepted_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id"))
    accepted_at: Mapped[dt.datetime | None]


class DisplacedAnswer(Base):
    """What a browser had set aside because the server held another answer, brought by an emergency file.

    Never scored: kept so that two persons can look at both. Append-only.
    """

    __tablename__ = "displaced_answers"
    __table_args__ = (CheckConstraint("revision >= 1", name="revision_positive"),)

    attempt_id: Mapped[int] = mapped_column(BigId, ForeignKey("attempts.id"), primary_key=True)
    position: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    value: Mapped[str]
    marked: Mapped[bool] = mapped_column(default=False)
    client_at: Mapped[str] = mapped_column(default="")
    brought_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id"))
    brought_at: Mapped[dt.datetime]


class DisplacedReview(Base):
    """One person has looked at both answers of an attempt and says what follows; append-only, one line per person."""

    __tablename__ = "displaced_reviews"
    __table_args__ = (CheckConstraint("opinion <> ''", name="opinion_given"),)

    attempt_id: Mapped[int] = mapped_column(BigId, ForeignKey("attempts.id"), primary_key=True)
    reviewed_by: Mapped[int] = mapped_column(BigId, ForeignKey("users.id"), primary_key=True)
    opinion: Mapped[str]
    reviewed_at: Mapped[dt.datetime]


class ResponseSave(Base):
    """One accepted save in the receipt chain, append-only; ``payload`` is the hashed text, byte for byte."""

    __tablename__ = "response_saves"

    attempt_id: Mapped[int] = mapped_column(BigId, ForeignKey("attempts.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    payload: Mapped[str]
    receipt: Mapped[str]
    late: Mapped[bool] = mapped_column(default=False)
    saved_at: Mapped[dt.datetime]


class AttemptEvent(Base):
    """Something the room or the browser told about an attempt: focus lost, other network, lease, item views."""

    __tablename__ = "attempt_events"
    __table_args__ = (Index("ix_attempt_events_attempt", "attempt_id", "kind"),)

    id: Mapped[intpk]
    attempt_id: Mapped[int] = mapped_column(BigId, ForeignKey("attempts.id"))
    kind: Mapped[str]
    details: Mapped[Any] = mapped_column(JSONText, default=dict)
    at: Mapped[dt.datetime]


class ContactGap(Base):
    """A stretch in which the server heard nothing of a running attempt: what compensation is proposed from."""

    __tablename__ = "contact_gaps"
    __table_args__ = (CheckConstraint("until_at > from_at", name="gap_order"),)

    id: Mapped[intpk]
    attempt_id: Mapped[int] = mapped_column(BigId, ForeignKey("attempts.id"), index=True)
    from_at: Mapped[dt.datetime]
    until_at: Mapped[dt.datetime]


class Compensation(Base):
    """The same time given to everybody touched by an outage."""

    __tablename__ = "compensations"
    __table_args__ = (
        CheckConstraint("seconds > 0", name="seconds_positive"),
        CheckConstraint("reason <> ''", name="reason_given"),
    )

    id: Mapped[intpk]
    sitting_id: Mapped[int] = mapped_column(BigId, ForeignKey("sittings.id"), index=True)
    room_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("sitting_rooms.id"))
    from_at: Mapped[dt.datetime]
    until_at: Mapped[dt.datetime]
    seconds: Mapped[int]
    attempts: Mapped[int]
    reason: Mapped[str]
    granted_by: Mapped[int] = mapped_column(BigId, ForeignKey("users.id"))
    granted_at: Mapped[dt.datetime]
