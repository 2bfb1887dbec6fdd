"""Records of many officials in PostgreSQL, made by SQL alone: what the ranking benchmarks read."""

from __future__ import annotations

import datetime as dt

import psycopg

from merit import clock
from merit.db import Database
from merit.people.models import Position, PositionRecord
from merit.ranking.models import Application, PolicyVersion, Vacancy, VacancyRecord
from merit.ranking.policy import parse_policy, shipped_policies

AS_OF = dt.date(2026, 6, 1)
EVERYBODY, APPLICANTS = "BENCH-SEMUA", "BENCH-PELAMAR"
# %(n)s officials, each with a post of its own; the first thousand posts lead a unit.
STATEMENTS = (
    "SET session_replication_role = replica",  # what refers to what is right by construction
    "INSERT INTO org_units (id, code) SELECT g, 'U' || g FROM generate_series(1, 1000) g",
    """INSERT INTO org_unit_records (recorded_at, unit_id, name, parent_id, kind, district)
       SELECT now(), g, 'Unit ' || g, CASE WHEN g > 10 THEN g / 10 END, 'dinas', '' FROM generate_series(1, 1000) g""",
    "INSERT INTO positions (id, code) SELECT g, 'J' || g FROM generate_series(1, %(n)s) g",
    """INSERT INTO position_records (recorded_at, position_id, name, tier, unit_id, leads_unit_id, field)
       SELECT now(), g, 'Jabatan ' || g, CASE WHEN g %% 10 = 0 THEN 'pengawas' ELSE 'pelaksana' END,
              1 + g %% 1000, CASE WHEN g <= 1000 THEN g END, 'Bidang ' || g %% 40
       FROM generate_series(1, %(n)s) g""",
    """INSERT INTO officials (id, nip) SELECT g, '1985' || lpad(g::text, 14, '0') FROM generate_series(1, %(n)s) g""",
    """INSERT INTO official_records (recorded_at, official_id, name, title_before, title_after, sex, birth_date,
              employment, grade, grade_since, education, study_field, unit_id, position_id, position_since, tier, email)
       SELECT now(), g, 'Pegawai ' || g, '', '', 'L', date '1985-01-01' + (g %% 9000)::int, 'PNS', 5 + g %% 8,
              '2022-04-01', 'S1/D4', '', 1 + g %% 1000, g, '2022-01-01', 'pelaksana', ''
       FROM generate_series(1, %(n)s) g""",
    """INSERT INTO grade_periods (recorded_at, official_id, grade, starts)
       SELECT now(), g, 5 + k, make_date(2010 + 4 * k, 4, 1)
       FROM generate_series(1, %(n)s) g, generate_series(1, 3) k""",
    """INSERT INTO posts (recorded_at, official_id, origin, tier, title, field, position_id, unit_id, starts, ends,
              decree_number)
       SELECT now(), g, CASE k WHEN 3 THEN 'present' ELSE 'career' END,
              CASE WHEN k = 3 AND g %% 10 = 0 THEN 'pengawas' ELSE 'pelaksana' END, '', 'Bidang ' || (g + k) %% 40,
              CASE k WHEN 3 THEN g END, CASE k WHEN 3 THEN 1 + g %% 1000 END, make_date(2010 + 4 * k, 1, 1),
              CASE WHEN k < 3 THEN make_date(2013 + 4 * k, 12, 31) END, ''
       FROM generate_series(1, %(n)s) g, generate_series(1, 3) k""",
    """INSERT INTO appraisals (recorded_at, official_id, year, result_rating, behaviour_rating, predicate, assessor)
       SELECT now(), g, 2020 + k, 1 + (g + k) %% 3, 2, 4, ''
       FROM generate_series(1, %(n)s) g, generate_series(1, 5) k""",
    """INSERT INTO feedback_ratings (recorded_at, official_id, year, rater, rater_group, aspect, score)
       SELECT now(), g, 2025, 'P' || k, CASE WHEN k = 1 THEN 'atasan' WHEN k < 5 THEN 'rekan' ELSE 'bawahan' END,
              a, 1000000 * (3 + (g + k) %% 3)
       FROM generate_series(1, %(n)s) g, generate_series(1, 7) k,
            unnest(array['loyal', 'berorientasi_pelayanan']) a""",
    """INSERT INTO competency_results (recorded_at, official_id, competency, level, se, provider, method, accreditation,
              dated, valid_until)
       SELECT now(), g, c, 1 + (g + length(c)) %% 5, CASE WHEN g %% 2 = 0 THEN 400000 END, 'Puspenkom', 'cact', 'A',
              '2025-03-01', '2028-03-01'
       FROM generate_series(1, %(n)s) g,
            unnest(array['M.01', 'M.02', 'M.03', 'M.04', 'M.05', 'M.06', 'M.07', 'M.08', 'SK.01']) c""",
    """INSERT INTO training_records (recorded_at, official_id, name, code, provider, starts, ends, learning_hours,
              grade_text, certificate_number, transfer, transfer_se)
       SELECT now(), g, 'Pelatihan ' || k, CASE WHEN k = 1 AND g %% 5 = 0 THEN 'PKP' ELSE '' END, 'BPSDM',
              make_date(2022 + k, 3, 1), make_date(2022 + k, 3, 5), 20000000, '', 'S' || k,
              CASE WHEN k > 1 THEN 1000000 * (60 + g %% 40) END, CASE WHEN g %% 2 = 0 THEN 5000000 END
       FROM generate_series(1, %(n)s) g, generate_series(1, 3) k""",
    """INSERT INTO attendance_years (recorded_at, official_id, year, unexcused_days)
       SELECT now(), g, 2025, g %% 4 FROM generate_series(1, %(n)s) g""",
    """INSERT INTO discipline_findings (recorded_at, official_id, code, decree_number, dated, state)
       SELECT now(), g, 'R1', 'SK' || g, '2024-05-01', 'final' FROM generate_series(1, %(n)s, 50) g""",
    """INSERT INTO attestations (recorded_at, official_id, fact, dated, number)
       SELECT now(), g, 'sehat', '2026-01-05', '' FROM generate_series(1, %(n)s) g""",
    """INSERT INTO complaints (recorded_at, number, unit_id, kind, channel, received, answered, closed, outcome)
       SELECT now(), 'A' || g, 1 + g %% 1000, 'normatif', 'digital', date '2025-06-02' + (g %% 360)::int,
              date '2025-06-03' + (g %% 360)::int, date '2025-06-05' + (g %% 360 + g %% 9)::int, ''
       FROM generate_series(1, 20000) g""",
    """INSERT INTO unit_results (recorded_at, unit_id, year, achievement)
       SELECT now(), g, 2025, 1000000 * (80 + g %% 40) FROM generate_series(1, 1000) g""",
    """INSERT INTO satisfaction_surveys (recorded_at, unit_id, period, score, respondents, deviation)
       SELECT now(), g, '2025', 1000000 * (70 + g %% 30), 100, 8000000 FROM generate_series(1, 1000) g""",
)


def fill(database: Database, officials: int) -> None:
    """Write the records of as many officials, with posts, ratings, results, appraisals and trainings."""
    url = database.settings.database_url.replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in STATEMENTS:
            connection.execute(statement, {"n": officials})
        connection.execute("VACUUM ANALYZE")


def announce(database: Database, pool: int) -> None:
    """Record the shipped policy as active and two vacancies under it: for everybody, and for some applicants."""
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
        vacancies = [Vacancy(code=code) for code in (EVERYBODY, APPLICANTS)]
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
            for number in range(1, pool + 1)
        )


def open_to_all(text: str) -> str:
    """Return the policy with gates that are all evaluated and stop nobody, so that everybody gets contributions."""
    return text.replace("status: confirmed", "status: needs_verification")
