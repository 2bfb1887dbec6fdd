"""Interactions of QTI as those of the bank; what has no counterpart is named, not guessed."""

from __future__ import annotations

import html
from collections.abc import Callable

from pydantic import ValidationError

from merit.assessment.domain.items import (
    Choice,
    ChoiceInteraction,
    EssayInteraction,
    HotspotInteraction,
    InlineChoiceInteraction,
    Interaction,
    MatchInteraction,
    OrderInteraction,
    SliderInteraction,
    Spot,
    TextEntryInteraction,
)
from merit.assessment.domain.processing.values import parse_number
from merit.assessment.interchange.qti import graphics
from merit.assessment.interchange.qti.interaction_parts import (
    Declaration,
    UnsupportedInteractionError,
    area_of,
    choices_of,
    flag,
    identifier_of,
    pixels,
    prompt_of,
    whole,
)
from merit.assessment.interchange.qti.markup import Markup
from merit.assessment.interchange.qti.names import attrs, children, descendants, first, kind
from merit.assessment.interchange.qti.pictures import picture_size
from merit.assessment.interchange.xml import Element, text_of

_PAIR = 2


def read_interaction(element: Element, declared: Declaration, markup: Markup) -> Interaction | None:
    """Return the interaction, or None after telling the markup what is unsupported."""
    name = kind(element)
    reader = _READERS.get(name, _no_counterpart)
    try:
        return reader(element, declared, markup)
    except UnsupportedInteractionError as error:
        markup.refuse(str(error))
    except (ValidationError, ValueError):
        markup.refuse(f"{name} (incomplete)")
    return None


def _no_counterpart(element: Element, _declared: Declaration, _markup: Markup) -> Interaction:
    raise UnsupportedInteractionError(kind(element))


def _most(element: Element, declared: Declaration, choices: int) -> int:
    """Return how many may be chosen, 0 without limit: what is not said follows from the declared cardinality."""
    if declared.get("cardinality") == "single":
        return 1
    return min(whole(element, "maxChoices", 0), choices)


def _least(element: Element, most: int, choices: int) -> int:
    return min(whole(element, "minChoices", 0), most or choices)


def _choice(element: Element, declared: Declaration, markup: Markup) -> Interaction:
    choices = choices_of(list(descendants(element, "simpleChoice")), markup)
    if not choices:
        raise UnsupportedInteractionError("choiceInteraction (no choices)")
    most = _most(element, declared, len(choices))
    return ChoiceInteraction(
        id=identifier_of(element),
        prompt=prompt_of(element, markup),
        choices=choices,
        least=_least(element, most, len(choices)),
        most=most,
        shuffle=flag(element, "shuffle"),
    )


def _order(element: Element, _declared: Declaration, markup: Markup) -> Interaction:
    choices = choices_of(list(descendants(element, "simpleChoice")), markup)
    most = min(whole(element, "maxChoices", 0), len(choices))
    return OrderInteraction(
        id=identifier_of(element),
        prompt=prompt_of(element, markup),
        choices=choices,
        least=_least(element, most, len(choices)),
        most=most,
        shuffle=flag(element, "shuffle"),
    )


def _match(element: Element, _declared: Declaration, markup: Markup) -> Interaction:
    sets = list(children(element, "simpleMatchSet"))
    if len(sets) != _PAIR:
        raise UnsupportedInteractionError(f"matchInteraction ({len(sets)} simpleMatchSet)")
    sources, targets = (choices_of(list(children(one, "simpleAssociableChoice")), markup) for one in sets)
    return MatchInteraction(
        id=identifier_of(element),
        prompt=prompt_of(element, markup),
        sources=sources,
        targets=targets,
        most=whole(element, "maxAssociations", 0),
        shuffle=flag(element, "shuffle"),
    )


def _associate(element: Element, _declared: Declaration, markup: Markup) -> Interaction:
    choices = choices_of(list(children(element, "simpleAssociableChoice")), markup)
    return MatchInteraction(
        id=identifier_of(element),
        prompt=prompt_of(element, markup),
        sources=choices,
        targets=choices,
        most=whole(element, "maxAssociations", 0),
        shuffle=flag(element, "shuffle"),
    )


def _gap_match(element: Element, _declared: Declaration, markup: Markup) -> Interaction:
    """Gaps become numbers in the text, and the numbers the targets of a match."""
    gaps = list(descendants(element, "gap"))
    sources = choices_of(list(children(element, "gapText", "gapImg")), markup)
    order = [attrs(gap).get("identifier", "").strip() for gap in gaps]
    targets = tuple(Choice(id=name, html=f"({place})") for place, name in enumerate(order, 1))
    markup.gap = lambda gap: f" <b>({order.index(attrs(gap).get('identifier', '').strip()) + 1})</b> "
    text = _inner_without(element, {"prompt", "gapText", "gapImg"}, markup)
    markup.gap = None
    return MatchInteraction(
        id=identifier_of(element),
        prompt=prompt_of(element, markup) + text,
        sources=sources,
        targets=targets,
        shuffle=flag(element, "shuffle"),
    )


def _hottext(element: Element, declared: Declaration, markup: Markup) -> Interaction:
    """Words in a text become choices; the text shows them in bold."""
    words = list(descendants(element, "hottext"))
    choices = choices_of(words, markup)
    markup.gap = lambda word: f"<b>{html.escape(text_of(word))}</b>"
    text = _inner_without(element, {"prompt"}, markup)
    markup.gap = None
    most = _most(element, declared, len(choices))
    return ChoiceInteraction(
        id=identifier_of(element),
        prompt=prompt_of(element, markup) + text,
        choices=choices,
        least=_least(element, most, len(choices)),
        most=most,
        shuffle=False,
    )


