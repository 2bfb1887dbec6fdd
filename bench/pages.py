"""Server time of the list pages with 80,000 officials, on SQLite and PostgreSQL; more than 100 ms fails.

The databases are made anew (PostgreSQL at ``MERIT_BENCH_POSTGRESQL``) and dropped at the end. Every request goes
through the whole application: sign-in from its cookie, queries, template, headers.

    python bench/pages.py [OFFICIALS]
"""

from __future__ import annotations

import datetime as dt
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from flask.testing import FlaskClient
from sqlalchemy import insert

from merit import db
from merit.accounts.domain import Grant
from merit.accounts.models import User
from merit.accounts.services.sessions import start
from merit.accounts.services.throttle import Origin
from merit.accounts.services.users import create_user
from merit.app import create_app
from merit.config import load_settings
from merit.evidence import TIERS
from merit.migrations import load_models, upgrade
from merit.people.models import Official, OfficialRecord, OrgUnit, OrgUnitRecord, Position, PositionRecord
from merit.security.crypto import create_keyring
from merit.security.permissions import SYSTEM, Role
from merit.security.sessions import Stage

SERVER = os.environ.get("MERIT_BENCH_POSTGRESQL", "postgresql://postgres@127.0.0.1:5432/postgres")
NAME = f"merit_bench_pages_{os.getpid()}"
LIMIT = 100.0  # milliseconds
ROUNDS = 15
UNITS, POSITIONS = 700, 20_000
RECORDED = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
FIRST = "Budi Siti Agus Dewi Rina Andi Joko Sri Wahyu Nur Eko Fitri Hadi Indah Yusuf Maya Rahmat Lestari Putra Ayu"
LAST = "Santoso Wijaya Saputra Hidayat Rahayu Kusuma Pratama Utami Nugroho Setiawan Handayani Siregar Lubis Harahap"
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


def main() -> int:
    """Measure every page on both databases; 1 when one is too slow."""
    officials = int(sys.argv[1]) if len(sys.argv) > 1 else 80_000
    with tempfile.TemporaryDirectory() as folder:
        slow = _measure_all(f"sqlite:///{folder}/merit.db", Path(folder), officials)
        with _temporary_database() as url:
            slow += _measure_all(url, Path(folder), officials)
    if slow:
        print(f"more than {LIMIT:.0f} ms: {', '.join(slow)}", file=sys.stderr)
    return 1 if slow else 0


def _measure_all(url: str, folder: Path, officials: int) -> list[str]:
    database = _open(url, folder)
    _fill(database, officials)
    client = _sign_in(database)
    print(f"{database.engine.dialect.name}: {officials} officials, best of {ROUNDS}, milliseconds")
    slow = []
    for path in PAGES:
        took = _measure(client, path)
        print(f"  {took:7.1f}  {path}")
        slow += [path] if took > LIMIT else []
    database.dispose()
    return slow


@contextmanager
def _temporary_database() -> Iterator[str]:
    with psycopg.connect(SERVER, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {NAME}")
        try:
            yield SERVER.rsplit("/", 1)[0].replace("postgresql://", "postgresql+psycopg://") + f"/{NAME}"
        finally:
            connection.execute(f"DROP DATABASE {NAME} WITH (FORCE)")


def _open(url: str, folder: Path) -> db.Database:
    settings = load_settings({}, instance_path=str(folder), database_url=url)
    create_keyring(settings.secret_file)
    database = db.configure(settings)
    load_models()
    upgrade(database)
    return database


def _fill(database: db.Database, officials: int) -> None:
    draw = random.Random(1)
    first, last = FIRST.split(), LAST.split()
    fact = {"recorded_at": RECORDED}
    with database.unit_of_work() as session:
        numbers = range(1, UNITS + 1)
        session.execute(insert(OrgUnit), [{"id": n, "code": f"U{n:04d}"} for n in numbers])
        parents = {n: None if n < 40 else draw.randint(1, min(n - 1, 200)) for n in numbers}
        session.execute(
            insert(OrgUnitRecord),
            [
                fact | {"unit_id": n, "name": f"Bidang {draw.choice(last)} {n}", "parent_id": parents[n]}
                for n in numbers
            ],
        )
        numbers = range(1, POSITIONS + 1)
        session.execute(insert(Position), [{"id": n, "code": f"J{n:05d}"} for n in numbers])
        session.execute(
            insert(PositionRecord),
            [
                fact
                | {
                    "position_id": n,
                    "name": f"Jabatan {draw.choice(last)} {n}",
                    "tier": draw.choice(TIERS),
                    "unit_id": draw.randint(1, UNITS),
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
                    "unit_id": draw.randint(1, UNITS),
                    "position_id": draw.randint(1, POSITIONS),
                    "position_since": dt.date(2015, 1, 1) + dt.timedelta(days=draw.randint(0, 3600)),
                    "tier": draw.choice(TIERS),
                }
                for n in numbers
            ],
        )
    if not database.settings.is_sqlite:
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")


def _sign_in(database: db.Database) -> FlaskClient:
    with database.unit_of_work() as session:
        user_id = create_user(
            session,
            SYSTEM,
            login="admin",
            name="Admin",
            grants=[Grant(role=Role.ADMIN)],
            password="kuda laut menari pelan",
            totp_secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
        ).id
        origin = Origin(network="127.0.0.0/24", device="", browser="bench")
        started = start(session, session.get_one(User, user_id), stage=Stage.OPEN, origin=origin)
    client = create_app(database.settings, database).test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = started.reference, True
    return client


def _measure(client: FlaskClient, path: str) -> float:
    times = []
    for _round in range(ROUNDS):
        began = time.perf_counter()
        answer = client.get(path)
        times.append((time.perf_counter() - began) * 1000)
        assert answer.status_code == 200, (path, answer.status)
    return min(times)


if __name__ == "__main__":
    sys.exit(main())
