"""A stored ranking of 100,000 officials against plainly reading the same columns, and 20,000 draws for 200.

"Plainly reading" executes the selects of the run, each column of each row once, and fetches all their rows; the
stricter figure does so with the driver alone.

    python bench/ranking.py [--quick] [--rows OFFICIALS]
"""

from __future__ import annotations

import sys
from contextlib import closing
from typing import Any

from common import Figure, finish, fresh_database, least, least_in_turn, scratch, size_of_run, why_unavailable
from records import APPLICANTS, EVERYBODY, announce, fill
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from merit import bulk
from merit.db import Database
from merit.ranking.engine.uncertainty import simulate
from merit.ranking.models import RankingRun
from merit.ranking.services.runs import RunOrder, compute_run, store_run
from merit.security.permissions import SYSTEM

FULL, QUICK = 100_000, 5_000
MOST_RATIO = 1.5
MOST_SECONDS = 1.0
POOL = 200
DRAWS = 20_000
ALL = RunOrder(vacancy_code=EVERYBODY, monte_carlo=False)
SOME = RunOrder(vacancy_code=APPLICANTS, monte_carlo=False)


def run_once(database: Database) -> None:
    """Rank from the records to the stored row, as the command does."""
    with database.reading() as session:
        prepared = compute_run(session, SYSTEM, order=ALL)
    with database.unit_of_work() as session:
        store_run(session, SYSTEM, prepared=prepared)


def record_selects(database: Database) -> list[Select[Any]]:
    """Return the selects a run makes; of two that read the same columns only the one with more rows."""
    made: list[Select[Any]] = []
    read = bulk._read_postgresql  # noqa: SLF001 -- the only place where all selects pass

    def spy(session: Session, source: Any) -> Any:
        made.append(source.element)
        return read(session, source)

    bulk._read_postgresql = spy  # noqa: SLF001
    try:
        with database.reading() as session:
            compute_run(session, SYSTEM, order=ALL)
            counted = [(session.scalar(select(func.count()).select_from(one.subquery())) or 0, one) for one in made]
    finally:
        bulk._read_postgresql = read  # noqa: SLF001
    widest: dict[str, tuple[int, Select[Any]]] = {}
    for rows, one in counted:
        columns = str(one).split("WHERE", maxsplit=1)[0]
        widest[columns] = max(widest.get(columns, (-1, one)), (rows, one), key=lambda found: found[0])
    return [one for _rows, one in widest.values()]


def fetch_plainly(session: Session, selects: list[Select[Any]]) -> int:
    """Execute the selects and fetch their rows; return how many there were."""
    return sum(len(session.execute(one).fetchall()) for one in selects)


def fetch_barely(session: Session, selects: list[Select[Any]]) -> int:
    """Do the same with the driver's own cursor."""
    connection = session.connection()
    rows = 0
    for one in selects:
        compiled = one.compile(dialect=connection.dialect, compile_kwargs={"render_postcompile": True})
        with closing(connection.connection.cursor()) as cursor:
            cursor.execute(str(compiled), compiled.params)
            rows += len(cursor.fetchall())
    return rows


def time_run(database: Database, rounds: int) -> list[Figure]:
    """Return the times of reading plainly and of a stored run, taken in turn."""
    selects = record_selects(database)
    with database.reading() as session:
        rows = fetch_plainly(session, selects)
        times = least_in_turn(
            {
                "plain": lambda: fetch_plainly(session, selects),
                "bare": lambda: fetch_barely(session, selects),
                "run": lambda: run_once(database),
            },
            rounds,
        )
    with database.reading() as session:
        size = session.scalar(select(func.octet_length(RankingRun.inputs) + func.octet_length(RankingRun.outcome)))
        eligible = session.scalar(select(RankingRun.eligible)) or 0
    print(f"{eligible:,} ranked; {len(selects)} selects of {rows:,} rows; a run is {(size or 0) / 1e6:.1f} MB")
    what = f"stored run of {eligible:,}"
    return [
        Figure(what=f"{what}, against plain reading", value=times["run"], against=times["plain"], limit=MOST_RATIO),
        Figure(what=f"{what}, against the driver alone", value=times["run"], against=times["bare"]),
    ]


def time_draws(database: Database, rounds: int) -> Figure:
    """Return the time of 20,000 draws for the pool of 200."""
    with database.reading() as session:
        prepared = compute_run(session, SYSTEM, order=SOME)
    if prepared.row["eligible"] != POOL:
        raise SystemExit(f"The pool has {prepared.row['eligible']} eligible, not {POOL}.")
    least_time = least(lambda: simulate(prepared.ranking, prepared.inputs.columns, draws=DRAWS), rounds)
    return Figure(what=f"{DRAWS:,} draws for {POOL}", value=least_time, limit=MOST_SECONDS)


def main() -> int:
    """Print both times against their limits."""
    size = size_of_run(__doc__, full=FULL, quick=QUICK)
    title = f"Ranking {size.rows:,} officials, PostgreSQL"
    if reason := why_unavailable("postgresql"):
        return finish(title, size, [], [reason])
    with scratch() as folder, fresh_database("postgresql", folder) as database:
        fill(database, size.rows)
        announce(database, POOL)
        figures = [*time_run(database, 2 if size.quick else 3), time_draws(database, 2 if size.quick else 7)]
    return finish(title, size, figures)


if __name__ == "__main__":
    sys.exit(main())
