"""Training from a measured gap to an indicator that has moved, through the browsers of everybody who takes part."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from merit import clock
from merit.accounts.domain import Grant
from merit.assessment.domain.blueprints import BlueprintRow
from merit.assessment.models.delivery import Attempt
from merit.assessment.models.sittings import Candidate
from merit.assessment.services import entrance
from merit.assessment.services.proctoring.people import admit_several
from merit.assessment.services.proctoring.rooms import close_room, open_lobby, start_room
from merit.assessment.services.publication import ask_publication, publish_results
from merit.assessment.services.rosters import add_candidates
from merit.assessment.services.scoring import score_sitting
from merit.assessment.services.sealing import seal_sitting
from merit.assessment.services.seating import add_room, assign_proctor, seat_everybody
from merit.people.models import Official
from merit.ranking.services.policies import activate_policy, import_policy
from merit.ranking.services.runs import create_run
from merit.ranking.services.vacancies import VacancyInput, record_vacancy
from merit.security.permissions import SYSTEM, Actor, Role
from merit.training.models.certificates import TrainingCertificate
from merit.training.models.evaluation import TransferRater
from merit.training.models.records import TrainingRecord
from merit.training.services.classes import ClassInput, SessionInput, add_session, create_class, open_class
from merit.training.services.evaluation import answer_rating
from merit.training.services.programmes import create_programme
from tests.assessment.exam_site import PATIENCE
from tests.assessment.plan_samples import make_blueprint, make_document, make_staff, plan_sitting, put_item
from tests.factories import make_appraisal, make_official, make_position, make_results, make_unit
from tests.journeys.looks import look_faults
from tests.journeys.timed import Site, timed_site
from tests.ranking.samples import POLICY, make_actor
from tests.training.samples import programme_input
from tests.web_client import make_user

pytestmark = pytest.mark.journey

VACANCY, CLASS, COMPETENCY = "LOWONGAN-P", "K-HASIL", "M.04"
TRANSFER = "      - {code: training.transfer, weight: 0.2, points: [[40, 0], [70, 65], [95, 100]], neutral: 65}\n"
ANCHORS = "Menetapkan sasaran yang terukur\nMemantau capaian setiap pekan\nMemperbaiki cara kerja dari hasilnya"
LATER = 110  # days after the class, within the months of rating


@dataclass(frozen=True, kw_only=True)
class Town:
    """Who takes part, when the class begins, and the run made before it."""

    budi: str
    sari: str
    chief: str
    peers: tuple[str, ...]
    begins: dt.datetime
    meeting: int
    run: str
    admin: Actor
    second: Actor


def found(site: Site) -> Town:
    """Found a unit whose people miss a standard, a class against it in eight days, and a ranking as it stands."""
    begins = dt.datetime.combine(clock.today() + dt.timedelta(days=8), dt.time(9), clock.ZONE)
    with site.work() as session:
        admin, second = (make_staff(session, Role.ADMIN, login) for login in ("admin-a", "admin-b"))
        announce(session, admin, as_of=begins.date() + dt.timedelta(days=LATER))
        unit = make_unit(session, code="DIN-1", name="Dinas Contoh")
        head = make_official(
            session, position=make_position(session, tier="administrator", leads=unit), name="Kepala Dinas"
        )
        desk = make_position(session, unit=unit, m04=4)
        names = ("Budi Santosa", "Sari Dewi", "Rekan Satu", "Rekan Dua", "Rekan Tiga", "Rekan Empat")
        people = [make_official(session, position=desk, name=name) for name in names]
        for official in people:
            make_results(session, official, 2, dated=f"{clock.today() - dt.timedelta(days=200)}")
            for year in range(begins.year - 2, begins.year + 1):
                make_appraisal(session, official, year)
        meeting = offer(session, admin, begins)
        run = create_run(session, admin, vacancy_code=VACANCY).code
        nips = [one.nip for one in people]
    for nip in (nips[0], nips[2], head.nip):
        make_user(nip, Role.OFFICIAL, nip=nip, secret=None)
    make_user("opd", grants=[Grant(role=Role.OPD_ADMIN, unit_code="DIN-1")])
    make_user("bkpsdm", Role.ADMIN)
    make_user("panitia", Role.PANEL)
    return Town(
        budi=nips[0], sari=nips[1], chief=head.nip, peers=tuple(nips[2:]), begins=begins, meeting=meeting, run=run,
        admin=admin, second=second,
    )  # fmt: skip


def announce(session: Session, admin: Actor, *, as_of: dt.date) -> None:
    """Announce a vacancy whose policy counts the use of trainings at work."""
    text = POLICY.replace("{code: competency.jpm, weight: 0.4", "{code: competency.jpm, weight: 0.2")
    text = text.replace("default_se:", f"{TRANSFER}default_se:").replace("rater_sd:", "training.transfer: 8, rater_sd:")
    import_policy(session, SYSTEM, text=text.replace("asesmen: 0.3", "asesmen: 0.3, internal: 0.5"))
    activate_policy(session, admin, make_actor(session, "ppk-a", Role.PPK), code="contoh")
    position = make_position(session, tier="administrator")
    vacancy = VacancyInput(code=VACANCY, position_code=position.code, as_of=as_of, policy_code="contoh")
    record_vacancy(session, admin, vacancy=vacancy)


def offer(session: Session, admin: Actor, begins: dt.datetime) -> int:
    """Open a class of one morning against the gap; return its meeting."""
    programme = create_programme(session, admin, planned=programme_input(code="HASIL", aims=((COMPETENCY, 4),)))
    planned = ClassInput(
        programme_code=programme.code, name="Orientasi hasil", code=CLASS, venue="Aula", starts=begins.date(),
        quota=5, cost=0,
    )  # fmt: skip
    create_class(session, admin, planned=planned)
    ends = begins + dt.timedelta(hours=6)
    meeting = add_session(
        session, admin, code=CLASS, planned=SessionInput(starts_at=begins, ends_at=ends, learning_hours=Decimal(8))
    )
    open_class(session, admin, code=CLASS)
    return meeting.id


def nominate(site: Site) -> None:
    """The unit ticks two people on the gap list, nominates and approves them; BKPSDM invites."""
    unit = site.sign_in("opd", "/pelatihan/kesenjangan/pegawai?kompetensi=M.04&tampil=gap")
    for name in ("Budi Santosa", "Sari Dewi"):
        unit.get_by_label(f"Pilih {name}").check()
    unit.get_by_role("button", name="Usulkan ke kelas…").click()
    unit.get_by_role("button", name="Usulkan 2 pegawai").click()
    unit.wait_for_url(f"**/kelas/{CLASS}/peserta")
    decide(unit, "Setujui untuk unit")
    agency = site.sign_in("bkpsdm", f"/pelatihan/kelas/{CLASS}/peserta?keadaan=endorsed")
    assert look_faults(agency) == []
    decide(agency, "Panggil")
    expect(agency.get_by_text("2 dipanggil, 0 masuk daftar tunggu.")).to_be_visible()


def decide(page: Page, act: str) -> None:
    """Tick both people and decide."""
    for name in ("Budi Santosa", "Sari Dewi"):
        page.get_by_label(f"Pilih {name}").check()
    page.get_by_role("button", name=act, exact=True).click()


def attend(site: Site, town: Town) -> None:
    """Budi types the code on the wall; Sari is noted by list; the class is closed in the evening."""
    site.move_to(town.begins + dt.timedelta(minutes=5))
    wall = site.sign_in("bkpsdm", f"/pelatihan/pertemuan/{town.meeting}/kode")
    shown = wall.locator(".code-shown").inner_text().strip()
    budi = site.sign_in(town.budi, "/saya/pelatihan/hadir", factor=False)
    budi.get_by_label("Kode yang ditayangkan").fill(shown.lower())
    budi.get_by_role("button", name="Catat kehadiran saya").click()
    expect(budi.locator("[role=status], .alert, .notice").first).to_be_visible()
    site.go(wall, f"/pelatihan/pertemuan/{town.meeting}")
    expect(wall.get_by_label("Kehadiran Budi Santosa")).to_have_value("present")
    wall.get_by_label("Kehadiran Sari Dewi").select_option("present")
    wall.get_by_role("button", name="Simpan kehadiran").click()
    expect(wall.get_by_text("2 dari 2 sudah dicatat")).to_be_visible()


def take_test(site: Site, town: Town) -> None:
    """Budi sits the test after the class: in with the card, two answers, out; scored and published by two persons."""
    site.move_to(town.begins + dt.timedelta(days=1))
    with site.work() as session:
        put_item(session, competency=COMPETENCY, level=3)
        put_item(session, competency=COMPETENCY, level=3)
        document = make_document(BlueprintRow(competency=COMPETENCY, level=3, count=2))
        soon = clock.now() + dt.timedelta(minutes=5)
        sitting = plan_sitting(session, town.admin, make_blueprint(session, town.admin, document), starts_at=soon)
        room = add_room(session, town.admin, code=sitting.code, name="Lab 1", seats=4, columns=2)
        for actor in (town.admin, town.second):
            assign_proctor(session, town.admin, code=sitting.code, room_id=room.id, user_id=actor.user_id or 0)
        budi = session.scalars(select(Official.id).where(Official.nip == town.budi)).one()
        add_candidates(session, town.admin, code=sitting.code, officials=[budi])
        seat_everybody(session, town.admin, code=sitting.code)
        seal_sitting(session, town.admin, code=sitting.code)
        (pin,) = entrance.issue_pins(session, SYSTEM, sitting_id=sitting.id).values()
        open_lobby(session, town.admin, room_id=room.id)
        number = session.scalars(select(Candidate.number).where(Candidate.sitting_id == sitting.id)).one()
        token = entrance.room_token(room.id)
    desk = site.window()
    site.go(desk, "/ujian/masuk")
    desk.get_by_label("Nomor peserta atau NIP").fill(number)
    desk.get_by_label("PIN kartu atau kata sandi").fill(pin)
    desk.get_by_label("Token ruang").fill(token)
    desk.get_by_role("button", name="Masuk").click()
    expect(desk.get_by_text("Tunjukkan kartu identitas")).to_be_visible(timeout=PATIENCE)
    with site.work() as session:
        attempt = session.scalars(select(Attempt)).one()
        admit_several(session, town.admin, room_id=room.id, attempt_ids=[attempt.id])
        start_room(session, town.admin, room_id=room.id, reason="Semua hadir")
    answer_and_leave(desk)
    with site.work() as session:
        close_room(session, town.admin, room_id=room.id)
        version = score_sitting(session, town.admin, code=sitting.code)
        ask_publication(session, town.admin, code=sitting.code)
        publish_results(session, town.second, code=sitting.code, version_number=version.number)


def answer_and_leave(desk: Page) -> None:
    """Answer both questions and end the test."""
    expect(desk.locator("#kerja")).to_be_visible(timeout=PATIENCE)
    for place in range(2):
        desk.locator("#kotak-soal .grid-box").nth(place).click()
        desk.locator(".choice", has_text="Pilihan A dari").click()
    expect(desk.locator("#status")).to_contain_text("Tersimpan di server", timeout=PATIENCE)
    desk.get_by_role("button", name="Selesai ujian").click()
    desk.get_by_label("Saya yakin").check()
    desk.get_by_role("button", name="Selesaikan ujian").click()
    desk.wait_for_url("**/selesai", timeout=2 * PATIENCE)


def certify(site: Site, town: Town) -> None:
    """BKPSDM closes the class and sets how it is evaluated; Budi fetches the certificate; anybody checks it."""
    agency = site.sign_in("bkpsdm", f"/pelatihan/kelas/{CLASS}")
    agency.locator("summary", has_text="Tutup kelas").click()
    agency.get_by_role("button", name="Tutup dan terbitkan").click()
    site.go(agency, f"/pelatihan/kelas/{CLASS}/evaluasi")
    agency.get_by_label("Uji akhir").select_option(index=1)
    agency.get_by_label("Perilaku di tempat kerja").fill(ANCHORS)
    agency.get_by_role("button", name="Simpan cara evaluasi").click()
    agency.get_by_role("button", name="Minta penilaian").click()
    budi = site.sign_in(town.budi, "/saya/pelatihan", factor=False)
    assert look_faults(budi) == []
    with site.work() as session:
        given = session.scalars(select(TrainingCertificate).order_by(TrainingCertificate.id)).all()
    assert len(given) == 2
    link = budi.get_by_role("link", name=given[0].number)
    taken = budi.request.get(f"{site.url}{link.get_attribute('href')}")
    assert (taken.status, taken.body()[:5]) == (200, b"%PDF-")
    stranger = site.window()
    site.go(stranger, f"/sertifikat/{given[0].token}")
    expect(stranger.get_by_text("Sertifikat asli dan berlaku")).to_be_visible()
    expect(stranger.get_by_text("Budi Santosa")).to_be_visible()


def rate(site: Site, town: Town) -> None:
    """Months later superior and a colleague rate in their browsers, the other colleagues too; BKPSDM records it."""
    site.move_to(town.begins + dt.timedelta(days=LATER - 5))
    rate_page(site.sign_in(town.chief, "/saya/penerapan", factor=False), mark=4)
    rate_page(site.sign_in(town.peers[0], "/saya/penerapan", factor=False), mark=3)
    with site.work() as session:
        for asked in session.scalars(select(TransferRater).where(TransferRater.answered_at.is_(None))):
            who = Actor(official_id=asked.official_id, roles=frozenset({Role.OFFICIAL}))
            answer_rating(session, who, rater_id=asked.id, marks=[3, 3, 3])
    agency = site.sign_in("bkpsdm", f"/pelatihan/kelas/{CLASS}/evaluasi")
    agency.get_by_role("button", name="Catat hasil").click()
    expect(agency.get_by_role("row", name=re.compile("Budi Santosa"))).to_contain_text("±")


def rate_page(page: Page, *, mark: int) -> None:
    """Rate Budi by every anchor."""
    page.get_by_role("row", name=re.compile("Budi Santosa")).get_by_role("link", name="Nilai").click()
    for number in range(3):
        page.locator(f"#perilaku-{number}-{mark}").check()
    page.get_by_role("button", name="Kirim penilaian").click()
    page.wait_for_url("**/saya/penerapan")


def test_training_from_a_gap_to_the_indicator_that_moves(sqlite_database, browser, tmp_path):
    with timed_site(sqlite_database, browser, tmp_path) as site:
        town = found(site)

        nominate(site)
        budi = site.sign_in(town.budi, "/saya/pelatihan", factor=False)
        budi.get_by_role("button", name="Bersedia").click()
        expect(budi.get_by_text("Anda tercatat bersedia ikut")).to_be_visible()
        attend(site, town)
        take_test(site, town)
        certify(site, town)
        rate(site, town)

        with site.work() as session:
            after = create_run(session, town.second, vacancy_code=VACANCY).code
            record = session.scalars(
                select(TrainingRecord)
                .where(TrainingRecord.transfer.is_not(None), TrainingRecord.superseded_at.is_(None))
                .join(Official, Official.id == TrainingRecord.official_id)
                .where(Official.nip == town.budi)
            ).one()
        panel = site.sign_in("panitia", f"/lowongan/{VACANCY}/peringkat/{town.run}/pegawai/{town.budi}")
        row = panel.get_by_role("row", name=re.compile("Penerapan pelatihan|penerapan", re.IGNORECASE)).first
        before = row.inner_text()
        site.go(panel, f"/lowongan/{VACANCY}/peringkat/{after}/pegawai/{town.budi}")
        # The superior gave 4 of 4 throughout (100), four colleagues 3 (75): the mean of both groups.
        expect(row).to_contain_text("87,5")
        assert "87,5" not in before
        row.get_by_role("link", name="lihat bukti").click()
        panel.wait_for_url(f"**/bukti/training_records/{record.id}")
        expect(panel.get_by_text(f"Kelas {CLASS}")).to_be_visible()
        expect(panel.get_by_text("87,5").first).to_be_visible()
