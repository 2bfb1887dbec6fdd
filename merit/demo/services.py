"""Fill an empty database with the demonstration city, through the doors real files and people use."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from merit.audit.services import checkpoint
from merit.demo.accounts import STAFF, DemoAccount, create_officials, create_staff
from merit.demo.cases import Case
from merit.demo.files import write_files
from merit.demo.generator import Demonstration
from merit.demo.indices import measure_professionalism
from merit.demo.tables import KINDS, VACANCY_KINDS
from merit.demo.vacancies import VACANCIES
from merit.errors import InvalidInputError, RuleViolationError
from merit.exchange.models import ImportBatch
from merit.exchange.services import import_file
from merit.people.models import Official, OrgUnit
from merit.ranking.engine.types import Ranking
from merit.ranking.policy import shipped_policies
from merit.ranking.services.policies import activate_policy, load_shipped_policies
from merit.ranking.services.runs import RunOrder, compute_run, store_run
from merit.security.permissions import STAFF_ROLES, Actor, Role

# Hears of every step: what is being done, and with how many rows.
Tell: TypeAlias = Callable[[str, int], None]
RANKED_PLACE = 2  # near the cut, where an explanation is worth reading


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedVacancy:
    """What came of ranking one vacancy of the demonstration."""

    vacancy: str
    run: str
    considered: int
    eligible: int
    held: int
    failed: int
    result_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """What now stands in the database: the accounts to print once, and one run per vacancy."""

    accounts: tuple[DemoAccount, ...]
    runs: tuple[RankedVacancy, ...]


def require_empty(session: Session) -> None:
    """Refuse a database in which there are already people, units or imports."""
    for model in (Official, OrgUnit, ImportBatch):
        if session.scalar(select(model.id).limit(1)) is not None:
            raise RuleViolationError("demo-not-empty")


def fill_database(session: Session, demonstration: Demonstration, *, folder: Path, tell: Tell) -> Filled:
    """Write the files to ``folder``, import them, put the shipped policies in force, rank every vacancy.

    All of it happens in the session's one unit of work, so that a failure leaves the database as it was.
    """
    require_empty(session)
    tell("files", sum(len(table.rows) for table in demonstration.tables.values()))
    paths = write_files(demonstration.tables.values(), folder)
    accounts, actors = create_staff(session, STAFF_ROLES - {Role.OPD_ADMIN})
    admin = actors[Role.ADMIN]
    _import(session, admin, (kind for kind in KINDS if kind not in VACANCY_KINDS), paths, tell)
    accounts += create_staff(session, {Role.OPD_ADMIN})[0]
    _put_policies_in_force(session, admin, actors[Role.PPK], tell)
    _import(session, admin, VACANCY_KINDS, paths, tell)
    runs, first = _rank(session, admin, tell)
    tell("indices", measure_professionalism(session, admin))
    accounts += create_officials(session, _official_nips(demonstration, first))
    accounts.sort(key=lambda account: _place(account.login))
    checkpoint(session)
    return Filled(accounts=tuple(accounts), runs=tuple(runs))


def _import(session: Session, actor: Actor, kinds: Iterable[str], paths: dict[str, Path], tell: Tell) -> None:
    for kind in kinds:
        report = import_file(session, actor, kind=kind, path=paths[kind])
        if report.refused:
            problem = report.problems[0]
            raise InvalidInputError(
                "demo-import-refused", file=paths[kind].name, row=problem.row, message=problem.message
            )
        tell(kind, report.rows)


def _put_policies_in_force(session: Session, admin: Actor, ppk: Actor, tell: Tell) -> None:
    load_shipped_policies(session)
    codes = sorted(shipped_policies())
    for code in codes:
        activate_policy(session, admin, ppk, code=code)
    tell("policies", len(codes))


def _rank(session: Session, admin: Actor, tell: Tell) -> tuple[list[RankedVacancy], Ranking]:
    """Rank every vacancy; return what came of it and the ranking of the first."""
    runs, rankings = [], []
    for vacancy in VACANCIES:
        prepared = compute_run(session, admin, order=RunOrder(vacancy_code=vacancy))
        run = store_run(session, admin, prepared=prepared)
        runs.append(
            RankedVacancy(
                vacancy=vacancy,
                run=run.code,
                considered=run.considered,
                eligible=run.eligible,
                held=run.held,
                failed=run.failed,
                result_sha256=run.result_sha256,
            )
        )
        rankings.append(prepared.ranking)
        tell(vacancy, run.considered)
    return runs, rankings[0]


def _official_nips(demonstration: Demonstration, ranking: Ranking) -> list[str]:
    """Choose somebody ranked near the cut, and somebody three months short of the tenure."""
    ranked = [str(ranking.nip[row]) for row in ranking.order[:RANKED_PLACE]]
    short = next(person.nip for person in demonstration.people if person.case == Case.SHORT_TENURE)
    return [*ranked[-1:], short]


def _place(login: str) -> int:
    logins = [entry[0] for entry in STAFF]
    return logins.index(login) if login in logins else len(logins)
