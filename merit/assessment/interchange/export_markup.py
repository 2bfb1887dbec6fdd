"""Clean HTML of the bank as elements of QTI 3: well-formed, media as files of the package, places as interactions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html.parser import HTMLParser
from typing import Any

from lxml import etree

from merit.assessment.domain.printing import (
    BASE,
    DELIMITER,
    FORMAT,
    IDENTIFIER,
    INDEX,
    POWER,
    SHOW,
    TEMPLATE,
    VARIABLE,
)

QTI = "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
MATHML = "http://www.w3.org/1998/Math/MathML"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_VOID = frozenset({"br", "hr", "img", "col"})
_PRINTED = {
    VARIABLE: "identifier",
    FORMAT: "format",
    DELIMITER: "delimiter",
    INDEX: "index",
    BASE: "base",
    POWER: "power-form",
}
Element = Any


def tag(name: str) -> str:
    """Return an element's name in the namespace of QTI 3."""
    return f"{{{QTI}}}{name}"


def _template_part(name: str, mark: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """Return the element of a part that a template variable shows or hides, and its attributes."""
    kind = "qti-template-inline" if name == "span" else "qti-template-block"
    shown = {"template-identifier": mark[TEMPLATE], "identifier": mark.get(IDENTIFIER, "")}
    return tag(kind), {**shown, "show-hide": mark.get(SHOW, "show")}


class _Builder(HTMLParser):
    """Builds elements from clean HTML, in which every element but the void ones is closed."""

    def __init__(self, root: Element, place: Callable[[str], list[Element]], address: Callable[[str], str]) -> None:
        super().__init__(convert_charrefs=True)
        self._stack: list[Element] = [root]
        self._place = place
        self._address = address
        self._skipped = ""

    def handle_starttag(self, name: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        if "data-response" in given:
            for element in self._place(given["data-response"]):
                self._stack[-1].append(element)
            self._skipped = name
            return
        if VARIABLE in given:
            self._add_variable(name, given)
            return
        if TEMPLATE in given:
            self._stack.append(etree.SubElement(self._stack[-1], *_template_part(name, given)))
            return
        inside_math = name == "math" or self._stack[-1].tag.startswith(f"{{{MATHML}}}")
        element = etree.SubElement(self._stack[-1], f"{{{MATHML}}}{name}" if inside_math else tag(name))
        for key, value in given.items():
            self._set(element, key, value)
        if name not in _VOID:
            self._stack.append(element)

    def _add_variable(self, name: str, mark: Mapping[str, str]) -> None:
        """Add a printed variable, or the letter of a formula that stands for one; what the mark shows is left out."""
        if name == "mi":
            etree.SubElement(self._stack[-1], f"{{{MATHML}}}mi").text = mark[VARIABLE]
        else:
            given = {attribute: mark[key] for key, attribute in _PRINTED.items() if mark.get(key)}
            etree.SubElement(self._stack[-1], tag("qti-printed-variable"), given)
        self._skipped = name

    def _set(self, element: Element, key: str, value: str) -> None:
        if key == "xmlns":
            return
        if key == "lang":
            element.set(XML_LANG, value)
        elif key == "src":
            element.set("src", self._address(value))
        else:
            element.set(key, value)

    def handle_endtag(self, name: str) -> None:
        if self._skipped == name:
            self._skipped = ""
        elif name not in _VOID and len(self._stack) > 1:
            self._stack.pop()

    def handle_data(self, data: str) -> None:
        if self._skipped:
            return
        parent = self._stack[-1]
        if len(parent):
            parent[-1].tail = (parent[-1].tail or "") + data
        else:
            parent.text = (parent.text or "") + data


def fill(parent: Element, markup: str, *, place: Callable[[str], list[Element]], address: Callable[[str], str]) -> None:
    """Put clean HTML into an element; ``place`` makes what stands at a place, ``address`` a medium's file name."""
    builder = _Builder(parent, place, address)
    builder.feed(markup)
    builder.close()
