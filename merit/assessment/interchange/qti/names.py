"""One spelling for QTI 2 and 3: ``qti-simple-choice``/``response-identifier`` become ``simpleChoice``/…Identifier."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from merit.assessment.interchange.xml import Element, local

_DASH = re.compile(r"-([a-z0-9])")
_SPECIAL = {"durationLt": "durationLT", "durationGte": "durationGTE", "statisticsOperator": "statsOperator"}
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
INTERACTION = "Interaction"


@lru_cache(maxsize=4096)
def canonical_name(name: str) -> str:
    """Return an element's name in the spelling of QTI 2."""
    if not name.startswith("qti-"):
        return name
    camel = _DASH.sub(lambda match: match[1].upper(), name.removeprefix("qti-"))
    return _SPECIAL.get(camel, camel)


@lru_cache(maxsize=4096)
def _canonical_attribute(name: str) -> str:
    bare = name.rpartition("}")[2]
    return _DASH.sub(lambda match: match[1].upper(), bare)


def kind(element: Element) -> str:
    """Return what an element is, in the spelling of QTI 2; empty for comments."""
    return canonical_name(local(element))


def attrs(element: Element) -> dict[str, str]:
    """Return an element's attributes in the spelling of QTI 2."""
    return {_canonical_attribute(str(name)): str(value) for name, value in element.attrib.items()}


def children(element: Element, *names: str) -> Iterator[Element]:
    """Yield child elements, all or those of the given kinds."""
    for child in element:
        found = kind(child)
        if found and (not names or found in names):
            yield child


def first(element: Element, *names: str) -> Element | None:
    """Return the first child of a kind, None when there is none."""
    return next(children(element, *names), None)


def descendants(element: Element, *names: str) -> Iterator[Element]:
    """Yield all elements inside of the given kinds, in document order."""
    for found in element.iter():
        if found is not element and kind(found) in names:
            yield found


def is_interaction(element: Element) -> bool:
    """Tell whether candidates answer in this element."""
    name = kind(element)
    return name.endswith(INTERACTION) and name != "portableCustomInteraction"
