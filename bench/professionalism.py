"""The index of 80,000 officials: computing it, keeping it, and the server time of its pages, on both databases.

    python bench/professionalism.py [--quick] [--rows OFFICIALS]

The pages of the city and of units read sums that are kept with a computation; the list of people reads its lines.
"""

from __future__ import annotations

import datetime as dt
import random
import sys
import time

from common import KINDS, Figure, Size, finish, fresh_database, scratch, size_of_run, why_unavailable
from pages import FULL, POSITIONS, QUICK, RECORDED, UNITS, fill_city, settle
from sqlalchemy import insert
from visits import sign_in, time_page

from merit.db import Database
from merit.people.models import Official
from merit.performance.models import Appraisal
from merit.ranking.professionalism.services.runs import compute_run, store_run
from merit.security.permissions import SYSTEM, Role
from merit.training.models import TrainingRecord

AS_OF = dt.date(2025, 12, 31)
MOST_SECONDS, MOST_MILLISECONDS = 60.0, 300.0
KIND_OF_TRAINING = ("teknis", "teknis", "teknis", "seminar", "fungsional", "kepemimpinan", None)
PER_PERSON = 4
PAGES = (
    "/indeks-profesionalitas",
    "/indeks-profesionalitas?status=pppk&urut_unit=-indeks",
    "/indeks-profesionalitas/unit/U0005",
    "/indeks-profesionalitas/pegawai",
    "/indeks-profesionalitas/pegawai?urut=-indeks",
    "/indeks-profesionalitas/pegawai?cari=santoso&belum=teknis",
)


def measure(kind: str, size: Size) -> list[Figure]:
    """Return the figures of one kind of database."""
    with scratch() as folder, fresh_database(kind, folder) as database:
        fill_city(database, units=UNITS, positions=POSITIONS, officials=size.rows)
        _add_records(database, size.rows)
        settle(database)
        began = time.perf_counter()
        with database.reading() as session:
            computed = compute_run(session, SYSTEM, as_of=AS_OF)
        took = time.perf_counter() - began
        began = time.perf_counter()
        with database.unit_of_work() as session:
            store_run(session, SYSTEM, computed=computed)
        kept = time.perf_counter() - began
        settle(database)
        admin = sign_in(database, Role.ADMIN)
        paths = (*PAGES, f"/indeks-profesionalitas/pegawai/{computed_nip(database)}")
        return [
            Figure(what=f"{kind} computing everybody", value=took, limit=MOST_SECONDS),
            Figure(what=f"{kind} keeping the computation", value=kept, limit=MOST_SECONDS),
            *(
                Figure(what=f"{kind} {path}", value=time_page(admin, path), unit="ms", limit=MOST_MILLISECONDS)
                for path in paths
            ),
        ]


def computed_nip(database: Database) -> str:
    """Return the NIP of somebody in the computation."""
    with database.reading() as session:
        return session.get_one(Official, 1).nip


def _add_records(database: Database, officials: int) -> None:
    draw = random.Random(2)
    fact = {"recorded_at": RECORDED}
    trainings = [
        fact
        | {
            "official_id": n,
            "name": f"Pelatihan {number}",
            "kind": draw.choice(KIND_OF_TRAINING),
            "provider": "BPSDM",
            "starts": (ends := AS_OF - dt.timedelta(days=draw.randint(0, 1500))),
            "ends": ends,
            "learning_hours": draw.randint(4, 30),
            "certificate_number": f"{n}-{number}",
        }
        for n in range(1, officials + 1)
        for number in range(PER_PERSON)
    ]
    appraisals = [
        fact | {"official_id": n, "year": AS_OF.year - 1, "result_rating": 2, "behaviour_rating": 2, "predicate": 4}
        for n in range(1, officials + 1)
        if n % 10
    ]
    with database.unit_of_work() as session:
        session.execute(insert(TrainingRecord), trainings)
        session.execute(insert(Appraisal), appraisals)


def main() -> int:
    """Measure on both databases."""
    size = size_of_run(__doc__, full=FULL, quick=QUICK)
    figures: list[Figure] = []
    skipped = []
    for kind in KINDS:
        if reason := why_unavailable(kind):
            skipped.append(reason)
        else:
            figures += measure(kind, size)
    return finish(f"Index of professionalism of {size.rows:,} officials", size, figures, skipped)


if __name__ == "__main__":
    sys.exit(main())
