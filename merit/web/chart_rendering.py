"""From a chart's specification to an SVG that a strict content security policy lets through.

Charts are put inline into pages (``components/figure.html``), so that they share the page's font and can be read
without a second request. Vega writes presentation attributes; what it writes as ``style`` is turned into
attributes, and nothing that a policy would block is left. The same SVG goes into PDFs.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec

from lxml import etree

from merit.i18n import current_locale
from merit.web.typography import FONTS

Arguments = ParamSpec("Arguments")

VERSION = "1"
FAMILY = "Inter"
INK, SOFT, GRID, AXIS = "#1b2733", "#4f5d6b", "#e9edf1", "#c4ccd5"
BRAND, BRAND_PALE, CALM = "#2a6cc0", "#93bae9", "#8795a4"
GOOD, BAD, WARN, BAND = "#2f8a5b", "#c2455a", "#b5731c", "#fdf3e0"
BRAND_TEXT, BAD_TEXT, WARN_TEXT = "#174a8a", "#a11d2f", "#7d4a00"

WIDE_LABELS = 300
_KEPT_IN_MEMORY = 256
_SVG = "{http://www.w3.org/2000/svg}"
_DROPPED = ("aria-label", "aria-roledescription", "aria-hidden", "role", "class", "pointer-events", "style")
_INDONESIAN = {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["Rp", ""]}
_ENGLISH = {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["Rp", ""]}

_memory: OrderedDict[str, str] = OrderedDict()
_lock = threading.Lock()
_fonts_registered = False


def theme(width: int) -> dict[str, Any]:
    """Return the configuration every chart shares."""
    numbers = _INDONESIAN if current_locale().language == "id" else _ENGLISH
    text = {"labelFont": FAMILY, "titleFont": FAMILY, "labelFontSize": 12, "titleFontSize": 12}
    axis = {
        **text,
        "labelColor": INK,
        "titleColor": SOFT,
        "titleFontWeight": 400,
        "titlePadding": 8,
        "gridColor": GRID,
        "domainColor": AXIS,
        "tickColor": AXIS,
        "labelLimit": 260 if width >= WIDE_LABELS else 132,
        "labelPadding": 6,
    }
    return {
        "font": FAMILY,
        "background": None,
        "padding": 4,
        "locale": {"number": numbers},
        "view": {"stroke": None, "continuousWidth": width},
        "axis": axis,
        "axisY": {"grid": False, "domain": False, "ticks": False},
        "legend": {**text, "labelColor": INK, "title": None, "orient": "top", "symbolSize": 90},
        "text": {"font": FAMILY, "fontSize": 12, "color": INK},
    }


def _register_fonts(converter: Any) -> None:
    global _fonts_registered  # noqa: PLW0603 -- once per process
    if not _fonts_registered:
        converter.register_font_directory(str(FONTS))
        _fonts_registered = True


def _styles_to_attributes(element: etree._Element) -> None:
    for declaration in element.get("style", "").split(";"):
        name, _, value = declaration.partition(":")
        if value.strip() and element.get(name.strip()) is None:
            element.set(name.strip(), value.strip())


def _prefix_identifiers(element: etree._Element, prefix: str) -> None:
    for name, value in element.attrib.items():
        if name == "id":
            element.set("id", prefix + value)
        elif "url(#" in value:
            element.set(name, value.replace("url(#", f"url(#{prefix}"))


def clean(svg: str, *, title: str, prefix: str) -> str:
    """Return the picture without styles, scripts and foreign names; ``title`` is its name for screen readers."""
    root = etree.fromstring(svg.encode(), etree.XMLParser(resolve_entities=False, no_network=True))
    for element in list(root.iter()):
        if element.tag in (f"{_SVG}style", f"{_SVG}script", f"{_SVG}title", f"{_SVG}desc"):
            element.getparent().remove(element)
            continue
        if element.tag == f"{_SVG}text":
            _styles_to_attributes(element)
        for name in _DROPPED:
            element.attrib.pop(name, None)
        _prefix_identifiers(element, prefix)
    root.set("role", "img")
    root.set("aria-label", title)
    text: str = etree.tostring(root, encoding="unicode")
    return text


def once(draw: Callable[Arguments, str]) -> Callable[Arguments, str]:
    """Keep what was drawn lately: the same numbers and words in the same language give the same picture.

    Even its specification takes tens of milliseconds to put together.
    """

    @wraps(draw)
    def drawn(*args: Arguments.args, **kwargs: Arguments.kwargs) -> str:
        key = repr((draw.__name__, current_locale().language, args, kwargs))
        if (known := _memory.get(key)) is not None:
            return known
        svg = draw(*args, **kwargs)
        _remember(key, svg)
        return svg

    return drawn


def _remember(key: str, svg: str) -> None:
    with _lock:
        _memory[key] = svg
        _memory.move_to_end(key)
        while len(_memory) > _KEPT_IN_MEMORY:
            _memory.popitem(last=False)


def _store(path: Path, svg: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".{os.getpid()}.{threading.get_ident()}")
    partial.write_text(svg, encoding="utf-8")
    partial.replace(path)


def render(specification: dict[str, Any], *, title: str, folder: Path | None) -> str:
    """Return the SVG of a Vega-Lite specification, from ``folder`` where it was drawn before."""
    content = json.dumps([VERSION, title, specification], sort_keys=True, ensure_ascii=False)
    key = hashlib.sha256(content.encode()).hexdigest()
    path = folder / f"{key}.svg" if folder else None
    if path and path.exists():
        return path.read_text(encoding="utf-8")
    import vl_convert  # noqa: PLC0415 -- slow import

    _register_fonts(vl_convert)
    svg = clean(vl_convert.vegalite_to_svg(specification), title=title, prefix=f"g{key[:8]}-")
    if path:
        _store(path, svg)
    return svg
