"""Fault 25: a browser without IndexedDB, and one whose storage breaks while working, still lose nothing."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.assessment.exam_site import PATIENCE, exam_site

pytestmark = pytest.mark.journey

ABSENT = "Object.defineProperty(window, 'indexedDB', { get() { throw new Error('refused'); } });"
BROKEN = "IDBObjectStore.prototype.put = function () { throw new DOMException('full', 'QuotaExceededError'); };"


@pytest.mark.parametrize("trouble", [ABSENT, BROKEN])
def test_answers_are_sent_and_the_page_says_when_they_are_not_safe_here(sqlite_database, browser, trouble):
    with exam_site(sqlite_database, browser) as site:
        candidate = site.arrive()
        candidate.context.add_init_script(trouble)
        candidate.open()
        candidate.choose(1, "A")
        candidate.expect_saved()
        candidate.context.set_offline(True)
        candidate.choose(4, "B")

        expect(candidate.page.locator("#status")).to_contain_text("Belum terkirim: 1 jawaban")
        expect(candidate.page.locator("#status")).to_contain_text("Jangan tutup halaman ini")
        candidate.context.set_offline(False)

        candidate.expect_saved()
        assert site.answers() == {1: ["A"], 4: ["B"]}


def test_without_indexeddb_a_refresh_needs_no_proctor(sqlite_database, browser):
    with exam_site(sqlite_database, browser) as site:
        candidate = site.arrive()
        candidate.context.add_init_script(ABSENT)
        candidate.open()
        candidate.choose(4, "A")
        candidate.expect_saved()

        candidate.page.reload()

        expect(candidate.page.locator("#kerja")).to_be_visible(timeout=PATIENCE)
        expect(candidate.page.locator('#kotak-soal [data-state="answered"]')).to_have_count(1)
