"""A sitting from the lobby to the ranking, with everything that goes wrong in a hall on the way."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from merit import clock, db
from merit.assessment.domain.blueprints import BlueprintRow
from merit.assessment.models.delivery import Attempt
from merit.assessment.models.sittings import Candidate
from merit.assessment.services import entrance
from merit.assessment.services.publication import ask_publication, publish_results
from merit.assessment.services.rosters import add_candidates
from merit.assessment.services.saving import verify_receipts
from merit.assessment.services.scoring import score_sitting
from merit.assessment.services.sealing import seal_sitting
from merit.assessment.services.seating import add_room, assign_proctor, seat_everybody
from merit.evidence import COMPETENCIES
from merit.people.models import Official
from merit.ranking.services.runs import create_run
from merit.ranking.services.vacancies import VacancyInput, record_vacancy
from merit.security.permissions import SYSTEM, Actor, Role
from tests.assessment.exam_site import DESK, PATIENCE
from tests.assessment.plan_samples import make_blueprint, make_document, plan_sitting, put_item
from tests.assessment.services.test_publication import make_ranking
from tests.factories import make_appraisal, make_position
from tests.faults.serving import Server, serving
from tests.journeys.looks import look_faults
from tests.ranking.samples import make_actor
from tests.web_client import PASSWORD, code, make_user

pytestmark = pytest.mark.journey

VACANCY = "LOWONGAN-J"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A sealed sitting of nine questions, one for each competency, for two officials; the second stays away."""

    sitting_id: int
    code: str
    room_id: int
    number: str
    nip: str
    pin: str


def announce(session: Session, admin: Actor) -> list[Official]:
    """Announce a vacancy of today whose policy takes internal results; two people with appraisals alone."""
    people = make_ranking(session, admin, results="internal_allowed")
    today = clock.today()
    for person in people:
        for year in {today.year - 1, today.year - 2} - {2024, 2025}:
            make_appraisal(session, person, year, result=2, behaviour=2)
    position = make_position(session, tier="administrator")
    vacancy = VacancyInput(code=VACANCY, position_code=position.code, as_of=today, policy_code="contoh")
    record_vacancy(session, admin, vacancy=vacancy)
    return people


def prepare() -> Plan:
    """Bank, blueprint, roster, room, proctors, seal and cards; a vacancy that takes internal results."""
    watchers = [make_user(login, Role.PROCTOR) for login in ("pengawas", "pengawas-dua")]
    make_user("panitia", Role.PANEL)
    with db.unit_of_work() as session:
        admin = make_actor(session, "admin-satu", Role.ADMIN)
        people = announce(session, admin)
        for competency in COMPETENCIES:
            put_item(session, competency=competency, level=3)
        document = make_document(*(BlueprintRow(competency=each, level=3, count=1) for each in COMPETENCIES))
        soon = clock.now() + dt.timedelta(minutes=10)
        sitting = plan_sitting(session, admin, make_blueprint(session, admin, document), starts_at=soon)
        room = add_room(session, admin, code=sitting.code, name="Lab 1", seats=6, columns=3)
        for user_id in watchers:
            assign_proctor(session, admin, code=sitting.code, room_id=room.id, user_id=user_id)
        add_candidates(session, admin, code=sitting.code, officials=[person.id for person in people])
        seat_everybody(session, admin, code=sitting.code)
        seal_sitting(session, admin, code=sitting.code)
        pins = entrance.issue_pins(session, SYSTEM, sitting_id=sitting.id)
        candidate = session.query(Candidate).filter_by(sitting_id=sitting.id, official_id=people[0].id).one()
        nip = session.get_one(Official, people[0].id).nip
        return Plan(
            sitting_id=sitting.id,
            code=sitting.code,
            room_id=room.id,
            number=candidate.number,
            nip=nip,
            pin=pins[candidate.id],
        )


