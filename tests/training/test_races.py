"""Two acts at the same moment: no place is given twice, no certificate counts twice, nobody meets an error page."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from merit import clock, db
from merit.people.models import Official
from merit.security.permissions import Role
from merit.training.domain.attendance import session_code
from merit.training.domain.reactions import QUESTIONS
from merit.training.models.attendance import AttendanceMark
from merit.training.models.certificates import CertificateClaim
from merit.training.models.classes import CalendarFeed, Enrolment
from merit.training.models.evaluation import Reaction
from merit.training.models.records import TrainingRecord
from merit.training.queries.classes import get_class, list_sessions
from merit.training.services import claims, enrolments
from merit.training.services.attendance import Mark, mark_by_code, mark_list, refer
from merit.training.services.claims import ClaimInput
from merit.training.services.classes import cancel_class
from merit.training.services.completion import close_class
from merit.training.services.evaluation import give_reaction
from merit.training.services.feeds import find_feed, make_feed
from tests import factories as make
from tests.races import at_once, meanwhile, outcome
from tests.training.samples import START, enrol, make_actor, make_class

pytestmark = pytest.mark.db

CLAIMED = ClaimInput(
    name="Audit",
    kind="teknis",
    path="klasikal",
    provider="LAN",
    starts=make.day("2025-05-05"),
    ends=make.day("2025-05-06"),
    learning_hours=Decimal(8),
    number="LAN/1",
)


@pytest.fixture
def hall(database: db.Database) -> dict:
    """Commit a class with one place, somebody invited and somebody waiting."""
    with db.unit_of_work() as session:
        unit = make.make_unit(session)
        desk = make.make_position(session, unit=unit)
        people = [make.make_official(session, position=desk) for _one in range(2)]
        admin = make_actor(session, "adm", Role.ADMIN)
        opd = make_actor(session, "opd", Role.OPD_ADMIN, units=frozenset({unit.id}))
        course = make_class(session, admin, quota=1)
        ids = enrol(session, opd, admin, "K-1", people)
        me = make_actor(session, "saya", Role.OFFICIAL, units=frozenset(), official_id=people[0].id)
        meeting = list_sessions(session, course.id)[0].id
    return {"admin": admin, "opd": opd, "me": me, "ids": ids, "meeting": meeting}


def count(model: type, *conditions: object) -> int:
    with db.reading() as session:
        return session.scalar(select(func.count()).select_from(model).where(*conditions)) or 0


def states() -> list[str]:
    with db.reading() as session:
        return list(session.scalars(select(Enrolment.state).order_by(Enrolment.place)))


def test_who_accepts_while_the_unit_withdraws_does_not_overfill_the_class(hall: dict):
    def withdraw(session: Session) -> None:
        with clock.frozen(START):
            enrolments.withdraw(session, hall["opd"], enrolment_id=hall["ids"][0], reason="Tugas")

    told = meanwhile(
        withdraw,
        lambda session: enrolments.accept(session, hall["me"], enrolment_id=hall["ids"][0]),
    )

    assert (told, states()) == ("enrolment-step", ["withdrawn", "invited"])


def test_a_nomination_refused_meanwhile_is_not_endorsed(hall: dict):
    with db.unit_of_work() as session:
        enrolments.withdraw(session, hall["opd"], enrolment_id=hall["ids"][1], reason="Salah usul")
        nip = session.scalars(select(Official.nip).where(Official.id == people_of(session)[1])).one()
        enrolments.nominate(session, hall["opd"], code="K-1", nips=[nip])

    told = meanwhile(
        lambda session: enrolments.refuse(session, hall["opd"], enrolment_ids=[hall["ids"][1]], reason="Beban kerja"),
        lambda session: enrolments.endorse(session, hall["admin"], enrolment_ids=[hall["ids"][1]]),
    )

    assert (told, states()) == ("enrolment-step", ["invited", "refused"])


def people_of(session: Session) -> list[int]:
    return list(session.scalars(select(Enrolment.official_id).order_by(Enrolment.id)))


def test_a_code_typed_in_two_browsers_counts_once(hall: dict):
    with clock.frozen(START + dt.timedelta(minutes=5)):
        code = session_code(refer(), hall["meeting"], clock.now())

    def arrive(session: Session) -> None:
        with clock.frozen(START + dt.timedelta(minutes=5)):
            mark_by_code(session, hall["me"], code=code)

    assert at_once(arrive, arrive) == ["done", "done"]
    assert count(AttendanceMark) == 1


def test_a_code_typed_while_the_class_is_closed_comes_too_late(hall: dict):
    with db.reading() as session:
        last = list_sessions(session, get_class(session, "K-1").id)[-1]
    after = last.ends_at + dt.timedelta(minutes=1)
    with clock.frozen(after):
        code = session_code(refer(), last.id, after)

    def close(session: Session) -> None:
        with clock.frozen(after):
            assert close_class(session, hall["admin"], code="K-1") == 0

    def arrive(session: Session) -> None:
        with clock.frozen(after):
            mark_by_code(session, hall["me"], code=code)

    assert meanwhile(close, arrive) in {"class-not-open", "attendance-code-wrong"}
    assert count(AttendanceMark) == 0


def test_a_list_sent_twice_is_noted_once(hall: dict):
    marks = [Mark(enrolment_id=hall["ids"][0], status="present")]

    def note(session: Session) -> None:
        mark_list(session, hall["admin"], session_id=hall["meeting"], marks=marks)

    assert at_once(note, note) == ["done", "done"]
    assert count(AttendanceMark) == 1


def test_a_certificate_taken_back_while_it_is_accepted_stays_accepted(hall: dict):
    with db.unit_of_work() as session:
        claim = claims.submit_claim(session, hall["me"], claimed=CLAIMED, data=b"%PDF-1.7 a", file_name="a.pdf")
        claims.verify_claim(session, hall["opd"], claim_id=claim.id)

    told = meanwhile(
        lambda session: claims.accept_claim(session, hall["admin"], claim_id=claim.id),
        lambda session: claims.withdraw_claim(session, hall["me"], claim_id=claim.id),
    )

    assert told == "claim-step"
    assert count(CertificateClaim, CertificateClaim.state == "accepted") == count(TrainingRecord) == 1


def test_a_certificate_sent_twice_is_one_claim(hall: dict):
    def submit(session: Session) -> None:
        claims.submit_claim(session, hall["me"], claimed=CLAIMED, data=b"%PDF-1.7 b", file_name="a.pdf")

    assert at_once(submit, submit) == ["claim-file-twice", "done"]
    assert count(CertificateClaim) == 1


def test_an_address_asked_for_twice_is_one_address(hall: dict):
    def ask(session: Session) -> None:
        make_feed(session, hall["me"])

    assert at_once(ask, ask) == ["done", "done"]
    assert outcome(lambda session: find_feed(session, hall["me"])) == "done"
    assert count(CalendarFeed, CalendarFeed.revoked_at.is_(None)) == 1


def test_a_reaction_sent_twice_is_kept_once(hall: dict):
    with db.reading() as session:
        assert get_class(session, "K-1").ends < clock.today()

    def react(session: Session) -> None:
        give_reaction(session, hall["me"], enrolment_id=hall["ids"][0], marks=dict.fromkeys(QUESTIONS, 4))

    assert at_once(react, react) == ["done", "reaction-given"]
    assert count(Reaction) == 1


def test_a_class_called_off_meanwhile_takes_nobody_in(hall: dict):
    told = meanwhile(
        lambda session: cancel_class(session, hall["admin"], code="K-1", reason="Banjir"),
        lambda session: enrolments.accept(session, hall["me"], enrolment_id=hall["ids"][0]),
    )

    assert (told, states()) == ("class-not-open", ["invited", "waiting"])
