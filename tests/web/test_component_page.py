"""The component page in a real browser: WCAG AA and the security policy hold, nothing scrolls sideways."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

pytestmark = pytest.mark.journey

RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
}


@pytest.fixture
def address(look: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, look, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def open_page(browser: Browser, address: str, width: int, complaints: list[str]) -> Page:
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{address}/komponen", wait_until="networkidle")
    return page


@pytest.mark.parametrize("width", [1440, 360])
def test_component_page_is_clean(browser, address, width):
    complaints: list[str] = []
    page = open_page(browser, address, width, complaints)

    violations = Axe().run(page, options=RULES).response["violations"]

    assert [(found["id"], found["nodes"][0]["html"]) for found in violations] == []
    assert complaints == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_menus_open_by_keyboard_and_close_with_escape(browser, address):
    page = open_page(browser, address, 1440, [])
    summary = page.locator(".popup-open")

    summary.focus()
    page.keyboard.press("Enter")
    assert page.locator(".popup-panel").is_visible()

    page.keyboard.press("Escape")
    assert not page.locator(".popup-panel").is_visible()


def test_skip_link_is_the_first_stop(browser, address):
    page = open_page(browser, address, 1440, [])

    page.keyboard.press("Tab")

    assert page.evaluate("document.activeElement.className") == "skip-link"
