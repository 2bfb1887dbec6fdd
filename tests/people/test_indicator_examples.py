"""Every indicator of this slice worked by hand, from rows a file brought and from rows somebody entered here.

The numbers in the comments are worked out on paper from the definitions of FILES, never from the code.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy.orm import Session

from merit.db import Database
from merit.evidence import EvidenceRequest, Status
from merit.people.evidence import load_assignment_accepted, load_attendance_unexcused, load_discipline_record
from merit.people.models import Official
from merit.performance.services.discipline import CaseInput, move_case, record_case
from merit.performance.services.offers import AnswerInput, answer_offer, make_offer
from merit.security.permissions import Actor, Role
from tests.exchange.files import load
from tests.factories import day, make_official

pytestmark = pytest.mark.db

ADMIN = Actor(login="a", roles=frozenset({Role.ADMIN}), unit_ids=None)
CASES = ["nip", "kode", "nomor_sk", "tanggal", "status"]
OFFERS = ["nip", "nama", "ditawarkan", "tanggapan", "alasan_sah"]


@pytest.fixture
def session(sqlite_database: Database) -> Iterator[Session]:
    """Return a session on SQLite; the loaders themselves are tested on both databases next door."""
    with sqlite_database.unit_of_work() as session:
        yield session


def request(*officials: Official) -> EvidenceRequest:
    ids = np.array([official.id for official in officials], dtype=np.int64)
    return EvidenceRequest(as_of=day("2026-06-01"), officials=ids)


def test_findings_of_a_file_and_of_the_register(session: Session, tmp_path: Path):
    """discipline.record: R2 (2) + S1 (6) = 8; on appeal, set aside, dismissal and older than five years are left out.

    From the register: R2 final (2), S1 summoned and then decided (6), S2 decided and then objected to (0) = 8.
    """
    filed, entered, clean = (make_official(session) for _one in range(3))
    rows = [
        [filed.nip, "R2", "SK-1", "2021-06-01", "final"],  # the first day of five years
        [filed.nip, "S1", "SK-2", "2024-02-10", "final"],
        [filed.nip, "B1", "SK-3", "2021-05-31", "final"],
        [filed.nip, "S3", "SK-4", "2025-02-10", "banding"],
        [filed.nip, "S3", "SK-5", "2025-02-11", "dibatalkan"],
        [filed.nip, "B3", "SK-6", "2025-02-12", "final"],
    ]
    load(session, tmp_path, "discipline", [CASES, *rows])
    record_case(
        session, ADMIN, nip=entered.nip, case=CaseInput(code="R2", number="D-1", dated=day("2025-03-03"), state="final")
    )
    summons = CaseInput(code="S1", number="PGL-1", dated=day("2025-04-01"), state="proses")
    finding = record_case(session, ADMIN, nip=entered.nip, case=summons)
    assert load_discipline_record(session, request(entered)).value.tolist() == [2.0]
    move_case(
        session,
        ADMIN,
        finding_id=finding.id,
        case=CaseInput(code="S1", number="D-2", dated=day("2025-05-05"), state="final"),
    )
    decree = CaseInput(code="S2", number="D-3", dated=day("2025-06-06"), state="final")
    objected = record_case(session, ADMIN, nip=entered.nip, case=decree)
    assert load_discipline_record(session, request(entered)).value.tolist() == [17.0]  # 2 + 6 + 9
    objection = CaseInput(code="S2", number="D-3", dated=day("2025-06-06"), state="keberatan")
    move_case(session, ADMIN, finding_id=objected.id, case=objection)

    assert load_discipline_record(session, request(filed, entered, clean)).value.tolist() == [8.0, 8.0, 0.0]


def test_unexcused_days_of_a_file_without_those_punished(session: Session, tmp_path: Path):
    """attendance.unexcused: 3 days; 8 days of which 4-6 led to R2: 8 - 6 = 2; no row is missing, not zero."""
    plain, punished, unrecorded = (make_official(session) for _one in range(3))
    rows = [["nip", "tahun", "tanpa_keterangan"], [plain.nip, "2025", "3"], [punished.nip, "2025", "8"]]
    load(session, tmp_path, "attendance", rows)
    record_case(
        session,
        ADMIN,
        nip=punished.nip,
        case=CaseInput(code="R2", number="D-1", dated=day("2025-09-01"), state="final"),
    )

    column = load_attendance_unexcused(session, request(plain, punished, unrecorded))
    assert column.value[:2].tolist() == [3.0, 2.0]
    assert column.status.tolist() == [Status.MEASURED, Status.MEASURED, Status.MISSING]


def test_offers_of_a_file_and_of_the_page(session: Session, tmp_path: Path):
    """assignment.accepted: accepted, accepted, refused without reason: 2/3; lawful, unanswered, older left out."""
    filed, entered, never = (make_official(session) for _one in range(3))
    answers = [
        ("A", "2024-06-01", "diterima", ""),  # the first day of two years
        ("B", "2025-06-02", "diterima", ""),
        ("C", "2026-05-04", "ditolak", "tidak"),
        ("D", "2025-09-01", "ditolak", "ya"),
        ("E", "2026-05-20", "", ""),
        ("F", "2024-05-31", "ditolak", "tidak"),
    ]
    load(session, tmp_path, "assignments", [OFFERS, *([filed.nip, *row] for row in answers)])
    for name, offered, response, lawful in answers:
        offer = make_offer(session, ADMIN, nip=entered.nip, name=name, offered=day(offered))
        if response == "diterima":
            given = AnswerInput(response=response, starts=day(offered), decree_number=f"SK-{name}")
            answer_offer(session, ADMIN, assignment_id=offer.id, answer=given)
        elif response:
            given = AnswerInput(response=response, lawful_reason=lawful == "ya")
            answer_offer(session, ADMIN, assignment_id=offer.id, answer=given)

    column = load_assignment_accepted(session, request(filed, entered, never))
    assert column.value[:2].tolist() == [2 / 3, 2 / 3]
    assert column.status[2] == Status.NOT_APPLICABLE
