"""What every page must stand: axe (WCAG 2.2 AA), a telephone of 360 px, and twice the size."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_AXE = Axe()
_RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],  # what passes need not be described: half the time
}
_WIDTHS = ((360, 740), (640, 450), (1280, 900))  # a telephone, a desk at 200 %, a desk
_TOO_WIDE = """() => {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return [];
  const wide = [...document.querySelectorAll('body *')].filter(one => one.getBoundingClientRect().right > room + 1);
  return wide.slice(0, 3).map(one => one.tagName.toLowerCase() + '.' + one.className);
}"""


def accessibility_faults(page: Page) -> list[str]:
    """Return what axe finds, one sentence for each rule with its first place."""
    found = _AXE.run(page, options=_RULES).response["violations"]
    return [f"{rule['id']}: {rule['help']}: {rule['nodes'][0]['html'][:160]}" for rule in found]


def overflow_faults(page: Page) -> list[str]:
    """Return the widths of window which the page does not fit into."""
    faults = []
    for width, height in _WIDTHS:
        page.set_viewport_size({"width": width, "height": height})
        faults += [f"{width} px: too wide: {part}" for part in page.evaluate(_TOO_WIDE)]
    return faults


def look_faults(page: Page) -> list[str]:
    """Return everything wrong with how the present page looks and speaks."""
    return accessibility_faults(page) + overflow_faults(page)
