"""Template variables in the body of an item as marks of the bank (``merit.assessment.domain.printing``)."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from merit.assessment.domain.printing import (
    BASE,
    DELIMITER,
    FORMAT,
    IDENTIFIER,
    INDEX,
    POWER,
    SHOW,
    SPECIFIER,
    TEMPLATE,
    VARIABLE,
)
from merit.assessment.interchange.qti.names import attrs, descendants, is_interaction, kind
from merit.assessment.interchange.xml import Element, text_of

_PARTS = frozenset({"templateBlock", "templateInline"})
_COUNTS = ("maxChoices", "minChoices", "maxAssociations", "minAssociations", "matchMax", "matchMin", "lowerBound")
Templates = Mapping[str, Any]


class UnprintableError(Exception):
    """Something about a variable that has no counterpart; the message names it."""


def variable_mark(element: Element, templates: Templates) -> str:
    """Return the mark of a ``printedVariable``."""
    names = attrs(element)
    identifier = names.get("identifier", "").strip()
    declared = templates.get(identifier)
    if declared is None:
        raise UnprintableError(f"printedVariable {identifier}")
    if declared["cardinality"] == "record":
        raise UnprintableError(f"printedVariable {identifier} (record)")
    form = names.get("format", "").strip()
    if form and SPECIFIER.match(form) is None:
        raise UnprintableError(f"printedVariable format {form[:20]}")
    given = {
        VARIABLE: identifier,
        FORMAT: form,
        DELIMITER: names.get("delimiter", ""),
        INDEX: names.get("index", "").strip(" {}"),
        BASE: names.get("base", "").strip(" {}"),
        POWER: "true" if names.get("powerForm", "").strip().lower() == "true" else "",
    }
    return f"<span{_written(given)}>{{{html.escape(identifier)}}}</span>"


def formula_mark(element: Element, templates: Templates) -> str | None:
    """Return the mark of an ``mi`` that stands for a ``mathVariable``; None for any other."""
    identifier = text_of(element)
    declared = templates.get(identifier)
    if declared is None or not declared.get("math") or declared["cardinality"] == "record":
        return None
    return f"<mi{_written({VARIABLE: identifier})}>{{{html.escape(identifier)}}}</mi>"


def template_mark(element: Element, templates: Templates, inside: str) -> str:
    """Return the mark of a ``templateBlock`` or ``templateInline`` around its clean content."""
    names, name = attrs(element), kind(element)
    identifier = names.get("templateIdentifier", "").strip()
    if identifier not in templates:
        raise UnprintableError(f"{name} {identifier}")
    if any(is_interaction(one) for one in element.iter() if kind(one)):
        raise UnprintableError(f"{name} (interaction)")
    show = "hide" if names.get("showHide", "show").strip().lower() == "hide" else "show"
    given = {TEMPLATE: identifier, IDENTIFIER: names.get("identifier", "").strip(), SHOW: show}
    tag = "span" if name == "templateInline" else "div"
    return f"<{tag}{_written(given)}>{inside}</{tag}>"


def variable_losses(body: Element, interactions: Sequence[Element], templates: Templates) -> Iterator[str]:
    """Yield what depends on a template variable in a way that cannot be given: parts hidden, counts drawn."""
    for element in descendants(body, *_DEPENDENT):
        if attrs(element).get("templateIdentifier", "").strip() in templates:
            yield f"{kind(element)} templateIdentifier"
    for element in interactions:
        found = {name: value.strip(" {}") for name, value in attrs(element).items() if name in _COUNTS}
        yield from (f"{kind(element)} {name}" for name, value in found.items() if value in templates)


_DEPENDENT = (
    *("simpleChoice", "simpleAssociableChoice", "gapText", "gapImg", "gap", "hottext", "inlineChoice"),
    *("hotspotChoice", "associableHotspot"),
)


def _written(given: Mapping[str, str]) -> str:
    return "".join(f' {name}="{html.escape(value)}"' for name, value in given.items() if value)
