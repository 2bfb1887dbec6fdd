"""A proctor's morning in a browser: open the lobby, match faces, start, watch, look closer; with and without script."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from merit import clock, db
from merit.assessment.models.delivery import Attempt
from merit.assessment.models.sittings import RoomProctor
from merit.security.permissions import Role
from tests.assessment.board_samples import START, make_hall
from tests.faults.serving import serving
from tests.journeys.looks import look_faults
from tests.web_client import PASSWORD, SECRET, make_user

pytestmark = pytest.mark.journey
PATIENCE = 20_000


@dataclass
class Hall:
    """A served sitting with one room, and its proctor's window."""

    url: str
    room: int
    attempts: list[int]
    page: Page
    faults: list[str]

    def open(self, path: str = "") -> None:
        self.page.goto(f"{self.url}/ruang-ujian/{self.room}{path}")


@pytest.fixture
def hall(sqlite_database: db.Database, browser: Browser) -> Iterator[Hall]:
    proctor = make_user("pengawas", Role.PROCTOR)
    with db.unit_of_work() as session:
        made = make_hall(session, states=("waiting", "waiting", ""), starts_at=clock.now() + dt.timedelta(minutes=10))
        session.add(RoomProctor(room_id=made.room.id, user_id=proctor, assigned_at=START))
        room, attempts = made.room.id, [attempt.id for attempt in made.attempts]
    with serving(sqlite_database) as server:
        context = browser.new_context(locale="id-ID", reduced_motion="reduce", viewport={"width": 1280, "height": 900})
        page, faults = context.new_page(), []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
        url = f"http://127.0.0.1:{server.port}"
        page.goto(f"{url}/masuk")
        page.get_by_label("Nama pengguna").fill("pengawas")
        page.locator("[name=password]").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.locator("[name=kode]").fill(pyotp.TOTP(SECRET).now())
        page.keyboard.press("Enter")
        page.wait_for_url(lambda address: "/masuk" not in address)
        yield Hall(url, room, attempts, page, faults)
        context.close()
    assert faults == []


def change(attempt: int, **values: object) -> None:
    """Let something happen to an attempt that the page has not asked for yet."""
    with db.unit_of_work() as session:
        row = session.get_one(Attempt, attempt)
        for name, value in values.items():
            setattr(row, name, value)


def test_a_room_from_lobby_to_close(hall: Hall):
    page = hall.page
    hall.open()
    page.get_by_role("button", name="Buka lobi").click()
    expect(page.get_by_text("Token ruang", exact=True)).to_be_visible()
    page.get_by_label("Kursi 1").check()
    page.get_by_label("Kursi 2").check()
    page.get_by_role("button", name="Identitas yang dicentang cocok").click()
    page.get_by_text("Mulai ujian").click()
    page.get_by_role("button", name="Mulai sekarang").click()
    expect(page.get_by_text("Ujian dimulai untuk 2 peserta.")).to_be_visible()
    seats = page.locator("a.seat")
    expect(seats.nth(0)).to_contain_text("Mengerjakan")

    change(hall.attempts[0], answered=7, last_save_at=clock.now(), last_seen_at=clock.now())
    expect(seats.nth(0)).to_contain_text("7/10", timeout=PATIENCE)
    change(hall.attempts[1], last_seen_at=clock.now() - dt.timedelta(minutes=3))
    expect(seats.nth(1)).to_contain_text("Tidak terhubung", timeout=PATIENCE)
    change(hall.attempts[0], lease_hash="a", lease_asked_hash="b", lease_asked_at=clock.now())
    expect(page.get_by_text("Peramban kedua menunggu persetujuan")).to_be_visible(timeout=PATIENCE)
    page.get_by_role("button", name="Setujui").click()
    expect(page.get_by_text("Peramban baru disetujui")).to_be_visible()

    page.get_by_text("Tutup ruang").first.click()
    page.get_by_role("button", name="Tutup ruang").click()
    expect(page.get_by_text("Masih ada 2 peserta yang mengerjakan").first).to_be_visible()
    # The browser reports a refused form like a failed request; that is what was asked for.
    hall.faults[:] = [fault for fault in hall.faults if "409" not in fault]
    page.get_by_label("Akhiri semua").check()
    page.get_by_role("button", name="Tutup ruang").click()
    expect(page.get_by_text("Ruang ditutup. Berita acara siap")).to_be_visible()


def test_the_pages_stand_a_telephone_and_a_screen_reader(hall: Hall):
    with db.unit_of_work() as session:
        row = session.get_one(Attempt, hall.attempts[0])
        row.state, row.started_at, row.focus_losses = "running", clock.now(), 4
        row.deadline = clock.now() + dt.timedelta(minutes=90)
        candidate = row.candidate_id
    paths = ("", "?tampilan=daftar", f"/kursi/{candidate}", "/berita-acara")
    found = {}
    for path in paths:
        hall.open(path)
        found[path] = look_faults(hall.page)
    for path in ("/ruang-ujian", f"/ruang-ujian/peserta/{hall.attempts[0]}"):
        hall.page.goto(hall.url + path)
        found[path] = look_faults(hall.page)

    assert found == {path: [] for path in found}


def test_the_board_works_without_script(hall: Hall, browser: Browser):
    context = browser.new_context(storage_state=hall.page.context.storage_state(), java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{hall.url}/ruang-ujian/{hall.room}")

    page.get_by_role("button", name="Buka lobi").click()
    page.get_by_label("Kursi 1").check()
    page.get_by_role("button", name="Identitas yang dicentang cocok").click()
    change(hall.attempts[0], answered=3)
    page.get_by_role("link", name="Muat ulang").click()

    expect(page.locator("a.seat").nth(0)).to_contain_text("Siap mulai")
    expect(page.locator("a.seat").nth(0)).to_contain_text("3/10")
    context.close()
