"""Computations that are kept, and their sums by unit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from merit.errors import NotFoundError
from merit.people.queries.units import UnitTree
from merit.ranking.professionalism.domain.tally import Tally, together
from merit.ranking.professionalism.models import ProfessionalismLine, ProfessionalismRun

NEWEST = 60
CLASSES = ("pns", "pppk")
_PPPK = "PPPK"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunHead:
    """What tells computations apart."""

    id: int
    as_of: dt.date
    computed_at: dt.datetime
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnLine:
    """One official's index in one computation."""

    run_id: int
    as_of: dt.date
    computed_at: dt.datetime
    line: ProfessionalismLine


def list_runs(session: Session) -> list[RunHead]:
    """Return the newest computations, the latest date first, of one date the latest computation first."""
    run = ProfessionalismRun
    statement = (
        select(run.id, run.as_of, run.computed_at, run.people).order_by(run.as_of.desc(), run.id.desc()).limit(NEWEST)
    )
    return [RunHead(id=row[0], as_of=row[1], computed_at=row[2], people=row[3]) for row in session.execute(statement)]


def find_run(session: Session, run_id: int | None = None) -> ProfessionalismRun | None:
    """Return a computation; without a number the newest one of the latest date, None where there is none.

    Raises :class:`merit.errors.NotFoundError` for a number nothing has.
    """
    if run_id:
        run = session.get(ProfessionalismRun, run_id)
        if run is None:
            raise NotFoundError("ipasn-run-unknown")
        return run
    newest = select(ProfessionalismRun).order_by(ProfessionalismRun.as_of.desc(), ProfessionalismRun.id.desc())
    return session.scalars(newest.limit(1)).one_or_none()


def get_run(session: Session, run_id: int | None = None) -> ProfessionalismRun:
    """Return a computation as :func:`find_run` does; raise :class:`merit.errors.NotFoundError` where there is none."""
    run = find_run(session, run_id)
    if run is None:
        raise NotFoundError("ipasn-run-none")
    return run


def find_run_of(session: Session, as_of: dt.date) -> ProfessionalismRun | None:
    """Return the newest computation of a date."""
    statement = select(ProfessionalismRun).where(ProfessionalismRun.as_of == as_of)
    return session.scalars(statement.order_by(ProfessionalismRun.id.desc()).limit(1)).one_or_none()


def own_tallies(run: ProfessionalismRun, who: str = "") -> dict[int, Tally]:
    """Return the sums of each unit itself; ``who`` is one of :data:`CLASSES` or "" for both."""
    return tallies_by_class(run)[who]


def tallies_by_class(run: ProfessionalismRun) -> dict[str, dict[int, Tally]]:
    """Return the sums of each unit itself, for each of :data:`CLASSES` and, under "", for both together."""
    found: dict[str, dict[int, Tally]] = {"": {}, **{who: {} for who in CLASSES}}
    for unit_id, employment, numbers in run.tallies:
        tally = Tally(tuple(numbers))
        for own in (found[""], found["pppk" if employment == _PPPK else "pns"]):
            own[unit_id] = own[unit_id] + tally if unit_id in own else tally
    return found


def total_tallies(tree: UnitTree, own: dict[int, Tally]) -> dict[int, Tally]:
    """Return the sums of each unit with everything below it."""
    totals = {unit_id: own.get(unit_id, Tally()) for unit_id in tree.by_id}
    for _depth, unit in reversed(list(tree.walk())):
        if unit.parent_id in totals:
            totals[unit.parent_id] += totals[unit.id]
    return totals


def whole_tally(own: dict[int, Tally], unit_ids: frozenset[int] | None) -> Tally:
    """Return the sums of everybody in units (None: of everybody, units that are gone included)."""
    return together(tally for unit_id, tally in own.items() if unit_ids is None or unit_id in unit_ids)


def find_line(session: Session, run_id: int, official_id: int) -> ProfessionalismLine | None:
    """Return an official's line in a computation, None where the official was not in service."""
    return session.get(ProfessionalismLine, (run_id, official_id))


def list_own_lines(session: Session, official_id: int) -> Sequence[OwnLine]:
    """Return an official's index in the newest computation of each date, the latest date first."""
    run, line = ProfessionalismRun, ProfessionalismLine
    statement = (
        select(run.id, run.as_of, run.computed_at, line)
        .join(line, line.run_id == run.id)
        .where(line.official_id == official_id)
        .order_by(run.as_of.desc(), run.id.desc())
    )
    found: dict[dt.date, OwnLine] = {}
    for run_id, as_of, computed_at, row in session.execute(statement):
        found.setdefault(as_of, OwnLine(run_id=run_id, as_of=as_of, computed_at=computed_at, line=row))
    return list(found.values())
