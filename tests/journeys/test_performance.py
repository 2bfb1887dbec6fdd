"""Appraisal, complaint and feedback of the performance slice, through the browsers of those who take part."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from merit.accounts.domain import Grant
from merit.performance.domain.sheets import load_values
from merit.performance.models import Appraisal
from merit.performance.services.cycles import fill_cycle
from merit.security.permissions import Role
from tests.factories import make_official, make_position
from tests.journeys.looks import look_faults
from tests.journeys.timed import Site, timed_site
from tests.performance import campaign_samples
from tests.performance.appraisal_samples import Office, act_as, make_office
from tests.web_client import make_user

pytestmark = pytest.mark.journey

NUMBER = "ADU-J-0001"
OBJECTION = "Laporan triwulan tiga belum ikut dinilai."


def rate(page: Page, name: str, result: str, behaviour: str) -> None:
    """Rate somebody of one's list and hand it over."""
    page.get_by_role("link", name=name).click()
    page.get_by_label("Hasil kerja").select_option(label=result)
    page.get_by_label("Perilaku kerja").select_option(label=behaviour)
    page.get_by_role("button", name="Serahkan kepada yang dinilai").click()
    expect(page.get_by_text("Penilaian diserahkan kepada yang dinilai.")).to_be_visible()


def appraise(site: Site, office: Office, nips: dict[str, str]) -> None:
    """The chief rates two; one accepts, one objects; the chief's superior decides, and the fact stands."""
    chief = site.sign_in(nips["chief"], "/saya/penilaian", factor=False)
    rate(chief, "Ani Lestari", "Sesuai ekspektasi", "Sesuai ekspektasi")
    site.go(chief, "/saya/penilaian")
    rate(chief, "Citra Ayu", "Sesuai ekspektasi", "Sesuai ekspektasi")

    ani = site.sign_in(nips["ani"], "/saya/penilaian", factor=False)
    ani.get_by_role("link", name=re.compile("2025")).click()
    ani.locator("summary", has_text="Terima hasil").click()
    ani.get_by_role("button", name="Saya terima").click()
    expect(ani.get_by_text("Final").first).to_be_visible()

    citra = site.sign_in(nips["citra"], "/saya/penilaian", factor=False)
    citra.get_by_role("link", name=re.compile("2025")).click()
    assert look_faults(citra) == []
    citra.get_by_label("Alasan keberatan").fill(OBJECTION)
    citra.get_by_role("button", name="Ajukan keberatan").click()

    head = site.sign_in(nips["head"], "/saya/penilaian", factor=False)
    head.get_by_role("link", name="Citra Ayu").click()
    expect(head.get_by_text(OBJECTION)).to_be_visible()
    head.get_by_label("Hasil kerja").select_option(label="Di atas ekspektasi")
    head.get_by_label("Perilaku kerja").select_option(label="Sesuai ekspektasi")
    head.get_by_label("Alasan").fill("Laporan itu diserahkan tepat waktu.")
    head.get_by_role("button", name="Putuskan").click()
    expect(head.get_by_text("Keberatan diputus; penilaian final.")).to_be_visible()
    with site.work() as session:
        facts = session.query(Appraisal).filter_by(superseded_at=None).order_by(Appraisal.id).all()
    assert [(fact.year, fact.result_rating, fact.behaviour_rating) for fact in facts] == [(2025, 2, 2), (2025, 3, 2)]


def handle_complaint(site: Site) -> None:
    """The unit records a complaint, answers it and closes it within its days."""
    unit = site.sign_in("opd", "/pengaduan/baru")
    unit.get_by_label("Nomor pengaduan").fill(NUMBER)
    unit.get_by_label("Jenis").select_option("normatif")
    unit.get_by_label("Kanal").select_option("digital")
    unit.get_by_role("button", name="Simpan").click()
    unit.wait_for_url(f"**/pengaduan/nomor/{NUMBER}")
    expect(unit.get_by_text("Belum ditanggapi")).to_be_visible()
    step(unit, "answer", "")
    expect(unit.get_by_text("Ditanggapi, belum ditutup")).to_be_visible()
    step(unit, "close", "Layanan diberikan")
    expect(unit.get_by_text("Layanan diberikan").first).to_be_visible()
    site.go(unit, "/pengaduan?keadaan=closed")
    expect(unit.get_by_role("row", name=re.compile(NUMBER))).to_contain_text("Ditutup")


def step(page: Page, name: str, outcome: str) -> None:
    """Take a step of handling a complaint today."""
    page.get_by_label("Langkah").select_option(name)
    page.get_by_label("Hasil penanganan").fill(outcome)
    page.get_by_role("button", name="Catat langkah").click()


def give_feedback(site: Site, rater: str) -> None:
    """A colleague answers value by value, is asked about the haste, and hands the sheet in."""
    page = site.sign_in(rater, "/saya/umpan-balik", factor=False)
    page.locator("main table").first.get_by_role("link").first.click()
    for place, value in enumerate(load_values(), 1):
        for number, key in enumerate(value.keys):
            page.locator(f"#{key}-{3 + (place + number) % 3}").check()
        page.get_by_role("button", name="Simpan dan lanjut").click()
    page.wait_for_url("**/kirim")
    page.get_by_role("button", name="Kirim", exact=True).click()
    page.get_by_label("Jawaban saya sudah benar begitu.").check()
    page.get_by_role("button", name="Kirim", exact=True).click()
    expect(page.get_by_text("Nama Anda tidak tersimpan bersama jawabannya.")).to_be_visible()


def test_performance_from_rating_and_complaint_to_feedback(sqlite_database, browser, tmp_path):
    with timed_site(sqlite_database, browser, tmp_path) as site:
        with site.work() as session:
            office = make_office(session)
            desk = make_position(session, unit=office.division)
            ani, citra = (make_official(session, position=desk, name=name) for name in ("Ani Lestari", "Citra Ayu"))
            fill_cycle(session, act_as(session, "admin-siklus", Role.ADMIN), cycle_id=office.cycle_id)
            circle = campaign_samples.make_office(session)
            campaign_samples.make_campaign(session, circle)
            nips = {"head": office.head.nip, "chief": office.chief.nip, "ani": ani.nip, "citra": citra.nip}
            unit_code, rater = office.division.code, circle.staff[0].nip
        for nip in (*nips.values(), rater):
            make_user(nip, Role.OFFICIAL, nip=nip, secret=None)
        make_user("opd", grants=[Grant(role=Role.OPD_ADMIN, unit_code=unit_code)])

        appraise(site, office, nips)
        handle_complaint(site)
        give_feedback(site, rater)
