"""Tables of competency results."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy import CheckConstraint, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from merit.db import Base, Fact, current_key, intpk, official_fk, one_of

METHODS = ("cact", "asesmen", "internal")


class CompetencyResult(Fact, Base):
    """One official's result on one competency from one organiser on one day.

    ``se`` is the standard error in levels, NULL when the organiser gave none; ``accreditation`` is empty when
    the organiser is not accredited for it.
    """

    __tablename__ = "competency_results"
    __table_args__ = (
        current_key("competency_results", "official_id", "competency", "dated", "provider", "method"),
        one_of("method", METHODS),
        CheckConstraint("level IS NULL OR level BETWEEN 1 AND 5", name="level_range"),
        CheckConstraint("level IS NOT NULL OR score IS NOT NULL", name="level_or_score"),
        CheckConstraint("se IS NULL OR se >= 0", name="se_not_negative"),
        CheckConstraint("valid_until >= dated", name="period_order"),
    )

    id: Mapped[intpk]
    official_id: Mapped[official_fk]
    competency: Mapped[str]
    level: Mapped[int | None] = mapped_column(SmallInteger)
    score: Mapped[Decimal | None]
    se: Mapped[Decimal | None]
    provider: Mapped[str]
    method: Mapped[str]
    accreditation: Mapped[str] = mapped_column(default="")
    dated: Mapped[dt.date]
    valid_until: Mapped[dt.date]
