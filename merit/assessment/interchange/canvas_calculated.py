"""Calculated questions of Canvas: sets of numbers with their answers, one of which is drawn for every candidate."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from merit.assessment.domain.clones import find_clone_problem
from merit.assessment.domain.items import ItemContent, ItemKey, TextEntryInteraction
from merit.assessment.domain.printing import FORMAT, VARIABLE
from merit.assessment.interchange.canvas_presentation import Presented
from merit.assessment.interchange.foreign_parts import BrokenItemError, UnsupportedItemError
from merit.assessment.interchange.foreign_text import gap, paragraph
from merit.assessment.interchange.moodle_questions import read_decimal
from merit.assessment.interchange.xml import Element

KIND = "calculated_question"
MOST_SETS = 1_000
MOST_PLACES = 10
_SET = "_SET"
_NAME = re.compile(r"[A-Za-z]\w{0,60}\Z", re.ASCII)
_TAGS = re.compile(r"(<[^>]*>)")
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d{1,2})?\Z")
Node = dict[str, Any]


def read_calculated(item: Presented) -> tuple[str, TextEntryInteraction, ItemKey]:
    """Return body, place for the answer and key; the key draws one of the sets."""
    calculated = next(item.element.iter("{*}calculated"), None)
    sets = [] if calculated is None else list(calculated.iter("{*}var_set"))
    if calculated is None or not sets or len(item.responses) != 1 or len(sets) > MOST_SETS:
        raise UnsupportedItemError(KIND)
    places = _places(calculated)
    columns = {name: [_number(_value(one, name)) for one in sets] for name in places}
    answers = [_number(one.findtext("{*}answer") or "") for one in sets]
    response = item.responses[0].ident
    body = paragraph(_marked(item.stem, places)) + f"<p>{gap(response)}</p>"
    interaction = TextEntryInteraction(id=response, numeric=True)
    program = _program(response, columns, answers, item.points, _tolerance(calculated))
    key = ItemKey(maximum=item.points, processing=program)
    if find_clone_problem(ItemContent(body=body, interactions=(interaction,)), key) is not None:
        raise BrokenItemError("foreign-broken-key")
    return body, interaction, key


def _places(calculated: Element) -> dict[str, int]:
    """Return the decimal places of every variable."""
    found: dict[str, int] = {}
    for variable in calculated.iterfind("{*}vars/{*}var"):
        name, scale = (variable.get("name") or "").strip(), (variable.get("scale") or "0").strip()
        if not _NAME.match(name) or not scale.isdecimal() or int(scale) > MOST_PLACES:
            raise UnsupportedItemError(KIND)
        found[name] = int(scale)
    return found


def _value(one: Element, name: str) -> str:
    return next((var.text or "" for var in one.iterfind("{*}var") if (var.get("name") or "").strip() == name), "")


def _number(text: str) -> str:
    if not _NUMBER.match(text.strip()):
        raise BrokenItemError("foreign-broken-key")
    return text.strip()


def _tolerance(calculated: Element) -> Mapping[str, str]:
    """Return how near an answer must come, as attributes of ``equal``; "5%" is relative."""
    text = (calculated.findtext("{*}answer_tolerance") or "0").strip()
    width = read_decimal(text.removesuffix("%"), Decimal(0))
    mode = "relative" if text.endswith("%") else "absolute"
    return {"toleranceMode": mode, "tolerance": f"{abs(width):f}"}


def _marked(stem: str, places: Mapping[str, int]) -> str:
    """Return the text with a mark for every ``[name]`` outside its tags."""
    marks = {f"[{name}]": _mark(name, scale) for name, scale in places.items()}
    if not marks:
        return stem
    names = re.compile("|".join(map(re.escape, marks)))
    pieces = _TAGS.split(stem)
    return "".join(
        piece if piece.startswith("<") else names.sub(lambda found: marks[found[0]], piece) for piece in pieces
    )


def _mark(name: str, scale: int) -> str:
    form = f"%.{scale}f" if scale else "%i"
    return f'<span {VARIABLE}="{html.escape(name)}" {FORMAT}="{form}">{{{html.escape(name)}}}</span>'


def _program(
    response: str,
    columns: Mapping[str, Sequence[str]],
    answers: Sequence[str],
    points: Decimal,
    tolerance: Mapping[str, str],
) -> dict[str, Any]:
    number = {"base": "float", "cardinality": "single"}
    draw = _node("randomInteger", min="1", max=str(len(answers)))
    rules = [_node("setTemplateValue", draw, identifier=_SET)]
    rules += [_node("setTemplateValue", _drawn(values), identifier=name) for name, values in columns.items()]
    rules.append(_node("setCorrectResponse", _drawn(answers), identifier=response))
    # A relative tolerance is percent of the first expression.
    right = _node("equal", _node("correct", identifier=response), _node("variable", identifier=response), **tolerance)
    branches = [
        {"if": right, "then": [_node("setOutcomeValue", _base(f"{points:f}"), identifier="SCORE")]},
        {"if": None, "then": [_node("setOutcomeValue", _base("0"), identifier="SCORE")]},
    ]
    return {
        "responses": {response: dict(number)},
        "outcomes": {"SCORE": dict(number), "MAXSCORE": {**number, "default": [f"{points:f}"]}},
        "templates": {_SET: {"base": "integer", "cardinality": "single"}, **{name: dict(number) for name in columns}},
        "template_rules": rules,
        "rules": [{"op": "condition", "branches": branches}],
        "outcome_rules": [],
    }


def _drawn(values: Sequence[str]) -> Node:
    """Return the value of the set that was drawn."""
    return _node("index", _node("ordered", *(_base(value) for value in values)), n=_SET)


def _base(text: str) -> Node:
    return {"op": "baseValue", "attrs": {"baseType": "float"}, "args": [], "text": text}


def _node(op: str, *args: Node, **attrs: str) -> Node:
    return {"op": op, "attrs": attrs, "args": list(args)}
