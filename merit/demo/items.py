"""The demonstration bank: invented items of every kind, brought into use by two people."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml
from PIL import Image, ImageDraw
from sqlalchemy import select
from sqlalchemy.orm import Session

from merit.assessment.domain.bank import ItemDraft
from merit.assessment.domain.states import ItemState
from merit.assessment.forms.bank import Editor, Row, build_draft
from merit.assessment.models.items import Item
from merit.assessment.services.bank import add_enemy
from merit.assessment.services.items import create_item, move_item
from merit.assessment.services.media import keep_medium
from merit.security.permissions import Actor

_FILE = Path(__file__).with_name("items.yaml")
_ORIGIN = "Contoh peragaan"
_SIZE = (480, 300)
_PLACES = (("A", "Pintu masuk", "200 250 280 292"), ("B", "Mesin antrean", "30 170 120 230"))
_COUNTERS = (("C", "Loket 1", "60 20 170 80"), ("D", "Loket 2", "190 20 300 80"), ("E", "Loket 3", "320 20 430 80"))

Entry = Mapping[str, Any]


def fill_bank(session: Session, author_actor: Actor, reviewer_actor: Actor) -> int:
    """Create the items that are not there yet, review and activate them; return how many are new."""
    return add_entries(
        session, author_actor, reviewer_actor, yaml.safe_load(_FILE.read_text(encoding="utf-8"))["items"]
    )


def add_entries(session: Session, author_actor: Actor, reviewer_actor: Actor, entries: Iterable[Entry]) -> int:
    """Create, review and activate the items that are not there yet; return how many are new."""
    known = set(session.scalars(select(Item.code)))
    fresh = [entry for entry in entries if entry["code"] not in known]
    for entry in fresh:
        editor, draft = _draft(session, author_actor, entry)
        item = create_item(session, author_actor, tags=editor.tags, draft=draft)
        move_item(session, author_actor, item_id=item.id, to=ItemState.REVIEW, note="Siap ditelaah")
        move_item(session, reviewer_actor, item_id=item.id, to=ItemState.TRIAL, note="Isi dan kunci sesuai")
        move_item(session, reviewer_actor, item_id=item.id, to=ItemState.ACTIVE, note="Layak dipakai")
        for enemy in entry.get("enemies", ()):
            add_enemy(session, author_actor, item_id=item.id, code=enemy, reason="Situasi yang sama")
    return len(fresh)


def _draft(session: Session, actor: Actor, entry: Entry) -> tuple[Editor, ItemDraft]:
    kind = entry["kind"]
    editor = Editor.blank("single_choice" if kind == "single" else kind)
    editor.values |= {
        "code": entry["code"],
        "competency": entry["c"],
        "level": str(entry["l"]),
        "facility": str(entry["f"]),
        "question": entry["q"],
        "origin": _ORIGIN,
        "points": str(entry.get("points", 1)),
    }
    if kind == "hotspot":
        _draw_places(session, actor, editor)
    else:
        _FILLERS[kind](editor, entry)
    draft = build_draft(editor)
    if draft is None:
        raise ValueError(f"{entry['code']}: {editor.errors}")
    return editor, draft


def _options(editor: Editor, entry: Entry) -> None:
    editor.rows = []
    for text in entry["o"]:
        editor.rows.append(Row(id=editor.free_id(), html=text))


def _single(editor: Editor, entry: Entry) -> None:
    _options(editor, entry)
    editor.rows[0].correct = True


def _weighted(editor: Editor, entry: Entry) -> None:
    editor.rows = []
    for points, text in entry["o"]:
        editor.rows.append(Row(id=editor.free_id(), html=text, points=str(points)))


def _true_false(editor: Editor, entry: Entry) -> None:
    editor.rows[0 if entry["right"] else 1].correct = True


def _multiple(editor: Editor, entry: Entry) -> None:
    _options(editor, entry)
    for index, row in enumerate(editor.rows):
        row.correct = index in entry["right"]
        row.points = "1" if row.correct else str(-entry.get("wrong", 0))
    editor.values["scoring"] = "each" if entry.get("each") else "all"


def _order(editor: Editor, entry: Entry) -> None:
    _options(editor, entry)
    editor.values["partial"] = "ya" if entry.get("partial") else ""


def _match(editor: Editor, entry: Entry) -> None:
    pairs = [*entry["pairs"], *(("", extra) for extra in entry.get("extra", ()))]
    editor.rows = []
    for left, right in pairs:
        editor.rows.append(Row(id=editor.free_id(), html=left, other=right))


def _text(editor: Editor, entry: Entry) -> None:
    editor.rows = [Row(id=str(n), html=text, points=str(points)) for n, (text, points) in enumerate(entry["answers"])]


def _numeric(editor: Editor, entry: Entry) -> None:
    editor.values |= {name: entry[name] for name in ("value", "tolerance", "unit") if name in entry}


def _essay(editor: Editor, entry: Entry) -> None:
    editor.values["rubric"] = entry["rubric"]


def _draw_places(session: Session, actor: Actor, editor: Editor) -> None:
    medium = keep_medium(session, actor, data=_floor_plan(), name="denah.png")
    editor.values |= {
        "image": f"media:{medium.sha256}",
        "width": str(medium.width),
        "height": str(medium.height),
        "alt": "Denah ruang pelayanan: tiga loket di atas, mesin antrean di kiri, pintu masuk di bawah",
    }
    editor.rows = [
        Row(id=name, html=label, other=coords, correct=name == "B") for name, label, coords in (*_PLACES, *_COUNTERS)
    ]


def _floor_plan() -> bytes:
    picture = Image.new("RGB", _SIZE, "#f4f6f8")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((6, 6, _SIZE[0] - 7, _SIZE[1] - 7), outline="#34495e", width=3)
    for _name, label, coords in (*_PLACES, *_COUNTERS):
        left, top, right, bottom = map(int, coords.split())
        draw.rectangle((left, top, right, bottom), fill="#dfe9f2", outline="#134e91", width=2)
        draw.text(((left + right) / 2, (top + bottom) / 2), label, fill="#0b2f59", anchor="mm")
    written = io.BytesIO()
    picture.save(written, "PNG")
    return written.getvalue()


_FILLERS: dict[str, Callable[[Editor, Entry], None]] = {
    "single": _single,
    "inline_choice": _single,
    "sjt": _weighted,
    "true_false": _true_false,
    "multiple_choice": _multiple,
    "order": _order,
    "match": _match,
    "text_entry": _text,
    "numeric_entry": _numeric,
    "essay": _essay,
}
