import datetime as dt
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from sqlalchemy import select

from merit import clock
from merit.errors import InvalidInputError, NotFoundError, RuleViolationError
from merit.evidence import EvidenceRequest
from merit.security.permissions import Role
from merit.training.evidence import load_learning_duty
from merit.training.models.certificates import TrainingCertificate
from merit.training.models.records import TrainingRecord
from merit.training.queries.certificates import source_of
from merit.training.queries.classes import list_sessions
from merit.training.services import claims
from merit.training.services.attendance import Mark, mark_list
from merit.training.services.completion import close_class, revoke_certificate
from tests import factories as make
from tests.training.samples import START, enrol, make_actor, make_class

pytestmark = pytest.mark.db

PDF = b"%PDF-1.7 sertifikat"
NOW = START + dt.timedelta(days=3)


@pytest.fixture
def town(session):
    unit = make.make_unit(session)
    desk = make.make_position(session, unit=unit)
    people = [make.make_official(session, position=desk) for _number in range(2)]
    admin = make_actor(session, "adm", Role.ADMIN)
    opd = make_actor(session, "opd", Role.OPD_ADMIN, units=frozenset({unit.id}))
    me = make_actor(session, "saya", Role.OFFICIAL, units=frozenset(), official_id=people[0].id)
    with clock.frozen(NOW):
        yield {"admin": admin, "opd": opd, "me": me, "people": people}


def attend(session, town) -> None:
    """Let the first attend 7 of 8 hours and the second 4."""
    course = make_class(session, town["admin"], quota=5)
    first, second = enrol(session, town["opd"], town["admin"], "K-1", town["people"])
    morning, other = list_sessions(session, course.id)
    everybody = [Mark(enrolment_id=each, status="present") for each in (first, second)]
    mark_list(session, town["admin"], session_id=morning.id, marks=everybody)
    # 4 JP x 135 / 180
    later = [Mark(enrolment_id=first, status="partial", minutes=135)]
    mark_list(session, town["admin"], session_id=other.id, marks=later)


def claimed(**changes) -> claims.ClaimInput:
    values = {
        "name": "Audit kinerja",
        "kind": "teknis",
        "path": "klasikal",
        "provider": "LAN",
        "starts": make.day("2025-05-05"),
        "ends": make.day("2025-05-07"),
        "learning_hours": Decimal(15),
        "number": "LAN/12/2025",
    }
    return claims.ClaimInput(**{**values, **changes})


def duty(session, official):
    request = EvidenceRequest(as_of=make.day("2027-02-01"), officials=np.array([official.id]))
    return load_learning_duty(session, request)


def test_closing_gives_certificates_and_records_to_who_attended_enough(session, town):
    attend(session, town)

    assert close_class(session, town["admin"], code="K-1") == 1

    record = session.scalars(select(TrainingRecord)).one()
    assert (record.learning_hours, record.certificate_number) == (Decimal(7), "SERT/K-1/0001")
    assert (record.starts, record.ends) == (make.day("2026-03-02"), make.day("2026-03-03"))
    row = {"certificate_number": record.certificate_number, "official_id": record.official_id, "name": record.name}
    assert source_of(session, row) == ("class", "K-1")
    # 7 of 20 JP, and the evidence is the new record
    column = duty(session, town["people"][0])
    assert (column.value.tolist(), column.source.tolist()) == ([0.35], [record.id])


def test_a_class_closes_only_after_its_last_session(session, town):
    attend(session, town)

    with clock.frozen(START + dt.timedelta(days=1)), pytest.raises(RuleViolationError) as refusal:
        close_class(session, town["admin"], code="K-1")

    assert refusal.value.reason == "class-not-over"
    assert session.scalars(select(TrainingCertificate)).all() == []


