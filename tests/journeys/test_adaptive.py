"""An adaptive sitting in the browser: interrupted twice, resumed at the same question, finished and scored."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from merit import clock, db
from merit.assessment.models.adaptive import AdaptiveStep
from merit.assessment.models.delivery import Attempt, Response
from merit.assessment.models.scoring import CandidateResult
from merit.assessment.models.sittings import Sitting
from merit.assessment.queries.adaptive import steps_of
from merit.assessment.saving import close_stores
from merit.assessment.services.saving import verify_receipts
from merit.assessment.services.scoring import score_sitting
from merit.security.permissions import Role
from tests.assessment import adaptive_samples as samples
from tests.assessment.exam_site import DESK, PATIENCE
from tests.assessment.sitting_rows import Seat
from tests.faults.serving import serving
from tests.journeys.looks import look_faults
from tests.ranking.samples import make_actor

pytestmark = pytest.mark.journey


def prepare() -> tuple[str, Seat]:
    """Seal an adaptive sitting and let its candidate start; no browser has been there yet."""
    with db.unit_of_work() as session:
        admin = make_actor(session, "admin-satu", Role.ADMIN)
        sitting = samples.make_adaptive(session, admin, precision="0.6", most=12)
        seat = samples.sit_down(session, sitting)
        session.get_one(Attempt, seat.attempt_id).lease_hash = None
        return sitting.code, seat


def number(page: Page) -> int:
    return int(page.locator("#nomor-soal").inner_text())


def go_on(page: Page, position: int) -> None:
    """Answer the question rightly and go to the next."""
    page.locator(".choice", has_text="Pilihan A dari").click()
    page.get_by_role("button", name="Simpan dan lanjutkan").click()
    expect(page.locator("#nomor-soal")).to_have_text(str(position + 1), timeout=PATIENCE)


def text_of(page: Page) -> str:
    return page.locator("#isi-soal").inner_text()


def test_an_adaptive_sitting_interrupted_resumed_finished_and_scored(sqlite_database, browser):
    code, seat = prepare()
    with serving(sqlite_database) as server:
        url = f"http://127.0.0.1:{server.port}/ujian/{seat.token}"
        window = browser.new_context(viewport=DESK, locale="id-ID", reduced_motion="reduce")
        window.set_default_timeout(PATIENCE)
        page = window.new_page()
        page.goto(url)
        expect(page.locator(".question-of")).to_have_text("paling banyak 12")
        page.get_by_role("button", name="Simpan dan lanjutkan").click()
        expect(page.get_by_text("Jawab soal ini dulu")).to_be_visible()
        go_on(page, 1)
        go_on(page, 2)
        assert look_faults(page) == []
        page.set_viewport_size(DESK)
        third = text_of(page)

        page.locator(".choice", has_text="Pilihan A dari").click()
        expect(page.locator("#status")).to_contain_text("Tersimpan di server")
        server.kill()
        page.get_by_role("button", name="Simpan dan lanjutkan").click()
        expect(page.get_by_text("Menunggu jaringan")).to_be_visible()
        assert (number(page), text_of(page)) == (3, third)
        server.start()
        expect(page.locator("#nomor-soal")).to_have_text("4", timeout=2 * PATIENCE)
        fourth = text_of(page)

        page.close()
        page = window.new_page()
        page.goto(url)
        expect(page.locator("#nomor-soal")).to_have_text("4")
        assert text_of(page) == fourth
        page.reload()
        expect(page.locator("#nomor-soal")).to_have_text("4")
        assert text_of(page) == fourth

        while not page.locator("#akhiri[open]").count():
            given = number(page)
            page.locator(".choice", has_text="Pilihan A dari").click()
            page.get_by_role("button", name="Simpan dan lanjutkan").click()
            page.wait_for_function(
                "before => document.querySelector('#akhiri').open ||"
                " document.querySelector('#nomor-soal').textContent != before",
                arg=str(given),
            )
        page.get_by_label("Saya yakin").check()
        page.get_by_role("button", name="Selesaikan ujian").click()
        page.wait_for_url("**/selesai", timeout=2 * PATIENCE)
        window.close()
    close_stores()
    check_outcome(code, seat)


def check_outcome(code: str, seat: Seat) -> None:
    """Every answer is there once, the chain holds, every step has its reason, and the result comes from theta."""
    with db.unit_of_work() as session:
        attempt = session.get_one(Attempt, seat.attempt_id)
        steps = steps_of(session, seat.attempt_id)
        given = [step.version_id for step in steps if step.version_id is not None]
        assert attempt.state == "finished"
        assert attempt.answered == attempt.items == len(given) == len(set(given)) < 12
        assert session.query(Response).filter_by(attempt_id=attempt.id).count() == attempt.items
        assert verify_receipts(session, attempt.id).is_intact
        assert steps[-1].reason == "stopped-precise"
        assert session.query(AdaptiveStep).count() == len(given) + 1
        sitting = session.query(Sitting).filter_by(code=code).one()
        sitting.state, sitting.closed_at = "closed", clock.now()
        score_sitting(session, make_actor(session, "admin-dua", Role.ADMIN), code=code)
        result = session.query(CandidateResult).filter_by(attempt_id=attempt.id, competency="M.01").one()
        assert (result.level, result.items) == (5, len(given))
        assert 0 < result.ability_se < 1
