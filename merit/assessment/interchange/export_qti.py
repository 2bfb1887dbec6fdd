"""One item as an ``assessmentItem`` of QTI 3."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from lxml import etree

from merit.assessment.domain.bank import media_of
from merit.assessment.domain.items import Area, Choice, Interaction, ItemContent, ItemKey
from merit.assessment.interchange.export_keys import program_of
from merit.assessment.interchange.export_markup import MATHML, QTI, XML_LANG, Element, fill, tag
from merit.assessment.interchange.export_program import add, add_declarations, add_processing, add_template_processing

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_SCHEMA = "http://www.w3.org/2001/XMLSchema-instance"
_LOCATION = f"{QTI} https://purl.imsglobal.org/spec/qti/v3p0/schema/xsd/imsqti_asiv3p0_v1p0.xsd"
Names = Mapping[str, str]


def file_stem(code: str) -> str:
    """Return a code as part of a file name and as an identifier."""
    stem = _UNSAFE.sub("-", code).strip("-.") or "item"
    return stem if stem[0].isalpha() or stem[0] == "_" else f"item-{stem}"


def write_item(code: str, content: ItemContent, key: ItemKey, names: Names) -> bytes:
    """Return the item's document; ``names`` are the files of its media by SHA-256, as seen from the document."""
    root = etree.Element(tag("qti-assessment-item"), nsmap={None: QTI, "xsi": _SCHEMA, "m": MATHML})
    root.set(f"{{{_SCHEMA}}}schemaLocation", _LOCATION)
    root.set("identifier", file_stem(code))
    root.set("title", content.title or code)
    root.set("adaptive", "false")
    root.set("time-dependent", "false")
    root.set(XML_LANG, content.language)
    program = program_of(content, key)
    add_declarations(root, program)
    if all(one.kind == "essay" for one in content.interactions) and content.interactions:
        _mark_by_people(root)
    add_template_processing(root, program)
    body = add(root, "itemBody")
    _Writer(names, content.interactions).body(body, content.body)
    add_processing(root, program)
    etree.cleanup_namespaces(root, keep_ns_prefixes=["xsi"])
    return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=False))


def _mark_by_people(root: Element) -> None:
    for outcome in root.iter(tag("qti-outcome-declaration")):
        if outcome.get("identifier") == "SCORE":
            outcome.set("external-scored", "human")


def media_names(content: ItemContent, key: ItemKey, suffixes: Mapping[str, str]) -> dict[str, str]:
    """Return the file of every medium of an item, as seen from its document."""
    return {digest: f"../media/{digest}{suffixes.get(digest, '')}" for digest in media_of(content) | media_of(key)}


class _Writer:
    """Writes the body and its interactions."""

    def __init__(self, names: Names, interactions: Sequence[Interaction]) -> None:
        self._names = names
        self._interactions = {one.id: one for one in interactions}

    def body(self, parent: Element, markup: str) -> None:
        """Write the body; interactions stand where the body says."""
        fill(parent, markup, place=self._place, address=self._address)

    def _address(self, reference: str) -> str:
        return self._names.get(reference.removeprefix("media:"), reference)

    def _inside(self, parent: Element, markup: str) -> Element:
        fill(parent, markup, place=lambda _name: [], address=self._address)
        return parent

    def _place(self, name: str) -> list[Element]:
        interaction = self._interactions.get(name)
        if interaction is None:
            return []
        holder = etree.Element(tag("div"))
        _WRITERS[interaction.kind](self, holder, interaction)
        return list(holder)

    def _begin(self, parent: Element, name: str, one: Any, **attributes: str) -> Element:
        element = add(parent, f"{name}Interaction", responseIdentifier=one.id, **attributes)
        if one.prompt:
            self._inside(add(element, "prompt"), one.prompt)
        return element

    def _choices(self, parent: Element, name: str, choices: Sequence[Choice], *, is_paired: bool = False) -> None:
        for choice in choices:
            most = str(choice.most) if is_paired else ""
            fixed = "true" if choice.fixed else ""
            self._inside(add(parent, name, identifier=choice.id, fixed=fixed, matchMax=most), choice.html)

    def choice(self, parent: Element, one: Any) -> None:
        """Write a choice."""
        element = self._begin(parent, "choice", one, **_counts(one), shuffle=_truth(one.shuffle))
        self._choices(element, "simpleChoice", one.choices)

    def order(self, parent: Element, one: Any) -> None:
        """Write an order."""
        element = self._begin(parent, "order", one, **_counts(one), shuffle=_truth(one.shuffle))
        self._choices(element, "simpleChoice", one.choices)

    def match(self, parent: Element, one: Any) -> None:
        """Write a matching."""
        element = self._begin(parent, "match", one, maxAssociations=str(one.most), shuffle=_truth(one.shuffle))
        for side in (one.sources, one.targets):
            self._choices(add(element, "simpleMatchSet"), "simpleAssociableChoice", side, is_paired=True)

    def inline_choice(self, parent: Element, one: Any) -> None:
        """Write a list inside the text."""
        self._before(parent, one)
        element = add(parent, "inlineChoiceInteraction", responseIdentifier=one.id, shuffle=_truth(one.shuffle))
        self._choices(element, "inlineChoice", one.choices)

    def text_entry(self, parent: Element, one: Any) -> None:
        """Write a gap, with its unit behind it."""
        self._before(parent, one)
        element = add(
            parent, "textEntryInteraction", responseIdentifier=one.id, expectedLength=str(one.expected_length)
        )
        if one.unit:
            element.tail = f" {one.unit}"

    def _before(self, parent: Element, one: Any) -> None:
        if one.prompt:
            self._inside(etree.SubElement(parent, tag("span")), one.prompt)

    def essay(self, parent: Element, one: Any) -> None:
        """Write a long text."""
        self._begin(parent, "extendedText", one, expectedLines=str(one.expected_lines))

    def hotspot(self, parent: Element, one: Any) -> None:
        """Write a picture with places, or one on which any point can be chosen."""
        name = "hotspot" if one.spots else "selectPoint"
        element = self._begin(parent, name, one, **_counts(one))
        etree.SubElement(
            element,
            tag("img"),
            {"src": self._address(one.image), "alt": one.alt, "width": str(one.width), "height": str(one.height)},
        )
        for spot in one.spots:
            area = _area(spot.area)
            add(element, "hotspotChoice", identifier=spot.id, hotspotLabel=spot.label, **area)

    def slider(self, parent: Element, one: Any) -> None:
        """Write a scale."""
        bounds = {"lowerBound": f"{one.lower:g}", "upperBound": f"{one.upper:g}", "step": f"{one.step:g}"}
        self._begin(parent, "slider", one, **bounds)


def _counts(one: Any) -> dict[str, str]:
    return {"maxChoices": str(one.most), "minChoices": str(one.least) if one.least else ""}


def _truth(value: bool) -> str:
    return "true" if value else "false"


def _area(area: Area) -> dict[str, str]:
    coords = ",".join(repr(number).removesuffix(".0") for number in area.coords)
    return {"shape": area.shape, "coords": coords}


_WRITERS: Mapping[str, Callable[[_Writer, Element, Any], None]] = {
    "choice": _Writer.choice,
    "order": _Writer.order,
    "match": _Writer.match,
    "inline_choice": _Writer.inline_choice,
    "text_entry": _Writer.text_entry,
    "essay": _Writer.essay,
    "hotspot": _Writer.hotspot,
    "slider": _Writer.slider,
}
