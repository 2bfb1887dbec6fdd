"""Training with 80,000 officials: gaps, suggestions, the yearly plan, and the marks of one class day.

python bench/training.py [--quick] [--rows OFFICIALS]
"""

from __future__ import annotations

import datetime as dt
import random
import sys
import time
from decimal import Decimal

import numpy as np
from common import KINDS, Figure, Size, finish, fresh_database, scratch, seconds, size_of_run, why_unavailable
from pages import fill_city, settle
from sqlalchemy import insert, select, update
from visits import sign_in, time_page

from merit import clock
from merit.assessment.models.results import CompetencyResult
from merit.db import Database
from merit.evidence import COMPETENCIES
from merit.people.models import OfficialRecord, OrgUnit
from merit.security.permissions import SYSTEM, Role
from merit.training.domain.yearly import Question, solve_plan
from merit.training.models.classes import Enrolment
from merit.training.queries.gap_list import GapChoice, find_gaps, list_gaps
from merit.training.services.attendance import Mark, mark_list
from merit.training.services.classes import ClassInput, SessionInput, add_session, create_class, open_class
from merit.training.services.development import count_gaps
from merit.training.services.programmes import ProgrammeInput, create_programme

FULL, QUICK = 80_000, 4_000
UNITS, POSITIONS, PROGRAMMES, IN_UNIT = 700, 20_000, 60, 500
MARKS = 10_000
PEOPLE, CLASSES = 6_000, 200
START = dt.datetime(2026, 3, 2, 0, 0, tzinfo=dt.UTC)
CHUNK = 90_000


def fill(database: Database, officials: int) -> None:
    """Add officials with nine results each, a unit of 500, and programmes that aim at every competency."""
    fill_city(database, units=UNITS, positions=POSITIONS, officials=officials)
    draw = random.Random(2)
    today = clock.today()
    common = {
        "recorded_at": START,
        "method": "asesmen",
        "provider": "BKN",
        "accreditation": "A",
        "dated": today - dt.timedelta(days=90),
        "valid_until": today + dt.timedelta(days=900),
    }
    with database.unit_of_work() as session:
        session.execute(update(OfficialRecord).where(OfficialRecord.official_id <= IN_UNIT).values(unit_id=UNITS))
        rows = (
            common | {"official_id": official, "competency": code, "level": draw.randint(1, 5), "se": Decimal("0.3")}
            for official in range(1, officials + 1)
            for code in COMPETENCIES
        )
        while chunk := [row for _number, row in zip(range(CHUNK), rows, strict=False)]:
            session.execute(insert(CompetencyResult), chunk)
        for number in range(PROGRAMMES):
            aims = ((COMPETENCIES[number % 9], 4), (COMPETENCIES[(number + 4) % 9], 3))
            create_programme(session, SYSTEM, planned=programme(f"P{number}", aims=aims))


def programme(code: str, *, aims: tuple[tuple[str, int], ...] = (), quota: int = 30) -> ProgrammeInput:
    """Return a programme as planned."""
    return ProgrammeInput(
        code=code,
        name=f"Program {code}",
        kind="teknis",
        path="klasikal",
        provider="BKPSDM",
        learning_hours=Decimal(8),
        quota=quota,
        cost=500_000,
        aims=aims,
    )


def measure_pages(kind: str, size: Size) -> list[Figure]:
    """Return server times of the pages of gaps, the first of a new process and later ones."""
    with scratch() as folder, fresh_database(kind, folder) as database:
        fill(database, size.rows)
        with database.unit_of_work() as session:
            began = time.perf_counter()
            count_gaps(session, SYSTEM, as_of=clock.today())
            counting = time.perf_counter() - began
        settle(database)
        with database.reading() as session:
            code = session.scalars(select(OrgUnit.code).where(OrgUnit.id == UNITS)).one()
        settled = sign_in(database, Role.AUDITOR)  # a first process, which keeps the templates it compiled
        for path in ("/pelatihan", "/pelatihan/kesenjangan"):
            time_page(settled, path, rounds=1)
        admin = sign_in(database, Role.ADMIN)
        new = time_page(admin, "/pelatihan", rounds=1)
        cold = time_page(admin, "/pelatihan/kesenjangan", rounds=1)
        pages = [
            (f"{kind} first page of a new process (classes)", new, None),
            (f"{kind} heat map, first time in a process", cold, 300.0),
            (f"{kind} heat map", time_page(admin, "/pelatihan/kesenjangan"), 300.0),
            (f"{kind} unit of {IN_UNIT} with suggestions", _page(admin, f"/pelatihan/kesenjangan/unit/{code}"), 1000.0),
            (f"{kind} gap list, city, one competency", _page(admin, f"{LIST}?kompetensi=M.04"), None),
            (f"{kind} gap list, city, all competencies", _page(admin, LIST), None),
        ]
        return [
            Figure(what=f"{kind} count of all gaps (job)", value=counting),
            Figure(what=f"{kind} suggestions for all {IN_UNIT}", value=_suggest(database), limit=1.0),
            *(Figure(what=what, value=value, unit="ms", limit=limit) for what, value, limit in pages),
        ]


