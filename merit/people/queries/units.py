"""The tree of units as known now."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from merit.db import known
from merit.errors import NotFoundError
from merit.people.models import OfficialRecord, OrgUnit, OrgUnitRecord
from merit.security.permissions import Actor


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit of the tree."""

    id: int
    code: str
    name: str
    parent_id: int | None
    kind: str
    district: str
    record_id: int


@dataclass(frozen=True, slots=True)
class UnitTree:
    """All units, with their children in the order of their names."""

    by_id: Mapping[int, Unit]
    children: Mapping[int | None, tuple[Unit, ...]] = field(default_factory=dict)

    def walk(self, unit: Unit | None = None, depth: int = 0) -> Iterator[tuple[int, Unit]]:
        """Yield every unit below ``unit`` (or all) with its depth, parents before children."""
        for child in self.children.get(None if unit is None else unit.id, ()):
            yield depth, child
            yield from self.walk(child, depth + 1)

    def with_descendants(self, unit_id: int) -> frozenset[int]:
        """Return the unit and everything below it."""
        found = {unit_id}
        waiting = [unit_id]
        while waiting:
            for child in self.children.get(waiting.pop(), ()):
                if child.id not in found:
                    found.add(child.id)
                    waiting.append(child.id)
        return frozenset(found)

    def path(self, unit_id: int | None) -> list[Unit]:
        """Return the units from the root down to the unit itself."""
        steps: list[Unit] = []
        while unit_id is not None and unit_id in self.by_id and len(steps) <= len(self.by_id):
            unit = self.by_id[unit_id]
            steps.insert(0, unit)
            unit_id = unit.parent_id
        return steps

    def name_of(self, unit_id: int | None) -> str:
        """Return the unit's name, empty when there is none."""
        unit = self.by_id.get(unit_id) if unit_id is not None else None
        return "" if unit is None else unit.name

    def find(self, code: str) -> Unit | None:
        """Return the unit with a code."""
        return next((unit for unit in self.by_id.values() if unit.code == code), None)

    def restricted(self, unit_ids: Collection[int] | None) -> UnitTree:
        """Return the tree of the units an actor reaches; a unit whose parent is out of reach becomes a root."""
        if unit_ids is None:
            return self
        return _grow([unit for unit in self.by_id.values() if unit.id in unit_ids])


def load_tree(session: Session, actor: Actor | None = None) -> UnitTree:
    """Return the tree of units, cut down to the actor's scope where one is given."""
    rows = session.execute(
        select(
            OrgUnit.id,
            OrgUnit.code,
            OrgUnitRecord.name,
            OrgUnitRecord.parent_id,
            OrgUnitRecord.kind,
            OrgUnitRecord.district,
            OrgUnitRecord.id,
        )
        .join(OrgUnitRecord, OrgUnitRecord.unit_id == OrgUnit.id)
        .where(known(OrgUnitRecord))
    )
    tree = _grow([Unit(*row) for row in rows])
    return tree if actor is None else tree.restricted(actor.unit_ids)


def get_unit(tree: UnitTree, code: str) -> Unit:
    """Return a unit of a tree already cut to the actor's scope; raise :class:`NotFoundError`."""
    unit = tree.find(code)
    if unit is None:
        raise NotFoundError("unit-not-found")
    return unit


def unit_choices(tree: UnitTree) -> list[tuple[str, str]]:
    """Return (code, name) of every unit of the tree, deeper ones indented."""
    return [(unit.code, "\u2003" * depth + unit.name) for depth, unit in tree.walk()]


def count_officials(session: Session) -> dict[int, int]:
    """Return the number of officials placed in each unit itself, descendants not included."""
    rows = session.execute(
        select(OfficialRecord.unit_id, func.count()).where(known(OfficialRecord)).group_by(OfficialRecord.unit_id)
    )
    return {row[0]: row[1] for row in rows}


def total_officials(tree: UnitTree, own: Mapping[int, int]) -> dict[int, int]:
    """Return the number of officials of each unit and everything below it."""
    totals = {unit_id: own.get(unit_id, 0) for unit_id in tree.by_id}
    for _depth, unit in reversed(list(tree.walk())):
        if unit.parent_id in totals:
            totals[unit.parent_id] += totals[unit.id]
    return totals


def _grow(units: list[Unit]) -> UnitTree:
    by_id = {unit.id: unit for unit in units}
    children: dict[int | None, list[Unit]] = {}
    for unit in sorted(units, key=lambda unit: (unit.name.lower(), unit.code)):
        parent = unit.parent_id if unit.parent_id in by_id else None
        children.setdefault(parent, []).append(unit)
    return UnitTree(by_id, {parent: tuple(members) for parent, members in children.items()})


def search(tree: UnitTree, text: str) -> list[Unit]:
    """Return the units whose name or code contains every word, in the order of the tree."""
    words = text.lower().split()
    return [unit for _depth, unit in tree.walk() if all(word in f"{unit.name} {unit.code}".lower() for word in words)]
