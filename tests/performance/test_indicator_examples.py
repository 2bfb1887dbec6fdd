"""Every indicator of this slice worked by hand, from rows a file brought and from rows somebody entered here.

The numbers in the comments are worked out on paper from the definitions of FILES, never from the code.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy.orm import Session

from merit import clock
from merit.db import Database
from merit.evidence import EvidenceRequest, Status
from merit.people.models import Official, OrgUnit
from merit.performance.domain.complaints import Case, Step
from merit.performance.domain.satisfaction import SKM_ELEMENTS
from merit.performance.evidence import (
    load_appraisal_behaviour,
    load_appraisal_result,
    load_feedback_loyal,
    load_feedback_service,
    load_service_complaints,
    load_service_response,
    load_service_satisfaction,
    load_unit_achievement,
)
from merit.performance.queries.complaints import get_complaint
from merit.performance.services.campaigns import close_campaign
from merit.performance.services.complaints import ComplaintInput, record_complaint, take_step
from merit.performance.services.offers import record_leave
from merit.performance.services.publication import propose_publication, publish_campaign
from merit.performance.services.sheets import accept_appraisal, rate_official, record_appraisal
from merit.performance.services.units import Survey, YearFigures, record_figures, record_survey
from merit.security.permissions import Actor, Role
from tests.exchange.files import load
from tests.factories import day, make_appraisal, make_official, make_position, make_unit
from tests.performance import appraisal_samples, campaign_samples

pytestmark = pytest.mark.db

NOON = dt.datetime(2026, 6, 1, 4, 0, tzinfo=dt.UTC)
ADMIN = Actor(login="a", roles=frozenset({Role.ADMIN}), unit_ids=None)
APPRAISAL = ["nip", "tahun", "hasil_kerja", "perilaku_kerja"]
FEEDBACK = ["nip", "tahun", "penilai", "kelompok", "aspek", "nilai"]
COMPLAINT = ["nomor", "unit", "jenis", "kanal", "diterima", "ditanggapi", "ditutup", "dibuka_kembali"]
# Received on Monday 7 July 2025 (no holiday in July). normatif: 5 working days, Monday 14 July; tanpa_pengawasan: 14,
# Friday 25 July; pengawasan: 60. First answer: the next working day, 8 July.
COMPLAINTS = [
    # closed on the last day: in time; answered in time
    ["A", "normatif", "digital", "2025-07-07", "2025-07-08", "2025-07-14", ""],
    # closed a day late; answered a day late
    ["B", "normatif", "SP4N-LAPOR", "2025-07-07", "2025-07-09", "2025-07-15", ""],
    # closed in time but opened again: late; answered the same day
    ["C", "normatif", "digital", "2025-07-07", "2025-07-07", "2025-07-09", "2025-07-21"],
    # never answered, never closed: late, late
    ["D", "normatif", "digital", "2025-07-07", "", "", ""],
    # fourteen working days: in time; answered in time
    ["E", "tanpa_pengawasan", "SP4N-LAPOR", "2025-07-07", "2025-07-08", "2025-07-25", ""],
    # on 1 June 2026 still within its sixty days: left out; no digital channel
    ["F", "pengawasan", "langsung", "2026-05-25", "", "", ""],
]


@pytest.fixture
def session(sqlite_database: Database) -> Iterator[Session]:
    """Return a session on SQLite; the loaders themselves are tested on both databases next door."""
    with clock.frozen(NOON), sqlite_database.unit_of_work() as session:
        yield session


def request(*officials: Official, as_of: str = "2026-06-01", **parameters: object) -> EvidenceRequest:
    ids = np.array([official.id for official in officials], dtype=np.int64)
    return EvidenceRequest(as_of=day(as_of), officials=ids, **{"default_se": {"rater_sd": 0.8}, **parameters})


def leader_of(session: Session, unit: OrgUnit) -> Official:
    return make_official(session, position=make_position(session, leads=unit))


def marks(nip: str, aspect: str, **groups: Sequence[str]) -> list[list[str]]:
    return [
        [nip, "2025", f"R-{group}-{number}", group, aspect, mark]
        for group, given in groups.items()
        for number, mark in enumerate(given)
    ]


def test_appraisals_of_a_file_and_of_a_manual_entry(session: Session, tmp_path: Path):
    """appraisal.result, appraisal.behaviour: result (3 + 2) / 2 = 2.5, behaviour (2 + 1) / 2 = 1.5."""
    filed, entered = make_official(session), make_official(session)
    rows = [[filed.nip, "2025", "di_atas", "sesuai"], [filed.nip, "2024", "sesuai", "di_bawah"]]
    load(session, tmp_path, "performance", [APPRAISAL, *rows])
    record_appraisal(session, ADMIN, nip=entered.nip, year=2025, result=3, behaviour=2)
    record_appraisal(session, ADMIN, nip=entered.nip, year=2024, result=2, behaviour=1)

    asked = request(filed, entered)
    assert load_appraisal_result(session, asked).value.tolist() == [2.5, 2.5]
    assert load_appraisal_behaviour(session, asked).value.tolist() == [1.5, 1.5]


def test_appraisal_handed_over_and_accepted_in_a_cycle(session: Session):
    """appraisal.result: 2025 di_bawah (1) from the cycle, 2024 di_atas (3) on record: (1 + 3) / 2 = 2."""
    office = appraisal_samples.make_office(session, year=2025)
    make_appraisal(session, office.clerk, 2024, result=3, behaviour=2)
    sheet = office.sheet(session, office.clerk)
    chief, clerk = (appraisal_samples.as_self(session, one) for one in (office.chief, office.clerk))
    rate_official(session, chief, sheet_id=sheet.id, row_version=1, result=1, behaviour=2)

    assert load_appraisal_result(session, request(office.clerk)).status.tolist() == [Status.MISSING]
    accept_appraisal(session, clerk, sheet_id=sheet.id, row_version=sheet.row_version)

    assert load_appraisal_result(session, request(office.clerk)).value.tolist() == [2.0]


def test_a_year_on_leave_is_skipped(session: Session, tmp_path: Path):
    """On leave from 30 June 2025 to its end 180 days are served, under six months: (2024: 2 + 2023: 3) / 2 = 2.5.

    From 1 July 181 days are served and 2025 counts: (2025: 1 + 2024: 2) / 2 = 1.5.
    """
    filed, entered, longer = (make_official(session) for _one in range(3))
    for official in (filed, entered, longer):
        for year, result in ((2025, 1), (2024, 2), (2023, 3)):
            make_appraisal(session, official, year, result=result)
    leave = [["nip", "jenis", "mulai", "selesai"], [filed.nip, "luar_tanggungan", "2025-06-30", "2025-12-31"]]
    load(session, tmp_path, "leave", leave)
    for official, starts in ((entered, "2025-06-30"), (longer, "2025-07-01")):
        record_leave(
            session, ADMIN, nip=official.nip, kind="luar_tanggungan", starts=day(starts), ends=day("2025-12-31")
        )

    assert load_appraisal_result(session, request(filed, entered, longer)).value.tolist() == [2.5, 2.5, 1.5]


def test_feedback_of_a_file(session: Session, tmp_path: Path):
    """feedback.loyal over superior, peers, staff; feedback.service with citizens; the superior at most a third.

    loyal: means 5, (4 + 4 + 5 + 3) / 4 = 4, (3 + 4 + 5) / 3 = 4: (5 + 4 + 4) / 3 = 4.333333.
    v = 0.64 (n = 1); (3 x 2/3 + 1.92) / 6 = 0.653333; (2 x 1 + 1.92) / 5 = 0.784.
    SE = sqrt(0.64 + 0.653333 / 4 + 0.784 / 3) / 3 = sqrt(1.064667) / 3 = 0.343943.

    service: (4 + 4 + 3 + 2.5) / 4 = 3.375; groups of three alike have v = 1.92 / 5 = 0.384.
    SE = sqrt(0.64 + 3 x 0.384 / 3) / 4 = sqrt(1.024) / 4 = 0.252982.

    Superior and peers only: weights 1/3 and 2/3: 5/3 + 2 x 4/3 = 4.333333, SE = sqrt(0.64/9 + 4/9 x 0.128) = 0.357771.
    """
    first, second, lone = (make_official(session) for _one in range(3))
    rows = [
        *marks(first.nip, "loyal", atasan="5", rekan="4453", bawahan="345", masyarakat="111"),
        *marks(second.nip, "berorientasi_pelayanan", atasan="4", rekan="444", bawahan="333"),
        *marks(second.nip, "berorientasi_pelayanan", masyarakat=["2,5", "2,5", "2,5"]),
        *marks(lone.nip, "loyal", atasan="5", rekan="444", bawahan="11"),
    ]
    load(session, tmp_path, "feedback", [FEEDBACK, *rows])

    loyal = load_feedback_loyal(session, request(first, lone))
    service = load_feedback_service(session, request(second))
    assert loyal.value.tolist() == pytest.approx([13 / 3, 13 / 3], abs=1e-12)
    assert loyal.noise.se.tolist() == pytest.approx([0.343943, 0.357771], abs=1e-6)
    assert (service.value.tolist(), service.noise.se.tolist()) == ([3.375], [pytest.approx(0.252982, abs=1e-6)])


def test_feedback_of_a_published_campaign(session: Session):
    """feedback.loyal and feedback.service of four peers; every sheet answers (m, m, m - 1), its mean is m - 1/3.

    Marks 3, 4, 5, 4: 2.666667, 3.666667, 4.666667, 3.666667: mean 3.666667 (one group counts), s^2 = 2/3,
    v = (3 x 2/3 + 1.92) / 6 = 0.653333, SE = sqrt(0.653333 / 4) = 0.404145.
    """
    office = campaign_samples.make_office(session)
    campaign = campaign_samples.make_campaign(session, office)
    subject = office.staff[0]
    peers = [one for one in campaign_samples.invitations(session, campaign, subject) if one.rater_group == "rekan"]
    for mark, invitation in zip((3, 4, 5, 4), peers, strict=True):
        campaign_samples.answer(session, invitation, mark)
    close_campaign(session, office.admin, campaign_id=campaign.id)
    propose_publication(session, office.admin, campaign_id=campaign.id)
    asked = request(subject, as_of="2027-06-01")
    assert load_feedback_loyal(session, asked).status.tolist() == [Status.NOT_APPLICABLE]

    publish_campaign(session, office.second, campaign_id=campaign.id)

    for column in (load_feedback_loyal(session, asked), load_feedback_service(session, asked)):
        assert column.value.tolist() == pytest.approx([3.666667], abs=1e-6)
        assert column.noise.se.tolist() == pytest.approx([0.404145], abs=1e-6)


def test_achievement_of_a_file_and_of_the_agency(session: Session, tmp_path: Path):
    """unit.achievement: capaian 98.75 of the year before, as filed; 104.5 as the agency entered it."""
    filed, entered = make_unit(session), make_unit(session)
    rows = [["unit", "tahun", "capaian"], [filed.code, "2025", "98,75"], [filed.code, "2024", "50"]]
    load(session, tmp_path, "unit-results", rows)
    figures = YearFigures(achievement=Decimal("104.5"), sources={"achievement": "LKjIP 2025"})
    record_figures(session, ADMIN, unit_id=entered.id, year=2025, figures=figures)

    asked = request(leader_of(session, filed), leader_of(session, entered))
    assert load_unit_achievement(session, asked).value.tolist() == [98.75, 104.5]


def test_complaints_of_a_file_and_step_by_step(session: Session, tmp_path: Path):
    """service.complaints: A and E of A-E closed in time, 2/5; service.response: A, C, E of A-E, 3/5. F is left out."""
    filed, entered = make_unit(session), make_unit(session)
    rows = [[f"F-{number}", filed.code, *rest] for number, *rest in COMPLAINTS]
    load(session, tmp_path, "complaints", [COMPLAINT, *rows])
    for row in COMPLAINTS:
        handle(session, entered, row)

    asked = request(leader_of(session, filed), leader_of(session, entered))
    closing, answering = load_service_complaints(session, asked), load_service_response(session, asked)
    assert (closing.noise.k.tolist(), closing.noise.n.tolist(), closing.value.tolist()) == ([2, 2], [5, 5], [0.4, 0.4])
    assert (answering.noise.k.tolist(), answering.value.tolist()) == ([3, 3], [0.6, 0.6])


def handle(session: Session, unit: OrgUnit, row: list[str]) -> None:
    """Record a complaint and take its steps one by one, as a unit does."""
    number, kind, channel, received, *dates = row
    case = Case(received=day(received))
    told = ComplaintInput(number=number, unit_id=unit.id, kind=kind, channel=channel, case=case)
    record_complaint(session, ADMIN, complaint=told)
    for step, on in zip((Step.ANSWER, Step.CLOSE, Step.REOPEN), dates, strict=True):
        if on:
            row = get_complaint(session, number)
            take_step(session, ADMIN, number=number, row_id=row.id, step=step, on=day(on), outcome="Selesai")


def test_satisfaction_of_a_file_and_of_nine_elements(session: Session, tmp_path: Path):
    """service.satisfaction: the newest period of 2025, 82.5 with SE 9 / sqrt(400) = 0.45.

    Entered here: nine means of 3.3 make 25 x 3.3 = 82.5.
    """
    filed, entered = make_unit(session), make_unit(session)
    header = ["unit", "periode", "skm", "responden", "simpangan"]
    rows = [[filed.code, "2025-06", "70", "100", "10"], [filed.code, "2025-11", "82,5", "400", "9"]]
    load(session, tmp_path, "satisfaction", [header, *rows])
    means = dict.fromkeys(SKM_ELEMENTS, Decimal("3.3"))
    survey = Survey(period="2025-11", means=means, respondents=400, deviation=Decimal(9))
    record_survey(session, ADMIN, unit_id=entered.id, survey=survey)

    column = load_service_satisfaction(session, request(leader_of(session, filed), leader_of(session, entered)))
    assert (column.value.tolist(), column.noise.se.tolist()) == ([82.5, 82.5], [0.45, 0.45])
