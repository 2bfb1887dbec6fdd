"""Who acts in the present days of the demonstration: staff by account, officials by themselves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from merit import clock
from merit.accounts.models import User
from merit.accounts.queries import actor_of
from merit.db import known
from merit.demo.draws import Draws
from merit.demo.sitting import actor_named
from merit.people.models import Official, OfficialRecord
from merit.people.queries.units import UnitTree, load_tree
from merit.security.permissions import Actor, Role

_MORNING = dt.time(8, 30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An official as far as the demonstration needs to know."""

    id: int
    nip: str
    name: str
    tier: str
    employment: str
    unit_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """Staff with accounts, all officials in the order of their numbers, and those of them who sign in."""

    admin: Actor
    second: Actor
    unit_admin: Actor
    ppk: Actor
    members: dict[int, Member]
    signed_in: tuple[int, ...]
    tree: UnitTree
    draws: Draws

    def of_unit(self, code: str) -> list[Member]:
        """Return the officials of a unit and of everything below it."""
        unit = self.tree.find(code)
        below = frozenset() if unit is None else self.tree.with_descendants(unit.id)
        return [one for one in self.members.values() if one.unit_id in below]

    def shuffled(self, name: str, people: Sequence[Member]) -> list[Member]:
        """Return people in an order drawn by the seed."""
        order = self.draws.stream(name).order(len(people)) if people else ()
        return [people[int(place)] for place in order]


def gather_crew(session: Session, draws: Draws) -> Crew:
    """Return who acts, of a city that has been filled."""
    columns = (OfficialRecord.name, OfficialRecord.tier, OfficialRecord.employment, OfficialRecord.unit_id)
    rows = session.execute(
        select(Official.id, Official.nip, *columns)
        .join(OfficialRecord, OfficialRecord.official_id == Official.id)
        .where(known(OfficialRecord))
        .order_by(Official.nip)
    )
    members = {row.id: Member(**row._asdict()) for row in rows}
    accounts = session.scalars(select(User).where(User.official_id.is_not(None)).order_by(User.id))
    return Crew(
        admin=actor_named(session, "demo-admin"),
        second=actor_named(session, "demo-admin-2"),
        unit_admin=actor_named(session, "demo-opd"),
        ppk=actor_named(session, "demo-ppk"),
        members=members,
        signed_in=tuple(user.official_id for user in accounts if user.official_id is not None),
        tree=load_tree(session),
        draws=draws,
    )


def acting(session: Session, official_id: int) -> Actor:
    """Return an official as actor: with the account where there is one, else as one who has yet to activate it."""
    user = session.scalars(select(User).where(User.official_id == official_id)).one_or_none()
    if user is not None:
        return actor_of(session, user)
    return Actor(official_id=official_id, roles=frozenset({Role.OFFICIAL}))


@contextmanager
def days_ago(days: int, at: dt.time = _MORNING) -> Iterator[dt.date]:
    """Hold the clock at a morning that lies so many days back, and name its date."""
    day = clock.today() - dt.timedelta(days=days)
    with clock.frozen(dt.datetime.combine(day, at, clock.ZONE)):
        yield day
