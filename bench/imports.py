"""Time importing an 80,000 x 30 XLSX of officials against python-calamine reading it, on both databases.

Each database is made anew in a process of its own (PostgreSQL: ``MERIT_BENCH_POSTGRESQL``), so that the peak of
memory is that of one import. The import checks, compares and stores records, grades and posts with their history;
then the same file again (nothing changes), and the undo.

    python bench/imports.py [ROWS]
"""

from __future__ import annotations

import csv
import datetime as dt
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import xlsxwriter
from python_calamine import CalamineWorkbook

from merit import db
from merit.config import load_settings
from merit.exchange.domain import ImportReport
from merit.exchange.services import import_table, read_file
from merit.exchange.undoing import undo_batch
from merit.migrations import upgrade
from merit.security.permissions import SYSTEM

SERVER = os.environ.get("MERIT_BENCH_POSTGRESQL", "postgresql://postgres@127.0.0.1:5432/postgres")
NAME = f"merit_bench_imports_{os.getpid()}"
MOST_RATIO = 2.5
MOST_MEGABYTES = 900
UNITS, POSITIONS, OTHERS = 100, 6_000, 15
HEADER = (
    *("nip", "nama", "gelar_depan", "gelar_belakang", "jenis_kelamin", "tanggal_lahir", "status", "golongan"),
    *("tmt_golongan", "pendidikan", "bidang_studi", "unit", "jabatan", "tmt_jabatan", "email"),
)


def write_files(folder: Path, rows: int) -> None:
    """Write units, positions and the large file of officials, the same every time."""
    _write_csv(folder / "units.csv", ["kode", "nama"], [[f"U{n}", f"Unit {n}"] for n in range(UNITS)])
    posts = [[f"P{n}", f"Jabatan {n}", "pelaksana", f"U{n % UNITS}"] for n in range(POSITIONS)]
    _write_csv(folder / "positions.csv", ["kode", "nama", "jenjang", "unit"], posts)
    chance = random.Random(7)
    with xlsxwriter.Workbook(str(folder / "officials.xlsx")) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, [*HEADER, *(f"lain_{n}" for n in range(OTHERS))])
        for number in range(rows):
            page.write_row(number + 1, 0, _official(number, chance))


def _write_csv(path: Path, header: list[str], rows: list[list[str]]) -> None:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([header, *rows])


def _official(number: int, chance: random.Random) -> list[str | float]:
    born = dt.date(1968, 1, 1) + dt.timedelta(chance.randrange(9_000))
    sex = chance.choice("LP")
    start = f"{1998 + number // 1_000 % 10}{number // 10_000 + 1:02d}"
    position = number % POSITIONS
    cells: list[str | float] = [
        f"{born:%Y%m%d}{start}{'1' if sex == 'L' else '2'}{number % 1_000:03d}",
        f"Pegawai {number}",
        "",
        "S.T.",
        sex,
        born.isoformat(),
        "PNS",
        chance.choice(("III/a", "III/b", "III/c", "III/d", "IV/a")),
        f"{chance.randrange(2012, 2024)}-04-01",
        "S1/D4",
        "Teknik",
        f"U{position % UNITS}",
        f"P{position}",
        f"{chance.randrange(2012, 2024)}-{chance.randrange(1, 13):02d}-01",
        f"pegawai{number}@balikpapan.go.id",
    ]
    return [*cells, *(f"k{chance.randrange(100_000)}" for _ in range(10)), *(chance.random() for _ in range(5))]


def read_plainly(path: Path) -> float:
    """Return the least time python-calamine alone needs for the file."""
    times = []
    for _ in range(2):
        start = time.perf_counter()
        CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
        times.append(time.perf_counter() - start)
    return min(times)


def bring(database: db.Database, kind: str, path: Path) -> tuple[ImportReport, float]:
    """Import a file as the command does; return the report and the time from file to commit."""
    start = time.perf_counter()
    table = read_file(path, kind=kind)
    with database.unit_of_work() as session:
        report = import_table(session, SYSTEM, kind=kind, table=table)
    if report.refused:
        raise SystemExit(report.problems[0].message)
    return report, time.perf_counter() - start


@contextmanager
def fresh_database(kind: str, folder: Path) -> Iterator[db.Database]:
    """Yield a new migrated database, dropped at the end."""
    url = f"sqlite:///{folder / 'merit.db'}"
    if kind == "postgresql":
        with psycopg.connect(SERVER, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {NAME}")  # type: ignore[arg-type] # the name is this process's own
        url = SERVER.rsplit("/", 1)[0].replace("postgresql://", "postgresql+psycopg://") + f"/{NAME}"
    database = db.configure(load_settings({}, instance_path=str(folder), database_url=url))
    try:
        upgrade(database)
        yield database
    finally:
        database.dispose()
        if kind == "postgresql":
            with psycopg.connect(SERVER, autocommit=True) as connection:
                connection.execute(f"DROP DATABASE {NAME} WITH (FORCE)")  # type: ignore[arg-type] # as above


def measure(kind: str, folder: Path) -> int:
    """Print the times of one database against plain reading; return 0 when they are within the limits."""
    path = folder / "officials.xlsx"
    with tempfile.TemporaryDirectory() as place, fresh_database(kind, Path(place)) as database:
        bring(database, "units", folder / "units.csv")
        bring(database, "positions", folder / "positions.csv")
        report, stored = bring(database, "officials", path)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        _again, unchanged = bring(database, "officials", path)
        start = time.perf_counter()
        with database.unit_of_work() as session:
            undo_batch(session, SYSTEM, batch_id=report.batch or 0)
        undone = time.perf_counter() - start
        plain = read_plainly(path)
    print(
        f"{kind}: {report.created:,} officials stored in {stored:.2f} s, plain reading {plain:.2f} s, "
        f"ratio {stored / plain:.2f} (at most {MOST_RATIO}); peak {peak:.0f} MB (under {MOST_MEGABYTES})"
    )
    print(f"{kind}: the same file again {unchanged:.2f} s, ratio {unchanged / plain:.2f}; undo {undone:.2f} s")
    return 0 if stored <= MOST_RATIO * plain and peak < MOST_MEGABYTES else 1


def main() -> int:
    """Write the files once, then measure each database in a process of its own."""
    if len(sys.argv) > 2:
        return measure(sys.argv[1], Path(sys.argv[2]))
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 80_000
    with tempfile.TemporaryDirectory() as folder:
        write_files(Path(folder), rows)
        command = [sys.executable, __file__]
        results = [
            subprocess.run([*command, kind, folder], check=False).returncode
            for kind in ("postgresql", "sqlite")
        ]
    return max(results)


if __name__ == "__main__":
    sys.exit(main())
