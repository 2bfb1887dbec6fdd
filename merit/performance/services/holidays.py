"""The agency's own holidays: added and removed with their decree."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from merit.audit.services import record
from merit.db import known
from merit.errors import InvalidInputError, NotAllowedError, NotFoundError
from merit.performance.domain import national_holidays
from merit.performance.models import AgencyHoliday
from merit.performance.services.facts import end_fact, write_fact
from merit.security.permissions import Actor, Permission, is_granted

_SATURDAY = 5


def add_holiday(session: Session, actor: Actor, *, day: dt.date, name: str, basis: str) -> AgencyHoliday:
    """Record a day on which the agency does not work; deadlines of complaints pass over it.

    Raises
    ------
    InvalidInputError
        The day is no working day anyway, or name or decree are missing.
    """
    if not is_granted(actor, Permission.UNIT_ASSESS):
        raise NotAllowedError
    if not name.strip() or not basis.strip():
        raise InvalidInputError("holiday-unfounded")
    if day.weekday() >= _SATURDAY:
        raise InvalidInputError("holiday-weekend")
    if day in national_holidays(day.year, day.year):
        raise InvalidInputError("holiday-national", name=national_holidays(day.year, day.year)[day])
    values = {"name": " ".join(name.split()), "basis": " ".join(basis.split())}
    written = write_fact(session, AgencyHoliday, key={"day": day}, values=values)
    record(session, actor, action="holiday:add", subject=f"holiday:{day.isoformat()}")
    return written


def remove_holiday(session: Session, actor: Actor, *, holiday_id: int) -> None:
    """End one of the agency's holidays: it counts as a working day again."""
    if not is_granted(actor, Permission.UNIT_ASSESS):
        raise NotAllowedError
    found = session.scalar(select(AgencyHoliday).where(known(AgencyHoliday), AgencyHoliday.id == holiday_id))
    if found is None:
        raise NotFoundError("holiday-not-found")
    end_fact(session, found)
    record(session, actor, action="holiday:remove", subject=f"holiday:{found.day.isoformat()}")
