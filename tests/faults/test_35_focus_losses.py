"""Fault 35: leaving the screen is counted and told, and throws nobody out."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import expect

from merit import db
from merit.assessment.models.delivery import AttemptEvent
from tests.assessment.exam_site import PATIENCE, exam_site

pytestmark = pytest.mark.journey


def test_leaving_the_screen_is_counted_and_the_test_goes_on(sqlite_database, browser):
    with exam_site(sqlite_database, browser) as site:
        candidate = site.arrive().open()
        candidate.choose(1, "A")
        candidate.expect_saved()

        for _ in range(2):
            candidate.page.evaluate("window.dispatchEvent(new Event('blur'))")
            candidate.page.evaluate("window.dispatchEvent(new Event('focus'))")
        expect(candidate.page.locator("#keluar-layar")).to_contain_text("ditinggalkan 2 kali", timeout=PATIENCE)
        candidate.choose(4, "B")
        candidate.expect_saved()
        end = time.monotonic() + 2 * PATIENCE / 1000
        while site.attempt().focus_losses < 2 and time.monotonic() < end:  # told with the next heartbeats
            candidate.page.evaluate("window.dispatchEvent(new Event('online'))")
            candidate.page.wait_for_timeout(300)

        assert site.attempt().focus_losses == 2
        assert site.attempt().state == "running"
        with db.reading() as session:
            kinds = [event.kind for event in session.query(AttemptEvent).order_by(AttemptEvent.id)]
        assert kinds.count("focus-lost") == 2
