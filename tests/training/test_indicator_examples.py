"""Every indicator of this slice worked by hand, from rows a file brought and from what a class and a claim left.

The numbers in the comments are worked out on paper from the definitions of FILES, never from the code.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from random import Random

import numpy as np
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from merit import clock
from merit.db import Database
from merit.evidence import EvidenceRequest, Status
from merit.people.models import Official
from merit.security.permissions import Actor, Role
from merit.training.domain.states import EnrolmentState
from merit.training.evidence import load_learning_duty, load_training_transfer
from merit.training.models.classes import Enrolment
from merit.training.models.evaluation import TransferRater
from merit.training.queries.classes import list_sessions
from merit.training.services.attendance import Mark, mark_list
from merit.training.services.claims import ClaimInput, accept_claim, submit_claim, verify_claim
from merit.training.services.completion import close_class
from merit.training.services.evaluation import answer_rating, ask_raters, conclude_transfer, set_evaluation
from tests.exchange.files import load
from tests.factories import day, make_official, make_position, make_unit
from tests.training.samples import enrol, make_actor, make_class

pytestmark = pytest.mark.db

FILE = ["nip", "nama", "penyelenggara", "mulai", "selesai", "jp", "nomor_sertifikat", "transfer", "transfer_se"]
START = dt.datetime(2025, 3, 3, 0, 0, tzinfo=dt.UTC)  # a Monday, 08.00 WITA


@pytest.fixture
def session(sqlite_database: Database) -> Iterator[Session]:
    """Return a session on SQLite; the loaders themselves are tested on both databases next door."""
    with sqlite_database.unit_of_work() as session:
        yield session


def request(*officials: Official, **parameters: object) -> EvidenceRequest:
    ids = np.array([official.id for official in officials], dtype=np.int64)
    return EvidenceRequest(as_of=day("2026-06-01"), officials=ids, **parameters)


def hold_class(session: Session, admin: Actor, people: list[Official], unit_id: int) -> None:
    """Hold a class of two mornings of 4 JP in March 2025 and close it: the first came 45 minutes late once."""
    opd = make_actor(session, "opd", Role.OPD_ADMIN, units=frozenset({unit_id}))
    course = make_class(session, admin, quota=5, start=START)
    first, second = enrol(session, opd, admin, "K-1", people)
    monday, tuesday = list_sessions(session, course.id)
    came = [Mark(enrolment_id=each, status="present") for each in (first, second)]
    mark_list(session, admin, session_id=monday.id, marks=came)
    later = [Mark(enrolment_id=first, status="late", minutes=135), Mark(enrolment_id=second, status="absent")]
    mark_list(session, admin, session_id=tuesday.id, marks=later)
    with clock.frozen(START + dt.timedelta(days=2)):
        assert close_class(session, admin, code="K-1") == 1


def claim_hours(session: Session, admin: Actor, official: Official, unit_id: int) -> None:
    """Have a certificate of 8 JP from elsewhere verified by the unit and accepted by BKPSDM."""
    own = make_actor(session, "saya", Role.OFFICIAL, units=frozenset(), official_id=official.id)
    opd = make_actor(session, "opd-dua", Role.OPD_ADMIN, units=frozenset({unit_id}))
    claimed = ClaimInput(
        name="Audit",
        kind="teknis",
        path="klasikal",
        provider="LAN",
        starts=day("2025-05-05"),
        ends=day("2025-05-06"),
        learning_hours=Decimal(8),
        number="LAN/1",
    )
    claim = submit_claim(session, own, claimed=claimed, data=b"%PDF-1.7 a", file_name="a.pdf")
    verify_claim(session, opd, claim_id=claim.id)
    accept_claim(session, admin, claim_id=claim.id)


def test_hours_of_a_file(session: Session, tmp_path: Path):
    """learning.duty: (4.5 + 6.5) / 20 = 0.55; hours of other years do not count, 64 are at most 1, PPPK is exempt."""
    some, many, exempt = make_official(session), make_official(session), make_official(session, employment="PPPK")
    rows = [
        [some.nip, "A", "LAN", "2025-01-01", "2025-01-01", "4,5", "1", "", ""],
        [some.nip, "B", "LAN", "2024-12-30", "2025-12-31", "6.5", "2", "", ""],
        [some.nip, "C", "LAN", "2024-12-30", "2024-12-31", "40", "3", "", ""],
        [some.nip, "D", "LAN", "2025-12-31", "2026-01-01", "40", "4", "", ""],
        [many.nip, "E", "LAN", "2025-02-03", "2025-02-10", "64", "5", "", ""],
        [exempt.nip, "F", "LAN", "2025-02-03", "2025-02-03", "4", "6", "", ""],
    ]
    load(session, tmp_path, "training", [FILE, *rows])

    column = load_learning_duty(session, request(some, many, exempt))
    assert column.value[:2].tolist() == [0.55, 1.0]
    assert column.status.tolist() == [Status.MEASURED, Status.MEASURED, Status.NOT_APPLICABLE]


def test_hours_of_a_class_and_of_a_claim(session: Session):
    """learning.duty: attended 4 + 4 x 135 / 180 = 7 JP (7 of 8 reach 80 %) and 8 claimed: 15 / 20 = 0.75.

    Who attended 4 of 8 JP gets neither certificate nor hours: 0.
    """
    unit = make_unit(session)
    desk = make_position(session, unit=unit)
    people = [make_official(session, position=desk) for _one in range(2)]
    admin = make_actor(session, "adm", Role.ADMIN)
    hold_class(session, admin, people, unit.id)
    claim_hours(session, admin, people[0], unit.id)

    assert load_learning_duty(session, request(*people)).value.tolist() == [0.75, 0.0]


def test_use_at_work_of_a_file(session: Session, tmp_path: Path):
    """training.transfer: (70 + 85) / 2 = 77.5, SE = sqrt(3^2 + 4^2) / 2 = 2.5; without its SE sqrt(3^2 + 8^2) / 2."""
    told, untold = make_official(session), make_official(session)
    rows = [
        [told.nip, "A", "LAN", "2023-05-01", "2023-06-01", "20", "1", "70", "3"],  # the first day of three years
        [told.nip, "B", "LAN", "2026-05-01", "2026-05-04", "20", "2", "85", "4"],
        [told.nip, "C", "LAN", "2023-05-01", "2023-05-31", "20", "3", "10", "1"],
        [told.nip, "D", "LAN", "2025-05-01", "2025-05-31", "20", "4", "", ""],
        [untold.nip, "E", "LAN", "2025-05-01", "2025-05-31", "20", "5", "70", "3"],
        [untold.nip, "F", "LAN", "2025-06-01", "2025-06-30", "20", "6", "85", ""],
    ]
    load(session, tmp_path, "training", [FILE, *rows])

    column = load_training_transfer(session, request(told, untold, default_se={"training.transfer": 8}))
    assert column.value.tolist() == [77.5, 77.5]
    assert column.noise.se.tolist() == pytest.approx([2.5, 73**0.5 / 2], abs=1e-12)
    assert column.noise.is_default.tolist() == [False, True]


def test_use_at_work_rated_here_beside_a_file(session: Session, tmp_path: Path):
    """training.transfer: here 71.875 +- 10.8343, filed 85 +- 4: mean 78.4375, SE = sqrt(117.38 + 16) / 2 = 5.7746.

    Superior (4 + 4 + 1) / 3 x 25 = 75; peers 50, 75, 75, 75: mean 68.75, s^2 = 156.25. (75 + 68.75) / 2 = 71.875;
    v = 400 and (3 x 156.25 + 1200) / 6 = 278.125; SE = sqrt(400 + 278.125 / 4) / 2 = sqrt(117.3828) = 10.8343.
    """
    unit = make_unit(session)
    head = make_official(session, position=make_position(session, tier="administrator", leads=unit))
    staff = [make_official(session, position=make_position(session, unit=unit)) for _one in range(5)]
    admin = make_actor(session, "adm", Role.ADMIN)
    hold_class(session, admin, staff[:2], unit.id)
    filed = [staff[0].nip, "Lain", "LAN", "2025-05-01", "2025-05-31", "20", "5", "85", "4"]
    load(session, tmp_path, "training", [FILE, filed])
    anchors = ["Menyusun tanpa dibantu", "Memeriksa ulang angka", "Membagikan caranya"]
    marks = {head.id: [4, 4, 1], staff[1].id: [2, 2, 2], **{one.id: [3, 3, 3] for one in staff[2:]}}

    with clock.frozen(START + dt.timedelta(days=120)):
        set_evaluation(session, admin, code="K-1", before="", after="", anchors=anchors)
        ask_raters(session, admin, code="K-1", rng=Random(1))
        asked = select(TransferRater).join(Enrolment).where(Enrolment.official_id == staff[0].id)
        for rater in session.scalars(asked).all():
            own = Actor(official_id=rater.official_id, roles=frozenset({Role.OFFICIAL}))
            answer_rating(session, own, rater_id=rater.id, marks=marks[rater.official_id])
        conclude_transfer(session, admin, code="K-1")

    column = load_training_transfer(session, request(staff[0]))
    assert session.scalars(select(Enrolment.state).distinct()).all() == [EnrolmentState.INVITED]
    assert column.value.tolist() == [78.4375]
    assert column.noise.se.tolist() == pytest.approx([5.7746], abs=1e-4)
