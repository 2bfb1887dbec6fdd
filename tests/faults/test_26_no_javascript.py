"""Fault 26: without JavaScript the whole test can be taken, by buttons, and answers are as safe."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.assessment.exam_papers import ITEMS
from tests.assessment.exam_site import exam_site
from tests.journeys.looks import look_faults

pytestmark = pytest.mark.journey

NUMBER = {name: number for number, name in enumerate(ITEMS, 1)}


def test_a_test_is_taken_from_the_lobby_to_the_slip_without_a_script(sqlite_database, browser):
    with exam_site(sqlite_database, browser) as site:
        page = site.arrive(java_script_enabled=False).page
        seat = site.hall.seats[0]
        page.goto(f"{site.url}/ujian/{seat.token}")
        page.get_by_role("button", name="Buka ujian di peramban ini").click()
        page.get_by_label("Membagi ulang").check()
        page.get_by_role("button", name="Simpan dan lanjutkan").click()
        expect(page.get_by_role("heading", name="Soal 2")).to_be_visible()
        expect(page.get_by_text("Tersimpan di server")).to_be_visible()

        page.get_by_role("button", name="Ragu-ragu").click()
        page.get_by_role("button", name=f"Soal {NUMBER['order']}:").click()
        page.get_by_role("button", name="Turunkan: RKPD").click()
        page.get_by_role("button", name=f"Soal {NUMBER['match']}:").click()
        page.get_by_label("SK PNS").select_option("Kepala BKPSDM")
        page.get_by_role("button", name=f"Soal {NUMBER['numeric']}:").click()
        page.get_by_label("Belanja modal").fill("12,5")
        page.get_by_role("button", name=f"Soal {NUMBER['essay']}:").click()
        page.get_by_label("Uraian Anda").fill("Satu\ndua")
        page.get_by_role("button", name=f"Soal {NUMBER['pointing']}:").click()
        page.get_by_label("Titik 1, jarak dari kiri").fill("40")
        page.get_by_label("Titik 1, jarak dari atas").fill("60")
        page.get_by_role("button", name="Soal sebelumnya").click()
        page.get_by_role("link", name="Selesai ujian").click()
        page.get_by_label("Saya yakin").check()
        page.get_by_role("button", name="Selesaikan ujian").click()

        expect(page.get_by_role("heading", name="Ujian Anda sudah selesai")).to_be_visible()
        assert site.answers() == {
            1: ["B"],
            2: [],
            NUMBER["order"]: ["B", "A", "C", "D"],
            NUMBER["match"]: ["B Y"],
            NUMBER["numeric"]: ["12,5"],
            NUMBER["essay"]: ["Satu\ndua"],
            NUMBER["pointing"]: ["40 60"],
        }
        assert (site.attempt().state, site.attempt().ending) == ("finished", "plain_form")


def test_the_plain_form_stands_every_reader(sqlite_database, browser):
    with exam_site(sqlite_database, browser) as site:
        page = site.arrive().page
        path = f"{site.url}/ujian/{site.hall.seats[0].token}/soal"
        page.goto(f"{path}/1")
        waiting = look_faults(page)
        page.get_by_role("button", name="Buka ujian di peramban ini").click()

        faults = {"waiting": waiting}
        for name, number in NUMBER.items():
            page.goto(f"{path}/{number}")
            faults[name] = look_faults(page)

        assert {name: found for name, found in faults.items() if found} == {}
