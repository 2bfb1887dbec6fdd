"""Trainings of the present year: what officials attended elsewhere since the vacancies' date, as an imported file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.orm import Session

from merit import clock
from merit.demo.competence import COURSES
from merit.demo.crew import Crew
from merit.demo.files import write_files
from merit.demo.tables import Row, make_table
from merit.exchange.services import import_file

FIRST_DAY = dt.date(2026, 3, 2)  # after everything the rankings read
_SHARE, _SHARE_PPPK = 0.72, 0.35
_MOST = 2
_PROVIDER = "BPSDM Provinsi (contoh)"


def import_hours(session: Session, crew: Crew, *, folder: Path) -> int:
    """Import the trainings of the present year; return how many rows there are."""
    paths = write_files([make_table("training", _rows(crew))], folder)
    return import_file(session, crew.admin, kind="training", path=paths["training"]).rows


def _rows(crew: Crew) -> Iterator[Row]:
    today = clock.today()
    first = max(FIRST_DAY, dt.date(today.year, 1, 4))
    days = max(1, (today - first).days - 3)
    luck = crew.draws.stream("hours").uniform(len(crew.members), 2 + 2 * _MOST)
    for member, row in zip(crew.members.values(), luck, strict=True):
        share = _SHARE_PPPK if member.employment == "PPPK" else _SHARE
        if row[0] > share:
            continue
        for number in range(1 + int(row[1] * _MOST)):
            course = COURSES[int((row[2] + 0.37 * number) * len(COURSES)) % len(COURSES)]
            start = first + dt.timedelta(days=int(row[3 + number] * days))
            end = min(start + dt.timedelta(days=(course.hours - 1) // 8), today)
            certificate = f"{today.year}/P{number + 1}/{member.nip[2:8]}{member.nip[-3:]}"
            yield (
                *(member.nip, course.name, "", course.kind, course.path, _PROVIDER, start, end, course.hours),
                *("", certificate, None, None),
            )
