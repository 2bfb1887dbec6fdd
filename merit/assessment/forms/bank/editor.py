"""What stands in the editor: single fields, and rows of choices, pairs, answers or places.

Rows come and go by buttons that submit the form, so that the editor works without JavaScript; everything typed
travels along. Numbers are texts here, as typed ("0,5").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields

from merit.assessment.domain.bank import ItemTags

KINDS = (
    *("single_choice", "multiple_choice", "sjt", "true_false", "order", "match", "inline_choice"),
    *("text_entry", "numeric_entry", "hotspot", "essay"),
)
INLINE = frozenset({"inline_choice", "text_entry", "numeric_entry"})
MARKER = "[[jawaban]]"
MAX_ROWS = 40
TAG_FIELDS = ("code", "competency", "level", "subject", "language", "origin")
_STARTING_ROWS = {"numeric_entry": 0, "essay": 0, "true_false": 2, "text_entry": 2, "hotspot": 2, "sjt": 5}
_LEAST_ROWS = {"numeric_entry": 0, "essay": 0, "text_entry": 1, "hotspot": 1}
_MOST_ROWS = {"essay": 0, "true_false": 2}

DEFAULTS: Mapping[str, str] = {
    **dict.fromkeys(("title", "question", "prompt", "rationale", "facility", "note"), ""),
    **dict.fromkeys(("code", "competency", "level", "subject", "origin"), ""),
    **dict.fromkeys(("value", "unit", "image", "alt", "rubric", "least", "most"), ""),
    "language": "id",
    "response_id": "RESPONSE",
    "points": "1",
    "scoring": "all",
    "shuffle": "ya",
    "partial": "",
    "case": "",
    "relative": "",
    "tolerance": "0",
    "expected_length": "20",
    "width": "0",
    "height": "0",
    "step": "1",
    "mark_tolerance": "1",
    "expected_lines": "10",
    "most_words": "0",
}
_BY_KIND: Mapping[str, Mapping[str, str]] = {
    "essay": {"points": "10"},
    "match": {"scoring": "each"},
    "true_false": {"shuffle": ""},
}
_MEDIUM = re.compile(r"media:([0-9a-f]{64})")
_FLAGS = frozenset({"shuffle", "partial", "case", "relative"})


@dataclass(slots=True)
class Row:
    """One choice, pair, accepted answer, number or place."""

    id: str = ""
    html: str = ""
    other: str = ""
    other_id: str = ""
    points: str = ""
    correct: bool = False
    fixed: bool = False
    shape: str = "rect"

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed into it."""
        return not (self.html.strip() or self.other.strip())


@dataclass(slots=True)
class Editor:
    """The state of the editor; ``errors`` are sentences by field name, rows by ``rows``."""

    kind: str
    values: dict[str, str]
    rows: list[Row] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)
    row_version: int = 1
    base: int = 0

    @classmethod
    def blank(cls, kind: str, language: str = "id") -> Editor:
        """Return an empty editor for a new item of a kind."""
        values = dict(DEFAULTS) | dict(_BY_KIND.get(kind, {})) | {"language": language}
        rows = [Row(id=letter(index)) for index in range(_STARTING_ROWS.get(kind, 4))]
        if kind == "true_false":
            rows = [Row(id="B", html="Benar", fixed=True), Row(id="S", html="Salah", fixed=True)]
        if kind == "sjt":
            for row, points in zip(rows, "54321", strict=True):
                row.points = points
        return cls(kind=kind, values=values, rows=rows)

    @classmethod
    def from_form(cls, kind: str, form: Mapping[str, str]) -> Editor:
        """Return what was submitted; unknown fields are left out."""
        values = {name: form.get(name, "") if name in _FLAGS else form.get(name, DEFAULTS[name]) for name in DEFAULTS}
        count = min(_whole(form.get("rows", "0")), MAX_ROWS)
        rows = [_row(form, index) for index in range(count)]
        chosen = form.get("correct", "")
        if chosen:
            for index, row in enumerate(rows):
                row.correct = row.correct or chosen == str(index)
        editor = cls(kind=kind, values=values, rows=rows)
        editor.row_version, editor.base = _whole(form.get("row_version", "1")), _whole(form.get("base", "0"))
        return editor

    def add_rows(self, number: int = 1) -> None:
        """Add empty rows with the next free letters."""
        for _ in range(number):
            if len(self.rows) < _MOST_ROWS.get(self.kind, MAX_ROWS):
                self.rows.append(Row(id=self.free_id()))

    def remove_row(self, index: int) -> None:
        """Take a row out, unless the kind needs it."""
        if 0 <= index < len(self.rows) and len(self.rows) > _LEAST_ROWS.get(self.kind, 2):
            del self.rows[index]

    def move_row(self, index: int, by: int) -> None:
        """Move a row up or down."""
        target = index + by
        if 0 <= index < len(self.rows) and 0 <= target < len(self.rows):
            self.rows[index], self.rows[target] = self.rows[target], self.rows[index]

    def free_id(self, taken: Iterable[str] = ()) -> str:
        """Return the first letter no row uses."""
        used = {row.id for row in self.rows} | set(taken)
        return next(name for name in map(letter, range(MAX_ROWS * 3)) if name not in used)

    @property
    def tags(self) -> ItemTags:
        """Return the tags as typed; a level that is no number counts as none (the form says so)."""
        level = self.values["level"]
        rest = {name: self.values[name].strip() for name in TAG_FIELDS if name != "level"}
        return ItemTags(level=int(level) if level.isdigit() else None, **rest)

    @property
    def media(self) -> frozenset[str]:
        """SHA-256 of every picture and sound that the fields name."""
        texts = (*self.values.values(), *(row.html for row in self.rows), *(row.other for row in self.rows))
        return frozenset(name for text in texts for name in _MEDIUM.findall(text))

    @property
    def can_add(self) -> bool:
        """Whether one more row makes sense."""
        return len(self.rows) < _MOST_ROWS.get(self.kind, MAX_ROWS)

    @property
    def can_remove(self) -> bool:
        """Whether a row may go."""
        return len(self.rows) > _LEAST_ROWS.get(self.kind, 2)


def rows_shown(kind: str) -> str:
    """Return which sort of rows a kind has: choices, pairs, answers, numbers, places or none."""
    special = {"match": "pairs", "text_entry": "answers", "numeric_entry": "numbers", "hotspot": "places"}
    return special.get(kind, "" if kind == "essay" else "choices")


def letter(index: int) -> str:
    """Return A, B … Z, A2, B2 and so on."""
    turn, place = divmod(index, 26)
    return chr(65 + place) + (str(turn + 1) if turn else "")


def _row(form: Mapping[str, str], index: int) -> Row:
    row = Row()
    for name in (item.name for item in fields(Row)):
        value = form.get(f"row-{index}-{name}")
        if name in {"correct", "fixed"}:
            setattr(row, name, bool(value))
        elif value is not None:
            setattr(row, name, value)
    return row


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else 0  # noqa: PLR2004 -- digits
