"""The table of attendance: one standing mark per session and enrolment, former marks kept."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from merit.db import Base, BigId, current_key, intpk, one_of

MARK_STATUSES = ("present", "late", "partial", "absent", "excused")
MARK_METHODS = ("code", "list")


class AttendanceMark(Base):
    """How somebody attended a session: minutes there, hours (JP) counted; superseded, never overwritten."""

    __tablename__ = "training_attendance"
    __table_args__ = (
        current_key("training_attendance", "session_id", "enrolment_id"),
        one_of("status", MARK_STATUSES),
        one_of("method", MARK_METHODS),
        CheckConstraint("minutes >= 0", name="minutes_not_negative"),
        CheckConstraint("hours >= 0", name="hours_not_negative"),
    )

    id: Mapped[intpk]
    session_id: Mapped[int] = mapped_column(BigId, ForeignKey("training_sessions.id"), index=True)
    enrolment_id: Mapped[int] = mapped_column(BigId, ForeignKey("training_enrolments.id"), index=True)
    status: Mapped[str]
    minutes: Mapped[int]
    hours: Mapped[Decimal]
    method: Mapped[str]
    by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id"))
    recorded_at: Mapped[dt.datetime]
    superseded_at: Mapped[dt.datetime | None]
