"""Faults 18 and 19 in the browser: crash, refresh, back button, second tab, another computer."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest
from playwright.sync_api import expect

from merit import db
from merit.assessment.domain.emergency import read_emergency
from merit.assessment.models.delivery import Attempt
from merit.assessment.models.sittings import SittingEvent
from merit.assessment.services import proctoring
from merit.security.crypto import load_keyring
from merit.security.permissions import SYSTEM
from tests.assessment.exam_site import PATIENCE, Site, exam_site
from tests.conftest import QUIET

pytestmark = pytest.mark.journey

RESUMED_WITHIN = 60


def consent(site: Site, seat: int = 0) -> None:
    """Do what the proctor's consent does: the waiting browser becomes the one that may save."""
    with db.unit_of_work() as session:
        attempt = session.get_one(Attempt, site.hall.seats[seat].attempt_id)
        assert attempt.lease_asked_hash
        attempt.lease_hash, attempt.lease_asked_hash, attempt.lease_asked_at = attempt.lease_asked_hash, None, None


def test_a_refresh_and_the_back_button_come_back_to_the_same_question(sqlite_database, browser):
    with exam_site(sqlite_database, browser) as site:
        candidate = site.arrive().open()
        candidate.choose(4, "B")
        candidate.expect_saved()

        candidate.page.reload()
        expect(candidate.page.locator("#nomor-soal")).to_have_text("4", timeout=PATIENCE)
        candidate.page.goto(f"{site.url}/ujian/masuk")
        candidate.page.go_back()

        expect(candidate.page.locator("#nomor-soal")).to_have_text("4", timeout=PATIENCE)
        expect(candidate.page.get_by_label("Salah")).to_be_checked()
        assert site.attempt().lease_number == 1


def test_a_refused_browser_asks_no_more_until_its_button_is_pressed(sqlite_database, browser):
    with exam_site(sqlite_database, browser) as site:
        site.arrive().open()
        new = site.arrive()
        new.page.goto(f"{site.url}/ujian/{new.seat.token}")
        expect(new.page.get_by_role("heading", name="Menunggu persetujuan pengawas")).to_be_visible()
        with db.unit_of_work() as session:
            proctoring.refuse_lease(session, SYSTEM, attempt_id=new.seat.attempt_id)

        expect(new.page.get_by_role("heading", name="Pengawas tidak menyetujui")).to_be_visible(timeout=PATIENCE)
        new.page.wait_for_timeout(7000)
        assert asked_for(site) == 1
        new.page.get_by_role("button", name="Minta lanjut di komputer ini").click()

        expect(new.page.get_by_role("heading", name="Menunggu persetujuan pengawas")).to_be_visible(timeout=PATIENCE)
        assert asked_for(site) == 2


def asked_for(site: Site) -> int:
    """Return how often the minutes say that another browser asks."""
    with db.reading() as session:
        candidate_id = site.hall.seats[0].candidate_id
        return session.query(SittingEvent).filter_by(candidate_id=candidate_id, kind="lease-asked").count()


def test_who_lost_the_lease_with_unsent_answers_keeps_them_and_is_told(sqlite_database, browser):
    with exam_site(sqlite_database, browser) as site:
        old = site.arrive().open()
        old.context.set_offline(True)
        old.choose(4, "A")
        expect(old.page.locator("#status")).to_contain_text("Belum terkirim: 1 jawaban")
        new = site.arrive()
        new.page.goto(f"{site.url}/ujian/{new.seat.token}")
        expect(new.page.get_by_role("heading", name="Menunggu persetujuan pengawas")).to_be_visible()
        consent(site)
        expect(new.page.locator("#kerja")).to_be_visible(timeout=PATIENCE)
        new.choose(4, "B")
        new.expect_saved()

        old.context.set_offline(False)
        expect(old.page.get_by_role("heading", name="Ujian dilanjutkan di komputer lain")).to_be_visible(
            timeout=PATIENCE
        )
        expect(old.page.locator("#pesan-isi")).to_contain_text("1 jawaban di komputer ini belum terkirim")
        with old.page.expect_download() as first:
            old.page.get_by_role("button", name="Unduh jawaban darurat").click()
        old.page.get_by_role("button", name="Minta lanjut di komputer ini").click()
        expect(old.page.get_by_role("heading", name="Menunggu persetujuan pengawas")).to_be_visible(timeout=PATIENCE)
        consent(site)

        expect(old.page.locator("#status-catatan")).to_contain_text("soal 4", timeout=PATIENCE)
        with old.page.expect_download() as second:
            old.page.get_by_role("button", name="Unduh jawaban darurat").click()
        keyring = load_keyring(sqlite_database.settings.secret_file)
        told = [read_emergency(keyring, Path(each.value.path()).read_bytes()) for each in (first, second)]
        assert [(each["position"], each["value"], each["sent"]) for each in told[0].responses] == [(4, ["A"], False)]
        assert [(each["position"], each["value"], each["sent"]) for each in told[1].responses] == [(4, ["B"], True)]
        assert [(each["position"], each["value"]) for each in told[1].displaced] == [(4, ["A"])]
        assert site.answers() == {4: ["B"]}


