"""From a version back into the editor; None where the editor could not give back exactly the same."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from merit.assessment.domain import bank
from merit.assessment.domain.bank import ItemTags
from merit.assessment.domain.items import ItemContent, ItemKey
from merit.assessment.forms.bank.building import build_draft
from merit.assessment.forms.bank.editor import INLINE, KINDS, MARKER, TAG_FIELDS, Editor, Row

_BLANKS = re.compile(r"\s+")
_AROUND_TAGS = re.compile(r"\s*(<[^>]+>)\s*")
_PLACE = re.compile(r'<(?:p><)?(span|div) data-response="[^"]*"></\1>(?:</p>)?')


def open_version(
    content: ItemContent, key: ItemKey, *, tags: ItemTags, facility: Decimal | None, number: int, row_version: int
) -> Editor | None:
    """Return the editor of a version, or None for what only an import can make (composite, foreign scoring)."""
    kind = bank.kind_of(content)
    if kind not in KINDS or key.processing is not None or set(key.responses) != {content.interactions[0].id}:
        return None
    interaction, rule = content.interactions[0], key.responses[content.interactions[0].id]
    editor = Editor.blank(kind)
    editor.rows, editor.base, editor.row_version = [], number, row_version
    editor.values |= {name: str(getattr(tags, name) or "") for name in TAG_FIELDS}
    editor.values |= {
        "title": content.title,
        "language": content.language,
        "question": _question(content, kind),
        "prompt": interaction.prompt,
        "response_id": interaction.id,
        "rationale": key.rationale,
        "facility": "" if facility is None else number_text(facility),
        "shuffle": "ya" if getattr(interaction, "shuffle", True) else "",
    }
    try:
        _OPENERS[kind](editor, interaction, rule)
    except (AttributeError, KeyError, ValueError):
        return None
    return editor if _is_faithful(editor, content, key) else None


def number_text(value: Decimal | float) -> str:
    """Return a number as one types it in Indonesian: 0,5."""
    text = format(Decimal(str(value)).normalize(), "f")
    return text.replace(".", ",")


def _is_faithful(editor: Editor, content: ItemContent, key: ItemKey) -> bool:
    """Whether saving the untouched editor would give an item that asks and scores the same."""
    draft = build_draft(editor)
    editor.errors.clear()
    if draft is None:
        return False
    same_content = _comparable(draft.content.model_dump()) == _comparable(content.model_dump())
    return same_content and _comparable_key(draft.key) == _comparable_key(key)


def _comparable(tree: dict[str, Any]) -> dict[str, Any]:
    """Return a content in one way of writing: single blanks, lists to be ordered or paired by identifier."""
    tree["body"] = _squeezed(tree["body"])
    for interaction in tree["interactions"]:
        interaction["prompt"] = _squeezed(interaction["prompt"])
        for name in ("choices", "sources", "targets"):
            for choice in interaction.get(name, ()):
                choice["html"] = _squeezed(choice["html"])
        if interaction["kind"] in {"order", "match"}:
            for name in ("choices", "sources", "targets"):
                interaction[name] = sorted(interaction.get(name, ()), key=lambda choice: str(choice["id"]))
    return tree


def _squeezed(text: str) -> str:
    return _BLANKS.sub(" ", _AROUND_TAGS.sub(r"\1", text)).strip()


def _comparable_key(key: ItemKey) -> dict[str, Any]:
    """Return a key in one way of writing: open bounds written out, choices without points left out, order as order."""
    tree = key.model_dump()
    for rule in tree["responses"].values():
        if rule["rule"] == "map":
            rule["lower"] = rule["lower"] or Decimal(0)
            rule["upper"] = None if rule["upper"] == key.maximum else rule["upper"]
            rule["correct"] = sorted(rule["correct"])
            rule["entries"] = [entry for entry in rule["entries"] if entry["points"] or rule["default"]]
        elif rule["rule"] == "match" and rule["ordered"]:
            order = {"rule": "order", "correct": rule["correct"], "partial": False, "points": rule["points"]}
            rule.clear()
            rule.update(order)
    tree["lower"], tree["upper"] = tree["lower"] or Decimal(0), None if tree["upper"] == key.maximum else tree["upper"]
    return tree


def _question(content: ItemContent, kind: str) -> str:
    body = content.body
    found = list(_PLACE.finditer(body))
    if len(found) == 1 and found[0].end() == len(body) and (kind not in INLINE or found[0].group().startswith("<p>")):
        return body[: found[0].start()]
    return re.sub(r'<(span|div) data-response="[^"]*"></\1>', MARKER, body)


def _plain_or_html(text: str) -> str:
    return text if "<" in text else html.unescape(text)


def _choice_rows(editor: Editor, choices: Any, correct: Any, points: Mapping[str, Decimal] | None = None) -> None:
    editor.rows = [
        Row(
            id=choice.id,
            html=_plain_or_html(choice.html),
            fixed=choice.fixed,
            correct=choice.id in correct,
            points="" if points is None or choice.id not in points else number_text(points[choice.id]),
        )
        for choice in choices
    ]


def _single(editor: Editor, interaction: Any, key: Any) -> None:
    _choice_rows(editor, interaction.choices, key.correct)
    editor.values["points"] = number_text(key.points)


def _multiple(editor: Editor, interaction: Any, key: Any) -> None:
    editor.values |= {"least": str(interaction.least), "most": str(interaction.most)}
    if key.rule == "match":
        _single(editor, interaction, key)
        return
    editor.values["scoring"] = "each"
    _choice_rows(editor, interaction.choices, key.correct, {entry.value: entry.points for entry in key.entries})


def _sjt(editor: Editor, interaction: Any, key: Any) -> None:
    _choice_rows(editor, interaction.choices, (), {entry.value: entry.points for entry in key.entries})


def _order(editor: Editor, interaction: Any, key: Any) -> None:
    by_id = {choice.id: choice for choice in interaction.choices}
    _choice_rows(editor, [by_id[name] for name in key.correct], ())
    editor.values |= {"partial": "ya" if getattr(key, "partial", False) else "", "points": number_text(key.points)}


def _match(editor: Editor, interaction: Any, key: Any) -> None:
    targets = {choice.id: choice for choice in interaction.targets}
    paired: dict[str, str] = dict(value.split(" ", 1) for value in key.correct)
    for source in interaction.sources:
        target = targets[paired[source.id]]
        editor.rows.append(
            Row(id=source.id, html=_plain_or_html(source.html), other=_plain_or_html(target.html), other_id=target.id)
        )
    for name in [name for name in targets if name not in paired.values()]:
        other = _plain_or_html(targets[name].html)
        editor.rows.append(Row(id=editor.free_id(), other=other, other_id=name))
    each = key.rule == "map"
    points = key.entries[0].points if each else key.points
    editor.values |= {"scoring": "each" if each else "all", "points": number_text(points)}


def _text(editor: Editor, interaction: Any, key: Any) -> None:
    editor.rows = [
        Row(id=f"{index}", html=e.value, points=number_text(e.points)) for index, e in enumerate(key.entries)
    ]
    editor.values |= {
        "case": "ya" if any(entry.case_sensitive for entry in key.entries) else "",
        "expected_length": str(interaction.expected_length),
    }


def _numeric(editor: Editor, interaction: Any, key: Any) -> None:
    editor.values |= {
        "value": number_text(key.value),
        "tolerance": number_text(key.tolerance),
        "relative": "ya" if key.relative else "",
        "points": number_text(key.points),
        "unit": interaction.unit,
        "expected_length": str(interaction.expected_length),
    }
    editor.rows = [
        Row(id=f"{i}", html=number_text(n.value), other=number_text(n.tolerance), points=number_text(n.points))
        for i, n in enumerate(key.near)
    ]


def _hotspot(editor: Editor, interaction: Any, key: Any) -> None:
    editor.values |= {name: str(getattr(interaction, name)) for name in ("image", "width", "height", "alt")}
    editor.values["points"] = number_text(key.points)
    editor.rows = [
        Row(
            id=spot.id,
            html=spot.label,
            shape=spot.area.shape,
            other=" ".join(format(number, "g") for number in spot.area.coords),
            correct=spot.id in key.correct,
        )
        for spot in interaction.spots
    ]


def _essay(editor: Editor, interaction: Any, key: Any) -> None:
    editor.values |= {
        "points": number_text(key.points),
        "rubric": key.rubric,
        "step": number_text(key.step),
        "mark_tolerance": number_text(key.tolerance),
        "expected_lines": str(interaction.expected_lines),
        "most_words": str(interaction.most_words),
    }


_OPENERS: dict[str, Callable[[Editor, Any, Any], None]] = {
    "single_choice": _single,
    "true_false": _single,
    "inline_choice": _single,
    "multiple_choice": _multiple,
    "sjt": _sjt,
    "order": _order,
    "match": _match,
    "text_entry": _text,
    "numeric_entry": _numeric,
    "hotspot": _hotspot,
    "essay": _essay,
}
