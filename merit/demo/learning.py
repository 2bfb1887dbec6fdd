"""Training in the present days of the demonstration: programmes, a class that is over, one that runs, one announced."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from merit import clock
from merit.demo.accounts import OPD_UNIT
from merit.demo.crew import Crew, Member, acting, days_ago
from merit.training.domain.attendance import session_code
from merit.training.domain.settings import ClassSettings
from merit.training.domain.states import EnrolmentState
from merit.training.models.classes import ClassSession, Enrolment
from merit.training.queries.classes import get_class, list_sessions
from merit.training.services.attendance import Mark, mark_by_code, mark_list, refer
from merit.training.services.classes import ClassInput, SessionInput, add_session, add_trainer, create_class, open_class
from merit.training.services.completion import close_class
from merit.training.services.enrolments import accept, decide, decline, endorse, nominate
from merit.training.services.programmes import ProgrammeInput, create_programme

E = EnrolmentState
OFFICE = "BKPSDM Kota Balikpapan"
DECISIONS, SERVICE, TEAMS, CHANGE = "KEPUTUSAN-DATA", "LAYANAN-PRIMA", "KERJA-TIM", "PERUBAHAN"
# Code, name, hours (JP), quota, rupiah a person, competencies with the level aimed at, what it is about.
DAY = "Hari ke-{}"
PROGRAMMES = (
    (DECISIONS, "Pengambilan Keputusan Berbasis Data", 12, 20, 1_450_000, (("M.08", 3), ("M.04", 3)),
     "Membaca angka layanan, menimbang pilihan, dan mempertanggungjawabkan keputusan."),
    (SERVICE, "Pelayanan Publik Prima", 15, 30, 1_100_000, (("M.05", 3),),
     "Standar pelayanan, penanganan keluhan, dan pelayanan bagi kelompok rentan."),
    (TEAMS, "Kerja Sama dan Komunikasi Lintas Unit", 8, 10, 900_000, (("M.02", 3), ("M.03", 3)),
     "Rapat yang singkat, umpan balik antarrekan, dan kesepakatan antarunit."),
    (CHANGE, "Mengelola Perubahan di Unit Kerja", 16, 25, 2_200_000, (("M.07", 4), ("M.06", 3)),
     "Merancang perubahan kecil, menguji, dan menularkannya."),
    ("INTEGRITAS", "Integritas dan Benturan Kepentingan", 8, 40, 500_000, (("M.01", 3), ("SK.01", 3)),
     "Mengenali gratifikasi, benturan kepentingan, dan cara melaporkannya."),
)  # fmt: skip
PARTICIPANTS, QUOTA_ANNOUNCED = 18, 6
FINISHED_DAYS, ANNOUNCED_DAYS = 112, 30
_FRIDAY, _WEEK = 4, 7
_FIRST_HOUR, _LAST_HOUR = 8, 13
_PLANNED = ((DECISIONS, 9), (SERVICE, 16), (TEAMS, 23), (CHANGE, 37))  # programme, days after 1 February


@dataclass(frozen=True, slots=True, kw_only=True)
class Classes:
    """Codes of the classes made, and who took part in the one that is over."""

    finished: str
    running: str
    announced: str
    participants: tuple[int, ...]


def offer_programmes(session: Session, crew: Crew) -> None:
    """Add the programmes, each aimed at competencies."""
    with days_ago(300):
        for code, name, hours, quota, cost, aims, told in PROGRAMMES:
            planned = ProgrammeInput(
                code=code, name=name, kind="teknis", path="klasikal", provider=OFFICE, learning_hours=Decimal(hours),
                quota=quota, cost=cost, aims=aims, description=told,
            )  # fmt: skip
            create_programme(session, crew.admin, planned=planned)


def hold_classes(session: Session, crew: Crew) -> Classes:
    """Bring one class to its end, one to its middle and one to its nominations; plan those of the next year."""
    finished, participants = _finish(session, crew)
    running = _run(session, crew)
    announced = _announce(session, crew, participants)
    _plan_ahead(session, crew)
    return Classes(finished=finished, running=running, announced=announced, participants=tuple(participants))


def _finish(session: Session, crew: Crew) -> tuple[str, list[int]]:
    last = clock.today() - dt.timedelta(days=FINISHED_DAYS)
    last -= dt.timedelta(days=(last.weekday() - _FRIDAY) % _WEEK)
    back = (clock.today() - last).days
    with days_ago(back + 45):
        starts = last - dt.timedelta(days=2)
        code = _class(session, crew, DECISIONS, starts, quota=PARTICIPANTS, name="Angkatan I")
        add_trainer(session, crew.admin, code=code, name="Dr. Sari Rahmawati (peragaan)")
    wanted = _mixed(crew, "class-finished", PARTICIPANTS + 2)
    with days_ago(back + 30):
        _put_forward(session, crew, code, wanted)
    with days_ago(back + 21):
        _decide(session, crew, code)
    with days_ago(back + 18):
        participants = [_say_yes(session, row) for row in _rows(session, code, E.INVITED)]
    for number, meeting in enumerate(list_sessions(session, get_class(session, code).id)):
        with clock.frozen(meeting.ends_at):
            _mark(session, crew, code, meeting, number)
    with days_ago(back - 1):
        close_class(session, crew.admin, code=code)
    return code, participants


def _mark(session: Session, crew: Crew, code: str, meeting: ClassSession, number: int) -> None:
    """Note nearly everybody as present; the last one misses too much for a certificate."""
    rows = _rows(session, code, E.ACCEPTED)
    marks = [Mark(enrolment_id=row.id, status="present") for row in rows]
    marks[-1] = Mark(enrolment_id=rows[-1].id, status="absent" if number else "present")
    marks[-2 - number] = Mark(enrolment_id=rows[-2 - number].id, status="late", minutes=140)
    mark_list(session, crew.admin, session_id=meeting.id, marks=marks)


def _run(session: Session, crew: Crew) -> str:
    """Hold a class whose session of today is open: some have typed the code already.

    A city built in the evening gets a session of that evening.
    """
    now = clock.local(clock.now())
    begun = now.replace(minute=30 * (now.minute // 30), second=0, microsecond=0)
    usual = _FIRST_HOUR <= now.hour < _LAST_HOUR
    begun = now.replace(hour=_FIRST_HOUR, minute=0, second=0, microsecond=0) if usual else begun
    length = dt.timedelta(hours=8) if usual else dt.timedelta(hours=3, minutes=45)
    with days_ago(40):
        settings = ClassSettings(late_minutes=240, late_rule="full")
        planned = _input(SERVICE, begun.date(), quota=12, name="Angkatan II", settings=settings)
        code = create_class(session, crew.admin, planned=planned).code
        for number, title in enumerate(("Standar pelayanan", "Menangani keluhan", "Layanan bagi kelompok rentan"), -1):
            start = begun + dt.timedelta(days=number)
            meeting = SessionInput(starts_at=start, ends_at=start + length, learning_hours=Decimal(5), title=title)
            add_session(session, crew.admin, code=code, planned=meeting)
        add_trainer(session, crew.admin, code=code, name="Hendra Wijaya, S.STP. (peragaan)")
        open_class(session, crew.admin, code=code)
    with days_ago(28):
        _put_forward(session, crew, code, _mixed(crew, "class-running", 12))
    with days_ago(20):
        _decide(session, crew, code)
    with days_ago(15):
        people = [_say_yes(session, row) for row in _rows(session, code, E.INVITED)]
    yesterday, today, _tomorrow = list_sessions(session, get_class(session, code).id)
    with clock.frozen(yesterday.ends_at):
        present = [Mark(enrolment_id=row.id, status="present") for row in _rows(session, code, E.ACCEPTED)]
        mark_list(session, crew.admin, session_id=yesterday.id, marks=present)
    shown = session_code(refer(), today.id, clock.now())
    for official in [one for one in people if one not in crew.signed_in][:5]:
        mark_by_code(session, acting(session, official), code=shown)
    return code


def _announce(session: Session, crew: Crew, busy: Sequence[int]) -> str:
    """Announce a class with nominations at every step: by the unit, by BKPSDM, invited, declined, waiting."""
    first = workday(clock.today() + dt.timedelta(days=ANNOUNCED_DAYS))
    with days_ago(12):
        code = _class(session, crew, TEAMS, first, quota=QUOTA_ANNOUNCED, name="Angkatan I")
    free = [one for one in crew.shuffled("class-announced", list(crew.members.values())) if one.id not in busy]
    own = [one for one in crew.shuffled("class-announced-own", crew.of_unit(OPD_UNIT)) if one.id not in busy]
    with days_ago(9):
        chosen = [*own[:3], *free[:10]]
        _put_forward(session, crew, code, chosen)
    with days_ago(6):
        _decide(session, crew, code)
        invited = _rows(session, code, E.INVITED)
        for row in invited[:3]:
            accept(session, acting(session, row.official_id), enrolment_id=row.id)
    with days_ago(3):
        row = invited[-1]
        decline(session, acting(session, row.official_id), enrolment_id=row.id, reason="Tugas luar kota pada hari itu")
        nominate(session, crew.second, code=code, nips=[one.nip for one in free[10:14]])
        endorse(session, crew.second, enrolment_ids=[row.id for row in _rows(session, code, E.NOMINATED)])
    with days_ago(1):
        nominate(session, crew.unit_admin, code=code, nips=[one.nip for one in own[3:6]])
        nominate(session, crew.second, code=code, nips=[one.nip for one in free[14:16]])
    return code


def _plan_ahead(session: Session, crew: Crew) -> None:
    year = clock.today().year + 1
    for programme, day in _PLANNED:
        first = workday(dt.date(year, 2, 1) + dt.timedelta(days=day))
        planned = _input(programme, first, quota=next(row[3] for row in PROGRAMMES if row[0] == programme), name="")
        code = create_class(session, crew.admin, planned=planned).code
        _sessions(session, crew, code, first, programme)


def workday(day: dt.date) -> dt.date:
    """Return the day itself, or the Monday after a week's end."""
    return day + dt.timedelta(days=_WEEK - day.weekday()) if day.weekday() > _FRIDAY else day


