"""Import of an 80,000 x 30 XLSX of officials against python-calamine reading it, on both databases.

Each database is made anew in a process of its own, so that the peak of memory is that of the imports. The first import
checks, compares and stores records, grades and posts with their history; then the same file again (nothing changes), a
file in which every second official is promoted, and the undo of that. The file is read plainly before and after each
step, so that both meet the same neighbours on the machine; of three processes the one with the median ratio is told.

    python bench/imports.py [--quick] [--rows ROWS]
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import random
import resource
import subprocess
import sys
from pathlib import Path

import xlsxwriter
from common import KINDS, Figure, Size, finish, fresh_database, scratch, seconds, size_of_run, why_unavailable
from python_calamine import CalamineWorkbook

from merit.db import Database
from merit.exchange.domain import ImportReport
from merit.exchange.services import Options, import_table, read_file
from merit.exchange.undoing import undo_batch
from merit.security.permissions import SYSTEM

FULL, QUICK = 80_000, 4_000
ROUNDS = 3
MOST_RATIO = 2.5
MOST_MEGABYTES = 900
UNITS, POSITIONS, OTHERS = 100, 6_000, 15
HEADER = (
    *("nip", "nama", "gelar_depan", "gelar_belakang", "jenis_kelamin", "tanggal_lahir", "status", "golongan"),
    *("tmt_golongan", "pendidikan", "bidang_studi", "unit", "jabatan", "tmt_jabatan", "email"),
)


def write_files(folder: Path, rows: int) -> None:
    """Write units, positions and the large files of officials, the same every time."""
    _write_csv(folder / "units.csv", ["kode", "nama"], [[f"U{n}", f"Unit {n}"] for n in range(UNITS)])
    posts = [[f"P{n}", f"Jabatan {n}", "pelaksana", f"U{n % UNITS}"] for n in range(POSITIONS)]
    _write_csv(folder / "positions.csv", ["kode", "nama", "jenjang", "unit"], posts)
    chance = random.Random(7)
    officials = [_official(number, chance) for number in range(rows)]
    _write_xlsx(folder / "officials.xlsx", officials)
    grade, since = HEADER.index("golongan"), HEADER.index("tmt_golongan")
    for cells in officials[::2]:
        cells[grade], cells[since] = "IV/b", "2026-04-01"
    _write_xlsx(folder / "half.xlsx", officials)


def _write_xlsx(path: Path, rows: list[list[str | float]]) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, [*HEADER, *(f"lain_{n}" for n in range(OTHERS))])
        for number, cells in enumerate(rows, start=1):
            page.write_row(number, 0, cells)


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


def read_plainly(path: Path) -> None:
    """Read the file with python-calamine alone."""
    CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()


def bring(database: Database, kind: str, path: Path) -> ImportReport:
    """Import a file as the command does: read it, then check, compare and store it in one unit of work."""
    table = read_file(path, kind=kind)
    with database.unit_of_work() as session:
        report = import_table(session, SYSTEM, kind=kind, table=table, options=Options(confirm_large=True))
    if report.refused:
        raise SystemExit(report.problems[0].message)
    return report


def measure(kind: str, folder: Path) -> dict[str, tuple[float, float]]:
    """Return the time of each step on one new database with that of plain reading around it, and the peak in MB."""
    path, half = folder / "officials.xlsx", folder / "half.xlsx"
    reports: dict[str, ImportReport] = {}
    found: dict[str, tuple[float, float]] = {}

    def stored(name: str, source: Path) -> None:
        reports[name] = bring(database, "officials", source)

    def undo() -> None:
        with database.unit_of_work() as session:
            undo_batch(session, SYSTEM, batch_id=reports["half"].batch or 0)

    with scratch() as place, fresh_database(kind, place) as database:
        bring(database, "units", folder / "units.csv")
        bring(database, "positions", folder / "positions.csv")
        before = seconds(lambda: read_plainly(path))
        for name, step in (
            ("new", lambda: stored("new", path)),
            ("same", lambda: stored("same", path)),
            ("half", lambda: stored("half", half)),
            ("undo", undo),
        ):
            took = seconds(step)
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            after = seconds(lambda: read_plainly(path))
            found[name], before = (took, (before + after) / 2), after
    counts = (reports["new"].created, reports["same"].unchanged, reports["half"].updated * 2)
    if len(set(counts)) != 1:
        raise SystemExit(f"created, unchanged and twice the updated differ: {counts}")
    return {**found, "peak": (peak, 1.0)}


def measure_apart(kind: str, folder: Path, rounds: int) -> dict[str, tuple[float, float]]:
    """Return of each step the process with the median ratio."""
    found: list[dict[str, tuple[float, float]]] = []
    for _ in range(rounds):
        command = [sys.executable, __file__, "--child", kind, str(folder)]
        found.append(json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout))
    return {
        name: sorted((each[name] for each in found), key=lambda pair: pair[0] / pair[1])[len(found) // 2]
        for name in found[0]
    }


def figures_of(kind: str, size: Size, folder: Path) -> list[Figure]:
    """Return what is told of one database."""
    found = measure_apart(kind, folder, 1 if size.quick else ROUNDS)
    steps = (
        ("new", "new", MOST_RATIO),
        ("same", "the same file again", MOST_RATIO),
        ("half", "half of it changed", MOST_RATIO),
        ("undo", "undo of that half", None),
    )
    return [
        *(
            Figure(what=f"{kind}: {words}", value=found[name][0], against=found[name][1], limit=limit)
            for name, words, limit in steps
        ),
        Figure(what=f"{kind}: peak of memory", value=found["peak"][0], unit="MB", limit=MOST_MEGABYTES),
    ]


def main() -> int:
    """Write the files once, then measure each database in processes of their own."""
    if sys.argv[1:2] == ["--child"]:
        print(json.dumps(measure(sys.argv[2], Path(sys.argv[3]))))
        return 0
    size = size_of_run(__doc__, full=FULL, quick=QUICK)
    figures: list[Figure] = []
    skipped = []
    with scratch() as folder:
        write_files(folder, size.rows)
        for kind in KINDS:
            if reason := why_unavailable(kind):
                skipped.append(reason)
            else:
                figures += figures_of(kind, size, folder)
    columns = len(HEADER) + OTHERS
    return finish(f"Import of {size.rows:,} x {columns}, against plain reading", size, figures, skipped)


if __name__ == "__main__":
    sys.exit(main())
