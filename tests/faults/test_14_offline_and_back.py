"""Faults 14 and 15 as the candidate lives them: offline for ten minutes, or past the end, and nothing is lost."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import expect

from merit import clock, db
from merit.assessment.models.delivery import Attempt, ContactGap
from merit.assessment.services.sweeping import close_overdue
from tests.assessment.exam_site import PATIENCE, exam_site

pytestmark = pytest.mark.journey


def test_answers_given_offline_arrive_when_the_network_is_back(sqlite_database, browser):
    with exam_site(sqlite_database, browser) as site:
        candidate = site.arrive().open()
        candidate.choose(1, "A")
        candidate.expect_saved()

        candidate.context.set_offline(True)
        candidate.choose(1, "C")
        candidate.choose(4, "B")
        expect(candidate.page.locator("#status")).to_contain_text("Belum terkirim: 2 jawaban")
        assert site.answers() == {1: ["A"]}
        candidate.context.set_offline(False)

        candidate.expect_saved()
        assert site.answers() == {1: ["C"], 4: ["B"]}


def test_a_reload_without_network_opens_the_exam_with_every_answer(sqlite_database, browser):
    with exam_site(sqlite_database, browser) as site:
        candidate = site.arrive().open()
        candidate.choose(1, "B")
        candidate.expect_saved()
        candidate.page.wait_for_function(
            """async () => {
              const kept = await (await caches.open('merit-ujian-1')).keys();
              return kept.some((one) => one.url.endsWith(location.pathname));
            }"""
        )

        site.server.kill()
        candidate.choose(4, "A")
        expect(candidate.page.locator("#status")).to_contain_text("Belum terkirim: 1 jawaban")
        candidate.page.reload()
        expect(candidate.page.locator("#nomor-soal")).to_have_text("4", timeout=2 * PATIENCE)
        expect(candidate.page.get_by_label("Benar")).to_be_checked()
        expect(candidate.page.locator("#sisa")).to_contain_text("01:")
        candidate.choose(3, "A")
        site.server.start()

        candidate.expect_saved()
        assert site.answers() == {1: ["B"], 3: ["A"], 4: ["A"]}


def test_answers_sent_after_the_end_are_kept_as_late(sqlite_database, browser):
    """The candidate answers in time but offline; the time ends; what arrives then is late, and the slip is shown."""
    with exam_site(sqlite_database, browser) as site:
        candidate = site.arrive().open()
        candidate.choose(1, "A")
        candidate.expect_saved()
        candidate.context.set_offline(True)
        candidate.choose(4, "B")
        expect(candidate.page.locator("#status")).to_contain_text("Belum terkirim")

        passed = clock.now() - dt.timedelta(minutes=1)
        site.change(deadline=passed, started_at=passed - dt.timedelta(seconds=5400))
        candidate.context.set_offline(False)

        candidate.page.wait_for_url("**/selesai", timeout=3 * PATIENCE)
        assert (site.answers(), site.late_answers()) == ({1: ["A"]}, {4: ["B"]})


def test_a_reload_after_the_sweep_still_sends_what_was_answered_offline(sqlite_database, browser):
    """Offline past the deadline, ended by the sweep, reloaded: the browser still holds answers, and sends them late."""
    with exam_site(sqlite_database, browser) as site:
        candidate = site.arrive().open()
        candidate.choose(1, "A")
        candidate.expect_saved()
        site.server.kill()  # a page that goes hands its answers to the browser, past an offline switch
        candidate.choose(1, "C")
        candidate.choose(4, "B")
        expect(candidate.page.locator("#status")).to_contain_text("Belum terkirim: 2 jawaban")
        candidate.page.goto("about:blank")

        passed = clock.now() - dt.timedelta(minutes=30)
        site.change(deadline=passed, started_at=passed - dt.timedelta(seconds=5400))
        close_overdue(sqlite_database)
        assert site.attempt().state == "finished"
        site.server.start()
        candidate.page.goto(f"{site.url}/ujian/{candidate.seat.token}")

        candidate.page.wait_for_url("**/selesai", timeout=3 * PATIENCE)
        assert (site.answers(), site.late_answers()) == ({1: ["A"]}, {1: ["C"], 4: ["B"]})


def test_when_time_is_given_back_late_answers_are_sent_again_and_count(sqlite_database, browser):
    """The time ends in an outage nobody has decided on; what comes in late counts once the deadline is moved."""
    with exam_site(sqlite_database, browser, seats=2) as site:
        candidate = site.arrive().open()
        candidate.choose(1, "A")
        candidate.expect_saved()
        candidate.context.set_offline(True)
        candidate.choose(4, "B")
        expect(candidate.page.locator("#status")).to_contain_text("Belum terkirim")
        passed = clock.now() - dt.timedelta(minutes=1)
        with db.unit_of_work() as session:
            for seat in site.hall.seats:
                attempt = session.get_one(Attempt, seat.attempt_id)
                attempt.deadline, attempt.started_at = passed, passed - dt.timedelta(seconds=5400)
                silent = passed - dt.timedelta(minutes=15)
                session.add(
                    ContactGap(attempt_id=attempt.id, from_at=silent, until_at=passed + dt.timedelta(seconds=30))
                )
        candidate.context.set_offline(False)
        expect(candidate.page.locator("#status")).to_contain_text("setelah waktu habis", timeout=2 * PATIENCE)
        assert (site.answers(), site.late_answers()) == ({1: ["A"]}, {4: ["B"]})

        site.change(deadline=clock.now() + dt.timedelta(minutes=10))

        expect(candidate.page.locator("#waktu-habis")).to_be_hidden(timeout=2 * PATIENCE)
        candidate.expect_saved()
        assert site.answers() == {1: ["A"], 4: ["B"]}


def test_when_the_time_is_over_nothing_can_be_changed_any_more(sqlite_database, browser):
    end = clock.now() + dt.timedelta(seconds=12)
    started = end - dt.timedelta(seconds=5400)
    with exam_site(sqlite_database, browser, started_at=started, deadline=end, grace_seconds=600) as site:
        candidate = site.arrive()
        site.change(deadline=clock.now() + dt.timedelta(seconds=8))
        candidate.open()
        candidate.choose(1, "A")

        expect(candidate.page.locator("#waktu-habis")).to_be_visible(timeout=PATIENCE)
        candidate.page.keyboard.press("b")

        expect(candidate.page.locator("#sisa")).to_have_text("00:00:00")
        expect(candidate.page.get_by_role("button", name="Simpan dan lanjutkan")).to_be_disabled()
        candidate.expect_saved()
        assert site.answers() == {1: ["A"]}