def _class(session: Session, crew: Crew, programme: str, starts: dt.date, *, quota: int, name: str) -> str:
    """Plan a class of as many days as its hours ask for and open it for nominations."""
    code = create_class(session, crew.admin, planned=_input(programme, starts, quota=quota, name=name)).code
    _sessions(session, crew, code, starts, programme)
    open_class(session, crew.admin, code=code)
    return code


def _input(
    programme: str, starts: dt.date, *, quota: int, name: str, settings: ClassSettings | None = None
) -> ClassInput:
    full, cost = next((row[1], row[4]) for row in PROGRAMMES if row[0] == programme)
    return ClassInput(
        programme_code=programme,
        name=f"{full} {name}".strip(),
        venue="Aula BKPSDM, Jalan Jenderal Sudirman",
        starts=starts,
        quota=quota,
        cost=cost,
        settings=settings or ClassSettings(),
    )


def _sessions(session: Session, crew: Crew, code: str, starts: dt.date, programme: str) -> None:
    """Add one session a working day until the hours of the programme are reached."""
    hours = next(row[2] for row in PROGRAMMES if row[0] == programme)
    daily = 5 if hours % 5 == 0 else 4
    day = starts
    for number in range(hours // daily):
        begin = dt.datetime.combine(day, dt.time(8), clock.ZONE)
        planned = SessionInput(
            starts_at=begin,
            ends_at=begin + dt.timedelta(minutes=45 * daily + 15),
            learning_hours=Decimal(daily),
            title=DAY.format(number + 1),
        )
        add_session(session, crew.admin, code=code, planned=planned)
        day = workday(day + dt.timedelta(days=1))


def _mixed(crew: Crew, name: str, count: int) -> list[Member]:
    """Return those who sign in, some of the unit whose admin has an account, and others."""
    first = [crew.members[one] for one in crew.signed_in]
    own = crew.shuffled(f"{name}-own", crew.of_unit(OPD_UNIT))[: count // 3]
    others = crew.shuffled(name, [one for one in crew.members.values() if one.employment == "PNS"])
    found = {one.id: one for one in (*first, *own, *others)}
    return list(found.values())[:count]


def _put_forward(session: Session, crew: Crew, code: str, people: Sequence[Member]) -> None:
    """Nominate and approve: the unit's admin for the own unit, BKPSDM's second admin for the others."""
    reach = crew.unit_admin.unit_ids or frozenset()
    for actor, own in ((crew.unit_admin, True), (crew.second, False)):
        nips = [one.nip for one in people if (one.unit_id in reach) is own]
        if nips:
            nominate(session, actor, code=code, nips=nips)
        rows = [row.id for row in _rows(session, code, E.NOMINATED) if (row.unit_id in reach) is own]
        if rows:
            endorse(session, actor, enrolment_ids=rows)


def _decide(session: Session, crew: Crew, code: str) -> None:
    decide(session, crew.admin, code=code, enrolment_ids=[row.id for row in _rows(session, code, E.ENDORSED)])


def _say_yes(session: Session, row: Enrolment) -> int:
    accept(session, acting(session, row.official_id), enrolment_id=row.id)
    return row.official_id


def _rows(session: Session, code: str, state: EnrolmentState) -> list[Enrolment]:
    course = get_class(session, code)
    statement = select(Enrolment).where(Enrolment.class_id == course.id, Enrolment.state == state)
    return list(session.scalars(statement.order_by(Enrolment.place, Enrolment.id)))
