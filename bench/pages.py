"""Server time of the list pages with 80,000 officials, on SQLite and PostgreSQL, and queries for one row and three.

Every request goes through the whole application: sign-in from its cookie, queries, template, headers.

    python bench/pages.py [--quick] [--rows OFFICIALS]
"""

from __future__ import annotations

import datetime as dt
import random
import sys

from common import KINDS, Figure, Size, finish, fresh_database, scratch, size_of_run, why_unavailable
from sqlalchemy import insert
from visits import count_queries, sign_in, time_page

from merit.db import Database
from merit.evidence import TIERS
from merit.people.models import Official, OfficialRecord, OrgUnit, OrgUnitRecord, Position, PositionRecord
from merit.security.permissions import Role

FULL, QUICK = 80_000, 4_000
MOST_MILLISECONDS = 100.0
UNITS, POSITIONS = 700, 20_000
RECORDED = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
FIRST = "Budi Siti Agus Dewi Rina Andi Joko Sri Wahyu Nur Eko Fitri Hadi Indah Yusuf Maya Rahmat Lestari Putra Ayu"
LAST = "Santoso Wijaya Saputra Hidayat Rahayu Kusuma Pratama Utami Nugroho Setiawan Handayani Siregar Lubis Harahap"
LISTS = ("/pegawai", "/jabatan", "/unit", "/")
PAGES = (
    "/pegawai",
    "/pegawai?cari=santoso",
    "/pegawai?cari=budi+san",
    "/pegawai?cari=tidakada",
    "/pegawai?cari=1985",
    "/pegawai?unit=U0005",
    "/pegawai?jenjang=pengawas&golongan=9&status=PPPK",
    "/pegawai?urut=nip",
    "/pegawai?urut=-golongan",
    "/pegawai?urut=unit",
    "/pegawai?urut=tmt",
    "/pegawai?halaman=1600",
    "/pegawai?urut=-unit&halaman=3200",
    "/jabatan",
    "/jabatan?keadaan=kosong",
    "/unit",
    "/",
)


def time_pages(kind: str, size: Size) -> list[Figure]:
    """Return the time of every page on one kind of database."""
    with scratch() as folder, fresh_database(kind, folder) as database:
        fill_city(database, units=UNITS, positions=POSITIONS, officials=size.rows)
        settle(database)
        nip = _nip(database)
        admin, own = sign_in(database, Role.ADMIN), sign_in(database, Role.OFFICIAL, nip=nip)
        visits = [(admin, path) for path in (*PAGES, f"/pegawai/{nip}")] + [(own, "/saya")]
        return [
            Figure(what=f"{kind} {path}", value=time_page(client, path), unit="ms", limit=MOST_MILLISECONDS)
            for client, path in visits
        ]


def compare_queries(kind: str) -> list[Figure]:
    """Return how many queries each list makes for three rows and for one."""
    made: list[list[int]] = []
    for rows in (1, 3):
        with scratch() as folder, fresh_database(kind, folder) as database:
            fill_city(database, units=rows, positions=rows, officials=rows)
            admin = sign_in(database, Role.ADMIN)
            made.append([count_queries(database, admin, path) for path in LISTS])
    return [
        Figure(what=f"{kind} {path}: queries for 3 rows and for 1", value=three, against=one, unit="", limit=1.0)
        for path, one, three in zip(LISTS, *made, strict=True)
    ]


def _nip(database: Database) -> str:
    with database.reading() as session:
        return session.get_one(Official, 1).nip


def settle(database: Database) -> None:
    """Do what the server does by itself after a while."""
    if not database.settings.is_sqlite:
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")


def fill_city(database: Database, *, units: int, positions: int, officials: int) -> None:
    """Make units, positions and officials, the same every time."""
    draw = random.Random(1)
    first, last = FIRST.split(), LAST.split()
    fact = {"recorded_at": RECORDED}
    with database.unit_of_work() as session:
        numbers = range(1, units + 1)
        session.execute(insert(OrgUnit), [{"id": n, "code": f"U{n:04d}"} for n in numbers])
        parents = {n: None if n < 40 else draw.randint(1, min(n - 1, 200)) for n in numbers}
        session.execute(
            insert(OrgUnitRecord),
            [
                fact | {"unit_id": n, "name": f"Bidang {draw.choice(last)} {n}", "parent_id": parents[n]}
                for n in numbers
            ],
        )
        numbers = range(1, positions + 1)
        session.execute(insert(Position), [{"id": n, "code": f"J{n:05d}"} for n in numbers])
        session.execute(
            insert(PositionRecord),
            [
                fact
                | {
                    "position_id": n,
                    "name": f"Jabatan {draw.choice(last)} {n}",
                    "tier": draw.choice(TIERS),
                    "unit_id": draw.randint(1, units),
                }
                for n in numbers
            ],
        )
        numbers = range(1, officials + 1)
        births = {n: dt.date(1965, 1, 1) + dt.timedelta(days=draw.randint(0, 12_000)) for n in numbers}
        nips = {n: f"{births[n]:%Y%m%d}2010{n:06d}" for n in numbers}
        session.execute(insert(Official), [{"id": n, "nip": nips[n]} for n in numbers])
        session.execute(
            insert(OfficialRecord),
            [
                fact
                | {
                    "official_id": n,
                    "name": f"{draw.choice(first)} {draw.choice(first)} {draw.choice(last)}",
                    "sex": "L",
                    "birth_date": births[n],
                    "employment": draw.choice(("PNS", "PNS", "CPNS", "PPPK")),
                    "grade": draw.randint(5, 17),
                    "grade_since": dt.date(2020, 4, 1),
                    "education": "S1/D4",
                    "unit_id": draw.randint(1, units),
                    "position_id": draw.randint(1, positions),
                    "position_since": dt.date(2015, 1, 1) + dt.timedelta(days=draw.randint(0, 3600)),
                    "tier": draw.choice(TIERS),
                }
                for n in numbers
            ],
        )


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
    return finish(f"Pages with {size.rows:,} officials", size, figures, skipped)


if __name__ == "__main__":
    sys.exit(main())