LIST = "/pelatihan/kesenjangan/pegawai"


def _page(client: object, path: str) -> float:
    return time_page(client, path, rounds=3)  # type: ignore[arg-type]


def _suggest(database: Database) -> float:
    def work() -> None:
        with database.reading() as session:
            found = find_gaps(session, GapChoice(unit_ids={UNITS}), as_of=clock.today())
            if len(list_gaps(session, found)) < IN_UNIT:
                raise SystemExit("officials are missing")

    return min(seconds(work) for _round in range(3))


def measure_marks(kind: str, size: Size) -> list[Figure]:
    """Return the time of noting the marks of a class day, new ones and corrected ones."""
    count = 500 if size.quick else MARKS
    with scratch() as folder, fresh_database(kind, folder) as database:
        fill_city(database, units=1, positions=1, officials=count)
        with database.unit_of_work() as session:
            create_programme(session, SYSTEM, planned=programme("P", quota=count))
            planned = ClassInput(
                programme_code="P", name="Kelas", code="K", venue="Aula", starts=START.date(), quota=count, cost=0
            )
            course = create_class(session, SYSTEM, planned=planned)
            hours = SessionInput(starts_at=START, ends_at=START + dt.timedelta(hours=3), learning_hours=Decimal(4))
            meeting = add_session(session, SYSTEM, code="K", planned=hours).id
            open_class(session, SYSTEM, code="K")
            common = {"class_id": course.id, "unit_id": 1, "state": "accepted", "reason": "", "nominated_at": START}
            session.execute(insert(Enrolment), [common | {"official_id": n, "place": n} for n in range(1, count + 1)])
            ids = session.scalars(select(Enrolment.id)).all()

        def note(status: str) -> None:
            with clock.frozen(START), database.unit_of_work() as session:
                mark_list(
                    session,
                    SYSTEM,
                    session_id=meeting,
                    marks=[Mark(enrolment_id=each, status=status) for each in ids],
                )

        return [
            Figure(what=f"{kind} {count:,} marks", value=seconds(lambda: note("present")), limit=5.0),
            Figure(what=f"{kind} {count:,} marks corrected", value=seconds(lambda: note("absent")), limit=5.0),
        ]


def measure_plan(size: Size) -> list[Figure]:
    """Return the time of the yearly plan, and how far it may be from the best one."""
    people, classes = (600, 20) if size.quick else (PEOPLE, CLASSES)
    draw = np.random.default_rng(3)
    value = np.where(draw.random((people, classes)) < 0.3, np.round(draw.random((people, classes)) * 2, 2), 0.0)
    question = Question(
        value=value,
        cost=draw.integers(1, 12, classes) * 500_000,
        quota=np.full(classes, 25),
        unit=draw.integers(0, 60, people),
        floor=np.full(60, people // 600),
        budget=people * 1_500_000,
    )
    began = time.perf_counter()
    answer = solve_plan(question)
    took = time.perf_counter() - began
    return [
        Figure(what=f"yearly plan, {people:,} officials x {classes} classes", value=took, limit=30.0),
        Figure(what="its distance from the best (parts of 10,000)", value=answer.gap * 10_000, unit=""),
    ]


def main() -> int:
    """Measure pages, marks and the plan."""
    size = size_of_run(__doc__, full=FULL, quick=QUICK)
    figures, skipped = measure_plan(size), []
    for kind in KINDS:
        if reason := why_unavailable(kind):
            skipped.append(reason)
        else:
            figures += [*measure_pages(kind, size), *measure_marks(kind, size)]
    return finish(f"Training with {size.rows:,} officials", size, figures, skipped)


if __name__ == "__main__":
    sys.exit(main())
