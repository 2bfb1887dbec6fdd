"""The job table."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from merit.db import Base, BigId, JSONText, intpk, one_of

JOB_STATES = ("queued", "running", "done", "failed", "cancelled")


class Job(Base):
    """Long work: what, how far, last sign of life, and what came of it."""

    __tablename__ = "jobs"
    __table_args__ = (
        one_of("state", JOB_STATES),
        CheckConstraint("done >= 0 AND (total IS NULL OR total >= 0)", name="progress_not_negative"),
        CheckConstraint("attempts >= 0", name="attempts_not_negative"),
    )

    id: Mapped[intpk]
    kind: Mapped[str] = mapped_column(index=True)
    title: Mapped[str] = mapped_column(default="")
    arguments: Mapped[Any] = mapped_column(JSONText)
    state: Mapped[str] = mapped_column(default="queued", index=True)
    cursor: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int | None]
    stage: Mapped[str] = mapped_column(default="")
    attempts: Mapped[int] = mapped_column(default=0)
    idempotency_key: Mapped[str | None] = mapped_column(unique=True)
    result: Mapped[Any | None] = mapped_column(JSONText)
    error: Mapped[str] = mapped_column(default="")
    user_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id"))
    created_at: Mapped[dt.datetime]
    started_at: Mapped[dt.datetime | None]
    heartbeat_at: Mapped[dt.datetime | None]
    finished_at: Mapped[dt.datetime | None]
