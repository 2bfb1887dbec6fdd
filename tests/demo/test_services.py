"""The demonstration city in a database: imported, ranked, all or nothing, the same on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select

from merit import db
from merit.accounts.models import User
from merit.demo.generator import Demonstration, build_demonstration
from merit.demo.services import Filled, RankedVacancy, fill_database
from merit.demo.tables import KINDS
from merit.errors import RuleViolationError
from merit.exchange.models import ImportBatch
from merit.people.models import Official
from merit.ranking.models import RankingRun

pytestmark = pytest.mark.db


@pytest.fixture(scope="module")
def demonstration() -> Demonstration:
    return build_demonstration(officials=300, seed=7)


@pytest.fixture(scope="module")
def known_runs() -> dict[str, tuple[RankedVacancy, ...]]:
    """Remember what the first database answered, for the second one."""
    return {}


def _fill(demonstration: Demonstration, folder: Path) -> Filled:
    with db.unit_of_work() as session:
        return fill_database(session, demonstration, folder=folder, tell=lambda _step, _rows: None)


def test_city_is_imported_and_ranked_alike_everywhere(database, demonstration, known_runs, tmp_path):
    filled = _fill(demonstration, tmp_path)

    with db.reading() as session:
        assert session.scalar(select(func.count(Official.id))) == 300
        assert set(session.scalars(select(ImportBatch.kind))) == set(KINDS)
        assert set(session.scalars(select(RankingRun.code))) == {run.run for run in filled.runs}
    assert known_runs.setdefault("first", filled.runs) == filled.runs


def test_first_vacancy_has_a_lively_outcome(sqlite_database, demonstration, tmp_path):
    filled = _fill(demonstration, tmp_path)

    first = filled.runs[0]
    assert first.vacancy == "LOWONGAN-1"
    assert min(first.eligible, first.held, first.failed) > 5
    assert next(run for run in filled.runs if run.vacancy == "LOWONGAN-4").eligible == 0


def test_accounts_cover_every_role_and_two_officials(sqlite_database, demonstration, tmp_path):
    accounts = _fill(demonstration, tmp_path).accounts

    with db.reading() as session:
        logins = set(session.scalars(select(User.login)))
    assert {account.login for account in accounts} == logins
    assert [account.role for account in accounts] == [
        *("admin", "opd_admin", "author", "proctor", "panel", "panel", "panel", "auditor", "pyb", "ppk"),
        *("official", "official"),
    ]
    assert all((account.totp_secret is None) == (account.role == "official") for account in accounts)


def test_second_city_is_refused(sqlite_database, demonstration, tmp_path):
    _fill(demonstration, tmp_path)

    with pytest.raises(RuleViolationError) as refusal:
        _fill(demonstration, tmp_path)

    assert refusal.value.reason == "demo-not-empty"


def test_failure_leaves_the_database_empty(sqlite_database, demonstration, tmp_path):
    def stop(step: str, _rows: int) -> None:
        if step == "officials":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), db.unit_of_work() as session:
        fill_database(session, demonstration, folder=tmp_path, tell=stop)

    with db.reading() as session:
        assert session.scalar(select(func.count(ImportBatch.id))) == 0
        assert session.scalar(select(func.count(User.id))) == 0
