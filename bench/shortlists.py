"""Server time of the ranking pages: a run of 5,000 with draws, and a run of everybody; PostgreSQL.

The first request unpacks the run, the others find it in memory; both are shown.

    python bench/shortlists.py [--quick] [--rows OFFICIALS]
"""

from __future__ import annotations

import sys

from common import Figure, Size, finish, fresh_database, scratch, seconds, size_of_run, why_unavailable
from flask.testing import FlaskClient
from records import APPLICANTS, EVERYBODY, announce, fill
from visits import sign_in, time_page

from merit.db import Database
from merit.ranking.services.runs import RunOrder, compute_run, store_run
from merit.security.permissions import SYSTEM, Role

FULL, QUICK = 80_000, 2_000
POOL = 5_000
MOST_MILLISECONDS = 100.0
ROUNDS = 7
PAGES = ("", "?halaman=150", "?cari=4999", "?urut=-nama", "/syarat", "/syarat?halaman=90")


def make_run(database: Database, code: str, *, draws: bool) -> tuple[str, str, str]:
    """Rank a vacancy; return the run's code and the NIPs of the first and second."""
    with database.reading() as session:
        prepared = compute_run(session, SYSTEM, order=RunOrder(vacancy_code=code, monte_carlo=draws))
    with database.unit_of_work() as session:
        run = store_run(session, SYSTEM, prepared=prepared).code
    first, second = (str(prepared.ranking.nip[row]) for row in prepared.ranking.order[:2])
    return run, first, second


def time_pages(title: str, client: FlaskClient, paths: list[str], limit: float | None) -> list[Figure]:
    """Return the time of each page, and of the very first request."""
    first = seconds(lambda: client.get(paths[0])) * 1000
    times = [time_page(client, path, ROUNDS) for path in paths]
    shown = [path.removeprefix(paths[0]) or path.rsplit("/", maxsplit=2)[-2] for path in paths]
    return [
        Figure(what=f"{title}: first request of all", value=first, unit="ms"),
        *(
            Figure(what=f"{title}: {name}", value=took, unit="ms", limit=limit)
            for name, took in zip(shown, times, strict=True)
        ),
    ]


def measure(database: Database, size: Size) -> list[Figure]:
    """Return the times of the pages of both runs and of an official's own explanation."""
    fill(database, size.rows)
    announce(database, min(POOL, size.rows))
    figures = []
    admin = sign_in(database, Role.ADMIN)
    for code, draws in ((APPLICANTS, True), (EVERYBODY, False)):
        run, first, second = make_run(database, code, draws=draws)
        base = f"/lowongan/{code}/peringkat/{run}"
        paths = [*(base + page for page in PAGES), f"{base}/pegawai/{first}", f"{base}/pegawai/{first}?lawan={second}"]
        limit = MOST_MILLISECONDS if draws else None  # nobody ranks a whole city, but nothing may grow with it
        figures += time_pages(f"{min(POOL, size.rows) if draws else size.rows:,}", admin, paths, limit)
        own = sign_in(database, Role.OFFICIAL, nip=first) if draws else None
        if own is not None:
            figures += time_pages("own", own, ["/saya", f"/saya/penjelasan/{run}"], limit)
    return figures


def main() -> int:
    """Measure the pages of two runs."""
    size = size_of_run(__doc__, full=FULL, quick=QUICK)
    title = f"Ranking pages with {size.rows:,} officials"
    if reason := why_unavailable("postgresql"):
        return finish(title, size, [], [reason])
    with scratch() as folder, fresh_database("postgresql", folder) as database:
        figures = measure(database, size)
    return finish(title, size, figures)


if __name__ == "__main__":
    sys.exit(main())
