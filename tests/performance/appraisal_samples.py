"""A small agency with a line of command and people signed in as themselves."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from merit import clock
from merit.accounts.models import User
from merit.people.models import Official, OrgUnit
from merit.performance.models import AppraisalSheet
from merit.performance.services.cycles import open_cycle
from merit.security.permissions import Actor, Role
from tests.factories import day, make_official, make_position, make_unit


@dataclass(frozen=True)
class Office:
    """The head of the agency, the head of a division in it, and somebody who serves there."""

    agency: OrgUnit
    division: OrgUnit
    head: Official
    chief: Official
    clerk: Official
    cycle_id: int

    def sheet(self, session: Session, official: Official) -> AppraisalSheet:
        """Return somebody's sheet."""
        return session.scalars(select(AppraisalSheet).where(AppraisalSheet.official_id == official.id)).one()


def act_as(session: Session, login: str, *roles: Role, official: Official | None = None, units=None) -> Actor:
    """Return an actor with an account of its own."""
    user = session.scalar(select(User).where(User.login == login))
    if user is None:
        user = User(login=login, name=login.title(), created_at=clock.now())
        session.add(user)
        session.flush()
    return Actor(
        user_id=user.id,
        login=login,
        name=user.name,
        roles=frozenset(roles),
        official_id=None if official is None else official.id,
        unit_ids=units,
    )


def as_self(session: Session, official: Official) -> Actor:
    """Return an official signed in for own matters only."""
    return act_as(session, f"diri-{official.id}", Role.OFFICIAL, official=official, units=frozenset())


def make_office(session: Session, *, year: int = 2025, quarter: int = 0) -> Office:
    """Add the agency and open a cycle of appraisal."""
    agency = make_unit(session)
    division = make_unit(session, parent=agency)
    head = make_official(session, position=make_position(session, unit=agency, leads=agency))
    chief = make_official(session, position=make_position(session, unit=division, leads=division))
    clerk = make_official(session, position=make_position(session, unit=division))
    admin = act_as(session, "admin-siklus", Role.ADMIN)
    due = day(f"{year + 1}-12-31")
    cycle = open_cycle(session, admin, year=year, quarter=quarter, due=due)
    return Office(agency, division, head, chief, clerk, cycle.id)
