"""What every benchmark needs: its size, its own databases, fair timing, and the table of figures."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

import psycopg

from merit import db
from merit.config import load_settings
from merit.migrations import load_models, upgrade

SERVER = os.environ.get("MERIT_BENCH_POSTGRESQL", "postgresql://postgres@127.0.0.1:5432/postgres")
OUT = Path(__file__).resolve().parent / "out"
KINDS = ("postgresql", "sqlite")
SMALL = 0.15  # ratios below are shown as fractions


class Size(NamedTuple):
    """How much is measured; a quick run shows that a benchmark works and judges nothing."""

    rows: int
    quick: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured number; ``limit`` is for the ratio to ``against`` where there is one, else for the number."""

    what: str
    value: float
    unit: str = "s"
    against: float | None = None
    limit: float | None = None

    @property
    def ratio(self) -> float | None:
        """The number in terms of what it is compared with."""
        return None if self.against is None else self.value / self.against

    @property
    def is_short(self) -> bool:
        """Whether the target is missed."""
        judged = self.value if self.ratio is None else self.ratio
        return self.limit is not None and judged > self.limit


def size_of_run(description: str | None, *, full: int, quick: int) -> Size:
    """Read ``--quick`` and ``--rows N`` from the command line."""
    parser = argparse.ArgumentParser(description=(description or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--quick", action="store_true", help=f"{quick:,} rows instead of {full:,}, nothing judged")
    parser.add_argument("--rows", type=int, help="another number of rows")
    options = parser.parse_args()
    return Size(options.rows or (quick if options.quick else full), options.quick)


def seconds(action: Callable[[], object]) -> float:
    """Return the time of one call."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def least(action: Callable[[], object], rounds: int) -> float:
    """Return the least time of some calls: what else the machine does only adds to it."""
    return min(seconds(action) for _ in range(rounds))


def least_in_turn(actions: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Return the least time of each, called in turn, so that all meet the same neighbours."""
    times: dict[str, list[float]] = {name: [] for name in actions}
    for _ in range(rounds):
        for name, action in actions.items():
            times[name].append(seconds(action))
    return {name: min(each) for name, each in times.items()}


@contextmanager
def scratch() -> Iterator[Path]:
    """Yield an empty folder inside ``bench/out``, removed at the end."""
    OUT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=OUT) as folder:
        yield Path(folder)


def why_unavailable(kind: str) -> str:
    """Return why a kind of database cannot be measured here, or nothing."""
    if kind == "sqlite":
        return ""
    try:
        psycopg.connect(SERVER, connect_timeout=3).close()
    except psycopg.Error as error:
        return f"no PostgreSQL server ({str(error).strip().splitlines()[0]}); name one in MERIT_BENCH_POSTGRESQL"
    return ""


@contextmanager
def fresh_database(kind: str, folder: Path) -> Iterator[db.Database]:
    """Yield a new migrated database as the process's own, dropped at the end."""
    name = f"merit_bench_{os.getpid()}"
    url = f"sqlite:///{folder / 'merit.db'}"
    if kind == "postgresql":
        _administer(f"CREATE DATABASE {name}")
        url = server_url(name).replace("postgresql://", "postgresql+psycopg://")
    try:
        database = db.configure(load_settings({}, instance_path=str(folder), database_url=url))
        load_models()
        upgrade(database)
        yield database
        database.dispose()
    finally:
        if kind == "postgresql":
            _administer(f"DROP DATABASE {name} WITH (FORCE)")


def server_url(name: str) -> str:
    """Return the address of a database on the server."""
    return SERVER.rsplit("/", 1)[0] + f"/{name}"


def _administer(statement: str) -> None:
    with psycopg.connect(SERVER, autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[call-overload] # the name is this process's own


def finish(title: str, size: Size, figures: list[Figure], skipped: list[str] | None = None) -> int:
    """Print the table, keep it in ``bench/out``, and return 1 when a target is missed in a full run."""
    OUT.mkdir(exist_ok=True)
    name = Path(sys.argv[0]).stem
    kept: dict[str, Any] = {"title": title, "rows": size.rows, "quick": size.quick, "skipped": skipped or []}
    kept["figures"] = [asdict(figure) | {"ratio": figure.ratio, "short": figure.is_short} for figure in figures]
    (OUT / f"{name}.json").write_text(json.dumps(kept, indent=1) + "\n")
    print(f"\n{title}{' (quick: nothing is judged)' if size.quick else ''}")
    print(f"  {'':<52} {'figure':>11}  {'against':>9} {'ratio':>6}  {'target':>9}")
    for figure in figures:
        print(f"  {_line(figure, judged=not size.quick)}")
    for reason in skipped or []:
        print(f"  skipped: {reason}")
    return int(not size.quick and any(figure.is_short for figure in figures))


def _line(figure: Figure, *, judged: bool) -> str:
    against = "" if figure.against is None else _number(figure.against, figure.unit)
    ratio = "" if figure.ratio is None else _share(figure.ratio)
    target = verdict = ""
    if figure.limit is not None:
        target = f"≤ {figure.limit:g} {figure.unit}" if figure.ratio is None else f"≤ {_target(figure.limit)} ×"
        verdict = ("short" if figure.is_short else "ok") if judged else ""
    return (
        f"{figure.what:<52} {_number(figure.value, figure.unit):>11}  {against:>9} {ratio:>6}  {target:>9}  {verdict}"
    )


def _share(ratio: float) -> str:
    """Return a ratio, small ones as a fraction: 1/137 is 137 times less."""
    return f"{ratio:.2f}" if ratio >= SMALL else f"1/{1 / ratio:,.0f}"


def _target(limit: float) -> str:
    return f"{limit:g}" if limit >= SMALL else f"1/{1 / limit:,.0f}"


def _number(value: float, unit: str) -> str:
    return f"{value:,.2f} {unit}" if unit == "s" else f"{value:,.0f} {unit}" if unit != "ms" else f"{value:,.1f} ms"
