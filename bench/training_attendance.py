"""Time of noting 10,000 marks of one class day: ``python bench/training_attendance.py``. Budget: 5 s."""

from __future__ import annotations

import datetime as dt
import tempfile
import time
from decimal import Decimal
from pathlib import Path

from sqlalchemy import insert

from merit import clock, db
from merit.config import load_settings
from merit.migrations import upgrade
from merit.people.models import Official, OrgUnit
from merit.security.crypto import create_keyring
from merit.security.permissions import SYSTEM
from merit.training.models.classes import Enrolment
from merit.training.services.attendance import Mark, mark_list
from merit.training.services.classes import ClassInput, SessionInput, add_session, create_class, open_class
from merit.training.services.programmes import ProgrammeInput, create_programme

COUNT, BUDGET = 10_000, 5.0
START = dt.datetime(2026, 3, 2, 0, 0, tzinfo=dt.UTC)


def prepare() -> tuple[int, list[int]]:
    with db.unit_of_work() as session:
        session.add(OrgUnit(code="U"))
        session.flush()
        people = [{"nip": f"19850101201001{number:05d}"[-18:].rjust(18, "1")} for number in range(COUNT)]
        session.execute(insert(Official), people)
        create_programme(
            session,
            SYSTEM,
            planned=ProgrammeInput(
                code="P",
                name="Program",
                kind="teknis",
                path="klasikal",
                provider="BKPSDM",
                learning_hours=Decimal(4),
                quota=COUNT,
            ),
        )
        course = create_class(
            session,
            SYSTEM,
            planned=ClassInput(
                programme_code="P", name="Kelas", code="K", venue="Aula", starts=START.date(), quota=COUNT, cost=0
            ),
        )
        planned = SessionInput(starts_at=START, ends_at=START + dt.timedelta(hours=3), learning_hours=Decimal(4))
        meeting = add_session(session, SYSTEM, code="K", planned=planned)
        open_class(session, SYSTEM, code="K")
        common = {"class_id": course.id, "unit_id": 1, "state": "accepted", "reason": "", "nominated_at": START}
        session.execute(insert(Enrolment), [common | {"official_id": n, "place": n} for n in range(1, COUNT + 1)])
        return meeting.id, list(range(1, COUNT + 1))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings(
            {}, instance_path=folder, database_url=f"sqlite:///{Path(folder) / 'm.db'}", testing=True
        )
        create_keyring(settings.secret_file)
        upgrade(db.configure(settings))
        session_id, enrolments = prepare()
        for status in ("present", "absent"):
            began = time.perf_counter()
            with clock.frozen(START), db.unit_of_work() as session:
                marks = [Mark(enrolment_id=each, status=status) for each in enrolments]
                count = mark_list(session, SYSTEM, session_id=session_id, marks=marks)
            took = time.perf_counter() - began
            print(f"{count} marks ({status}): {took:.2f} s, budget {BUDGET:.0f} s")


if __name__ == "__main__":
    main()
