"""A served sitting and a candidate before a browser, for tests of what happens between the two."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from merit import db
from merit.assessment.models.delivery import Attempt, LateResponse, Response
from merit.assessment.saving import close_stores
from tests.assessment.exam_papers import every_kind
from tests.assessment.sitting_rows import Hall, Seat, make_hall
from tests.faults.serving import Server, serving

PATIENCE = 20_000
DESK = {"width": 1280, "height": 800}


@dataclass
class Candidate:
    """A candidate's window; what goes wrong in it is kept in ``faults``."""

    site: Site
    page: Page
    seat: Seat
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", self._note)

    def _note(self, message: ConsoleMessage) -> None:
        # Failed requests are what most of these tests are about; Chromium reports them by itself.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.faults.append(message.text)

    @property
    def context(self) -> BrowserContext:
        return self.page.context

    def open(self) -> Candidate:
        """Open the exam and wait for a question."""
        self.page.goto(f"{self.site.url}/ujian/{self.seat.token}")
        expect(self.page.locator("#kerja")).to_be_visible(timeout=PATIENCE)
        return self

    def choose(self, position: int, letter: str) -> None:
        """Go to a question by its number and press a letter."""
        self.page.locator(".grid-box").nth(position - 1).click()
        self.page.keyboard.press(letter.lower())

    def expect_saved(self) -> None:
        """Wait until the page says that everything is on the server."""
        expect(self.page.locator("#status")).to_contain_text("Tersimpan di server", timeout=2 * PATIENCE)

    def finish(self) -> None:
        """End the test the way candidates do."""
        self.page.get_by_role("button", name="Selesai ujian").click()
        self.page.get_by_label("Saya yakin").check()
        self.page.get_by_role("button", name="Selesaikan ujian").click()
        self.page.wait_for_url("**/selesai", timeout=2 * PATIENCE)


@dataclass
class Site:
    """A served database with one hall of candidates."""

    server: Server
    hall: Hall
    browser: Browser
    contexts: list[BrowserContext] = field(default_factory=list)
    windows: list[Candidate] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.port}"

    def arrive(self, seat: int = 0, *, context: BrowserContext | None = None, **options: Any) -> Candidate:
        """Sit down before a browser of one's own (or another tab of the same)."""
        settings: dict[str, Any] = {"viewport": DESK, "locale": "id-ID", "reduced_motion": "reduce"}
        if context is None:
            context = self.browser.new_context(**(settings | options))
            context.set_default_timeout(PATIENCE)
            self.contexts.append(context)
        self.windows.append(Candidate(self, context.new_page(), self.hall.seats[seat]))
        return self.windows[-1]

    def answers(self, seat: int = 0) -> dict[int, Any]:
        """Return what the server holds: position → value."""
        with db.reading() as session:
            rows = session.query(Response).filter_by(attempt_id=self.hall.seats[seat].attempt_id)
            return {row.position: json.loads(row.value) for row in rows}

    def late_answers(self, seat: int = 0) -> dict[int, Any]:
        """Return what came after the time."""
        with db.reading() as session:
            rows = session.query(LateResponse).filter_by(attempt_id=self.hall.seats[seat].attempt_id)
            return {row.position: json.loads(row.value) for row in rows}

    def attempt(self, seat: int = 0) -> Attempt:
        """Return the attempt as it stands."""
        with db.reading() as session:
            return session.get_one(Attempt, self.hall.seats[seat].attempt_id)

    def change(self, seat: int = 0, **values: Any) -> None:
        """Do to an attempt what a proctor does."""
        with db.unit_of_work() as session:
            attempt = session.get_one(Attempt, self.hall.seats[seat].attempt_id)
            for name, value in values.items():
                setattr(attempt, name, value)


@contextmanager
def exam_site(
    database: db.Database, browser: Browser, *, paper: bytes | None = None, seats: int = 1, **attempt: Any
) -> Iterator[Site]:
    """Serve a running sitting whose candidates have no browser open yet; at the end no window may have failed."""
    with database.unit_of_work() as session:
        hall = make_hall(session, seats=seats, paper=paper or every_kind(), **({"lease_hash": None} | attempt))
    with serving(database) as server:
        site = Site(server, hall, browser)
        try:
            yield site
            assert [fault for window in site.windows for fault in window.faults] == []
        finally:
            for context in site.contexts:
                context.close()
            close_stores()
