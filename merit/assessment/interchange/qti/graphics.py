"""Graphic interactions as those of the bank: the places of a picture are numbered, the numbers become choices."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence

from merit.assessment.domain.items import Area, Choice, Interaction, MatchInteraction, OrderInteraction
from merit.assessment.interchange.qti.interaction_parts import (
    Declaration,
    UnsupportedInteractionError,
    area_of,
    choices_of,
    identifier_of,
    pixels,
    prompt_of,
    whole,
)
from merit.assessment.interchange.qti.markup import Markup
from merit.assessment.interchange.qti.names import attrs, children, first, kind
from merit.assessment.interchange.qti.pictures import number_places
from merit.assessment.interchange.xml import Element, text_of


def _graphic_gap_match(element: Element, _declared: Declaration, markup: Markup) -> Interaction:
    places = list(children(element, "associableHotspot"))
    return MatchInteraction(
        id=identifier_of(element),
        prompt=prompt_of(element, markup) + _numbered(element, places, markup),
        sources=choices_of(list(children(element, "gapImg", "gapText")), markup),
        targets=_numbers(places),
        most=whole(element, "maxAssociations", 0),
        shuffle=False,
    )


def _graphic_associate(element: Element, _declared: Declaration, markup: Markup) -> Interaction:
    places = list(children(element, "associableHotspot"))
    return MatchInteraction(
        id=identifier_of(element),
        prompt=prompt_of(element, markup) + _numbered(element, places, markup),
        sources=_numbers(places),
        targets=_numbers(places),
        most=whole(element, "maxAssociations", 0),
        shuffle=False,
    )


def _graphic_order(element: Element, _declared: Declaration, markup: Markup) -> Interaction:
    places = list(children(element, "hotspotChoice"))
    return OrderInteraction(
        id=identifier_of(element),
        prompt=prompt_of(element, markup) + _numbered(element, places, markup),
        choices=_numbers(places),
        least=min(whole(element, "minChoices", 0), len(places)),
        most=min(whole(element, "maxChoices", 0), len(places)),
        shuffle=False,
    )


def _numbers(places: Sequence[Element]) -> tuple[Choice, ...]:
    choices = []
    for number, place in enumerate(places, 1):
        label = html.escape(attrs(place).get("hotspotLabel", ""))
        text = f"({number}) {label}".strip()
        choices.append(
            Choice(id=attrs(place).get("identifier", "").strip(), html=text, most=whole(place, "matchMax", 1))
        )
    return tuple(choices)


def _numbered(element: Element, places: Sequence[Element], markup: Markup) -> str:
    """Return the picture with its places numbered, as HTML."""
    name = kind(element)
    image = first(element, "object", "img", "picture")
    names = {} if image is None else attrs(image)
    reference = markup.keep(names.get("data") or names.get("src") or "")
    if image is None or not reference or not places:
        raise UnsupportedInteractionError(f"{name} (picture missing)")
    areas: list[Area] = [area_of(place) for place in places]
    width, height = pixels(names.get("width")), pixels(names.get("height"))
    drawn = number_places(markup.take(reference), areas, width=width, height=height)
    if drawn is None:
        raise UnsupportedInteractionError(f"{name} (picture cannot be numbered)")
    markup.note("items-picture-numbered", name)
    alt = html.escape(names.get("alt") or text_of(image))
    return f'<p><img src="{markup.put(drawn, name)}" alt="{alt}"></p>'


READERS: dict[str, Callable[[Element, Declaration, Markup], Interaction]] = {
    "graphicGapMatchInteraction": _graphic_gap_match,
    "graphicAssociateInteraction": _graphic_associate,
    "graphicOrderInteraction": _graphic_order,
}
