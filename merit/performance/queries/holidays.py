"""The agency's own holidays, and the calendar of working days they make with the national ones."""

from __future__ import annotations

import datetime as dt

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from merit.db import known
from merit.people.queries.facts import FactRow, known_facts
from merit.performance.domain import working_calendar
from merit.performance.models import AgencyHoliday


def load_own_holidays(session: Session, known_at: dt.datetime | None = None) -> tuple[dt.date, ...]:
    """Return the days known now, or at an instant, in order."""
    days = session.scalars(select(AgencyHoliday.day).where(known(AgencyHoliday, known_at)).order_by(AgencyHoliday.day))
    return tuple(days)


def list_own_holidays(session: Session, year: int) -> list[FactRow]:
    """Return the agency's holidays of a year, in order."""
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    return known_facts(session, AgencyHoliday, AgencyHoliday.day.between(first, last), order=[AgencyHoliday.day])


def load_workdays(session: Session, first_year: int, last_year: int) -> np.busdaycalendar:
    """Return the working days of the years, both included, without national and own holidays."""
    return working_calendar(first_year, last_year, load_own_holidays(session))
