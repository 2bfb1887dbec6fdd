"""Server time of performance's list pages with 80,000 officials, on both databases; queries for one row and three.

A cycle with a sheet for everybody, a case for one in forty, an offer and a leave for one in four, 20,000 complaints.

    python bench/performance_pages.py [--quick] [--rows OFFICIALS]
"""

from __future__ import annotations

import datetime as dt
import sys

from common import KINDS, Figure, Size, finish, fresh_database, scratch, size_of_run, why_unavailable
from pages import FULL, MOST_MILLISECONDS, POSITIONS, QUICK, RECORDED, UNITS, fill_city, settle
from sqlalchemy import insert
from visits import count_queries, sign_in, time_page

from merit.db import Database
from merit.people.models import Assignment, DisciplineFinding, LeavePeriod
from merit.performance.models import AppraisalCycle, AppraisalSheet, Complaint
from merit.security.permissions import Role

STATES = ("waiting", "rated", "objected", "final")
LISTS = ("/penilaian-kinerja/1", "/disiplin", "/penugasan", "/cuti", "/pengaduan", "/pengaduan/umur")
PAGES = (
    *LISTS,
    "/penilaian-kinerja/1?cari=santoso",
    "/penilaian-kinerja/1?urut=-predikat",
    "/penilaian-kinerja/1?urut=unit&halaman=3000",
    "/penilaian-kinerja/1?keadaan=objected&unit=U0005",
    "/disiplin?urut=nama&kedudukan=served",
    "/penugasan?cari=santoso&jawaban=menunggu",
    "/cuti?keadaan=berjalan&urut=unit",
    "/pengaduan?urut=-unit",
    "/pengaduan?keadaan=open&cari=77",
)


def time_pages(kind: str, size: Size) -> list[Figure]:
    """Return the time of every page on one kind of database."""
    with scratch() as folder, fresh_database(kind, folder) as database:
        fill_city(database, units=UNITS, positions=POSITIONS, officials=size.rows)
        _fill(database, officials=size.rows, complaints=size.rows // 4)
        settle(database)
        admin = sign_in(database, Role.ADMIN)
        return [
            Figure(what=f"{kind} {path}", value=time_page(admin, path), unit="ms", limit=MOST_MILLISECONDS)
            for path in PAGES
        ]


def compare_queries(kind: str) -> list[Figure]:
    """Return how many queries each list makes for three rows and for one."""
    made: list[list[int]] = []
    for rows in (1, 3):
        with scratch() as folder, fresh_database(kind, folder) as database:
            fill_city(database, units=rows, positions=rows, officials=rows)
            _fill(database, officials=rows, complaints=rows, every=1)
            admin = sign_in(database, Role.ADMIN)
            made.append([count_queries(database, admin, path) for path in LISTS])
    return [
        Figure(what=f"{kind} {path}: queries for 3 rows and for 1", value=three, against=one, unit="", limit=1.0)
        for path, one, three in zip(LISTS, *made, strict=True)
    ]


def _fill(database: Database, *, officials: int, complaints: int, every: int = 4) -> None:
    fact = {"recorded_at": RECORDED}
    numbers, units = range(1, officials + 1), min(UNITS, officials)
    with database.unit_of_work() as session:
        session.add(AppraisalCycle(id=1, year=2025, quarter=0, due=dt.date(2026, 12, 31), opened_at=RECORDED))
        session.flush()
        session.execute(insert(AppraisalSheet), [_sheet(n, officials, units) for n in numbers])
        some = numbers[::every]
        session.execute(insert(Assignment), [_offer(n) | fact for n in some])
        leave = {"kind": "sakit", "starts": dt.date(2025, 3, 1)}
        session.execute(
            insert(LeavePeriod),
            [fact | leave | {"official_id": n, "ends": None if n % 3 else dt.date(2025, 4, 1)} for n in some],
        )
        case = {"code": "R2", "dated": dt.date(2025, 5, 1), "starts": dt.date(2025, 6, 1), "state": "final"}
        cases = [fact | case | {"official_id": n, "decree_number": f"SK-{n}"} for n in numbers[:: 10 * every]]
        session.execute(insert(DisciplineFinding), cases)
        session.execute(insert(Complaint), [_complaint(n, units) | fact for n in range(1, complaints + 1)])


def _sheet(n: int, officials: int, units: int) -> dict[str, object]:
    state = STATES[n % 4]
    rated = None if state == "waiting" else n % 3 + 1
    return {
        "cycle_id": 1,
        "official_id": n,
        "unit_id": 1 + n % units,
        "assessor_id": 1 + n % officials if officials > 1 else None,
        "reviewer_id": None,
        "state": state,
        "result_rating": rated,
        "behaviour_rating": rated,
        "predicate": None if rated is None else (1, 4, 5)[rated - 1],
        "handed_over": None if rated is None else dt.date(2026, 1, 10),
    }


def _offer(n: int) -> dict[str, object]:
    return {"official_id": n, "name": f"Satuan tugas {n % 30}", "offered": dt.date(2025, 1 + n % 12, 1)}


def _complaint(n: int, units: int) -> dict[str, object]:
    received = dt.date(2024, 1, 1) + dt.timedelta(days=n % 700)
    return {
        "number": f"L/{n}",
        "unit_id": 1 + n % units,
        "kind": ("normatif", "tanpa_pengawasan", "pengawasan")[n % 3],
        "channel": "digital",
        "received": received,
        "answered": received + dt.timedelta(days=1),
        "closed": None if n % 20 == 0 else received + dt.timedelta(days=4),
    }


def main() -> int:
    """Measure every page on both databases."""
    size = size_of_run(__doc__, full=FULL, quick=QUICK)
    figures: list[Figure] = []
    skipped = []
    for kind in KINDS:
        if reason := why_unavailable(kind):
            skipped.append(reason)
        else:
            figures += [*time_pages(kind, size), *compare_queries(kind)]
    return finish(f"Pages of performance with {size.rows:,} officials", size, figures, skipped)


if __name__ == "__main__":
    sys.exit(main())
