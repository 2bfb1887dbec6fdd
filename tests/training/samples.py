"""A programme, an open class with sessions, and people who act in it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from merit.accounts.models import User
from merit.people.models import OfficialRecord
from merit.security.permissions import SYSTEM, Actor, Role
from merit.training.domain.settings import ClassSettings
from merit.training.models.certificates import TrainingCertificate
from merit.training.models.classes import ClassSession, Enrolment, TrainingClass
from merit.training.models.evaluation import TransferRater
from merit.training.models.planning import TrainingPlan
from merit.training.queries.classes import get_class, list_sessions
from merit.training.services.claims import ClaimInput, submit_claim
from merit.training.services.classes import ClassInput, SessionInput, add_session, create_class, open_class
from merit.training.services.enrolments import decide, endorse, nominate
from merit.training.services.programmes import ProgrammeInput, create_programme
from tests.factories import add

START = dt.datetime(2026, 3, 2, 0, 0, tzinfo=dt.UTC)  # 08.00 WITA


def make_actor(
    session: Session, login: str, role: Role, *, units: frozenset[int] | None = None, official_id: int | None = None
) -> Actor:
    user: User = add(session, User(login=login, name=login.title(), created_at=START, official_id=official_id))
    return Actor(
        user_id=user.id,
        login=login,
        name=user.name,
        roles=frozenset({role}),
        official_id=official_id,
        unit_ids=units,
    )


def programme_input(**changes: object) -> ProgrammeInput:
    values = {
        "code": "TEK-1",
        "name": "Penyusunan anggaran",
        "kind": "teknis",
        "path": "klasikal",
        "provider": "BKPSDM",
        "learning_hours": Decimal(8),
        "quota": 2,
        "cost": 500_000,
        "aims": (("M.04", 3),),
    }
    return ProgrammeInput(**{**values, **changes})


def make_class(
    session: Session,
    admin: Actor,
    *,
    code: str = "K-1",
    quota: int = 2,
    start: dt.datetime = START,
    days: int = 2,
    settings: ClassSettings | None = None,
    programme: str = "",
) -> TrainingClass:
    """Open a class of so many mornings of 4 JP from ``start`` on."""
    if not programme:
        programme = create_programme(session, admin, planned=programme_input(code=f"P-{code}")).code
    create_class(
        session,
        admin,
        planned=ClassInput(
            programme_code=programme,
            name=f"Kelas {code}",
            code=code,
            venue="Aula",
            starts=start.date(),
            quota=quota,
            cost=500_000,
            settings=settings or ClassSettings(),
        ),
    )
    for day in range(days):
        make_session(session, admin, code, start + dt.timedelta(days=day))
    return open_class(session, admin, code=code)


def make_session(session: Session, admin: Actor, code: str, start: dt.datetime) -> ClassSession:
    planned = SessionInput(starts_at=start, ends_at=start + dt.timedelta(hours=3), learning_hours=Decimal(4))
    return add_session(session, admin, code=code, planned=planned)


def find_enrolment(session: Session, class_id: int, official_id: int) -> Enrolment:
    chosen = Enrolment.class_id == class_id, Enrolment.official_id == official_id
    return session.scalars(select(Enrolment).where(*chosen)).one()


def enrol(session: Session, unit_admin: Actor, admin: Actor, code: str, officials: list) -> list[int]:
    """Bring officials through nomination, unit and BKPSDM; return their enrolments."""
    nominate(session, unit_admin, code=code, nips=[one.nip for one in officials])
    class_id = get_class(session, code).id
    ids = [find_enrolment(session, class_id, one.id).id for one in officials]
    endorse(session, unit_admin, enrolment_ids=ids)
    decide(session, admin, code=code, enrolment_ids=ids)
    return ids


def add_training(session: Session, inside: int, me: int) -> dict[str, object]:
    """Leave a class with two places, a certificate and a claim of ``me``; return what addresses name."""
    course = make_class(session, SYSTEM, code="KELAS")
    places = []
    for place, official in enumerate((inside, me), 1):
        unit = session.scalars(select(OfficialRecord.unit_id).where(OfficialRecord.official_id == official)).one()
        row = {"class_id": course.id, "official_id": official, "unit_id": unit, "state": "accepted"}
        places.append(add(session, Enrolment(**row, place=place, nominated_at=START)))
    certificate = add(
        session,
        TrainingCertificate(
            number="SERT/KELAS/0001",
            token="tanda",
            class_id=course.id,
            enrolment_id=places[1].id,
            official_id=me,
            learning_hours=Decimal(8),
            dated=START.date(),
            issued_at=START,
        ),
    )
    actor = Actor(official_id=me, roles=frozenset({Role.OFFICIAL}))
    claimed = ClaimInput(
        name="Audit",
        kind="teknis",
        path="klasikal",
        provider="LAN",
        starts=dt.date(2025, 5, 5),
        ends=dt.date(2025, 5, 6),
        learning_hours=Decimal(8),
        number="LAN/1",
    )
    asked = TransferRater(
        enrolment_id=places[0].id,
        official_id=me,
        rater_group="peer",
        opens=dt.date(2026, 1, 1),
        closes=dt.date(2036, 1, 1),
        asked_at=START,
    )
    figures = dict.fromkeys(("people", "places", "waiting", "cost", "short", "value", "bound", "gap", "million"), 0)
    plan, other = (
        TrainingPlan(
            year=2026,
            name=name,
            state="solved",
            budget=0,
            settings={},
            summary=figures | {"prices": {}},
            made_at=START,
        )
        for name in ("Rencana", "Rencana lain")
    )
    add(session, other)
    claim = submit_claim(session, actor, claimed=claimed, data=b"%PDF-1.7 matriks", file_name="s.pdf")
    return {
        "course": course.code,
        "programme": "P-KELAS",
        "inside_enrolment": places[0].id,
        "outside_enrolment": places[1].id,
        "meeting": list_sessions(session, course.id)[0].id,
        "my_certificate": certificate.id,
        "certificate_token": certificate.token,
        "my_claim": claim.id,
        "my_asked": add(session, asked).id,
        "training_plan": add(session, plan).id,
    }
