"""What readers of interactions share: attributes, prompts, choices, places."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from merit.assessment.domain.items import Area, Choice
from merit.assessment.domain.processing.values import parse_number
from merit.assessment.interchange.qti.markup import Markup
from merit.assessment.interchange.qti.names import attrs, first, kind
from merit.assessment.interchange.xml import Element

Declaration: TypeAlias = Mapping[str, Any]
_SHAPES = frozenset({"rect", "circle", "poly", "ellipse", "default"})


class UnsupportedInteractionError(Exception):
    """The interaction has no counterpart; its name says which."""


def identifier_of(element: Element) -> str:
    """Return the response an interaction fills."""
    return attrs(element).get("responseIdentifier", "").strip()


def whole(element: Element, name: str, default: int) -> int:
    """Return an attribute that is a count."""
    text = attrs(element).get(name, "").strip()
    return int(text) if text.isdecimal() and len(text) < 6 else default  # noqa: PLR2004 - no sensible count is longer


def flag(element: Element, name: str) -> bool:
    """Return an attribute that is true or false."""
    return attrs(element).get(name, "").strip().lower() in {"true", "1"}


def prompt_of(element: Element, markup: Markup) -> str:
    """Return what an interaction asks, as HTML."""
    prompt = first(element, "prompt")
    return "" if prompt is None else markup.inner(prompt)


def choices_of(elements: Sequence[Element], markup: Markup) -> tuple[Choice, ...]:
    """Return choices; two of one identifier are not taken."""
    choices = tuple(
        Choice(
            id=attrs(one).get("identifier", "").strip(),
            html=label_of(one, markup),
            fixed=flag(one, "fixed"),
            most=whole(one, "matchMax", 1),
        )
        for one in elements
    )
    if len({choice.id for choice in choices}) != len(choices):
        raise UnsupportedInteractionError("identifier (duplicate)")
    return choices


def label_of(element: Element, markup: Markup) -> str:
    """Return what a choice shows."""
    if kind(element) == "gapImg":
        return markup.inner(element) or html.escape(attrs(element).get("objectLabel", ""))
    return markup.inner(element)


def pixels(text: str | None) -> int:
    """Return a stated length in pixels, 0 when there is none."""
    digits = (text or "").strip().removesuffix("px")
    return int(digits) if digits.isdecimal() and len(digits) < 6 else 0  # noqa: PLR2004 - no picture is wider


def area_of(element: Element) -> Area:
    """Return the place an element describes."""
    names = attrs(element)
    shape = names.get("shape", "default")
    if shape not in _SHAPES:
        raise UnsupportedInteractionError(f"{kind(element)} {shape}")
    numbers = [parse_number(text) for text in names.get("coords", "").replace(",", " ").split()]
    coords = tuple(float(number) for number in numbers if number is not None)
    return Area(shape=shape, coords=() if shape == "default" else coords)  # type: ignore[arg-type]
