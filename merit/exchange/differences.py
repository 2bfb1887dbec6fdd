"""What a file changes: parsed rows against the facts known now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import BigInteger, Column, Table, func, select, type_coerce
from sqlalchemy.orm import Session

from merit.db import Base, Micro
from merit.exchange.domain import SAMPLE, Change, show
from merit.exchange.raw import sqlite_column
from merit.exchange.schema import Context, FactSpec, Incoming, Kind, Known, Rows
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


def compare(context: Context, kind: Kind, rows: Rows, numbers: Sequence[int]) -> Difference:
    """Return what storing the good rows would change."""
    good: Sequence[int] = range(rows.height) if not rows.bad else rows.good()
    standing = _count(context.session, kind.facts[0])
    work = _Comparison(context, kind, rows, numbers, Difference([], bytearray(rows.height), good, [], standing))
    for position, spec in enumerate(kind.facts):
        known = _load_known(context.session, spec, rows, good)
        work.result.plans.append(work.plan(spec, known, new=CREATED if position == 0 else UPDATED))
    return work.result


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
    # The driver's own rows: SQLAlchemy would turn every value of every fact once more.
    facts = session.connection().execute(wanted).cursor.fetchall()
    return Known(attributes, {fact[1 : width + 1]: fact for fact in facts}, width)


@dataclass(frozen=True, slots=True)
class _Comparison:
    """One comparison at work."""

    context: Context
    kind: Kind
    rows: Rows
    numbers: Sequence[int]
    result: Difference

    def plan(self, spec: FactSpec, known: Known, *, new: int) -> Plan:
        """Return what is to be written for one table; ``new`` is the state of rows not known there."""
        columns = tuple(self._stored(name) for name in (*spec.key.values(), *spec.values.values()))
        if not known.rows:
            for row in self.result.good:
                self._mark(row, new)
            return Plan(spec, list(self.result.good), [])
        plan = Plan(spec, [], [])
        kept = self._kept(spec, known)
        every = list(zip(*columns, strict=True))
        for row in self.result.good:
            incoming = every[row]
            before = known.rows.get(incoming[: known.width])
            if before is None:
                plan.inserts.append(row)
                self._mark(row, new)
            elif (after := _keep(incoming, before, kept)) != before[1:]:
                plan.inserts.append(row)
                plan.superseded.append(before[0])
                self._mark(row, UPDATED)
                for place in kept:
                    plan.overrides.setdefault(known.attributes[place], {})[row] = before[1 + place]
                self._sample(spec, row, before[1:], after)
        _retire(plan, known, columns)
        return plan

    def _stored(self, name: str) -> Sequence[Any]:
        """Return a column as the driver gives it back."""
        values = vector(self.rows, name)
        is_sqlite = self.context.session.get_bind().dialect.name == "sqlite"
        return sqlite_column(values) if is_sqlite else values

    def _mark(self, row: int, state: int) -> None:
        states = self.result.states
        states[row] = max(states[row], state)

    def _kept(self, spec: FactSpec, known: Known) -> list[int]:
        """Return the places of values whose column the file does not have."""
        names = {column.name for column in self.kind.columns} - self.rows.present
        return [place for place, name in enumerate(spec.values.values(), start=known.width) if name in names]

    def _sample(self, spec: FactSpec, row: int, before: tuple[Any, ...], after: tuple[Any, ...]) -> None:
        if len(self.result.changes) >= SAMPLE:
            return
        key = " · ".join(show(self.rows[name][row]) for name in self.kind.key)
        columns = {**spec.key, **spec.values}
        for (attribute, column), old, new in zip(columns.items(), before, after, strict=True):
            if old != new:
                words = self._words(table_of(spec.model).c[attribute], column, row)
                self.result.changes.append(Change(self.numbers[row], key, column, words(old), words(new)))

    def _words(self, stored: Column[Any], column: str, row: int) -> Callable[[Any], str]:
        """Return how a stored value of this column is shown: a code for an id, a decimal for millionths."""
        if column in self.rows.ids:
            told = {self.rows.ids[column][row]: self.rows[column][row], None: ""}
            reference = self.kind.column(column).reference
            known = self.context.once(reference.load) if reference is not None else {}
            return lambda found: show(told.get(found) or next((c for c, n in known.items() if n == found), ""))
        return _micro_text if isinstance(stored.type, Micro) else show


def _keep(incoming: tuple[Any, ...], before: tuple[Any, ...], kept: list[int]) -> tuple[Any, ...]:
    """Return the incoming values, those at the kept places as they were before."""
    if not kept:
        return incoming
    values = list(incoming)
    for place in kept:
        values[place] = before[1 + place]
    return tuple(values)


def _retire(plan: Plan, known: Known, columns: tuple[Sequence[Any], ...]) -> None:
    if plan.spec.retire is None or not plan.inserts:
        return
    incoming = Incoming(known.attributes, tuple([column[row] for row in plan.inserts] for column in columns))
    already = set(plan.superseded)
    plan.superseded.extend(fact for fact in plan.spec.retire(known, incoming) if fact not in already)


def _micro_text(value: object) -> str:
    if not isinstance(value, int):
        return ""
    sign = "-" if value < 0 else ""
    whole, rest = divmod(abs(value), 1_000_000)
    return f"{sign}{whole},{rest:06d}".rstrip("0").rstrip(",")