def sign_in(page: Page, url: str, login: str, path: str) -> None:
    """Sign in with both steps and go to a page."""
    page.goto(f"{url}/masuk")
    page.get_by_label("NIP atau nama pengguna").fill(login)
    page.get_by_label("Kata sandi", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Masuk").click()
    page.get_by_label("Kode").fill(code())
    page.get_by_role("button", name="Lanjutkan").click()
    page.wait_for_url(lambda address: "/masuk" not in address)
    page.goto(f"{url}{path}")


def answer(page: Page, *positions: int, option: str = "Pilihan A dari") -> None:
    """Choose the option with these words at each position; options stand in an order of the candidate's own."""
    for position in positions:
        page.locator("#kotak-soal .grid-box").nth(position - 1).click()
        page.locator(".choice", has_text=option).click()
        expect(page.locator("#kotak-soal .grid-box").nth(position - 1)).to_have_attribute("data-state", "answered")


def expect_saved(page: Page) -> None:
    expect(page.locator("#status")).to_contain_text("Tersimpan di server", timeout=3 * PATIENCE)


def enter(page: Page, url: str, plan: Plan, token: str) -> None:
    """Come in with the card and the letters on the proctor's screen."""
    page.goto(f"{url}/ujian/masuk")
    page.get_by_label("Nomor peserta atau NIP").fill(plan.number)
    page.get_by_label("PIN kartu atau kata sandi").fill(plan.pin)
    page.get_by_label("Token ruang").fill(token)
    page.get_by_role("button", name="Masuk").click()
    expect(page.get_by_text("Tunjukkan kartu identitas")).to_be_visible(timeout=PATIENCE)


def through_outage(page: Page, server: Server) -> None:
    """Answer, lose the network, answer on, lose the server too, answer on; then both come back."""
    answer(page, 1, 2)
    expect_saved(page)
    page.context.set_offline(True)
    answer(page, 3, 4)
    expect(page.locator("#status")).to_contain_text("Belum terkirim: 2 jawaban")
    server.kill()
    page.context.set_offline(False)
    answer(page, 5)
    expect(page.locator("#status")).to_contain_text("Belum terkirim: 3 jawaban")
    server.start()
    expect_saved(page)
    answer(page, 6, 7, 8)
    answer(page, 9, option="Pilihan B dari")
    expect_saved(page)


def finish(page: Page) -> str:
    """End the test and return the receipt on the slip."""
    page.get_by_role("button", name="Selesai ujian").click()
    page.get_by_label("Saya yakin").check()
    page.get_by_role("button", name="Selesaikan ujian").click()
    page.wait_for_url("**/selesai", timeout=2 * PATIENCE)
    found = re.search(r"[0-9a-f]{64}", page.locator("main").inner_text())
    assert found
    return found.group(0)


def publish_and_rank(plan: Plan) -> None:
    """Score, publish by two persons, and rank."""
    with db.unit_of_work() as session:
        second, third = (make_actor(session, login, Role.ADMIN) for login in ("admin-dua", "admin-tiga"))
        version = score_sitting(session, second, code=plan.code)
        ask_publication(session, second, code=plan.code)
        publish_results(session, third, code=plan.code, version_number=version.number)
        create_run(session, second, vacancy_code=VACANCY)


def test_a_sitting_from_admission_to_the_ranking_with_an_outage_between(sqlite_database, browser):
    plan = prepare()
    with serving(sqlite_database) as server:
        url = f"http://127.0.0.1:{server.port}"
        windows = [browser.new_context(viewport=DESK, locale="id-ID", reduced_motion="reduce") for _ in range(3)]
        for window in windows:
            window.set_default_timeout(PATIENCE)
        proctor, candidate, panel = (window.new_page() for window in windows)

        sign_in(proctor, url, "pengawas", f"/ruang-ujian/{plan.room_id}")
        proctor.get_by_role("button", name="Buka lobi").click()
        enter(candidate, url, plan, proctor.locator("[data-token]").inner_text())
        assert look_faults(candidate) == []
        candidate.set_viewport_size(DESK)
        proctor.reload()
        proctor.get_by_label(plan.number).check()
        proctor.get_by_role("button", name="Identitas yang dicentang cocok").click()
        expect(candidate.get_by_text("Identitas Anda sudah cocok")).to_be_visible(timeout=PATIENCE)
        proctor.locator("summary", has_text="Mulai ujian").click()
        proctor.get_by_role("button", name="Mulai sekarang").click()
        expect(candidate.locator("#kerja")).to_be_visible(timeout=PATIENCE)

        through_outage(candidate, server)
        assert look_faults(candidate) == []
        receipt = finish(candidate)

        proctor.reload()
        proctor.locator("summary", has_text="Tutup ruang").click()
        proctor.get_by_role("button", name="Tutup ruang").click()
        with db.reading() as session:
            attempt = session.query(Attempt).one()
            assert (attempt.state, attempt.answered, attempt.receipt) == ("finished", 9, receipt)
            assert verify_receipts(session, attempt.id).is_intact
        publish_and_rank(plan)
        sign_in(panel, url, "panitia", f"/lowongan/{VACANCY}/peringkat")
        expect(panel.get_by_text(plan.nip[:8]).first).to_be_visible()
        for window in windows:
            window.close()
