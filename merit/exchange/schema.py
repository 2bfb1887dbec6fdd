"""How a kind of file is declared: its columns, its key, its checks and the facts it becomes.

A slice's ``imports`` module declares its kinds with these classes and writes no loop of its own over files,
databases or histories; the framework reads, checks, compares, stores and undoes all kinds alike.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from flask_babel import LazyString
from sqlalchemy.orm import Session

from merit import clock
from merit.db import Base
from merit.exchange.fields import Parser
from merit.security.permissions import Actor

Codes: TypeAlias = Mapping[str, int]


@dataclass(slots=True)
class Context:
    """What checks may ask during one import; everything is loaded once."""

    session: Session
    actor: Actor
    today: dt.date = field(default_factory=clock.today)
    loaded: dict[str, Any] = field(default_factory=dict)

    def once(self, load: Callable[[Session], Any]) -> Any:
        """Return what ``load`` reads from the database, read at most once per import."""
        name = f"{load.__module__}.{load.__qualname__}"
        if name not in self.loaded:
            self.loaded[name] = load(self.session)
        return self.loaded[name]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A column that names something already recorded.

    ``load`` gives code to id of everything known; ``unknown`` is the reason code when a value is not among
    them. For actors who may import only some units: ``units`` gives the unit of each id, ``is_unit`` says that
    the id is the unit; with neither the column does not decide. ``same_file``: the value may also name a row of
    the same file.
    """

    load: Callable[[Session], Codes]
    unknown: str
    units: Callable[[Session], Mapping[int, int | None]] | None = None
    is_unit: bool = False
    same_file: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a file: its name, its parser, and what an empty cell means (``default``)."""

    name: str
    parser: Parser
    required: bool = False
    default: Any = None
    reference: Reference | None = None
    hint: str | LazyString = ""
    example: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FactSpec:
    """Where rows are kept: ``key`` and ``values`` map attributes of the model to columns of the file.

    ``constants`` are attributes with one value for all rows of this kind (they are part of the key's domain).
    ``retire`` answers which facts known so far the new rows contradict beside the one with the same key.
    """

    model: type[Base]
    key: Mapping[str, str]
    values: Mapping[str, str]
    constants: Mapping[str, Any] = field(default_factory=dict)
    retire: Callable[[Known, Incoming], list[int]] | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """Facts of one model known so far: attribute names, and per id the values in that order."""

    attributes: tuple[str, ...]
    rows: Mapping[tuple[Any, ...], tuple[Any, ...]]
    width: int

    def items(self) -> list[tuple[int, tuple[Any, ...]]]:
        """Return (id, values in the order of ``attributes``) of every fact."""
        return [(row[0], row[1:]) for row in self.rows.values()]


@dataclass(frozen=True, slots=True)
class Incoming:
    """Facts of one model as the file has them: attribute names and aligned values."""

    attributes: tuple[str, ...]
    columns: tuple[Sequence[Any], ...]

    def rows(self) -> list[tuple[Any, ...]]:
        """Return the facts as tuples in the order of ``attributes``."""
        return list(zip(*self.columns, strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A thing that a file may bring into being: the table of its code, and the column that names it."""

    model: type[Base]
    attribute: str
    column: str
    load: Callable[[Session], Codes]


class Rows:
    """Parsed rows: values by column (None or the column's default where empty), ids of references, problems."""

    def __init__(self, height: int, present: frozenset[str]) -> None:
        """Start with no column parsed."""
        self.height = height
        self.present = present
        self.values: dict[str, list[Any]] = {}
        self.ids: dict[str, list[int | None]] = {}
        self.problems: list[tuple[int, str, str, Mapping[str, Any]]] = []
        self.warnings: list[tuple[int, str, str, Mapping[str, Any]]] = []
        self.bad: set[int] = set()

    def __getitem__(self, column: str) -> list[Any]:
        """Return the parsed values of a column."""
        return self.values[column]

    def fail(self, row: int, column: str, code: str, /, **details: Any) -> None:
        """Note that a row cannot be imported, and why."""
        self.bad.add(row)
        self.problems.append((row, column, code, details))

    def warn(self, row: int, column: str, code: str, /, **details: Any) -> None:
        """Note something implausible that does not hinder the import."""
        self.warnings.append((row, column, code, details))

    def good(self) -> list[int]:
        """Return the indices of rows without a problem."""
        return [row for row in range(self.height) if row not in self.bad]


Check: TypeAlias = Callable[[Context, Rows], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of file.

    ``key``: columns of the natural key. ``check``: problems and warnings across columns and rows (called for
    rows that parsed; it skips rows in ``rows.bad``). ``prepare``: fills derived columns of rows that are stored.
    ``identity``: what a row may bring into being. ``central``: only for actors without unit scope.
    """

    name: str
    title: str | LazyString
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    facts: tuple[FactSpec, ...]
    check: Check | None = None
    prepare: Check | None = None
    identity: Identity | None = None
    central: bool = False

    def column(self, name: str) -> Column:
        """Return a column by its name."""
        return next(column for column in self.columns if column.name == name)
