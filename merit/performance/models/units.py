"""Tables of what units record beside the imported facts: elements of satisfaction, the agency's own holidays."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from merit.db import Base, Fact, current_key, intpk, one_of, unit_fk
from merit.performance.domain.satisfaction import SKM_ELEMENTS


class SatisfactionElement(Fact, Base):
    """The mean mark (1-4) of one element in a unit's satisfaction survey of a period."""

    __tablename__ = "satisfaction_elements"
    __table_args__ = (
        current_key("satisfaction_elements", "unit_id", "period", "element"),
        one_of("element", SKM_ELEMENTS),
        CheckConstraint("mean BETWEEN 1000000 AND 4000000", name="mean_range"),
        CheckConstraint("length(period) IN (4, 7)", name="period_form"),
    )

    id: Mapped[intpk]
    unit_id: Mapped[unit_fk]
    period: Mapped[str]
    element: Mapped[str]
    mean: Mapped[Decimal]


class AgencyHoliday(Fact, Base):
    """A day on which the agency does not work although it is no national holiday; deadlines pass over it."""

    __tablename__ = "agency_holidays"
    __table_args__ = (
        current_key("agency_holidays", "day"),
        CheckConstraint("name <> ''", name="named"),
        CheckConstraint("basis <> ''", name="founded"),
    )

    id: Mapped[intpk]
    day: Mapped[dt.date]
    name: Mapped[str]
    basis: Mapped[str] = mapped_column(default="")
