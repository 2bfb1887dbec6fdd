"""One item of QTI 1.2."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from merit.assessment.domain.items import ItemContent
from merit.assessment.interchange.canvas_calculated import KIND, read_calculated
from merit.assessment.interchange.canvas_parts import read_parts
from merit.assessment.interchange.canvas_presentation import Presented, gather, material, metadata
from merit.assessment.interchange.foreign_items import Label, assemble, compose, refused
from merit.assessment.interchange.foreign_parts import BrokenItemError, UnsupportedItemError
from merit.assessment.interchange.foreign_text import Markup, paragraph
from merit.assessment.interchange.reading import STRANGE, ReadItem
from merit.assessment.interchange.xml import Element


def read_item(
    element: Element, *, find: Callable[[str], bytes | None], where: str, stimuli: Mapping[str, Element | None]
) -> ReadItem:
    """Return the item, or its name where candidates cannot be given it."""
    facts = metadata(element)
    label = Label(
        identifier=(element.get("ident") or element.get("title") or "item").strip(),
        kind=facts.get("question_type") or facts.get("cc_profile") or "item",
        title=" ".join((element.get("title") or "").split()),
        where=f"{where}:{element.sourceline}" if element.sourceline else where,
    )
    try:
        return _compose(element, Markup(find=find), facts, label, stimuli)
    except UnsupportedItemError as error:
        return refused(replace(label, kind=error.name), error)
    except (BrokenItemError, *STRANGE) as error:
        return refused(label, error)


def _compose(
    element: Element, markup: Markup, facts: Mapping[str, str], label: Label, stimuli: Mapping[str, Element | None]
) -> ReadItem:
    item = gather(element, markup, facts)
    if item.kind == KIND:
        return _calculated(item, label, _passage(markup, facts, label, stimuli))
    body, parts = read_parts(item)
    body = _passage(markup, facts, label, stimuli) + body
    _lose_feedback(item)
    return compose(label, body=body, parts=parts, markup=markup)


def _calculated(item: Presented, label: Label, passage: str) -> ReadItem:
    body, interaction, key = read_calculated(item)
    item.markup.lose("items-templated")
    _lose_feedback(item)
    content = ItemContent(title=label.title[:200], body=passage + body, interactions=(interaction,))
    return assemble(label, content=content, key=key, correct={}, markup=item.markup)


def _passage(markup: Markup, facts: Mapping[str, str], label: Label, stimuli: Mapping[str, Element | None]) -> str:
    """Return the text that several items share, empty where there is none."""
    parent = facts.get("parent_stimulus_item_ident", "")
    if not parent or parent == label.identifier:
        return ""
    passage = stimuli.get(parent)
    if passage is None:
        markup.lose("foreign-lost-stimulus", name=parent)
        return ""
    return paragraph(material(passage, markup))


def _lose_feedback(item: Presented) -> None:
    if item.element.find("{*}itemfeedback") is not None:
        item.markup.lose("foreign-lost-feedback")
