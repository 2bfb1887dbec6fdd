"""Tables of appraisal cycles: what is going on until a final appraisal becomes a fact."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from merit.db import Base, BigId, intpk, official_fk, one_of, unit_fk
from merit.performance.domain.cycle import SheetState, Step


class AppraisalCycle(Base):
    """A year (``quarter`` 0) or one of its quarters in which everybody is appraised."""

    __tablename__ = "appraisal_cycles"
    __table_args__ = (
        UniqueConstraint("year", "quarter"),
        CheckConstraint("year BETWEEN 1950 AND 2200", name="year_range"),
        CheckConstraint("quarter BETWEEN 0 AND 4", name="quarter_range"),
    )

    id: Mapped[intpk]
    year: Mapped[int] = mapped_column(SmallInteger)
    quarter: Mapped[int] = mapped_column(SmallInteger)
    due: Mapped[dt.date]
    opened_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id"))
    opened_at: Mapped[dt.datetime]
    closed_at: Mapped[dt.datetime | None]


class AppraisalSheet(Base):
    """One official's appraisal in one cycle; what was done to it stands in its steps.

    ``unit_id``: where the official served when the sheet was made. ``fact_id``: the appraisal it became.
    """

    __tablename__ = "appraisal_sheets"
    __table_args__ = (
        UniqueConstraint("cycle_id", "official_id"),
        one_of("state", tuple(SheetState)),
        CheckConstraint("result_rating BETWEEN 1 AND 3", name="result_range"),
        CheckConstraint("behaviour_rating BETWEEN 1 AND 3", name="behaviour_range"),
        CheckConstraint("predicate BETWEEN 1 AND 5", name="predicate_range"),
        CheckConstraint("assessor_id IS NULL OR assessor_id <> official_id", name="assessor_not_self"),
        CheckConstraint("reviewer_id IS NULL OR reviewer_id <> official_id", name="reviewer_not_self"),
        CheckConstraint(
            "state = 'waiting' OR (result_rating IS NOT NULL AND behaviour_rating IS NOT NULL"
            " AND predicate IS NOT NULL AND handed_over IS NOT NULL)",
            name="rated_complete",
        ),
        Index("ix_appraisal_sheets_unit", "cycle_id", "unit_id", "state"),
        Index("ix_appraisal_sheets_predicate", "cycle_id", "predicate"),
    )

    id: Mapped[intpk]
    cycle_id: Mapped[int] = mapped_column(BigId, ForeignKey("appraisal_cycles.id"))
    official_id: Mapped[official_fk] = mapped_column(index=True)
    unit_id: Mapped[unit_fk]
    assessor_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("officials.id"), index=True)
    reviewer_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("officials.id"), index=True)
    state: Mapped[str] = mapped_column(default=SheetState.WAITING.value)
    result_rating: Mapped[int | None] = mapped_column(SmallInteger)
    behaviour_rating: Mapped[int | None] = mapped_column(SmallInteger)
    predicate: Mapped[int | None] = mapped_column(SmallInteger)
    handed_over: Mapped[dt.date | None]
    fact_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("appraisals.id"))
    row_version: Mapped[int] = mapped_column(default=1)


class AppraisalStep(Base):
    """One step of a sheet, with the ratings that stood after it; rows are only added."""

    __tablename__ = "appraisal_steps"
    __table_args__ = (one_of("step", tuple(Step)),)

    id: Mapped[intpk]
    sheet_id: Mapped[int] = mapped_column(BigId, ForeignKey("appraisal_sheets.id"), index=True)
    step: Mapped[str]
    result_rating: Mapped[int | None] = mapped_column(SmallInteger)
    behaviour_rating: Mapped[int | None] = mapped_column(SmallInteger)
    text: Mapped[str] = mapped_column(default="")
    by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id"))
    at: Mapped[dt.datetime]
