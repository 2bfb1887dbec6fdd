"""What an item of QTI 1.2 shows: its texts and pictures, its places for answers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from lxml import etree

from merit.assessment.interchange.canvas_scoring import conditions
from merit.assessment.interchange.foreign_parts import BrokenItemError, UnsupportedItemError, exact, refuse_many
from merit.assessment.interchange.foreign_text import Markup, to_html
from merit.assessment.interchange.moodle_questions import read_decimal
from merit.assessment.interchange.xml import Element, local

_UNSUPPORTED = frozenset({"file_upload_question", "hot_spot_question"})
_PREFIX = re.compile(r'\s+xmlns(?::\w+)?="[^"]*"')
_RESPONSES = ("{*}response_lid", "{*}response_str", "{*}response_num")
_HOLDERS = frozenset({"response_lid", "response_str", "response_num"})


@dataclass(slots=True)
class ChoiceLabel:
    """One answer that can be chosen; ``kind`` is what New Quizzes call its type."""

    ident: str
    html: str
    plain: str
    kind: str


@dataclass(slots=True)
class Response:
    """One place for an answer."""

    ident: str
    kind: str
    cardinality: str
    prompt: str
    labels: list[ChoiceLabel]
    is_number: bool
    shuffle: bool


@dataclass(slots=True)
class Presented:
    """Everything of an item that its reading needs."""

    element: Element
    markup: Markup
    kind: str
    points: Decimal
    rules: list[Element]
    stem: str = ""
    pieces: list[str] = field(default_factory=list)
    responses: list[Response] = field(default_factory=list)


def stimulus_of(item: Element) -> Element | None:
    """Return the presentation of an item that only shows something."""
    presentation = item.find("{*}presentation")
    has_response = presentation is not None and next(presentation.iter(*_RESPONSES, "{*}response_xy"), None) is not None
    return None if has_response else presentation


def metadata(element: Element) -> dict[str, str]:
    """Return the fields an item says about itself."""
    return {
        (entry.findtext("{*}fieldlabel") or "").strip(): (entry.findtext("{*}fieldentry") or "").strip()
        for entry in element.iter("{*}qtimetadatafield")
    }


def gather(element: Element, markup: Markup, facts: Mapping[str, str]) -> Presented:
    """Return everything an item shows, or refuse a kind that is not known here."""
    presentation = element.find("{*}presentation")
    if presentation is None:
        raise BrokenItemError("foreign-broken-presentation")
    kind = facts.get("question_type") or facts.get("cc_profile") or ""
    if kind in _UNSUPPORTED or next(presentation.iter("{*}response_xy", "{*}response_grp"), None) is not None:
        raise UnsupportedItemError(kind or "response_xy")
    rules = conditions(element)
    points = exact(read_decimal(facts.get("points_possible"), Decimal(1)))
    item = Presented(element, markup, kind, points if points > 0 else Decimal(1), rules)
    for node in presentation.iter("{*}material", *_RESPONSES):
        is_inside = any(
            local(parent) in {"response_lid", "response_str", "response_num"} for parent in node.iterancestors()
        )
        if local(node) == "material" and not is_inside:
            item.pieces.append(material(node, markup))
        elif local(node) != "material":
            item.responses.append(_response(node, markup))
            item.pieces.append(f"⟦{len(item.responses)}⟧")
    refuse_many([label for response in item.responses for label in response.labels])
    refuse_many(rules)
    item.stem = "".join(piece for piece in item.pieces if not piece.startswith("⟦"))
    return item


def _response(node: Element, markup: Markup) -> Response:
    labels = []
    for label in node.iter("{*}response_label"):
        text = material(label, markup)
        plain = " ".join("".join(label.itertext()).split())
        labels.append(ChoiceLabel((label.get("ident") or "").strip(), text, plain, label.get("answer_type") or ""))
    prompt = "".join(material(part, markup) for part in node.findall("{*}material"))
    render = next(node.iter("{*}render_choice", "{*}ims_render_object"), None)
    blank = next(node.iter("{*}render_fib"), None)
    return Response(
        ident=(node.get("ident") or "").strip(),
        kind=local(node),
        cardinality=(node.get("rcardinality") or "Single").strip(),
        prompt=prompt,
        labels=labels,
        is_number=local(node) == "response_num"
        or (blank is not None and (blank.get("fibtype") or "").strip() in {"Decimal", "Integer", "Scientific"}),
        shuffle=render is not None and (render.get("shuffle") or "").strip().lower() == "yes",
    )


def material(holder: Element, markup: Markup) -> str:
    """Return the texts and pictures inside an element as clean HTML."""
    parts = []
    for node in holder.iter("{*}mattext", "{*}matemtext", "{*}matimage", "{*}matbreak", "{*}mataudio", "{*}matvideo"):
        name = local(node)
        if name == "matimage" and (reference := markup.refer(node.get("uri") or "")):
            parts.append(f'<p><img src="{reference}" alt=""></p>')
        elif name in {"mataudio", "matvideo"}:
            markup.lose("foreign-lost-markup", name=name)
        elif name in {"mattext", "matemtext"}:
            plain = (node.get("texttype") or "text/plain").strip().lower() == "text/plain" and not len(node)
            parts.append(to_html(node.text or "", "plain") if plain else markup.clean(_inner(node), "html"))
            continue
    return " ".join(part for part in parts if part)


def _inner(node: Element) -> str:
    """Return what stands inside an element as HTML: text that holds HTML, or elements outright."""
    children = "".join(etree.tostring(child, encoding="unicode", method="html") for child in node)
    return (node.text or "") + _PREFIX.sub("", children)
