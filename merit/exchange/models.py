"""Tables of import batches and uploads waiting for confirmation."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from merit.db import Base, BigId, JSONText, intpk, one_of

BATCH_STATES = ("applied", "undone", "undo")


class ImportBatch(Base):
    """One import that was written, or the undo of one; the facts point here."""

    __tablename__ = "import_batches"
    __table_args__ = (
        one_of("state", BATCH_STATES),
        CheckConstraint("created >= 0 AND updated >= 0 AND unchanged >= 0 AND rejected >= 0", name="counts"),
    )

    id: Mapped[intpk]
    kind: Mapped[str] = mapped_column(index=True)
    format: Mapped[str] = mapped_column(default="")
    file_name: Mapped[str]
    file_sha256: Mapped[str]
    rows: Mapped[int]
    created: Mapped[int]
    updated: Mapped[int]
    unchanged: Mapped[int]
    rejected: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(default="applied")
    recorded_at: Mapped[dt.datetime]
    user_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id"))
    undoes_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("import_batches.id"), unique=True)


class ImportUpload(Base):
    """A file uploaded through the page, with its dry run, until it is confirmed or discarded."""

    __tablename__ = "import_uploads"
    __table_args__ = (one_of("state", ("checking", "ready", "importing", "imported", "failed", "discarded")),)

    id: Mapped[intpk]
    token: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    format: Mapped[str] = mapped_column(default="")
    file_name: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("users.id"))
    uploaded_at: Mapped[dt.datetime]
    state: Mapped[str] = mapped_column(default="checking")
    report: Mapped[Any | None] = mapped_column(JSONText)
    batch_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("import_batches.id"))
    job_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("jobs.id"))
