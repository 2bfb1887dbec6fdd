"""Who could rate whom, from the tree of units and the positions held."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from merit.db import known
from merit.people.models import OfficialRecord, PositionRecord
from merit.people.queries.units import UnitTree, load_tree
from merit.performance.domain.campaigns import Circle

SUPERIORS = 3


@dataclass(frozen=True, slots=True)
class Place:
    """Where an official works, and which unit the official leads."""

    official_id: int
    unit_id: int
    tier: str
    leads: int | None


@dataclass(frozen=True, slots=True)
class Structure:
    """The agency as far as raters are concerned."""

    tree: UnitTree
    places: dict[int, Place]
    members: dict[int, tuple[Place, ...]]
    leaders: dict[int, int]

    def circle(self, official_id: int) -> Circle:
        """Return who could rate an official: leaders above, those of the same tier beside, staff below.

        A leader's peers are the leaders of the units beside; staff are the members of the unit led and the leaders
        of the units directly below it. Others find peers in their unit, and where it has none of their tier in the
        units beside.
        """
        place = self.places[official_id]
        if place.leads is None:
            return Circle(subject=official_id, superiors=self._above(place), peers=self._beside(place))
        return Circle(
            subject=official_id,
            superiors=self._above(place),
            peers=self._leaders_of(self._siblings(place.leads), official_id),
            staff=(
                *(one.official_id for one in self.members.get(place.leads, ()) if one.official_id != official_id),
                *self._leaders_of(self._children(place.leads), official_id),
            ),
        )

    def _above(self, place: Place) -> tuple[int, ...]:
        start = place.unit_id if place.leads is None else place.leads
        chain = reversed(self.tree.path(start))
        found = (self.leaders.get(unit.id) for unit in chain)
        return tuple(one for one in found if one is not None and one != place.official_id)[:SUPERIORS]

    def _beside(self, place: Place) -> tuple[int, ...]:
        for units in ((place.unit_id,), self._siblings(place.unit_id)):
            alike = tuple(
                one.official_id
                for unit in units
                for one in self.members.get(unit, ())
                if one.tier == place.tier and one.leads is None and one.official_id != place.official_id
            )
            if alike:
                return alike
        return ()

    def _siblings(self, unit_id: int) -> tuple[int, ...]:
        unit = self.tree.by_id.get(unit_id)
        return () if unit is None else self._children(unit.parent_id)

    def _children(self, unit_id: int | None) -> tuple[int, ...]:
        return tuple(unit.id for unit in self.tree.children.get(unit_id, ()))

    def _leaders_of(self, units: Collection[int], but: int) -> tuple[int, ...]:
        found = (self.leaders.get(unit) for unit in units)
        return tuple(one for one in found if one is not None and one != but)


def load_structure(session: Session) -> Structure:
    """Return the whole structure as it stands; officials in the order of their ids, so that draws repeat."""
    rows = session.execute(
        select(OfficialRecord.official_id, OfficialRecord.unit_id, OfficialRecord.tier, PositionRecord.leads_unit_id)
        .join(PositionRecord, PositionRecord.position_id == OfficialRecord.position_id)
        .where(known(OfficialRecord), known(PositionRecord))
        .order_by(OfficialRecord.official_id)
    )
    places = {row[0]: Place(*row) for row in rows}
    members: dict[int, list[Place]] = defaultdict(list)
    leaders: dict[int, int] = {}
    for place in places.values():
        members[place.unit_id].append(place)
        if place.leads is not None:
            leaders.setdefault(place.leads, place.official_id)
    found = {unit: tuple(ones) for unit, ones in members.items()}
    return Structure(load_tree(session), places, found, leaders)
