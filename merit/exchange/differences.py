"""What a file changes: parsed rows against the facts known now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import BigInteger, Column, Table, func, select, type_coerce
from sqlalchemy.orm import Session

from merit.db import Base, Micro
from merit.exchange.domain import SAMPLE, Change, show
from merit.exchange.schema import FactSpec, Incoming, Kind, Known, Rows
from merit.exchange.validation import vector

UNCHANGED, UPDATED, CREATED = 0, 1, 2
NARROW = 500


@dataclass(slots=True)
class Plan:
    """What is to be written to one table: rows to insert, facts to supersede."""

    spec: FactSpec
    inserts: list[int]
    superseded: list[int]
    overrides: dict[str, dict[int, Any]] = field(default_factory=dict)


@dataclass(slots=True)
class Difference:
    """All plans of an import, and per row whether it creates, updates or changes nothing."""

    plans: list[Plan]
    states: bytearray
    good: Sequence[int]
    changes: list[Change]
    standing: int

    def count(self, state: int) -> int:
        """Return how many good rows have the state."""
        if len(self.good) == len(self.states):
            return self.states.count(state)
        return sum(1 for row in self.good if self.states[row] == state)


def compare(session: Session, kind: Kind, rows: Rows, numbers: Sequence[int]) -> Difference:
    """Return what storing the good rows would change."""
    good: Sequence[int] = range(rows.height) if not rows.bad else rows.good()
    result = Difference([], bytearray(rows.height), good, [], _count(session, kind.facts[0]))
    for position, spec in enumerate(kind.facts):
        known = _load_known(session, spec, rows, good)
        result.plans.append(_plan(kind, spec, known, rows, result, numbers, is_main=position == 0))
    return result


def table_of(model: type[Base]) -> Table:
    """Return the table of a model."""
    table = model.__table__
    if not isinstance(table, Table):
        raise TypeError(model.__name__)
    return table


def _conditions(spec: FactSpec) -> list[Any]:
    table = table_of(spec.model)
    fixed = [table.c[name] == value for name, value in spec.constants.items()]
    return [table.c.superseded_at.is_(None), *fixed]


def _count(session: Session, spec: FactSpec) -> int:
    table = table_of(spec.model)
    return session.scalar(select(func.count()).select_from(table).where(*_conditions(spec))) or 0


def _raw(column: Column[Any]) -> Any:
    return type_coerce(column, BigInteger) if isinstance(column.type, Micro) else column


def _load_known(session: Session, spec: FactSpec, rows: Rows, good: Sequence[int]) -> Known:
    """Load the facts the rows may meet; narrowed to the ids in question when they are few."""
    table = table_of(spec.model)
    attributes = (*spec.key, *spec.values)
    wanted = select(table.c.id, *(_raw(table.c[name]) for name in attributes)).where(*_conditions(spec))
    leading, column = next(iter(spec.key.items()))
    if len(good) <= NARROW:
        values = vector(rows, column)
        wanted = wanted.where(table.c[leading].in_({values[row] for row in good}))
    width = len(spec.key)
    found = {tuple(row[1 : width + 1]): tuple(row) for row in session.execute(wanted)}
    return Known(attributes, found, width)


def _plan(
    kind: Kind, spec: FactSpec, known: Known, rows: Rows, result: Difference, numbers: Sequence[int], *, is_main: bool
) -> Plan:
    columns = tuple(vector(rows, name) for name in (*spec.key.values(), *spec.values.values()))
    if not known.rows:
        for row in result.good:
            result.states[row] = max(result.states[row], CREATED if is_main else UPDATED)
        return Plan(spec, list(result.good), [])
    plan = Plan(spec, [], [])
    names = {column.name for column in kind.columns}
    kept = [
        place
        for place, name in enumerate(spec.values.values(), start=known.width)
        if name in names and name not in rows.present
    ]
    for row, incoming in _aligned(columns, result.good):
        before = known.rows.get(incoming[: known.width])
        if before is None:
            plan.inserts.append(row)
            result.states[row] = max(result.states[row], CREATED if is_main else UPDATED)
            continue
        after = _keep(incoming, before, kept)
        if after == before[1:]:
            continue
        plan.inserts.append(row)
        plan.superseded.append(before[0])
        result.states[row] = max(result.states[row], UPDATED)
        for place in kept:
            plan.overrides.setdefault(known.attributes[place], {})[row] = before[1 + place]
        _sample(kind, spec, rows, result, numbers[row], row, before[1:], after)
    _retire(plan, known, columns)
    return plan


def _aligned(columns: tuple[list[Any], ...], good: Sequence[int]) -> list[tuple[int, tuple[Any, ...]]]:
    every = list(zip(*columns, strict=True))
    return [(row, every[row]) for row in good]


def _keep(incoming: tuple[Any, ...], before: tuple[Any, ...], kept: list[int]) -> tuple[Any, ...]:
    """A column the file does not have keeps its value."""
    if not kept:
        return incoming
    values = list(incoming)
    for place in kept:
        values[place] = before[1 + place]
    return tuple(values)


def _retire(plan: Plan, known: Known, columns: tuple[list[Any], ...]) -> None:
    if plan.spec.retire is None or not plan.inserts:
        return
    incoming = Incoming(known.attributes, tuple([column[row] for row in plan.inserts] for column in columns))
    already = set(plan.superseded)
    plan.superseded.extend(fact for fact in plan.spec.retire(known, incoming) if fact not in already)


def _sample(
    kind: Kind,
    spec: FactSpec,
    rows: Rows,
    result: Difference,
    number: int,
    row: int,
    before: tuple[Any, ...],
    after: tuple[Any, ...],
) -> None:
    if len(result.changes) >= SAMPLE:
        return
    key = " · ".join(show(rows[name][row]) for name in kind.key)
    attributes = (*spec.key, *spec.values)
    for place, (old, new) in enumerate(zip(before, after, strict=True)):
        if old != new:
            column = {**spec.key, **spec.values}[attributes[place]]
            result.changes.append(
                Change(number, key, column, *_shown(spec, attributes[place], column, rows, row, old, new))
            )


def _shown(
    spec: FactSpec, attribute: str, column: str, rows: Rows, row: int, old: object, new: object
) -> tuple[str, str]:
    if column in rows.ids:
        codes = {found: code for code, found in zip(rows[column], rows.ids[column], strict=True)}
        return show(codes.get(old, "…")) if isinstance(old, int) else "", show(rows[column][row])
    if isinstance(table_of(spec.model).c[attribute].type, Micro):
        return _micro_text(old), _micro_text(new)
    return show(old), show(new)


def _micro_text(value: object) -> str:
    if not isinstance(value, int):
        return ""
    whole, rest = divmod(value, 1_000_000)
    return f"{whole},{rest:06d}".rstrip("0").rstrip(",")
