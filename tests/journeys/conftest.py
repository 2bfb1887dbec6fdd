"""A real installation for the browser: ``merit init``, ``merit demo``, ``merit serve``, and people who sign in."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyotp
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

from merit import clock

ROOT = Path(__file__).resolve().parents[2]
OFFICIALS = 300
STEP_SECONDS = 30
DESK = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}


@dataclass(frozen=True)
class Account:
    """One printed account of the demonstration."""

    role: str
    login: str
    password: str
    totp_secret: str | None
    nip: str | None


@dataclass
class Installation:
    """A served installation: its address, its accounts, its folder and the link for the first admin."""

    url: str
    folder: Path
    accounts: dict[str, Account]
    activation: str
    environment: dict[str, str]
    used_steps: dict[str, int] = field(default_factory=dict)

    def of_role(self, role: str) -> Account:
        """Return the first account of a role."""
        return next(account for account in self.accounts.values() if account.role == role)

    def rows(self, statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """Read the installation's database beside the server."""
        with closing(sqlite3.connect(f"file:{self.folder / 'merit.db'}?mode=ro", uri=True)) as connection:
            return connection.execute(statement, parameters).fetchall()

    def code(self, login: str, secret: str) -> str:
        """Return a code the account has not used yet; the server takes one time step before and after the present."""
        while True:
            present = int(clock.now().timestamp()) // STEP_SECONDS
            step = max(present, self.used_steps.get(login, 0) + 1)
            if step <= present + 1:
                self.used_steps[login] = step
                return pyotp.TOTP(secret).generate_otp(step)
            time.sleep(0.5)


def run_merit(environment: dict[str, str], *arguments: str) -> str:
    """Run the command and return what it printed."""
    command = [sys.executable, "-c", "from merit.cli import main; main()", *arguments]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(url: str, server: subprocess.Popen[bytes], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/sehat", timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"merit serve does not answer at {url}", pytrace=False)


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Set up, fill and serve an installation of its own on SQLite."""
    folder, port = tmp_path_factory.mktemp("installation"), _free_port()
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MERIT_")}
    environment = clean | {"MERIT_INSTANCE_PATH": str(folder), "MERIT_PORT": str(port)}
    link = re.search(r"https?://\S+/aktivasi/\S+", run_merit(environment, "init"))
    assert link, "merit init printed no link"
    printed = json.loads(run_merit(environment, "demo", "--officials", str(OFFICIALS), "--json"))
    accounts = {entry["login"]: Account(**entry) for entry in printed}
    command = [sys.executable, "-c", "from merit.cli import main; main()", "serve"]
    url = f"http://127.0.0.1:{port}"
    with (folder / "serve.log").open("wb") as log:
        server = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=log, stderr=log)
        try:
            _wait_for(url, server)
            yield Installation(url, folder, accounts, link.group(0), environment)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(30)


@dataclass
class Visitor:
    """Somebody before a browser; whatever goes wrong on the way is kept in ``faults``."""

    installation: Installation
    page: Page
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._note_console)
        self.page.on("pageerror", lambda error: self.faults.append(f"{self.page.url}: script: {error}"))
        self.page.on("request", self._note_request)

    def _note_console(self, message: ConsoleMessage) -> None:
        # Chromium reports every answer from 400 on itself; a journey that expects one looks at its status.
        if message.type in {"error", "warning"} and "the server responded with a status of 4" not in message.text:
            self.faults.append(f"{self.page.url}: console: {message.text}")

    def _note_request(self, request: Request) -> None:
        if not request.url.startswith((self.installation.url, "data:", "blob:")):
            self.faults.append(f"{self.page.url}: asks another host: {request.url}")

    def visit(self, path: str) -> int:
        """Go to a page and return its status."""
        answer = self.page.goto(path if path.startswith("http") else self.installation.url + path)
        assert answer is not None
        return answer.status

    def sign_in(self, account: Account) -> None:
        """Sign in as people do: login and password, then the code where there is a second factor."""
        if "/masuk" not in self.page.url:
            self.visit("/masuk")
        self.page.get_by_label("NIP atau nama pengguna").fill(account.login)
        self.page.get_by_label("Kata sandi", exact=True).fill(account.password)
        self.page.get_by_role("button", name="Masuk").click()
        if account.totp_secret:
            self.page.wait_for_url("**/masuk/faktor")
            self.page.get_by_label("Kode").fill(self.installation.code(account.login, account.totp_secret))
            self.page.get_by_role("button", name="Lanjutkan").click()
        self.page.wait_for_url(lambda url: "/masuk" not in url)

    def sign_out(self) -> None:
        """Open the person's menu and leave."""
        self.page.locator("summary.popup-open").click()
        self.page.get_by_role("button", name="Keluar").click()
        self.page.wait_for_url("**/masuk")

    def press(self, name: str) -> None:
        """Press the button with this name."""
        self.page.get_by_role("button", name=name).click()

    def download(self, name: str, folder: Path) -> Path:
        """Follow a download link and return the file."""
        with self.page.expect_download() as started:
            self.page.get_by_role("link", name=name).click()
        target = folder / started.value.suggested_filename
        started.value.save_as(target)
        return target

    @property
    def main(self) -> str:
        """Return the text people read on the page."""
        return self.page.locator("main").inner_text()


Arrive = Callable[..., Visitor]


@pytest.fixture
def arrive(browser: Browser, installation: Installation) -> Iterator[Arrive]:
    """Return a function that opens a browser window of its own; nothing may have gone wrong in any at the end."""
    contexts: list[BrowserContext] = []
    visitors: list[Visitor] = []

    def open_window(*, state: Any = None, viewport: dict[str, int] = DESK, script: bool = True) -> Visitor:
        context = browser.new_context(
            storage_state=state, viewport=viewport, locale="id-ID", java_script_enabled=script, reduced_motion="reduce"
        )
        context.set_default_timeout(30_000)
        contexts.append(context)
        visitors.append(Visitor(installation, context.new_page()))
        return visitors[-1]

    yield open_window
    faults = [fault for visitor in visitors for fault in visitor.faults]
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture(scope="session")
def known_states() -> dict[str, Any]:
    """Keep the cookies of those who have signed in once."""
    return {}


@pytest.fixture
def arrive_as(arrive: Arrive, installation: Installation, known_states: dict[str, Any]) -> Arrive:
    """Return a function that opens a window in which somebody of a role (or a login) is signed in."""

    def open_window(who: str, **options: Any) -> Visitor:
        account = installation.accounts.get(who) or installation.of_role(who)
        if account.login not in known_states:
            first = arrive()
            first.sign_in(account)
            known_states[account.login] = first.page.context.storage_state()
        return arrive(state=known_states[account.login], **options)

    return open_window