def _inner_without(element: Element, names: set[str], markup: Markup) -> str:
    return "".join(markup.outer(child) for child in children(element) if kind(child) not in names)


def _inline_choice(element: Element, _declared: Declaration, markup: Markup) -> Interaction:
    choices = choices_of(list(children(element, "inlineChoice")), markup)
    return InlineChoiceInteraction(
        id=identifier_of(element), prompt=prompt_of(element, markup), choices=choices, shuffle=flag(element, "shuffle")
    )


def _text_entry(element: Element, declared: Declaration, _markup: Markup) -> Interaction:
    if declared.get("cardinality") not in {None, "single"}:
        raise UnsupportedInteractionError(f"textEntryInteraction ({declared['cardinality']})")
    return TextEntryInteraction(
        id=identifier_of(element),
        numeric=declared.get("base") in {"integer", "float"},
        expected_length=max(1, min(whole(element, "expectedLength", 20), 200)),
    )


def _extended_text(element: Element, declared: Declaration, markup: Markup) -> Interaction:
    if declared.get("cardinality") not in {None, "single"}:
        raise UnsupportedInteractionError(f"extendedTextInteraction ({declared['cardinality']})")
    return EssayInteraction(
        id=identifier_of(element),
        prompt=prompt_of(element, markup),
        expected_lines=max(1, min(whole(element, "expectedLines", 10), 100)),
    )


def _slider(element: Element, _declared: Declaration, markup: Markup) -> Interaction:
    lower, upper, step = (parse_number(attrs(element).get(name, "")) for name in ("lowerBound", "upperBound", "step"))
    if lower is None or upper is None or lower >= upper:
        raise UnsupportedInteractionError("sliderInteraction (bounds)")
    return SliderInteraction(
        id=identifier_of(element),
        prompt=prompt_of(element, markup),
        lower=float(lower),
        upper=float(upper),
        step=float(step) if step is not None and step > 0 else 1,
    )


def _hotspot(element: Element, declared: Declaration, markup: Markup) -> Interaction:
    spots = tuple(_spot(one) for one in children(element, "hotspotChoice"))
    most = _most(element, declared, len(spots))
    image = first(element, "object", "img", "picture")
    return _picture(element, markup, image=image, spots=spots, least=_least(element, most, len(spots)), most=most)


def _position_object(element: Element, declared: Declaration, markup: Markup) -> Interaction:
    """Return points on the stage's picture: the response to an object put there is where its middle lies."""
    stage = element.getparent()
    own = first(element, "object", "img", "picture")
    image = None if stage is None or kind(stage) != "positionObjectStage" else first(stage, "object", "img", "picture")
    most = 1 if declared.get("cardinality") == "single" else whole(element, "maxChoices", 1)
    shown = "" if own is None else f"<p>{markup.outer(own)}</p>"
    least = whole(element, "minChoices", 0)
    return _picture(element, markup, image=image, told=shown, spots=(), least=least, most=most)


def _select_point(element: Element, declared: Declaration, markup: Markup) -> Interaction:
    most = 1 if declared.get("cardinality") == "single" else whole(element, "maxChoices", 0)
    image = first(element, "object", "img", "picture")
    return _picture(element, markup, image=image, spots=(), least=whole(element, "minChoices", 0), most=most)


def _picture(
    element: Element,
    markup: Markup,
    *,
    image: Element | None,
    spots: tuple[Spot, ...],
    least: int,
    most: int,
    told: str = "",
) -> Interaction:
    """Return an interaction with a picture; ``told`` is what stands behind its prompt."""
    if image is None:
        raise UnsupportedInteractionError(f"{kind(element)} (no picture)")
    names = attrs(image)
    reference = markup.keep(names.get("data") or names.get("src") or "")
    if not reference:
        raise UnsupportedInteractionError(f"{kind(element)} (picture missing)")
    width, height = picture_size(markup.media[reference.removeprefix("media:")])
    return HotspotInteraction(
        id=identifier_of(element),
        prompt=prompt_of(element, markup) + told,
        image=reference,
        width=pixels(names.get("width")) or width,
        height=pixels(names.get("height")) or height,
        alt=names.get("alt") or text_of(image),
        spots=spots,
        least=least,
        most=most,
    )


def _spot(element: Element) -> Spot:
    names = attrs(element)
    return Spot(id=names.get("identifier", "").strip(), area=area_of(element), label=names.get("hotspotLabel", ""))


_READERS: dict[str, Callable[[Element, Declaration, Markup], Interaction]] = {
    **graphics.READERS,
    "choiceInteraction": _choice,
    "orderInteraction": _order,
    "matchInteraction": _match,
    "associateInteraction": _associate,
    "gapMatchInteraction": _gap_match,
    "hottextInteraction": _hottext,
    "inlineChoiceInteraction": _inline_choice,
    "textEntryInteraction": _text_entry,
    "extendedTextInteraction": _extended_text,
    "sliderInteraction": _slider,
    "hotspotInteraction": _hotspot,
    "selectPointInteraction": _select_point,
    "positionObjectInteraction": _position_object,
}