def kill_browser(folder: Path) -> None:
    """End the one browser that works in this folder, as a power cut would."""
    for entry in Path("/proc").iterdir():
        command = entry / "cmdline"
        if entry.name.isdecimal() and command.exists():
            arguments = command.read_bytes().split(b"\0")
            if f"--user-data-dir={folder}".encode() in arguments and not any(b"--type=" in one for one in arguments):
                os.kill(int(entry.name), signal.SIGKILL)


def test_a_killed_browser_resumes_with_what_it_had_not_sent(sqlite_database, browser, playwright, chromium, tmp_path):
    folder = tmp_path / "browser"
    options = {"executable_path": chromium, "args": list(QUIET), "locale": "id-ID"}
    with exam_site(sqlite_database, browser) as site:
        context = playwright.chromium.launch_persistent_context(str(folder), **options)
        candidate = site.arrive(context=context).open()
        candidate.choose(1, "A")
        candidate.expect_saved()
        site.server.kill()
        candidate.choose(4, "A")
        expect(candidate.page.locator("#status")).to_contain_text("Belum terkirim: 1 jawaban")
        kill_browser(folder)
        site.server.start()

        began = time.monotonic()
        context = playwright.chromium.launch_persistent_context(str(folder), **options)
        again = site.arrive(context=context).open()
        again.expect_saved()

        assert time.monotonic() - began < RESUMED_WITHIN
        assert site.answers() == {1: ["A"], 4: ["A"]}
        context.close()


def test_a_second_tab_waits_until_the_first_is_closed(sqlite_database, browser):
    with exam_site(sqlite_database, browser) as site:
        first = site.arrive().open()
        first.choose(1, "A")
        first.expect_saved()

        second = site.arrive(context=first.context)
        second.page.goto(f"{site.url}/ujian/{second.seat.token}")
        expect(second.page.get_by_role("heading", name="Ujian sudah terbuka di tab lain")).to_be_visible()
        first.page.close()

        expect(second.page.locator("#kerja")).to_be_visible(timeout=PATIENCE)
        expect(second.page.locator(".choice input").first).to_be_checked()


def test_another_computer_waits_for_the_proctor_and_ends_the_first(sqlite_database, browser):
    with exam_site(sqlite_database, browser) as site:
        old = site.arrive().open()
        old.choose(1, "A")
        old.expect_saved()
        new = site.arrive()
        new.page.goto(f"{site.url}/ujian/{new.seat.token}")
        expect(new.page.get_by_role("heading", name="Menunggu persetujuan pengawas")).to_be_visible()

        began = time.monotonic()
        consent(site)
        expect(new.page.locator("#kerja")).to_be_visible(timeout=PATIENCE)
        assert time.monotonic() - began < RESUMED_WITHIN
        expect(new.page.locator(".choice input").first).to_be_checked()
        old.page.keyboard.press("c")

        expect(old.page.get_by_role("heading", name="Ujian dilanjutkan di komputer lain")).to_be_visible()
        new.choose(4, "B")
        new.expect_saved()
        assert site.answers() == {1: ["A"], 4: ["B"]}
