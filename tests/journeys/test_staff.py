"""The other readers: panel, OPD admin, auditor; with the keyboard alone and without JavaScript."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import PHONE

pytestmark = pytest.mark.journey

SHORTLIST = "/lowongan/LOWONGAN-1/peringkat"
_FOCUSED = "() => document.activeElement"


def test_a_panel_member_reads_the_shortlist_but_orders_nothing(arrive_as):
    visitor = arrive_as("panel")
    visitor.visit("/")
    visitor.page.get_by_role("link", name="Lowongan", exact=True).first.click()
    visitor.page.get_by_role("link", name="LOWONGAN-1", exact=True).click()
    visitor.page.get_by_role("link", name="Lihat daftar pendek").click()
    visitor.page.wait_for_url("**/peringkat")

    assert "tidak dapat dibedakan oleh bukti yang ada" in visitor.main
    assert visitor.page.get_by_role("link", name="Mengapa? ").count() == 25
    assert visitor.visit("/lowongan/LOWONGAN-1") == 200
    assert visitor.page.get_by_role("button", name="Susun peringkat").count() == 0
    assert [visitor.visit(path) for path in ("/impor", "/pengguna", "/audit", "/lowongan/baru")] == [404] * 4


def test_an_opd_admin_sees_the_own_unit_only(arrive_as, installation):
    unit = "WITH RECURSIVE down(id) AS (SELECT id FROM org_units WHERE code = '1.02.10.10' UNION SELECT r.unit_id FROM "
    unit += "org_unit_records r JOIN down ON r.parent_id = down.id) "
    people = "SELECT o.nip FROM officials o JOIN official_records r ON r.official_id = o.id WHERE r.unit_id {} "
    own = {nip for (nip,) in installation.rows(unit + people.format("IN down"))}
    foreign = installation.rows(unit + people.format("NOT IN down") + "LIMIT 1")[0][0]
    visitor = arrive_as("opd_admin")

    visitor.visit("/pegawai")
    shown = {
        link.get_attribute("href").rsplit("/", 1)[1]
        for link in visitor.page.locator("tbody a[href^='/pegawai/']").all()
    }

    assert shown
    assert shown <= own
    assert visitor.visit(f"/pegawai/{foreign}") == 404
    assert visitor.visit(SHORTLIST) == 404


def test_an_auditor_verifies_the_trail_and_a_run(arrive_as):
    visitor = arrive_as("auditor")
    visitor.visit("/audit")

    visitor.page.get_by_role("button", name="Periksa").first.click()
    visitor.page.wait_for_url("**/audit/periksa**")
    assert "utuh" in visitor.main.lower()

    visitor.visit(SHORTLIST)
    visitor.press("Hitung ulang")
    visitor.page.get_by_text("hasilnya sama persis").wait_for()


def focused(page: Page) -> str:
    """Return where the keyboard is: tag, class and address."""
    return page.evaluate(
        "() => { const one = document.activeElement; const place = one.closest('tbody') ? 'row' : '';"
        " return [one.tagName, one.className, one.getAttribute('href') || '', place].join(' '); }"
    )


def test_the_keyboard_alone_reaches_the_first_explanation(arrive_as):
    visitor = arrive_as("panel")
    page = visitor.page
    visitor.visit("/lowongan/LOWONGAN-1/peringkat")

    page.keyboard.press("Tab")
    assert "skip-link" in focused(page)
    assert page.locator(".skip-link").bounding_box()["y"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.id") == "isi"
    for _ in range(40):
        page.keyboard.press("Tab")
        if "row" in focused(page):
            break
    assert "/pegawai/" in focused(page)
    outline = page.evaluate(
        "() => { const s = getComputedStyle(document.activeElement);"
        " return s.outlineStyle !== 'none' || s.boxShadow !== 'none'; }"
    )
    assert outline
    page.keyboard.press("Enter")

    page.wait_for_url("**/pegawai/**")


def test_everything_works_without_javascript_on_a_telephone(arrive, installation):
    visitor = arrive(script=False, viewport=PHONE)
    visitor.visit(SHORTLIST)
    visitor.sign_in(installation.accounts["demo-panel-3"])

    assert visitor.page.url.endswith(SHORTLIST)
    name = visitor.page.locator("tbody th a").first.inner_text()
    visitor.page.get_by_role("searchbox", name="Cari pegawai").fill(name.split(",")[0])
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_url("**cari=**")
    assert name in visitor.main
    visitor.page.locator("tbody th a").first.click()
    assert "Apa yang menaikkan dan menurunkan nilai" in visitor.main
    visitor.sign_out()
