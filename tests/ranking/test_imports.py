"""Files of vacancies and applications."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from merit.exchange.domain import ImportReport
from merit.ranking.models import Application, PolicyVersion, VacancyRecord
from merit.ranking.services.policies import activate_policy, import_policy
from merit.security.permissions import SYSTEM, Role
from tests.exchange.files import BUDI, counts, findings, load, load_city
from tests.ranking.samples import POLICY, make_actor

pytestmark = pytest.mark.db

HEADER = ["kode", "jabatan", "tanggal", "jalur", "tanggal_pelantikan", "jumlah", "kebijakan"]
ROW = ["LOWONGAN-1", "KABID", "2026-03-01", "", "2026-06-01", "3", "contoh"]


@pytest.fixture
def policy(session: Session, tmp_path: Path) -> PolicyVersion:
    load_city(session, tmp_path)
    import_policy(session, SYSTEM, text=POLICY)
    admin, ppk = make_actor(session, "admin-impor", Role.ADMIN), make_actor(session, "ppk-impor", Role.PPK)
    return activate_policy(session, admin, ppk, code="contoh").version


def announce(session: Session, folder: Path, row: list[str]) -> ImportReport:
    return load(session, folder, "vacancies", [HEADER, row], confirm_large=True)


def test_vacancy_freezes_the_policy_in_force(session: Session, tmp_path: Path, policy: PolicyVersion) -> None:
    first, second = announce(session, tmp_path, ROW), announce(session, tmp_path, ROW)

    record = session.scalars(select(VacancyRecord)).one()
    assert (counts(first), counts(second)) == ((1, 0, 0), (0, 0, 1))
    assert (record.policy_version_id, record.pathway, record.size) == (policy.id, "seleksi_internal", 3)


def test_policy_of_the_tier_is_found(session: Session, tmp_path: Path, policy: PolicyVersion) -> None:
    announce(session, tmp_path, [*ROW[:-1], ""])

    assert session.scalars(select(VacancyRecord.policy_version_id)).one() == policy.id


@pytest.mark.parametrize(
    ("place", "value"),
    [(6, "tidak-ada"), (4, "2026-01-01"), (1, "KASI"), (5, "0")],
)
def test_vacancy_problems(session: Session, tmp_path: Path, policy: PolicyVersion, place: int, value: str) -> None:
    report = announce(session, tmp_path, [*ROW[:place], value, *ROW[place + 1 :]])

    assert [problem.column for problem in report.problems] == [HEADER[place]]
    assert report.problems[0].message != report.problems[0].code


def test_vacancy_without_any_policy_says_why(session: Session, tmp_path: Path) -> None:
    load_city(session, tmp_path)

    report = announce(session, tmp_path, [*ROW[:-1], ""])

    assert findings(report) == [("vacancies.csv!G2", "kebijakan", "vacancy-no-policy")]


def test_applications(session: Session, tmp_path: Path, policy: PolicyVersion) -> None:
    announce(session, tmp_path, ROW)
    rows = [["nip", "lowongan", "tanggal", "status"], [BUDI, "LOWONGAN-1", "2026-02-10", ""]]

    report = load(session, tmp_path, "applications", rows)

    assert (counts(report), session.scalars(select(Application.state)).one()) == ((1, 0, 0), "melamar")


def test_application_for_an_unknown_vacancy(session: Session, tmp_path: Path) -> None:
    load_city(session, tmp_path)
    rows = [["nip", "lowongan", "tanggal"], [BUDI, "LOWONGAN-9", "2026-02-10"]]

    report = load(session, tmp_path, "applications", rows)

    assert findings(report) == [("applications.csv!B2", "lowongan", "vacancy-code-unknown")]
