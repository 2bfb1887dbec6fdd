"""Time a stored ranking of 100,000 officials against plainly reading the same columns, and 20,000 draws for 200.

The database is the one of ``ranking_load`` (PostgreSQL, made anew, dropped at the end).

    python bench/ranking.py [OFFICIALS]
"""

from __future__ import annotations

import sys
import time

from ranking_load import AS_OF, bench_database, fetch_plainly, record_statements, seconds
from sqlalchemy import func, select

from merit import clock
from merit.db import Database
from merit.people.models import Position, PositionRecord
from merit.ranking.engine.uncertainty import simulate
from merit.ranking.models import Application, PolicyVersion, RankingRun, Vacancy, VacancyRecord
from merit.ranking.policy import parse_policy, shipped_policies
from merit.ranking.services.runs import RunOrder, compute_run, store_run
from merit.security.permissions import SYSTEM

MOST_RATIO = 1.5
MOST_SECONDS = 1.0
POOL = 200
DRAWS = 20_000
ROUNDS = 5
EVERYBODY = RunOrder(vacancy_code="BENCH-SEMUA", monte_carlo=False)
APPLICANTS = RunOrder(vacancy_code="BENCH-PELAMAR", monte_carlo=False)


def announce(database: Database) -> None:
    """Record the shipped policy as active and two vacancies under it: for everybody, and for 200 applicants."""
    policy = parse_policy(open_to_all(shipped_policies()["loyalitas-hasil"]))
    now = clock.now()
    with database.unit_of_work() as session:
        session.connection().exec_driver_sql("SELECT setval('positions_id_seq', (SELECT max(id) FROM positions))")
        version = PolicyVersion(
            code=policy.code,
            number=1,
            title=policy.title,
            document=policy.document,
            sha256=policy.sha256,
            state="active",
            recorded_at=now,
            in_force_from=AS_OF,
            activated_at=now,
        )
        position = Position(code="BENCH")
        vacancies = [Vacancy(code=order.vacancy_code) for order in (EVERYBODY, APPLICANTS)]
        session.add_all([version, position, *vacancies])
        session.flush()
        session.add(
            PositionRecord(position_id=position.id, name="Lowong", tier="administrator", unit_id=1, recorded_at=now)
        )
        for vacancy, pathway in zip(vacancies, ("seleksi_internal", "seleksi_terbuka"), strict=True):
            row = VacancyRecord(vacancy_id=vacancy.id, position_id=position.id, as_of=AS_OF, pathway=pathway)
            row.policy_version_id, row.recorded_at = version.id, now
            session.add(row)
        session.add_all(
            Application(official_id=number, vacancy_id=vacancies[1].id, dated=AS_OF, recorded_at=now)
            for number in range(1, POOL + 1)
        )


def open_to_all(text: str) -> str:
    """Return the policy with gates that are all evaluated and stop nobody, so that everybody gets contributions."""
    return text.replace("status: confirmed", "status: needs_verification")


def run_once(database: Database) -> None:
    """Rank from the records to the stored row, as the command does."""
    with database.reading() as session:
        prepared = compute_run(session, SYSTEM, order=EVERYBODY)
    with database.unit_of_work() as session:
        store_run(session, SYSTEM, prepared=prepared)


def draws_seconds(database: Database) -> float:
    """Return the least time of 20,000 draws for the pool of 200; what else the machine does only adds to it."""
    with database.reading() as session:
        prepared = compute_run(session, SYSTEM, order=APPLICANTS)
    if prepared.row["eligible"] != POOL:
        raise SystemExit(f"The pool has {prepared.row['eligible']} eligible, not {POOL}.")
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        simulate(prepared.ranking, prepared.inputs.columns, draws=DRAWS)
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> int:
    """Print both times against their limits."""
    officials = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with bench_database(officials) as database:
        announce(database)
        with database.reading() as session:
            statements = record_statements(session)
            plain = seconds(lambda: fetch_plainly(session, statements))
        stored = seconds(lambda: run_once(database))
        with database.reading() as session:
            size = session.scalar(select(func.octet_length(RankingRun.inputs) + func.octet_length(RankingRun.outcome)))
            eligible = session.scalar(select(RankingRun.eligible))
        drawn = draws_seconds(database)
    print(f"{officials:,} officials, {eligible:,} ranked, {(size or 0) / 1e6:.1f} MB stored")
    print(f"plain fetch {plain:.2f} s, stored run {stored:.2f} s, ratio {stored / plain:.2f} (at most {MOST_RATIO})")
    print(f"{DRAWS:,} draws for {POOL}: {drawn:.2f} s (at most {MOST_SECONDS})")
    return 0 if stored <= MOST_RATIO * plain and drawn <= MOST_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
