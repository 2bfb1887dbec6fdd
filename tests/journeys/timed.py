"""A served installation whose clock the test moves on, and people before their browsers in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy.orm import Session

from merit import clock, db
from tests.assessment.exam_site import DESK, PATIENCE
from tests.faults.serving import serving
from tests.web_client import PASSWORD, code


@dataclass
class Site:
    """The server's address, the hand of its clock, and the windows opened."""

    url: str
    hand: Path
    browser: Browser
    ahead: dt.timedelta = dt.timedelta(0)
    windows: list[BrowserContext] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def move_to(self, instant: dt.datetime) -> None:
        """Let the clock of the server, and of services called here, show an instant."""
        self.ahead = instant - clock.now()
        turn(self.hand, self.ahead)

    @contextmanager
    def work(self) -> Iterator[Session]:
        """Call services at the server's time."""
        with clock.frozen(clock.now() + self.ahead), db.unit_of_work() as session:
            yield session

    def window(self) -> Page:
        """Open a window of its own."""
        context = self.browser.new_context(viewport=DESK, locale="id-ID", reduced_motion="reduce")
        context.set_default_timeout(PATIENCE)
        self.windows.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.faults.append(f"{page.url}: {error}"))
        return page

    def sign_in(self, login: str, path: str, *, factor: bool = True) -> Page:
        """Open a window in which somebody is signed in and has gone to a page."""
        page = self.window()
        page.goto(f"{self.url}/masuk")
        page.get_by_label("NIP atau nama pengguna").fill(login)
        page.get_by_label("Kata sandi", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Masuk").click()
        if factor:
            with clock.frozen(clock.now() + self.ahead):
                digits = code()
            page.get_by_label("Kode").fill(digits)
            page.get_by_role("button", name="Lanjutkan").click()
        page.wait_for_url(lambda address: "/masuk" not in address)
        self.go(page, path)
        return page

    def go(self, page: Page, path: str) -> None:
        """Go to a page, which must be there."""
        answer = page.goto(f"{self.url}{path}")
        assert answer is not None
        assert answer.status == 200, f"{path}: {answer.status}"


@contextmanager
def timed_site(database: db.Database, browser: Browser, folder: Path) -> Iterator[Site]:
    """Serve a database; nothing may have gone wrong in any window at the end."""
    hand = folder / "hand"
    turn(hand, dt.timedelta(0))
    with serving(database, MERIT_TEST_HAND=str(hand), target="tests.journeys.moved:app") as server:
        site = Site(f"http://127.0.0.1:{server.port}", hand, browser)
        yield site
        for window in site.windows:
            window.close()
    assert site.faults == []


def turn(hand: Path, ahead: dt.timedelta) -> None:
    """Write the hand of a clock, whole."""
    partial = hand.with_suffix(".new")
    partial.write_text(str(ahead.total_seconds()))
    partial.replace(hand)