def test_a_revoked_certificate_counts_no_hours(session, town):
    attend(session, town)
    close_class(session, town["admin"], code="K-1")
    certificate = session.scalars(select(TrainingCertificate)).one()

    with pytest.raises(InvalidInputError):
        revoke_certificate(session, town["admin"], certificate_id=certificate.id, reason="")
    revoke_certificate(session, town["admin"], certificate_id=certificate.id, reason="Kehadiran dipalsukan")

    assert duty(session, town["people"][0]).value.tolist() == [0.0]
    with pytest.raises(RuleViolationError):
        revoke_certificate(session, town["admin"], certificate_id=certificate.id, reason="Lagi")


def test_a_claim_passes_unit_and_agency_and_becomes_a_record(session, town):
    claim = claims.submit_claim(session, town["me"], claimed=claimed(), data=PDF, file_name="../s.pdf")

    with pytest.raises(RuleViolationError) as early:
        claims.accept_claim(session, town["admin"], claim_id=claim.id)
    claims.verify_claim(session, town["opd"], claim_id=claim.id)
    claims.accept_claim(session, town["admin"], claim_id=claim.id)

    assert early.value.reason == "claim-step"
    record = session.scalars(select(TrainingRecord)).one()
    assert (record.name, record.learning_hours, record.certificate_number) == ("Audit kinerja", 15, "LAN/12/2025")
    assert claims.claim_file(claim) == PDF
    assert claim.file_name == "s.pdf"


@pytest.mark.parametrize(
    ("changes", "data", "reason"),
    [
        ({"number": "LAIN"}, PDF, "claim-file-twice"),
        ({"number": "lan 12-2025", "name": "Lain"}, PDF + b"2", "claim-number-twice"),
        ({"number": "B", "name": "Tercatat", "starts": make.day("2025-01-06")}, PDF + b"3", "claim-on-record"),
        ({"number": "C", "ends": make.day("2030-01-01")}, PDF + b"4", "claim-in-future"),
        ({"number": "D", "ends": make.day("2025-01-01")}, PDF + b"5", "period-order"),
        ({"number": "E"}, b"MZ not a certificate", "claim-file"),
    ],
)
def test_a_certificate_counts_once(session, town, changes, data, reason):
    ends = make.day("2025-05-07")
    record = TrainingRecord(
        official_id=town["people"][0].id,
        name="Tercatat",
        provider="X",
        starts=make.day("2025-01-06"),
        ends=ends,
        learning_hours=Decimal(5),
    )
    make.add(session, record)
    claims.submit_claim(session, town["me"], claimed=claimed(), data=PDF, file_name="s.pdf")

    with pytest.raises((RuleViolationError, InvalidInputError)) as refusal:
        claims.submit_claim(session, town["me"], claimed=claimed(**changes), data=data, file_name="s.pdf")

    assert refusal.value.reason == reason


def test_one_person_does_not_verify_and_accept_and_nobody_their_own(session, town):
    claim = claims.submit_claim(session, town["me"], claimed=claimed(), data=PDF, file_name="s.pdf")
    elsewhere = make_actor(session, "lain", Role.OPD_ADMIN, units=frozenset({999}))
    own = replace(town["admin"], official_id=town["people"][0].id)

    with pytest.raises(NotFoundError):
        claims.verify_claim(session, elsewhere, claim_id=claim.id)
    with pytest.raises(RuleViolationError) as self_made:
        claims.verify_claim(session, own, claim_id=claim.id)
    claims.verify_claim(session, town["admin"], claim_id=claim.id)
    with pytest.raises(RuleViolationError) as same:
        claims.accept_claim(session, town["admin"], claim_id=claim.id)

    assert (self_made.value.reason, same.value.reason) == ("claim-own", "claim-two-persons")


def test_a_refused_certificate_may_be_handed_in_again(session, town):
    claim = claims.submit_claim(session, town["me"], claimed=claimed(), data=PDF, file_name="s.pdf")
    claims.refuse_claim(session, town["opd"], claim_id=claim.id, reason="Tidak terbaca")

    again = claims.submit_claim(session, town["me"], claimed=claimed(), data=PDF, file_name="s.pdf")
    claims.withdraw_claim(session, town["me"], claim_id=again.id)

    assert (claim.state, claim.reason, again.state) == ("refused", "Tidak terbaca", "withdrawn")
