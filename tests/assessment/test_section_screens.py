"""Sections taken one after the other, as candidates meet them: the plain form and the exam screen."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from merit import clock, db
from merit.app import create_app
from merit.assessment.models.delivery import LateResponse
from merit.assessment.saving import close_stores
from tests.assessment.exam_papers import ITEMS, paper
from tests.assessment.exam_site import PATIENCE, exam_site
from tests.assessment.test_sections import SECTIONS, after, kept, sit, window
from tests.journeys.looks import look_faults
from tests.web_client import token_of


@pytest.mark.web
def test_the_plain_form_keeps_to_the_section_and_asks_before_it_is_left(sqlite_database: db.Database):
    client, seat = create_app(sqlite_database.settings, sqlite_database).test_client(), sit()
    client.set_cookie("merit-ujian", seat.lease, path=f"/ujian/{seat.token}")
    own = f"/ujian/{seat.token}"

    with clock.frozen(after(60)):
        ahead = client.get(f"{own}/soal/9")
        token = {"csrf_token": token_of(client.get(f"{own}/soal/4"))}
        last = client.post(f"{own}/soal/4", data={**token, "aksi": "lanjut", "jawaban-0": "A"})
        asked = client.get(f"{own}/bagian").text
        entered = client.post(f"{own}/bagian", data={**token, "bagian": "1"})
        back = client.get(f"{own}/soal/2")
        sent_back = client.post(f"{own}/soal/2", data={**token, "aksi": "lanjut", "jawaban-0": "A"})
    with clock.frozen(after(400)):
        over = client.get(f"{own}/soal/6")
        told = client.get(f"{own}/bagian").text

    assert (ahead.location, last.location) == (f"{own}/soal/4", f"{own}/bagian")
    assert "Tinggalkan bagian Satu?" in asked
    assert "Masih ada 3 soal kosong" in asked
    assert (entered.location, back.location) == (f"{own}/soal/5", f"{own}/soal/5")
    assert sent_back.status_code == 302
    assert (over.location, "Waktu bagian Dua habis" in told) == (f"{own}/bagian", True)
    assert (kept(seat), kept(seat, LateResponse)) == ({4}, {2})
    assert window(seat) == (1, 5, 8, after(360))
    close_stores()


@pytest.mark.journey
def test_the_screen_asks_leaves_and_goes_on_by_the_servers_clock(sqlite_database: db.Database, browser: Browser):
    sheet = paper(*([ITEMS["single"]] * 12), sections=SECTIONS)
    with exam_site(sqlite_database, browser, paper=sheet) as site:
        candidate = site.arrive().open()
        page = candidate.page
        expect(page.locator("#sisa-bagian")).to_contain_text("00:09:")
        expect(page.locator(".grid-box").nth(4)).to_be_disabled()
        candidate.choose(4, "A")
        page.get_by_role("button", name="Ke bagian berikutnya").click()
        expect(page.get_by_text("Masih ada 3 soal kosong")).to_be_visible()
        faults = look_faults(page)
        page.get_by_role("button", name="Masuk ke bagian berikutnya").click()
        expect(page.locator("#nomor-soal")).to_have_text("5")
        expect(page.locator(".grid-box").nth(3)).to_be_disabled()
        assert site.attempt().section == 1

        # The time of the second section runs out and the server does not hear of it: the third opens here, and there
        # with the first answer that reaches it.
        candidate.choose(6, "B")
        candidate.expect_saved()
        page.route("**/section", lambda route: route.abort())
        site.change(section_deadline=clock.now())
        page.reload()
        expect(page.locator("#nomor-soal")).to_have_text("9", timeout=PATIENCE)
        expect(page.locator("#jam-bagian")).to_be_hidden()
        expect(page.locator("#bagian-habis")).to_be_hidden()
        assert site.attempt().section == 1
        candidate.choose(9, "C")
        candidate.expect_saved()

        assert (site.attempt().section, site.answers()) == (2, {4: ["A"], 6: ["B"], 9: ["C"]})
        page.reload()
        expect(page.locator("#nomor-soal")).to_have_text("9")
        assert (faults, candidate.faults) == ([], [])
