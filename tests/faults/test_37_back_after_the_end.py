"""Faults 37 and 38 at the candidate's computer: after the end nothing of the test comes back, and no result is told."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.assessment.exam_site import PATIENCE, exam_site
from tests.journeys.looks import look_faults

pytestmark = pytest.mark.journey

_REMAINS = """async () => {
  const open = () => new Promise((resolve) => {
    const request = indexedDB.open('merit-ujian', 1);
    request.onsuccess = () => resolve(request.result);
  });
  const database = await open();
  const count = (name) => new Promise((resolve) => {
    const request = database.transaction(name).objectStore(name).count();
    request.onsuccess = () => resolve(request.result);
  });
  const inside = async (name) => (await (await caches.open(name)).keys()).map((one) => new URL(one.url).pathname);
  const kept = await Promise.all((await caches.keys()).map(inside));
  const pages = kept.flat().filter((path) => !path.startsWith('/static/'));
  return [await count('answers'), await count('attempts'), pages.length];
}"""


def test_after_the_end_the_back_button_shows_the_slip_and_nothing_is_left(sqlite_database, browser):
    with exam_site(sqlite_database, browser) as site:
        candidate = site.arrive().open()
        candidate.choose(1, "B")
        candidate.finish()
        page = candidate.page
        expect(page.get_by_role("heading", name="Ujian Anda sudah selesai")).to_be_visible()
        receipt = site.attempt().receipt
        assert receipt in page.locator("main").inner_text()
        assert look_faults(page) == []

        remains = page.evaluate(_REMAINS)
        page.goto(f"{site.url}/ujian/masuk")
        page.go_back()
        expect(page.get_by_role("heading", name="Ujian Anda sudah selesai")).to_be_visible(timeout=PATIENCE)
        page.goto(f"{site.url}/ujian/{candidate.seat.token}")
        page.wait_for_url("**/selesai", timeout=PATIENCE)

        expect(page.get_by_role("heading", name="Ujian Anda sudah selesai")).to_be_visible()
        assert page.evaluate(_REMAINS) == [0, 0, 0]
        assert remains == [0, 0, 0]
        assert "Anda memimpin tim" not in page.content()


def test_the_slip_and_the_api_tell_no_result(sqlite_database, browser):
    with exam_site(sqlite_database, browser) as site:
        candidate = site.arrive().open()
        candidate.choose(1, "B")
        candidate.expect_saved()
        lease = candidate.page.evaluate("""() => new Promise((resolve) => {
          const request = indexedDB.open('merit-ujian', 1);
          request.onsuccess = () => {
            const all = request.result.transaction('attempts').objectStore('attempts').getAll();
            all.onsuccess = () => resolve(all.result[0].lease);
          };
        })""")
        candidate.finish()

        told = candidate.page.request.get(
            f"{site.url}/api/v1/attempts/{candidate.seat.token}", headers={"Merit-Lease": lease}
        ).json()

        assert told["state"] == "finished"
        words = {"score", "points", "level", "result", "key", "correct", "weight", "maximum"}
        assert words & {str(name) for name in [*told, *told["sitting"], *told["candidate"]]} == set()
        page = candidate.page.locator("main").inner_text().lower()
        assert [word for word in ("nilai", "skor", "benar", "level", "lulus") if word in page.split()] == []
